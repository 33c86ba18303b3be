//! How well a detection fits a track: overlap of buffered boxes, weighed by likeness of height.
//!
//! Both boxes are enlarged before they are intersected (buffered `IoU`: Yang et al., "Hard to Track
//! Objects with Irregular Motions and Similar Appearances? Make It Easier by Buffering the Matching
//! Space", WACV 2023), here by as much as the filter is unsure of the place: small, fast and rarely
//! seen things find each other, while a box that is well known must truly overlap.

use crate::vision::BBox;

/// A place known up to this many sizes needs no buffer: at usual frame rates boxes overlap.
const KNOWN: f64 = 0.2;
/// Never more than this.
const BUFFER_MOST: f64 = 1.0;

/// The share by which boxes are enlarged on each side for a place known up to `doubt` sizes.
pub(super) fn buffer(doubt: f64) -> f32 {
    (doubt - KNOWN).clamp(0.0, BUFFER_MOST) as f32
}

/// From 0 (cannot be the same) to 1 (the same box).
pub(super) fn affinity(predicted: &BBox, seen: &BBox, buffer: f32) -> f32 {
    let overlap = grown(predicted, buffer).iou(&grown(seen, buffer));
    let (a, b) = (predicted.height().max(1.0), seen.height().max(1.0));
    overlap * (a.min(b) / a.max(b))
}

fn grown(b: &BBox, share: f32) -> BBox {
    let (dx, dy) = (b.width() * share, b.height() * share);
    BBox { x1: b.x1 - dx, y1: b.y1 - dy, x2: b.x2 + dx, y2: b.y2 + dy }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_lets_boxes_meet_that_do_not_overlap() {
        let a = BBox { x1: 0.0, y1: 0.0, x2: 40.0, y2: 100.0 };
        let b = BBox { x1: 50.0, y1: 0.0, x2: 90.0, y2: 100.0 };
        assert!(affinity(&a, &b, buffer(0.1)) < f32::EPSILON);
        assert!(affinity(&a, &b, buffer(0.8)) > 0.2);
        assert!((affinity(&a, &a, 0.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn half_the_height_fits_worse_than_the_overlap_says() {
        let a = BBox { x1: 0.0, y1: 0.0, x2: 40.0, y2: 100.0 };
        let half = BBox { y2: 50.0, ..a };
        assert!((affinity(&a, &half, 0.0) - 0.25).abs() < 1e-6);
    }
}
