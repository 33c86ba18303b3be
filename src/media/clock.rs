//! The one clock: repairs what recorders write as time stamps, in two pure steps.
//!
//! [`PacketClock`] works in decoding order and removes jumps, so that packets kept for evidence and
//! the frames decoded from them agree; [`FrameClock`] works in presentation order and guarantees
//! strictly increasing times. Footage with sound time stamps passes both unchanged.

/// The time stamps of one packet, in ticks of its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stamp {
    /// When it is shown.
    pub(super) pts: Option<i64>,
    /// When it is decoded; never after `pts` in sound footage.
    pub(super) dts: Option<i64>,
}

impl Stamp {
    /// Without stamps so large that arithmetic on them would overflow; no clock reads them.
    fn sane(self) -> Self {
        let sane = |t: &i64| t.unsigned_abs() < 1 << 60;
        Self { pts: self.pts.filter(sane), dts: self.dts.filter(sane) }
    }

    fn key(self) -> Option<i64> {
        self.dts.or(self.pts)
    }
}

/// A stamp after repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// The time stamps to use.
    pub(super) stamp: Stamp,
    /// Something had to be changed.
    pub(super) repaired: bool,
}

/// Removes jumps from packet times. A gap of up to an hour is believed (recorders pause); a step
/// back of more than a second, or a longer gap, is a reset clock and the footage goes on one frame
/// later; a single packet off the line is put back on it.
#[derive(Debug)]
pub(super) struct PacketClock {
    second: i64,
    nominal: i64,
    shift: i64,
    last: Option<i64>,
    stamped: bool,
}

/// A gap longer than this many seconds is a reset clock.
const LONGEST_GAP: i64 = 3600;
/// Showing and decoding a picture are never further apart than this many seconds.
const LONGEST_DELAY: i64 = 10;

impl PacketClock {
    /// For a stream with so many ticks a second, and so many from one frame to the next.
    pub(super) fn new(second: i64, nominal: i64) -> Self {
        let (second, nominal) = (second.max(1), nominal.max(1));
        Self { second, nominal, shift: 0, last: None, stamped: false }
    }

    /// Whether any packet so far bore a time stamp; without one the frame rate is the clock.
    pub(super) fn is_stamped(&self) -> bool {
        self.stamped
    }

    /// Places a packet, knowing the stamps of the one after it (`None` at the end).
    pub(super) fn place(&mut self, given: Stamp, next: Option<Stamp>) -> Placed {
        let mut stamp = given.sane();
        let mut repaired = stamp != given;
        if let (Some(pts), Some(dts)) = (stamp.pts, stamp.dts)
            && pts.abs_diff(dts) > (self.second.saturating_mul(LONGEST_DELAY)).unsigned_abs()
        {
            stamp.pts = None;
            repaired = true;
        }
        let follow = self.last.map_or(0, |last| last.saturating_add(self.nominal));
        let Some(key) = stamp.key() else {
            self.last = Some(follow);
            let repaired = repaired || self.stamped;
            return Placed { stamp: Stamp { pts: None, dts: Some(follow) }, repaired };
        };
        self.stamped = true;
        let mut at = key.saturating_add(self.shift);
        if let Some(last) = self.last
            && !self.is_near(at, last, 2)
        {
            // Wild is a packet that its neighbours leave no place for; a slow camera's are in order.
            let back_on_line = next.and_then(|n| n.sane().key()).is_some_and(|n| {
                let n = n.saturating_add(self.shift);
                self.is_near(n, last, 3) && !(last..=n).contains(&at)
            });
            if back_on_line {
                self.last = Some(follow);
                let stamp = Stamp { pts: None, dts: Some(follow) };
                return Placed { stamp, repaired: true };
            }
            if !self.is_near(at, last, LONGEST_GAP) {
                self.shift = self.shift.saturating_add(follow.saturating_sub(at));
                at = follow;
                repaired = true;
            }
        }
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        let move_by = |t: Option<i64>| t.map(|t| t.saturating_add(self.shift));
        Placed { stamp: Stamp { pts: move_by(stamp.pts), dts: move_by(stamp.dts) }, repaired }
    }

    /// At most a second before `last` and at most so many seconds after it.
    fn is_near(&self, at: i64, last: i64, seconds: i64) -> bool {
        let delta = at.saturating_sub(last);
        delta >= -self.second && delta <= self.second.saturating_mul(seconds)
    }
}

/// Frames a second as a fraction, for footage without time stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// Frames …
    pub(super) frames: i64,
    /// … in so many seconds.
    pub(super) seconds: i64,
}

impl Rate {
    /// Where frame `n` stands, in microseconds; no error adds up.
    pub(super) fn at(self, n: u64) -> i64 {
        let top = i128::from(n) * 1_000_000 * i128::from(self.seconds.max(1));
        let bottom = i128::from(self.frames.max(1));
        i64::try_from((top + bottom / 2) / bottom).unwrap_or(i64::MAX)
    }
}

/// Makes frame times strictly increasing, in microseconds.
#[derive(Debug, Default)]
pub(super) struct FrameClock {
    last: Option<i64>,
}

