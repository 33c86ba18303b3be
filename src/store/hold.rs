//! Evidence that is kept for a case.

use crate::media::WallTime;
use serde::Serialize;

/// That an event's evidence and plate are kept, whatever their age and however full the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// Its id, `h-` and digits.
    pub id: String,
    /// The event.
    pub event: String,
    /// For which case.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// When, UTC.
    #[serde(serialize_with = "rfc3339")]
    pub at: WallTime,
    /// Until when; none: until it is lifted.
    #[serde(serialize_with = "maybe_rfc3339")]
    pub until: Option<WallTime>,
    /// That it was lifted.
    pub lifted: Option<Lifted>,
}

/// That a hold was lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lifted {
    /// When, UTC.
    #[serde(serialize_with = "rfc3339")]
    pub at: WallTime,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Hold {
    /// Whether it keeps the evidence at an instant.
    pub fn is_active(&self, now: WallTime) -> bool {
        self.lifted.is_none() && self.until.is_none_or(|until| now < until)
    }
}

/// Which holds are asked for; the latest come first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldFilter {
    /// Of this event.
    pub event: Option<String>,
    /// That keep something at this instant.
    pub active_at: Option<WallTime>,
}

/// What became of a hold to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldPut {
    /// It is there.
    Done,
    /// There is no such event.
    NoEvent,
    /// The event has no evidence any more, or never had, and no plate either.
    NoEvidence,
}

/// What became of a hold to be lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldLifted {
    /// It is lifted.
    Done,
    /// There is no such hold.
    NoHold,
    /// It was lifted before.
    Before,
}

fn rfc3339<S: serde::Serializer>(at: &WallTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.utc_rfc3339())
}

#[allow(clippy::ref_option, reason = "serde asks so")]
fn maybe_rfc3339<S: serde::Serializer>(
    at: &Option<WallTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    at.map(WallTime::utc_rfc3339).serialize(serializer)
}
