//! Compressed packets of the last seconds, from which evidence is cut.
//!
//! Bounded by seconds behind the judge and by bytes; what holds keep is shared, not copied.

use super::{
    run::PacketRun,
    stream::RingPacket,
    time::{MediaTime, TimeSpan, WallTime},
};
use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

/// How much a ring keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RingLimits {
    /// Seconds behind what the judge has seen.
    pub seconds: f64,
    /// Bytes at most; they win over seconds. Also the most one hold keeps.
    pub bytes: usize,
}

impl Default for RingLimits {
    fn default() -> Self {
        Self { seconds: 30.0, bytes: 64 << 20 }
    }
}

/// What a ring holds and what it had to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RingStats {
    /// Packets kept now.
    pub packets: usize,
    /// Bytes kept now.
    pub bytes: usize,
    /// First packet's time.
    pub oldest: Option<MediaTime>,
    /// Last packet's time.
    pub newest: Option<MediaTime>,
    /// Packets given up before the judge was done with them, because of `bytes`.
    pub evicted_early: u64,
    /// Holds that stopped collecting because of `bytes`.
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
    bytes: usize,
    judged: Option<MediaTime>,
    ended: bool,
    holds: Vec<Weak<Mutex<HoldState>>>,
    evicted_early: u64,
    holds_cut: u64,
}

impl PacketRing {
    pub(super) fn new(limits: RingLimits, path: PathBuf, start: WallTime) -> Self {
        Self { limits, path, start, state: Mutex::default() }
    }

    /// Keeps packets from the last keyframe at or before `span.from` and goes on collecting until
    /// no later packet can be shown within the span, or until the end of the source. Never blocks.
    /// What is no longer in the ring cannot be kept: the run then starts at the oldest keyframe.
    pub fn hold(&self, span: TimeSpan) -> Hold {
        let mut state = lock(&self.state);
        let mut hold = HoldState::new(span, self.limits.bytes);
        for packet in &state.packets {
            hold.offer(packet);
        }
        hold.ready |= state.ended;
        state.holds_cut += u64::from(hold.cut);
        let collecting = !hold.ready;
        let hold = Arc::new(Mutex::new(hold));
        if collecting {
            state.holds.push(Arc::downgrade(&hold));
        }
        Hold { state: hold, path: self.path.clone(), start: self.start }
    }

    /// The judge has seen everything up to here: packets newer than `seconds` before it stay,
    /// except when `bytes` is exceeded, which is counted. Before the first call all packets stay.
    pub fn judged(&self, time: MediaTime) {
        let mut state = lock(&self.state);
        if state.judged.is_none_or(|before| before < time) {
            state.judged = Some(time);
            self.evict(&mut state);
        }
    }

    /// What it holds now.
    pub fn stats(&self) -> RingStats {
        let state = lock(&self.state);
        RingStats {
            packets: state.packets.len(),
            bytes: state.bytes,
            oldest: state.packets.front().map(|p| p.time),
            newest: state.packets.back().map(|p| p.time),
            evicted_early: state.evicted_early,
            holds_cut: state.holds_cut,
        }
    }

    pub(super) fn push(&self, packet: RingPacket) {
        let packet = Arc::new(packet);
        let mut state = lock(&self.state);
        let mut cut = 0;
        state.holds.retain(|hold| {
            let Some(hold) = hold.upgrade() else { return false };
            let mut hold = lock(&hold);
            hold.offer(&packet);
            cut += u64::from(hold.cut);
            !hold.ready
        });
        state.holds_cut += cut;
        state.bytes += packet.bytes();
        state.packets.push_back(packet);
        self.evict(&mut state);
    }

    /// The source has ended: all holds have what they will ever have.
    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        for hold in state.holds.drain(..) {
            if let Some(hold) = hold.upgrade() {
                lock(&hold).ready = true;
            }
        }
    }

    fn evict(&self, state: &mut RingState) {
        if let Some(judged) = state.judged {
            let horizon = judged.plus(-self.limits.seconds);
            // A group of pictures goes as a whole, once the next one covers the horizon.
            while let Some(next) = next_key(&state.packets)
                && state.packets.get(next).is_some_and(|p| p.time <= horizon)
            {
                drop_front(state, next);
            }
        }
        while state.bytes > self.limits.bytes && state.packets.len() > 1 {
            let group = next_key(&state.packets).unwrap_or(1);
            state.evicted_early += group as u64;
            drop_front(state, group);
        }
    }
}

/// Where the second group of pictures begins.
fn next_key(packets: &VecDeque<Arc<RingPacket>>) -> Option<usize> {
    packets.iter().skip(1).position(|p| p.packet.is_key()).map(|at| at + 1)
}

fn drop_front(state: &mut RingState, count: usize) {
    for packet in state.packets.drain(..count) {
        state.bytes -= packet.bytes();
    }
}

/// A panic elsewhere leaves the packets sound, so a poisoned lock is used on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct HoldState {
    span: TimeSpan,
    packets: Vec<Arc<RingPacket>>,
    bytes: usize,
    limit: usize,
    ready: bool,
    cut: bool,
}

impl HoldState {
    fn new(span: TimeSpan, limit: usize) -> Self {
        Self { span, packets: Vec::new(), bytes: 0, limit, ready: false, cut: false }
    }

    fn offer(&mut self, packet: &Arc<RingPacket>) {
        if self.ready {
            return;
        }
        if packet.packet.is_key() && packet.time <= self.span.from {
            self.packets.clear();
            self.bytes = 0;
        }
        let started = !self.packets.is_empty() || packet.packet.is_key();
        if started {
            self.bytes += packet.bytes();
            self.packets.push(Arc::clone(packet));
            self.cut = self.bytes > self.limit;
        }
        // Packets are never shown before they are decoded, so nothing in the span can follow.
        self.ready = self.cut || packet.decode_time >= self.span.to;
    }
}

/// Packets kept for one piece of evidence. Dropping it lets them go.
pub struct Hold {
    state: Arc<Mutex<HoldState>>,
    path: PathBuf,
    start: WallTime,
}

impl Hold {
    /// Whether everything in the span has come.
    pub fn ready(&self) -> bool {
        lock(&self.state).ready
    }

    /// What there is; all of the span when [`Hold::ready`].
    pub fn take(self) -> PacketRun {
        let packets = std::mem::take(&mut lock(&self.state).packets);
        PacketRun::new(packets, self.path, self.start)
    }
}
