//! One subject that may cross: who it is, where it was seen, how far it is.

use super::super::incident::{Incident, IncidentKey, Measure, SignalNote, Subject};
use super::super::instant::Instant;
use super::super::sighting::Sighting;
use super::super::spec::RuleSpec;
use super::super::stay::Phase;
use super::super::trail::Trail;
use super::passage::Passage;
use crate::media::MediaTime;
use crate::track::{TrackId, TrackSight};
use crate::vision::{BBox, Class, Family};
use serde::{Deserialize, Serialize};

/// Track ids a subject keeps at most.
const MOST_TRACKS: usize = 64;
/// Its speed is measured over at least this long, seconds.
const SPEED_SECONDS: f64 = 0.2;

/// What makes a crossing a violation, as far as it has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Case {
    pub(super) key: IncidentKey,
    /// Before the line.
    pub(super) start: Instant,
    /// Crossing it; for a banned turn, crossing the exit.
    pub(super) moment: Instant,
    /// When the line was crossed.
    pub(super) crossed: MediaTime,
    /// Beyond it, once it got there.
    pub(super) after: Option<Instant>,
    /// Which of its passages.
    pub(super) passage: usize,
    pub(super) signals: Vec<SignalNote>,
    pub(super) measured: Vec<Measure>,
}

/// One subject that may cross.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Crosser {
    pub(super) track: TrackId,
    pub(super) family: Family,
    pub(super) phase: Phase,
    /// When it was last seen.
    pub(super) seen: Instant,
    /// One for each way that is judged.
    pub(super) passages: Vec<Passage>,
    /// Over the exit line of a banned turn.
    pub(super) exit: Passage,
    /// Over the exempt exits.
    pub(super) exempt: Vec<Passage>,
    pub(super) case: Option<Case>,
    /// Two sightings a little earlier, for its speed.
    earlier: [Instant; 2],
    tracks: Vec<TrackId>,
    tally: [u32; Class::ALL.len()],
    score_sum: f64,
    sightings: u32,
    trail: Trail,
}

impl Crosser {
    pub(super) fn new(sight: &TrackSight, now: Instant, ways: usize, exempt: usize) -> Self {
        Self {
            track: sight.id,
            family: sight.class.family(),
            phase: Phase::Silent,
            seen: now,
            passages: vec![Passage::default(); ways],
            exit: Passage::default(),
            exempt: vec![Passage::default(); exempt],
            case: None,
            earlier: [now; 2],
            tracks: vec![sight.id],
            tally: [0; Class::ALL.len()],
            score_sum: 0.0,
            sightings: 0,
            trail: Trail::new(Sighting { time: now.time, bbox: now.bbox }),
        }
    }

    /// Follows it as this track from now on.
    pub(super) fn follow(&mut self, track: TrackId) {
        self.track = track;
        if !self.tracks.contains(&track) && self.tracks.len() < MOST_TRACKS {
            self.tracks.push(track);
        }
    }

    /// Whether it was ever followed as this track.
    pub(super) fn was(&self, track: TrackId) -> bool {
        self.tracks.contains(&track)
    }

    /// Notes a sighting, after its passages were stepped.
    pub(super) fn note(&mut self, sight: &TrackSight, now: Instant) {
        if now.time.since(self.earlier[1].time) >= SPEED_SECONDS {
            self.earlier = [self.earlier[1], now];
        }
        self.seen = now;
        self.trail.push(Sighting { time: now.time, bbox: now.bbox });
        if let Some(i) = Class::ALL.iter().position(|c| *c == sight.class) {
            self.tally[i] = self.tally[i].saturating_add(1);
        }
        if let Some(score) = sight.score {
            self.sightings = self.sightings.saturating_add(1);
            self.score_sum += f64::from(score);
        }
    }

    /// How sure the detector was of it on average.
    pub(super) fn mean_score(&self) -> f32 {
        if self.sightings == 0 { 0.0 } else { (self.score_sum / f64::from(self.sightings)) as f32 }
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

    /// Where it would be, had it gone on as it went.
    pub(super) fn expected(&self, time: MediaTime) -> BBox {
        let (last, before) = (&self.seen, &self.earlier[0]);
        let span = last.time.since(before.time);
        if span < SPEED_SECONDS / 2.0 {
            return last.bbox;
        }
        let ((x0, y0), (x1, y1)) = (before.bbox.contact(), last.bbox.contact());
        let ahead = (time.since(last.time) / span) as f32;
        let (dx, dy) = ((x1 - x0) * ahead, (y1 - y0) * ahead);
        let b = last.bbox;
        BBox { x1: b.x1 + dx, y1: b.y1 + dy, x2: b.x2 + dx, y2: b.y2 + dy }
    }

    /// The incident that its case is.
    pub(super) fn incident(&self, rule: &RuleSpec) -> Option<Box<Incident>> {
        let case = self.case.as_ref()?;
        let last = if self.seen.time >= case.moment.time { self.seen } else { case.moment };
        let subject = Subject {
            tracks: self.tracks.clone(),
            class: self.class(),
            path: self.trail.sightings(),
        };
        Some(Box::new(Incident {
            signals: case.signals.clone(),
            measured: case.measured.clone(),
            after: case.after.map(|a| a.time),
            ..Incident::of(rule, &case.key, (case.start, case.moment, last), subject)
        }))
    }
}

/// The name of a case: the rule, the track that crossed, the instant before the line.
pub(super) fn key(rule: &RuleSpec, track: TrackId, start: MediaTime) -> IncidentKey {
    IncidentKey(format!("{}/{track}/{}", rule.name, start.0))
}
