//! Wrong-way driving: a way against the heading that traffic may take in a zone.

use super::area::Area;
use super::cases::{At, Cases, Judging};
use super::contact;
use super::finding::Finding;
use super::incident::{Incident, Measure, Quantity};
use super::spec::RuleSpec;
use super::terms::DirectionTerms;
use crate::media::MediaTime;
use crate::scene::{Plane, Scene};
use crate::track::{Riding, TrackSight};
use crate::vision::{Class, Family};
use geo::Centroid;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Steps remembered at most.
const MOST_STEPS: usize = 160;
/// How fast the smoothed place follows the box, seconds: jitter is over sooner.
const SMOOTH_SECONDS: f64 = 0.25;
/// Sightings farther apart than this say nothing of the way between, seconds.
const LONGEST_GAP: f64 = 2.0;
/// The share of the way that makes a candidate.
const ANNOUNCED: f64 = 0.5;
/// Nothing on wheels that drives is slower, in sizes of its own a second.
const LEAST_SPEED: f64 = 0.3;
/// A two-wheeler that nobody is seen to ride may be pushed, which is no driving, below this.
const PUSHED_SPEED: f64 = 1.2;
/// Going back by this many sizes ends it.
const BACK: f64 = 1.0;
/// A rider seen this long ago rides still, seconds.
const RIDDEN_SECONDS: f64 = 2.0;

/// What wrong-way driving is judged by.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    terms: DirectionTerms,
    families: Vec<Family>,
    /// The allowed direction: a unit vector, of the ground where there is a plane, else of the picture.
    allowed: (f64, f64),
    plane: Option<Plane>,
}

/// A place on a subject's way, in sizes of its own since it was first seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Step {
    time: MediaTime,
    /// In the allowed direction.
    along: f64,
    /// Across it.
    across: f64,
}

/// What is known of one subject's way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Way {
    /// The smoothed place, metres or pixels, and when.
    place: Option<(MediaTime, f64, f64)>,
    steps: VecDeque<Step>,
    ridden_at: Option<MediaTime>,
    /// The least `along` since it became a violation.
    lowest: Option<f64>,
    /// Degrees between its way and the allowed heading, and how far it went, in sizes of its own.
    off_degrees: f64,
    travelled: f64,
}

/// One rule at work.
pub(super) type Direction = Cases<Heading>;

impl Direction {
    /// `None`: there is no such zone, or it has no heading.
    pub(super) fn new(rule: RuleSpec, terms: DirectionTerms, scene: &Scene) -> Option<Self> {
        let zone = scene.zone(&rule.zone)?;
        let heading = zone.heading?;
        let middle = zone.polygon.centroid()?;
        let on_ground =
            scene.plane.as_ref().and_then(|p| p.heading((middle.x(), middle.y()), heading));
        let plane = scene.plane.clone().filter(|_| on_ground.is_some());
        let allowed = on_ground.unwrap_or((f64::from(heading.0), f64::from(heading.1)));
        let families = rule.classes.iter().map(|c| c.family()).collect();
        let area = Area::new(scene, zone);
        Some(Self::of(rule, Heading { terms, families, allowed, plane }, area))
    }
}

impl Heading {
    /// Where it stands and how large it is, in metres or pixels.
    fn measure(&self, sight: &TrackSight) -> Option<(f64, f64, f64)> {
        let at = sight.bbox.contact();
        if let Some(plane) = &self.plane {
            return plane.to_ground(at).map(|g| (g.x, g.y, usual_metres(sight.class)));
        }
        let size = f64::from(sight.bbox.area()).sqrt().max(1.0);
        Some((f64::from(at.0), f64::from(at.1), size))
    }

    fn least_speed(sight: &TrackSight, way: &Way, now: MediaTime) -> f64 {
        let ridden = way.ridden_at.is_some_and(|t| now.since(t) <= RIDDEN_SECONDS);
        if sight.class.family() == Family::TwoWheeler && !ridden {
            PUSHED_SPEED
        } else {
            LEAST_SPEED
        }
    }

