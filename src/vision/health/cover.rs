//! What stands before a view: a large connected part of it whose content is gone.
//!
//! What hides a view is one thing, so signs count where they lie together. A view with hardly any texture
//! gives weak signs: its grain is gone, and where it was plain and is plain nobody can tell. Those count
//! only together with plain ones, so that a camera that smooths its noise away is not called covered.

use super::tiles::{ACROSS, DOWN, TILES};

/// Share of what lies together that must be gone beyond doubt.
const BEYOND_DOUBT: f32 = 0.2;
/// Share that must be gone or faded: the rest was plain and still is.
const SIGNS: f32 = 0.6;

/// What one tile says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// What it showed is to be seen.
    There,
    /// It was plain and is plain.
    Plain,
    /// Its grain is gone.
    Faded,
    /// What it showed is gone, or it shows another light.
    Gone,
}

/// The largest part of a view that something stands in front of.
pub(super) struct Cover {
    part: Vec<bool>,
    tiles: usize,
}

impl Cover {
    /// The largest of the parts that are gone.
    pub(super) fn largest(signs: &[Sign]) -> Self {
        let mut best = Self { part: vec![false; TILES], tiles: 0 };
        let mut seen = [false; TILES];
        let (mut part, mut reach) = (Vec::with_capacity(TILES), Vec::with_capacity(TILES));
        for first in 0..TILES.min(signs.len()) {
            if seen[first] || !matches!(signs[first], Sign::Gone | Sign::Faded) {
                continue;
            }
            part.clear();
            reach.push(first);
            seen[first] = true;
            while let Some(t) = reach.pop() {
                part.push(t);
                for next in neighbours(t) {
                    if signs[next] != Sign::There && !std::mem::replace(&mut seen[next], true) {
                        reach.push(next);
                    }
                }
            }
            let count = |sign: Sign| part.iter().filter(|&&t| signs[t] == sign).count() as f32;
            let (gone, faded, all) = (count(Sign::Gone), count(Sign::Faded), part.len() as f32);
            let told = gone >= BEYOND_DOUBT * all && gone + faded >= SIGNS * all;
            if told && part.len() > best.tiles {
                best.tiles = part.len();
                best.part.fill(false);
                for &t in &part {
                    best.part[t] = true;
                }
            }
        }
        best
    }

    /// Whether this tile is part of it.
    pub(super) fn holds(&self, tile: usize) -> bool {
        self.part.get(tile).is_some_and(|part| *part)
    }

    /// Share of the view, 0 to 1.
    pub(super) fn share(&self) -> f32 {
        self.tiles as f32 / TILES as f32
    }
}

/// The tiles left, right, above and below.
fn neighbours(t: usize) -> impl Iterator<Item = usize> {
    let (column, row) = (t % ACROSS, t / ACROSS);
    [
        (column > 0).then(|| t - 1),
        (column + 1 < ACROSS).then(|| t + 1),
        (row > 0).then(|| t - ACROSS),
        (row + 1 < DOWN).then(|| t + ACROSS),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(sign: Sign) -> Vec<Sign> {
        (0..TILES).map(|t| if t % ACROSS < ACROSS / 2 { sign } else { Sign::There }).collect()
    }

    #[test]
    fn what_lies_together_counts() {
        let cover = Cover::largest(&half(Sign::Gone));
        assert!((cover.share() - 0.5).abs() < 1e-6 && cover.holds(0) && !cover.holds(ACROSS - 1));
        // As many, strewn over the view, are none.
        let strewn: Vec<Sign> =
            (0..TILES)
                .map(|t| {
                    if (t % ACROSS + t / ACROSS).is_multiple_of(2) {
                        Sign::Gone
                    } else {
                        Sign::There
                    }
                })
                .collect();
        assert!(Cover::largest(&strewn).share() < 0.01);
    }

    #[test]
    fn grain_alone_tells_nothing() {
        assert!(Cover::largest(&half(Sign::Faded)).share() < 0.01);
        assert!(Cover::largest(&half(Sign::Plain)).share() < 0.01);
        let mut signs = half(Sign::Faded);
        for t in (0..TILES).filter(|t| t % ACROSS < 3) {
            signs[t] = Sign::Gone;
        }
        assert!((Cover::largest(&signs).share() - 0.5).abs() < 1e-6);
    }
}
