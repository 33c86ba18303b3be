//! Decides what to look at: which frames, which regions, and when to rest.

use super::capacity;
use super::cut::Cut;
use super::feed::{Fed, Feed};
use super::follow::faint;
use super::job::{Job, Progress};
use super::meter::Meter;
use super::stats::Stage;
use super::surroundings::{Surroundings, Watch};
use super::task::{Looked, Seen, Sight, Task};
use crate::config::DetectorConfig;
use crate::media::{Frame, MediaTime, WallTime};
use crate::vision::attention::{Gaze, Glance, Known, Plan, runs};
use crate::vision::{Look, Steady, View};
use crossbeam::channel::{Receiver, Sender};
use std::sync::atomic::Ordering::Relaxed;

/// What the attend stage of one job needs.
pub(super) struct Attend<'a> {
    pub job: &'a Job,
    pub progress: &'a Progress,
    pub stats: Meter<'a>,
    /// Follows whether a stage behind this one was given up.
    pub cut: Cut,
    pub gaze: Gaze,
    /// What tracking made of each frame, in order; `None` where nobody needs it.
    pub interests: Option<Receiver<Known>>,
    pub tasks: &'a Sender<Task>,
    pub seen: Sender<Seen>,
}

impl Attend<'_> {
    /// Sends every frame on, as a task for the workers or as one in which nothing moved, until the
    /// frames end.
    pub(super) fn run(mut self, mut feed: impl Feed) {
        let detector = &self.job.camera.detector;
        let look = look(detector);
        let mut steady = detector.steady.then(Steady::default);
        let (mut view, mut noted) = (View::Steady, false);
        let mut watch = Watch::new(&self.job.camera);
        let mut sequence = 0;
        // Whether what is known of the frame a lag before this one has been taken in.
        let mut told = false;
        while let Some(fed) = feed.next() {
            if sequence >= capacity::INTERESTS.capacity as u64
                && !told
                && let Some(interests) = &self.interests
            {
                // Tracking has ended before its frames did: this job cannot go on.
                let Some(known) = self.cut.receive(interests) else { return };
                self.stats.measure(Stage::Attend, || self.gaze.learn(known));
                told = true;
            }
            let (frame, permit) = match fed {
                Fed::Frame(frame, permit) => (frame, permit),
                Fed::Blank(time, wall) => {
                    if !self.cut.send(&self.seen, blank(sequence, time, wall)) {
                        return;
                    }
                    sequence += 1;
                    told = false;
                    continue;
                }
            };
            let plan = self.stats.measure(Stage::Attend, || self.gaze.plan(&frame));
            self.progress.longest_wait.fetch_max(self.gaze.longest_wait().into(), Relaxed);
            let (time, wall) = (frame.time, frame.wall);
            if let (Plan::Look(..), Some(steady)) = (&plan, &mut steady) {
                view =
                    self.stats.measure(Stage::Attend, || self.steadied(steady, &mut noted, &frame));
            }
            // Rules are suspended while the camera is blind; shake is followed on, so that the view is
            // known again as soon as there is one.
            let blind = self.stats.measure(Stage::Attend, || feed.examine(&frame, view));
            let view = if blind { View::Unknown } else { view };
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
                    let seen = Seen { sequence, time, wall, view, surroundings, sight };
                    self.cut.send(&self.seen, seen)
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
                        let seen = Seen { sequence, time, wall, view, surroundings, sight };
                        if !self.cut.send(&self.seen, seen) {
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
                        permit,
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

/// Nothing came: what was last seen is remembered, and nothing is known of the view.
fn blank(sequence: u64, time: MediaTime, wall: WallTime) -> Seen {
    let (surroundings, sight) = (Surroundings::default(), Ok(Sight::Still));
    Seen { sequence, time, wall, view: View::Unknown, surroundings, sight }
}

/// How a camera's frames are looked at.
pub(crate) fn look(detector: &DetectorConfig) -> Look {
    Look { long_side: detector.input_long_side as usize, min_score: faint(detector) }
}