    /// How far it went against the heading from the latest place that lies far enough back, at what
    /// angle from straight against it, and how fast.
    fn against(way: &Way, share: f64) -> Option<(f64, f64, f64)> {
        let now = way.steps.back()?;
        let from = way.steps.iter().rev().find(|s| s.along - now.along >= share)?;
        let (back, aside) = (from.along - now.along, (now.across - from.across).abs());
        let seconds = now.time.since(from.time).max(1e-3);
        Some((back, aside.atan2(back).to_degrees(), back.hypot(aside) / seconds))
    }
}

impl Judging for Heading {
    type Conduct = Way;

    fn concerns(&self, sight: &TrackSight) -> bool {
        self.families.contains(&sight.class.family())
    }

    fn begin(&self) -> Way {
        Way::default()
    }

    fn resume(&self, way: &mut Way) {
        way.place = None;
        way.steps.clear();
        way.lowest = None;
    }

    fn step(&self, way: &mut Way, at: At<'_>) -> Finding {
        let now = at.o.time;
        let id = at.sight.id;
        if at.o.tracks.iter().any(|s| s.seen() && s.riding == Riding::On(Some(id))) {
            way.ridden_at = Some(now);
        }
        if !contact::is_seen(at) {
            return hold(way);
        }
        let Some((x, y, size)) = self.measure(at.sight) else { return hold(way) };
        let before = way.place.filter(|(t, ..)| now.since(*t) <= LONGEST_GAP);
        let Some((t, px, py)) = before else {
            self.resume(way);
            way.place = Some((now, x, y));
            way.steps.push_back(Step { time: now, along: 0.0, across: 0.0 });
            return Finding::Away;
        };
        let gap = now.since(t);
        let share = gap / (gap + SMOOTH_SECONDS);
        let (dx, dy) = (share * (x - px), share * (y - py));
        way.place = Some((now, px + dx, py + dy));
        let last = way.steps.back().copied().unwrap_or(Step { time: now, along: 0.0, across: 0.0 });
        let (hx, hy) = self.allowed;
        if way.steps.len() >= MOST_STEPS {
            way.steps.pop_front();
        }
        way.steps.push_back(Step {
            time: now,
            along: last.along + (dx * hx + dy * hy) / size,
            across: last.across + (dx * hy - dy * hx) / size,
        });
        let holding = hold(way);
        if holding != Finding::Away {
            return holding;
        }
        let judged = |lengths: f64| {
            Self::against(way, lengths).filter(|(_, off, speed)| {
                *off <= self.terms.tolerance_degrees
                    && *speed >= Self::least_speed(at.sight, way, now)
            })
        };
        let needed = self.terms.travel_lengths;
        if let Some((back, off, _)) = judged(needed) {
            way.lowest = way.steps.back().map(|s| s.along);
            (way.travelled, way.off_degrees) = (back, 180.0 - off);
            return Finding::AtIt { announced: true, violation: true };
        }
        let announced = judged(needed * ANNOUNCED).is_some();
        if announced { Finding::AtIt { announced, violation: false } } else { Finding::Away }
    }

    fn describe(&self, way: &Way, incident: &mut Incident) {
        let tenths = |v: f64| (v * 10.0).round() / 10.0;
        let measure = |what, value| Measure { what, value: tenths(value), uncertainty: None };
        incident.measured.push(measure(Quantity::TravelLengths, way.travelled));
        incident.measured.push(measure(Quantity::HeadingOffDegrees, way.off_degrees));
    }
}

/// What has begun goes on until the subject turns back, be it standing in between.
fn hold(way: &mut Way) -> Finding {
    let (Some(lowest), Some(now)) = (way.lowest, way.steps.back()) else { return Finding::Away };
    if now.along > lowest + BACK {
        way.lowest = None;
        return Finding::Away;
    }
    if now.along < lowest {
        way.travelled += lowest - now.along;
        way.lowest = Some(now.along);
    }
    Finding::AtIt { announced: true, violation: true }
}

/// Usual lengths of vehicles, metres.
const fn usual_metres(class: Class) -> f64 {
    match class {
        Class::Bicycle => 1.8,
        Class::Motorcycle => 2.0,
        Class::Car => 4.5,
        Class::Bus => 11.0,
        Class::Truck => 8.0,
        Class::Person
        | Class::Animal
        | Class::Bag
        | Class::Helmet
        | Class::BareHead
        | Class::Thing => 1.0,
    }
}
