//! What is known of one frame after tracking.

use crate::media::{MediaTime, WallTime};
use crate::track::TrackId;
use crate::vision::{BBox, Class};
use serde::{Deserialize, Serialize};

/// What is known of one frame after tracking. One line of the observation record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Microseconds since the source's beginning.
    pub time: MediaTime,
    /// When it happened, UTC.
    pub wall: WallTime,
    /// Confirmed tracks, by id. An object still tentative is not known well enough to be judged.
    pub tracks: Vec<TrackSight>,
}

/// A confirmed track as one frame shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackSight {
    /// Which track.
    pub id: TrackId,
    /// What it has been most of its life.
    pub class: Class,
    /// Where, in pixels of the scene's `frame_size`.
    pub bbox: BBox,
    /// Score of the detection matched in this frame; `None` when the track was not seen here and
    /// `bbox` is only predicted.
    pub score: Option<f32>,
}

impl TrackSight {
    /// Whether a detection confirmed the track in this very frame.
    pub fn seen(&self) -> bool {
        self.score.is_some()
    }
}
