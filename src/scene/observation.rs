//! What is known of one frame after tracking.

use super::carried::CarriedOver;
use super::signal::{SignalSight, SignalState};
use super::thing::{ThingSight, ZoneCover};
use crate::media::{MediaTime, WallTime};
use crate::track::TrackSight;
use crate::vision::View;
use serde::{Deserialize, Serialize};

/// What is known of one frame after tracking. One line of the observation record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Microseconds since the source's beginning.
    pub time: MediaTime,
    /// When it happened, UTC.
    pub wall: WallTime,
    /// How the picture lay against the steady view, in which all boxes are given, in pixels of the
    /// scene's `frame_size`. Not written where it lay as drawn.
    #[serde(default, skip_serializing_if = "View::is_steady")]
    pub view: View,
    /// Confirmed tracks, by id. An object still tentative is not known well enough to be judged.
    pub tracks: Vec<TrackSight>,
    /// What traffic lights show. One that is not here cannot be told. Not written where empty, as
    /// the two below.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<SignalSight>,
    /// Things that stand where nothing stood, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub things: Vec<ThingSight>,
    /// What of the zones is covered. A zone that is not here cannot be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<ZoneCover>,
    /// What is known of its tracks from before the session.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<CarriedOver>,
}

impl Observation {
    /// An observation of these tracks and nothing else.
    pub fn new(time: MediaTime, wall: WallTime, view: View, tracks: Vec<TrackSight>) -> Self {
        let (signals, things, covers) = (Vec::new(), Vec::new(), Vec::new());
        Self { time, wall, view, tracks, signals, things, covers, carried: Vec::new() }
    }

    /// What a traffic light shows.
    pub fn signal(&self, name: &str) -> SignalState {
        self.signals.iter().find(|s| s.name == name).map_or(SignalState::Unknown, |s| s.state)
    }
}
