//! The picture that a model is tried on.

use super::error::InspectError;
use crate::media::{Frame, OpenOptions, Source};
use std::io::Write;
use std::path::Path;

/// A street with people and parked vans: view 1 of PETS 2009, S2.L1, as OpenCV's samples have it
/// (Apache-2.0). 416 × 312 pixels.
const EMBEDDED: &[u8] = include_bytes!("../../../models/trial.jpg");

/// The picture at `path` (or the first of a clip), or the one that comes with the program.
///
/// # Errors
/// [`InspectError::Picture`].
pub fn frame(path: Option<&Path>) -> Result<Frame, InspectError> {
    if let Some(path) = path {
        return first(path);
    }
    let unwritable = |source| InspectError::Unwritable { path: std::env::temp_dir(), source };
    let mut file =
        tempfile::Builder::new().suffix(".jpg").tempfile().map_err(unwritable)?;
    file.write_all(EMBEDDED).map_err(unwritable)?;
    first(file.path())
}

fn first(path: &Path) -> Result<Frame, InspectError> {
    let bad = |reason: String| InspectError::Picture { path: path.to_owned(), reason };
    let mut source =
        Source::open(path, OpenOptions::default()).map_err(|e| bad(e.to_string()))?;
    let frame = source.next_frame().map_err(|e| bad(e.to_string()))?;
    frame.ok_or_else(|| bad("there is no picture in it".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_picture_is_one() {
        let frame = frame(None).unwrap();
        assert_eq!((frame.width(), frame.height()), (416, 312));
    }
}
