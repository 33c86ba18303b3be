//! The line on which one stream's packets stand: pure, with no clock of its own.
//!
//! A packet's time is its stamp plus an offset: the least of (arrival − stamp) over the last
//! seconds, so that the network's jitter does not show, followed slowly so that clocks may drift
//! (the idea of minimum filters in RFC 5905, section 10, and of adaptive playout). What cannot be a
//! clock's own course — a jump, a reset, a step back, a standing clock — anchors the line anew to
//! arrival, and is counted. All times are in microseconds: arrivals and the result since the
//! session's start, stamps on the stream's own clock.

use std::collections::VecDeque;

/// How far the line may be changed, in parts of the time that passes: more than any crystal drifts.
const SLEW: i64 = 50;
/// Likewise where the camera tells when it took a packet, so that both its streams soon agree.
const SLEW_TOLD: i64 = 10;
/// Stamps that disagree with arrivals by more than this are no jitter.
const JUMP: i64 = 500_000;
/// A step back by more than this is a reset.
const RESET: i64 = 1_000_000;
/// The least of (arrival − stamp) is taken over so much time.
const WINDOW: i64 = 10_000_000;
/// So long a bucket of the window is.
const BUCKET: i64 = 1_000_000;
/// As many equal stamps in a row are a standing clock.
const STANDING: u32 = 3;
/// Periods after which stamps begin again: 32 and 33 bits of 90 kHz, 32 bits of milliseconds.
const PERIODS: [i64; 3] = [47_721_858_845, 95_443_717_690, 4_294_967_296_000];

/// What had to be put right so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Repairs {
    /// Stamps leapt ahead of arrivals.
    pub(super) jumps: u64,
    /// Stamps began anew.
    pub(super) resets: u64,
    /// Stamps stepped back a little.
    pub(super) backward: u64,
    /// Stamps stood still.
    pub(super) frozen: u64,
    /// Stamps wrapped around.
    pub(super) wraps: u64,
    /// The line was moved because the clocks had drifted apart.
    pub(super) slews: u64,
}

impl Repairs {
    /// How many there were in all.
    pub(super) fn total(&self) -> u64 {
        self.jumps + self.resets + self.backward + self.frozen + self.wraps + self.slews
    }
}

/// One stream's line.
#[derive(Debug, Default)]
pub(super) struct Line {
    offset: i64,
    last: Option<Last>,
    /// The latest time given, across connections.
    time: Option<i64>,
    /// Added to stamps because they wrapped around.
    wrapped: i64,
    standing: u32,
    window: Window,
    pub(super) repairs: Repairs,
}

#[derive(Debug, Clone, Copy)]
struct Last {
    stamp: i64,
    arrival: i64,
}

impl Line {
    /// A new connection begins, on a clock of its own. `offset` is (arrival − stamp) of its
    /// promptest packet so far.
    pub(super) fn begin(&mut self, offset: i64) {
        self.last = None;
        self.wrapped = 0;
        self.standing = 0;
        self.anchor(offset);
    }

    /// Places a packet, in decoding order: later than all before it, and never later than a frame
    /// after its arrival. `nominal` is the time from one frame to the next, `sent` when the camera
    /// says that it was taken; it is believed up to half a second before the promptest arrival.
    pub(super) fn place(
        &mut self,
        stamp: Option<i64>,
        arrival: i64,
        nominal: i64,
        sent: Option<i64>,
    ) -> i64 {
        let nominal = nominal.clamp(2, 1_000_000);
        // A packet without a stamp among others is the next frame's.
        let next = self.last.map(|last| last.stamp - self.wrapped + nominal);
        let at = match stamp.or(next) {
            Some(stamp) => self.on_line(stamp, arrival, nominal, sent),
            None => arrival,
        };
        let time = at.clamp(0, arrival.max(0) + nominal);
        let time = match self.time {
            Some(last) if time <= last => {
                // Room is left for what follows, as far as the future allows.
                let room = (arrival + nominal - last).clamp(2, nominal);
                last + room / 2
            }
            _ => time,
        };
        self.time = Some(time);
        time
    }

