//! Which form a file of labels has.

use super::clip::Clip;
use super::coco;
use super::error::DetectError;
use super::labels::Labels;
use crate::bench::mot::{MotFile, MotKind};
use std::path::Path;

/// Frames of a label file at most.
const MOST_FRAMES: u32 = 10_000_000;

impl Labels {
    /// Reads a file in COCO (`.json`) or MOT form (`.txt`) for `clip`.
    ///
    /// # Errors
    /// A [`DetectError`] that names the file and the line or key.
    pub fn read(path: &Path, clip: &Clip) -> Result<Self, DetectError> {
        match path.extension().and_then(|e| e.to_str()) {
            Some("json") => coco::read(path, clip),
            Some("txt") => Ok(Self::of_mot(&MotFile::read(path, MotKind::Labels, MOST_FRAMES)?)),
            _ => Err(DetectError::Form(path.to_owned())),
        }
    }
}
