//! The pace of a stream whose packets come a segment at a time: pure, with no clock of its own.
//!
//! A list of segments (HLS, RFC 8216) gives seconds of packets at once and then none for as long.
//! Handed on as they come, most pictures would be dropped as too many at once, and a pause between
//! two segments would look like a lost camera. So each is due when its stamp says, counted from the
//! first; the segments that the list held at the beginning are what bridges pauses. All times are in
//! microseconds: arrivals since the session's start, stamps on the stream's own clock.

/// A packet that is due later than this after it was read was not stamped by the same clock.
const LONGEST: i64 = 30_000_000;
/// A packet read so long after it was due shows that the segments in hand ran out; from there on all
/// are due as much later.
const LATE: i64 = 500_000;

/// When packets are due.
#[derive(Debug, Default)]
pub(super) struct Pacer {
    /// (Due time − stamp) of all packets since it was last set.
    offset: Option<i64>,
}

impl Pacer {
    /// When a packet read at `arrival` is due: never before it.
    pub(super) fn due(&mut self, stamp: i64, arrival: i64) -> i64 {
        let late = arrival.saturating_sub(stamp);
        let offset = *self.offset.get_or_insert(late);
        let due = stamp.saturating_add(offset);
        if (arrival - LATE..=arrival.saturating_add(LONGEST)).contains(&due) {
            return due.max(arrival);
        }
        self.offset = Some(late);
        arrival
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: i64 = 40_000;

    #[test]
    fn segments_that_come_at_once_are_handed_on_frame_by_frame() {
        let mut pacer = Pacer::default();
        // Three seconds at once, then a second each second, a little late each time.
        let arrival = |frame: i64| 5_000_000 + (frame / 25 - 2).max(0) * 1_000_000 + 300_000;
        for frame in 0..500 {
            let due = pacer.due(9_000_000 + frame * FRAME, arrival(frame));
            assert_eq!(due, 5_300_000 + frame * FRAME, "frame {frame}");
        }
    }

    #[test]
    fn what_ran_out_once_is_later_from_then_on_and_never_again() {
        let mut pacer = Pacer::default();
        assert_eq!(pacer.due(0, 1_000_000), 1_000_000);
        assert_eq!(pacer.due(FRAME, 1_300_000), 1_300_000, "a little late is handed on at once");
        assert_eq!(pacer.due(2 * FRAME, 3_000_000), 3_000_000, "the segments had run out");
        assert_eq!(pacer.due(3 * FRAME, 3_000_100), 3_000_000 + FRAME);
        // Another clock: neither an endless wait nor a rush.
        assert_eq!(pacer.due(1 << 50, 3_040_000), 3_040_000);
        assert_eq!(pacer.due((1 << 50) + FRAME, 3_040_100), 3_040_000 + FRAME);
        assert_eq!(pacer.due(0, 3_080_000), 3_080_000);
        assert_eq!(pacer.due(FRAME, 3_080_100), 3_080_000 + FRAME);
    }

    proptest! {
        #[test]
        fn nothing_is_due_before_it_is_there_nor_long_after(
            steps in proptest::collection::vec((any::<i32>(), 0_i64..3_000_000), 1..60)
        ) {
            let mut pacer = Pacer::default();
            let (mut stamp, mut arrival) = (0_i64, 0_i64);
            for (moved, passed) in steps {
                stamp += i64::from(moved);
                arrival += passed;
                let due = pacer.due(stamp, arrival);
                prop_assert!((arrival..=arrival + LONGEST).contains(&due));
            }
        }
    }
}
