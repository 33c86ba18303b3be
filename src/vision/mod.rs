//! From pictures to detections: sessions, preprocessing, one file per model family.
//!
//! What enters: [`crate::media::Frame`]s. What leaves: [`Detection`]s in pixels of the frame. Knows
//! nothing of tracks, rules or threads.

mod class;
mod detection;

pub use class::{Class, Family};
pub use detection::{BBox, Detection};
