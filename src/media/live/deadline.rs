//! The time by which FFmpeg must answer, asked by its interrupt callback.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Shared by a connection and FFmpeg's callback within it.
#[derive(Clone)]
pub(super) struct Deadline {
    begun: Instant,
    /// Microseconds after `begun`.
    at: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Deadline {
    /// `stop` counts as a deadline that has passed.
    pub(super) fn new(stop: &Arc<AtomicBool>) -> Self {
        let at = Arc::new(AtomicU64::new(u64::MAX));
        Self { begun: Instant::now(), at, stop: Arc::clone(stop) }
    }

    /// From now on, so many seconds are left.
    pub(super) fn renew(&self, seconds: f64) {
        let left = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_hours(1));
        let at = (self.begun.elapsed() + left).as_micros();
        self.at.store(u64::try_from(at).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether waiting must end.
    pub(super) fn is_over(&self) -> bool {
        let now = self.begun.elapsed().as_micros();
        self.is_stopped() || now >= u128::from(self.at.load(Ordering::Relaxed))
    }

    /// Whether it was asked to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
