//! An event as the store keeps it.

use super::evidence_state::EvidenceState;
use super::subject_place::Place;
use crate::evidence::{Event, EvidenceContext};
use crate::law::{self, Conduct};
use crate::media::{ClockQuality, WallTime};
use crate::rules::{Closing, Domain, Incident, Kind, Severity};
use crate::vision::Class;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Where the review of an event stands. Nothing counts as a violation before `Confirmed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No person has decided.
    #[default]
    Pending,
    /// A person is at it.
    Acknowledged,
    /// A person found that it is a violation.
    Confirmed,
    /// A person found that it is not.
    Dismissed,
    /// A person found that it cannot be told; never a violation.
    CannotTell,
}

impl Status {
    /// All of them, in the order of review.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Acknowledged, Self::Confirmed, Self::Dismissed, Self::CannotTell];
}

/// What [`super::Store::put_event`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The event was not known; it is now.
    New,
    /// The event was known; nothing changed.
    Same,
    /// The event was known as open or from an interrupted run; what was given has taken its place.
    Completed,
}

/// The stored record of an incident. Its keys in JSON are stable: keys may be added, never renamed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Deterministic: the same footage judged again gives the same id.
    pub id: String,
    /// What is suspected.
    pub kind: Kind,
    /// The field it is reported under.
    pub domain: Domain,
    /// How grave.
    pub severity: Severity,
    /// The camera's id.
    pub camera: String,
    /// The camera's name, for people.
    pub camera_name: String,
    /// The ward it stands in.
    pub ward: Option<String>,
    /// The zone it happened in.
    pub zone: String,
    /// The rule that found it.
    pub rule: String,
    /// The footage, as its path was given.
    pub source: String,
    /// Names the footage by its content.
    pub source_fingerprint: String,
    /// The incident's name within its source.
    pub incident_key: String,
    /// When the conduct began: seconds since the source's beginning, kept to the microsecond.
    pub start_media_seconds: f64,
    /// When it became a violation: seconds since the source's beginning.
    pub moment_media_seconds: f64,
    /// When it was last seen: seconds since the source's beginning.
    pub end_media_seconds: f64,
    /// `start_media_seconds` as wall time, kept to the microsecond; milliseconds in JSON.
    #[serde(with = "utc")]
    pub start_utc: WallTime,
    /// `moment_media_seconds` as wall time.
    #[serde(with = "utc")]
    pub moment_utc: WallTime,
    /// `end_media_seconds` as wall time.
    #[serde(with = "utc")]
    pub end_utc: WallTime,
    /// How far the wall times can be trusted.
    pub clock_quality: ClockQuality,
    /// Why it ended.
    pub closing: Closing,
    /// False when the run was interrupted before the incident's end.
    pub complete: bool,
    /// Where its review stands.
    #[serde(default)]
    pub status: Status,
    /// Folder of its evidence, relative to the data folder, with `/` between parts.
    pub evidence: String,
    /// Where its evidence stands.
    #[serde(default)]
    pub evidence_state: EvidenceState,
    /// Why its evidence is not whole, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_note: Option<String>,
    /// Who: what the subject has been most of the time.
    pub subject_class: Class,
    /// The provision in force when it happened, where one is known.
    pub provision: Option<String>,
    /// The model that saw it.
    pub model: String,
    /// The version of this program that wrote it.
    pub software_version: String,
    /// The event this one is another sighting of: the first of them, or one that people have been at. Found
    /// by the store.
    #[serde(default)]
    pub same_as: Option<String>,
    /// Events that show this incident, this one among them. Found by the store.
    #[serde(default = "one")]
    pub sightings: u64,
    /// Where the subject stood and how it looked; not part of lists.
    #[serde(skip)]
    pub place: Option<Place>,
}

impl EventRecord {
    /// The record of a sealed event. The event's own times count: the same footage given another
    /// start time keeps what was sealed first. `folder` is relative to the data folder.
    pub fn of(event: &Event, source: &Path, folder: &Path) -> Self {
        let subject = event.subjects.first();
        Self {
            id: event.id.to_string(),
            kind: event.kind,
            domain: event.domain,
            severity: event.severity,
            camera: event.camera.id.clone(),
            camera_name: event.camera.name.clone(),
            ward: event.camera.ward.clone(),
            zone: event.zone.name.clone(),
            rule: event.rule.name.clone(),
            source: source.to_string_lossy().into_owned(),
            source_fingerprint: event.source.fingerprint.clone(),
            incident_key: event.incident_key.0.clone(),
            start_media_seconds: event.start.media_seconds,
            moment_media_seconds: event.moment.media_seconds,
            end_media_seconds: event.end.media_seconds,
            start_utc: event.start.wall(),
            moment_utc: event.moment.wall(),
            end_utc: event.end.wall(),
            clock_quality: event.source.clock_quality,
            closing: event.closing,
            complete: event.complete,
            status: Status::Pending,
            evidence: relative(folder),
            evidence_state: if event.complete {
                EvidenceState::Whole
            } else {
                EvidenceState::Incomplete
            },
            evidence_note: event.note.clone(),
            subject_class: subject.map_or(Class::Person, |s| s.class),
            provision: event.provision.as_ref().map(ToString::to_string),
            model: event.model.name.clone(),
            software_version: event.software.version.clone(),
            same_as: None,
            sightings: 1,
            place: subject.map(|s| Place {
                start: s.box_start,
                last: s.box_last,
                appearance: s.appearance.clone(),
                continues: event.continues.as_ref().map(ToString::to_string),
            }),
        }
    }

    /// The record of an incident whose evidence is not sealed yet. `closing` is why it ended;
    /// `None` while it goes on.
    pub fn open(
        context: &EvidenceContext,
        incident: &Incident,
        closing: Option<Closing>,
        source: &Path,
    ) -> Self {
        let info = incident.kind.info();
        let rule = context.rules.iter().find(|r| r.name == incident.rule);
        let law = law::citation(Conduct {
            kind: incident.kind,
            class: Some(incident.subject.class),
            people: None,
            date: incident.moment_wall.local().date(),
        });
        Self {
            id: context.event_id(incident).to_string(),
            kind: incident.kind,
            domain: info.domain,
            severity: rule.map_or(info.severity, |r| r.severity),
            camera: context.camera.id.clone(),
            camera_name: context.camera.name.clone(),
            ward: context.camera.ward.clone(),
            zone: incident.zone.clone(),
            rule: incident.rule.clone(),
            source: source.to_string_lossy().into_owned(),
            source_fingerprint: context.source.fingerprint.clone(),
            incident_key: incident.key.0.clone(),
            start_media_seconds: incident.start.seconds(),
            moment_media_seconds: incident.moment.seconds(),
            end_media_seconds: incident.last.seconds(),
            start_utc: incident.start_wall,
            moment_utc: incident.moment_wall,
            end_utc: incident.last_wall,
            clock_quality: context.source.clock_quality,
            closing: closing.unwrap_or(Closing::Interrupted),
            complete: false,
            status: Status::Pending,
            evidence: relative(&context.folder(incident)),
            evidence_state: EvidenceState::Open,
            evidence_note: None,
            subject_class: incident.subject.class,
            provision: law.articles.first().map(|a| a.provision.to_string()),
            model: context.model.name.clone(),
            software_version: env!("CARGO_PKG_VERSION").to_owned(),
            same_as: None,
            sightings: 1,
            place: Some(Place {
                start: incident.bbox_start,
                last: incident.bbox_last,
                appearance: None,
                continues: incident.carried.as_ref().and_then(|over| over.continues.clone()),
            }),
        }
    }
}

impl EventRecord {
    /// The same event, whose subject was seen at it until then.
    #[must_use]
    pub fn seen_until(mut self, wall: WallTime) -> Self {
        if wall > self.end_utc {
            self.end_media_seconds += wall.0.duration_since(self.end_utc.0).as_secs_f64();
            self.end_utc = wall;
        }
        self
    }

    /// The same event, of which there is no evidence and will be none.
    #[must_use]
    pub fn without_evidence(mut self, why: &str) -> Self {
        self.evidence_state = EvidenceState::None;
        self.evidence_note = Some(why.to_owned());
        self
    }
}

/// A folder in the data folder, with `/` between parts.
fn relative(folder: &Path) -> String {
    folder.to_string_lossy().replace('\\', "/")
}

fn one() -> u64 {
    1
}

/// Wall times as RFC 3339 in UTC with exactly three decimals, so that texts sort as times do.
mod utc {
    use crate::media::WallTime;
    use serde::{Deserialize, Deserializer, Serializer};

    // The signature is serde's.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn serialize<S: Serializer>(t: &WallTime, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&t.utc_rfc3339())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<WallTime, D::Error> {
        WallTime::deserialize(d)
    }
}
