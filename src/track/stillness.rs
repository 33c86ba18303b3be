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
