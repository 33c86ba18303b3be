//! Words on pictures: one line of text on a dark ground.

use super::error::EvidenceError;
use super::stroke::{At, blend};
use super::typeface::{Typeface, Weight};
use image::RgbImage;

const GROUND: [u8; 3] = [0, 0, 0];
/// How much of the picture the ground hides.
const COVER: f32 = 0.6;

/// Writes a line with its left top corner at `at`, moved into the picture where it would leave it.
pub(super) fn write(
    picture: &mut RgbImage,
    text: &str,
    at: At,
    line_pixels: f32,
    ink: [u8; 3],
) -> Result<(), EvidenceError> {
    let face = Typeface::new(Weight::Bold, line_pixels)?;
    let text = face.drawable(text);
    let pad = (line_pixels * 0.2).ceil();
    let (width, height) = (face.width(&text) + 2.0 * pad, line_pixels + pad);
    let within = |v: f32, size: u32, own: f32| v.min(size as f32 - own).max(0.0);
    let (x, y) = (within(at.0, picture.width(), width), within(at.1, picture.height(), height));
    if !(x.is_finite() && y.is_finite()) {
        return Ok(());
    }
    for row in 0..height as i64 {
        for column in 0..width as i64 {
            blend(picture, x as i64 + column, y as i64 + row, GROUND, COVER);
        }
    }
    face.draw(picture, &text, (x + pad, y + pad * 0.5), ink);
    Ok(())
}
