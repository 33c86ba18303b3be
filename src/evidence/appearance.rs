//! How a subject looks, in so few numbers that two events can be compared without their pictures.
//!
//! The box is laid out in cells, and each cell's mean colour is measured against the mean colour
//! of what surrounds the box, channel by channel: a change of light scales both alike and falls out
//! (the diagonal model of adaptation after von Kries, 1902). What remains is how much lighter, darker
//! or more coloured than the street each part of the subject is.

use crate::vision::BBox;
use image::{Rgb, RgbImage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Cells across and down.
const CELLS: usize = 4;
/// Numbers of a description: three channels a cell.
const LENGTH: usize = CELLS * CELLS * 3;
/// The part of the box left out along each side: mostly street.
const INSET: f32 = 0.08;
/// The width of what is taken as surroundings, in sizes of the box.
const RING: f32 = 0.35;
/// The logarithm of a ratio that fills the scale.
const FULL: f32 = 3.0;
/// Added to every mean, of 255: what is nearly black has no colour to measure.
const FLOOR: f32 = 6.0;
/// Boxes smaller than this along a side show too little, pixels.
const LEAST: f32 = 8.0;
/// Subjects less unlike than this are alike.
const ALIKE: f32 = 0.33;

/// How a subject looks beside its surroundings: 4×4 cells, row by row, red, green and blue each a
/// byte; 128 is as the surroundings, 255 about twenty times as light. Written as 96 hexadecimal
/// digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Appearance([u8; LENGTH]);

impl Appearance {
    /// Looks at the box `at` (pixels of `picture`). `None` where too little of it, or of its
    /// surroundings, is in the picture.
    pub fn of(picture: &RgbImage, at: &BBox) -> Option<Self> {
        let (w, h) = (at.width(), at.height());
        if !(w >= LEAST && h >= LEAST) {
            return None;
        }
        let grown = |by: f32| BBox {
            x1: at.x1 - by * w,
            y1: at.y1 - by * h,
            x2: at.x2 + by * w,
            y2: at.y2 + by * h,
        };
        let around = mean(picture, &grown(RING), Some(&grown(0.05)))?;
        let core = grown(-INSET);
        let (cell_w, cell_h) = (core.width() / CELLS as f32, core.height() / CELLS as f32);
        let mut bytes = [128; LENGTH];
        for (i, cell) in bytes.chunks_exact_mut(3).enumerate() {
            let (x, y) = ((i % CELLS) as f32, (i / CELLS) as f32);
            let at = BBox {
                x1: core.x1 + x * cell_w,
                y1: core.y1 + y * cell_h,
                x2: core.x1 + (x + 1.0) * cell_w,
                y2: core.y1 + (y + 1.0) * cell_h,
            };
            // A part beyond the picture's border says nothing.
            let Some(colour) = mean(picture, &at, None) else { continue };
            for ((byte, of), street) in cell.iter_mut().zip(colour).zip(around) {
                let ratio = ((of + FLOOR) / (street + FLOOR)).ln() / FULL;
                *byte = (ratio.clamp(-1.0, 1.0) * 127.0 + 128.0).round() as u8;
            }
        }
        Some(Self(bytes))
    }

    /// How unlike another: the median over the cells of the distance between their logarithms, so
    /// that somebody who hides less than half of it changes little. 0: the same.
    pub fn unlike(&self, other: &Self) -> f32 {
        let mut cells = [0.0; CELLS * CELLS];
        let pairs = self.0.chunks_exact(3).zip(other.0.chunks_exact(3));
        for (cell, (a, b)) in cells.iter_mut().zip(pairs) {
            let apart = |i: usize| (f32::from(a[i]) - f32::from(b[i])) * FULL / 127.0;
            *cell = ((0..3).map(|i| apart(i).powi(2)).sum::<f32>() / 3.0).sqrt();
        }
        cells.sort_by(f32::total_cmp);
        f32::midpoint(cells[cells.len() / 2 - 1], cells[cells.len() / 2])
    }

    /// Whether it may be the same thing.
    pub fn is_alike(&self, other: &Self) -> bool {
        self.unlike(other) <= ALIKE
    }
}

/// The mean colour in `within` and outside `except`; `None` where the picture shows none of it.
fn mean(picture: &RgbImage, within: &BBox, except: Option<&BBox>) -> Option<[f32; 3]> {
    let (width, height) = picture.dimensions();
    let span = |from: f32, to: f32, size: u32| {
        (from.clamp(0.0, size as f32) as u32)..(to.clamp(0.0, size as f32).ceil() as u32)
    };
    let mut sum = [0.0f64; 3];
    let mut count = 0u32;
    for y in span(within.y1, within.y2, height) {
        for x in span(within.x1, within.x2, width) {
            let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
            if except.is_some_and(|e| (e.x1..e.x2).contains(&px) && (e.y1..e.y2).contains(&py)) {
                continue;
            }
            let Rgb(colour) = picture.get_pixel(x, y);
            for (sum, c) in sum.iter_mut().zip(colour) {
                *sum += f64::from(*c);
            }
            count += 1;
        }
    }
    (count > 0).then(|| sum.map(|s| (s / f64::from(count)) as f32))
}

impl From<Appearance> for String {
    fn from(a: Appearance) -> Self {
        hex::encode(a.0)
    }
}

impl TryFrom<String> for Appearance {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut bytes = [0; LENGTH];
        hex::decode_to_slice(&text, &mut bytes)
            .map_err(|e| format!("an appearance is {} hexadecimal digits: {e}", 2 * LENGTH))?;
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAR: BBox = BBox { x1: 60.0, y1: 40.0, x2: 140.0, y2: 90.0 };

    /// A street with a car of that colour, windows dark, all under a light.
    fn street(car: [f32; 3], light: [f32; 3], walker: bool) -> RgbImage {
        RgbImage::from_fn(200, 130, |x, y| {
            let (fx, fy) = (x as f32, y as f32);
            let inside = (62.0..138.0).contains(&fx) && (42.0..88.0).contains(&fy);
            let window = (80.0..120.0).contains(&fx) && (46.0..60.0).contains(&fy);
            let grain = ((x * 7 + y * 13) % 9) as f32 - 4.0;
            let base = match (inside, window) {
                _ if walker && (64.0..84.0).contains(&fx) && fy < 110.0 => [160.0, 60.0, 150.0],
                (true, true) => [30.0, 32.0, 36.0],
                (true, false) => car,
                _ => [110.0, 108.0, 104.0],
            };
            let lit = |c: usize| ((base[c] + grain) * light[c]).clamp(0.0, 255.0) as u8;
            Rgb([lit(0), lit(1), lit(2)])
        })
    }

    fn look(car: [f32; 3], light: [f32; 3]) -> Appearance {
        Appearance::of(&street(car, light, false), &CAR).unwrap()
    }

    #[test]
    fn light_changes_nothing_and_paint_does() {
        let (day, dusk, lamp) = ([1.0; 3], [0.35, 0.36, 0.42], [0.9, 0.7, 0.45]);
        let paints = [
            [215.0, 214.0, 210.0],
            [20.0, 21.0, 24.0],
            [170.0, 30.0, 35.0],
            [40.0, 70.0, 160.0],
            [70.0, 72.0, 74.0],
        ];
        for (i, one) in paints.iter().enumerate() {
            for light in [dusk, lamp] {
                let unlike = look(*one, day).unlike(&look(*one, light));
                assert!(unlike < ALIKE * 0.7, "{one:?} in another light: {unlike}");
            }
            for other in &paints[i + 1..] {
                for light in [day, dusk] {
                    let unlike = look(*one, day).unlike(&look(*other, light));
                    assert!(unlike > ALIKE * 1.15, "{one:?} and {other:?}: {unlike}");
                }
            }
        }
    }

    #[test]
    fn a_walker_in_front_and_a_box_a_little_off_are_the_same_car() {
        let red = [170.0, 30.0, 35.0];
        let alone = look(red, [1.0; 3]);
        let hidden = Appearance::of(&street(red, [1.0; 3], true), &CAR).unwrap();
        assert!(alone.is_alike(&hidden), "{}", alone.unlike(&hidden));
        let off = BBox { x1: 64.0, y1: 37.0, x2: 143.0, y2: 88.0 };
        let off = Appearance::of(&street(red, [0.6; 3], false), &off).unwrap();
        assert!(alone.is_alike(&off), "{}", alone.unlike(&off));
    }

    #[test]
    fn too_little_to_see_is_no_appearance() {
        let picture = street([9.0; 3], [1.0; 3], false);
        for bbox in [
            BBox { x1: 10.0, y1: 10.0, x2: 14.0, y2: 60.0 },
            BBox { x1: 500.0, y1: 10.0, x2: 560.0, y2: 60.0 },
            BBox { x1: f32::NAN, ..CAR },
        ] {
            assert_eq!(Appearance::of(&picture, &bbox), None);
        }
        let all = BBox { x1: 0.0, y1: 0.0, x2: 200.0, y2: 130.0 };
        assert_eq!(Appearance::of(&picture, &all), None, "nothing to compare with");
    }

    #[test]
    fn is_written_as_digits() {
        let one = look([200.0; 3], [1.0; 3]);
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(text.len(), 98);
        assert_eq!(serde_json::from_str::<Appearance>(&text).unwrap(), one);
        assert!(serde_json::from_str::<Appearance>("\"12zz\"").is_err());
    }
}
