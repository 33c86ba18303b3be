//! What a signal showed over the last minutes.

use crate::media::MediaTime;
use crate::scene::SignalState;
use serde::{Deserialize, Serialize};

/// Changes kept; a signal changes three times a minute or two.
const MOST: usize = 64;
/// Observations further apart than this say nothing of the time between them, seconds.
const GAP_SECONDS: f64 = 2.0;

/// What a signal showed, as changes with their times.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Timeline {
    changes: Vec<(MediaTime, SignalState)>,
    last: Option<MediaTime>,
}

impl Timeline {
    /// Takes in what an observation says.
    pub(super) fn note(&mut self, time: MediaTime, state: SignalState) {
        if let Some(last) = self.last
            && time.since(last) > GAP_SECONDS
        {
            self.change(last, SignalState::Unknown);
        }
        self.change(time, state);
        self.last = Some(time);
    }

    fn change(&mut self, time: MediaTime, state: SignalState) {
        if self.changes.last().is_some_and(|(_, now)| *now == state) {
            return;
        }
        if self.changes.len() >= MOST {
            self.changes.remove(0);
        }
        self.changes.push((time, state));
    }

    fn at(&self, time: MediaTime) -> Option<(MediaTime, SignalState)> {
        self.changes.iter().rev().find(|(from, _)| *from <= time).copied()
    }

    /// What it showed then.
    pub(super) fn state(&self, time: MediaTime) -> SignalState {
        self.at(time).map(|(_, state)| state).unwrap_or_default()
    }

    /// For how long it had shown red then, seconds, known all the time; `None`: it did not.
    pub(super) fn red_for(&self, time: MediaTime) -> Option<f64> {
        let (from, state) = self.at(time)?;
        (state == SignalState::Red).then(|| time.since(from))
    }

    /// Whether it showed red, known, all the time from `from` to `to`.
    pub(super) fn red_throughout(&self, from: MediaTime, to: MediaTime) -> bool {
        let changed = self.changes.iter().any(|(at, _)| *at > from && *at <= to);
        self.state(from) == SignalState::Red && !changed
    }

    /// Whether anything was seen of amber or green after `from` and until `to`.
    pub(super) fn red_ended(&self, from: MediaTime, to: MediaTime) -> bool {
        let ends = |state| matches!(state, SignalState::Amber | SignalState::Green);
        self.changes.iter().any(|(at, state)| *at > from && *at <= to && ends(*state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignalState::{Amber, Green, Red, Unknown};

    fn at(seconds: f64) -> MediaTime {
        MediaTime::from_seconds(seconds)
    }

    #[test]
    fn red_lasts_from_its_first_sight_without_a_doubt() {
        let mut line = Timeline::default();
        for k in 0..100 {
            let state = match k {
                0..20 | 80.. => Green,
                20..30 => Amber,
                60 => Unknown,
                _ => Red,
            };
            line.note(at(f64::from(k) / 10.0), state);
        }
        assert_eq!(line.red_for(at(2.95)), None);
        assert_eq!(line.red_for(at(5.0)), Some(2.0));
        assert_eq!(line.red_for(at(6.05)), None);
        assert_eq!(line.red_for(at(6.5)), Some(0.4), "a doubt begins it again");
        assert!(line.red_throughout(at(3.5), at(5.9)) && !line.red_throughout(at(5.0), at(6.5)));
        assert!(!line.red_ended(at(5.0), at(7.0)) && line.red_ended(at(7.0), at(8.1)));
    }

    #[test]
    fn a_gap_is_a_doubt() {
        let mut line = Timeline::default();
        line.note(at(1.0), Red);
        line.note(at(9.0), Red);
        assert_eq!(line.red_for(at(5.0)), None);
        assert_eq!(line.red_for(at(9.5)), Some(0.5));
    }
}
