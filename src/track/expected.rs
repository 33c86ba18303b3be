//! What is looked for in a frame before its detections are known.

use crate::vision::{BBox, Family};

/// Where a track is expected in a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    pub(super) bbox: BBox,
    pub(super) buffer: f32,
    pub(super) family: Family,
    pub(super) still: bool,
    /// Where it stands, hidden, if it does.
    pub(super) hidden_at: Option<BBox>,
    /// Whether it has been out of sight for so long that it is no longer reported.
    pub(super) lost: bool,
    /// Whether it is confirmed: only then is there a usual score.
    pub(super) named: bool,
    /// Score of the last sighting, and what the score usually is.
    pub(super) score: f32,
    pub(super) level: f32,
    /// Seconds since the first frame that should have shown it and did not.
    pub(super) missing: f32,
}
