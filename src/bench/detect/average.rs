//! Average precision, as the COCO evaluation computes it.
//!
//! Detections in falling order of score draw a curve of precision over recall; precision is made to
//! fall only, and read at 101 recalls from 0 to 1 (Lin et al., ECCV 2014; the rules are those of
//! COCO's own evaluation code).

/// Overlaps at which a detection is taken to be right: 0.50, 0.55 … 0.95.
pub const THRESHOLDS: usize = 10;
/// Recalls at which precision is read.
pub const RECALLS: usize = 101;

/// The overlap of number `i`.
pub fn threshold(i: usize) -> f64 {
    // As numpy's linspace computes it.
    if i + 1 == THRESHOLDS { 0.95 } else { 0.5 + i as f64 * ((0.95 - 0.5) / 9.0) }
}

/// A detection after it was compared with its frame's labels; one bit a threshold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    pub(super) score: f32,
    /// It meets a label.
    pub(super) right: u16,
    /// It meets a crowd, and counts neither way.
    pub(super) ignored: u16,
}

/// Precision at each recall, for threshold number `t`. `detections` in falling order of score;
/// `labels` is how many there are to be found, more than 0.
pub(super) fn precision_over_recall(
    detections: &[Compared],
    labels: u64,
    t: usize,
) -> [f64; RECALLS] {
    let bit = 1_u16 << t;
    let (mut right, mut wrong) = (0_u64, 0_u64);
    let mut curve: Vec<(f64, f64)> = Vec::with_capacity(detections.len());
    for d in detections {
        if d.ignored & bit == 0 {
            if d.right & bit == 0 { wrong += 1 } else { right += 1 }
        }
        let found = (right + wrong) as f64 + f64::EPSILON;
        curve.push((right as f64 / labels as f64, right as f64 / found));
    }
    for i in (1..curve.len()).rev() {
        curve[i - 1].1 = curve[i - 1].1.max(curve[i].1);
    }
    std::array::from_fn(|i| {
        let recall = if i + 1 == RECALLS { 1.0 } else { i as f64 * 0.01 };
        curve.get(curve.partition_point(|&(r, _)| r < recall)).map_or(0.0, |&(_, p)| p)
    })
}

pub(super) fn mean(curve: &[f64; RECALLS]) -> f64 {
    curve.iter().sum::<f64>() / RECALLS as f64
}
