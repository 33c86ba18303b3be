//! Packets kept for one piece of evidence, while the ring goes on.

use super::{
    missing::{Asked, Reach},
    run::PacketRun,
    stream::RingPacket,
    time::{MediaTime, TimeSpan, WallTime},
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A panic elsewhere leaves the packets sound, so a poisoned lock is used on.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a hold has collected so far.
pub(super) struct HoldState {
    span: TimeSpan,
    packets: Vec<Arc<RingPacket>>,
    bytes: usize,
    /// Packets let go of because a later keyframe covers the span's beginning.
    gone: u64,
    late: bool,
    /// Set once nothing more is collected.
    pub(super) reach: Option<Reach>,
}

impl HoldState {
    /// `late`: packets of the span's beginning are gone already.
    pub(super) fn new(span: TimeSpan, late: bool) -> Self {
        Self { span, packets: Vec::new(), bytes: 0, gone: 0, late, reach: None }
    }

    /// Nothing up to `time` will come any more.
    pub(super) fn passed(&mut self, time: MediaTime) {
        if self.reach.is_none() && self.span.to <= time {
            self.reach = Some(Reach::Gap);
        }
    }

    /// Takes a packet in decoding order, if it still collects; at most `limit` bytes and a packet.
    pub(super) fn offer(&mut self, packet: &Arc<RingPacket>, limit: usize) {
        if self.reach.is_some() {
            return;
        }
        if packet.packet.is_key() && packet.time <= self.span.from {
            self.gone += self.packets.len() as u64;
            self.packets.clear();
            self.bytes = 0;
        }
        if !self.packets.is_empty() || packet.packet.is_key() {
            self.bytes += packet.bytes();
            self.packets.push(Arc::clone(packet));
        }
        // Packets are never shown before they are decoded, so nothing in the span can follow.
        if packet.decode_time >= self.span.to {
            self.reach = Some(Reach::Whole);
        } else if self.bytes > limit {
            self.reach = Some(Reach::Limit);
        }
    }
}

/// Packets kept for one piece of evidence. Dropping it lets them go.
pub struct Hold {
    pub(super) state: Arc<Mutex<HoldState>>,
    pub(super) path: PathBuf,
    pub(super) start: WallTime,
}

impl Hold {
    /// Whether it has all that it will ever have.
    pub fn ready(&self) -> bool {
        lock(&self.state).reach.is_some()
    }

    /// The stretch wanted.
    pub fn span(&self) -> TimeSpan {
        lock(&self.state).span
    }

    /// Bytes it keeps in memory.
    pub fn bytes(&self) -> usize {
        lock(&self.state).bytes
    }

    /// When media time 0 of its source happened.
    pub fn start(&self) -> WallTime {
        self.start
    }

    /// The packets that came after the first `seen`, and how many came in all.
    pub(super) fn since(&self, seen: u64) -> (Vec<Arc<RingPacket>>, u64) {
        let state = lock(&self.state);
        let skip = usize::try_from(seen.saturating_sub(state.gone)).unwrap_or(usize::MAX);
        let news = state.packets.iter().skip(skip).cloned().collect();
        (news, state.gone + state.packets.len() as u64)
    }

    /// What there is so far, while it goes on.
    pub fn so_far(&self) -> PacketRun {
        let state = lock(&self.state);
        let reach = state.reach.unwrap_or(Reach::BrokenOff);
        let asked = Asked { span: state.span, reach, late: state.late };
        PacketRun::new(state.packets.clone(), asked, self.path.clone(), self.start)
    }

    /// What there is; [`PacketRun::reach`] tells whether that is all of the span. Taken before it
    /// is [`Hold::ready`], it counts as broken off.
    pub fn take(self) -> PacketRun {
        let mut state = lock(&self.state);
        let packets = std::mem::take(&mut state.packets);
        let reach = state.reach.unwrap_or(Reach::BrokenOff);
        let asked = Asked { span: state.span, reach, late: state.late };
        drop(state);
        PacketRun::new(packets, asked, self.path, self.start)
    }
}
