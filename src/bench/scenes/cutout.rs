//! Cut-outs: a person or vehicle taken out of real footage, and put down elsewhere.

use super::canvas::{Canvas, Colour};
use super::weather::sample;
use crate::vision::BBox;

/// Difference from the background at which a pixel begins to belong to the cut-out, and does wholly.
const DIFFERS: (f32, f32) = (18.0, 46.0);

/// A picture with soft edges.
#[derive(Debug, Clone)]
pub(super) struct Cutout {
    picture: Canvas,
    /// How much of each pixel belongs to it, 0 to 1.
    alpha: Vec<f32>,
}

impl Cutout {
    /// What differs from `background` within a box of `frame`, gaps filled, edges feathered.
    pub(super) fn moving(frame: &Canvas, background: &Canvas, b: [usize; 4]) -> Self {
        let (picture, behind) = (crop(frame, b), crop(background, b));
        let differs = |i: usize| {
            let (a, b) = (picture.pixels[i], behind.pixels[i]);
            (0..3).map(|k| (a[k] - b[k]).abs()).fold(0.0, f32::max)
        };
        let alpha = (0..picture.pixels.len())
            .map(|i| ((differs(i) - DIFFERS.0) / (DIFFERS.1 - DIFFERS.0)).clamp(0.0, 1.0))
            .collect();
        let mut cut = Self { picture, alpha };
        // Holes are closed by growing and shrinking again, edges softened.
        cut.each_around(2, f32::max, 0.0);
        cut.each_around(2, f32::min, 1.0);
        cut.feather();
        cut
    }

    /// What lies within an outline in a picture: something that never moves.
    pub(super) fn outlined(frame: &Canvas, b: [usize; 4], outline: &[(f32, f32)]) -> Self {
        let picture = crop(frame, b);
        let mut mask = Canvas::new((picture.width as u32, picture.height as u32));
        let inner: Vec<(f32, f32)> =
            outline.iter().map(|(x, y)| (x - b[0] as f32, y - b[1] as f32)).collect();
        mask.flat(&inner, [1.0; 3]);
        let alpha = mask.pixels.iter().map(|p| p[0]).collect();
        let mut cut = Self { picture, alpha };
        cut.feather();
        cut
    }

    /// Something drawn: a bag, a stall, each texel by `paint`, of parts 0 to 1 across and down;
    /// `None` where it is not.
    pub(super) fn drawn(
        (width, height): (u32, u32),
        paint: impl Fn(f32, f32) -> Option<Colour>,
    ) -> Self {
        let mut picture = Canvas::new((width, height));
        let mut alpha = vec![0.0; picture.pixels.len()];
        for y in 0..picture.height {
            for x in 0..picture.width {
                let part = |v: usize, of: usize| (v as f32 + 0.5) / of as f32;
                let i = y * picture.width + x;
                if let Some(colour) = paint(part(x, picture.width), part(y, picture.height)) {
                    (picture.pixels[i], alpha[i]) = (colour, 1.0);
                }
            }
        }
        Self { picture, alpha }
    }

    /// The box it takes with the middle of its lower edge at a place, this many times its size.
    fn bbox(&self, (x, y): (f32, f32), scale: f32) -> BBox {
        let (w, h) = (self.picture.width as f32 * scale, self.picture.height as f32 * scale);
        BBox { x1: x - w / 2.0, y1: y - h, x2: x + w / 2.0, y2: y }
    }

    /// Lays it on a picture with the middle of its lower edge at a place. `light` makes it lighter or
    /// darker; below it a soft shadow falls.
    pub(super) fn lay(&self, on: &mut Canvas, at: (f32, f32), scale: f32, light: f32) {
        let b = self.bbox(at, scale);
        let (rx, ry) = (b.width() * 0.52, (b.width() * 0.16).max(2.0));
        on.ellipse((at.0 + b.width() * 0.06, at.1 - ry * 0.3), (rx, ry), |far, old| {
            let dark = 1.0 - 0.45 * (1.0 - far * far);
            old.map(|c| c * dark)
        });
        let corners = [(b.x1, b.y1), (b.x2, b.y1), (b.x2, b.y2), (b.x1, b.y2)];
        let alpha = self.alpha_canvas();
        on.fill(&corners, |x, y, old| {
            let (sx, sy) = ((x - b.x1) / scale - 0.5, (y - b.y1) / scale - 0.5);
            let part = sample(&alpha, sx, sy)[0];
            let new = sample(&self.picture, sx, sy);
            std::array::from_fn(|i| old[i] * (1.0 - part) + new[i] * light * part)
        });
    }

    fn alpha_canvas(&self) -> Canvas {
        let pixels = self.alpha.iter().map(|a| [*a; 3]).collect();
        Canvas { width: self.picture.width, height: self.picture.height, pixels }
    }

    fn each_around(&mut self, reach: usize, best: impl Fn(f32, f32) -> f32, start: f32) {
        let (w, h) = (self.picture.width, self.picture.height);
        let old = self.alpha.clone();
        for y in 0..h {
            for x in 0..w {
                let mut value = start;
                for ny in y.saturating_sub(reach)..(y + reach + 1).min(h) {
                    for nx in x.saturating_sub(reach)..(x + reach + 1).min(w) {
                        value = best(value, old[ny * w + nx]);
                    }
                }
                self.alpha[y * w + x] = value;
            }
        }
    }

    fn feather(&mut self) {
        let (w, h) = (self.picture.width, self.picture.height);
        let old = self.alpha.clone();
        for y in 0..h {
            for x in 0..w {
                let (mut sum, mut count) = (0.0, 0.0);
                for ny in y.saturating_sub(1)..(y + 2).min(h) {
                    for nx in x.saturating_sub(1)..(x + 2).min(w) {
                        sum += old[ny * w + nx];
                        count += 1.0;
                    }
                }
                // Never outside what it was: no rim of background.
                self.alpha[y * w + x] = (sum / count).min(old[y * w + x]);
            }
        }
    }
}

fn crop(from: &Canvas, [x1, y1, x2, y2]: [usize; 4]) -> Canvas {
    let mut cut = Canvas::new(((x2 - x1) as u32, (y2 - y1) as u32));
    for (row, y) in cut.pixels.chunks_mut(x2 - x1).zip(y1..y2) {
        row.copy_from_slice(&from.pixels[y * from.width + x1..y * from.width + x2]);
    }
    cut
}
