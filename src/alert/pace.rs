//! At most so many messages a minute.

use crate::media::WallTime;
use jiff::SignedDuration;
use std::collections::VecDeque;

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// The tries of the last minute, where they are limited.
#[derive(Debug)]
pub(super) struct Pace {
    most: Option<usize>,
    recent: VecDeque<WallTime>,
}

impl Pace {
    pub(super) fn new(most: Option<u32>) -> Self {
        Self { most: most.map(|m| m.max(1) as usize), recent: VecDeque::new() }
    }

    /// Whether another may go out.
    pub(super) fn allows(&self, now: WallTime) -> bool {
        self.free_at(now).is_none()
    }

    /// When the next may go out, if not now.
    pub(super) fn free_at(&self, now: WallTime) -> Option<WallTime> {
        let most = self.most?;
        let bounding = self.recent.len().checked_sub(most).map(|i| self.recent[i])?;
        let free = bounding.plus(MINUTE);
        // A clock that was set back must not silence the sink.
        (bounding <= now && now < free).then_some(free)
    }

    /// One goes out.
    pub(super) fn note(&mut self, now: WallTime) {
        if let Some(most) = self.most {
            while self.recent.len() >= most {
                self.recent.pop_front();
            }
            self.recent.push_back(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_no_more_than_it_may() {
        let at = |s: i64| WallTime(jiff::Timestamp::from_second(1_800_000_000 + s).unwrap());
        let mut pace = Pace::new(Some(2));
        for (second, may) in
            [(0, true), (10, true), (20, false), (59, false), (60, true), (61, false), (70, true)]
        {
            assert_eq!(pace.allows(at(second)), may, "{second}");
            if may {
                pace.note(at(second));
            }
        }
        assert_eq!(pace.free_at(at(71)), Some(at(120)));
        assert!(pace.allows(at(-5)), "set back");
        assert!(Pace::new(None).allows(at(0)));
    }
}
