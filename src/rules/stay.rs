//! One subject's stay in a rule's zone, from the first sighting until it is forgotten.

use super::dwell::Rest;
use super::followed::Followed;
use super::incident::{Incident, IncidentKey};
use super::instant::Instant;
use super::presence::Presence;
use super::spec::RuleSpec;
use crate::media::MediaTime;
use crate::scene::CarriedOver;
use crate::track::{TrackId, TrackSight};
use crate::vision::Class;
use serde::{Deserialize, Serialize};

/// Where a stay is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Not yet sure enough for a candidate.
    Silent,
    /// May become an incident.
    Candidate,
    /// Is one.
    Open,
    /// Was one: its subject starts no other until then.
    Cooling(MediaTime),
}

/// What a stay is judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Conduct {
    /// Being in the zone.
    Presence(Presence),
    /// Standing still in it.
    Rest(Rest),
}

/// One subject's stay in a rule's zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stay<C = Conduct> {
    pub(super) key: IncidentKey,
    pub(super) phase: Phase,
    pub(super) conduct: C,
    /// Who; its way is noted while it is at it.
    pub(super) who: Followed,
    /// Where it began.
    pub(super) start: Instant,
    /// Where it became a violation.
    pub(super) moment: Option<Instant>,
    /// Where it was last seen at it.
    pub(super) last: Instant,
    /// Whether the last sighting showed it at it.
    pub(super) at_it: bool,
    /// Whether the last sighting may be a second box of another subject.
    pub(super) covered: bool,
    /// What is known of it from before the session.
    #[serde(default)]
    pub(super) carried: Option<Box<CarriedOver>>,
}

impl<C> Stay<C> {
    pub(super) fn new(rule: &RuleSpec, sight: &TrackSight, now: Instant, conduct: C) -> Self {
        Self {
            key: key(rule, sight.id, now.time),
            phase: Phase::Silent,
            conduct,
            who: Followed::new(sight, now),
            start: now,
            moment: None,
            last: now,
            at_it: true,
            covered: false,
            carried: None,
        }
    }

    /// Notes a sighting at it.
    pub(super) fn note(&mut self, now: Instant) {
        self.last = now;
        self.who.note(now);
    }

    /// Lets a stay that nothing is known of outside begin now instead (its earlier sightings may
    /// have shown another subject).
    pub(super) fn begin_again(&mut self, rule: &RuleSpec, now: Instant) {
        self.key = key(rule, self.who.track, now.time);
        self.start = now;
        self.last = now;
        self.who.begin_again(now);
    }

    /// It stood there before the session. Where that was told of, what is told now goes on with it
    /// and begins when it was found again; where not, it began then, and has another name.
    pub(super) fn carry(&mut self, rule: &RuleSpec, over: &CarriedOver) {
        if over.continues.is_none() {
            self.start = Instant { time: over.since, wall: over.since_wall, ..self.start };
            self.key = key(rule, self.who.track, over.since);
        }
        self.carried = Some(Box::new(over.clone()));
    }

    /// All that is known of it, as the incident it is.
    pub(super) fn incident(&self, rule: &RuleSpec) -> Box<Incident> {
        let moment = self.moment.unwrap_or(self.last);
        let times = (self.start, moment, self.last);
        Box::new(Incident {
            carried: self.carried.clone(),
            ..Incident::of(rule, &self.key, times, self.who.subject())
        })
    }
}

impl Stay<Conduct> {
    /// Whether it is somebody, as far as can be told: what looks like a person and was never seen to
    /// go anywhere may be a post or a bin. Vehicles are left standing for days.
    pub(super) fn may_be_somebody(&self) -> bool {
        self.who.class() != Class::Person || self.who.going.has_moved()
    }
}

fn key(rule: &RuleSpec, track: TrackId, start: MediaTime) -> IncidentKey {
    IncidentKey(format!("{}/{track}/{}", rule.name, start.0))
}
