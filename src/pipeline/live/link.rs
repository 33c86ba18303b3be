//! How a camera's connection and picture stand: written by its threads, read by the watch.

use crate::media::WallTime;
use crate::scene::{Detail, Reason};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a camera's connection and picture stand.
#[derive(Debug, Default)]
pub(super) struct Link(Mutex<State>);

#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// Why there is no connection; `None` while there is one.
    pub broken: Option<(Reason, Detail)>,
    /// When it is tried again.
    pub next_try: Option<WallTime>,
    /// Codec, size, rate, decoder: a sentence told once a connection is there.
    pub facts: String,
    /// The codec's short name.
    pub codec: String,
    /// Width and height of the pictures that are decoded, once known.
    pub size: Option<(u32, u32)>,
    /// What is wrong with the picture.
    pub faults: Vec<(Reason, Detail)>,
    /// What is wrong with the camera's clock.
    pub clock_wrong: Option<Detail>,
}

impl Link {
    pub(super) fn new() -> Self {
        let starting = (Reason::Starting, Detail::NotConnected);
        Self(Mutex::new(State { broken: Some(starting), ..State::default() }))
    }

    pub(super) fn state(&self) -> State {
        self.lock().clone()
    }

    pub(super) fn connected(&self, facts: String, codec: String, size: Option<(u32, u32)>) {
        let mut s = self.lock();
        (s.broken, s.next_try, s.facts, s.codec) = (None, None, facts, codec);
        s.size = size.or(s.size);
    }

    pub(super) fn lost(&self, reason: Reason, detail: Detail, next_try: WallTime) {
        let mut s = self.lock();
        s.broken = Some((reason, detail));
        s.next_try = Some(next_try);
        s.faults.clear();
    }

    pub(super) fn faults(&self, faults: Vec<(Reason, Detail)>) {
        self.lock().faults = faults;
    }

    pub(super) fn clock_wrong(&self, detail: Option<Detail>) {
        self.lock().clock_wrong = detail;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
