//! The record of an event: `event.json`.

use super::circumstances::{EventLine, EventParty, SignalSighting};
use super::context::{CameraFacts, EvidenceContext, ModelFacts, Place, SourceFacts};
use super::error::EvidenceError;
use super::facts::{
    EventClip, EventRule, EventStills, EventSubject, EventTime, EventZone, Names, Software,
};
use super::id::EventId;
use super::job::StagedWork;
use super::unseen::{self, Unseen};
use crate::law::{self, Citation, Conduct, Exemption, Overlap, Provision};
use crate::rules::{Closing, Domain, Incident, IncidentKey, Kind, Measure, Quantity, Severity};
use crate::vision::View;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

/// The committed JSON Schema of `event.json`.
pub const EVENT_SCHEMA: &str = include_str!("event.schema.json");

/// The versions of the record that this program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EventFormat {
    /// The first.
    #[serde(rename = "streetward.event/1")]
    V1,
}

/// The stored record of one incident. It says what was seen and judged; whether it was a violation
/// is for a person to decide, and is kept elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Which version of the record this is.
    pub format: EventFormat,
    /// Its name; also the name of its folder.
    pub id: EventId,
    /// The incident's name within its source.
    pub incident_key: IncidentKey,
    /// The kind of violation.
    pub kind: Kind,
    /// The field it is reported under.
    pub domain: Domain,
    /// The kind's names.
    pub names: Names,
    /// How grave.
    pub severity: Severity,
    /// Which camera.
    pub camera: CameraFacts,
    /// Which footage.
    pub source: SourceFacts,
    /// The rule broken, with its thresholds.
    pub rule: EventRule,
    /// The provision in force on the day that is listed first: the one to look at first, not one
    /// decided on; `null`: none is known for this kind.
    pub provision: Option<Provision>,
    /// All provisions in force on the day that may apply, the one above among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provisions: Vec<Provision>,
    /// How provisions in force together relate: overlapping, or depending on facts that a person
    /// must see to. For the reviewer to decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlap: Vec<Overlap>,
    /// Conduct that would be no violation, for the reviewer to think of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exemptions: Vec<Exemption>,
    /// When the conduct began.
    pub start: EventTime,
    /// When it became a violation.
    pub moment: EventTime,
    /// When it was last seen.
    pub end: EventTime,
    /// Why it ended.
    pub closing: Closing,
    /// `false`: the run was interrupted, or reading broke off within the clip; running again
    /// replaces this record.
    pub complete: bool,
    /// What is not as it should be with this record, in a sentence; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The event this one goes on with: the same subject, told of before the program was started anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<EventId>,
    /// The time before it was found again, in which nothing was seen, though it went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Unseen>,
    /// Who or what.
    pub subjects: Vec<EventSubject>,
    /// Who else has to do with it: who left a thing, who rides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<EventParty>,
    /// Of a thing left: nobody was seen to leave or bring it, and `parties` names nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner_not_seen: bool,
    /// What was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measure>,
    /// Where in the picture; of a line its name alone.
    pub zone: EventZone,
    /// The line it happened at, where it is no zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<EventLine>,
    /// Width and height, in pixels, that boxes and corners are given in.
    pub frame_size: (u32, u32),
    /// How the picture of the moment lay against the steady view that boxes and corners are given
    /// in, in pixels of `frame_size`; absent where it lay as drawn. The camera shook.
    #[serde(default, skip_serializing_if = "View::is_steady")]
    pub view_moment: View,
    /// States of traffic lights that mattered, in order of time.
    pub signals: Vec<SignalSighting>,
    /// The pictures.
    pub stills: EventStills,
    /// The clip.
    pub clip: EventClip,
    /// The model that saw.
    pub model: ModelFacts,
    /// The program that judged.
    pub software: Software,
}

impl Event {
    /// The record of a closed incident with the pictures and clip made of it.
    pub(super) fn new(
        ctx: &EvidenceContext,
        incident: &Incident,
        closing: Closing,
        work: StagedWork,
    ) -> Result<Self, EvidenceError> {
        let StagedWork { stills, clip, broken_off, appearance, note, .. } = work;
        let rule = ctx.rule(incident)?;
        let info = incident.kind.info();
        let unseen = Unseen::of(incident);
        let day = incident.moment_wall.local().date();
        let (polygon, line) = match ctx.place(incident)? {
            Place::Zone(corners) => (corners.iter().map(|&(x, y)| [x, y]).collect(), None),
            Place::Line(line) => (Vec::new(), Some(EventLine::new(line))),
        };
        let Citation { articles, overlap, exemptions, .. } = law::citation(Conduct {
            kind: incident.kind,
            class: Some(incident.subject.class),
            people: people(incident),
            date: day,
        });
        let provisions: Vec<Provision> = articles.iter().map(|a| a.provision.clone()).collect();
        // What exempts from a provision says nothing where none is known.
        let exemptions = if provisions.is_empty() { Vec::new() } else { exemptions };
        Ok(Self {
            format: EventFormat::V1,
            id: ctx.event_id(incident),
            incident_key: incident.key.clone(),
            kind: incident.kind,
            domain: info.domain,
            names: Names { vi: info.name_vi.to_owned(), en: info.name_en.to_owned() },
            severity: rule.severity,
            camera: ctx.camera.clone(),
            source: ctx.source.clone(),
            rule: EventRule::new(rule, info.mechanism),
            provision: provisions.first().cloned(),
            provisions,
            overlap,
            exemptions: exemptions.into_iter().cloned().collect(),
            start: EventTime::new(incident.start, incident.start_wall),
            moment: EventTime::new(incident.moment, incident.moment_wall),
            end: EventTime::new(incident.last, incident.last_wall),
            closing,
            complete: closing != Closing::Interrupted && !broken_off,
            note: unseen::note(unseen.as_ref(), note),
            continues: unseen::continues(incident),
            unseen,
            subjects: vec![EventSubject { appearance, ..EventSubject::new(incident) }],
            parties: incident.parties.iter().map(EventParty::new).collect(),
            owner_not_seen: incident.owner_not_seen,
            measured: incident.measured.clone(),
            zone: EventZone { name: incident.zone.clone(), polygon },
            line,
            frame_size: ctx.frame_size,
            view_moment: incident.view_moment,
            signals: incident
                .signals
                .iter()
                .map(|s| SignalSighting::new(ctx, incident, s))
                .collect(),
            stills,
            clip,
            model: ctx.model.clone(),
            software: Software {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
        })
    }
}

/// People on the vehicle, where they were counted.
fn people(incident: &Incident) -> Option<u32> {
    let counted = incident.measured.iter().find(|m| m.what == Quantity::People)?;
    (incident.kind == Kind::Overloading).then_some(counted.value.round().max(0.0) as u32)
}

/// The JSON Schema of `event.json`, as the types have it.
pub fn event_schema() -> Schema {
    schemars::schema_for!(Event)
}
