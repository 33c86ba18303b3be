//! The CLEAR metrics: what is missed, what is false, and how often an object changes its track.
//!
//! Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT
//! Metrics", EURASIP Journal on Image and Video Processing, 2008.

use super::matching::{Candidate, best};
use super::overlap::Overlaps;

/// Boxes agree from this overlap on.
const AGREE: f64 = 0.5;
/// Weighs more than any overlap: whom an object was matched with in the frame before stays.
const CONTINUES: f64 = 1000.0;

/// Counts, from which the scores of one or of many sequences follow.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Clear {
    /// Objects met by a track.
    pub true_positives: u64,
    /// Objects missed.
    pub false_negatives: u64,
    /// Track boxes on nothing.
    pub false_positives: u64,
    /// How often an object is met by another track than the last that met it.
    pub switches: u64,
    /// How often an object is met again after a gap.
    pub fragments: u64,
    /// Objects met in more than 80 % of their frames.
    pub mostly_tracked: u64,
    /// Objects met in 20 to 80 % of their frames.
    pub partly_tracked: u64,
    /// Objects met in less than 20 % of their frames.
    pub mostly_lost: u64,
    /// Σ over true positives of their overlap.
    pub overlap: f64,
}

/// What is remembered of an object from frame to frame.
#[derive(Debug, Clone, Copy, Default)]
struct Object {
    last_track: Option<u32>,
    /// Its track in the frame before, of those frames that show objects and tracks.
    current_track: Option<u32>,
    met: u32,
    begun: u32,
}

impl Clear {
    /// Counts one sequence.
    pub fn of(overlaps: &Overlaps) -> Self {
        let mut clear = Self::default();
        if overlaps.is_one_sided() {
            clear.false_negatives = overlaps.object_boxes();
            clear.false_positives = overlaps.track_boxes();
            clear.mostly_lost = overlaps.objects();
            return clear;
        }
        let mut objects = vec![Object::default(); overlaps.object_frames.len()];
        for frame in &overlaps.frames {
            if frame.objects.is_empty() || frame.tracks.is_empty() {
                clear.false_negatives += frame.objects.len() as u64;
                clear.false_positives += frame.tracks.len() as u64;
                continue;
            }
            let agreeing: Vec<Candidate> = frame
                .pairs
                .iter()
                .filter(|p| p.iou >= AGREE - f64::EPSILON)
                .map(|p| {
                    let continues = objects[p.object as usize].current_track == Some(p.track);
                    let weight = if continues { CONTINUES + p.iou } else { p.iou };
                    Candidate { row: p.object, column: p.track, weight }
                })
                .collect();
            let matched = best(&agreeing);
            let count = matched.len() as u64;
            clear.true_positives += count;
            clear.false_negatives += frame.objects.len() as u64 - count;
            clear.false_positives += frame.tracks.len() as u64 - count;
            let mut was_met = vec![false; objects.len()];
            for (object, met) in objects.iter_mut().zip(&mut was_met) {
                *met = object.current_track.take().is_some();
            }
            for i in matched {
                let Candidate { row, column, weight } = agreeing[i];
                clear.overlap += if weight >= CONTINUES { weight - CONTINUES } else { weight };
                let object = &mut objects[row as usize];
                if object.last_track.is_some_and(|last| last != column) {
                    clear.switches += 1;
                }
                object.met += 1;
                object.begun += u32::from(!was_met[row as usize]);
                object.last_track = Some(column);
                object.current_track = Some(column);
            }
        }
        for (object, &frames) in objects.iter().zip(&overlaps.object_frames) {
            let share = f64::from(object.met) / f64::from(frames.max(1));
            if share > 0.8 {
                clear.mostly_tracked += 1;
            } else if share >= 0.2 {
                clear.partly_tracked += 1;
            } else {
                clear.mostly_lost += 1;
            }
            clear.fragments += u64::from(object.begun.saturating_sub(1));
        }
        clear
    }

    /// Adds another sequence.
    pub fn add(&mut self, other: &Self) {
        self.true_positives += other.true_positives;
        self.false_negatives += other.false_negatives;
        self.false_positives += other.false_positives;
        self.switches += other.switches;
        self.fragments += other.fragments;
        self.mostly_tracked += other.mostly_tracked;
        self.partly_tracked += other.partly_tracked;
        self.mostly_lost += other.mostly_lost;
        self.overlap += other.overlap;
    }

    /// Accuracy (MOTA): 1 for a perfect tracker, below 0 for one that gives more false boxes than
    /// right ones; 0 where there is no object.
    pub fn mota(&self) -> f64 {
        let objects = self.true_positives + self.false_negatives;
        if objects == 0 {
            return 0.0;
        }
        (self.true_positives as f64 - self.false_positives as f64 - self.switches as f64)
            / objects as f64
    }

    /// Precision of place (MOTP): the mean overlap of true positives, 0 to 1.
    pub fn motp(&self) -> f64 {
        self.overlap / self.true_positives.max(1) as f64
    }
}
