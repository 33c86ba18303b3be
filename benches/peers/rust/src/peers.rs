//! The trackers, at their defaults (or, where there are none, at their own examples' values).

use crate::mot::{Seen, Sequence, Sighting};
use edgefirst_tracker::{ByteTrackBuilder, DetectionBox, Tracker, Uuid};
use similari::trackers::sort::metric::DEFAULT_MINIMAL_SORT_CONFIDENCE;
use similari::trackers::sort::simple_api::Sort;
use similari::trackers::sort::{DEFAULT_SORT_IOU_THRESHOLD, PositionalMetricType, SortTrack};
use similari::utils::bbox::{BoundingBox, Universal2DBox};
use std::collections::HashMap;

/// A frame's number and detections in, its tracks out.
type Update = Box<dyn FnMut(usize, &[Seen]) -> Vec<Sighting>>;

pub struct Peer {
    pub name: &'static str,
    pub package: &'static str,
    pub version: &'static str,
    /// A fresh tracker for one sequence.
    pub make: fn(&Sequence) -> Update,
}

pub const ALL: &[Peer] = &[
    Peer {
        name: "edgefirst ByteTrack",
        package: "edgefirst-tracker",
        version: "0.38.2",
        make: edgefirst,
    },
    Peer {
        name: "similari SORT",
        package: "similari-trackers-rs",
        version: "0.26.12",
        make: similari,
    },
];

impl DetectionBox for Seen {
    fn bbox(&self) -> [f32; 4] {
        let [x, y, w, h] = self.box_;
        [x, y, x + w, y + h]
    }

    fn score(&self) -> f32 {
        self.score
    }

    fn label(&self) -> usize {
        0
    }
}

/// Times are given in nanoseconds of the sequence's own rate, as its documentation asks. The
/// detection's own box is reported, as for the other peers.
fn edgefirst(sequence: &Sequence) -> Update {
    let mut tracker = ByteTrackBuilder::new().build();
    let rate = sequence.frame_rate;
    let mut numbers: HashMap<Uuid, u64> = HashMap::new();
    Box::new(move |frame, seen| {
        let time = (frame as f64 / rate * 1e9) as u64;
        let mut sightings = Vec::with_capacity(seen.len());
        for (one, track) in seen.iter().zip(tracker.update(seen, time)) {
            if let Some(track) = track {
                let next = numbers.len() as u64 + 1;
                sightings.push((*numbers.entry(track.uuid).or_insert(next), one.box_));
            }
        }
        sightings
    })
}

/// Detections below this score are kept from it: it has no threshold of its own, and does worse
/// with them.
const SIMILARI_MIN_SCORE: f32 = 0.6;

/// Frames a track may go unseen; of 1, 5, 10 and 30 the best.
const SIMILARI_IDLE: usize = 5;

/// One shard, as its documentation advises for fewer than 100 objects; the other numbers are those
/// of its example. It has no defaults.
fn similari(_: &Sequence) -> Update {
    let mut tracker = Sort::new(
        1,
        10,
        SIMILARI_IDLE,
        PositionalMetricType::IoU(DEFAULT_SORT_IOU_THRESHOLD),
        DEFAULT_MINIMAL_SORT_CONFIDENCE,
        None,
        1.0 / 20.0,
        1.0 / 160.0,
    );
    Box::new(move |_, seen| {
        let boxes: Vec<(Universal2DBox, Option<i64>)> = seen
            .iter()
            .filter(|s| s.score >= SIMILARI_MIN_SCORE)
            .map(|s| {
                let [x, y, w, h] = s.box_;
                (BoundingBox::new_with_confidence(x, y, w, h, s.score).into(), None)
            })
            .collect();
        tracker.predict(&boxes).into_iter().map(|track| sighting(&track)).collect()
    })
}

fn sighting(track: &SortTrack) -> Sighting {
    let b = &track.observed_bbox;
    let w = b.aspect * b.height;
    (track.id, [b.xc - w / 2.0, b.yc - b.height / 2.0, w, b.height])
}