    fn on_line(&mut self, stamp: i64, arrival: i64, nominal: i64, sent: Option<i64>) -> i64 {
        // Stamps so large that sums of them overflow are no clock's.
        if stamp.unsigned_abs() > 1 << 60 {
            return arrival;
        }
        let mut stamp = stamp + self.wrapped;
        let told = |stamp: i64| sent.map(|sent| sent.saturating_sub(stamp));
        if let Some(last) = self.last {
            stamp += self.unwrap(stamp - last.stamp, arrival - last.arrival);
            let (moved, passed) = (stamp - last.stamp, arrival - last.arrival);
            self.standing = if moved == 0 { self.standing + 1 } else { 0 };
            let late = arrival - stamp;
            if moved == 0 && self.standing >= STANDING {
                self.repairs.frozen += u64::from(self.standing == STANDING);
                self.anchor(late);
            } else if moved < 0 {
                let is_reset = moved < -RESET;
                self.repairs.resets += u64::from(is_reset);
                self.repairs.backward += u64::from(!is_reset);
                self.anchor(late);
            } else if moved > passed + JUMP && self.offset > late + JUMP {
                self.repairs.jumps += 1;
                self.anchor(late);
            } else {
                self.follow(arrival, late, passed, (nominal, told(stamp)));
            }
        } else {
            self.follow(arrival, arrival - stamp, 0, (nominal, told(stamp)));
        }
        self.last = Some(Last { stamp, arrival });
        stamp + self.offset
    }

    /// Moves the offset towards what the camera tells, or the least lateness.
    fn follow(&mut self, arrival: i64, late: i64, passed: i64, other: (i64, Option<i64>)) {
        let (nominal, told) = other;
        let (least, full) = self.window.note(arrival, late);
        let goal = told.map_or(least, |told| told.clamp(least - JUMP, least));
        let away = goal - self.offset;
        if away > JUMP && full {
            // The stream's clock runs slow, or its way has become longer for good.
            self.repairs.slews += 1;
            self.offset = goal;
            return;
        }
        let parts = if told.is_some() { SLEW_TOLD } else { SLEW };
        let most = passed.clamp(0, WINDOW) / parts;
        self.offset += away.clamp(-most, most);
        // Never later than a frame after its arrival.
        self.offset = self.offset.min(late + nominal);
    }

    /// What to add to a stamp that stepped back because its counter began again.
    fn unwrap(&mut self, moved: i64, passed: i64) -> i64 {
        if moved >= -RESET {
            return 0;
        }
        let period = PERIODS.into_iter().find(|p| (moved + p - passed).abs() < RESET);
        let period = period.unwrap_or(0);
        if period > 0 {
            self.wrapped += period;
            self.repairs.wraps += 1;
        }
        period
    }

    fn anchor(&mut self, offset: i64) {
        self.offset = offset;
        self.window = Window::default();
    }
}

/// The least lateness of the last seconds.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// Bucket's number and its least, oldest first.
    buckets: VecDeque<(i64, i64)>,
    begun: Option<i64>,
}

impl Window {
    /// Notes a packet; the least lateness within the window, and whether the window is full.
    pub(super) fn note(&mut self, arrival: i64, late: i64) -> (i64, bool) {
        let bucket = arrival.div_euclid(BUCKET);
        let begun = *self.begun.get_or_insert(arrival);
        match self.buckets.back_mut() {
            Some((number, least)) if *number == bucket => *least = late.min(*least),
            _ => self.buckets.push_back((bucket, late)),
        }
        while self.buckets.front().is_some_and(|&(n, _)| n <= bucket - WINDOW / BUCKET) {
            self.buckets.pop_front();
        }
        let least = self.buckets.iter().map(|&(_, least)| least).min();
        (least.unwrap_or(late), arrival - begun >= WINDOW)
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
