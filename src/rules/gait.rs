//! How a track moves: whether at all, and whether faster than people walk.
//!
//! A post, a bin or a signboard may look like a person to a detector; it never goes anywhere. And who
//! goes faster than people walk may ride what is not seen under him. Told of whole tracks, from the
//! first sighting anywhere in the picture: who walked into a zone and stands there has moved.

use super::instant::Instant;
use crate::media::MediaTime;
use serde::{Deserialize, Serialize};

/// The place follows the box this fast, seconds: a box that jitters stays where it is.
const SMOOTH_SECONDS: f64 = 0.4;
/// Somebody has moved who was this far from where he began, in own heights.
const MOVED: f32 = 0.25;
/// People walk 1 to 2 m a second, which is 0.6 to 1.2 of their heights, and boxes end short of feet.
const WALKING: f32 = 1.75;
/// Who was faster is not known to walk for so long after, in seconds.
const HURRIED_SECONDS: f64 = 5.0;
/// Sightings farther apart tell no speed, seconds.
const LONGEST_GAP: f64 = 1.0;

/// How one track moves.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Gait {
    origin: Option<(f32, f32)>,
    place: (f32, f32),
    /// Smoothed, in own heights a second.
    drift: (f32, f32),
    last: Option<MediaTime>,
    moved: bool,
    hurried: Option<MediaTime>,
}

impl Gait {
    /// Notes a sighting.
    pub(super) fn note(&mut self, now: Instant) {
        let (x, y) = now.bbox.centre();
        let height = now.bbox.height().max(1.0);
        let origin = *self.origin.get_or_insert((x, y));
        let gap = self.last.map(|t| now.time.since(t)).filter(|g| *g > 0.0);
        self.last = Some(now.time);
        let away = |(px, py): (f32, f32)| (px - origin.0).hypot(py - origin.1) >= MOVED * height;
        let Some(gap) = gap.filter(|g| *g <= LONGEST_GAP) else {
            (self.place, self.drift) = ((x, y), (0.0, 0.0));
            self.moved |= away(self.place);
            return;
        };
        let share = (gap / (gap + SMOOTH_SECONDS)) as f32;
        let (dx, dy) = (share * (x - self.place.0), share * (y - self.place.1));
        self.place = (self.place.0 + dx, self.place.1 + dy);
        let per_second = 1.0 / (gap as f32 * height);
        self.drift.0 += share * (dx * per_second - self.drift.0);
        self.drift.1 += share * (dy * per_second - self.drift.1);
        self.moved |= away(self.place);
        if self.drift.0.hypot(self.drift.1) > WALKING {
            self.hurried = Some(now.time);
        }
    }

    /// Whether it ever went anywhere.
    pub(super) fn has_moved(&self) -> bool {
        self.moved
    }

    /// When it was last faster than people walk.
    pub(super) fn hurried(&self) -> Option<MediaTime> {
        self.hurried
    }
}

/// What the gaits of all its tracks tell of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Going {
    moved: bool,
    hurried: Option<MediaTime>,
}

impl Going {
    /// Adds what the gait of a track it is followed as tells.
    pub(super) fn add(&mut self, gait: &Gait) {
        self.moved |= gait.has_moved();
        self.hurried = self.hurried.max(gait.hurried());
    }

    /// Whether it ever went anywhere.
    pub(super) fn has_moved(self) -> bool {
        self.moved
    }

    /// Whether it is, or was a moment ago, faster than people walk.
    pub(super) fn hurries(self, now: MediaTime) -> bool {
        self.hurried.is_some_and(|t| now.since(t) <= HURRIED_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::WallTime;
    use crate::vision::{BBox, View};

    /// Somebody 30 pixels high who goes so many heights a second for four seconds or two sightings, his box jittering
    /// by a tenth of its height.
    fn going(speed: f32, fps: f32) -> Going {
        let mut gait = Gait::default();
        let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
        for k in 0..((4.0 * fps) as i64).max(2) {
            let t = k as f32 / fps;
            let x = 100.0 + 30.0 * speed * t + if k % 2 == 0 { 1.5 } else { -1.5 };
            let bbox = BBox { x1: x, y1: 100.0, x2: x + 12.0, y2: 130.0 };
            let time = MediaTime((f64::from(t) * 1e6) as i64);
            gait.note(Instant { time, wall, bbox, view: View::Steady });
        }
        let mut told = Going::default();
        told.add(&gait);
        told
    }

    #[test]
    fn who_stands_has_not_moved_who_walks_does_not_hurry_and_who_rides_does() {
        for fps in [4.0, 10.0, 25.0] {
            let at = MediaTime(4_000_000);
            let [stands, walks, rides] = [0.0, 1.3, 2.3].map(|speed| going(speed, fps));
            assert!(!stands.has_moved() && !stands.hurries(at), "{fps}");
            assert!(walks.has_moved() && !walks.hurries(at), "{fps}");
            assert!(rides.has_moved() && rides.hurries(at), "{fps}");
            assert!(!rides.hurries(MediaTime(12_000_000)));
        }
        let rarely = going(0.3, 0.5);
        assert!(rarely.has_moved() && !rarely.hurries(MediaTime(4_000_000)));
    }
}
