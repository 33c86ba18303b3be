//! Decides what to look at: which frames, which regions, and when to rest.

use super::capacity;
use super::follow::faint;
use super::infer::{Looked, Seen, Sight, Task};
use super::job::{Job, Progress};
use super::stats::{Stage, Stats};
use super::surroundings::Watch;
use crate::config::DetectorConfig;
use crate::media::{Frame, MediaTime};
use crate::vision::attention::{Gaze, Glance, Known, Plan, runs};
use crate::vision::{Look, Steady, View};
use crossbeam::channel::{Receiver, Sender};
use std::sync::atomic::Ordering::Relaxed;

/// What the attend stage of one job needs.
pub(super) struct Attend<'a> {
    pub job: &'a Job,
    pub progress: &'a Progress,
    pub stats: &'a Stats,
    pub gaze: Gaze,
    /// What tracking made of each frame, in order; `None` where nobody needs it.
    pub interests: Option<Receiver<Known>>,
    pub tasks: &'a Sender<Task>,
    pub seen: Sender<Seen>,
}

impl Attend<'_> {
    /// Sends every frame on, as a task for the workers or as one in which nothing moved, until the
    /// frames end.
    pub(super) fn run(mut self, frames: Receiver<Frame>) {
        let detector = &self.job.camera.detector;
        let look = look(detector);
        let fps = self.job.camera.source.as_ref().and_then(|s| s.analysis_fps);
        let mut rate = Rate { step_seconds: fps.map(|f| 1.0 / f), due: None };
        let mut steady = detector.steady.then(Steady::default);
        let (mut view, mut noted) = (View::Steady, false);
        let mut watch = Watch::new(&self.job.camera);
        let mut sequence = 0;
        // Whether what is known of the frame a lag before this one has been taken in.
        let mut told = false;
        for frame in frames {
            if !rate.takes(frame.time) {
                continue;
            }
            if sequence >= capacity::INTERESTS.capacity as u64
                && !told
                && let Some(interests) = &self.interests
            {
                // Tracking has ended before its frames did: this job cannot go on.
                let Ok(known) = interests.recv() else { return };
                self.stats.measure(Stage::Attend, || self.gaze.learn(known));
                told = true;
            }
            let plan = self.stats.measure(Stage::Attend, || self.gaze.plan(&frame));
            self.progress.longest_wait.fetch_max(self.gaze.longest_wait().into(), Relaxed);
            let (time, wall) = (frame.time, frame.wall);
            if let (Plan::Look(..), Some(steady)) = (&plan, &mut steady) {
                view =
                    self.stats.measure(Stage::Attend, || self.steadied(steady, &mut noted, &frame));
            }
            let surroundings = self.stats.measure(Stage::Attend, || watch.watch(&frame, view));
            for note in watch.take_notes() {
                self.progress.note(note);
            }
            let sent = match plan {
                Plan::Defer => {
                    Progress::count(&self.progress.deferred);
                    continue;
                }
                Plan::Pass => {
                    Progress::count(&self.progress.passed);
                    continue;
                }
                Plan::Rest => {
                    Progress::count(&self.progress.still);
                    let sight = Ok(Sight::Still);
                    self.seen.send(Seen { sequence, time, wall, view, surroundings, sight }).is_ok()
                }
                Plan::Look(glances, changed) => {
                    self.count(&glances);
                    let (reply, size) = (self.seen.clone(), (frame.width(), frame.height()));
                    if let Some(boxes) = &self.job.boxes {
                        let Some(found) = boxes.at(time) else {
                            self.progress.fail(format!(
                                "{}: {} have no line for the frame at {:.3} s; make them for this clip",
                                self.job.path.display(), boxes.name(), time.seconds()
                            ));
                            return;
                        };
                        let looks = glances.into_iter().map(|g| (g, found.to_vec())).collect();
                        let sight = Ok(Sight::Looked(Looked { looks, changed, size }));
                        if self
                            .seen
                            .send(Seen { sequence, time, wall, view, surroundings, sight })
                            .is_err()
                        {
                            return;
                        }
                        sequence += 1;
                        continue;
                    }
                    let frame = Some(frame);
                    let task = Task {
                        sequence,
                        time,
                        wall,
                        size,
                        frame,
                        glances,
                        changed,
                        look,
                        view,
                        surroundings,
                        reply,
                    };
                    self.tasks.send(task).is_ok()
                }
            };
            if !sent {
                return;
            }
            sequence += 1;
            told = false;
        }
    }

    /// How the frame lies; a move of the camera for good is told to the operator.
    fn steadied(&self, steady: &mut Steady, noted: &mut bool, frame: &Frame) -> View {
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
            if std::mem::replace(noted, true) {
                tracing::info!("{note}");
            } else {
                self.progress.note(note);
            }
        }
        view
    }

    fn count(&self, glances: &[Glance]) {
        let progress = self.progress;
        Progress::count(&progress.looked);
        Progress::add(&progress.regions, glances.len() as u64);
        Progress::add(&progress.runs, runs(glances) as u64);
        Progress::add(&progress.pixels, glances.iter().map(Glance::pixels).sum());
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
