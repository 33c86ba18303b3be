//! Higher order tracking accuracy: detection and association in equal parts.
//!
//! Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking",
//! International Journal of Computer Vision 129, 2021.

use super::matching::{Candidate, best};
use super::overlap::Overlaps;
use std::collections::BTreeMap;

/// Overlaps at which boxes are taken to agree: 0.05, 0.10 … 0.95.
pub const ALPHAS: usize = 19;

/// The overlap of number `i`. Computed as the reference computes it, to the last bit.
pub fn alpha(i: usize) -> f64 {
    0.05 + i as f64 * 0.05
}

/// Counts and sums at each alpha, from which the scores of one or of many sequences follow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hota {
    /// Objects met by a track.
    pub true_positives: [u64; ALPHAS],
    /// Objects missed.
    pub false_negatives: [u64; ALPHAS],
    /// Track boxes on nothing.
    pub false_positives: [u64; ALPHAS],
    /// Σ over true positives of the association's accuracy, recall and precision.
    association: [[f64; ALPHAS]; 3],
    /// Σ over true positives of their overlap.
    overlap: [f64; ALPHAS],
}

/// What is counted of an object and a track over the whole sequence.
#[derive(Default)]
struct Together {
    /// Σ of overlap, shared out among what overlaps.
    likely: f64,
    matches: [u32; ALPHAS],
}

impl Hota {
    /// Counts one sequence.
    pub fn of(overlaps: &Overlaps) -> Self {
        let mut hota = Self::default();
        if overlaps.is_one_sided() {
            hota.false_negatives = [overlaps.object_boxes(); ALPHAS];
            hota.false_positives = [overlaps.track_boxes(); ALPHAS];
            return hota;
        }
        let mut together = likely(overlaps);
        let lasted = |object: u32, track: u32| {
            f64::from(overlaps.object_frames[object as usize])
                + f64::from(overlaps.track_frames[track as usize])
        };
        // Pairs that belong together over the whole sequence are preferred in each frame.
        let alignment: BTreeMap<(u32, u32), f64> = together
            .iter()
            .map(|(&(object, track), t)| {
                ((object, track), t.likely / (lasted(object, track) - t.likely))
            })
            .collect();
        for frame in &overlaps.frames {
            let candidates: Vec<Candidate> = frame
                .pairs
                .iter()
                .map(|p| {
                    let weight = alignment.get(&(p.object, p.track)).map_or(0.0, |a| a * p.iou);
                    Candidate { row: p.object, column: p.track, weight }
                })
                .collect();
            let mut matched = [0_u64; ALPHAS];
            for i in best(&candidates) {
                let pair = &frame.pairs[i];
                for (a, count) in matched.iter_mut().enumerate() {
                    if pair.iou >= alpha(a) - f64::EPSILON {
                        *count += 1;
                        hota.overlap[a] += pair.iou;
                        if let Some(t) = together.get_mut(&(pair.object, pair.track)) {
                            t.matches[a] += 1;
                        }
                    }
                }
            }
            for (a, count) in matched.into_iter().enumerate() {
                hota.true_positives[a] += count;
                hota.false_negatives[a] += frame.objects.len() as u64 - count;
                hota.false_positives[a] += frame.tracks.len() as u64 - count;
            }
        }
        for (&(object, track), t) in &together {
            for (a, &matches) in t.matches.iter().enumerate().filter(|(_, m)| **m > 0) {
                let n = f64::from(matches);
                hota.association[0][a] += n * n / (lasted(object, track) - n).max(1.0);
                hota.association[1][a] +=
                    n * n / f64::from(overlaps.object_frames[object as usize].max(1));
                hota.association[2][a] +=
                    n * n / f64::from(overlaps.track_frames[track as usize].max(1));
            }
        }
        hota
    }

    /// Adds another sequence: counts add up, association weighs by true positives.
    pub fn add(&mut self, other: &Self) {
        for a in 0..ALPHAS {
            self.true_positives[a] += other.true_positives[a];
            self.false_negatives[a] += other.false_negatives[a];
            self.false_positives[a] += other.false_positives[a];
            self.overlap[a] += other.overlap[a];
            for (mine, theirs) in self.association.iter_mut().zip(&other.association) {
                mine[a] += theirs[a];
            }
        }
    }

    /// HOTA at each alpha, 0 to 1.
    pub fn hota(&self) -> [f64; ALPHAS] {
        let (detection, association) = (self.detection_accuracy(), self.association_accuracy());
        std::array::from_fn(|a| (detection[a] * association[a]).sqrt())
    }

    /// Detection accuracy (`DetA`) at each alpha.
    pub fn detection_accuracy(&self) -> [f64; ALPHAS] {
        self.of_true(|s, a| s.true_positives[a] + s.false_negatives[a] + s.false_positives[a])
    }

    /// Detection recall (`DetRe`) at each alpha.
    pub fn detection_recall(&self) -> [f64; ALPHAS] {
        self.of_true(|s, a| s.true_positives[a] + s.false_negatives[a])
    }

    /// Detection precision (`DetPr`) at each alpha.
    pub fn detection_precision(&self) -> [f64; ALPHAS] {
        self.of_true(|s, a| s.true_positives[a] + s.false_positives[a])
    }

    /// Association accuracy (`AssA`) at each alpha.
    pub fn association_accuracy(&self) -> [f64; ALPHAS] {
        self.per_true(&self.association[0])
    }

    /// Association recall (`AssRe`) at each alpha.
    pub fn association_recall(&self) -> [f64; ALPHAS] {
        self.per_true(&self.association[1])
    }

    /// Association precision (`AssPr`) at each alpha.
    pub fn association_precision(&self) -> [f64; ALPHAS] {
        self.per_true(&self.association[2])
    }

    /// Mean overlap of true positives (`LocA`) at each alpha; 1 where there is none.
    pub fn localisation(&self) -> [f64; ALPHAS] {
        let floor = 1e-10;
        std::array::from_fn(|a| {
            self.overlap[a].max(floor) / (self.true_positives[a] as f64).max(floor)
        })
    }

    fn of_true(&self, whole: impl Fn(&Self, usize) -> u64) -> [f64; ALPHAS] {
        std::array::from_fn(|a| self.true_positives[a] as f64 / (whole(self, a).max(1)) as f64)
    }

    fn per_true(&self, sums: &[f64; ALPHAS]) -> [f64; ALPHAS] {
        std::array::from_fn(|a| sums[a] / self.true_positives[a].max(1) as f64)
    }
}

/// How likely each object and track are to be one, before any matching: their overlap in each frame,
/// divided by what each overlaps with in all.
fn likely(overlaps: &Overlaps) -> BTreeMap<(u32, u32), Together> {
    let mut together: BTreeMap<(u32, u32), Together> = BTreeMap::new();
    let mut of_object = vec![0.0; overlaps.object_frames.len()];
    let mut of_track = vec![0.0; overlaps.track_frames.len()];
    for frame in &overlaps.frames {
        for p in &frame.pairs {
            of_object[p.object as usize] += p.iou;
            of_track[p.track as usize] += p.iou;
        }
        for p in &frame.pairs {
            let whole = of_object[p.object as usize] + of_track[p.track as usize] - p.iou;
            if whole > f64::EPSILON {
                together.entry((p.object, p.track)).or_default().likely += p.iou / whole;
            }
        }
        for p in &frame.pairs {
            of_object[p.object as usize] = 0.0;
            of_track[p.track as usize] = 0.0;
        }
    }
    together
}
