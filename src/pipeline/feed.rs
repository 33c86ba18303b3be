//! Where the attend stage gets its frames from.

use super::looks::Looks;
use crate::media::{Frame, MediaTime, WallTime};
use crate::vision::View;
use crossbeam::channel::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

/// What there is to attend to.
pub(super) enum Fed {
    /// A frame, and what it holds until it has been looked at.
    Frame(Frame, Option<Permit>),
    /// Nothing came for a while: nobody knows what happens there.
    Blank(MediaTime, WallTime),
}

/// Held by a frame on its way through inference; let go, another frame may enter.
pub(super) type Permit = super::live::Permit;

/// Where the attend stage gets its frames from, in order of time.
pub(super) trait Feed {
    /// The next; `None` once there will be no more.
    fn next(&mut self) -> Option<Fed>;

    /// Looks whether the camera itself is well. True while what it shows cannot be judged.
    fn examine(&mut self, _frame: &Frame, _view: View) -> bool {
        false
    }
}

/// Every frame of a recording, thinned to the analysis rate.
pub(super) struct Recorded {
    pub frames: Receiver<Frame>,
    pub rate: Rate,
    /// Counts how the view is, where that is kept.
    pub looks: Option<Arc<Mutex<Looks>>>,
}

impl Feed for Recorded {
    fn next(&mut self) -> Option<Fed> {
        loop {
            let frame = self.frames.recv().ok()?;
            if self.rate.takes(frame.time) {
                return Some(Fed::Frame(frame, None));
            }
        }
    }

    /// A recording is judged as it is: what is wrong with its view is counted, and suspends nothing.
    fn examine(&mut self, frame: &Frame, view: View) -> bool {
        if let Some(looks) = &self.looks {
            looks.lock().unwrap_or_else(PoisonError::into_inner).look(frame, view);
        }
        false
    }
}

/// Thins frames to an analysis rate by their times, whatever the camera's own rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    step_seconds: Option<f64>,
    due: Option<MediaTime>,
}

impl Rate {
    /// So many frames a second; `None`: all.
    pub(super) fn new(fps: Option<f64>) -> Self {
        Self { step_seconds: fps.map(|f| 1.0 / f), due: None }
    }

    /// Another rate from the next frame on.
    pub(super) fn set(&mut self, fps: f64) {
        self.step_seconds = Some(1.0 / fps);
    }

    /// Whether the frame at `time` is one of those.
    pub(super) fn takes(&mut self, time: MediaTime) -> bool {
        let Some(step) = self.step_seconds else { return true };
        match self.due {
            // Half a millisecond early is on time: stamps are rounded.
            Some(due) if time.since(due) < -5e-4 => false,
            Some(due) => {
                let next = due.plus(step);
                self.due = Some(if next < time { time.plus(step) } else { next });
                true
            }
            None => {
                self.due = Some(time.plus(step));
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_analysis_rate_follows_time_not_counts() {
        let mut rate = Rate::new(Some(5.0));
        let at = |s: f64| MediaTime::from_seconds(s);
        let taken: Vec<i64> = (0..100)
            .map(|i| at(f64::from(i) / 30.0))
            .filter(|t| rate.takes(*t))
            .map(|t| t.0)
            .collect();
        assert_eq!(taken.len(), 17);
        // After a gap it does not catch up by taking every frame.
        assert!(rate.takes(at(10.0)));
        assert!(!rate.takes(at(10.03)));
    }
}
