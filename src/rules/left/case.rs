//! One thing, or pile of things, on its way to an incident.

use super::super::incident::{Incident, IncidentKey, Measure, Quantity, Role, Subject};
use super::super::instant::Instant;
use super::super::kind::Kind;
use super::super::sighting::Sighting;
use super::super::spec::RuleSpec;
use super::super::trail::Trail;
use super::owner::Owner;
use crate::media::MediaTime;
use crate::scene::{ThingId, ThingSight};
use crate::vision::{BBox, Class};
use serde::{Deserialize, Serialize};

/// A pile's size is first taken when it has been there for this long, in seconds.
const SETTLE_SECONDS: f64 = 2.0;

/// Where a case is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Not yet sure enough for a candidate.
    Silent,
    /// May become an incident.
    Candidate,
    /// Is one.
    Open,
}

/// One thing, or pile of things.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Case {
    pub(super) key: IncidentKey,
    pub(super) phase: Phase,
    /// The things of a pile, the first first.
    pub(super) things: Vec<ThingId>,
    pub(super) owner: Option<Owner>,
    pub(super) start: Instant,
    pub(super) moment: Option<Instant>,
    /// Where it was last seen.
    pub(super) last: Instant,
    /// When it was first, and last, told of at all, seen or hidden.
    pub(super) first_told: MediaTime,
    pub(super) told: MediaTime,
    /// Seconds it was seen unattended, one observation after the other.
    pub(super) stayed: f64,
    /// Square pixels when first settled, and now.
    pub(super) first_area: Option<f32>,
    pub(super) area: f32,
    /// How long the owner had been gone when it became a violation.
    gone_seconds: f64,
    trail: Trail,
}

impl Case {
    pub(super) fn new(rule: &RuleSpec, sight: &ThingSight, now: Instant) -> Self {
        let start = now.back_to(sight.since);
        Self {
            key: key(rule, sight.id, start.time),
            phase: Phase::Silent,
            things: vec![sight.id],
            owner: None,
            start,
            moment: None,
            last: now,
            first_told: now.time,
            told: now.time,
            stayed: 0.0,
            first_area: None,
            area: sight.area,
            gone_seconds: 0.0,
            trail: Trail::new(Sighting { time: start.time, bbox: start.bbox }),
        }
    }

    /// Nothing is known of it outside yet: it began when what is seen of it now appeared.
    pub(super) fn begin_at(&mut self, rule: &RuleSpec, since: MediaTime, now: Instant) {
        self.start = now.back_to(since);
        self.key = key(rule, self.things[0], self.start.time);
        self.trail = Trail::new(Sighting { time: self.start.time, bbox: now.bbox });
    }

    /// Notes that it is seen and unattended.
    pub(super) fn note(&mut self, now: Instant, area: f32) {
        self.stayed = now.time.since(self.start.time);
        self.last = now;
        self.area = area;
        if now.time.since(self.start.time) >= SETTLE_SECONDS {
            self.first_area.get_or_insert(area);
        }
        self.trail.push(Sighting { time: now.time, bbox: now.bbox });
    }

    /// The share by which it has grown since first settled.
    pub(super) fn grown(&self) -> f64 {
        self.first_area.map_or(0.0, |first| f64::from(self.area / first.max(1.0)) - 1.0)
    }

    /// It has become a violation.
    pub(super) fn open(&mut self, now: Instant) {
        self.phase = Phase::Open;
        self.moment = Some(now);
        self.gone_seconds = self.owner.as_ref().map_or(0.0, |o| o.gone_for(now.time));
    }

    /// Its box.
    pub(super) fn bbox(&self) -> BBox {
        self.last.bbox
    }

    pub(super) fn incident(&self, rule: &RuleSpec) -> Box<Incident> {
        let moment = self.moment.unwrap_or(self.last);
        let role = if rule.kind == Kind::Dumping { Role::Brought } else { Role::Owner };
        let measure = |what, value| Measure { what, value, uncertainty: None };
        let mut measured = Vec::new();
        if self.owner.is_some() {
            measured.push(measure(Quantity::OwnerGoneSeconds, self.gone_seconds));
        }
        if rule.kind == Kind::Dumping {
            measured.push(measure(Quantity::GrownShare, self.grown()));
        }
        let last = if self.last.time >= moment.time { self.last } else { moment };
        let last = Instant { bbox: self.last.bbox, ..last };
        let path = self.trail.sightings();
        let subject = Subject { tracks: Vec::new(), class: Class::Thing, path };
        Box::new(Incident {
            parties: self.owner.iter().map(|o| o.party(role)).collect(),
            measured,
            owner_not_seen: self.owner.is_none(),
            ..Incident::of(rule, &self.key, (self.start, moment, last), subject)
        })
    }
}

fn key(rule: &RuleSpec, thing: ThingId, start: MediaTime) -> IncidentKey {
    IncidentKey(format!("{}/thing-{}/{}", rule.name, thing.0, start.0))
}
