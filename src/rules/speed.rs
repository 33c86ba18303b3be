//! Speed on a calibrated plane: distance over time of the place where a vehicle meets the ground.
//!
//! What is measured serves statistics. Video is no certified instrument: unless a site declares one,
//! a speed found here proves nothing against a driver.

mod estimate;

use super::area::Area;
use super::cases::{At, Cases, Judging};
use super::contact;
use super::finding::Finding;
use super::incident::{Incident, Measure, Quantity};
use super::spec::RuleSpec;
use super::terms::SpeedTerms;
use crate::media::MediaTime;
use crate::scene::{Plane, Scene};
use crate::track::TrackSight;
use crate::vision::Family;
use estimate::{Estimate, MOST_PLACES, MOST_SECONDS, Place, estimate};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Estimates above the limit that an incident keeps at most.
const MOST_ESTIMATES: usize = 64;
/// Uncertainties by which a speed must lie above the limit.
const SIGMAS: f64 = 2.0;
/// Estimates above the limit that it takes, whatever the rule's time.
const LEAST_ESTIMATES: usize = 3;
/// A way between the ends that is shorter than this share of the limit's is surely slow.
const SLOW: f64 = 0.7;
/// A place is taken at most this often, seconds: more sightings say no more.
const INTERVAL: f64 = MOST_SECONDS / MOST_PLACES as f64;

/// What speeding is judged by.
#[derive(Debug, Clone)]
pub(super) struct Speeding {
    terms: SpeedTerms,
    enter_seconds: f64,
    families: Vec<Family>,
    plane: Plane,
}

/// What is known of one vehicle's speed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Drive {
    /// Where it was of late, in order of time.
    places: VecDeque<Place>,
    /// Since when every estimate lay above the limit.
    over_since: Option<MediaTime>,
    /// Estimates above the limit, of late.
    over: VecDeque<Estimate>,
}

/// One rule at work.
pub(super) type Speed = Cases<Speeding>;

impl Speed {
    /// `None`: there is no such zone, or no calibration.
    pub(super) fn new(rule: RuleSpec, terms: SpeedTerms, scene: &Scene) -> Option<Self> {
        let area = Area::new(scene, scene.zone(&rule.zone)?);
        let plane = scene.plane.clone()?;
        let families = rule.classes.iter().map(|c| c.family()).collect();
        let judging = Speeding { terms, enter_seconds: rule.enter_seconds, families, plane };
        Some(Self::of(rule, judging, area))
    }
}

/// The speed of something whose box met the ground at these points of the picture (scene pixels), in
/// order of time: kilometres an hour with one standard deviation. `None` where it cannot be told: less
/// than a second, too short a way for how surely places are known, or faster than traffic goes.
pub fn speed_over(contacts: &[(MediaTime, (f32, f32))], plane: &Plane) -> Option<Measure> {
    let place = |&(time, pixel): &(MediaTime, (f32, f32))| {
        let ground = plane.to_ground(pixel)?;
        Some(Place { time, pixel, x: ground.x, y: ground.y, sigma: ground.sigma_metres })
    };
    let places: Vec<Place> = contacts.iter().map(place).collect::<Option<_>>()?;
    let found = estimate(&places, plane)?;
    let uncertainty = Some(found.sigma_kmh);
    Some(Measure { what: Quantity::SpeedKmh, value: found.kmh, uncertainty })
}

impl Speeding {
    /// Whether the way between the ends is so short that measuring well would be waste: so it is for
    /// most vehicles.
    fn is_surely_slow(&self, drive: &Drive) -> bool {
        let (Some(first), Some(last)) = (drive.places.front(), drive.places.back()) else {
            return true;
        };
        let metres = (last.x - first.x).hypot(last.y - first.y) + first.sigma + last.sigma;
        metres * 3.6 < SLOW * self.terms.limit_kmh * last.time.since(first.time)
    }
}

impl Judging for Speeding {
    type Conduct = Drive;

    fn concerns(&self, sight: &TrackSight) -> bool {
        self.families.contains(&sight.class.family())
    }

    fn begin(&self) -> Drive {
        Drive::default()
    }

    fn resume(&self, drive: &mut Drive) {
        drive.places.clear();
        drive.over_since = None;
    }

    fn step(&self, drive: &mut Drive, at: At<'_>) -> Finding {
        let now = at.o.time;
        while drive.places.front().is_some_and(|p| now.since(p.time) > MOST_SECONDS) {
            drive.places.pop_front();
        }
        let fresh = drive.places.back().is_none_or(|p| now.since(p.time) >= INTERVAL);
        let pixel = at.sight.bbox.contact();
        if fresh
            && contact::is_seen(at)
            && let Some(ground) = self.plane.to_ground(pixel)
        {
            if drive.places.len() >= MOST_PLACES {
                drive.places.pop_front();
            }
            let (x, y, sigma) = (ground.x, ground.y, ground.sigma_metres);
            drive.places.push_back(Place { time: now, pixel, x, y, sigma });
        } else {
            // Nothing new is known; what was known still holds for a moment.
            return Finding::Away;
        }
        if self.is_surely_slow(drive) {
            drive.over_since = None;
            return Finding::Away;
        }
        let Some(found) = estimate(drive.places.make_contiguous(), &self.plane) else {
            drive.over_since = None;
            return Finding::Away;
        };
        let limit = self.terms.limit_kmh;
        let above = |sigmas: f64| found.kmh - sigmas * found.sigma_kmh - limit;
        if above(SIGMAS) <= self.terms.margin_kmh {
            drive.over_since = None;
            let announced = above(1.0) > 0.0;
            return if announced {
                Finding::AtIt { announced, violation: false }
            } else {
                Finding::Away
            };
        }
        let since = *drive.over_since.get_or_insert(now);
        if drive.over.len() >= MOST_ESTIMATES {
            drive.over.pop_front();
        }
        drive.over.push_back(found);
        let violation =
            now.since(since) + 1e-6 >= self.enter_seconds && drive.over.len() >= LEAST_ESTIMATES;
        Finding::AtIt { announced: true, violation }
    }

    fn describe(&self, drive: &Drive, incident: &mut Incident) {
        let mut over: Vec<Estimate> = drive.over.iter().copied().collect();
        over.sort_by(|a, b| a.kmh.total_cmp(&b.kmh));
        if let Some(typical) = over.get(over.len() / 2) {
            let measure = |what, value, uncertainty| Measure { what, value, uncertainty };
            let tenths = |v: f64| (v * 10.0).round() / 10.0;
            let sigma = Some(tenths(typical.sigma_kmh));
            incident.measured.push(measure(Quantity::SpeedKmh, tenths(typical.kmh), sigma));
            incident.measured.push(measure(Quantity::LimitKmh, self.terms.limit_kmh, None));
        }
    }
}
