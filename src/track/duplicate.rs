//! One object, two boxes: a van seen as car and as truck must not become two tracks.

use crate::vision::{BBox, Detection, Family};

/// A vehicle's box this much inside another's is a part of it…
const INSIDE: f32 = 0.95;
/// …when it is also this large beside it; a smaller one may be a car in front of a bus.
const INSIDE_AREA: f32 = 0.6;

/// Whether two boxes of `family` are one object seen twice.
///
/// People are never merged for lying inside one another: the smaller box may well be a second
/// person further away.
pub(super) fn same_object(a: &BBox, b: &BBox, family: Family, iou: f32) -> bool {
    if a.iou(b) >= iou {
        return true;
    }
    if family != Family::Vehicle {
        return false;
    }
    let (small, large) = (a.area().min(b.area()), a.area().max(b.area()));
    small >= INSIDE_AREA * large && a.intersection(b) >= INSIDE * small
}

/// Leaves the better of each two detections of one object. `detections` are ordered by falling
/// score and stay so.
pub(super) fn suppress(detections: &mut Vec<Detection>, iou: f32) {
    let mut kept = 0;
    for i in 0..detections.len() {
        let d = detections[i];
        let family = d.class.family();
        let again = detections[..kept].iter().any(|k| {
            k.class.family() == family && same_object(&k.bbox, &d.bbox, family, iou)
        });
        if !again {
            detections[kept] = d;
            kept += 1;
        }
    }
    detections.truncate(kept);
}
