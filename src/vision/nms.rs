//! Non-maximum suppression: of boxes that overlap, the most confident stays.

use super::{BBox, Detection};

/// A box with a score.
pub trait Scored {
    /// Where.
    fn bbox(&self) -> &BBox;
    /// How sure, 0 to 1.
    fn score(&self) -> f32;
}

impl Scored for Detection {
    fn bbox(&self) -> &BBox {
        &self.bbox
    }

    fn score(&self) -> f32 {
        self.score
    }
}

/// Keeps, among detections of one class whose boxes overlap by `iou` (0 to 1) or more, the one of
/// the highest score; leaves them in falling order of score. Ties keep their order, so the result
/// depends on nothing but the input.
pub fn suppress(detections: &mut Vec<Detection>, iou: f32) {
    rank(detections, usize::MAX);
    suppress_where(detections, iou, |a, b| a.class == b.class);
}

/// Falling order of score, the first `most` only; ties keep their order.
pub fn rank<T: Scored>(items: &mut Vec<T>, most: usize) {
    items.sort_by(|a, b| b.score().total_cmp(&a.score()));
    items.truncate(most);
}

/// Keeps, among items in falling order of score that are `rivals` and overlap by `iou` (0 to 1) or
/// more, the first.
pub fn suppress_where<T: Scored>(items: &mut Vec<T>, iou: f32, rivals: impl Fn(&T, &T) -> bool) {
    let mut kept = 0;
    for i in 0..items.len() {
        let covered = items[..kept]
            .iter()
            .any(|k| rivals(k, &items[i]) && k.bbox().iou(items[i].bbox()) >= iou);
        if !covered {
            items.swap(kept, i);
            kept += 1;
        }
    }
    items.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::{BBox, Class};
    use proptest::prelude::*;

    fn any_detection() -> impl Strategy<Value = Detection> {
        let class = prop::sample::select(vec![Class::Person, Class::Car]);
        (0.0_f32..300.0, 0.0_f32..300.0, 1.0_f32..80.0, 1.0_f32..80.0, 0.2_f32..1.0, class)
            .prop_map(|(x1, y1, w, h, score, class)| {
                let bbox = BBox { x1, y1, x2: x1 + w, y2: y1 + h };
                Detection { bbox, class, score }
            })
    }

    proptest! {
        #[test]
        fn what_stays_does_not_overlap_and_what_goes_was_covered(
            all in prop::collection::vec(any_detection(), 0..60)) {
            let mut kept = all.clone();
            suppress(&mut kept, 0.6);
            for (i, a) in kept.iter().enumerate() {
                for b in &kept[..i] {
                    prop_assert!(a.class != b.class || a.bbox.iou(&b.bbox) < 0.6);
                    prop_assert!(b.score >= a.score);
                }
            }
            for gone in all.iter().filter(|d| !kept.contains(d)) {
                let covers = |k: &Detection| {
                    k.class == gone.class && k.score >= gone.score && k.bbox.iou(&gone.bbox) >= 0.6
                };
                prop_assert!(kept.iter().any(covers));
            }
        }
    }
}
