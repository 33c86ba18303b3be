//! Which of a stream's pictures are analysed.

use crate::media::MediaTime;
use crate::pipeline::feed::Rate;
use std::collections::VecDeque;

/// Pictures on their way through a decoder at most.
const UNDER_WAY: usize = 32;
/// A packet's time and its picture's may differ by rounding, microseconds.
const SAME: u64 = 2000;

/// Which of a stream's pictures are analysed. The reader asks for each twice, as its packet goes into
/// the decoder and as its picture comes out, and gets the same answer.
pub(super) struct Wanted {
    rate: Rate,
    taken: VecDeque<MediaTime>,
}

impl Wanted {
    /// So many pictures a second.
    pub(super) fn new(fps: f64) -> Self {
        Self { rate: Rate::new(Some(fps)), taken: VecDeque::new() }
    }

    /// Whether the picture of that time is, at so many a second.
    pub(super) fn takes(&mut self, time: MediaTime, fps: f64) -> bool {
        if self.taken.iter().any(|t| t.0.abs_diff(time.0) <= SAME) {
            return true;
        }
        self.rate.set(fps);
        let takes = self.rate.takes(time);
        if takes {
            if self.taken.len() == UNDER_WAY {
                self.taken.pop_front();
            }
            self.taken.push_back(time);
        }
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asked_again_it_says_the_same() {
        let mut wanted = Wanted::new(5.0);
        let at = |n: u32| MediaTime::from_seconds(f64::from(n) / 25.0);
        let first: Vec<bool> = (0..100).map(|n| wanted.takes(at(n), 5.0)).collect();
        assert_eq!(first.iter().filter(|t| **t).count(), 20);
        let mut wanted = Wanted::new(5.0);
        // Packets go in four ahead of the pictures that come out.
        for n in 0..100 {
            assert_eq!(wanted.takes(at(n), 5.0), first[n as usize]);
            if n >= 4 {
                assert_eq!(wanted.takes(at(n - 4), 5.0), first[n as usize - 4]);
            }
        }
    }
}
