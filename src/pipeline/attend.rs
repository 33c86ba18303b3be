//! Decides what to look at: which frames, which regions, and when to rest.

use super::follow::faint;
use super::infer::{Seen, Sight, Task};
use super::job::{Job, Progress};
use super::stats::{Stage, Stats};
use crate::config::DetectorConfig;
use crate::media::{Frame, MediaTime};
use crate::vision::{Look, MotionGate, Region, Steady, View, VisionError};
use crossbeam::channel::{Receiver, Sender};

/// A resting camera is looked at this often all the same, in seconds: slow light, small far things.
const REST_SECONDS: f64 = 1.0;

/// Share of the small picture that must change to count as movement: 2 of 19,200 pixels at 4:3.
const MOVED_SHARE: f64 = 1e-4;

/// What the attend stage of one job needs.
pub(super) struct Attend<'a> {
    pub job: &'a Job,
    pub progress: &'a Progress,
    pub stats: &'a Stats,
    /// Whether frames in which nothing moved may be passed over.
    pub rest: bool,
    pub tasks: &'a Sender<Task>,
    pub seen: Sender<Seen>,
}

impl Attend<'_> {
    /// Sends every frame on, as a task for the workers or as one in which nothing moved, until the
    /// frames end.
    pub(super) fn run(self, frames: Receiver<Frame>) {
        let detector = &self.job.camera.detector;
        let look = look(detector);
        let fps = self.job.camera.source.as_ref().and_then(|s| s.analysis_fps);
        let mut rate = Rate { step_seconds: fps.map(|f| 1.0 / f), due: None };
        let mut steady = detector.steady.then(Steady::default);
        let (mut view, mut told) = (View::Steady, false);
        let mut gate = Gate { motion: MotionGate::default(), looked: None };
        let mut sequence = 0;
        for frame in frames {
            if !rate.takes(frame.time) {
                continue;
            }
            let (time, wall) = (frame.time, frame.wall);
            let still = self.rest
                && self.stats.measure(Stage::Attend, || gate.still(&frame)).unwrap_or_else(|e| {
                    tracing::debug!(camera = %self.job.camera.id, "{e}");
                    false
                });
            let sent = if still {
                Progress::count(&self.progress.still);
                self.seen.send(Seen { sequence, time, wall, view, sight: Ok(Sight::Still) }).is_ok()
            } else {
                Progress::count(&self.progress.looked);
                if let Some(steady) = &mut steady {
                    view = self
                        .stats
                        .measure(Stage::Attend, || self.steadied(steady, &mut told, &frame));
                }
                let region = Region::whole(frame.width(), frame.height());
                let reply = self.seen.clone();
                self.tasks.send(Task { sequence, frame, region, look, view, reply }).is_ok()
            };
            if !sent {
                return;
            }
            sequence += 1;
        }
    }

    /// How the frame lies; a move of the camera for good is told to the operator.
    fn steadied(&self, steady: &mut Steady, told: &mut bool, frame: &Frame) -> View {
        let view = steady.view(frame).unwrap_or_else(|e| {
            tracing::debug!(camera = %self.job.camera.id, "{e}");
            View::Unknown
        });
        if let Some(moved) = steady.moved() {
            let (width, height) = (frame.width() as f32, frame.height() as f32);
            let how = moved.shift.map_or_else(
                || "is not what it was, as if turned away or covered".to_owned(),
                |s| format!("moved by {:.0} pixels", s.reach(width, height)),
            );
            let note = format!(
                "the view of camera {} {how}, noticed {:.1} s into the recording: zones may no longer lie where they were drawn; compare them with a picture from after that",
                self.job.camera.id,
                moved.time.seconds()
            );
            // A camera that is carried about moves all the time; once is enough to be told.
            if std::mem::replace(told, true) {
                tracing::info!("{note}");
            } else {
                self.progress.note(note);
            }
        }
        view
    }
}

/// How a camera's frames are looked at.
pub(crate) fn look(detector: &DetectorConfig) -> Look {
    Look { long_side: detector.input_long_side as usize, min_score: faint(detector) }
}

/// Thins frames to the configured analysis rate by their times, whatever the camera's own rate.
struct Rate {
    step_seconds: Option<f64>,
    due: Option<MediaTime>,
}

impl Rate {
    fn takes(&mut self, time: MediaTime) -> bool {
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

struct Gate {
    motion: MotionGate,
    looked: Option<MediaTime>,
}

impl Gate {
    /// Whether this frame shows nothing new; otherwise it counts as looked at.
    fn still(&mut self, frame: &Frame) -> Result<bool, VisionError> {
        let changed = self.motion.changed(frame)?;
        let rested = self.looked.is_none_or(|t| frame.time.since(t) >= REST_SECONDS);
        if changed < MOVED_SHARE && !rested {
            return Ok(true);
        }
        self.motion.looked();
        self.looked = Some(frame.time);
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_analysis_rate_follows_time_not_counts() {
        let mut rate = Rate { step_seconds: Some(0.2), due: None };
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
