//! Puts what the workers saw back in order, tracks it, and says what is known of each frame.

use super::cut::Cut;
use super::job::{Job, Progress};
use super::meter::Meter;
use super::stats::Stage;
use super::surroundings::Surroundings;
use super::task::{Looked, Seen, Sight};
use crate::config::DetectorConfig;
use crate::scene::Observation;
use crate::track::{TrackSight, Tracker, TrackerConfig};
use crate::vision::attention::{Known, Memory};
use crate::vision::{BBox, Detection, Shift, View};
use crossbeam::channel::{Receiver, Sender};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// `ByteTrack`'s low scores, as a share of the score from which an object is believed.
const FAINT_SHARE: f32 = 4.0 / 9.0;

/// What the follow stage of one job needs.
pub(super) struct Follow<'a> {
    pub job: &'a Job,
    pub progress: &'a Progress,
    pub stats: Meter<'a>,
    /// Follows whether a stage beside this one was given up.
    pub cut: Cut,
    /// Set when this job cannot go on.
    pub abandon: &'a AtomicBool,
    /// What the attend stage is told of each frame; `None` where it does not listen.
    pub interests: Option<Sender<Known>>,
    pub observations: Sender<Observation>,
}

impl Follow<'_> {
    /// Works until the sightings end.
    pub(super) fn run(self, seen: &Receiver<Seen>) {
        let size = self.job.camera.scene.frame_size;
        let mut tracker = Tracker::new(thresholds(&self.job.camera.detector))
            .with_bounds(size.0 as f32, size.1 as f32);
        // Bounded by the tasks that can be under way at once.
        let mut early: BTreeMap<u64, Seen> = BTreeMap::new();
        let mut next = 0;
        let mut memory = Memory::default();
        // The frame's size, as last looked at.
        let mut frame = size;
        let mut shown: Vec<Detection> = Vec::new();
        for one in self.cut.each(seen) {
            early.insert(one.sequence, one);
            while let Some(one) = early.remove(&next) {
                next += 1;
                match one.sight {
                    Ok(Sight::Looked(Looked { looks, changed, size })) => {
                        frame = size;
                        self.stats.measure(Stage::Track, || {
                            memory.update(one.time.seconds(), &looks, &changed, frame);
                        });
                    }
                    Ok(Sight::Still) => memory.still(),
                    Err(e) => {
                        self.progress.fail(format!("camera {}: {e}", self.job.camera.id));
                        self.abandon.store(true, Relaxed);
                        return;
                    }
                }
                let (observation, known) = self.stats.measure(Stage::Track, || {
                    shown.clear();
                    shown.extend(memory.shown());
                    let view = into_scene(&mut shown, one.view, frame, size);
                    let tracks = tracker.update(one.time, &shown);
                    let known = self.interests.is_some().then(|| {
                        let high = self.job.camera.detector.min_score;
                        known(&memory, &tracks, high, (view, size), frame)
                    });
                    let Surroundings { signals, things, covers } = one.surroundings;
                    let observation = Observation {
                        time: one.time,
                        wall: one.wall,
                        view,
                        tracks,
                        signals,
                        things,
                        covers,
                        carried: Vec::new(),
                    };
                    (observation.rounded(), known)
                });
                if let (Some(interests), Some(known)) = (&self.interests, known) {
                    // Once its frames have ended, the attend stage no longer listens.
                    let _ = interests.send(known);
                }
                if !self.cut.send(&self.observations, observation) {
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

/// What attention is told: everything remembered, and the tracks that need a closer look, in pixels
/// of the frame.
fn known(
    memory: &Memory,
    tracks: &[TrackSight],
    high: f32,
    (view, scene): (View, (u32, u32)),
    frame: (u32, u32),
) -> Known {
    let (sx, sy) = factors(scene, frame);
    let back = view.shift().inverse();
    let boxes = |which: fn(&TrackSight, f32) -> bool| -> Vec<BBox> {
        tracks
            .iter()
            .filter(|t| which(t, high))
            .map(|t| back.apply_box(&t.bbox).scaled(sx, sy))
            .collect()
    };
    Known {
        items: memory.items().to_vec(),
        losing: boxes(|t, _| t.score.is_none()),
        faint: boxes(|t, high| t.score.is_some_and(|s| s < high)),
        cut: memory.cut().to_vec(),
    }
}

/// Brings boxes from the frame's pixels to those the scene is drawn in, as the steady view shows
/// them, and gives the frame's view in the latter.
fn into_scene(
    detections: &mut [Detection],
    view: View,
    frame: (u32, u32),
    scene: (u32, u32),
) -> View {
    let (sx, sy) = factors(frame, scene);
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

fn factors(from: (u32, u32), to: (u32, u32)) -> (f32, f32) {
    (to.0 as f32 / from.0.max(1) as f32, to.1 as f32 / from.1.max(1) as f32)
}
