//! The picture that a model is tried on.

use super::error::InspectError;
use crate::media::{Frame, MediaTime, OpenOptions, Source, WallTime, YuvMatrix};
use image::RgbImage;
use std::fs::File;
use std::io::Read;
use std::path::Path;

const FULL_RANGE: YuvMatrix = YuvMatrix { bt709: false, full_range: true };

/// A street with people and parked vans: view 1 of PETS 2009, S2.L1, as OpenCV's samples have it
/// (Apache-2.0). 416 × 312 pixels.
const EMBEDDED: &[u8] = include_bytes!("../../../models/trial.jpg");

/// The picture at `path` (or the first of a clip), or the one that comes with the program.
///
/// # Errors
/// [`InspectError::Unreadable`], [`InspectError::Picture`].
pub fn frame(path: Option<&Path>) -> Result<Frame, InspectError> {
    let Some(path) = path else {
        return decoded(EMBEDDED, "the embedded picture".as_ref());
    };
    let unreadable = |source| InspectError::Unreadable { path: path.to_owned(), source };
    let mut start = Vec::new();
    File::open(path).and_then(|f| f.take(16).read_to_end(&mut start)).map_err(unreadable)?;
    if image::guess_format(&start).is_ok() {
        return decoded(&std::fs::read(path).map_err(unreadable)?, path);
    }
    let bad = |reason: String| InspectError::Picture { path: path.to_owned(), reason };
    let mut source = Source::open(path, OpenOptions::default())
        .map_err(|_| bad("it is neither JPEG or PNG nor a clip".to_owned()))?;
    let frame = source.next_frame().map_err(|e| bad(e.to_string()))?;
    frame.ok_or_else(|| bad("there is no picture in it".to_owned()))
}

fn decoded(bytes: &[u8], path: &Path) -> Result<Frame, InspectError> {
    let bad = |reason: String| InspectError::Picture { path: path.to_owned(), reason };
    let picture = image::load_from_memory(bytes).map_err(|e| bad(e.to_string()))?.to_rgb8();
    let [luma, blue, red] = planes(&picture);
    let (wall, matrix) = (WallTime(jiff::Timestamp::UNIX_EPOCH), FULL_RANGE);
    let size = (picture.width(), picture.height());
    Frame::from_planes(0, MediaTime::ZERO, wall, size, [&luma, &blue, &red], matrix)
        .map_err(|e| bad(e.to_string()))
}

/// Luma, and both colour differences at half the size, by ITU-R BT.601 in full range, as JPEG has
/// them.
fn planes(picture: &RgbImage) -> [Vec<u8>; 3] {
    let (width, height) = (picture.width(), picture.height());
    let differences = |r: f32, g: f32, b: f32| {
        (
            128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b,
            128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b,
        )
    };
    let luma = picture.pixels().map(|p| {
        let [r, g, b] = p.0.map(f32::from);
        (0.299 * r + 0.587 * g + 0.114 * b).round() as u8
    });
    let luma = luma.collect();
    let (mut blue, mut red) = (Vec::new(), Vec::new());
    for y in (0..height).step_by(2) {
        for x in (0..width).step_by(2) {
            let mut sum = [0.0; 3];
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let pixel = picture.get_pixel((x + dx).min(width - 1), (y + dy).min(height - 1));
                for (sum, value) in sum.iter_mut().zip(pixel.0) {
                    *sum += f32::from(value) / 4.0;
                }
            }
            let (b, r) = differences(sum[0], sum[1], sum[2]);
            blue.push(b.round() as u8);
            red.push(r.round() as u8);
        }
    }
    [luma, blue, red]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_picture_is_one() {
        let frame = frame(None).unwrap();
        assert_eq!((frame.width(), frame.height()), (416, 312));
        // Its colours survive the way to planes and back.
        let picture = image::load_from_memory(EMBEDDED).unwrap().to_rgb8();
        let back = frame.to_rgb().unwrap();
        let pairs = picture.as_raw().iter().zip(back.as_raw());
        let off: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        assert!(off / (picture.as_raw().len() as f64) < 3.0, "{off}");
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notes.txt");
        let told = || frame(Some(&path)).unwrap_err().to_string();
        assert!(told().contains("cannot be read"), "{}", told());
        std::fs::write(&path, "no picture").unwrap();
        assert!(told().contains("neither JPEG or PNG nor a clip"), "{}", told());
        std::fs::write(&path, &EMBEDDED[..100]).unwrap();
        assert!(told().contains("give another --picture"), "{}", told());
    }
}
