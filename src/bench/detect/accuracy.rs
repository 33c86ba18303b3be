//! How right a detector is, in the field's usual figures.

use super::average::RECALLS;
use crate::vision::Class;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How right a detector is. Shares from 0 to 1; precision, recall and F1 at the score asked for and
/// an overlap of 0.5.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Labelled frames looked at.
    pub frames: u64,
    /// Labels to be found.
    pub labels: u64,
    /// Right detections of all detections; 0 where there is none.
    pub precision: f64,
    /// Labels found of all labels.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Mean over classes of average precision at an overlap of 0.5; none without labels.
    #[serde(rename = "mAP50")]
    pub map50: Option<f64>,
    /// The same, averaged over overlaps 0.50, 0.55 … 0.95.
    #[serde(rename = "mAP50_95")]
    pub map: Option<f64>,
    /// Mean over classes of precision at recalls 0, 0.01 … 1, at an overlap of 0.5.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub precision_at_recall: Vec<f64>,
    /// By class.
    pub classes: BTreeMap<Class, ClassAccuracy>,
}

/// How right a detector is with one class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ClassAccuracy {
    pub labels: u64,
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    #[serde(rename = "AP50")]
    pub ap50: Option<f64>,
    #[serde(rename = "AP50_95")]
    pub ap: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub precision_at_recall: Vec<f64>,
}

/// Average precision of one class.
pub(super) struct Average {
    /// At an overlap of 0.5.
    pub(super) at_half: f64,
    /// Over all overlaps.
    pub(super) over_all: f64,
    /// Precision at each recall, at an overlap of 0.5.
    pub(super) curve: Vec<f64>,
}

/// Right detections, wrong ones, and labels to be found.
type Counts = (u64, u64, u64);

impl Accuracy {
    pub(super) fn new(
        frames: u64,
        counts: Counts,
        classes: BTreeMap<Class, ClassAccuracy>,
    ) -> Self {
        let (precision, recall, f1) = shares(counts);
        let known: Vec<&ClassAccuracy> = classes.values().filter(|c| c.ap50.is_some()).collect();
        let mean = |of: &dyn Fn(&ClassAccuracy) -> f64| {
            round(known.iter().map(|c| of(c)).sum::<f64>() / known.len() as f64)
        };
        let some = !known.is_empty();
        let recalls = if some { RECALLS } else { 0 };
        Self {
            frames,
            labels: counts.2,
            precision,
            recall,
            f1,
            map50: some.then(|| mean(&|c| c.ap50.unwrap_or(0.0))),
            map: some.then(|| mean(&|c| c.ap.unwrap_or(0.0))),
            precision_at_recall: (0..recalls)
                .map(|i| mean(&|c| c.precision_at_recall[i]))
                .collect(),
            classes,
        }
    }
}

impl ClassAccuracy {
    pub(super) fn new(counts: Counts, average: Option<&Average>) -> Self {
        let (precision, recall, f1) = shares(counts);
        Self {
            labels: counts.2,
            precision,
            recall,
            f1,
            ap50: average.map(|a| round(a.at_half)),
            ap: average.map(|a| round(a.over_all)),
            precision_at_recall: average
                .map(|a| a.curve.iter().copied().map(round).collect())
                .unwrap_or_default(),
        }
    }
}

fn shares((right, wrong, labels): Counts) -> (f64, f64, f64) {
    let of = |whole: u64| right as f64 / whole.max(1) as f64;
    let f1 = 2.0 * right as f64 / (right + wrong + labels).max(1) as f64;
    (round(of(right + wrong)), round(of(labels)), round(f1))
}

fn round(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}
