//! Whether a picture is out of focus by itself, nothing being known of what the camera showed before.
//!
//! The steepest edge of each row and tile rises within a pixel or two where a lens is in focus,
//! whatever its contrast. On street clips of eight cameras the steepness that 70 % of a picture's tiles
//! stay below was 0.66 to 0.96, also at dusk, in haze and at a twentieth of the bits; 0.52 and more when
//! enlarged twice or three times; and 0.46 and less once blurred by a Gaussian of three pixels in
//! pictures up to 800 pixels wide. Noise makes edges steeper, so it can hide a blur, not feign one.

use super::crisp::steep;
use super::tiles::Reader;
use crate::media::Frame;

/// Edges in so many tiles of 144 are needed: a bare wall and a night without lamps tell nothing.
const LEAST_TILES: usize = 24;
/// A picture whose edges are flatter is probably out of focus.
const LEAST_STEEP: f32 = 0.48;

/// Whether hardly an edge of a picture is steep; `None` where too few edges tell.
pub fn is_soft(frame: &Frame) -> Option<bool> {
    let mut reader = Reader::default();
    if !reader.read(frame) {
        return None;
    }
    let tiles = reader.tiles();
    let edged = tiles.steep.iter().filter(|s| **s > 0.0).count();
    let steep = steep(tiles).filter(|_| edged >= LEAST_TILES)?;
    Some(steep < LEAST_STEEP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    fn blocks(sigma: f32, contrast: u8) -> Option<bool> {
        let grey =
            |x: u32, y: u32| if (x / 37 + y / 29).is_multiple_of(2) { 60 } else { 60 + contrast };
        let sharp = RgbImage::from_fn(768, 432, |x, y| image::Rgb([grey(x, y); 3]));
        let picture = if sigma > 0.0 { image::imageops::blur(&sharp, sigma) } else { sharp };
        is_soft(&Frame::from_rgb(0, &picture).unwrap())
    }

    #[test]
    fn a_blurred_picture_is_told_whatever_its_contrast_and_a_plain_one_is_not_judged() {
        assert_eq!(blocks(0.0, 150), Some(false));
        assert_eq!(blocks(0.0, 50), Some(false), "weak edges are sharp, too");
        assert_eq!(blocks(1.0, 150), Some(false));
        assert_eq!(blocks(4.0, 150), Some(true));
        assert_eq!(blocks(4.0, 60), Some(true));
        assert_eq!(blocks(0.0, 10), None);
    }
}
