//! Who overlaps whom in each frame: what all metrics are counted from.

use crate::bench::mot::MotRow;
use std::collections::BTreeMap;

/// A ground-truth object and a track that overlap in a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Overlap {
    /// The object's number, from 0.
    pub(super) object: u32,
    /// The track's number, from 0.
    pub(super) track: u32,
    /// Intersection over union, above 0.
    pub(super) iou: f64,
}

/// One frame: the objects and tracks in it, and the pairs that overlap.
#[derive(Debug, Clone, Default)]
pub(super) struct OverlapFrame {
    pub(super) objects: Vec<u32>,
    pub(super) tracks: Vec<u32>,
    pub(super) pairs: Vec<Overlap>,
}

/// A sequence, compared: ids replaced by numbers from 0, only pairs that overlap kept, so that
/// memory grows with what is near one another and not with objects times tracks.
#[derive(Debug, Clone, Default)]
pub struct Overlaps {
    pub(super) frames: Vec<OverlapFrame>,
    /// In how many frames each object is.
    pub(super) object_frames: Vec<u32>,
    /// In how many frames each track is.
    pub(super) track_frames: Vec<u32>,
}

impl Overlaps {
    /// Compares ground truth with results, both by frame.
    pub fn between(truth: &[Vec<MotRow>], results: &[Vec<MotRow>]) -> Self {
        let (objects, tracks) = (numbers(truth), numbers(results));
        let mut whole = Self {
            object_frames: vec![0; objects.len()],
            track_frames: vec![0; tracks.len()],
            frames: Vec::with_capacity(truth.len()),
        };
        for (t, truth) in truth.iter().enumerate() {
            let results = results.get(t).map_or(&[][..], Vec::as_slice);
            let mut frame = OverlapFrame {
                objects: truth.iter().map(|r| objects[&r.id]).collect(),
                tracks: results.iter().map(|r| tracks[&r.id]).collect(),
                pairs: Vec::new(),
            };
            for (a, &object) in truth.iter().zip(&frame.objects) {
                for (b, &track) in results.iter().zip(&frame.tracks) {
                    let iou = a.iou(b);
                    if iou > 0.0 {
                        frame.pairs.push(Overlap { object, track, iou });
                    }
                }
            }
            frame.objects.iter().for_each(|&o| whole.object_frames[o as usize] += 1);
            frame.tracks.iter().for_each(|&t| whole.track_frames[t as usize] += 1);
            whole.frames.push(frame);
        }
        whole
    }

    /// Boxes in the ground truth.
    pub fn object_boxes(&self) -> u64 {
        self.object_frames.iter().map(|&n| u64::from(n)).sum()
    }

    /// Boxes in the results.
    pub fn track_boxes(&self) -> u64 {
        self.track_frames.iter().map(|&n| u64::from(n)).sum()
    }

    /// Objects in the ground truth.
    pub fn objects(&self) -> u64 {
        self.object_frames.len() as u64
    }

    /// Tracks in the results.
    pub fn tracks(&self) -> u64 {
        self.track_frames.len() as u64
    }

    /// Whether either side is empty, so that nothing can match.
    pub(super) fn is_one_sided(&self) -> bool {
        self.object_frames.is_empty() || self.track_frames.is_empty()
    }
}

/// Ids in rising order, numbered from 0.
fn numbers(frames: &[Vec<MotRow>]) -> BTreeMap<i64, u32> {
    let mut found: BTreeMap<i64, u32> = frames.iter().flatten().map(|r| (r.id, 0)).collect();
    for (number, of) in (0..).zip(found.values_mut()) {
        *of = number;
    }
    found
}
