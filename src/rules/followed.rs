//! Who is followed: one subject under all the track ids it had, what it was seen as, and its way.

use super::gait::{Gait, Going};
use super::incident::Subject;
use super::instant::Instant;
use super::trail::Trail;
use crate::track::{TrackId, TrackSight};
use crate::vision::{Class, Family};
use serde::{Deserialize, Serialize};

/// Track ids a subject keeps at most.
const MOST_TRACKS: usize = 256;
/// What a detector is less sure of than this, on average, is not known well enough to be judged:
/// a track may be carried on by lower scores, a violation may not be made of them.
const SURE: f32 = 0.4;

/// One subject under all the track ids it had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Followed {
    /// The track it is followed as now.
    pub(super) track: TrackId,
    pub(super) family: Family,
    /// Where it was last seen.
    pub(super) seen: Instant,
    tracks: Vec<TrackId>,
    tally: [u32; Class::ALL.len()],
    score_sum: f64,
    sightings: u64,
    trail: Trail,
    /// How it went, as all its tracks.
    pub(super) going: Going,
}

impl Followed {
    /// Seen for the first time; [`Self::see`] counts that sighting too.
    pub(super) fn new(sight: &TrackSight, now: Instant) -> Self {
        Self {
            track: sight.id,
            family: sight.class.family(),
            seen: now,
            tracks: vec![sight.id],
            tally: [0; Class::ALL.len()],
            score_sum: 0.0,
            sightings: 0,
            trail: Trail::new(now.sighting()),
            going: Going::default(),
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

    /// Notes where it is seen, its class and its score.
    pub(super) fn see(&mut self, sight: &TrackSight, now: Instant) {
        self.seen = now;
        if let Some(i) = Class::ALL.iter().position(|c| *c == sight.class) {
            self.tally[i] = self.tally[i].saturating_add(1);
        }
        if let Some(score) = sight.score {
            self.sightings += 1;
            self.score_sum += f64::from(score);
        }
    }

    /// Notes how the track it is followed as moves.
    pub(super) fn goes(&mut self, gait: Option<&Gait>) {
        if let Some(gait) = gait {
            self.going.add(gait);
        }
    }

    /// Adds an instant to its way.
    pub(super) fn note(&mut self, now: Instant) {
        self.trail.push(now.sighting());
    }

    /// Its way begins now.
    pub(super) fn begin_again(&mut self, now: Instant) {
        self.trail = Trail::new(now.sighting());
    }

    /// Whether the detector was sure enough of it, on average, to judge it.
    pub(super) fn is_sure(&self) -> bool {
        self.sightings > 0 && (self.score_sum / self.sightings as f64) as f32 >= SURE
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

    /// Who it is, as incidents tell it.
    pub(super) fn subject(&self) -> Subject {
        Subject { tracks: self.tracks.clone(), class: self.class(), path: self.trail.sightings() }
    }
}
