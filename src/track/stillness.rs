//! Whether something stands still, told from its places and not from a noisy velocity.

use crate::media::MediaTime;
use crate::vision::BBox;

/// Share of its size that a thing may wander off and still count as standing.
const SETTLE: f32 = 0.15;
/// The same once it stands: a box half hidden for a moment jumps, a parked car does not drive off.
const STAY: f32 = 0.35;
/// How long a thing keeps to a place before it counts as standing, in seconds.
const SETTLED_SECONDS: f64 = 2.0;

/// The place something keeps to, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stillness {
    place: BBox,
    since: MediaTime,
    still: bool,
}

impl Stillness {
    pub(super) fn new(place: BBox, since: MediaTime) -> Self {
        Self { place, since, still: false }
    }

    /// Takes in the filtered box at `time`.
    pub(super) fn observe(&mut self, bbox: &BBox, time: MediaTime) {
        let (ax, ay) = self.place.centre();
        let (bx, by) = bbox.centre();
        let size = self.place.area().max(1.0).sqrt();
        let slack = if self.still { STAY } else { SETTLE };
        if (ax - bx).hypot(ay - by) > slack * size {
            *self = Self::new(*bbox, time);
        } else if time.since(self.since) >= SETTLED_SECONDS {
            self.still = true;
        }
    }

    pub(super) fn is_still(&self) -> bool {
        self.still
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(step: f32, seconds: u32) -> Stillness {
        let at = |k: u32| {
            let x = step * k as f32;
            BBox { x1: x, y1: 0.0, x2: x + 100.0, y2: 100.0 }
        };
        let mut stillness = Stillness::new(at(0), MediaTime::ZERO);
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
}
