//! Riders of one two-wheeler: how many they are, and whether they wear helmets.
//!
//! Only people whom tracking has found to ride it are counted. Who may ride it is not, and nobody is
//! supposed where nobody is seen: a crouched child that the detector misses is missed here.

mod rider;

use super::area::Area;
use super::cases::{At, Cases, Judging};
use super::finding::Finding;
use super::incident::{Incident, Measure, Quantity};
use super::kind::Kind;
use super::spec::RuleSpec;
use super::terms::RidersTerms;
use crate::media::MediaTime;
use crate::scene::Scene;
use crate::track::TrackSight;
use crate::vision::Family;
use rider::Riders;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A number of riders is the median over so long, seconds; and rests on so many sightings.
const MEDIAN_SECONDS: f64 = 2.0;
const LEAST_SECONDS: f64 = 1.0;
const LEAST_SIGHTINGS: usize = 5;
/// Counts kept at most; more often seen, they are thinned out.
const MOST_COUNTS: usize = 64;
/// Bare heads must be seen this often.
const BARE_SIGHTINGS: u32 = 5;
/// Riders that an incident names at most.
const MOST_PARTIES: usize = 6;

/// What riders are judged by.
#[derive(Debug, Clone)]
pub(super) struct Ridden {
    kind: Kind,
    terms: RidersTerms,
    enter_seconds: f64,
    families: Vec<Family>,
}

/// What is known of one two-wheeler's riders.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Load {
    counts: VecDeque<(MediaTime, usize)>,
    riders: Riders,
    /// The largest number that held.
    most: usize,
}

/// One rule at work.
pub(super) type Riding = Cases<Ridden>;

impl Riding {
    /// `None`: there is no such zone.
    pub(super) fn new(rule: RuleSpec, terms: RidersTerms, scene: &Scene) -> Option<Self> {
        let area = Area::new(scene, scene.zone(&rule.zone)?);
        let families = rule.classes.iter().map(|c| c.family()).collect();
        let enter_seconds = rule.enter_seconds.max(LEAST_SECONDS);
        let judging = Ridden { kind: rule.kind, terms, enter_seconds, families };
        Some(Self::of(rule, judging, area))
    }
}

impl Ridden {
    fn overloaded(&self, load: &mut Load, at: At<'_>, count: usize) -> Finding {
        let now = at.o.time;
        let counts = &mut load.counts;
        let newest = counts.back().is_none_or(|(t, _)| {
            now.since(*t) >= (MEDIAN_SECONDS + self.enter_seconds) / MOST_COUNTS as f64
        });
        if newest {
            counts.push_back((now, count));
        }
        let long = MEDIAN_SECONDS.max(self.enter_seconds);
        while counts.front().is_some_and(|(t, _)| now.since(*t) > long) {
            counts.pop_front();
        }
        let mut sorted: Vec<usize> = counts.iter().map(|(_, n)| *n).collect();
        sorted.sort_unstable();
        // Of an even number the lower middle: nobody is supposed.
        let median = sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0);
        let allowed = self.terms.most_people as usize;
        // Not `median > allowed` alone: the newest sighting must show it, too.
        let spans = counts.front().is_some_and(|(t, _)| now.since(*t) + 1e-6 >= self.enter_seconds);
        if count > allowed && median > allowed && spans && counts.len() >= LEAST_SIGHTINGS {
            load.most = load.most.max(median);
            return Finding::AtIt { announced: true, violation: true };
        }
        if count > allowed {
            Finding::AtIt { announced: true, violation: false }
        } else {
            Finding::Away
        }
    }
}

impl Judging for Ridden {
    type Conduct = Load;

    fn concerns(&self, sight: &TrackSight) -> bool {
        self.families.contains(&sight.class.family())
    }

    fn begin(&self) -> Load {
        Load::default()
    }

    fn resume(&self, load: &mut Load) {
        load.counts.clear();
    }

    fn step(&self, load: &mut Load, at: At<'_>) -> Finding {
        let id = at.sight.id;
        let count = load.riders.note(id, at.o);
        if self.kind != Kind::NoHelmet {
            return self.overloaded(load, at, count);
        }
        load.riders.note_heads(id, at.o);
        let bare = |seconds, sightings| load.riders.any(|r| r.is_bare(seconds, sightings));
        if count == 0 {
            Finding::Away
        } else if bare(self.enter_seconds, BARE_SIGHTINGS) {
            Finding::AtIt { announced: true, violation: true }
        } else if bare(0.0, 2) {
            Finding::AtIt { announced: true, violation: false }
        } else {
            Finding::Away
        }
    }

    fn describe(&self, load: &Load, incident: &mut Incident) {
        let helmets = self.kind == Kind::NoHelmet;
        let mut parties =
            load.riders.parties(|r| !helmets || r.is_bare(self.enter_seconds, BARE_SIGHTINGS));
        parties.truncate(MOST_PARTIES);
        incident.parties.extend(parties);
        if !helmets && load.most > 0 {
            let value = load.most as f64;
            incident.measured.push(Measure { what: Quantity::People, value, uncertainty: None });
        }
    }
}
