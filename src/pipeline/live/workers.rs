//! Inference workers that are watched: one that hangs is replaced, and what it held is given up.

use super::turnstile::Permit;
use crate::pipeline::infer::{Seen, Sight, Task};
use crossbeam::channel::Sender;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One worker as the watch sees it.
#[derive(Default)]
pub(in crate::pipeline) struct Post {
    state: Mutex<State>,
    given_up: AtomicBool,
}

#[derive(Default)]
struct State {
    since: Option<Instant>,
    /// What is answered in its place, should it hang, and the room it takes.
    held: Vec<(Sender<Seen>, Seen, Option<Permit>)>,
}

impl Post {
    /// It begins with these tasks.
    pub(in crate::pipeline) fn begin(&self, tasks: &mut [Task]) {
        let mut state = self.lock();
        state.since = Some(Instant::now());
        let held = tasks.iter_mut().map(|t| (t.reply.clone(), t.unseen(), t.permit.take()));
        state.held = held.collect();
    }

    /// It is done with them; false where they were given up meanwhile and must not be answered.
    pub(in crate::pipeline) fn end(&self) -> bool {
        let mut state = self.lock();
        state.since = None;
        state.held.clear();
        !self.given_up.load(Relaxed)
    }

    /// Gives it up where it has been busy for longer than `most`: what it held is answered as not
    /// looked at. True once.
    pub(super) fn give_up(&self, most: Duration) -> bool {
        let mut state = self.lock();
        if self.given_up.load(Relaxed) || state.since.is_none_or(|s| s.elapsed() < most) {
            return false;
        }
        self.given_up.store(true, Relaxed);
        for (reply, seen, _) in state.held.drain(..) {
            // A camera that has gone away no longer wants its answer; one whose queue is full is
            // waited for by nobody here.
            let _ = reply.try_send(seen);
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Task {
    /// The answer that nobody looked.
    fn unseen(&self) -> Seen {
        Seen {
            sequence: self.sequence,
            time: self.time,
            wall: self.wall,
            view: crate::vision::View::Unknown,
            surroundings: self.surroundings.clone(),
            sight: Ok(Sight::Still),
        }
    }
}
