//! The life of a track, in types that cannot be taken for one another.
//!
//! ```text
//! Tentative ──seen often and long enough──▶ Confirmed ◀──found── Lost ──too long──▶ Ended
//!     └──unseen──▶ dropped                      └──unseen too long──▶┘
//! ```
//! Every step consumes the state it leaves. Only a confirmed track has a name and is reported; an
//! ended one has no filter left that could be matched by mistake.

use super::config::TrackerConfig;
use super::evidence;
use super::expected::Expected;
use super::id::TrackId;
use super::noise::DetectorNoise;
use super::parked;
use super::subject::{Bounds, Subject};
use crate::media::MediaTime;
use crate::track::{Riding, TrackSight};
use crate::vision::{BBox, Class, Detection, Family};

/// Seen too little to be believed.
#[derive(Debug)]
pub(super) struct Tentative {
    subject: Subject,
}

/// What a sighting makes of a tentative track.
#[derive(Debug)]
pub(super) enum Grown {
    /// Not yet.
    Tentative(Tentative),
    /// Ready for a name.
    Ready(Ready),
}

/// Seen enough; waits for its name.
#[derive(Debug)]
pub(super) struct Ready {
    subject: Subject,
}

/// Believed, named and reported, seen in the last frame or shortly before.
#[derive(Debug)]
pub(super) struct Confirmed {
    id: TrackId,
    subject: Subject,
}

/// What a frame without a sighting makes of a confirmed track.
#[derive(Debug)]
pub(super) enum Missed {
    /// Still reported, at its predicted place.
    Coasting(Confirmed),
    /// No longer reported, may be found again.
    Lost(Lost),
    /// Gone from the picture.
    Ended(Ended),
}

/// Out of sight, not reported, may be found again under the same name.
#[derive(Debug)]
pub(super) struct Lost {
    id: TrackId,
    subject: Subject,
}

/// A track that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Which track.
    pub id: TrackId,
    /// What it was most of its life.
    pub class: Class,
    /// When it was first seen, before it was confirmed.
    pub first_seen: MediaTime,
    /// When it was last seen.
    pub last_seen: MediaTime,
}

/// What the first sighting makes of an object.
pub(super) fn first_seen(time: MediaTime, detection: &Detection) -> Grown {
    let subject = Subject::new(time, detection);
    if subject.evidence() >= evidence::ENOUGH {
        Grown::Ready(Ready { subject })
    } else {
        Grown::Tentative(Tentative { subject })
    }
}

impl Tentative {
    pub(super) fn expected(&self, time: MediaTime) -> Expected {
        Expected { named: false, ..self.subject.expected(time) }
    }

    pub(super) fn seen(
        mut self,
        time: MediaTime,
        detection: &Detection,
        noise: &mut DetectorNoise,
        config: &TrackerConfig,
    ) -> Grown {
        let steady = !self.subject.has_gap();
        self.subject.observe(time, detection, noise);
        let span = time.since(self.subject.first());
        if self.subject.evidence() >= evidence::ENOUGH
            || steady && span >= config.confirm_two_seconds
        {
            Grown::Ready(Ready { subject: self.subject })
        } else {
            Grown::Tentative(self)
        }
    }

    /// The track, unless it has been unseen too long.
    pub(super) fn missed(mut self, time: MediaTime, config: &TrackerConfig) -> Option<Self> {
        let unseen = time.since(self.subject.last());
        // One miss is forgiven at any frame rate.
        let keep = !self.subject.has_gap() || unseen <= config.tentative_seconds;
        self.subject.miss(time);
        keep.then_some(self)
    }
}

impl Ready {
    pub(super) fn named(self, id: TrackId) -> Confirmed {
        Confirmed { id, subject: self.subject }
    }
}

impl Confirmed {
    pub(super) fn expected(&self, time: MediaTime) -> Expected {
        self.subject.expected(time)
    }

    #[must_use]
    pub(super) fn seen(
        mut self,
        time: MediaTime,
        detection: &Detection,
        noise: &mut DetectorNoise,
    ) -> Self {
        self.subject.observe(time, detection, noise);
        self
    }

