//! Inference workers that are watched: one that hangs is replaced, and what it held is given up.

use super::turnstile::Permit;
use crate::pipeline::pulse::{Pulse, PulseWatch};
use crate::pipeline::task::{Seen, Sight, Task};
use crossbeam::channel::Sender;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One worker as the watch sees it.
pub(in crate::pipeline) struct Post {
    state: Mutex<State>,
    given_up: AtomicBool,
    pulse: Pulse,
}

#[derive(Default)]
struct State {
    /// Twice the pieces done, and one more while at work.
    beats: u64,
    watch: PulseWatch,
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
        state.beats += 1;
        let held = tasks.iter_mut().map(|t| (t.reply.clone(), t.unseen(), t.permit.take()));
        state.held = held.collect();
        drop(state);
        self.pulse.beat(|| ());
    }

    /// It is done with them; false where they were given up meanwhile and must not be answered.
    pub(in crate::pipeline) fn end(&self) -> bool {
        let mut state = self.lock();
        state.beats += 1;
        state.held.clear();
        !self.given_up.load(Relaxed)
    }

    /// Looks again, `step` after the last time, and gives it up where it has been seen busy with one
    /// piece for longer than `most`: what it held is answered as not looked at. True once.
    pub(super) fn give_up(&self, step: Duration, most: Duration) -> bool {
        let mut state = self.lock();
        let beats = state.beats;
        let at_it = state.watch.look_at(beats, step);
        if self.given_up.load(Relaxed) || at_it <= most {
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
        let (step, most) = (Duration::from_millis(200), Duration::from_millis(500));
        assert!(!post.give_up(step, Duration::ZERO), "an idle worker does not hang");
        post.begin(&mut [task(3, &reply, permit)]);
        // However long ago the last look was: a machine that was paused says nothing of the worker.
        assert!(!post.give_up(Duration::from_hours(1), most), "it has just begun");
        assert!(!post.give_up(step, most) && !post.give_up(step, most), "it has its time");
        assert!(turnstile.enter(1, 1.0, Duration::from_millis(5)).is_none());
        assert!(post.give_up(step, most));
        let seen = answers.try_recv().unwrap();
        assert_eq!((seen.sequence, seen.view), (3, View::Unknown));
        assert!(matches!(seen.sight, Ok(Sight::Still)), "nobody looked");
        assert!(turnstile.enter(1, 1.0, Duration::from_millis(5)).is_some(), "another may enter");
        // Should it come back, it must not answer a second time.
        assert!(!post.end());
        assert!(!post.give_up(step, Duration::ZERO), "once is enough");
    }

    #[test]
    fn a_worker_that_ends_in_time_answers_itself() {
        let (reply, answers) = bounded(4);
        let post = Post::new();
        post.begin(&mut [task(1, &reply, None)]);
        assert!(post.end());
        let step = Duration::from_secs(1);
        assert!(!post.give_up(step, Duration::ZERO) && !post.give_up(step, Duration::ZERO));
        assert!(answers.try_recv().is_err());
    }
}
