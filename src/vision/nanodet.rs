//! NanoDet heads: per anchor class scores and a distribution over the distance to each side of the
//! box (Li et al., "Generalized Focal Loss", 2020; anchors as in its authors' release of NanoDet).

use super::classes::ClassTable;
use super::preprocess::Letterbox;
use super::spec::{ChannelOrder, InputSpec};
use super::{BBox, Detection};
use ndarray::ArrayView2;

/// BGR, ImageNet mean and deviation, black border.
pub const INPUT: InputSpec = InputSpec {
    channels: ChannelOrder::Bgr,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    border: 0.0,
    multiple: 32,
};

/// Strides of the anchor grids, in the order of the model's output.
pub const STRIDES: [usize; 3] = [8, 16, 32];

/// Distances are expectations over this many bins, 0 to 10 strides.
pub const BINS: usize = 11;

/// Length of an anchor's row of `dist`: four sides, [`BINS`] logits each.
pub const SIDES: usize = 4 * BINS;

/// Overlap above which the less confident of two boxes of one class goes.
pub const NMS_IOU: f32 = 0.6;

/// Anchors of an input of that size: the second dimension of both outputs.
pub fn anchors(width: usize, height: usize) -> usize {
    STRIDES.iter().map(|s| (width / s) * (height / s)).sum()
}

/// Reads one picture's outputs: `scores` `[anchors, classes]` with the sigmoid applied, `dist`
/// `[anchors, 4 × 11]` logits for left, top, right, bottom. Appends a detection, in pixels of the
/// frame, for every anchor whose best class is in `classes` and scores at least `min_score`; no
/// suppression yet.
pub fn decode(
    scores: &ArrayView2<'_, f32>,
    dist: &ArrayView2<'_, f32>,
    letterbox: &Letterbox,
    classes: &ClassTable,
    min_score: f32,
    out: &mut Vec<Detection>,
) {
    let mut rows_of = scores.rows().into_iter().zip(dist.rows());
    for stride in STRIDES {
        let (columns, rows) = (letterbox.width / stride, letterbox.height / stride);
        for row in 0..rows {
            for column in 0..columns {
                let Some((mine, sides)) = rows_of.next() else { return };
                let (Some(mine), Some(sides)) = (mine.to_slice(), sides.to_slice()) else {
                    continue;
                };
                let Some((class, score)) = best(mine, min_score) else { continue };
                let Some(class) = classes.get(class) else { continue };
                let s = stride as f32;
                let (cx, cy) = ((column as f32 + 0.5) * s, (row as f32 + 0.5) * s);
                let side = |i: usize| expectation(&sides[i * BINS..(i + 1) * BINS]) * s;
                let raw =
                    BBox { x1: cx - side(0), y1: cy - side(1), x2: cx + side(2), y2: cy + side(3) };
                out.push(Detection { bbox: letterbox.to_frame(raw), class, score });
            }
        }
    }
}

/// Index and value of the highest score, the first where several are equal; `None` below `least`.
fn best(scores: &[f32], least: f32) -> Option<(usize, f32)> {
    let mut top = least;
    // Nearly all anchors see nothing; find that out with one vectorised sweep.
    if scores.iter().copied().fold(f32::MIN, f32::max) < least {
        return None;
    }
    let mut at = None;
    for (i, &score) in scores.iter().enumerate() {
        if score > top || (at.is_none() && score >= least) {
            (top, at) = (score, Some(i));
        }
    }
    at.map(|i| (i, top.max(scores[i])))
}

/// Mean of 0, 1, 2… under the softmax of `logits`.
fn expectation(logits: &[f32]) -> f32 {
    let peak = logits.iter().copied().fold(f32::MIN, f32::max);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for (bin, logit) in logits.iter().enumerate() {
        let e = (logit - peak).exp();
        sum += e;
        weighted += e * bin as f32;
    }
    weighted / sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::{Class, Region};
    use ndarray::Array2;

    #[test]
    fn an_anchor_is_where_its_grid_says_and_sides_are_expectations() {
        let fit = Letterbox::fit(Region::whole(64, 64), 64, 32);
        let n = anchors(64, 64);
        assert_eq!(n, 64 + 16 + 4);
        let mut scores = Array2::zeros((n, 80));
        // Stride 16, second row, third column: centre (40, 24). Class 2 is a car, class 9 nothing.
        let at = 64 + 4 + 2;
        scores[(at, 2)] = 0.7;
        scores[(at - 1, 9)] = 0.9;
        let mut dist = Array2::zeros((n, SIDES));
        // All but certain of one stride to the left; elsewhere even, so five strides.
        dist[(at, 1)] = 50.0;
        let mut found = Vec::new();
        decode(&scores.view(), &dist.view(), &fit, &ClassTable::coco80(), 0.5, &mut found);
        let [car] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((car.class, car.score), (Class::Car, 0.7));
        assert!((car.bbox.x1 - 24.0).abs() < 0.01, "{car:?}");
        // Clipped to the picture: 40 + 80 and 24 − 80 lie outside.
        assert_eq!((car.bbox.y1, car.bbox.x2, car.bbox.y2), (0.0, 64.0, 64.0));
    }
}
