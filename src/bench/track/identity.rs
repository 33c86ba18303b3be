//! The identity metrics: for how long each object is called by one name.
//!
//! Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking",
//! ECCV 2016 workshops.

use super::matching::{Candidate, best};
use super::overlap::Overlaps;
use std::collections::BTreeMap;

/// Boxes agree from this overlap on.
const AGREE: f64 = 0.5;

/// Counts, from which the scores of one or of many sequences follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity {
    /// Object boxes met by the one track that stands for the object.
    pub true_positives: u64,
    /// Object boxes that are not.
    pub false_negatives: u64,
    /// Track boxes that meet no object they stand for.
    pub false_positives: u64,
}

impl Identity {
    /// Counts one sequence: objects and tracks are matched one to one for the whole of it, so that as
    /// many boxes as can be agree. That is the least sum of misses and false boxes, which the paper
    /// asks for, since each box that agrees is one less of both.
    pub fn of(overlaps: &Overlaps) -> Self {
        let mut agreeing: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for pair in overlaps.frames.iter().flat_map(|f| &f.pairs).filter(|p| p.iou >= AGREE) {
            *agreeing.entry((pair.object, pair.track)).or_default() += 1;
        }
        let candidates: Vec<Candidate> = agreeing
            .iter()
            .map(|(&(row, column), &n)| Candidate { row, column, weight: f64::from(n) })
            .collect();
        let met: f64 = best(&candidates).into_iter().map(|i| candidates[i].weight).sum();
        let met = met as u64;
        Self {
            true_positives: met,
            false_negatives: overlaps.object_boxes() - met,
            false_positives: overlaps.track_boxes() - met,
        }
    }

    /// Adds another sequence.
    pub fn add(&mut self, other: &Self) {
        self.true_positives += other.true_positives;
        self.false_negatives += other.false_negatives;
        self.false_positives += other.false_positives;
    }

    /// IDF1: the harmonic mean of recall and precision, 0 to 1.
    pub fn f1(&self) -> f64 {
        let others = (self.false_negatives + self.false_positives) as f64;
        self.true_positives as f64 / (self.true_positives as f64 + 0.5 * others).max(1.0)
    }

    /// IDP.
    pub fn precision(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_positives).max(1) as f64
    }

    /// IDR.
    pub fn recall(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_negatives).max(1) as f64
    }
}
