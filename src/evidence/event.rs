//! The record of an event: `event.json`.

use super::context::{CameraFacts, EvidenceContext, ModelFacts, SourceFacts};
use super::error::EvidenceError;
use super::facts::{
    EventClip, EventRule, EventStills, EventSubject, EventTime, EventZone, Names, SignalSighting,
    Software,
};
use super::id::EventId;
use super::stage::StagedWork;
use crate::law::{self, Provision};
use crate::rules::{Closing, Domain, Incident, IncidentKey, Kind, Severity};
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
    /// The provision in force on the day; `null`: none is known for this kind.
    pub provision: Option<Provision>,
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
    /// Who or what.
    pub subjects: Vec<EventSubject>,
    /// Where in the picture.
    pub zone: EventZone,
    /// Width and height, in pixels, that boxes and corners are given in.
    pub frame_size: (u32, u32),
    /// How the picture of the moment lay against the steady view that boxes and corners are given
    /// in, in pixels of `frame_size`; absent where it lay as drawn. The camera shook.
    #[serde(default, skip_serializing_if = "View::is_steady")]
    pub view_moment: View,
    /// States of traffic signals that mattered.
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
        let StagedWork { stills, clip, broken_off, appearance, .. } = work;
        let rule = ctx.rule(incident)?;
        let info = incident.kind.info();
        let day = incident.moment_wall.local().date();
        let polygon = ctx.zone(incident)?.iter().map(|&(x, y)| [x, y]).collect();
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
            provision: law::provision(incident.kind, incident.subject.class, day).cloned(),
            start: EventTime::new(incident.start, incident.start_wall),
            moment: EventTime::new(incident.moment, incident.moment_wall),
            end: EventTime::new(incident.last, incident.last_wall),
            closing,
            complete: closing != Closing::Interrupted && !broken_off,
            subjects: vec![EventSubject { appearance, ..EventSubject::new(incident) }],
            zone: EventZone { name: incident.zone.clone(), polygon },
            frame_size: ctx.frame_size,
            view_moment: incident.view_moment,
            signals: Vec::new(),
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

/// The JSON Schema of `event.json`, as the types have it.
pub fn event_schema() -> Schema {
    schemars::schema_for!(Event)
}
