//! Non-maximum suppression: of boxes that overlap, the most confident stays.

use super::Detection;

/// Keeps, among detections of one class whose boxes overlap by more than `iou` (0 to 1), the one of
/// the highest score; leaves them in falling order of score. Ties keep their order, so the result
/// depends on nothing but the input.
pub fn suppress(detections: &mut Vec<Detection>, iou: f32) {
    detections.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept = 0;
    for i in 0..detections.len() {
        let candidate = detections[i];
        let covered = detections[..kept]
            .iter()
            .any(|k| k.class == candidate.class && k.bbox.iou(&candidate.bbox) >= iou);
        if !covered {
            detections.swap(kept, i);
            kept += 1;
        }
    }
    detections.truncate(kept);
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
