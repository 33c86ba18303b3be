//! Detections against labels, frame by frame; what is kept is small however long the clip.

use super::accuracy::{Accuracy, Average, ClassAccuracy};
use super::average::{Compared, THRESHOLDS, mean, precision_over_recall, threshold};
use super::labels::{LabelBox, sides};
use crate::vision::{Class, Detection};
use std::collections::{BTreeMap, BTreeSet};

/// Detections of one class and frame that count, the best first, as in the COCO evaluation.
const MOST_A_FRAME: usize = 100;

/// Detections against labels, gathered over frames and clips.
#[derive(Debug, Clone, Default)]
pub struct Evaluation {
    frames: u64,
    classes: BTreeMap<Class, OfClass>,
}

#[derive(Debug, Clone, Default)]
struct OfClass {
    /// To be found.
    labels: u64,
    detections: Vec<Compared>,
}

impl Evaluation {
    /// Takes in one labelled frame; only `classes` are evaluated.
    pub fn add(&mut self, classes: &BTreeSet<Class>, labels: &[LabelBox], found: &[Detection]) {
        self.frames += 1;
        for &class in classes {
            let of = self.classes.entry(class).or_default();
            let mut labels: Vec<&LabelBox> = labels.iter().filter(|l| l.class == class).collect();
            of.labels += labels.iter().filter(|l| !l.ignored).count() as u64;
            // Labels that ask for something come first: a detection that meets one is right, even
            // where a crowd is nearer.
            labels.sort_by_key(|l| l.ignored);
            let mut found: Vec<&Detection> = found.iter().filter(|d| d.class == class).collect();
            found.sort_by(|a, b| b.score.total_cmp(&a.score));
            found.truncate(MOST_A_FRAME);
            compare(&labels, &found, &mut of.detections);
        }
    }

    /// Adds what was gathered elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.frames += other.frames;
        for (&class, theirs) in &other.classes {
            let mine = self.classes.entry(class).or_default();
            mine.labels += theirs.labels;
            mine.detections.extend_from_slice(&theirs.detections);
        }
    }

    /// What follows; precision and recall count detections from `min_score` on. `None` where no
    /// frame was labelled.
    pub fn accuracy(&self, min_score: f32) -> Option<Accuracy> {
        let mut classes = BTreeMap::new();
        let (mut right, mut wrong, mut labels) = (0, 0, 0);
        for (&class, of) in &self.classes {
            let seen = |d: &&Compared| d.score >= min_score && d.ignored & 1 == 0;
            let all = of.detections.iter().filter(seen).count() as u64;
            let met = of.detections.iter().filter(seen).filter(|d| d.right & 1 == 1).count() as u64;
            right += met;
            wrong += all - met;
            labels += of.labels;
            classes.insert(class, of.accuracy(met, all));
        }
        (self.frames > 0).then(|| Accuracy::new(self.frames, (right, wrong, labels), classes))
    }
}

impl OfClass {
    fn accuracy(&self, met: u64, all: u64) -> ClassAccuracy {
        let mut sorted = self.detections.clone();
        // Stable: between equals the frame that came first.
        sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
        let average = (self.labels > 0).then(|| {
            let curve = |t| precision_over_recall(&sorted, self.labels, t);
            let half = curve(0);
            let sum: f64 = (0..THRESHOLDS).map(|t| mean(&curve(t))).sum();
            Average {
                at_half: mean(&half),
                over_all: sum / THRESHOLDS as f64,
                curve: half.to_vec(),
            }
        });
        ClassAccuracy::new((met, all - met, self.labels), average.as_ref())
    }
}

/// The COCO evaluation's greedy matching: the best detection chooses first, and takes the label it
/// overlaps most of those still free; a crowd is never used up.
fn compare(labels: &[&LabelBox], found: &[&Detection], into: &mut Vec<Compared>) {
    let overlaps: Vec<Vec<f64>> =
        found.iter().map(|d| labels.iter().map(|l| l.overlap(&sides(d))).collect()).collect();
    let first = into.len();
    into.extend(found.iter().map(|d| Compared { score: d.score, right: 0, ignored: 0 }));
    let mut taken = vec![false; labels.len()];
    for t in 0..THRESHOLDS {
        taken.fill(false);
        for (d, overlaps) in overlaps.iter().enumerate() {
            let mut least = threshold(t).min(1.0 - 1e-10);
            let mut chosen: Option<usize> = None;
            for (l, label) in labels.iter().enumerate() {
                if taken[l] && !label.ignored {
                    continue;
                }
                if label.ignored && chosen.is_some_and(|c| !labels[c].ignored) {
                    break;
                }
                if overlaps[l] >= least {
                    least = overlaps[l];
                    chosen = Some(l);
                }
            }
            if let Some(chosen) = chosen {
                taken[chosen] = true;
                let compared = &mut into[first + d];
                if labels[chosen].ignored {
                    compared.ignored |= 1 << t;
                } else {
                    compared.right |= 1 << t;
                }
            }
        }
    }
}
