//! One subject's stay in a rule's zone, from the first sighting until it is forgotten.

use super::dwell::Rest;
use super::incident::{Incident, IncidentKey, Sighting, Subject};
use super::presence::Presence;
use super::spec::RuleSpec;
use super::trail::Trail;
use crate::media::{MediaTime, WallTime};
use crate::scene::{Observation, TrackSight};
use crate::track::TrackId;
use crate::vision::{BBox, Class, Family, View};

/// Track ids a subject keeps at most.
const MOST_TRACKS: usize = 256;

/// Where a stay is in its life.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// A subject at one instant, with both times.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instant {
    pub(super) time: MediaTime,
    pub(super) wall: WallTime,
    pub(super) bbox: BBox,
    /// How the picture lay then.
    pub(super) view: View,
}

impl Instant {
    pub(super) fn of(o: &Observation, sight: &TrackSight) -> Self {
        Self { time: o.time, wall: o.wall, bbox: sight.bbox, view: o.view }
    }

    /// The same place at an earlier time.
    pub(super) fn back_to(&self, time: MediaTime) -> Self {
        let time = time.min(self.time);
        let back = jiff::SignedDuration::from_micros(self.time.0.saturating_sub(time.0));
        let wall = self.wall.0.checked_sub(back).map_or(self.wall, WallTime);
        Self { time, wall, ..*self }
    }

    fn sighting(&self) -> Sighting {
        Sighting { time: self.time, bbox: self.bbox }
    }
}

/// What a stay is judged by.
#[derive(Debug, Clone)]
pub(super) enum Conduct {
    /// Being in the zone.
    Presence(Presence),
    /// Standing still in it.
    Rest(Rest),
}

/// One subject's stay in a rule's zone.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    pub(super) key: IncidentKey,
    pub(super) phase: Phase,
    pub(super) conduct: Conduct,
    /// The track it is followed as now.
    pub(super) track: TrackId,
    pub(super) family: Family,
    /// Where it began.
    pub(super) start: Instant,
    /// Where it became a violation.
    pub(super) moment: Option<Instant>,
    /// Where it was last seen at it.
    pub(super) last: Instant,
    /// Where it was last seen at all, at it or not.
    pub(super) seen: Instant,
    /// Whether the last sighting showed it at it.
    pub(super) at_it: bool,
    /// Whether the last sighting may be a second box of another subject.
    pub(super) covered: bool,
    tracks: Vec<TrackId>,
    tally: [u32; Class::ALL.len()],
    score_sum: f64,
    sightings: u64,
    trail: Trail,
}

impl Stay {
    pub(super) fn new(rule: &RuleSpec, sight: &TrackSight, now: Instant, conduct: Conduct) -> Self {
        Self {
            key: key(rule, sight.id, now.time),
            phase: Phase::Silent,
            conduct,
            track: sight.id,
            family: sight.class.family(),
            start: now,
            moment: None,
            last: now,
            seen: now,
            at_it: true,
            covered: false,
            tracks: vec![sight.id],
            tally: [0; Class::ALL.len()],
            score_sum: 0.0,
            sightings: 0,
            trail: Trail::new(now.sighting()),
        }
    }

    /// Follows the subject as this track from now on.
    pub(super) fn follow(&mut self, track: TrackId) {
        self.track = track;
        if !self.tracks.contains(&track) && self.tracks.len() < MOST_TRACKS {
            self.tracks.push(track);
        }
    }

    /// Whether the subject was ever followed as this track.
    pub(super) fn was(&self, track: TrackId) -> bool {
        self.tracks.contains(&track)
    }

    /// Notes a sighting at it.
    pub(super) fn note(&mut self, now: Instant) {
        self.last = now;
        self.trail.push(now.sighting());
    }

    /// Counts a sighting's class and score.
    pub(super) fn count(&mut self, sight: &TrackSight) {
        if let Some(i) = Class::ALL.iter().position(|c| *c == sight.class) {
            self.tally[i] = self.tally[i].saturating_add(1);
        }
        if let Some(score) = sight.score {
            self.sightings += 1;
            self.score_sum += f64::from(score);
        }
    }

    /// How sure the detector was of it on average.
    pub(super) fn mean_score(&self) -> f32 {
        if self.sightings == 0 { 0.0 } else { (self.score_sum / self.sightings as f64) as f32 }
    }

    /// Lets a stay that nothing is known of outside begin now instead (its earlier sightings may
    /// have shown another subject).
    pub(super) fn begin_again(&mut self, rule: &RuleSpec, now: Instant) {
        self.key = key(rule, self.track, now.time);
        self.start = now;
        self.last = now;
        self.trail = Trail::new(now.sighting());
    }

    /// What it has been most of the time; of equals, the first in the order of classes.
    pub(super) fn class(&self) -> Class {
        let mut best = 0;
        for (i, n) in self.tally.iter().enumerate() {
            if *n > self.tally[best] {
                best = i;
            }
        }
        Class::ALL[best]
    }

    /// All that is known of it, as the incident it is.
    pub(super) fn incident(&self, rule: &RuleSpec) -> Box<Incident> {
        let moment = self.moment.unwrap_or(self.last);
        Box::new(Incident {
            key: self.key.clone(),
            rule: rule.name.clone(),
            kind: rule.kind,
            zone: rule.zone.clone(),
            start: self.start.time,
            start_wall: self.start.wall,
            moment: moment.time,
            moment_wall: moment.wall,
            last: self.last.time,
            last_wall: self.last.wall,
            subject: Subject {
                tracks: self.tracks.clone(),
                class: self.class(),
                path: self.trail.sightings(),
            },
            bbox_start: self.start.bbox,
            bbox_moment: moment.bbox,
            view_moment: moment.view,
            bbox_last: self.last.bbox,
            parties: Vec::new(),
            signals: Vec::new(),
            measured: Vec::new(),
            after: None,
        })
    }
}

fn key(rule: &RuleSpec, track: TrackId, start: MediaTime) -> IncidentKey {
    IncidentKey(format!("{}/{track}/{}", rule.name, start.0))
}