impl FrameClock {
    /// The frame's time and whether it had to be repaired. `nominal` is the time from one frame to
    /// the next in microseconds.
    pub(super) fn place(&mut self, time: Option<i64>, nominal: i64) -> (i64, bool) {
        let nominal = nominal.max(2);
        let (at, repaired) = match (time, self.last) {
            (Some(time), None) => (time, false),
            (Some(time), Some(last)) if time > last => (time, false),
            // Half a frame later leaves room for the next sound time stamp.
            (Some(_), Some(last)) => (last.saturating_add(nominal / 2), true),
            (None, Some(last)) => (last.saturating_add(nominal), true),
            (None, None) => (0, true),
        };
        self.last = Some(at);
        (at, repaired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 90_000;
    const FRAME: i64 = 3_600;

    fn both(stamp: i64) -> Stamp {
        Stamp { pts: Some(stamp), dts: Some(stamp) }
    }

    fn run(stamps: &[Stamp]) -> Vec<Placed> {
        let mut clock = PacketClock::new(SECOND, FRAME);
        (0..stamps.len()).map(|i| clock.place(stamps[i], stamps.get(i + 1).copied())).collect()
    }

    fn dts(placed: &[Placed]) -> Vec<i64> {
        placed.iter().map(|p| p.stamp.dts.unwrap()).collect()
    }

    #[test]
    fn a_reset_clock_goes_on() {
        let placed = run(&[both(1_000_000), both(1_003_600), both(0), both(3_600)]);
        assert_eq!(dts(&placed), [1_000_000, 1_003_600, 1_007_200, 1_010_800]);
        assert_eq!(placed.iter().filter(|p| p.repaired).count(), 1);
    }

    #[test]
    fn one_wild_packet_is_put_back() {
        for wild in [500 * SECOND, -500 * SECOND, i64::MAX, i64::MIN] {
            let placed = run(&[both(0), both(FRAME), both(wild), both(3 * FRAME)]);
            assert_eq!(dts(&placed), [0, FRAME, 2 * FRAME, 3 * FRAME], "{wild}");
            assert_eq!(placed.iter().filter(|p| p.repaired).count(), 1);
        }
    }

    #[test]
    fn a_slow_camera_is_not_wild() {
        let steps = [0, 2 * SECOND + 1, 2 * SECOND + 2, 4 * SECOND + 3, 4 * SECOND + 4];
        let placed = run(&steps.map(both));
        assert_eq!(dts(&placed), steps);
        assert!(placed.iter().all(|p| !p.repaired));
    }

    #[test]
    fn a_pause_is_believed_and_a_leap_is_not() {
        let pause = 600 * SECOND;
        let placed = run(&[both(0), both(pause), both(pause + FRAME)]);
        assert_eq!(dts(&placed), [0, pause, pause + FRAME]);
        let leap = 7200 * SECOND;
        let placed = run(&[both(0), both(leap), both(leap + FRAME)]);
        assert_eq!(dts(&placed), [0, FRAME, 2 * FRAME]);
    }

    #[test]
    fn no_stamps_at_all_is_a_frame_rate_and_no_repair() {
        let placed = run(&[Stamp::default(); 3]);
        assert_eq!(dts(&placed), [0, FRAME, 2 * FRAME]);
        assert!(placed.iter().all(|p| !p.repaired));
        let ntsc = Rate { frames: 30_000, seconds: 1001 };
        assert_eq!((ntsc.at(0), ntsc.at(1), ntsc.at(30_000)), (0, 33_367, 1_001_000_000));
    }

    #[test]
    fn frames_without_or_with_doubled_times_go_on() {
        let mut clock = FrameClock::default();
        let times = [Some(0), Some(40), None, Some(80), Some(120), Some(120), Some(160)];
        let placed: Vec<_> = times.iter().map(|&t| clock.place(t, 40)).collect();
        let expected = [0, 40, 80, 100, 120, 140, 160];
        assert_eq!(placed.iter().map(|p| p.0).collect::<Vec<_>>(), expected);
        assert_eq!(placed.iter().filter(|p| p.1).count(), 3);
    }

    proptest! {
        #[test]
        fn frame_times_strictly_increase(times in prop::collection::vec(
            prop::option::of(-1_000_000_i64..1_000_000), 1..200), nominal in 0_i64..100_000) {
            let mut clock = FrameClock::default();
            let placed: Vec<i64> = times.iter().map(|&t| clock.place(t, nominal).0).collect();
            prop_assert!(placed.windows(2).all(|w| w[0] < w[1]));
        }

        #[test]
        fn sound_packets_pass_unchanged(
            steps in prop::collection::vec(1_i64..SECOND * 60, 1..100),
            delays in prop::collection::vec(0_i64..SECOND, 100), start in -SECOND..SECOND * 1000) {
            let mut at = start;
            let stamps: Vec<Stamp> = steps.iter().zip(&delays).map(|(step, delay)| {
                at += step;
                Stamp { pts: Some(at + delay), dts: Some(at) }
            }).collect();
            let placed = run(&stamps);
            for (placed, stamp) in placed.iter().zip(&stamps) {
                prop_assert!(!placed.repaired);
                prop_assert_eq!(placed.stamp, *stamp);
            }
        }

        #[test]
        fn any_packets_stay_on_one_line(stamps in prop::collection::vec(
            (prop::option::of(any::<i64>()), prop::option::of(any::<i64>())), 1..100)) {
            let stamps: Vec<Stamp> =
                stamps.into_iter().map(|(pts, dts)| Stamp { pts, dts }).collect();
            let placed = run(&stamps);
            for pair in placed.windows(2) {
                let (Some(a), Some(b)) = (pair[0].stamp.key(), pair[1].stamp.key()) else {
                    continue;
                };
                let step = b.saturating_sub(a);
                prop_assert!((-SECOND * 2..=SECOND * (LONGEST_GAP + 1)).contains(&step), "{step}");
            }
        }
    }
}
