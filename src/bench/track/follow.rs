//! Our tracker over a sequence's detections: what it gives, and what it costs.

use crate::bench::mot::{MotError, MotFile, MotRow, Sequence};
use crate::media::MediaTime;
use crate::pipeline;
use crate::track::{Tracker, TrackerConfig};
use crate::vision::{BBox, Class, Detection};
use std::hint::black_box;
use std::time::Duration;

/// Detections of a sequence, ready for the tracker.
pub(super) struct Footage {
    frames: Vec<Vec<Detection>>,
    rate: f64,
    size: Option<(f32, f32)>,
}

impl Footage {
    /// Takes in `det/det.txt`, without rows below `min_score`.
    pub(super) fn new(
        sequence: &Sequence,
        detections: &MotFile,
        min_score: f32,
    ) -> Result<Self, MotError> {
        let rate = sequence.frame_rate()?;
        let detection = |r: &MotRow| Detection {
            bbox: BBox {
                x1: r.left as f32,
                y1: r.top as f32,
                x2: (r.left + r.width) as f32,
                y2: (r.top + r.height) as f32,
            },
            class: Class::Person,
            score: r.value as f32,
        };
        let frames = detections
            .by_frame(sequence.info.frames)
            .iter()
            .map(|rows| rows.iter().map(detection).filter(|d| d.score >= min_score).collect())
            .collect();
        Ok(Self { frames, rate, size: sequence.info.size })
    }

    /// Detections that the tracker is given.
    pub(super) fn detections(&self) -> u64 {
        self.frames.iter().map(|f| f.len() as u64).sum()
    }

    /// The tracks seen in each frame, by frame. A box that the tracker only predicts is written in gaps
    /// of a frame or two, where it is as good as seen: the ground truth holds what can be seen.
    pub(super) fn follow(&self, config: TrackerConfig) -> Vec<Vec<MotRow>> {
        let mut tracker = self.tracker(config);
        let mut result = Vec::with_capacity(self.frames.len());
        for (i, detections) in self.frames.iter().enumerate() {
            let sights = tracker.update(self.time(i), detections);
            result.push(
                sights
                    .iter()
                    .filter(|s| s.seen() || tracker.is_sure_of(s.id))
                    .map(|s| MotRow {
                        frame: i as u32 + 1,
                        id: i64::from(s.id.0),
                        left: written(s.bbox.x1),
                        top: written(s.bbox.y1),
                        width: written(s.bbox.width()),
                        height: written(s.bbox.height()),
                        value: s.score.map_or(1.0, written),
                        class: -1,
                    })
                    .collect(),
            );
        }
        result
    }

    /// Processor time of one pass of the tracker alone.
    pub(super) fn cost(&self, config: TrackerConfig) -> Duration {
        let mut tracker = self.tracker(config);
        let before = pipeline::cpu_time();
        for (i, detections) in self.frames.iter().enumerate() {
            black_box(tracker.update(self.time(i), black_box(detections)));
        }
        pipeline::cpu_time().saturating_sub(before)
    }

    fn tracker(&self, config: TrackerConfig) -> Tracker {
        let tracker = Tracker::new(config);
        match self.size {
            Some((width, height)) => tracker.with_bounds(width, height),
            None => tracker,
        }
    }

    fn time(&self, frame: usize) -> MediaTime {
        MediaTime::from_seconds(frame as f64 / self.rate)
    }
}

/// As result files hold it, so that what is judged is what can be judged again from them.
fn written(value: f32) -> f64 {
    (f64::from(value) * 1e3).round() / 1e3
}
