//! Whether a person's box lies over a two-wheeler's as a rider's does.

use crate::vision::BBox;

/// All lengths in heights of the person's box, which may show only the upper body.
/// The two-wheeler's middle lies this far to the side at most, in widths of the wider box…
const ASIDE: f32 = 0.55;
/// …and between these heights below the person's top.
const MIDDLE: std::ops::RangeInclusive<f32> = 0.4..=1.4;
/// Its lower edge lies between these below the person's.
const BELOW: std::ops::RangeInclusive<f32> = -0.15..=1.0;
/// Its own height and width.
const HEIGHT: std::ops::RangeInclusive<f32> = 0.2..=1.7;
const WIDTH: std::ops::RangeInclusive<f32> = 0.12..=2.8;
/// Share of the person's lower half that it covers, at least.
const COVER: f32 = 0.25;

/// Where a two-wheeler lies as seen from a person, in heights of the person's box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seat {
    /// Its middle from the person's, to the right and down.
    pub(super) dx: f32,
    pub(super) dy: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    /// How far its lower edge lies under the person's.
    pub(super) below: f32,
}

impl Seat {
    /// Where `wheels` lies as seen from `person`, as a rider's would or not.
    fn of(person: &BBox, wheels: &BBox) -> Self {
        let h = person.height().max(1.0);
        let ((px, py), (wx, wy)) = (person.centre(), wheels.centre());
        Self {
            dx: (wx - px) / h,
            dy: (wy - py) / h,
            width: wheels.width() / h,
            height: wheels.height() / h,
            below: (wheels.y2 - person.y2) / h,
        }
    }

    /// Where `wheels` lies as seen from `person`, if a rider sits like that.
    pub(super) fn taken(person: &BBox, wheels: &BBox) -> Option<Self> {
        let seat = Self::of(person, wheels);
        let lower = BBox { y1: person.centre().1, ..*person };
        let wider = seat.width.max(person.width() / person.height().max(1.0));
        let fits = seat.dx.abs() <= ASIDE * wider
            && MIDDLE.contains(&(seat.dy + 0.5))
            && BELOW.contains(&seat.below)
            && HEIGHT.contains(&seat.height)
            && WIDTH.contains(&seat.width)
            && wheels.intersection(&lower) >= COVER * lower.area();
        fits.then_some(seat)
    }

    /// How unlike two seats are: shift and growth, in heights of the person.
    pub(super) fn unlike(&self, other: &Self) -> f32 {
        (self.dx - other.dx).hypot(self.dy - other.dy) + (self.height - other.height).abs() / 2.0
    }

    /// This seat, moved towards `newest` by `share`.
    pub(super) fn blended(&self, newest: &Self, share: f32) -> Self {
        let mix = |a: f32, b: f32| a + (b - a) * share;
        Self {
            dx: mix(self.dx, newest.dx),
            dy: mix(self.dy, newest.dy),
            width: mix(self.width, newest.width),
            height: mix(self.height, newest.height),
            below: mix(self.below, newest.below),
        }
    }

    /// Where the two-wheeler is when the person is at `person`.
    pub(super) fn wheels(&self, person: &BBox) -> BBox {
        let h = person.height();
        let (x, y) = person.centre();
        around((x + self.dx * h, y + self.dy * h), self.width * h, self.height * h)
    }

    /// Where a person `aspect` times as wide as high is when the two-wheeler is at `wheels`.
    pub(super) fn person(&self, wheels: &BBox, aspect: f32) -> BBox {
        let h = wheels.height() / self.height.max(0.05);
        let (x, y) = wheels.centre();
        around((x - self.dx * h, y - self.dy * h), aspect * h, h)
    }
}

fn around((x, y): (f32, f32), width: f32, height: f32) -> BBox {
    let (w, h) = (width / 2.0, height / 2.0);
    BBox { x1: x - w, y1: y - h, x2: x + w, y2: y + h }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RIDER: BBox = BBox { x1: 100.0, y1: 100.0, x2: 140.0, y2: 190.0 };

    #[test]
    fn a_rider_sits_over_the_wheels_and_others_do_not() {
        let bike = BBox { x1: 85.0, y1: 145.0, x2: 160.0, y2: 205.0 };
        assert!(Seat::taken(&RIDER, &bike).is_some());
        let with_rider = BBox { x1: 90.0, y1: 105.0, x2: 150.0, y2: 205.0 };
        assert!(Seat::taken(&RIDER, &with_rider).is_some(), "the box holds the rider too");
        let beside = BBox { x1: 150.0, y1: 145.0, x2: 225.0, y2: 205.0 };
        assert_eq!(Seat::taken(&RIDER, &beside), None);
        let behind = BBox { x1: 85.0, y1: 80.0, x2: 160.0, y2: 130.0 };
        assert_eq!(Seat::taken(&RIDER, &behind), None, "further up the street");
        let before = BBox { x1: 20.0, y1: 100.0, x2: 220.0, y2: 300.0 };
        assert_eq!(Seat::taken(&RIDER, &before), None, "near and large");
    }

    proptest! {
        #[test]
        fn each_leads_back_to_the_other(dx in -20f32..20.0, y in 140f32..170.0, w in 40f32..80.0) {
            let bike = BBox { x1: 120.0 + dx - w / 2.0, y1: y, x2: 120.0 + dx + w / 2.0, y2: y + 50.0 };
            let seat = Seat::of(&RIDER, &bike);
            prop_assert!(seat.wheels(&RIDER).iou(&bike) > 0.99);
            let aspect = RIDER.width() / RIDER.height();
            prop_assert!(seat.person(&bike, aspect).iou(&RIDER) > 0.99);
        }
    }
}
