//! What a controller says now that a traffic light shows.

use super::signal::SignalState;
use crate::media::WallTime;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Changes that are remembered: frames in work are seconds old at most.
const REMEMBERED: usize = 16;

/// What a controller says now, and said a moment ago: filled by whoever listens to it, read for each
/// frame. It knows no clock: whoever listens says when nothing has been heard for too long.
#[derive(Debug, Default)]
pub struct SignalFeed(Mutex<VecDeque<(WallTime, SignalState)>>);

/// What is said is no setting: two feeds of one configuration are the same.
impl PartialEq for SignalFeed {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl SignalFeed {
    /// The controller says that this is shown since then.
    pub fn say(&self, state: SignalState, since: WallTime) {
        let mut changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if changes.back() == Some(&(since, state)) {
            return;
        }
        // What it says of then and later replaces what it said.
        while changes.back().is_some_and(|(time, _)| *time >= since) {
            changes.pop_back();
        }
        if changes.len() == REMEMBERED {
            changes.pop_front();
        }
        changes.push_back((since, state));
    }

    /// Nothing has been heard for too long: nothing is known until it speaks again.
    pub fn fall_silent(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What it said was shown then; unknown before what it last said, or while it is silent.
    pub fn state(&self, at: WallTime) -> SignalState {
        let changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        changes
            .iter()
            .rev()
            .find(|(since, _)| *since <= at)
            .map_or_else(SignalState::default, |c| c.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignalState::{Amber, Green, Red, Unknown};

    #[test]
    fn what_was_said_last_counts_until_silence() {
        let at = |s: i64| WallTime(jiff::Timestamp::from_second(1_800_000_000 + s).unwrap());
        let feed = SignalFeed::default();
        assert_eq!(feed.state(at(0)), Unknown);
        feed.say(Green, at(0));
        feed.say(Green, at(0));
        feed.say(Amber, at(30));
        feed.say(Red, at(33));
        for (second, state) in [(-1, Unknown), (0, Green), (29, Green), (30, Amber), (99, Red)] {
            assert_eq!(feed.state(at(second)), state, "{second}");
        }
        feed.say(Green, at(31));
        assert_eq!(feed.state(at(40)), Green, "it took back what it had said");
        feed.fall_silent();
        assert_eq!(feed.state(at(40)), Unknown);
        for second in 0..100 {
            feed.say(if second % 2 == 0 { Red } else { Green }, at(second));
        }
        assert_eq!((feed.state(at(99)), feed.state(at(1))), (Green, Unknown));
    }
}
