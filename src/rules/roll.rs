//! What is remembered across observations: when each track was first seen, for who was there by
//! himself cannot be another who got lost; how it moved since; and when the last observations were.

use super::gait::Gait;
use super::instant::Instant;
use crate::media::MediaTime;
use crate::scene::Observation;
use crate::track::TrackId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Tracks remembered before those long unseen are forgotten.
const MANY: usize = 1024;
/// A track may take up a lost subject during its first second only: one that was seen by itself
/// before is somebody else.
const YOUNG_SECONDS: f64 = 1.0;
/// Long unseen, seconds.
const LONG: f64 = 120.0;

/// What is remembered of one track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Life {
    first: MediaTime,
    last: MediaTime,
    gait: Gait,
}

/// First and last sighting of every track of late, and how it moves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Roll {
    tracks: BTreeMap<TrackId, Life>,
    forget_at: usize,
    /// This observation's time and those of the two before it, as far as there are any.
    times: [Option<MediaTime>; 3],
}

impl Roll {
    pub(super) fn note(&mut self, o: &Observation) {
        self.times = [Some(o.time), self.times[0], self.times[1]];
        for sight in o.tracks.iter().filter(|s| s.seen()) {
            let new = || Life { first: o.time, last: o.time, gait: Gait::default() };
            let life = self.tracks.entry(sight.id).or_insert_with(new);
            life.last = o.time;
            life.gait.note(Instant::of(o, sight));
        }
        if self.tracks.len() > self.forget_at.max(MANY) {
            self.tracks.retain(|_, life| o.time.since(life.last) <= LONG);
            // Never look through all of them again for every frame while they are all fresh.
            self.forget_at = self.tracks.len() * 2;
        }
    }

    /// A sighting since then and one now have at most one observation between them.
    pub(super) fn unbroken_since(&self) -> MediaTime {
        self.times.iter().rev().find_map(|t| *t).unwrap_or_default()
    }

    /// When the track was first seen.
    pub(super) fn first_seen(&self, id: TrackId) -> Option<MediaTime> {
        self.tracks.get(&id).map(|life| life.first)
    }

    /// How the track moves, since it was first seen.
    pub(super) fn gait(&self, id: TrackId) -> Option<&Gait> {
        self.tracks.get(&id).map(|life| &life.gait)
    }

    /// Whether a track appeared after `lost`, and so lately that nobody knows it by itself: only
    /// such a one may be somebody lost then.
    pub(super) fn is_newcomer(&self, id: TrackId, lost: MediaTime, now: MediaTime) -> bool {
        let first = self.first_seen(id).unwrap_or(now);
        first > lost && now.since(first) <= YOUNG_SECONDS
    }
}
