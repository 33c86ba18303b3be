//! How an upper body looks.

use crate::media::{Frame, Plane};
use crate::vision::BBox;

/// Of a person's box, where the upper body is.
const ACROSS: (f32, f32) = (0.2, 0.8);
const DOWN: (f32, f32) = (0.2, 0.5);
/// Bins of light and of each colour difference, which lies about the middle.
const LIGHT: usize = 8;
const COLOUR: usize = 16;
const COLOUR_FROM: u8 = 96;
/// Samples of a row and of a column at most.
const SAMPLES: usize = 24;

/// How an upper body looks: shares of its samples by light, and by either colour difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look([f32; LIGHT + 2 * COLOUR]);

impl Look {
    /// Of a person's box, in the frame's pixels.
    pub(super) fn of(frame: &Frame, person: &BBox) -> Self {
        let mut shares = [0.0; LIGHT + 2 * COLOUR];
        let (w, h) = (person.width(), person.height());
        let across = (person.x1 + ACROSS.0 * w, person.x1 + ACROSS.1 * w);
        let down = (person.y1 + DOWN.0 * h, person.y1 + DOWN.1 * h);
        let size = (frame.width().max(1) as f32, frame.height().max(1) as f32);
        for i in 0..3 {
            let plane = frame.plane(i);
            let (sx, sy) = (plane.width as f32 / size.0, plane.height as f32 / size.1);
            let x = spread(across.0 * sx, across.1 * sx, plane.width);
            let y = spread(down.0 * sy, down.1 * sy, plane.height);
            let each = 1.0 / (x.len() * y.len()).max(1) as f32;
            for value in y.iter().flat_map(|y| x.iter().filter_map(|x| sample(&plane, *x, *y))) {
                let bin = if i == 0 {
                    usize::from(value) * LIGHT / 256
                } else {
                    let bin = usize::from(value.saturating_sub(COLOUR_FROM)) / 4;
                    LIGHT + (i - 1) * COLOUR + bin.min(COLOUR - 1)
                };
                shares[bin] += each;
            }
        }
        Self(shares)
    }

    /// The middle of several; `None` of none.
    pub(super) fn middle(looks: &[Self]) -> Option<Self> {
        let mut shares = [0.0; LIGHT + 2 * COLOUR];
        for look in looks {
            for (sum, share) in shares.iter_mut().zip(look.0) {
                *sum += share / looks.len() as f32;
            }
        }
        (!looks.is_empty()).then_some(Self(shares))
    }

    /// From 0, the same, to 1, nothing in common: the furthest apart of light and colours.
    pub(super) fn apart(&self, other: &Self) -> f32 {
        let part = |range: std::ops::Range<usize>| {
            let (a, b) = (self.0.get(range.clone()), other.0.get(range));
            let pairs = a.into_iter().flatten().zip(b.into_iter().flatten());
            let common: f32 = pairs.map(|(a, b)| (a * b).sqrt()).sum();
            (1.0 - common).max(0.0).sqrt()
        };
        let colours = LIGHT + COLOUR;
        [0..LIGHT, LIGHT..colours, colours..colours + COLOUR]
            .into_iter()
            .map(part)
            .fold(0.0, f32::max)
    }
}

fn spread(from: f32, to: f32, length: usize) -> Vec<usize> {
    let (from, to) = (from.max(0.0) as usize, (to.max(0.0) as usize).min(length));
    (from..to).step_by((to.saturating_sub(from) / SAMPLES).max(1)).collect()
}

fn sample(plane: &Plane<'_>, x: usize, y: usize) -> Option<u8> {
    plane.data.get(y * plane.stride + x).copied()
}
