//! A frame as a small picture for people: of lists and walls of cameras.

use crate::media::Frame;
use image::codecs::jpeg::JpegEncoder;

/// Its longer side, pixels.
const LONG_SIDE: u32 = 640;
const QUALITY: u8 = 78;

/// The frame as a JPEG of at most 640 pixels; `None` where it cannot be made one.
pub(super) fn small_still(frame: &Frame) -> Option<Vec<u8>> {
    let picture = frame.to_rgb().ok()?;
    let (width, height) = picture.dimensions();
    let long = width.max(height);
    let picture = if long > LONG_SIDE {
        let size = |side: u32| (side * LONG_SIDE / long).max(1);
        image::imageops::thumbnail(&picture, size(width), size(height))
    } else {
        picture
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&picture).ok()?;
    Some(jpeg)
}
