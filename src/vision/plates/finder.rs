//! Finds lines of text: differentiable binarisation (<https://arxiv.org/abs/1911.08947>), whose output
//! is how likely each pixel is inside a line, shrunk; regions of it are grown back.

use crate::vision::{BBox, VisionError};
use image::RgbImage;
use image::imageops::{FilterType, resize};
use ort::session::Session;
use ort::value::Tensor;

/// Long side of the input, pixels; both sides are multiples of [`MULTIPLE`].
const LONG: u32 = 640;
const MULTIPLE: u32 = 32;
/// A small picture is enlarged no further.
const ENLARGED: f32 = 4.0;
/// A pixel is inside a line from this likelihood on; a region is a line where its mean reaches the other.
const INSIDE: f32 = 0.3;
const LINE: f32 = 0.5;
/// How far a region is grown: its area over its circumference, times this.
const GROWN: f32 = 1.6;
/// Regions smaller than this, in pixels of the input, are none.
const LEAST: u32 = 3;
/// So many lines of one picture at most, the largest first: a vehicle bears few.
const MOST: usize = 16;

/// Finds lines.
pub(super) struct Finder {
    session: Session,
    name: String,
}

impl Finder {
    pub(super) fn new(session: Session, name: &str) -> Self {
        Self { session, name: name.to_owned() }
    }

    /// Where lines of text stand in a picture, in its pixels, the largest first.
    ///
    /// # Errors
    /// [`VisionError::Inference`].
    pub(super) fn find(&mut self, picture: &RgbImage) -> Result<Vec<BBox>, VisionError> {
        let (width, height) = picture.dimensions();
        let scale = (LONG as f32 / width.max(height).max(1) as f32).min(ENLARGED);
        let side = |n: u32| ((n as f32 * scale) as u32).div_ceil(MULTIPLE).max(1) * MULTIPLE;
        let (across, down) = (side(width), side(height));
        let scaled = resize(picture, across, down, FilterType::Triangle);
        let whole = (across as usize, down as usize);
        let input = tensor(normalised(&scaled, whole), whole, &self.name)?;
        let failed = |e: &dyn std::fmt::Display| VisionError::Inference {
            model: self.name.clone(),
            reason: e.to_string(),
        };
        let given = self.session.run(ort::inputs![input]).map_err(|e| failed(&e))?;
        let likely = given[0].try_extract_array::<f32>().map_err(|e| failed(&e))?;
        let likely: Vec<f32> = likely.iter().copied().collect();
        if likely.len() != whole.0 * whole.1 {
            return Err(failed(&"its output has not the size of its input"));
        }
        let (x, y) = (width as f32 / across as f32, height as f32 / down as f32);
        let mut lines: Vec<BBox> = regions(&likely, whole.0)
            .into_iter()
            .map(|b| BBox {
                x1: (b.x1 * x).max(0.0),
                y1: (b.y1 * y).max(0.0),
                x2: (b.x2 * x).min(width as f32),
                y2: (b.y2 * y).min(height as f32),
            })
            .collect();
        let area = |b: &BBox| (b.x2 - b.x1) * (b.y2 - b.y1);
        lines.sort_by(|a, b| area(b).total_cmp(&area(a)));
        lines.truncate(MOST);
        Ok(lines)
    }
}

/// Regions of likely pixels in rows of `width`, grown.
fn regions(likely: &[f32], width: usize) -> Vec<BBox> {
    let mut seen = vec![false; likely.len()];
    let (mut found, mut stack) = (Vec::new(), Vec::new());
    let inside = |at: usize| likely[at] > INSIDE;
    for first in 0..likely.len() {
        if seen[first] || !inside(first) {
            continue;
        }
        let (mut left, mut right, mut top, mut bottom) = (width, 0, usize::MAX, 0);
        let (mut count, mut sum) = (0_u32, 0.0_f64);
        seen[first] = true;
        stack.push(first);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
            count += 1;
            sum += f64::from(likely[at]);
            let sides = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then_some(at + 1),
                at.checked_sub(width),
                Some(at + width).filter(|at| *at < likely.len()),
            ];
            for next in sides.into_iter().flatten() {
                if !seen[next] && inside(next) {
                    seen[next] = true;
                    stack.push(next);
                }
            }
        }
        let (across, down) = ((right - left + 1) as f32, (bottom - top + 1) as f32);
        let small = across.min(down) < LEAST as f32;
        if small || sum / f64::from(count) < f64::from(LINE) {
            continue;
        }
        let grow = across * down * GROWN / (2.0 * (across + down));
        found.push(BBox {
            x1: left as f32 - grow,
            y1: top as f32 - grow,
            x2: (right + 1) as f32 + grow,
            y2: (bottom + 1) as f32 + grow,
        });
    }
    found
}

/// A picture's colours as both models take them, blue first, −1 to 1, in a plane each of `whole`
/// pixels; beside a smaller picture lies 0.
pub(super) fn normalised(picture: &RgbImage, whole: (usize, usize)) -> Vec<f32> {
    let plane = whole.0 * whole.1;
    let mut values = vec![0.0; 3 * plane];
    for (x, y, pixel) in picture.enumerate_pixels() {
        let at = y as usize * whole.0 + x as usize;
        for (channel, value) in pixel.0.into_iter().rev().enumerate() {
            values[channel * plane + at] = f32::from(value) / 127.5 - 1.0;
        }
    }
    values
}

pub(super) fn tensor(
    values: Vec<f32>,
    (width, height): (usize, usize),
    model: &str,
) -> Result<Tensor<f32>, VisionError> {
    Tensor::from_array(([1, 3, height, width], values))
        .map_err(|e| VisionError::Inference { model: model.to_owned(), reason: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_hangs_together_is_one_region_and_grows() {
        let (width, height) = (40, 20);
        let mut likely = vec![0.0; width * height];
        for (x1, y1, x2, y2, value) in
            [(4, 4, 24, 10, 0.9), (30, 4, 38, 10, 0.4), (4, 15, 5, 18, 0.9)]
        {
            for y in y1..y2 {
                for x in x1..x2 {
                    likely[y * width + x] = value;
                }
            }
        }
        let found = regions(&likely, width);
        assert_eq!(found.len(), 1, "one is not likely enough, one too narrow: {found:?}");
        // 20 by 6 pixels: 120 × 1.6 / 52.
        let grow = 120.0 * 1.6 / 52.0;
        assert!(
            (found[0].x1 - (4.0 - grow)).abs() < 1e-4 && (found[0].y2 - (10.0 + grow)).abs() < 1e-4
        );
    }

    proptest! {
        #[test]
        fn no_output_breaks_it(values in prop::collection::vec(any::<f32>(), 1..200), width in 1_usize..20) {
            let rows = values.len() / width;
            let found = regions(&values[..rows * width], width);
            prop_assert!(found.len() <= values.len());
        }
    }
}
