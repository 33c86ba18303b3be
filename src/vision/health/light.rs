//! Light that comes and goes over the whole picture.

use super::tiles::{TILES, Tiles};
use crate::media::MediaTime;
use std::collections::VecDeque;

/// Flicker is this many turns between brighter and darker…
const TURNS: usize = 6;
/// …within this many seconds…
const SECONDS: f64 = 4.0;
/// …each by so many grey levels, and so much of the brightness…
const LEVELS: f32 = 5.0;
const SHARE: f32 = 0.05;
/// …in which this share of all tiles takes part.
const TOGETHER: f32 = 0.7;

/// Watches for flicker.
#[derive(Default)]
pub(super) struct Flicker {
    before: Option<[f32; TILES]>,
    rising: Option<bool>,
    turns: VecDeque<MediaTime>,
}

impl Flicker {
    /// Takes in a picture; how many turns a second there are where there are too many.
    pub(super) fn note(&mut self, time: MediaTime, tiles: &Tiles) -> Option<f64> {
        while self.turns.front().is_some_and(|t| time.since(*t) > SECONDS) {
            self.turns.pop_front();
        }
        let flickers =
            |turns: &VecDeque<_>| (turns.len() >= TURNS).then(|| turns.len() as f64 / SECONDS);
        let Some(before) = &mut self.before else {
            self.before = Some(tiles.mean);
            return None;
        };
        let now = tiles.brightness();
        let then = before.iter().sum::<f32>() / TILES as f32;
        let step = now - then;
        if step.abs() < LEVELS.max(SHARE * then.max(now)) {
            // What changes slowly does not add up to a turn.
            if self.rising.is_none() {
                *before = tiles.mean;
            }
            return flickers(&self.turns);
        }
        let rising = step > 0.0;
        let least = 0.3 * step.abs();
        let with = |(was, is): (&f32, &f32)| {
            let change = is - was;
            (change > 0.0) == rising && change.abs() >= least
        };
        let together = before.iter().zip(&tiles.mean).filter(|&p| with(p)).count();
        *before = tiles.mean;
        if together as f32 >= TOGETHER * TILES as f32 {
            if self.rising.is_some_and(|was| was != rising) && self.turns.len() < 64 {
                self.turns.push_back(time);
            }
            self.rising = Some(rising);
        }
        flickers(&self.turns)
    }
}
