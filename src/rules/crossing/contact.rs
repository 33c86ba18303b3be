//! Where a box meets the ground, and which of its wheels reach a line first.
//!
//! A box's lower edge is the nearest wheels of a vehicle. Whoever comes towards the camera reaches a
//! line with those; whoever goes away from it reaches it with the front wheels, which stand higher
//! up in the picture, by the length of the vehicle as the camera sees it. That length is what of the
//! box's height is not the vehicle's own: a car is about 0.8 times as high as it is wide seen from
//! behind (1.45 m by 1.8 m), a motorcycle with its rider 1.9 times (1.6 m by 0.85 m). Sideways the
//! wheels are nearly at the box's ends.

use super::fence::Point;
use crate::vision::{BBox, Family};

/// Height over width seen from behind or before, of vehicles and of two-wheelers with riders.
const VEHICLE_HEIGHT: f32 = 0.8;
const TWO_WHEELER_HEIGHT: f32 = 1.9;
/// The share of a box's height that its ground may take.
const VEHICLE_GROUND: (f32, f32) = (0.15, 0.5);
const TWO_WHEELER_GROUND: (f32, f32) = (0.1, 0.35);
/// How far from the middle the outer wheels are, as a share of the width.
const WHEELS: f32 = 0.4;

/// The point of the ground under a box that is farthest in the direction `going` (a unit vector).
pub(super) fn leading(bbox: &BBox, family: Family, going: Point) -> Point {
    let (w, h) = (bbox.width(), bbox.height());
    let (height, (least, most)) = match family {
        Family::Vehicle => (VEHICLE_HEIGHT, VEHICLE_GROUND),
        Family::TwoWheeler => (TWO_WHEELER_HEIGHT, TWO_WHEELER_GROUND),
        _ => return bbox.contact(),
    };
    let depth = (h - height * w).max(least * h).min(most * h);
    let (x, y) = bbox.contact();
    (x + going.0 * WHEELS * w, y + going.1.min(0.0) * depth)
}

/// How large a box is in the direction `going`, in pixels, at least 1: its own length, by which
/// distances beyond a line are measured.
pub(super) fn length(bbox: &BBox, going: Point) -> f32 {
    (going.0.abs() * bbox.width() + going.1.abs() * bbox.height()).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheels_that_come_first_lead() {
        let car = BBox { x1: 100.0, y1: 100.0, x2: 200.0, y2: 200.0 };
        assert_eq!(leading(&car, Family::Vehicle, (0.0, 1.0)), (150.0, 200.0), "comes near");
        assert_eq!(leading(&car, Family::Vehicle, (0.0, -1.0)), (150.0, 180.0), "goes away");
        assert_eq!(leading(&car, Family::Vehicle, (1.0, 0.0)), (190.0, 200.0), "passes");
        assert_eq!(leading(&car, Family::Person, (0.0, -1.0)), (150.0, 200.0));
        assert!((length(&car, (0.0, -1.0)) - 100.0).abs() < 1e-3);
    }
}
