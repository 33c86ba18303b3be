//! Being in a zone: the state of one subject that may not be there, or not for long.
//!
//! Hysteresis in space: only a foot well inside counts towards entering, a foot less deep keeps
//! what has begun, and anything shallower is away. So walking along a zone's edge, or the jitter
//! of a box there, begins nothing. In time: `enter_seconds` must be spent well inside.

use super::finding::Finding;
use crate::media::MediaTime;
use crate::vision::BBox;
use serde::{Deserialize, Serialize};

/// Depth that counts towards entering, in heights of the box: a quarter metre for a grown person,
/// three times what a detector's lower edge jitters.
const ENTER_DEPTH: f32 = 0.15;
/// Depth that keeps a subject in.
const HOLD_DEPTH: f32 = 0.10;
/// Two sightings further apart than this say nothing of the time between them, seconds.
const LONGEST_STEP: f64 = 2.0;
/// Who was seen away this long has left, and must enter again to be back, seconds.
const LEFT_SECONDS: f64 = 1.0;
/// A subject lost for `gap` seconds is looked for within `NEAR + SPEED · gap` heights of its box,
/// at most [`FARTHEST`]: a walker does about one height a second.
const NEAR: f32 = 0.5;
const SPEED: f32 = 0.6;
const FARTHEST: f32 = 2.0;
/// A re-found box may be this much taller or shorter than the lost one.
const HEIGHT_RATIO: f32 = 1.7;

/// How far one subject's being in a zone has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Presence {
    /// Seconds seen well inside.
    inside: f64,
    /// The last sighting well inside, when nothing broke it since.
    deep_at: Option<MediaTime>,
    /// The first sighting away since the last in the zone.
    away_at: Option<MediaTime>,
    /// Whether it left and has not entered again.
    left: bool,
}

/// A sighting as a presence is judged by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// When.
    pub(super) time: MediaTime,
    /// How deep in the zone, in heights of the box.
    pub(super) depth: f32,
    /// Seconds since the presence began.
    pub(super) since_start: f64,
    /// Only sightings since then are so close that the time between was spent as they show.
    pub(super) unbroken_since: MediaTime,
    /// The box may be a second box of somebody else and proves no entering.
    pub(super) covered: bool,
}

/// The times a presence is measured by.
#[derive(Debug, Clone, Copy)]
pub(super) struct PresenceLimits {
    /// Time well inside that makes an entering.
    pub(super) enter_seconds: f64,
    /// Time in the zone that is allowed (loitering); 0 where being there is the violation.
    pub(super) allowed_seconds: f64,
}

impl Presence {
    /// Whether a subject at `depth` begins a presence.
    pub(super) fn begins(depth: f32) -> bool {
        depth >= ENTER_DEPTH
    }

    pub(super) fn new() -> Self {
        Self { inside: 0.0, deep_at: None, away_at: None, left: false }
    }

    /// Judges one sighting.
    pub(super) fn step(&mut self, at: Step, limits: PresenceLimits) -> Finding {
        if at.depth < HOLD_DEPTH {
            self.deep_at = None;
            let since = *self.away_at.get_or_insert(at.time);
            if at.time.since(since) >= LEFT_SECONDS {
                self.left = true;
                self.inside = 0.0;
            }
            return Finding::Away;
        }
        if at.depth < ENTER_DEPTH || at.covered {
            self.deep_at = None;
        } else {
            if let Some(before) = self.deep_at.filter(|before| *before >= at.unbroken_since) {
                let step = at.time.since(before);
                self.inside += if step <= LONGEST_STEP { step } else { 0.0 };
            }
            self.deep_at = Some(at.time);
        }
        if self.left && !self.has_entered(limits.enter_seconds) {
            return Finding::Away;
        }
        self.left = false;
        self.away_at = None;
        let violation = self.deep_at.is_some()
            && self.has_entered(limits.enter_seconds)
            && at.since_start >= limits.allowed_seconds;
        Finding::AtIt { announced: !at.covered, violation }
    }

    /// Whether `enter_seconds` well inside are over. Media times are whole microseconds; the sum
    /// of steps may miss the limit by rounding only.
    pub(super) fn has_entered(&self, enter_seconds: f64) -> bool {
        self.inside + 1e-6 >= enter_seconds
    }
}

/// How unlike `found` is the subject lost `gap` seconds ago at `lost`; `None`: too far, too
/// unlike in size.
pub(super) fn unlikeness(lost: &BBox, found: &BBox, gap: f64) -> Option<f32> {
    let (h0, h1) = (lost.height().max(1.0), found.height().max(1.0));
    let ratio = (h0 / h1).max(h1 / h0);
    let ((x0, y0), (x1, y1)) = (lost.centre(), found.centre());
    let distance = (x1 - x0).hypot(y1 - y0) / h0.max(h1);
    let reach = (NEAR + SPEED * gap as f32).min(FARTHEST);
    (ratio <= HEIGHT_RATIO && distance <= reach).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: PresenceLimits = PresenceLimits { enter_seconds: 1.0, allowed_seconds: 0.0 };

    /// The tenths of a second at which depths, one a tenth, are found a violation.
    fn violations(depths: &[f32]) -> Vec<usize> {
        let mut presence = Presence::new();
        let mut found = Vec::new();
        for (k, &depth) in depths.iter().enumerate() {
            let at = Step {
                time: MediaTime(k as i64 * 100_000),
                depth,
                since_start: k as f64 / 10.0,
                unbroken_since: MediaTime((k as i64 - 2) * 100_000),
                covered: false,
            };
            if let Finding::AtIt { violation: true, .. } = presence.step(at, LIMITS) {
                found.push(k);
            }
        }
        found
    }

    #[test]
    fn a_second_well_inside_is_an_entering_and_the_edge_is_not() {
        assert_eq!(violations(&[0.5; 12]), [10, 11]);
        assert_eq!(violations(&[0.14; 50]), [0; 0], "never well inside");
        let mut passer = vec![0.16; 8];
        passer.extend([0.12; 30]);
        assert_eq!(violations(&passer), [0; 0], "well inside for 0.7 s only");
        let mut back = vec![0.5; 12];
        back.extend([-0.1; 12]);
        back.extend([0.5; 5]);
        back.extend([-0.1; 12]);
        assert_eq!(violations(&back), [10, 11], "half a second is no way back in");
    }

    #[test]
    fn found_again_means_near_and_alike() {
        let man = BBox { x1: 100.0, y1: 100.0, x2: 140.0, y2: 200.0 };
        let moved = |dx: f32| BBox { x1: 100.0 + dx, x2: 140.0 + dx, ..man };
        assert!(unlikeness(&man, &moved(40.0), 0.1).is_some());
        assert!(unlikeness(&man, &moved(100.0), 0.1).is_none(), "nobody is that fast");
        assert!(unlikeness(&man, &moved(100.0), 1.0).is_some());
        assert!(unlikeness(&man, &moved(300.0), 60.0).is_none(), "far is far, however long");
        let child = BBox { y1: 150.0, ..man };
        assert!(unlikeness(&man, &child, 0.1).is_none());
    }
}
