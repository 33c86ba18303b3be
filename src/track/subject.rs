//! What is known of the object a track follows: its motion, its place, what it is.

use super::affinity;
use super::evidence::evidence;
use super::expected::Expected;
use super::kalman::BoxFilter;
use super::noise::DetectorNoise;
use super::stillness::Stillness;
use crate::media::MediaTime;
use crate::vision::{BBox, Class, Detection, Family};

/// Standing things are predicted no further than this, in seconds: their place does not blur.
const STILL_HORIZON: f64 = 0.5;
/// Steps of the re-update after a gap, at most, and seconds between them.
const REPLAY_STEPS: f64 = 8.0;
const REPLAY_SECONDS: f64 = 0.15;
/// A box this near the picture's edge, in sizes, is cut by it.
const EDGE: f64 = 0.03;
/// Leaving the picture at this many sizes a second, it will not be back at once.
const LEAVING: f64 = 0.25;
/// The usual score is the mean over about this long, in seconds.
const USUAL_SECONDS: f64 = 1.0;
/// A box expected within this many sizes (standard deviation) is as good as seen…
const SURE_DOUBT: f64 = 0.1;
/// …when this share of it lies in the picture…
const SURE_INSIDE: f32 = 0.9;
/// …and the object was seen so often.
const SURE_HITS: u32 = 3;

/// Width and height of the picture that boxes are given in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Bounds {
    /// The part of `bbox` inside the picture; `None` when nothing is.
    pub(super) fn clip(self, bbox: &BBox) -> Option<BBox> {
        let b = BBox {
            x1: bbox.x1.max(0.0),
            y1: bbox.y1.max(0.0),
            x2: bbox.x2.min(self.width),
            y2: bbox.y2.min(self.height),
        };
        (b.width() > 0.0 && b.height() > 0.0).then_some(b)
    }
}

/// Score-weighted votes for what an object is.
#[derive(Debug, Clone, Copy, Default)]
struct Votes([f32; Class::ALL.len()]);

impl Votes {
    fn add(&mut self, detection: &Detection) {
        for (class, vote) in Class::ALL.into_iter().zip(&mut self.0) {
            if class == detection.class {
                *vote += detection.score;
            }
        }
    }

    /// The class with most votes; between equals the one declared first.
    fn winner(&self) -> Class {
        let (mut best, mut most) = (Class::ALL[0], f32::MIN);
        for (class, &votes) in Class::ALL.into_iter().zip(&self.0) {
            if votes > most {
                (best, most) = (class, votes);
            }
        }
        best
    }
}

/// Where an unseen object was told to be, and how that place moves, in pixels a second.
#[derive(Debug, Clone, Copy)]
struct Carried {
    time: MediaTime,
    centre: (f32, f32),
    velocity: (f32, f32),
}

/// The object a living track follows. Its filter stands at the last sighting.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    family: Family,
    votes: Votes,
    filter: BoxFilter,
    stillness: Stillness,
    first: MediaTime,
    last: MediaTime,
    hits: u32,
    /// As the detector gave them, at the last sighting.
    bbox: BBox,
    score: f32,
    /// What the score usually is.
    level: f32,
    /// What the sightings say together for there being an object.
    evidence: f32,
    /// How far the last sighting was off what was expected, if the frame before showed it too.
    innovation: Option<[f64; 4]>,
    /// Whether a frame has passed without a sighting, and the time of the first that has.
    gap: bool,
    /// Where the unseen object is told to be by what goes with it.
    carried: Option<Carried>,
    missed: MediaTime,
}

impl Subject {
    pub(super) fn new(time: MediaTime, detection: &Detection) -> Self {
        let mut votes = Votes::default();
        votes.add(detection);
        let family = detection.class.family();
        Self {
            family,
            votes,
            filter: BoxFilter::new(&detection.bbox, family),
            stillness: Stillness::new(detection.bbox, time, family),
            first: time,
            last: time,
            hits: 1,
            bbox: detection.bbox,
            score: detection.score,
            level: detection.score,
            evidence: evidence(detection.score),
            innovation: None,
            gap: false,
            carried: None,
            missed: time,
        }
    }

    /// Takes in a sighting, and teaches `noise` what it tells of the detector.
    pub(super) fn observe(
        &mut self,
        time: MediaTime,
        detection: &Detection,
        noise: &mut DetectorNoise,
    ) {
        if self.gap && !self.stillness.is_still() {
            self.replay(time, detection, noise);
        }
        self.filter = match self.place().filter(|_| self.gap) {
            // Perhaps last seen half hidden.
            Some(place) => BoxFilter::new(&place, self.family),
            None => self.expected_filter(time),
        };
        let innovation = self.filter.update(&detection.bbox, detection.score, noise);
        if let (Some(before), false) = (self.innovation, self.gap) {
            noise.learn(&before, &innovation);
        }
        self.innovation = (!self.gap).then_some(innovation);
        self.stillness.observe(&self.filter.bbox(), time);
        if self.stillness.is_still() {
            self.filter.halt();
        }
        self.votes.add(detection);
        self.carried = None;
        self.evidence += evidence(detection.score);
        self.hits = self.hits.saturating_add(1);
        // A running mean at first, then a fading one.
        let fade = 1.0 - (-time.since(self.last) / USUAL_SECONDS).exp();
        let share = fade.max(1.0 / f64::from(self.hits)) as f32;
        self.level += share * (detection.score - self.level);
        (self.last, self.bbox, self.score, self.gap) =
            (time, detection.bbox, detection.score, false);
    }

