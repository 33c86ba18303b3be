//! Who may send the next frame to the workers: fair among cameras, by their declared priority.
//!
//! Weighted fair queueing by virtual time (Demers, Keshav, Shenker 1989; start-time fair queueing,
//! Goyal, Vin, Cheng 1996): each camera has a clock that a granted frame moves on by the inverse of its
//! weight, and the one furthest behind goes first. A camera that asked for nothing gains no credit.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lets a bounded number of frames in at once.
#[derive(Debug, Clone)]
pub(super) struct Turnstile {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    free: usize,
    /// The start of the frame granted last.
    now: f64,
    /// When each camera's next frame starts at the earliest.
    next: BTreeMap<u64, f64>,
    /// Cameras that wait, with the start of the frame they wait with, and when it could have started
    /// by their own turns alone: that decides between those that start at the same time, or whoever is
    /// owed more would lose it while it fetches its next frame.
    waiting: BTreeMap<u64, (f64, f64)>,
    /// Frames of each camera that are in.
    within: BTreeMap<u64, usize>,
}

/// A frame's room; let go, the next may enter.
#[derive(Debug)]
pub struct Permit {
    inner: Arc<Inner>,
    camera: u64,
}

impl Turnstile {
    /// Lets `most` frames in at once.
    pub(super) fn new(most: usize) -> Self {
        let state = Mutex::new(State { free: most.max(1), ..State::default() });
        Self { inner: Arc::new(Inner { state, freed: Condvar::new() }) }
    }

    /// Waits until it is `camera`'s turn; `None` where that takes longer than `patience`.
    pub(super) fn enter(&self, camera: u64, weight: f64, patience: Duration) -> Option<Permit> {
        let mut state = lock(&self.inner.state);
        let own = state.next.get(&camera).copied().unwrap_or(0.0);
        let start = own.max(state.now);
        state.waiting.insert(camera, (start, own));
        let mine = |s: &State| {
            s.free > 0
                && s.waiting
                    .iter()
                    .min_by(|(a, (start, own)), (b, (other, theirs))| {
                        start.total_cmp(other).then(own.total_cmp(theirs)).then(a.cmp(b))
                    })
                    .is_some_and(|(first, _)| *first == camera)
        };
        let (mut state, waited) = self
            .inner
            .freed
            .wait_timeout_while(state, patience, |s| !mine(s))
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting.remove(&camera);
        if waited.timed_out() && state.free == 0 {
            return None;
        }
        state.free = state.free.saturating_sub(1);
        state.now = state.now.max(start);
        state.next.insert(camera, start + 1.0 / weight.max(1e-3));
        *state.within.entry(camera).or_default() += 1;
        drop(state);
        // Another may be next already, where more than one place was free.
        self.inner.freed.notify_all();
        Some(Permit { inner: Arc::clone(&self.inner), camera })
    }

    /// A camera that is gone. The room of frames that a stage of it kept in, as it hangs, is free.
    pub(super) fn forget(&self, camera: u64) {
        let mut state = lock(&self.inner.state);
        state.next.remove(&camera);
        state.waiting.remove(&camera);
        state.free += state.within.remove(&camera).unwrap_or(0);
        drop(state);
        self.inner.freed.notify_all();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = lock(&self.inner.state);
        // Of a camera that was forgotten, it is free already.
        let Some(within) = state.within.get_mut(&self.camera).filter(|n| **n > 0) else { return };
        *within -= 1;
        state.free += 1;
        drop(state);
        self.inner.freed.notify_all();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

    #[test]
    fn under_pressure_turns_follow_the_weights_and_nobody_starves() {
        let turnstile = Turnstile::new(1);
        let weights = [1.0, 1.0, 4.0];
        let counts: [AtomicU64; 3] = Default::default();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for (camera, weight) in weights.into_iter().enumerate() {
                let (turnstile, counts, stop) = (&turnstile, &counts, &stop);
                scope.spawn(move || {
                    while !stop.load(Relaxed) {
                        let permit =
                            turnstile.enter(camera as u64, weight, Duration::from_secs(5)).unwrap();
                        counts[camera].fetch_add(1, Relaxed);
                        std::thread::sleep(Duration::from_millis(1));
                        drop(permit);
                    }
                });
            }
            while counts.iter().map(|c| c.load(Relaxed)).sum::<u64>() < 300 {
                std::thread::sleep(Duration::from_millis(5));
            }
            stop.store(true, Relaxed);
        });
        let [a, b, c] = counts.map(|c| c.load(Relaxed) as f64);
        assert!((a / b - 1.0).abs() < 0.5 && a > 20.0, "{a} {b} {c}");
        // The heavy one waits for the light ones when it has just had its turn: it gets what it asks
        // for, which is at most every other turn of one place.
        assert!(c > 1.4 * a, "{a} {b} {c}");
    }

    #[test]
    fn a_full_house_is_told_after_patience() {
        let turnstile = Turnstile::new(1);
        let held = turnstile.enter(0, 1.0, Duration::ZERO).unwrap();
        assert!(turnstile.enter(1, 1.0, Duration::from_millis(20)).is_none());
        drop(held);
        assert!(turnstile.enter(1, 1.0, Duration::from_millis(20)).is_some());
    }

    #[test]
    fn the_room_of_a_camera_given_up_is_free_and_freed_once() {
        let turnstile = Turnstile::new(1);
        let hung = turnstile.enter(7, 1.0, Duration::ZERO).unwrap();
        assert!(turnstile.enter(1, 1.0, Duration::from_millis(5)).is_none());
        turnstile.forget(7);
        let held = turnstile.enter(1, 1.0, Duration::from_millis(5)).unwrap();
        // It comes back after all.
        drop(hung);
        assert!(turnstile.enter(2, 1.0, Duration::from_millis(5)).is_none(), "one place is one");
        drop(held);
        assert!(turnstile.enter(2, 1.0, Duration::from_millis(5)).is_some());
    }
}
