//! Where an event's subject stood, kept to know it again.

use crate::evidence::Appearance;
use crate::vision::BBox;
use serde::{Deserialize, Serialize};

/// Where a subject stood and how it looked: what tells whether another event shows the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Where it was at the start, in pixels of the scene's `frame_size`.
    pub start: BBox,
    /// Where it was last seen.
    pub last: BBox,
    /// How it looked; without it, no other event is known to show the same.
    pub appearance: Option<Appearance>,
    /// The event it is known to go on with, where the program was started anew in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<String>,
}