    /// Expects the unseen object at `to`, which something that goes with it tells.
    pub(super) fn carry(&mut self, time: MediaTime, to: &BBox) {
        let centre = to.centre();
        let velocity = match self.carried {
            Some(c) if time > c.time => {
                let dt = time.since(c.time) as f32;
                ((centre.0 - c.centre.0) / dt, (centre.1 - c.centre.1) / dt)
            }
            Some(c) => c.velocity,
            None => {
                let (vx, vy) = self.filter.velocity();
                (vx as f32, vy as f32)
            }
        };
        self.carried = Some(Carried { time, centre, velocity });
    }

    /// Notes that the frame at `time` did not show the object.
    pub(super) fn miss(&mut self, time: MediaTime) {
        if !self.gap {
            (self.gap, self.missed) = (true, time);
        }
    }

    /// Walks the filter along the straight way between the sightings before and after a gap, so
    /// that errors piled up while unseen do not spoil the motion (observation-centric re-update:
    /// Cao et al., "Observation-Centric SORT", CVPR 2023).
    fn replay(&mut self, time: MediaTime, detection: &Detection, noise: &DetectorNoise) {
        let gap = time.since(self.last);
        let steps = (gap / REPLAY_SECONDS).ceil().clamp(1.0, REPLAY_STEPS);
        for step in 1..steps as u32 {
            let share = f64::from(step) / steps;
            self.filter = self.filter.predicted(gap / steps);
            let between = between(&self.bbox, &detection.bbox, share as f32);
            self.filter.update(&between, self.score, noise);
        }
        self.last = self.last.plus(gap * (steps - 1.0) / steps);
    }

    fn expected_filter(&self, time: MediaTime) -> BoxFilter {
        let unseen = time.since(self.last).max(0.0);
        self.filter.predicted(if self.stillness.is_still() {
            unseen.min(STILL_HORIZON)
        } else {
            unseen
        })
    }

    pub(super) fn expected(&self, time: MediaTime) -> Expected {
        let filter = self.expected_filter(time);
        let hidden_at = self.place().filter(|_| self.gap);
        let bbox = hidden_at.unwrap_or_else(|| filter.bbox());
        Expected {
            bbox: self.brought(&bbox, time),
            buffer: affinity::buffer(filter.doubt()),
            family: self.family,
            still: self.stillness.is_still(),
            hidden_at,
            lost: false,
            named: true,
            score: self.score,
            level: self.level,
            missing: if self.gap { time.since(self.missed) as f32 } else { 0.0 },
        }
    }

    /// The box expected at `time`, brought to where it is told to be.
    fn brought(&self, bbox: &BBox, time: MediaTime) -> BBox {
        let Some(c) = self.carried else { return *bbox };
        let dt = time.since(c.time) as f32;
        let (x, y) = bbox.centre();
        let (dx, dy) = (c.centre.0 + c.velocity.0 * dt - x, c.centre.1 + c.velocity.1 * dt - y);
        BBox { x1: bbox.x1 + dx, y1: bbox.y1 + dy, x2: bbox.x2 + dx, y2: bbox.y2 + dy }
    }

    /// Whether the place expected at `time` is as good as seen.
    pub(super) fn is_sure(&self, time: MediaTime, bounds: Option<Bounds>) -> bool {
        let filter = self.expected_filter(time);
        let bbox = filter.bbox();
        let inside = bounds
            .is_none_or(|b| b.clip(&bbox).map_or(0.0, |b| b.area()) >= SURE_INSIDE * bbox.area());
        self.hits >= SURE_HITS && filter.doubt() <= SURE_DOUBT && inside
    }

    /// Whether, unseen at `time`, it has left the picture rather than been hidden in it.
    pub(super) fn has_left(&self, time: MediaTime, bounds: Option<Bounds>) -> bool {
        let Some(bounds) = bounds.filter(|_| !self.stillness.is_still()) else {
            return false;
        };
        let filter = self.expected_filter(time);
        let bbox = self.brought(&filter.bbox(), time);
        let visible = bounds.clip(&bbox).map_or(0.0, |b| b.area());
        if visible < 0.5 * bbox.area() {
            return true;
        }
        let (vx, vy) = self.filter.velocity();
        let (near, fast) = ((EDGE * filter.size()) as f32, LEAVING * filter.size());
        time.since(self.last) > 0.4
            && (self.bbox.x1 <= near && vx < -fast
                || self.bbox.y1 <= near && vy < -fast
                || self.bbox.x2 >= bounds.width - near && vx > fast
                || self.bbox.y2 >= bounds.height - near && vy > fast)
    }

    pub(super) fn class(&self) -> Class {
        self.votes.winner()
    }

    pub(super) fn family(&self) -> Family {
        self.family
    }

    pub(super) fn is_still(&self) -> bool {
        self.stillness.is_still()
    }

    /// Where it stands, whole; `None` while it moves, and of people.
    pub(super) fn place(&self) -> Option<BBox> {
        self.stillness.place()
    }

    /// The filtered box at the last sighting.
    pub(super) fn bbox(&self) -> BBox {
        self.filter.bbox()
    }

    /// The box to show for the last sighting.
    pub(super) fn shown(&self) -> BBox {
        self.filter.shown()
    }

    /// What the sightings say together for there being an object.
    pub(super) fn evidence(&self) -> f32 {
        self.evidence
    }

    pub(super) fn score(&self) -> f32 {
        self.score
    }

    pub(super) fn first(&self) -> MediaTime {
        self.first
    }

    pub(super) fn last(&self) -> MediaTime {
        self.last
    }

    pub(super) fn has_gap(&self) -> bool {
        self.gap
    }
}

fn between(a: &BBox, b: &BBox, share: f32) -> BBox {
    let mix = |p: f32, q: f32| p + (q - p) * share;
    BBox { x1: mix(a.x1, b.x1), y1: mix(a.y1, b.y1), x2: mix(a.x2, b.x2), y2: mix(a.y2, b.y2) }
}
