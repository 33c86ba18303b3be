//! The samples of a head and of what is around it.

use super::colour::{Colour, hue_chroma_of, offsets};
use crate::media::{Frame, Plane};
use crate::vision::BBox;

/// Samples taken across or down at most; of larger heads every second, third, … is taken.
const MOST_ACROSS: usize = 40;
/// What is around a head: this share of its shorter side, at least so many pixels.
const AROUND_SHARE: f32 = 0.4;
const AROUND_LEAST: f32 = 4.0;

/// One chroma sample with the four luma samples it colours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Where, as a share of the head's width and height; outside 0 to 1 around it.
    pub(super) at: (f32, f32),
    /// Where, in pixels from the head's left top.
    pub(super) pixel: (f32, f32),
    /// Luma, 0 to 255 full range.
    pub(super) luma: f32,
    /// The brightest of R, G and B, 0 to 255.
    pub(super) value: f32,
    /// The brightest less the darkest of R, G and B.
    pub(super) chroma: f32,
    /// The lamp colour whose band its hue lies in.
    pub(super) colour: Option<Colour>,
    /// Whether its hue lies between red and amber.
    pub(super) orange: bool,
    /// Whether it lies in the head, not around it.
    pub(super) inside: bool,
}

/// Takes the samples of `head`, in pixels of the frame, and around it. False where the head does
/// not lie in the picture with at least half of its area.
pub(super) fn sample(frame: &Frame, head: &BBox, cells: &mut Vec<Cell>) -> bool {
    cells.clear();
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let picture = BBox { x1: 0.0, y1: 0.0, x2: width, y2: height };
    let sound = [head.x1, head.y1, head.x2, head.y2].iter().all(|v| v.is_finite());
    if !sound || head.area() < 1.0 || head.intersection(&picture) < head.area() / 2.0 {
        return false;
    }
    let around = (AROUND_SHARE * head.width().min(head.height())).max(AROUND_LEAST);
    let (luma, us, vs) = (frame.plane(0), frame.plane(1), frame.plane(2));
    let across = |from: f32, to: f32, most: usize| {
        let first = ((from - around) / 2.0).floor().max(0.0) as usize;
        let last = (f32::midpoint(to, around).ceil().max(0.0) as usize).min(most);
        (first, last, ((last.saturating_sub(first)) / MOST_ACROSS).max(1))
    };
    let (x_first, x_last, x_step) = across(head.x1, head.x2, us.width);
    let (y_first, y_last, y_step) = across(head.y1, head.y2, us.height);
    let matrix = frame.matrix();
    for cy in (y_first..y_last).step_by(y_step) {
        for cx in (x_first..x_last).step_by(x_step) {
            let (Some(u), Some(v)) = (at(&us, cx, cy), at(&vs, cx, cy)) else { continue };
            let Some(y) = luma_of(&luma, cx, cy) else { continue };
            let y = if matrix.full_range { y } else { (y - 16.0) * (255.0 / 219.0) };
            let add = offsets(u - 128.0, v - 128.0, matrix);
            let (hue, chroma) = hue_chroma_of(add);
            let most = add[0].max(add[1]).max(add[2]);
            let (px, py) = (cx as f32 * 2.0 + 1.0, cy as f32 * 2.0 + 1.0);
            cells.push(Cell {
                at: ((px - head.x1) / head.width(), (py - head.y1) / head.height()),
                pixel: (px - head.x1, py - head.y1),
                luma: y.clamp(0.0, 255.0),
                value: (y + most).clamp(0.0, 255.0),
                chroma,
                colour: Colour::of_hue(hue),
                orange: Colour::is_orange(hue),
                inside: px >= head.x1 && px <= head.x2 && py >= head.y1 && py <= head.y2,
            });
        }
    }
    cells.iter().any(|c| c.inside)
}

fn at(plane: &Plane<'_>, x: usize, y: usize) -> Option<f32> {
    if x >= plane.width || y >= plane.height {
        return None;
    }
    plane.data.get(y * plane.stride + x).map(|v| f32::from(*v))
}

/// The mean of the luma samples that a chroma sample colours.
fn luma_of(plane: &Plane<'_>, cx: usize, cy: usize) -> Option<f32> {
    let mut sum = 0.0;
    let mut count = 0.0;
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        if let Some(y) = at(plane, cx * 2 + dx, cy * 2 + dy) {
            sum += y;
            count += 1.0;
        }
    }
    (count > 0.0).then(|| sum / count)
}
