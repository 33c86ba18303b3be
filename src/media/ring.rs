//! Compressed packets of the last seconds, from which evidence is cut.
//!
//! Bounded by seconds behind the judge and by bytes; what holds keep is shared, not copied.

use super::{
    hold::{Hold, HoldState, lock},
    missing::Reach,
    stream::RingPacket,
    time::{MediaTime, TimeSpan, WallTime},
};
use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, Weak},
};

/// How much a ring keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RingLimits {
    /// Seconds behind what the judge has seen.
    pub seconds: f64,
    /// Seconds of the longest hold.
    pub hold_seconds: f64,
    /// Bytes that ring and holds may keep at least, each; more where the footage's bit rate asks
    /// for it. Bytes win over seconds.
    pub bytes: usize,
}

impl Default for RingLimits {
    fn default() -> Self {
        Self { seconds: 30.0, hold_seconds: 10.0, bytes: 64 << 20 }
    }
}

impl RingLimits {
    /// No footage makes a ring or a hold keep more bytes than this.
    const MOST_BYTES: f64 = (1_u64 << 30) as f64;
    /// Room for stretches that are busier than the average.
    const SLACK: f64 = 1.5;
    /// Bits a second assumed of footage that does not tell: more than street cameras send.
    const UNKNOWN_RATE: f64 = 16e6;

    /// The limit in bytes for footage of so many bits a second.
    fn bytes_at(&self, bits_per_second: Option<f64>) -> usize {
        let rate = bits_per_second.unwrap_or(Self::UNKNOWN_RATE) / 8.0;
        let seconds = (self.seconds + self.hold_seconds).max(0.0);
        self.bytes.max((Self::SLACK * rate * seconds).min(Self::MOST_BYTES) as usize)
    }
}

/// What a ring holds and what it had to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RingStats {
    /// Packets kept now.
    pub packets: usize,
    /// Bytes kept now.
    pub bytes: usize,
    /// Bytes that it, and each hold, may keep.
    pub limit: usize,
    /// First packet's time.
    pub oldest: Option<MediaTime>,
    /// Last packet's time.
    pub newest: Option<MediaTime>,
    /// Packets given up before the judge was done with them, because of `limit`.
    pub evicted_early: u64,
    /// Holds that stopped collecting because of `limit`.
    pub holds_cut: u64,
}

/// The ring of one source. The source pushes; holds take.
pub struct PacketRing {
    limits: RingLimits,
    path: PathBuf,
    start: WallTime,
    state: Mutex<RingState>,
}

#[derive(Default)]
struct RingState {
    packets: VecDeque<Arc<RingPacket>>,
    /// How many packets came before the first one in `packets`.
    before: u64,
    /// Keyframes in `packets`, counted like `before`.
    keys: VecDeque<u64>,
    bytes: usize,
    limit: usize,
    judged: Option<MediaTime>,
    /// The latest packet given up.
    gone: Option<MediaTime>,
    /// One group of pictures is larger than the ring: nothing is kept before the next keyframe.
    skipping: bool,
    ended: Option<Reach>,
    /// Nothing up to here will come any more.
    passed: Option<MediaTime>,
    holds: Vec<Weak<Mutex<HoldState>>>,
    evicted_early: u64,
    holds_cut: u64,
}

impl PacketRing {
    /// For footage of so many bits a second, as far as that is known.
    pub(super) fn new(
        limits: RingLimits,
        bits_per_second: Option<f64>,
        path: PathBuf,
        start: WallTime,
    ) -> Self {
        let limit = limits.bytes_at(bits_per_second);
        Self { limits, path, start, state: Mutex::new(RingState { limit, ..RingState::default() }) }
    }

    /// For a live stream: keeps exactly `limits.bytes` at most, and as many for each hold.
    /// `shown` stands for the stream in messages; `start` is when media time 0 was.
    pub fn live(limits: RingLimits, shown: PathBuf, start: WallTime) -> Self {
        let limit = limits.bytes;
        Self {
            limits,
            path: shown,
            start,
            state: Mutex::new(RingState { limit, ..RingState::default() }),
        }
    }

    /// Nothing up to `time` will come any more: holds that end before it take what they have
    /// ([`Reach::Gap`]), those that are asked for later too. The ring goes on.
    pub fn passed(&self, time: MediaTime) {
        let mut state = lock(&self.state);
        state.passed = state.passed.max(Some(time));
        state.holds.retain(|hold| {
            let Some(hold) = hold.upgrade() else { return false };
            let mut hold = lock(&hold);
            hold.passed(time);
            hold.reach.is_none()
        });
    }

    /// The footage goes on with so many bits a second; a limit once raised stays.
    pub(super) fn fit(&self, bits_per_second: Option<f64>) {
        let mut state = lock(&self.state);
        state.limit = state.limit.max(self.limits.bytes_at(bits_per_second));
    }

    /// Keeps packets from the last keyframe at or before `span.from` and goes on collecting until
    /// no later packet can be shown within the span, or until the end of the source. Never blocks.
    /// What is no longer in the ring cannot be kept: the run then starts at the oldest keyframe.
    pub fn hold(&self, span: TimeSpan) -> Hold {
        let mut state = lock(&self.state);
        let mut hold = HoldState::new(span, state.gone.is_some_and(|gone| gone >= span.from));
        for packet in state.packets.range(state.key_at(span.from)..) {
            hold.offer(packet, state.limit);
        }
        state.holds_cut += u64::from(hold.reach == Some(Reach::Limit));
        hold.reach = hold.reach.or(state.ended);
        if let Some(passed) = state.passed {
            hold.passed(passed);
        }
        let collecting = hold.reach.is_none();
        let hold = Arc::new(Mutex::new(hold));
        if collecting {
            state.holds.push(Arc::downgrade(&hold));
        }
        Hold { state: hold, path: self.path.clone(), start: self.start }
    }

