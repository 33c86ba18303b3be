//! Detections as a file, one JSON object a frame, for other programs to compare.

use super::error::DetectError;
use crate::media::Frame;
use crate::store::StoreError;
use crate::vision::Detection;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// One line: a frame and what was found in it.
#[derive(Serialize)]
struct Line<'a> {
    /// Counted from 0.
    frame: u64,
    /// Where it stands in the clip.
    media_seconds: f64,
    /// Boxes in pixels of the frame.
    detections: &'a [Detection],
}

/// Where detections go, if anywhere.
pub(super) struct Found<'a>(Option<(&'a Path, &'a mut dyn Write)>);

impl<'a> Found<'a> {
    pub(super) fn nowhere() -> Self {
        Self(None)
    }

    pub(super) fn new(path: &'a Path, out: &'a mut dyn Write) -> Self {
        Self(Some((path, out)))
    }

    pub(super) fn frame(
        &mut self,
        index: u64,
        frame: &Frame,
        detections: &[Detection],
    ) -> Result<(), DetectError> {
        let Some((path, out)) = &mut self.0 else { return Ok(()) };
        let line = Line { frame: index, media_seconds: frame.time.seconds(), detections };
        let mut text =
            serde_json::to_vec(&line).map_err(|e| StoreError::from_io(path, e.into()))?;
        text.push(b'\n');
        Ok(out.write_all(&text).map_err(|e| StoreError::from_io(path, e))?)
    }
}
