//! Puts what the workers saw back in order, tracks it, and says what is known of each frame.

use super::infer::{Seen, Sight};
use super::job::{Job, Progress};
use super::stats::{Stage, Stats};
use crate::config::DetectorConfig;
use crate::scene::Observation;
use crate::track::{Tracker, TrackerConfig};
use crate::vision::{Detection, Shift, View};
use crossbeam::channel::{Receiver, Sender};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// `ByteTrack`'s low scores, as a share of the score from which an object is believed.
const FAINT_SHARE: f32 = 4.0 / 9.0;

/// What the follow stage of one job needs.
pub(super) struct Follow<'a> {
    pub job: &'a Job,
    pub progress: &'a Progress,
    pub stats: &'a Stats,
    /// Set when this job cannot go on.
    pub abandon: &'a AtomicBool,
    pub observations: Sender<Observation>,
}

impl Follow<'_> {
    /// Works until the sightings end.
    pub(super) fn run(self, seen: Receiver<Seen>) {
        let size = self.job.camera.scene.frame_size;
        let mut tracker = Tracker::new(thresholds(&self.job.camera.detector))
            .with_bounds(size.0 as f32, size.1 as f32);
        // Bounded by the tasks that can be under way at once.
        let mut early: BTreeMap<u64, Seen> = BTreeMap::new();
        let mut next = 0;
        let mut last: Vec<Detection> = Vec::new();
        let mut view = View::Steady;
        for one in seen {
            early.insert(one.sequence, one);
            while let Some(one) = early.remove(&next) {
                next += 1;
                match one.sight {
                    Ok(Sight::Seen(detections, frame)) => {
                        last = detections;
                        view = into_scene(&mut last, one.view, frame, size);
                    }
                    Ok(Sight::Still) => {}
                    Err(e) => {
                        self.progress.fail(format!("camera {}: {e}", self.job.camera.id));
                        self.abandon.store(true, Relaxed);
                        return;
                    }
                }
                let observation = self.stats.measure(Stage::Track, || {
                    let tracks = tracker.update(one.time, &last);
                    Observation { time: one.time, wall: one.wall, view, tracks }.rounded()
                });
                if self.observations.send(observation).is_err() {
                    return;
                }
            }
        }
    }
}

/// The tracker believes from the camera's `min_score` on, and follows what it believes further down.
fn thresholds(detector: &DetectorConfig) -> TrackerConfig {
    TrackerConfig {
        high_score: detector.min_score,
        new_score: detector.min_score,
        low_score: faint(detector),
        ..TrackerConfig::default()
    }
}

/// Score from which detections are made at all: enough to carry on a track, not to begin one.
pub(super) fn faint(detector: &DetectorConfig) -> f32 {
    detector.min_score * FAINT_SHARE
}

/// Brings boxes from the frame's pixels to those the scene is drawn in, as the steady view shows
/// them, and gives the frame's view in the latter.
fn into_scene(
    detections: &mut [Detection],
    view: View,
    frame: (u32, u32),
    scene: (u32, u32),
) -> View {
    let (sx, sy) = (scene.0 as f32 / frame.0 as f32, scene.1 as f32 / frame.1 as f32);
    let view = view.scaled(f64::from(sx), f64::from(sy));
    let shift = view.shift();
    for d in detections {
        if frame != scene {
            d.bbox = d.bbox.scaled(sx, sy);
        }
        if shift != Shift::NONE {
            d.bbox = shift.apply_box(&d.bbox);
        }
    }
    view
}
