//! A subject at one instant.

use super::sighting::Sighting;
use crate::media::{MediaTime, WallTime};
use crate::scene::Observation;
use crate::track::TrackSight;
use crate::vision::{BBox, View};
use serde::{Deserialize, Serialize};

/// A subject at one instant, with both times.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Instant {
    pub(super) time: MediaTime,
    pub(super) wall: WallTime,
    pub(super) bbox: BBox,
    /// How the picture lay then.
    pub(super) view: View,
}

impl Instant {
    pub(super) fn of(o: &Observation, sight: &TrackSight) -> Self {
        Self { time: o.time, wall: o.wall, bbox: sight.bbox, view: o.view }
    }

    /// The same place at an earlier time.
    pub(super) fn back_to(&self, time: MediaTime) -> Self {
        let time = time.min(self.time);
        let back = jiff::SignedDuration::from_micros(self.time.0.saturating_sub(time.0));
        let wall = self.wall.0.checked_sub(back).map_or(self.wall, WallTime);
        Self { time, wall, ..*self }
    }

    pub(super) fn sighting(&self) -> Sighting {
        Sighting { time: self.time, bbox: self.bbox }
    }
}
