//! Red, amber or green: bands of hue.
//!
//! Hue is that of HSV. It depends on the two chroma samples alone (R−G and G−B have no luma in
//! them), so it holds for lamps of any brightness, and for BT.601 and BT.709 alike.

use crate::media::YuvMatrix;

/// A lamp's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Colour {
    /// Stop.
    Red,
    /// Red comes, or goes.
    Amber,
    /// Go.
    Green,
}

/// Hues in degrees. Reds reach into magenta (sensors see near infrared of red LEDs in blue, too)
/// and end before orange; ambers are 590 to 595 nm, yellow where they are overexposed; greens are
/// 495 to 510 nm and look cyan to most sensors (CIE S 004, class B). The gaps between are nobody's.
const RED_FROM: f32 = 318.0;
const RED_TO: f32 = 17.0;
const AMBER: std::ops::RangeInclusive<f32> = 24.0..=64.0;
const GREEN: std::ops::RangeInclusive<f32> = 95.0..=205.0;

impl Colour {
    /// All, in the order of a head from top to bottom.
    pub const ALL: [Self; 3] = [Self::Red, Self::Amber, Self::Green];

    /// The colour whose band holds the hue, in degrees, 0 to 360.
    pub fn of_hue(hue: f32) -> Option<Self> {
        if !(RED_TO..RED_FROM).contains(&hue) {
            return hue.is_finite().then_some(Self::Red);
        }
        if AMBER.contains(&hue) {
            Some(Self::Amber)
        } else if GREEN.contains(&hue) {
            Some(Self::Green)
        } else {
            None
        }
    }

    /// Whether the hue, in degrees, lies in the gap between red and amber: an overexposed red's
    /// edge, or an amber's.
    pub(super) fn is_orange(hue: f32) -> bool {
        hue > RED_TO && hue < *AMBER.start()
    }

    /// 0, 1 or 2 in the order of [`Self::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// What blue-difference `u` and red-difference `v` (128 taken off) add to R, G and B, in steps of
/// full range.
pub(super) fn offsets(u: f32, v: f32, matrix: YuvMatrix) -> [f32; 3] {
    let scale = if matrix.full_range { 1.0 } else { 255.0 / 224.0 };
    let (u, v) = (u * scale, v * scale);
    if matrix.bt709 {
        [1.5748 * v, -0.1873 * u - 0.4681 * v, 1.8556 * u]
    } else {
        [1.402 * v, -0.3441 * u - 0.7141 * v, 1.772 * u]
    }
}

/// Hue in degrees, 0 to 360, and chroma (largest less smallest of R, G and B), 0 to about 500, of
/// the two chroma samples as stored.
pub fn hue_and_chroma(u: u8, v: u8, matrix: YuvMatrix) -> (f32, f32) {
    hue_chroma_of(offsets(f32::from(u) - 128.0, f32::from(v) - 128.0, matrix))
}

pub(super) fn hue_chroma_of([r, g, b]: [f32; 3]) -> (f32, f32) {
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let chroma = most - least;
    if chroma <= 0.0 {
        return (0.0, 0.0);
    }
    let sixth = if r >= most {
        ((g - b) / chroma).rem_euclid(6.0)
    } else if g >= most {
        (b - r) / chroma + 2.0
    } else {
        (r - g) / chroma + 4.0
    };
    (sixth * 60.0, chroma)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Chroma samples of an RGB colour, limited range.
    fn uv([r, g, b]: [f32; 3], bt709: bool) -> (u8, u8) {
        let (kr, kb) = if bt709 { (0.2126, 0.0722) } else { (0.299, 0.114) };
        let y = kr * r + (1.0 - kr - kb) * g + kb * b;
        let code = |d: f32, k: f32| (128.0 + d / (2.0 * (1.0 - k)) * 224.0 / 255.0).round() as u8;
        (code(b - y, kb), code(r - y, kr))
    }

    fn colour(rgb: [f32; 3]) -> [Option<Colour>; 2] {
        [false, true].map(|bt709| {
            let (u, v) = uv(rgb, bt709);
            let (hue, chroma) = hue_and_chroma(u, v, YuvMatrix { bt709, full_range: false });
            if chroma < 10.0 { None } else { Colour::of_hue(hue) }
        })
    }

    #[test]
    fn lamps_have_the_colours_people_name() {
        use Colour::{Amber, Green, Red};
        let table: &[([f32; 3], Option<Colour>)] = &[
            ([255.0, 0.0, 0.0], Some(Red)),
            ([255.0, 50.0, 30.0], Some(Red)),
            ([255.0, 0.0, 80.0], Some(Red)),   // as infrared makes it
            ([255.0, 90.0, 200.0], Some(Red)), // magenta
            ([90.0, 20.0, 25.0], Some(Red)),   // a dark picture
            ([255.0, 170.0, 0.0], Some(Amber)),
            ([255.0, 130.0, 20.0], Some(Amber)),
            ([255.0, 250.0, 60.0], Some(Amber)), // overexposed
            ([0.0, 255.0, 0.0], Some(Green)),
            ([40.0, 255.0, 120.0], Some(Green)),
            ([0.0, 255.0, 170.0], Some(Green)),
            ([0.0, 255.0, 255.0], Some(Green)), // cyan
            ([120.0, 255.0, 255.0], Some(Green)),
            ([255.0, 85.0, 0.0], None),   // orange: a red or an amber
            ([160.0, 200.0, 60.0], None), // leaves
            ([90.0, 140.0, 255.0], None), // sky
            ([120.0, 40.0, 255.0], None),
            ([128.0, 128.0, 128.0], None),
        ];
        for (rgb, wanted) in table {
            assert_eq!(colour(*rgb), [*wanted; 2], "{rgb:?}");
        }
    }

    proptest! {
        #[test]
        fn hue_is_an_angle(u: u8, v: u8, bt709: bool, full_range: bool) {
            let (hue, chroma) = hue_and_chroma(u, v, YuvMatrix { bt709, full_range });
            prop_assert!((0.0..=360.0).contains(&hue) && (0.0..600.0).contains(&chroma));
        }
    }
}
