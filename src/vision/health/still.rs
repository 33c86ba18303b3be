//! Pictures that stand still: the same again and again while packets come.
//!
//! A still street is not a frozen picture. A sensor's noise leaves something in every picture, but an
//! encoder may drop all of it; so what a camera's pictures do otherwise is learnt: where they always
//! differed, two seconds of the same picture are telling, and where they stood still before and went on,
//! several times as long as they ever stood is asked for.

use super::tiles::Tiles;
use crate::media::MediaTime;

/// Mean change in grey levels, of the whole picture and of any tile, up to which two pictures are the
/// same: what an encoder makes of one picture shown twice.
const SAME: f32 = 0.07;
const SAME_TILE: f32 = 1.0;
/// A keyframe draws a frozen picture anew: everything changes a little, nothing much.
const REDRAWN: f32 = 8.0;
const REDRAWN_TILE: f32 = 14.0;
const REDRAWN_EVEN: f32 = 4.0;
/// An encoder takes this long, in seconds, to settle on a picture that stands still, and changes no
/// more than this meanwhile.
const SETTLING_SECONDS: f64 = 0.5;
const SETTLING: f32 = 0.7;
const SETTLING_TILE: f32 = 3.0;
/// How many times as long as it ever stood a picture must stand, and the longest asked for, in seconds.
const TIMES: f64 = 4.0;
const MOST_SECONDS: f64 = 300.0;
/// Asked for while less than this is known of the camera, in seconds, and how much that is.
const NEW_SECONDS: f64 = 10.0;
const KNOWN_SECONDS: f64 = 2.5;
/// What was learnt fades to a third in this time, in seconds.
const FADE_SECONDS: f64 = 1800.0;
/// Stillness that is followed by no more change than this was a still street.
const WENT_ON: f32 = 1.0;

/// Watches for pictures that stand still.
#[derive(Default)]
pub(super) struct Still {
    last: Option<MediaTime>,
    since: Option<MediaTime>,
    redrawn: bool,
    settling: Option<MediaTime>,
    /// The longest that pictures stood still without being frozen, in seconds.
    longest: f64,
    /// Seconds of pictures that differed.
    known: f64,
}

impl Still {
    /// Takes in a picture's change since the one before; for how long the same has been shown, where
    /// that is too long.
    pub(super) fn note(
        &mut self,
        time: MediaTime,
        tiles: &Tiles,
        least_seconds: f64,
    ) -> Option<f64> {
        let dt = self.last.map_or(0.0, |last| time.since(last).max(0.0));
        let before = self.last.replace(time).unwrap_or(time);
        let mean = tiles.change.iter().sum::<f32>() / tiles.change.len() as f32;
        let most = tiles.change.iter().fold(0.0, |a: f32, &b| a.max(b));
        self.longest *= (-dt / FADE_SECONDS).exp();
        let settling = mean <= SETTLING && most <= SETTLING_TILE;
        let settled = self.settling.filter(|_| settling);
        self.settling = settling.then(|| settled.unwrap_or(before));
        if mean <= SAME && most <= SAME_TILE {
            self.redrawn = false;
            let begun = settled.unwrap_or(before).max(before.plus(-SETTLING_SECONDS));
            let since = *self.since.get_or_insert(begun);
            let stood = time.since(since);
            return (stood >= self.needed(least_seconds)).then_some(stood);
        }
        let Some(since) = self.since else {
            self.known += dt.min(1.0);
            return None;
        };
        let even = most <= REDRAWN_TILE && most <= REDRAWN_EVEN * mean && mean <= REDRAWN;
        if even && !self.redrawn {
            self.redrawn = true;
            let stood = time.since(since);
            return (stood >= self.needed(least_seconds)).then_some(stood);
        }
        let stood = before.since(since);
        let frozen = stood >= self.needed(least_seconds);
        if !frozen || mean <= WENT_ON {
            self.longest = self.longest.max(stood);
        }
        (self.since, self.redrawn) = (None, false);
        None
    }

    /// Seconds of the same picture that are too many.
    fn needed(&self, least_seconds: f64) -> f64 {
        if self.known < KNOWN_SECONDS {
            return NEW_SECONDS.max(least_seconds);
        }
        (TIMES * self.longest).clamp(least_seconds, MOST_SECONDS.max(least_seconds))
    }
}
