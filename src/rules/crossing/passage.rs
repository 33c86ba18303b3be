//! One subject's way over one line in one direction: before, across, beyond.

use super::super::instant::Instant;
use super::contact::{leading, length};
use super::fence::{Fence, Point};
use crate::media::{MediaTime, WallTime};
use crate::vision::{BBox, Family};
use serde::{Deserialize, Serialize};

/// Before the line means by this share of its own length, at least so many pixels; a box's edge
/// jitters by less.
const BEFORE_LENGTHS: f32 = 0.08;
const BEFORE_PIXELS: f32 = 1.5;
/// It must be seen there so often.
const BEFORE_SIGHTINGS: u32 = 2;
/// Between sightings further apart than this the way is not known, seconds.
const LONGEST_STEP: f64 = 3.0;

/// The instant of a crossing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Crossed {
    /// Interpolated between two sightings.
    pub(super) at: Instant,
    /// The sighting before it.
    pub(super) from: MediaTime,
}

/// How far a subject is on its way over a line.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Passage {
    sightings: u32,
    /// The last sighting clearly before the line.
    pub(super) before: Option<Instant>,
    /// The last crossing, while it has not gone back.
    pub(super) crossed: Option<Crossed>,
    /// How far beyond it got, in lengths of its own.
    pub(super) beyond: f32,
    /// How far beyond it got, in pixels.
    pub(super) beyond_pixels: f32,
}

impl Passage {
    /// Takes in a sighting. `sign`: 1 for going forward over the line, −1 for backward.
    pub(super) fn step(
        &mut self,
        last: Option<&Instant>,
        now: &Instant,
        family: Family,
        fence: &Fence,
        sign: f32,
    ) {
        let going = along(fence.side(now.bbox.contact()).forward, sign);
        let lead = leading(&now.bbox, family, going);
        let length = length(&now.bbox, going);
        let distance = fence.side(lead).distance * sign;
        let last = last.filter(|l| now.time.since(l.time) <= LONGEST_STEP);
        if last.is_none() {
            *self = Self::default();
        }
        if let Some(last) = last {
            let from = leading(&last.bbox, family, going);
            if let Some(cut) = fence.cut(from, lead) {
                if cut.forward != (sign > 0.0) {
                    self.back();
                } else if self.sightings >= BEFORE_SIGHTINGS && self.crossed.is_none() {
                    let at = between(last, now, cut.at);
                    self.crossed = Some(Crossed { at, from: last.time });
                }
            }
        }
        if distance <= -(BEFORE_LENGTHS * length).max(BEFORE_PIXELS) {
            self.back();
            self.sightings = self.sightings.saturating_add(1);
            self.before = Some(*now);
        } else if self.crossed.is_some() {
            self.beyond = self.beyond.max(distance / length);
            self.beyond_pixels = self.beyond_pixels.max(distance);
        }
    }

    /// It is before the line again.
    fn back(&mut self) {
        self.crossed = None;
        self.beyond = 0.0;
        self.beyond_pixels = 0.0;
    }

    /// What was is no matter any more; it must be seen before the line again.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// A direction and its opposite.
fn along((x, y): Point, sign: f32) -> Point {
    (x * sign, y * sign)
}

/// The subject between two sightings, `share` of the way.
pub(super) fn between(a: &Instant, b: &Instant, share: f32) -> Instant {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 };
    let mix = |from: f32, to: f32| from + (to - from) * share;
    let time = MediaTime(a.time.0 + ((b.time.0 - a.time.0) as f64 * f64::from(share)) as i64);
    let micros = ((b.wall.0.as_microsecond() - a.wall.0.as_microsecond()) as f64 * f64::from(share))
        .round() as i64;
    let wall = a.wall.0.checked_add(jiff::SignedDuration::from_micros(micros));
    Instant {
        time,
        wall: wall.map_or(b.wall, WallTime),
        bbox: BBox {
            x1: mix(a.bbox.x1, b.bbox.x1),
            y1: mix(a.bbox.y1, b.bbox.y1),
            x2: mix(a.bbox.x2, b.bbox.x2),
            y2: mix(a.bbox.y2, b.bbox.y2),
        },
        view: if share < 0.5 { a.view } else { b.view },
    }
}
