//! A metre grid on the ground, as far as the calibration reaches.

use super::board::Board;
use super::error::EvidenceError;

use super::stroke::At;
use crate::scene::Plane;

const GRID: [u8; 3] = [120, 235, 255];
/// Lines in one direction at most; the mesh is widened until they are no more.
const MOST_LINES: f64 = 30.0;
/// Meshes, metres.
const MESHES: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
/// How far beyond its points a calibration is drawn, as a share of their extent.
const BEYOND: f64 = 0.4;
/// Pieces that a line is drawn in: it may leave the picture in between.
const PIECES: u32 = 60;

/// Draws lines every so many metres, every fifth stronger and labelled.
pub(super) fn draw(
    board: &mut Board<'_>,
    plane: &Plane,
    frame: (u32, u32),
) -> Result<(), EvidenceError> {
    let span = |i: usize| {
        let of = plane.pairs().iter().map(|p| p.metres[i]);
        let (low, high) = of.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        let more = (high - low) * BEYOND;
        (low - more, high + more)
    };
    let spans = [span(0), span(1)];
    let widest = spans.iter().fold(0.0_f64, |w, (low, high)| w.max(high - low));
    let mesh = MESHES.into_iter().find(|m| widest / m <= MOST_LINES).unwrap_or(widest / MOST_LINES);
    for (axis, (low, high)) in spans.into_iter().enumerate() {
        let (from, to) = spans[1 - axis];
        let first = (low / mesh).ceil() as i64;
        let last = (high / mesh).floor() as i64;
        for k in first..=last {
            let at = k as f64 * mesh;
            let place = |along: f64| if axis == 0 { (at, along) } else { (along, at) };
            let strong = k % 5 == 0;
            let mut labelled = !strong;
            let mut before: Option<At> = None;
            for piece in 0..=PIECES {
                let along = from + (to - from) * f64::from(piece) / f64::from(PIECES);
                let now = plane.to_picture(place(along)).filter(|p| near(*p, frame));
                if let (Some(a), Some(b)) = (before, now) {
                    board.faint(&[a, b], GRID, if strong { 0.75 } else { 0.35 });
                }
                if let Some(point) = now.filter(|p| !labelled && inside(*p, frame)) {
                    board.write(&format!("{at} m"), point, 0.6, GRID)?;
                    labelled = true;
                }
                before = now;
            }
        }
    }
    Ok(())
}

fn inside((x, y): At, (width, height): (u32, u32)) -> bool {
    (0.0..width as f32 * 0.97).contains(&x) && (0.0..height as f32 * 0.97).contains(&y)
}

/// Not so far outside that drawing it would only cost time.
fn near((x, y): At, (width, height): (u32, u32)) -> bool {
    let (w, h) = (width as f32, height as f32);
    (-w..2.0 * w).contains(&x) && (-h..2.0 * h).contains(&y)
}
