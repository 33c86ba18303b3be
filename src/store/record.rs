//! An event as the store keeps it.

use super::sighting::Place;
use crate::media::{ClockQuality, WallTime};
use crate::rules::{Closing, Domain, Kind, Severity};
use crate::vision::Class;
use serde::{Deserialize, Serialize};

/// Where the review of an event stands. Nothing counts as a violation before `Confirmed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No person has decided.
    #[default]
    Pending,
    /// A person found that it is a violation.
    Confirmed,
    /// A person found that it is not.
    Dismissed,
}

/// What [`super::Store::put_event`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The event was not known; it is now.
    New,
    /// The event was known; nothing changed.
    Same,
    /// The event was known from an interrupted run; the whole one has taken its place.
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
    /// Who: what the subject has been most of the time.
    pub subject_class: Class,
    /// The provision in force when it happened, where one is known.
    pub provision: Option<String>,
    /// The model that saw it.
    pub model: String,
    /// The version of this program that wrote it.
    pub software_version: String,
    /// The event this one is another sighting of, the first of them. Found by the store.
    #[serde(default)]
    pub same_as: Option<String>,
    /// Events that show this incident, this one among them. Found by the store.
    #[serde(default = "one")]
    pub sightings: u64,
    /// Where the subject stood and how it looked; not part of lists.
    #[serde(skip)]
    pub place: Option<Place>,
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
