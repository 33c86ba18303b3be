//! Which events are asked for.

use super::record::{EventRecord, Status};
use crate::media::WallTime;
use crate::rules::{Domain, Kind};

/// A place in the order of events; what follows it is asked for next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Start of the last event had.
    pub start_utc: WallTime,
    /// Id of the last event had.
    pub id: String,
}

/// Which events are asked for; the default asks for all. Every field given narrows.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// The camera's id.
    pub camera: Option<String>,
    /// The kind.
    pub kind: Option<Kind>,
    /// The domain.
    pub domain: Option<Domain>,
    /// Where review stands.
    pub status: Option<Status>,
    /// Started then or later.
    pub from: Option<WallTime>,
    /// Started before then.
    pub to: Option<WallTime>,
    /// Of this footage.
    pub source_fingerprint: Option<String>,
    /// Each incident once, by the first of its sightings.
    pub merged: bool,
    /// At most so many.
    pub limit: Option<u64>,
    /// Only what follows this place.
    pub after: Option<Cursor>,
}

impl Cursor {
    /// The place of an event.
    pub fn of(event: &EventRecord) -> Self {
        Self { start_utc: event.start_utc, id: event.id.clone() }
    }
}
