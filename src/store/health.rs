//! What is kept of a camera's health.

use crate::media::WallTime;
use crate::scene::StateChange;
use serde::{Deserialize, Serialize};

/// A change of one camera's state, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateRecord {
    /// The camera's id.
    pub camera: String,
    /// What people call it.
    pub camera_name: String,
    /// From when, what and why.
    #[serde(flatten)]
    pub change: StateChange,
}

/// A stretch of time in which the service ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTime {
    /// It began.
    pub started: WallTime,
    /// It was last known to run.
    pub last: WallTime,
    /// Whether it ended in order; where not, it may have run on for as long as lies between two
    /// heartbeats.
    pub stopped: bool,
}
