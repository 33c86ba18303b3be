//! Following moving subjects for the mechanisms that judge a way rather than a stay: each by its
//! track, and by the track that takes it up when its own is lost.
//!
//! The state that a mechanism keeps of each subject is its own (`S`); the pursuit knows who is who.
#![allow(dead_code, reason = "mechanisms take it up one after the other")]

use super::followed::{Followed, Instant};
use super::presence::unlikeness;
use super::roll::Roll;
use crate::media::MediaTime;
use crate::scene::{Observation, TrackSight};
use crate::vision::BBox;
use serde::{Deserialize, Serialize};

/// A track may take up a lost subject during its first second only: one that was seen by itself
/// before is somebody else.
const YOUNG_SECONDS: f64 = 1.0;

/// One subject, and what a mechanism knows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Quarry<S> {
    pub(super) who: Followed,
    pub(super) state: S,
}

/// The subjects of one rule, in order of beginning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Pursuit<S> {
    quarries: Vec<Quarry<S>>,
    most: usize,
    unjudged: u64,
    /// For each quarry, the index of its sighting in this observation. Kept to be reused.
    #[serde(skip)]
    claims: Vec<Option<usize>>,
}

impl<S> Pursuit<S> {
    /// Follows at most `most` subjects at once; more are counted, not judged.
    pub(super) fn new(most: usize) -> Self {
        Self { quarries: Vec::new(), most, unjudged: 0, claims: Vec::new() }
    }

    /// Finds out who is who in this observation, and begins with whom it does not know yet.
    /// `concerns`: whom the rule is about; `begin`: what is known of a newcomer, `None`: not to be
    /// followed. Only sightings that a detection confirmed count.
    pub(super) fn follow(
        &mut self,
        o: &Observation,
        roll: &Roll,
        concerns: impl Fn(&TrackSight) -> bool,
        mut begin: impl FnMut(&TrackSight, Instant) -> Option<S>,
    ) {
        self.claims.clear();
        let at = |id| o.tracks.binary_search_by_key(&id, |s: &TrackSight| s.id).ok();
        self.claims.extend(
            self.quarries.iter().map(|q| {
                at(q.who.track).filter(|s| o.tracks[*s].seen() && concerns(&o.tracks[*s]))
            }),
        );
        while let Some((q, s)) = self.likest(o, roll, &concerns) {
            self.quarries[q].who.follow(o.tracks[s].id);
            self.claims[q] = Some(s);
        }
        for (s, sight) in o.tracks.iter().enumerate() {
            if !sight.seen() || !concerns(sight) || self.claims.contains(&Some(s)) {
                continue;
            }
            let now = Instant::of(o, sight);
            let Some(state) = begin(sight, now) else { continue };
            if self.quarries.len() >= self.most {
                self.unjudged += 1;
                continue;
            }
            self.quarries.push(Quarry { who: Followed::new(sight, now), state });
            self.claims.push(Some(s));
        }
        for (quarry, claim) in self.quarries.iter_mut().zip(&self.claims) {
            if let Some(s) = claim {
                let sight = &o.tracks[*s];
                quarry.who.see(sight, Instant::of(o, sight));
            }
        }
    }

    /// Everyone seen in the observation last [followed](Self::follow), with the sighting, in order
    /// of beginning.
    pub(super) fn sighted<'a>(
        &'a mut self,
        o: &'a Observation,
    ) -> impl Iterator<Item = (&'a mut Quarry<S>, &'a TrackSight)> {
        self.quarries
            .iter_mut()
            .zip(&self.claims)
            .filter_map(|(q, claim)| claim.map(|s| (q, &o.tracks[s])))
    }

    /// Everyone, seen or not. To be used after [`Self::sighted`]; forgets whoever `keep` refuses.
    pub(super) fn retain(&mut self, keep: impl FnMut(&mut Quarry<S>) -> bool) {
        self.quarries.retain_mut(keep);
        self.claims.clear();
    }

    /// Everyone, to be ended.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Quarry<S>> {
        self.claims.clear();
        self.quarries.drain(..)
    }

    /// Sightings left out because too many subjects were there at once.
    pub(super) fn unjudged(&self) -> u64 {
        self.unjudged
    }

    /// The subject without a sighting, and the sighting it may be taken up by, least unlike.
    fn likest(
        &self,
        o: &Observation,
        roll: &Roll,
        concerns: &impl Fn(&TrackSight) -> bool,
    ) -> Option<(usize, usize)> {
        if self.claims.iter().all(Option::is_some) {
            return None;
        }
        let mut best: Option<(f32, usize, usize)> = None;
        for (s, sight) in o.tracks.iter().enumerate() {
            if !sight.seen() || !concerns(sight) || self.claims.contains(&Some(s)) {
                continue;
            }
            for (q, quarry) in self.quarries.iter().enumerate() {
                if self.claims[q].is_some() || quarry.who.family != sight.class.family() {
                    continue;
                }
                let Some(unlike) = found_again(&quarry.who, sight, o.time, roll) else { continue };
                if best.is_none_or(|(least, ..)| unlike < least) {
                    best = Some((unlike, q, s));
                }
            }
        }
        best.map(|(_, q, s)| (q, s))
    }
}

/// How unlike the sighting is a subject that is lost; `None`: it cannot be the same.
fn found_again(who: &Followed, sight: &TrackSight, now: MediaTime, roll: &Roll) -> Option<f32> {
    let (last, found): (&BBox, &BBox) = (&who.seen.bbox, &sight.bbox);
    let may = who.was(sight.id) || is_newcomer(sight, who.seen.time, now, roll);
    may.then(|| unlikeness(last, found, now.since(who.seen.time))).flatten()
}

/// Whether a track appeared after `lost`, and so lately that nobody knows it by itself.
pub(super) fn is_newcomer(
    sight: &TrackSight,
    lost: MediaTime,
    now: MediaTime,
    roll: &Roll,
) -> bool {
    let first = roll.first_seen(sight.id).unwrap_or(now);
    first > lost && now.since(first) <= YOUNG_SECONDS
}
