//! The pace of a stream whose packets come a segment at a time: pure, with no clock of its own.
//!
//! A list of segments (HLS, RFC 8216) gives seconds of packets at once and then none for as long.
//! Handed on as they come, most pictures would be dropped as too many at once, and a pause between
//! two segments would look like a lost camera. So each is due when its stamp says, counted from the
//! first; the segments that the list held at the beginning are what bridges pauses. As a camera's
//! clock may run fast, packets become due a little earlier all the time, until one comes late. All
//! times are in microseconds: arrivals since the session's start, stamps on the stream's own clock.

/// A packet that is due later than this after it was read was not stamped by the same clock.
const LONGEST: i64 = 30_000_000;
/// A packet read so long after it was due shows that the segments in hand ran out; from there on all
/// are due as much later.
const LATE: i64 = 500_000;
/// Packets become due earlier by one part in so many of the time that passes, 200 parts in a million:
/// more than any crystal drifts. Otherwise the delay of a camera whose clock runs fast would grow.
const LEAK: i64 = 5_000;
/// A packet so late shows that the segments in hand are just enough …
const SCARCE: i64 = 100_000;
/// … and that packets become due no earlier for so long.
const REST: i64 = 60_000_000;

/// When packets are due.
#[derive(Debug, Default)]
pub(super) struct Pacer {
    /// (Due time − stamp) of all packets since it was last set, but for what leaked.
    offset: Option<i64>,
    /// When the last packet was read.
    last: Option<i64>,
    /// Until when nothing leaks.
    rests: i64,
}

impl Pacer {
    /// When a packet read at `arrival` is due: never before it.
    pub(super) fn due(&mut self, stamp: i64, arrival: i64) -> i64 {
        let late = arrival.saturating_sub(stamp);
        let last = self.last.replace(arrival).unwrap_or(arrival);
        let passed = arrival.saturating_sub(last).clamp(0, LONGEST);
        let offset = self.offset.get_or_insert(late);
        if arrival >= self.rests {
            *offset = offset.saturating_sub(passed / LEAK);
        }
        let due = stamp.saturating_add(*offset);
        if due < arrival.saturating_sub(SCARCE) {
            self.rests = arrival.saturating_add(REST);
        }
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
            let on_time = 5_300_000 + frame * FRAME;
            let leaked = 20_000_000 / LEAK;
            assert!((on_time - leaked..=on_time).contains(&due), "frame {frame}: {due}");
        }
    }

    /// Plays a camera's list for `hours`, of segments of two seconds, three of which there are at the
    /// beginning, and gives the least and the greatest delay of the last hour, from when a picture
    /// was taken to when it was due. The camera's clock runs `fast` parts in a million fast.
    fn played(hours: i64, fast: i64) -> (i64, i64) {
        let (mut pacer, mut due, mut delays) = (Pacer::default(), 0, (i64::MAX, i64::MIN));
        let frames = hours * 90_000;
        for frame in 0..frames {
            let taken = |frame: i64| frame * (FRAME - FRAME * fast / 1_000_000);
            let listed = taken((frame / 50 + 1) * 50).max(6_000_000);
            // The next packet is read when the last was handed on.
            due = pacer.due(frame * FRAME, listed.max(due));
            if frame >= frames - 90_000 {
                let delay = due - taken(frame);
                delays = (delay.min(delays.0), delay.max(delays.1));
            }
        }
        delays
    }

    #[test]
    fn the_delay_of_a_camera_whose_clock_runs_fast_does_not_grow() {
        for fast in [0, 50, 150] {
            let (least, most) = played(24, fast);
            assert!(least >= 0 && most <= 6_000_000, "{fast} ppm: {least} to {most}");
            // Handed on frame by frame still, not a segment at once.
            assert!(most - least <= 2 * SCARCE, "{fast} ppm: {least} to {most}");
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
