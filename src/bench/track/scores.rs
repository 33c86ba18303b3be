//! The scores of one sequence or of several together, in the forms and names the field knows.

use super::clear::Clear;
use super::hota::{ALPHAS, Hota, alpha};
use super::identity::Identity;
use super::overlap::Overlaps;
use serde::Serialize;

/// What is counted of one sequence, or of several added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// HOTA's counts.
    pub hota: Hota,
    /// CLEAR's counts.
    pub clear: Clear,
    /// The identity metrics' counts.
    pub identity: Identity,
    objects: u64,
    tracks: u64,
    object_boxes: u64,
    track_boxes: u64,
}

/// Scores in percent, rounded to four decimals; counts as they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct TrackScores {
    #[serde(rename = "HOTA")]
    pub hota: f64,
    #[serde(rename = "DetA")]
    pub det_a: f64,
    #[serde(rename = "AssA")]
    pub ass_a: f64,
    #[serde(rename = "DetRe")]
    pub det_re: f64,
    #[serde(rename = "DetPr")]
    pub det_pr: f64,
    #[serde(rename = "AssRe")]
    pub ass_re: f64,
    #[serde(rename = "AssPr")]
    pub ass_pr: f64,
    #[serde(rename = "LocA")]
    pub loc_a: f64,
    #[serde(rename = "MOTA")]
    pub mota: f64,
    #[serde(rename = "MOTP")]
    pub motp: f64,
    #[serde(rename = "IDSW")]
    pub switches: u64,
    #[serde(rename = "FP")]
    pub false_positives: u64,
    #[serde(rename = "FN")]
    pub false_negatives: u64,
    #[serde(rename = "TP")]
    pub true_positives: u64,
    #[serde(rename = "MT")]
    pub mostly_tracked: u64,
    #[serde(rename = "PT")]
    pub partly_tracked: u64,
    #[serde(rename = "ML")]
    pub mostly_lost: u64,
    #[serde(rename = "Frag")]
    pub fragments: u64,
    #[serde(rename = "IDF1")]
    pub idf1: f64,
    #[serde(rename = "IDP")]
    pub idp: f64,
    #[serde(rename = "IDR")]
    pub idr: f64,
    #[serde(rename = "IDTP")]
    pub id_true_positives: u64,
    #[serde(rename = "IDFN")]
    pub id_false_negatives: u64,
    #[serde(rename = "IDFP")]
    pub id_false_positives: u64,
    /// Objects and boxes in the ground truth, tracks and boxes in the results.
    #[serde(rename = "GT_IDs")]
    pub objects: u64,
    #[serde(rename = "GT_Dets")]
    pub object_boxes: u64,
    #[serde(rename = "IDs")]
    pub tracks: u64,
    #[serde(rename = "Dets")]
    pub track_boxes: u64,
    pub alphas: AlphaCurves,
}

/// The scores at each overlap from which boxes are taken to agree, in percent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AlphaCurves {
    /// The overlaps, 0.05 to 0.95.
    pub alpha: [f64; ALPHAS],
    #[serde(rename = "HOTA")]
    pub hota: [f64; ALPHAS],
    #[serde(rename = "DetA")]
    pub det_a: [f64; ALPHAS],
    #[serde(rename = "AssA")]
    pub ass_a: [f64; ALPHAS],
    #[serde(rename = "LocA")]
    pub loc_a: [f64; ALPHAS],
}

impl Tally {
    /// Counts one sequence.
    pub fn of(overlaps: &Overlaps) -> Self {
        Self {
            hota: Hota::of(overlaps),
            clear: Clear::of(overlaps),
            identity: Identity::of(overlaps),
            objects: overlaps.objects(),
            tracks: overlaps.tracks(),
            object_boxes: overlaps.object_boxes(),
            track_boxes: overlaps.track_boxes(),
        }
    }

    /// Adds another sequence.
    pub fn add(&mut self, other: &Self) {
        self.hota.add(&other.hota);
        self.clear.add(&other.clear);
        self.identity.add(&other.identity);
        self.objects += other.objects;
        self.tracks += other.tracks;
        self.object_boxes += other.object_boxes;
        self.track_boxes += other.track_boxes;
    }

    /// The scores that follow.
    pub fn scores(&self) -> TrackScores {
        let (hota, clear, identity) = (&self.hota, &self.clear, &self.identity);
        TrackScores {
            hota: mean(&hota.hota()),
            det_a: mean(&hota.detection_accuracy()),
            ass_a: mean(&hota.association_accuracy()),
            det_re: mean(&hota.detection_recall()),
            det_pr: mean(&hota.detection_precision()),
            ass_re: mean(&hota.association_recall()),
            ass_pr: mean(&hota.association_precision()),
            loc_a: mean(&hota.localisation()),
            mota: percent(clear.mota()),
            motp: percent(clear.motp()),
            switches: clear.switches,
            false_positives: clear.false_positives,
            false_negatives: clear.false_negatives,
            true_positives: clear.true_positives,
            mostly_tracked: clear.mostly_tracked,
            partly_tracked: clear.partly_tracked,
            mostly_lost: clear.mostly_lost,
            fragments: clear.fragments,
            idf1: percent(identity.f1()),
            idp: percent(identity.precision()),
            idr: percent(identity.recall()),
            id_true_positives: identity.true_positives,
            id_false_negatives: identity.false_negatives,
            id_false_positives: identity.false_positives,
            objects: self.objects,
            object_boxes: self.object_boxes,
            tracks: self.tracks,
            track_boxes: self.track_boxes,
            alphas: AlphaCurves {
                alpha: std::array::from_fn(|a| (alpha(a) * 100.0).round() / 100.0),
                hota: hota.hota().map(percent),
                det_a: hota.detection_accuracy().map(percent),
                ass_a: hota.association_accuracy().map(percent),
                loc_a: hota.localisation().map(percent),
            },
        }
    }
}

fn mean(shares: &[f64; ALPHAS]) -> f64 {
    percent(shares.iter().sum::<f64>() / ALPHAS as f64)
}

fn percent(share: f64) -> f64 {
    (share * 1e6).round() / 1e4
}
