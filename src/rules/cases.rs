//! Subjects that a mechanism judges one by one, by what each does over time: their finding, losing and
//! finding again, and the life of their incidents. What they are judged by is the mechanism's own.

use super::area::Area;
use super::finding::Finding;
use super::incident::{Closing, Incident, IncidentUpdate};
use super::instant::Instant;
use super::presence::unlikeness;
use super::roll::Roll;
use super::spec::RuleSpec;
use super::stay::{Phase, Stay};
use crate::media::MediaTime;
use crate::scene::Observation;
use crate::track::TrackSight;
use crate::vision::BBox;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// Subjects a rule follows at most; more at once are counted, not judged.
const MOST: usize = 256;
/// A subject that nothing is known of is forgotten when unseen this long, seconds.
const PATIENCE: f64 = 2.0;
/// A candidate seen not at it this long is none, seconds.
const AWAY_SECONDS: f64 = 1.0;
/// A track may take up a lost subject during its first second only.
const YOUNG_SECONDS: f64 = 1.0;
/// After closing, and as long as it stays in the zone, the subject starts no other incident for this
/// many times `leave_seconds`.
const COOLING: f64 = 2.0;
/// Depth at which a subject enters, and below which it has left, in heights of its box.
const ENTER_DEPTH: f32 = 0.05;
const HOLD_DEPTH: f32 = -0.05;
/// How fast the estimate of a subject's way in the picture follows it, seconds.
const DRIFT_SECONDS: f64 = 0.4;

/// A subject in one observation.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) o: &'a Observation,
    pub(super) sight: &'a TrackSight,
    /// Width and height of the picture.
    pub(super) frame: (f32, f32),
}

/// What a mechanism judges a subject by.
pub(super) trait Judging {
    /// What is remembered of one subject: plain data.
    type Conduct: Clone + Debug + PartialEq + Serialize + DeserializeOwned;

    /// Whether a track seen may be a subject or carry one on.
    fn concerns(&self, sight: &TrackSight) -> bool;
    /// Nothing is known yet.
    fn begin(&self) -> Self::Conduct;
    /// Judges one sighting in the zone.
    fn step(&self, conduct: &mut Self::Conduct, at: At<'_>) -> Finding;
    /// The subject was lost and found as another track, or was out of the zone: what goes from
    /// sighting to sighting begins anew.
    fn resume(&self, conduct: &mut Self::Conduct);
    /// Adds what was measured and who else has to do with it.
    fn describe(&self, conduct: &Self::Conduct, incident: &mut Incident);
}

/// One subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Case<C> {
    stay: Stay<C>,
    /// How fast it moves in the picture, pixels a second.
    drift: (f32, f32),
    inside: bool,
}

/// All subjects of one rule.
#[derive(Debug, Clone)]
pub(super) struct Cases<J: Judging> {
    pub(super) rule: RuleSpec,
    judging: J,
    area: Area,
    /// In order of beginning.
    followed: Vec<Case<J::Conduct>>,
    /// For each, the index of its sighting in this observation. Kept to be reused.
    claims: Vec<Option<usize>>,
    unjudged: u64,
}

/// What such a rule knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CasesState<C> {
    followed: Vec<Case<C>>,
    unjudged: u64,
}

impl<J: Judging> Cases<J> {
    /// What it knows.
    pub(super) fn state(&self) -> CasesState<J::Conduct> {
        CasesState { followed: self.followed.clone(), unjudged: self.unjudged }
    }

    /// Goes on from what it knew.
    pub(super) fn restore(&mut self, state: CasesState<J::Conduct>) {
        (self.followed, self.unjudged) = (state.followed, state.unjudged);
    }

    pub(super) fn of(rule: RuleSpec, judging: J, area: Area) -> Self {
        Self { rule, judging, area, followed: Vec::new(), claims: Vec::new(), unjudged: 0 }
    }

    /// Sightings that could not be judged because too many subjects were there at once.
    pub(super) fn unjudged(&self) -> u64 {
        self.unjudged
    }