    /// The judge has seen everything up to here: packets newer than `seconds` before it stay,
    /// except when the byte limit is exceeded, which is counted. Before the first call all packets
    /// stay.
    pub fn judged(&self, time: MediaTime) {
        let mut state = lock(&self.state);
        if state.judged.is_none_or(|before| before < time) {
            state.judged = Some(time);
            state.evict(self.limits.seconds);
        }
    }

    /// What it holds now.
    pub fn stats(&self) -> RingStats {
        let state = lock(&self.state);
        RingStats {
            packets: state.packets.len(),
            bytes: state.bytes,
            limit: state.limit,
            oldest: state.packets.front().map(|p| p.time),
            newest: state.packets.back().map(|p| p.time),
            evicted_early: state.evicted_early,
            holds_cut: state.holds_cut,
        }
    }

    pub(super) fn push(&self, packet: RingPacket) {
        let packet = Arc::new(packet);
        let mut state = lock(&self.state);
        let (mut cut, limit) = (0, state.limit);
        state.holds.retain(|hold| {
            let Some(hold) = hold.upgrade() else { return false };
            let mut hold = lock(&hold);
            hold.offer(&packet, limit);
            cut += u64::from(hold.reach == Some(Reach::Limit));
            hold.reach.is_none()
        });
        state.holds_cut += cut;
        state.push(packet);
        state.evict(self.limits.seconds);
    }

    /// Footage is missing here that reading again may give: holds that wait for more take what
    /// they have. The ring goes on.
    pub(super) fn break_off(&self) {
        lock(&self.state).close_holds(Reach::BrokenOff);
    }

    /// Reading has ended, with the footage ([`Reach::SourceEnd`]) or before it
    /// ([`Reach::BrokenOff`]): all holds have what they will ever have. The first word counts.
    pub(super) fn end(&self, why: Reach) {
        let mut state = lock(&self.state);
        let why = *state.ended.get_or_insert(why);
        state.close_holds(why);
    }
}

impl RingState {
    fn push(&mut self, packet: Arc<RingPacket>) {
        if packet.packet.is_key() {
            self.skipping = false;
            self.keys.push_back(self.before + self.packets.len() as u64);
        } else if self.skipping {
            self.gone = self.gone.max(Some(packet.time));
            self.evicted_early += 1;
            return;
        }
        self.bytes += packet.bytes();
        self.packets.push_back(packet);
    }

    fn evict(&mut self, seconds: f64) {
        if let Some(judged) = self.judged {
            let horizon = judged.plus(-seconds);
            // A group of pictures goes as a whole, once the next one covers the horizon.
            while let Some(next) = self.next_key()
                && self.packets.get(next).is_some_and(|p| p.time <= horizon)
            {
                self.drop_front(next);
            }
        }
        while self.bytes > self.limit && self.packets.len() > 1 {
            // Without its keyframe a group cannot be decoded, so the last one goes as a whole, too.
            let group = self.next_key();
            self.skipping = group.is_none();
            let count = group.unwrap_or(self.packets.len());
            self.evicted_early += count as u64;
            self.drop_front(count);
        }
    }

    /// Where the second group of pictures begins.
    fn next_key(&self) -> Option<usize> {
        // At most the first keyframe is the first packet.
        let next = self.keys.iter().take(2).find(|&&key| key > self.before)?;
        Some((next - self.before) as usize)
    }

    /// Where the group of pictures begins that covers `time`; 0 where none does.
    fn key_at(&self, time: MediaTime) -> usize {
        let positions = self.keys.iter().rev().map(|key| (key - self.before) as usize);
        positions
            .into_iter()
            .find(|&at| self.packets.get(at).is_some_and(|p| p.time <= time))
            .unwrap_or(0)
    }

    fn drop_front(&mut self, count: usize) {
        for packet in self.packets.drain(..count) {
            self.bytes -= packet.bytes();
            self.gone = self.gone.max(Some(packet.time));
        }
        self.before += count as u64;
        while self.keys.front().is_some_and(|&key| key < self.before) {
            self.keys.pop_front();
        }
    }

    fn close_holds(&mut self, why: Reach) {
        for hold in self.holds.drain(..) {
            if let Some(hold) = hold.upgrade() {
                lock(&hold).reach.get_or_insert(why);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_limit_follows_the_footage() {
        let limits = RingLimits { seconds: 135.0, hold_seconds: 240.0, bytes: 64 << 20 };
        assert_eq!(limits.bytes_at(Some(8e6)), 562_500_000, "8 Mbit/s for 375 s and a half more");
        assert_eq!(limits.bytes_at(Some(1e5)), 64 << 20, "never less than asked");
        assert_eq!(limits.bytes_at(Some(1e12)), 1 << 30, "never more than a machine has");
        assert_eq!(limits.bytes_at(None), 1 << 30);
        let usual = RingLimits { seconds: 15.0, hold_seconds: 10.0, ..limits };
        assert_eq!(usual.bytes_at(None), 75_000_000);
    }
}
