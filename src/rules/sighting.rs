//! One place of a subject on its way.

use crate::media::MediaTime;
use crate::vision::BBox;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The subject at one instant, in pixels of the scene's `frame_size`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sighting {
    /// When, in the source.
    pub time: MediaTime,
    /// Where.
    pub bbox: BBox,
}