    pub(super) fn observe(&mut self, o: &Observation, roll: &Roll, out: &mut Vec<IncidentUpdate>) {
        if !self.rule.holds_at(o.wall) {
            self.end(Closing::HoursEnded, out);
            return;
        }
        self.expire(o.time, out);
        self.claims.clear();
        for case in &self.followed {
            let own = |s: &TrackSight| s.id == case.stay.who.track && s.seen();
            self.claims.push(o.tracks.iter().position(own));
        }
        self.take_up(o, roll);
        for i in 0..self.followed.len() {
            if let Some(s) = self.claims[i] {
                self.judge(i, &o.tracks[s], o, out);
            }
        }
        self.drop_away(o.time, out);
        self.begin(o, out);
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(super) fn end(&mut self, closing: Closing, out: &mut Vec<IncidentUpdate>) {
        for case in std::mem::take(&mut self.followed) {
            match case.stay.phase {
                Phase::Open => {
                    out.push(IncidentUpdate::Closed(self.incident(&case.stay), closing));
                }
                Phase::Candidate => out.push(IncidentUpdate::Dropped(case.stay.key)),
                Phase::Silent | Phase::Cooling(_) => {}
            }
        }
    }

    fn incident(&self, stay: &Stay<J::Conduct>) -> Box<Incident> {
        let mut incident = stay.incident(&self.rule);
        self.judging.describe(&stay.conduct, &mut incident);
        incident
    }

    /// Ends what was not proved for too long.
    fn expire(&mut self, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        let leave = self.rule.leave_seconds;
        let mut cases = std::mem::take(&mut self.followed);
        cases.retain_mut(|case| {
            let idle = now.since(case.stay.last.time);
            match case.stay.phase {
                Phase::Silent => now.since(case.stay.who.seen.time) <= PATIENCE,
                Phase::Candidate if idle > leave.max(AWAY_SECONDS) => {
                    out.push(IncidentUpdate::Dropped(case.stay.key.clone()));
                    false
                }
                Phase::Open if idle > leave => {
                    out.push(IncidentUpdate::Closed(self.incident(&case.stay), Closing::Left));
                    let until = case.stay.last.time.plus(leave * (1.0 + COOLING));
                    case.stay.phase = Phase::Cooling(until);
                    now <= until
                }
                Phase::Cooling(until) => now <= until,
                Phase::Candidate | Phase::Open => true,
            }
        });
        self.followed = cases;
    }

    /// Lets new tracks take up subjects whose own track is not seen, the likest first.
    fn take_up(&mut self, o: &Observation, roll: &Roll) {
        while let Some((i, s)) = self.likest(o, roll) {
            let case = &mut self.followed[i];
            case.stay.who.follow(o.tracks[s].id);
            self.judging.resume(&mut case.stay.conduct);
            self.claims[i] = Some(s);
        }
    }

    fn likest(&self, o: &Observation, roll: &Roll) -> Option<(usize, usize)> {
        let mut best: Option<(f32, usize, usize)> = None;
        for (s, sight) in o.tracks.iter().enumerate() {
            let free = sight.seen() && !self.claims.contains(&Some(s));
            if !free || !self.judging.concerns(sight) {
                continue;
            }
            let first = roll.first_seen(sight.id).unwrap_or(o.time);
            for (i, case) in self.followed.iter().enumerate() {
                let stay = &case.stay;
                if self.claims[i].is_some() || stay.who.family != sight.class.family() {
                    continue;
                }
                let newcomer = first > stay.who.seen.time && o.time.since(first) <= YOUNG_SECONDS;
                if !(newcomer || stay.who.was(sight.id)) {
                    continue;
                }
                let gap = o.time.since(stay.who.seen.time);
                let expected = moved(&stay.who.seen.bbox, case.drift, gap);
                if let Some(unlike) = unlikeness(&expected, &sight.bbox, gap)
                    && best.is_none_or(|(least, ..)| unlike < least)
                {
                    best = Some((unlike, i, s));
                }
            }
        }
        best.map(|(_, i, s)| (i, s))
    }

    fn judge(
        &mut self,
        i: usize,
        sight: &TrackSight,
        o: &Observation,
        out: &mut Vec<IncidentUpdate>,
    ) {
        let depth = self.area.depth(&sight.bbox);
        let case = &mut self.followed[i];
        let now = Instant::of(o, sight);
        case.drift = drift(case.drift, &case.stay.who.seen, &now);
        let inside = depth >= if case.inside { HOLD_DEPTH } else { ENTER_DEPTH };
        let stay = &mut case.stay;
        let finding = if inside {
            self.judging.step(&mut stay.conduct, At { o, sight, frame: self.area.frame() })
        } else {
            if case.inside {
                self.judging.resume(&mut stay.conduct);
            }
            Finding::Away
        };
        case.inside = inside;
        stay.who.see(sight, now);
        stay.at_it = finding != Finding::Away;
        if let Phase::Cooling(until) = &mut stay.phase {
            // One way through the zone is one incident, however often its riders were hidden.
            if inside {
                *until = (*until).max(o.time.plus(COOLING * self.rule.leave_seconds));
            }
            return;
        }
        let Finding::AtIt { announced, violation } = finding else { return };
        if stay.phase == Phase::Silent {
            if !announced {
                return;
            }
            stay.begin_again(&self.rule, now);
            stay.phase = Phase::Candidate;
            out.push(IncidentUpdate::Candidate { key: stay.key.clone(), start: stay.start.time });
        }
        stay.note(now);
        if stay.phase == Phase::Candidate
            && violation
            && stay.who.is_sure()
            && self.rule.classes.contains(&stay.who.class())
        {
            stay.phase = Phase::Open;
            stay.moment = Some(now);
            let incident = self.incident(&self.followed[i].stay);
            out.push(IncidentUpdate::Opened(incident));
        }
    }

    /// Drops what was seen not at it before it came to anything.
    fn drop_away(&mut self, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        for case in &mut self.followed {
            let stay = &mut case.stay;
            let away = !stay.at_it && now.since(stay.last.time) >= AWAY_SECONDS;
            if away && stay.phase == Phase::Candidate && stay.who.seen.time == now {
                out.push(IncidentUpdate::Dropped(stay.key.clone()));
                stay.phase = Phase::Silent;
            }
        }
    }

    /// Begins to follow who enters.
    fn begin(&mut self, o: &Observation, out: &mut Vec<IncidentUpdate>) {
        for sight in o.tracks.iter().filter(|s| s.seen()) {
            if !self.judging.concerns(sight)
                || !self.rule.classes.contains(&sight.class)
                || self.followed.iter().any(|case| case.stay.who.track == sight.id)
                || self.area.depth(&sight.bbox) < ENTER_DEPTH
            {
                continue;
            }
            if self.followed.len() >= MOST {
                self.unjudged += 1;
                continue;
            }
            let now = Instant::of(o, sight);
            let stay = Stay::new(&self.rule, sight, now, self.judging.begin());
            self.followed.push(Case { stay, drift: (0.0, 0.0), inside: true });
            self.judge(self.followed.len() - 1, sight, o, out);
        }
    }
}

fn moved(bbox: &BBox, (vx, vy): (f32, f32), seconds: f64) -> BBox {
    let (dx, dy) = (vx * seconds as f32, vy * seconds as f32);
    BBox { x1: bbox.x1 + dx, y1: bbox.y1 + dy, x2: bbox.x2 + dx, y2: bbox.y2 + dy }
}

/// The way in the picture, smoothed over [`DRIFT_SECONDS`].
fn drift((vx, vy): (f32, f32), before: &Instant, now: &Instant) -> (f32, f32) {
    let step = now.time.since(before.time);
    if step <= 0.0 {
        return (vx, vy);
    }
    let ((x0, y0), (x1, y1)) = (before.bbox.centre(), now.bbox.centre());
    let (x, y) = ((x1 - x0) / step as f32, (y1 - y0) / step as f32);
    let share = (step / (step + DRIFT_SECONDS)) as f32;
    (vx + share * (x - vx), vy + share * (y - vy))
}
