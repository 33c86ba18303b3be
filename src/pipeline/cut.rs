//! Ends of queues between a camera's stages that do not wait for a stage that was given up.
//!
//! A stage that hangs keeps its ends of the queues, so its neighbours would wait for it for ever.

use crossbeam::channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// How often a stage that waits looks whether its neighbour was given up.
const LOOK: Duration = Duration::from_millis(200);

/// Raised when a stage of this camera's session was given up; never, in a recorded run.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut(Option<Arc<AtomicBool>>);

impl Cut {
    /// Follows `raised`.
    pub(super) fn when(raised: &Arc<AtomicBool>) -> Self {
        Self(Some(Arc::clone(raised)))
    }

    fn is_raised(&self) -> bool {
        self.0.as_ref().is_some_and(|raised| raised.load(Relaxed))
    }

    /// Waits for room; false where nobody will ever take it.
    pub(super) fn send<T>(&self, to: &Sender<T>, mut item: T) -> bool {
        if self.0.is_none() {
            return to.send(item).is_ok();
        }
        loop {
            match to.send_timeout(item, LOOK) {
                Ok(()) => return true,
                Err(SendTimeoutError::Timeout(back)) if !self.is_raised() => item = back,
                Err(_) => return false,
            }
        }
    }

    /// Waits for the next; `None` where none will come. What is in the queue already is not lost.
    pub(super) fn receive<T>(&self, from: &Receiver<T>) -> Option<T> {
        if self.0.is_none() {
            return from.recv().ok();
        }
        loop {
            match from.recv_timeout(LOOK) {
                Ok(item) => return Some(item),
                Err(RecvTimeoutError::Timeout) if !self.is_raised() => {}
                Err(_) => return None,
            }
        }
    }

    /// Each that comes, until none will.
    pub(super) fn each<'a, T>(&'a self, from: &'a Receiver<T>) -> impl Iterator<Item = T> + 'a {
        std::iter::from_fn(|| self.receive(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam::channel::bounded;

    #[test]
    fn neighbours_of_a_stage_given_up_go_on() {
        let raised = Arc::new(AtomicBool::new(false));
        let cut = Cut::when(&raised);
        // Both ends stay, as where a stage hangs that holds one of them.
        let (to, from) = bounded(2);
        assert!(cut.send(&to, 1) && cut.send(&to, 2));
        raised.store(true, Relaxed);
        assert!(!cut.send(&to, 3), "nobody takes it");
        assert_eq!(cut.each(&from).collect::<Vec<_>>(), [1, 2], "what there was is not lost");
        let (to, from) = bounded::<u8>(1);
        assert!(Cut::default().send(&to, 1));
        drop(to);
        assert_eq!(Cut::default().each(&from).count(), 1);
    }
}
