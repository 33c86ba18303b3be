//! Standing still in a zone: the state of one parked or stopped subject.
//!
//! A box is at rest while no axis shows a shift that *both* its opposite edges share, measured
//! from an anchor. Someone who walks in front moves one edge or shrinks the box, and the shared
//! shift stays nought; a vehicle that rolls moves both. An edge on the picture's border says
//! nothing, for the picture cuts the box there. The anchor is the mean box of the first two
//! seconds and then fixed, so creeping adds up until it shows. The zone is judged by the anchor's
//! contact point, for the box of a half hidden vehicle ends higher than the vehicle does.

use super::finding::Finding;
use crate::media::MediaTime;
use crate::vision::BBox;
use serde::{Deserialize, Serialize};

/// Shift that is movement, in sizes of the box along that axis.
const MOVED: f32 = 0.2;
/// Time during which the anchor still settles, seconds.
const SETTLE_SECONDS: f64 = 2.0;
/// Depth, in heights of the box, that a resting subject's anchor must stand in the zone.
const ENTER_DEPTH: f32 = 0.05;
/// Pixels from the picture's border within which an edge of a box is the border.
const BORDER: f32 = 2.0;
/// Overlap with the anchor by which a re-found vehicle is the same one.
const SAME_PLACE: f32 = 0.5;
/// … or this much, when it lies within the anchor by [`WITHIN`] of itself: half hidden.
const SAME_PART: f32 = 0.3;
const WITHIN: f32 = 0.85;

/// How far one subject's standing still has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Rest {
    anchor: BBox,
    boxes_in_anchor: f32,
    since: MediaTime,
    /// Where it seems to have gone, while an open incident waits whether it rests there.
    elsewhere: Option<(BBox, MediaTime)>,
}

/// The times a rest is measured by.
#[derive(Debug, Clone, Copy)]
pub(super) struct RestLimits {
    /// Standing this long makes a candidate.
    pub(super) stand_seconds: f64,
    /// Standing this long is the violation.
    pub(super) dwell_seconds: f64,
}

impl Rest {
    /// Whether a subject at `depth` may begin to rest.
    pub(super) fn begins(depth: f32) -> bool {
        depth >= ENTER_DEPTH
    }

    pub(super) fn new(time: MediaTime, bbox: BBox) -> Self {
        Self { anchor: bbox, boxes_in_anchor: 1.0, since: time, elsewhere: None }
    }

    /// Where it stands.
    pub(super) fn place(&self) -> BBox {
        self.anchor
    }

    /// Since when.
    pub(super) fn since(&self) -> MediaTime {
        self.since
    }

    /// It is known to have stood there for longer. The anchor settles as any other's.
    pub(super) fn stood_since(&mut self, since: MediaTime) {
        self.since = self.since.min(since);
    }

    /// Judges one sighting. `depth_of` measures a box's depth in the zone. A `covered` box may be
    /// a second box of another vehicle and proves nothing new.
    pub(super) fn step(
        &mut self,
        (time, bbox): (MediaTime, &BBox),
        frame: (f32, f32),
        depth_of: impl Fn(&BBox) -> f32,
        covered: bool,
        limits: RestLimits,
    ) -> Finding {
        if shift(&self.anchor, bbox, frame) > MOVED {
            return Finding::Away;
        }
        self.elsewhere = None;
        if time.since(self.since) < SETTLE_SECONDS {
            self.settle(bbox);
        }
        if depth_of(&self.anchor) < 0.0 {
            return Finding::Away;
        }
        if covered {
            return Finding::AtIt { announced: false, violation: false };
        }
        let rested = time.since(self.since);
        Finding::AtIt {
            announced: rested >= limits.stand_seconds,
            violation: rested >= limits.dwell_seconds,
        }
    }

    /// For a subject already found in violation that moved a little: whether it rests again, in
    /// the zone, for `stand_seconds`. It is then the same violation at a new anchor.
    pub(super) fn rests_again(
        &mut self,
        (time, bbox): (MediaTime, &BBox),
        frame: (f32, f32),
        depth: f32,
        stand_seconds: f64,
    ) -> bool {
        if !Self::begins(depth) {
            self.elsewhere = None;
            return false;
        }
        match self.elsewhere {
            Some((there, since)) if shift(&there, bbox, frame) <= MOVED => {
                if time.since(since) < stand_seconds {
                    return false;
                }
                *self = Self::new(since, there);
                true
            }
            _ => {
                self.elsewhere = Some((*bbox, time));
                false
            }
        }
    }

