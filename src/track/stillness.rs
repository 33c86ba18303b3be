//! Whether something stands still, told from its places and not from a noisy velocity; and the place
//! it keeps to, which what hides it does not change.
//!
//! Half hidden, a parked car's box shrinks from one side: the other edge stays. Only a shift that
//! opposite edges share is taken for driving off.

use crate::media::MediaTime;
use crate::vision::{BBox, Family};

/// Share of its size that a thing may wander off and still count as standing.
const SETTLE: f32 = 0.15;
/// The same once it stands: a box half hidden for a moment jumps, a parked car does not drive off.
const STAY: f32 = 0.35;
/// Standing, its box does not grow to this many times its place.
const GROWN: f32 = 1.8;
/// How long a thing keeps to a place before it counts as standing, in seconds.
const SETTLED_SECONDS: f64 = 2.0;
/// The place grows towards a larger box by this share a sighting, and shrinks towards a smaller one
/// with this time constant, in seconds: hiding lasts for some time, and then the whole shows again.
const GROW: f32 = 0.05;
const SHRINK_SECONDS: f64 = 60.0;

/// The place something keeps to, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stillness {
    place: BBox,
    since: MediaTime,
    last: MediaTime,
    still: bool,
    /// Whether it is a thing that is parked, and not one that shifts from foot to foot.
    parks: bool,
}

impl Stillness {
    pub(super) fn new(place: BBox, since: MediaTime, family: Family) -> Self {
        let parks = match family {
            Family::Person | Family::Animal | Family::Head => false,
            Family::Vehicle | Family::TwoWheeler | Family::Bag | Family::Thing => true,
        };
        Self { place, since, last: since, still: false, parks }
    }

    /// Takes in the filtered box at `time`.
    pub(super) fn observe(&mut self, bbox: &BBox, time: MediaTime) {
        let size = self.place.area().max(1.0).sqrt();
        let ((ax, ay), (bx, by)) = (self.place.centre(), bbox.centre());
        let left = match (self.still, self.parks) {
            (false, _) => (ax - bx).hypot(ay - by) > SETTLE * size,
            (true, false) => (ax - bx).hypot(ay - by) > STAY * size,
            (true, true) => {
                shared_shift(&self.place, bbox) > STAY * size
                    || bbox.area() > GROWN * self.place.area()
            }
        };
        if left {
            (self.place, self.since, self.last, self.still) = (*bbox, time, time, false);
            return;
        }
        if self.parks {
            self.learn(bbox, time);
        }
        if time.since(self.since) >= SETTLED_SECONDS {
            self.still = true;
        }
    }

    /// Lets the place follow the box: soon where more of the thing shows, slowly where less does.
    fn learn(&mut self, bbox: &BBox, time: MediaTime) {
        let shrink = 1.0 - (-time.since(self.last).max(0.0) / SHRINK_SECONDS).exp() as f32;
        self.last = time;
        let p = &mut self.place;
        let step = |d: f32, outward: bool| d * if outward { GROW } else { shrink };
        p.x1 += step(bbox.x1 - p.x1, bbox.x1 < p.x1);
        p.y1 += step(bbox.y1 - p.y1, bbox.y1 < p.y1);
        p.x2 += step(bbox.x2 - p.x2, bbox.x2 > p.x2);
        p.y2 += step(bbox.y2 - p.y2, bbox.y2 > p.y2);
    }

    pub(super) fn is_still(&self) -> bool {
        self.still
    }

    /// Where it stands, whole; `None` while it moves, and of what never parks.
    pub(super) fn place(&self) -> Option<BBox> {
        (self.still && self.parks).then_some(self.place)
    }
}

/// How far opposite edges have both gone, in pixels.
fn shared_shift(from: &BBox, to: &BBox) -> f32 {
    let axis = |low: f32, high: f32| {
        if low * high > 0.0 { low.abs().min(high.abs()) } else { 0.0 }
    };
    axis(to.x1 - from.x1, to.x2 - from.x2).hypot(axis(to.y1 - from.y1, to.y2 - from.y2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(step: f32, seconds: u32) -> Stillness {
        let at = |k: u32| {
            let x = step * k as f32;
            BBox { x1: x, y1: 0.0, x2: x + 100.0, y2: 100.0 }
        };
        let mut stillness = Stillness::new(at(0), MediaTime::ZERO, Family::Vehicle);
        for k in 1..=seconds * 10 {
            stillness.observe(&at(k), MediaTime(i64::from(k) * 100_000));
        }
        stillness
    }

    #[test]
    fn stands_only_what_keeps_its_place_for_seconds() {
        assert!(!watch(0.0, 1).is_still());
        assert!(watch(0.0, 2).is_still());
        assert!(!watch(2.0, 10).is_still(), "a crawl of a fifth of its size a second is motion");
    }

    #[test]
    fn what_stands_forgives_a_jump_but_not_driving_off() {
        let mut stillness = watch(0.0, 3);
        let moved = |x: f32| BBox { x1: x, y1: 0.0, x2: x + 100.0, y2: 100.0 };
        stillness.observe(&moved(25.0), MediaTime(3_100_000));
        assert!(stillness.is_still());
        stillness.observe(&moved(40.0), MediaTime(3_200_000));
        assert!(!stillness.is_still());
    }

    #[test]
    fn hiding_a_part_changes_neither_place_nor_rest() {
        let mut stillness = watch(0.0, 3);
        for k in 0..200 {
            let hidden = 90.0 * k as f32 / 200.0;
            let part = BBox { x1: hidden, y1: 0.0, x2: 100.0, y2: 100.0 };
            stillness.observe(&part, MediaTime(3_000_000 + k * 100_000));
        }
        let place = stillness.place().expect("it still stands");
        assert!(place.x1 < 25.0 && place.x2 > 99.0, "{place:?}");
        let whole = BBox { x1: 0.0, y1: 0.0, x2: 100.0, y2: 100.0 };
        for k in 0..40 {
            stillness.observe(&whole, MediaTime(23_000_000 + k * 100_000));
        }
        assert!(stillness.place().expect("it still stands").iou(&whole) > 0.98);
    }
}
