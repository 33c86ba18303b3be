//! Whether a view plainly lies where it lay: each corner's surroundings look more like themselves in their
//! place than beside it, however the light has changed.
//!
//! This costs a hundredth of finding where a view lies, and answers for most pictures of most cameras,
//! headlights and rain included. What it does not answer is looked into.

use opencv::core::Mat;
use opencv::prelude::*;

/// Half the side of a patch, and how far beside its place it is looked for, in small pixels.
const HALF: i32 = 3;
const BESIDE: i32 = 2;
const SIDE: usize = 2 * HALF as usize + 1;
const PIXELS: usize = SIDE * SIDE;
/// Corners that are looked at.
const MOST: usize = 48;
/// A patch is found where it correlates by so much.
const FOUND: f32 = 0.65;
/// The same, far from its place.
const FOUND_FAR: f32 = 0.75;
/// So many must be found in their place, this share of all, and so many times as many as beside it.
const LEAST: usize = 10;
const LEAST_SHARE: f32 = 0.35;
const TIMES: usize = 5;
/// Less deviation than this, in grey levels, is no texture.
const FLAT: f32 = 2.0;

/// The surroundings of a view's corners.
pub(super) struct Rest {
    patches: Vec<Patch>,
    size: (i32, i32),
}

struct Patch {
    column: i32,
    row: i32,
    /// Less their mean, of length one.
    values: [f32; PIXELS],
}

impl Rest {
    /// Of a picture with these corners (columns, rows).
    pub(super) fn new(picture: &Mat, corners: &[(i32, i32)]) -> opencv::Result<Self> {
        let size = (picture.cols(), picture.rows());
        let pixels = picture.data_bytes()?;
        let mut patches: Vec<Patch> = Vec::with_capacity(MOST);
        for &(column, row) in corners {
            let inside = |v: i32, size: i32| v >= HALF + BESIDE && v < size - HALF - BESIDE;
            if patches.len() == MOST || !inside(column, size.0) || !inside(row, size.1) {
                continue;
            }
            if let Some(values) = patch(pixels, size.0, column, row) {
                patches.push(Patch { column, row, values });
            }
        }
        Ok(Self { patches, size })
    }

    /// Where about `off` (columns, rows, from the picture to the place) most patches are found together:
    /// the shift, and how many.
    pub(super) fn best(
        &self,
        picture: &Mat,
        off: (i32, i32),
    ) -> opencv::Result<((i32, i32), usize)> {
        let mut found = (off, 0);
        if (picture.cols(), picture.rows()) != self.size {
            return Ok(found);
        }
        let pixels = picture.data_bytes()?;
        for dy in -BESIDE..=BESIDE {
            for dx in -BESIDE..=BESIDE {
                let (x, y) = (off.0 + dx, off.1 + dy);
                let there = |p: &&Patch| {
                    let (column, row) = (p.column - x, p.row - y);
                    let inside = |v: i32, size: i32| v >= HALF && v < size - HALF;
                    inside(column, self.size.0)
                        && inside(row, self.size.1)
                        && p.like(pixels, self.size.0, column, row) >= FOUND_FAR
                };
                let count = self.patches.iter().filter(there).count();
                if count > found.1 {
                    found = ((x, y), count);
                }
            }
        }
        Ok(found)
    }

    /// Whether `picture` plainly lies there, within about a small pixel. `false`: it may or may not.
    pub(super) fn holds(&self, picture: &Mat) -> opencv::Result<bool> {
        if (picture.cols(), picture.rows()) != self.size || self.patches.len() < LEAST {
            return Ok(false);
        }
        let pixels = picture.data_bytes()?;
        let (mut here, mut beside) = (0_usize, 0_usize);
        for p in &self.patches {
            let like = |dx: i32, dy: i32| p.like(pixels, self.size.0, p.column + dx, p.row + dy);
            let there = like(0, 0);
            let next = [(BESIDE, 0), (-BESIDE, 0), (0, BESIDE), (0, -BESIDE)]
                .into_iter()
                .fold(0.0, |most: f32, (dx, dy)| most.max(like(dx, dy)));
            here += usize::from(there >= FOUND && there > next);
            beside += usize::from(next >= FOUND && next > there);
        }
        let least = LEAST.max((LEAST_SHARE * self.patches.len() as f32) as usize);
        Ok(here >= least && here >= TIMES * beside)
    }
}

impl Patch {
    /// Correlation with what lies around a place; nothing where that is flat.
    fn like(&self, pixels: &[u8], width: i32, column: i32, row: i32) -> f32 {
        patch(pixels, width, column, row)
            .map_or(0.0, |is| is.iter().zip(&self.values).map(|(a, b)| a * b).sum())
    }
}

/// The pixels around a place, less their mean, of length one; `None` where they are flat. The place lies
/// far enough inside.
fn patch(pixels: &[u8], width: i32, column: i32, row: i32) -> Option<[f32; PIXELS]> {
    let mut values = [0.0; PIXELS];
    let mut sum = 0.0;
    for (y, to) in values.chunks_exact_mut(SIDE).enumerate() {
        let at = ((row - HALF) * width + column - HALF) as usize + y * width as usize;
        for (to, from) in to.iter_mut().zip(pixels.get(at..at + SIDE)?) {
            *to = f32::from(*from);
            sum += *to;
        }
    }
    let mean = sum / PIXELS as f32;
    let mut squares = 0.0;
    for v in &mut values {
        *v -= mean;
        squares += *v * *v;
    }
    if squares < FLAT * FLAT * PIXELS as f32 {
        return None;
    }
    let one = 1.0 / squares.sqrt();
    for v in &mut values {
        *v *= one;
    }
    Some(values)
}
