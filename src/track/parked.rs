//! What stands somewhere for long and is hidden meanwhile: whether a box seen there is it, something
//! before it, or something that took its place.
//!
//! A thing that is partly hidden shows a smaller box within its place; something else mostly shows a
//! box that reaches beyond. Two that stand on the same ground cannot be at one place at once; one
//! whose lower edge lies lower stands nearer to the camera and only hides the other. What took the
//! place unseen and looks alike cannot be told from what stood there, and counts as the same.

use crate::vision::BBox;

/// Jitter that does not count as reaching beyond, as a share of width and height on each side.
const MARGIN: f32 = 0.1;
/// A box that shows a hidden thing again fits its place at least so well.
const FOUND: f32 = 0.45;
/// Overlap from which one standing thing may have taken another's place…
const TAKEN: f32 = 0.5;
/// …when their lower edges are no further apart than this share of the height…
const GROUND: f32 = 0.15;
/// …and neither is larger than the other by more than this share.
const LIKE: f32 = 0.6;

/// From 0 (another thing) to 1 (reaches nowhere beyond the place): how far a box seen may be the
/// thing that stands at `place` and was hidden.
pub(super) fn fits(place: &BBox, seen: &BBox) -> f32 {
    let (dx, dy) = (place.width() * MARGIN, place.height() * MARGIN);
    let wide = BBox { x1: place.x1 - dx, y1: place.y1 - dy, x2: place.x2 + dx, y2: place.y2 + dy };
    let beyond = 1.0 - wide.intersection(seen) / seen.area().max(1.0);
    let fit = (1.0 - 2.0 * beyond).max(0.0);
    if fit * place.iou(seen).sqrt() < FOUND { 0.0 } else { fit }
}

/// Whether what stands at `other` has taken `place`, rather than standing before or behind it.
pub(super) fn is_taken(place: &BBox, other: &BBox) -> bool {
    let (small, large) = (place.area().min(other.area()), place.area().max(other.area()));
    place.iou(other) >= TAKEN
        && (place.y2 - other.y2).abs() <= GROUND * place.height().max(other.height())
        && small >= LIKE * large
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: BBox = BBox { x1: 580.0, y1: 360.0, x2: 700.0, y2: 440.0 };

    #[test]
    fn the_half_that_shows_fits_and_what_reaches_beyond_does_not() {
        for part in [
            PLACE,
            BBox { x1: 650.0, ..PLACE },
            BBox { y2: 395.0, ..PLACE },
            BBox { x1: 574.0, y1: 353.0, x2: 703.0, y2: 445.0 },
        ] {
            assert!(fits(&PLACE, &part) > 0.9, "{part:?}");
        }
        for other in [
            BBox { x1: 555.0, y1: 322.0, x2: 725.0, y2: 440.0 },
            BBox { x1: 581.0, y1: 318.0, x2: 699.0, y2: 440.0 },
            BBox { x1: 565.0, y1: 372.0, x2: 715.0, y2: 472.0 },
        ] {
            assert!(fits(&PLACE, &other) < 1e-6, "{other:?}");
        }
    }

    #[test]
    fn a_place_is_taken_on_its_own_ground_only() {
        assert!(is_taken(&PLACE, &BBox { x1: 590.0, y1: 358.0, x2: 708.0, y2: 438.0 }));
        let before = BBox { x1: 565.0, y1: 372.0, x2: 715.0, y2: 472.0 };
        assert!(!is_taken(&PLACE, &before));
    }
}
