//! Packets that a new connection gives once more.
//!
//! A list of segments begins, at each connection, some segments back. Where the camera behind it has
//! died and only its list is still served, connecting again and again would show the same seconds for
//! ever, and nobody would know that the camera is gone. So the last packets are remembered across
//! connections, and what comes again is left out.

use std::{
    collections::{HashSet, VecDeque},
    hash::{DefaultHasher, Hasher},
};

/// So many packets are remembered: 40 seconds at 30 pictures a second, more than a connection gives
/// again.
const MOST: usize = 1280;
/// After so many new ones in a row, no more old ones are looked for: what looks the same from there on
/// is a stream that repeats itself, as a clip shown in a loop does.
const NEW: u32 = 8;

/// The last packets of one stream.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    known: HashSet<u64>,
    order: VecDeque<u64>,
    /// New ones in a row since the connection began.
    new: u32,
}

impl Repeats {
    /// A new connection begins.
    pub(super) fn begin(&mut self) {
        self.new = 0;
    }

    /// Whether a packet, with its own stamp, was not there before; remembers it.
    pub(super) fn is_new(&mut self, stamp: Option<i64>, data: &[u8]) -> bool {
        let mut hasher = DefaultHasher::new();
        hasher.write_i64(stamp.unwrap_or(i64::MIN));
        hasher.write(data);
        let print = hasher.finish();
        if self.known.contains(&print) {
            if self.new < NEW {
                self.new = 0;
                return false;
            }
            return true;
        }
        self.new = self.new.saturating_add(1);
        self.known.insert(print);
        self.order.push_back(print);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(repeats: &mut Repeats, stamps: std::ops::Range<i64>) -> usize {
        stamps.filter(|&s| repeats.is_new(Some(s), &[s as u8 % 25])).count()
    }

    #[test]
    fn a_list_that_stands_still_gives_nothing_and_one_that_moved_on_what_is_new() {
        let mut repeats = Repeats::default();
        assert_eq!(new(&mut repeats, 0..150), 150);
        for _ in 0..3 {
            repeats.begin();
            assert_eq!(new(&mut repeats, 75..150), 0);
        }
        repeats.begin();
        assert_eq!(new(&mut repeats, 100..200), 50);
        // An encoder that began again, and a clip in a loop on one connection.
        repeats.begin();
        assert_eq!(new(&mut repeats, 9_000..9_100), 100);
        assert_eq!(new(&mut repeats, 9_000..9_100), 100);
    }

    #[test]
    fn memory_is_bounded() {
        let mut repeats = Repeats::default();
        assert_eq!(new(&mut repeats, 0..10_000), 10_000);
        assert_eq!((repeats.known.len(), repeats.order.len()), (MOST, MOST));
        repeats.begin();
        assert_eq!(new(&mut repeats, 9_000..10_000), 0);
    }
}
