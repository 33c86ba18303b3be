//! Whether a stage works, and whether it still works at the same piece as a while ago.
//!
//! A stage beats around each piece of work; waiting for a queue is no work. Whoever watches adds up
//! the time that it saw one piece last, so that a machine that slept, or a watch that was held up,
//! makes nobody look hung.

#[cfg(debug_assertions)]
use super::fault::Fault;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// What a watch that was held up adds for one look, at most.
const LONGEST_STEP: Duration = Duration::from_secs(1);

/// One stage's pulse.
#[derive(Debug, Default)]
pub struct Pulse {
    /// Twice the pieces done, and one more while it works at the next.
    beats: AtomicU64,
    #[cfg(debug_assertions)]
    fault: Option<Fault>,
}

impl Pulse {
    /// That of `stage` of a camera, or of the service (`whose` empty).
    pub(super) fn of(stage: &str, whose: &str) -> Self {
        #[cfg(not(debug_assertions))]
        let _ = (stage, whose);
        Self {
            beats: AtomicU64::new(0),
            #[cfg(debug_assertions)]
            fault: Fault::of(stage, whose),
        }
    }

    /// Does a piece of work. Pieces do not lie within each other.
    pub(super) fn beat<T>(&self, work: impl FnOnce() -> T) -> T {
        let _beat = Beat::begin(self);
        #[cfg(debug_assertions)]
        if let Some(fault) = &self.fault {
            fault.strike(self.done());
        }
        work()
    }

    /// Pieces done so far.
    pub(super) fn done(&self) -> u64 {
        self.beats.load(Relaxed) / 2
    }
}

/// Ends with its piece of work, however that went.
struct Beat<'a>(&'a Pulse);

impl<'a> Beat<'a> {
    fn begin(pulse: &'a Pulse) -> Self {
        pulse.beats.fetch_add(1, Relaxed);
        Self(pulse)
    }
}

impl Drop for Beat<'_> {
    fn drop(&mut self) {
        self.0.beats.fetch_add(1, Relaxed);
    }
}

/// What a watch knows of a pulse.
#[derive(Debug, Default)]
pub(super) struct PulseWatch {
    beats: u64,
    at_it: Duration,
}

impl PulseWatch {
    /// Looks again, `step` after the last time; for how long it has been seen at its present piece.
    pub(super) fn look(&mut self, pulse: &Pulse, step: Duration) -> Duration {
        self.look_at(pulse.beats.load(Relaxed), step)
    }

    /// The same of a count of beats: odd while at work.
    pub(super) fn look_at(&mut self, beats: u64, step: Duration) -> Duration {
        let goes_on = beats == self.beats && beats % 2 == 1;
        self.beats = beats;
        self.at_it = if goes_on { self.at_it + step.min(LONGEST_STEP) } else { Duration::ZERO };
        self.at_it
    }

    /// Whether it was at work when last looked at.
    pub(super) fn is_busy(&self) -> bool {
        self.beats % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_and_the_same_piece_of_work_grows_old() {
        let (pulse, second) = (Pulse::default(), Duration::from_secs(1));
        let mut watch = PulseWatch::default();
        assert_eq!(watch.look(&pulse, second), Duration::ZERO);
        assert_eq!(watch.look(&pulse, second), Duration::ZERO, "waiting is not hanging");
        pulse.beat(|| {
            assert_eq!(watch.look(&pulse, second), Duration::ZERO, "it has just begun");
            assert_eq!(watch.look(&pulse, second), second);
            // A machine that slept for an hour says nothing of the stage.
            assert_eq!(watch.look(&pulse, 3600 * second), 2 * second);
        });
        assert_eq!(pulse.done(), 1);
        assert_eq!(watch.look(&pulse, second), Duration::ZERO);
        pulse.beat(|| watch.look(&pulse, second));
        pulse.beat(|| assert_eq!(watch.look(&pulse, second), Duration::ZERO, "another piece"));
        // A piece that panicked is over.
        let fell = std::panic::catch_unwind(|| pulse.beat(|| panic!("on purpose")));
        assert!(fell.is_err() && pulse.done() == 4);
    }
}
