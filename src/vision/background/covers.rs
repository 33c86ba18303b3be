//! Which cells of a watched area are covered by what stands.

use super::photograph::Photograph;
use super::pixels::Pixels;
use crate::vision::BBox;
use std::sync::Arc;

/// A cell is covered when this share of its pixels is.
const COVERED: f32 = 0.4;
/// An area can be told once this share of its pixels has a ground.
const KNOWN: f32 = 0.9;

/// An area whose cover is asked for: its cells, in frame pixels of the steady view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CoverArea {
    /// The cells, in an order that only the asker knows.
    pub cells: Vec<BBox>,
    /// How the view looks when nothing stands there. Without it, what is there first is learnt.
    pub clear: Option<Arc<Photograph>>,
}

/// Which cells are covered; `None` while the ground is not known well enough. `counts` says of a
/// pixel that stands whether what stands there is a thing at all.
pub(super) fn covered(
    area: &CoverArea,
    pixels: &Pixels,
    scale: (f32, f32),
    counts: impl Fn(usize) -> bool,
) -> Option<Vec<bool>> {
    let (width, height) = pixels.size;
    let (mut known, mut all) = (0_usize, 0_usize);
    let mut cover = Vec::with_capacity(area.cells.len());
    for cell in &area.cells {
        let cell = cell.scaled(scale.0, scale.1);
        let span = |from: f32, to: f32, most: usize| {
            let from = (from.round().max(0.0) as usize).min(most.saturating_sub(1));
            from..(to.round().max(0.0) as usize).clamp(from + 1, most.max(from + 1))
        };
        let (mut standing, mut here) = (0_usize, 0_usize);
        for y in span(cell.y1, cell.y2, height) {
            for x in span(cell.x1, cell.x2, width) {
                let i = y * width + x;
                here += 1;
                known += usize::from(pixels.ground[i].is_sure());
                standing += usize::from(pixels.standing[i] != 0 && counts(i));
            }
        }
        all += here;
        cover.push(standing as f32 >= COVERED * here as f32 && standing > 0);
    }
    (known as f32 >= KNOWN * all as f32 && all > 0).then_some(cover)
}