    /// Whether a box is the same subject at the same place; how unlike, if so.
    pub(super) fn unlikeness(&self, found: &BBox, frame: (f32, f32)) -> Option<f32> {
        let iou = self.anchor.iou(found);
        let within = self.anchor.intersection(found) / found.area().max(1.0);
        let same = iou >= SAME_PLACE || (iou >= SAME_PART && within >= WITHIN);
        (same && shift(&self.anchor, found, frame) <= MOVED).then_some(1.0 - iou)
    }

    fn settle(&mut self, bbox: &BBox) {
        self.boxes_in_anchor += 1.0;
        let part = 1.0 / self.boxes_in_anchor;
        let a = &mut self.anchor;
        a.x1 += (bbox.x1 - a.x1) * part;
        a.y1 += (bbox.y1 - a.y1) * part;
        a.x2 += (bbox.x2 - a.x2) * part;
        a.y2 += (bbox.y2 - a.y2) * part;
    }
}

/// The larger shift of the two axes that both opposite edges share, in sizes of `from`.
fn shift(from: &BBox, to: &BBox, (width, height): (f32, f32)) -> f32 {
    let axis = |(a1, a2): (f32, f32), (b1, b2): (f32, f32), end: f32| {
        let low_cut = a1.min(b1) <= BORDER;
        let high_cut = a2.max(b2) >= end - 1.0 - BORDER;
        let (low, high) = (b1 - a1, b2 - a2);
        let moved = match (low_cut, high_cut) {
            (true, true) => 0.0,
            (true, false) => high.abs(),
            (false, true) => low.abs(),
            (false, false) if low * high <= 0.0 => 0.0,
            (false, false) => low.abs().min(high.abs()),
        };
        moved / (a2 - a1).max(1.0)
    };
    let x = axis((from.x1, from.x2), (to.x1, to.x2), width);
    x.max(axis((from.y1, from.y2), (to.y1, to.y2), height))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: (f32, f32) = (640.0, 480.0);
    const LIMITS: RestLimits = RestLimits { stand_seconds: 1.0, dwell_seconds: 10.0 };
    const CAR: BBox = BBox { x1: 200.0, y1: 200.0, x2: 300.0, y2: 260.0 };

    fn moved(dx: f32) -> BBox {
        BBox { x1: CAR.x1 + dx, x2: CAR.x2 + dx, ..CAR }
    }

    fn step(rest: &mut Rest, tenth: i64, bbox: &BBox) -> Finding {
        rest.step((MediaTime(tenth * 100_000), bbox), FRAME, |_| 1.0, false, LIMITS)
    }

    #[test]
    fn hiding_a_part_is_no_movement_and_rolling_is() {
        let legs_hidden = BBox { y2: 230.0, ..CAR };
        let side_hidden = BBox { x1: 250.0, ..CAR };
        let merged = BBox { x2: 420.0, y1: 150.0, ..CAR };
        for bbox in [legs_hidden, side_hidden, merged] {
            assert!(shift(&CAR, &bbox, FRAME) < 1e-6);
        }
        assert!(shift(&CAR, &moved(25.0), FRAME) > 0.24);
        let cut = BBox { x1: 600.0, x2: 640.0, ..CAR };
        let driving_in = BBox { x1: 560.0, x2: 640.0, ..CAR };
        assert!(shift(&cut, &driving_in, FRAME) > 0.9, "the border's edge proves no rest");
    }

    #[test]
    fn creeping_adds_up() {
        let mut rest = Rest::new(MediaTime::ZERO, CAR);
        let gone =
            (1..1000).find(|k| step(&mut rest, *k, &moved(*k as f32 * 0.4)) == Finding::Away);
        assert!(gone.is_some_and(|k| k < 100), "4 px a second ended the rest at {gone:?}");
        let mut still = Rest::new(MediaTime::ZERO, CAR);
        for k in 1..100 {
            let jitter = moved(if k % 2 == 0 { 6.0 } else { -6.0 });
            assert_eq!(
                step(&mut still, k, &jitter),
                Finding::AtIt { announced: k >= 10, violation: false }
            );
        }
        assert_eq!(step(&mut still, 100, &CAR), Finding::AtIt { announced: true, violation: true });
    }

    #[test]
    fn a_bus_in_front_is_not_the_car_behind() {
        let rest = Rest::new(MediaTime::ZERO, CAR);
        assert!(rest.unlikeness(&moved(4.0), FRAME).is_some());
        assert!(
            rest.unlikeness(&BBox { x1: 150.0, y1: 100.0, x2: 420.0, y2: 280.0 }, FRAME).is_none()
        );
        assert!(rest.unlikeness(&BBox { x1: 240.0, ..CAR }, FRAME).is_some(), "half hidden");
    }
}
