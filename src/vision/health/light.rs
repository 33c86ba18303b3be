//! Light that comes and goes over the whole picture.

use super::tiles::TILES;
use crate::media::MediaTime;
use std::collections::VecDeque;

/// Flicker is this many turns between brighter and darker…
const TURNS: usize = 5;
/// …within this many seconds…
const SECONDS: f64 = 3.5;
/// …no more of which are counted than this…
const MOST_TURNS: usize = 256;
/// …each by so many grey levels, and so much of the brightness…
const LEVELS: f32 = 5.0;
const SHARE: f32 = 0.05;
/// …in which this share of all tiles takes part.
const TOGETHER: f32 = 0.7;

/// What nothing came of is forgotten in this time, in seconds.
const REST_SECONDS: f64 = 1.0;

/// Watches for flicker.
#[derive(Default)]
pub(super) struct Flicker {
    /// The brightest or darkest picture since the last turn, by tiles.
    turn: Option<Box<[f32; TILES]>>,
    rising: Option<bool>,
    turns: VecDeque<MediaTime>,
    last: Option<MediaTime>,
}

impl Flicker {
    /// Takes in the light of a picture's tiles; how many turns a second there are where there are too
    /// many. To be called with every picture: swift flicker shows in few of them.
    pub(super) fn note(&mut self, time: MediaTime, light: &[f32; TILES]) -> Option<f64> {
        let dt = self.last.replace(time).map_or(0.0, |last| time.since(last).clamp(0.0, 1.0));
        while self.turns.front().is_some_and(|t| time.since(*t) > SECONDS) {
            self.turns.pop_front();
        }
        let Some(turn) = &mut self.turn else {
            self.turn = Some(Box::new(*light));
            return None;
        };
        let (now, then) = (brightness(light), brightness(turn));
        let step = now - then;
        let rises = step > 0.0;
        let large = step.abs() >= LEVELS.max(SHARE * then.max(now));
        if large && self.rising != Some(rises) {
            let least = 0.3 * step.abs();
            let with = |(was, is): &(&f32, &f32)| {
                let change = **is - **was;
                (change > 0.0) == rises && change.abs() >= least
            };
            let together = turn.iter().zip(light).filter(with).count();
            if together as f32 >= TOGETHER * TILES as f32 {
                if self.rising.is_some() && self.turns.len() < MOST_TURNS {
                    self.turns.push_back(time);
                }
                self.rising = Some(rises);
            }
            **turn = *light;
        } else if self.rising == Some(rises) {
            **turn = *light;
        } else {
            // A light that changed once and stays is no half of a flicker.
            let share = (dt / REST_SECONDS).min(1.0) as f32;
            turn.iter_mut().zip(light).for_each(|(to, from)| *to += (from - *to) * share);
        }
        (self.turns.len() >= TURNS).then(|| self.turns.len() as f64 / SECONDS)
    }
}

fn brightness(light: &[f32; TILES]) -> f32 {
    light.iter().sum::<f32>() / TILES as f32
}
