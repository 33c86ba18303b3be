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
