//! What ties a person to a two-wheeler: how long one has been over the other, and how far they have
//! gone together.

use super::id::TrackId;
use super::seat::Seat;
use crate::media::MediaTime;
use crate::vision::BBox;

/// Counts fade with this time constant, in seconds.
const FADE: f64 = 2.0;
/// How quickly the remembered seat follows what is seen.
const FOLLOW: f32 = 0.3;
/// Sightings together, and seconds from the first to the last, that make a rider.
const HITS: u32 = 3;
const SECONDS: f64 = 0.4;
/// Share of the sightings of the person in which a tracked two-wheeler is under it.
const SHARE: f64 = 0.5;
/// The same for one that is only now and then seen, faintly: the mean score, nought counting too.
const FAINT: f64 = 0.1;
/// The same for one who may be a rider.
const MAYBE: f64 = 0.05;
/// Way made together, in heights of the person.
const WAY: f32 = 0.8;
const FAINT_WAY: f32 = 1.0;
/// The two may differ by this share of the way, and by this many heights of jitter.
const APART: f32 = 0.35;
const JITTER: f32 = 0.25;
/// The seat may wander by this many heights (standard deviation): more is a row of parked bikes.
const WANDER: f32 = 0.2;
/// Slower than this many heights a second it may be pushed: then the person must be in its middle
/// and off the ground.
const PUSHED: f64 = 0.9;
const PUSHED_ASIDE: f32 = 0.15;
const PUSHED_BELOW: f32 = 0.04;
/// Without common way for this long, the way is counted anew: they may start together later.
const ANEW_SECONDS: f64 = 4.0;

/// What is known of one person over one two-wheeler.
#[derive(Debug, Clone)]
pub(super) struct Bond {
    /// Its track; `None`: faint boxes that make none.
    pub(super) wheels: Option<TrackId>,
    pub(super) seat: Seat,
    /// Since when, and when last, they were seen together as a rider and a mount are.
    since: MediaTime,
    pub(super) last: MediaTime,
    hits: u32,
    /// Faded counts: sightings of the person, of both together, and the scores of the latter.
    looks: f64,
    together: f64,
    score: f64,
    counted: MediaTime,
    wander: f32,
    /// Where both were when the way began to count.
    from: (MediaTime, BBox, BBox),
    /// They were seen to go different ways.
    pub(super) apart: bool,
}

impl Bond {
    pub(super) fn new(
        wheels: Option<TrackId>,
        time: MediaTime,
        person: &BBox,
        (at, seat, score): (&BBox, Seat, f32),
    ) -> Self {
        Self {
            wheels,
            seat,
            since: time,
            last: time,
            hits: 1,
            looks: 1.0,
            together: 1.0,
            score: f64::from(score),
            counted: time,
            wander: 0.0,
            from: (time, *person, *at),
            apart: false,
        }
    }

    /// The person was seen, and the two-wheeler under it where `under` says.
    pub(super) fn look(
        &mut self,
        time: MediaTime,
        person: &BBox,
        under: Option<(&BBox, Seat, f32)>,
    ) {
        let keep = (-time.since(self.counted).max(0.0) / FADE).exp();
        self.counted = time;
        self.looks = self.looks * keep + 1.0;
        self.together *= keep;
        self.score *= keep;
        let Some((at, seat, score)) = under else { return };
        self.together += 1.0;
        self.score += f64::from(score);
        self.hits = self.hits.saturating_add(1);
        self.last = time;
        let off = seat.unlike(&self.seat);
        self.wander += (off * off - self.wander) * FOLLOW;
        self.seat = self.seat.blended(&seat, FOLLOW);
        let (way, apart) = self.way(person, at);
        self.apart = way >= WAY && apart > APART * way + JITTER;
        if self.apart || way < WAY && time.since(self.from.0) > ANEW_SECONDS {
            self.from = (time, *person, *at);
            self.since = time;
            self.hits = 1;
        }
    }

    /// How far the person has gone, and how far from it the two-wheeler has got meanwhile, in
    /// heights of the person.
    fn way(&self, person: &BBox, at: &BBox) -> (f32, f32) {
        let (_, person0, at0) = &self.from;
        let moved = |a: &BBox, b: &BBox| {
            let ((ax, ay), (bx, by)) = (a.centre(), b.centre());
            (bx - ax, by - ay)
        };
        let ((px, py), (wx, wy)) = (moved(person0, person), moved(at0, at));
        let h = f32::midpoint(person0.height(), person.height()).max(1.0);
        (px.hypot(py) / h, (px - wx).hypot(py - wy) / h)
    }

    /// Whether the person, seen over it lately, may ride it.
    pub(super) fn may_ride(&self) -> bool {
        let seen_enough = self.wheels.is_some() || self.score >= MAYBE * self.looks;
        seen_enough && !self.apart
    }

    /// Whether this makes the person, now at `person`, a rider.
    pub(super) fn is_riding(&self, time: MediaTime, person: &BBox) -> bool {
        let span = self.last.since(self.since);
        if self.apart || self.hits < HITS || span < SECONDS || self.last < time {
            return false;
        }
        let (way, _) = self.way(person, &self.seat.wheels(person));
        if self.wheels.is_none() {
            return way >= FAINT_WAY
                && self.score >= FAINT * self.looks
                && self.wander.sqrt() <= WANDER;
        }
        let pushed = f64::from(way) < PUSHED * span
            && (self.seat.dx.abs() > PUSHED_ASIDE || self.seat.below < PUSHED_BELOW);
        way >= WAY && self.together >= SHARE * self.looks && !pushed
    }
}
