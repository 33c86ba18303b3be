//! How well a detection fits a track.
//!
//! * **Overlap of buffered boxes**: both are enlarged before they are intersected (buffered `IoU`:
//!   Yang et al., "Hard to Track Objects with Irregular Motions and Similar Appearances? Make It
//!   Easier by Buffering the Matching Space", WACV 2023), here by as much as the filter is unsure of
//!   the place: small, fast and rarely seen things find each other, while a box that is well known
//!   must truly overlap.
//! * **Height**: people before and behind one another overlap sideways and differ in height, so the
//!   shared vertical extent counts again (height-modulated `IoU`: Yang et al., "Hybrid-SORT: Weak
//!   Cues Matter for Online Multi-Object Tracking", AAAI 2024), and likeness of height does.
//! * **Score**: something half hidden scores less than it did a frame ago; a detection that scores
//!   otherwise than the track did is likelier another thing (the confidence cue of Hybrid-SORT).
//! * **Time missing**: between a track seen a frame ago and one missing for a second, the former is
//!   likelier. This replaces a separate, later stage for lost tracks: a lost track that fits clearly
//!   better is found.
//!
//! The direction of motion (OC-SORT's momentum) was tried and tells nothing that these do not.

use super::expected::Expected;
use super::parked;
use crate::vision::{BBox, Detection};

/// The buffer is never more than this.
const BUFFER_MOST: f64 = 0.6;
/// How much a score that differs by 1 counts against a pair.
const SCORE: f32 = 0.3;
/// How much missing for a second counts against a pair; grows with the root of time, as the way of a
/// random walk does.
const MISSING: f32 = 0.15;

/// The share by which boxes are enlarged on each side for a place known up to `doubt` sizes.
pub(super) fn buffer(doubt: f64) -> f32 {
    doubt.clamp(0.0, BUFFER_MOST) as f32
}

/// At most 1 (the same box with the same score, a frame later); 0 or less: cannot be the same.
pub(super) fn affinity(expected: &Expected, seen: &Detection) -> f32 {
    let (a, b) = (&expected.bbox, &seen.bbox);
    let overlap = grown(a, expected.buffer).iou(&grown(b, expected.buffer));
    if overlap <= 0.0 {
        return 0.0;
    }
    let shared = (a.y2.min(b.y2) - a.y1.max(b.y1)).max(0.0) / (a.y2.max(b.y2) - a.y1.min(b.y1));
    let (ha, hb) = (a.height().max(1.0), b.height().max(1.0));
    let alike = ha.min(hb) / ha.max(hb);
    // What stands still is where it was, however long it is hidden.
    let missing = if expected.hidden_at.is_some() { 0.0 } else { expected.missing.max(0.0) };
    let fit = expected.hidden_at.map_or(1.0, |place| parked::fits(&place, b));
    fit * overlap * shared.sqrt() * alike
        - SCORE * (expected.score - seen.score).abs()
        - MISSING * missing.sqrt()
}

/// `b` enlarged on each side by `share` of its width and height.
pub(super) fn grown(b: &BBox, share: f32) -> BBox {
    let (dx, dy) = (b.width() * share, b.height() * share);
    BBox { x1: b.x1 - dx, y1: b.y1 - dy, x2: b.x2 + dx, y2: b.y2 + dy }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::{Class, Family};
    use proptest::prelude::*;

    fn at(x: f32, y: f32, w: f32, h: f32) -> BBox {
        BBox { x1: x, y1: y, x2: x + w, y2: y + h }
    }

    fn expected(bbox: BBox, doubt: f64, missing: f32) -> Expected {
        Expected {
            bbox,
            buffer: buffer(doubt),
            family: Family::Person,
            still: false,
            hidden_at: None,
            lost: false,
            named: true,
            score: 0.8,
            level: 0.8,
            missing,
        }
    }

    fn seen(bbox: BBox, score: f32) -> Detection {
        Detection { bbox, class: Class::Person, score }
    }

    #[test]
    fn doubt_lets_boxes_meet_that_do_not_overlap() {
        let (a, b) = (at(0.0, 0.0, 40.0, 100.0), seen(at(50.0, 0.0, 40.0, 100.0), 0.8));
        assert!(affinity(&expected(a, 0.0, 0.0), &b) <= 0.0);
        assert!(affinity(&expected(a, 0.6, 0.0), &b) > 0.2);
        assert!((affinity(&expected(a, 0.0, 0.0), &seen(a, 0.8)) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn half_the_height_fits_worse_than_the_overlap_says() {
        let a = at(0.0, 0.0, 40.0, 100.0);
        let half = affinity(&expected(a, 0.0, 0.0), &seen(BBox { y2: 50.0, ..a }, 0.8));
        assert!((half - 0.5 * 0.5f32.sqrt() * 0.5).abs() < 1e-6);
    }

    #[test]
    fn another_score_or_a_long_absence_counts_against_a_pair() {
        let a = at(0.0, 0.0, 40.0, 100.0);
        let fit = |missing, score| affinity(&expected(a, 0.0, missing), &seen(a, score));
        assert!((fit(0.0, 0.4) - 0.88).abs() < 1e-6);
        assert!((fit(1.0, 0.8) - 0.85).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn nothing_fits_better_than_the_box_itself(
            x in -200f32..200.0, y in -200f32..200.0, w in 1f32..300.0, h in 1f32..300.0,
            doubt in 0f64..3.0, missing in 0f32..60.0, score in 0f32..1.0,
        ) {
            let e = expected(at(0.0, 0.0, 60.0, 120.0), doubt, missing);
            let fit = affinity(&e, &seen(at(x, y, w, h), score));
            prop_assert!(fit.is_finite());
            prop_assert!(fit <= affinity(&e, &seen(e.bbox, 0.8)).max(0.0) + 1e-5);
        }
    }
}