    pub(super) fn missed(
        mut self,
        time: MediaTime,
        config: &TrackerConfig,
        bounds: Option<Bounds>,
    ) -> Missed {
        self.subject.miss(time);
        let lost = Lost { id: self.id, subject: self.subject };
        if lost.subject.has_left(time, bounds) {
            return Missed::Ended(lost.end());
        }
        let coast =
            if lost.subject.is_still() { config.coast_still_seconds } else { config.coast_seconds };
        if time.since(lost.subject.last()) <= coast {
            Missed::Coasting(Self { id: lost.id, subject: lost.subject })
        } else {
            Missed::Lost(lost)
        }
    }

    /// As the frame at `time` shows it.
    pub(super) fn sight(&self, time: MediaTime, bounds: Option<Bounds>) -> TrackSight {
        let seen = !self.subject.has_gap();
        let bbox = if seen { self.subject.shown() } else { self.subject.expected(time).bbox };
        TrackSight {
            id: self.id,
            class: self.subject.class(),
            bbox: bounds.and_then(|b| b.clip(&bbox)).unwrap_or(bbox),
            score: seen.then_some(self.subject.score()),
            riding: Riding::No,
        }
    }

    /// Whether the box that [`sight`](Self::sight) gives is seen, or as good as seen.
    pub(super) fn is_sure(&self, time: MediaTime, bounds: Option<Bounds>) -> bool {
        !self.subject.has_gap() || self.subject.is_sure(time, bounds)
    }

    /// Whether this one, seen now, stands where another of `family` was last seen.
    pub(super) fn stands_on(&self, place: &BBox, family: Family) -> bool {
        self.subject.is_still()
            && !self.subject.has_gap()
            && self.subject.family() == family
            && parked::is_taken(place, &self.subject.bbox())
    }

    pub(super) fn id(&self) -> TrackId {
        self.id
    }

    /// Expects the unseen object at `to` from now on.
    pub(super) fn carry(&mut self, time: MediaTime, to: &BBox) {
        self.subject.carry(time, to);
    }
}

impl Lost {
    pub(super) fn id(&self) -> TrackId {
        self.id
    }

    /// Expects the unseen object at `to` from now on.
    pub(super) fn carry(&mut self, time: MediaTime, to: &BBox) {
        self.subject.carry(time, to);
    }

    pub(super) fn expected(&self, time: MediaTime) -> Expected {
        Expected { lost: true, ..self.subject.expected(time) }
    }

    pub(super) fn found(
        self,
        time: MediaTime,
        detection: &Detection,
        noise: &mut DetectorNoise,
    ) -> Confirmed {
        Confirmed { id: self.id, subject: self.subject }.seen(time, detection, noise)
    }

    /// The track while it may still be found, else its end.
    pub(super) fn missed(
        self,
        time: MediaTime,
        config: &TrackerConfig,
        bounds: Option<Bounds>,
        others: &[Confirmed],
    ) -> Result<Self, Ended> {
        let family = self.subject.family();
        let patience = match (self.subject.is_still(), family) {
            (false, _) => config.lost_seconds,
            (true, Family::Person | Family::Animal | Family::Head) => config.lost_still_seconds,
            (true, Family::Vehicle | Family::TwoWheeler | Family::Bag | Family::Thing) => {
                config.lost_parked_seconds
            }
        };
        let over = time.since(self.subject.last()) > patience
            || self.subject.has_left(time, bounds)
            || self.subject.is_still() && {
                let place = self.subject.place().unwrap_or_else(|| self.subject.bbox());
                others.iter().any(|o| o.stands_on(&place, family))
            };
        if over { Err(self.end()) } else { Ok(self) }
    }

    pub(super) fn end(self) -> Ended {
        Ended {
            id: self.id,
            class: self.subject.class(),
            first_seen: self.subject.first(),
            last_seen: self.subject.last(),
        }
    }
}
