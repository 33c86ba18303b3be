//! Inference workers that are watched: one that hangs is replaced, and what it held is given up.

use super::turnstile::Permit;
use crate::pipeline::infer::{Seen, Sight, Task};
use crate::pipeline::pulse::Pulse;
use crossbeam::channel::Sender;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One worker as the watch sees it.
pub(in crate::pipeline) struct Post {
    state: Mutex<State>,
    given_up: AtomicBool,
    pulse: Pulse,
}

#[derive(Default)]
struct State {
    since: Option<Instant>,
    /// What is answered in its place, should it hang, and the room it takes.
    held: Vec<(Sender<Seen>, Seen, Option<Permit>)>,
}

impl Post {
    pub(super) fn new() -> Self {
        let pulse = Pulse::of("infer", "");
        Self { state: Mutex::default(), given_up: AtomicBool::new(false), pulse }
    }

    /// It begins with these tasks.
    pub(in crate::pipeline) fn begin(&self, tasks: &mut [Task]) {
        let mut state = self.lock();
        state.since = Some(Instant::now());
        let held = tasks.iter_mut().map(|t| (t.reply.clone(), t.unseen(), t.permit.take()));
        state.held = held.collect();
        drop(state);
        self.pulse.beat(|| ());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{MediaTime, WallTime};
    use crate::pipeline::live::turnstile::Turnstile;
    use crate::vision::attention::Cells;
    use crate::vision::{Look, View};
    use crossbeam::channel::bounded;

    fn task(sequence: u64, reply: &Sender<Seen>, permit: Option<Permit>) -> Task {
        Task {
            sequence,
            time: MediaTime(7),
            wall: WallTime(jiff::Timestamp::UNIX_EPOCH),
            size: (64, 48),
            frame: None,
            glances: Vec::new(),
            changed: Cells::default(),
            look: Look { long_side: 64, min_score: 0.5 },
            view: View::Steady,
            surroundings: crate::pipeline::surroundings::Surroundings::default(),
            reply: reply.clone(),
            permit,
        }
    }

    #[test]
    fn what_a_hung_worker_holds_is_answered_and_its_room_given_back() {
        let turnstile = Turnstile::new(1);
        let permit = turnstile.enter(1, 1.0, Duration::ZERO);
        assert!(permit.is_some());
        let (reply, answers) = bounded(4);
        let post = Post::new();
        assert!(!post.give_up(Duration::ZERO), "an idle worker does not hang");
        post.begin(&mut [task(3, &reply, permit)]);
        assert!(!post.give_up(Duration::from_mins(1)), "it has its time");
        assert!(turnstile.enter(1, 1.0, Duration::from_millis(5)).is_none());
        std::thread::sleep(Duration::from_millis(5));
        assert!(post.give_up(Duration::from_millis(1)));
        let seen = answers.try_recv().unwrap();
        assert_eq!((seen.sequence, seen.view), (3, View::Unknown));
        assert!(matches!(seen.sight, Ok(Sight::Still)), "nobody looked");
        assert!(turnstile.enter(1, 1.0, Duration::from_millis(5)).is_some(), "another may enter");
        // Should it come back, it must not answer a second time.
        assert!(!post.end());
        assert!(!post.give_up(Duration::ZERO), "once is enough");
    }

    #[test]
    fn a_worker_that_ends_in_time_answers_itself() {
        let (reply, answers) = bounded(4);
        let post = Post::new();
        post.begin(&mut [task(1, &reply, None)]);
        assert!(post.end());
        assert!(!post.give_up(Duration::ZERO));
        assert!(answers.try_recv().is_err());
    }
}
