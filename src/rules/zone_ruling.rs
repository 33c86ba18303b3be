//! One rule of presence or dwell at work: which sighting belongs to which stay, and what each stay comes to.

mod carried;

use super::area::Area;
use super::dwell::{Rest, RestLimits};
use super::finding::Finding;
use super::incident::{Closing, IncidentUpdate};
use super::instant::Instant;
use super::keeps::keeps;
use super::kind::Mechanism;
use super::presence::{Presence, PresenceLimits, Step, unlikeness};
use super::resting::Resting;
use super::roll::Roll;
use super::spec::RuleSpec;
use super::stay::{Conduct, Phase, Stay};
use crate::media::MediaTime;
use crate::scene::Observation;
use crate::track::{Riding, TrackId, TrackSight};
use crate::vision::Family;

/// Stays a rule follows at most; more subjects than that at once are counted, not judged.
const MOST_STAYS: usize = 256;
/// Of these, those that are no incident yet.
const MOST_CANDIDATES: usize = 64;
/// A candidate seen away from it this long is none, seconds.
const AWAY_SECONDS: f64 = 1.0;
/// A box covered this much by others' may be a second box of one of them, or of two at once.
const COVERED: f32 = 0.6;
/// After closing, the subject starts no other incident for this many times `leave_seconds`.
const COOLING: f64 = 2.0;

/// One rule at work on one zone.
#[derive(Debug)]
pub(super) struct ZoneRuling {
    rule: RuleSpec,
    area: Area,
    mechanism: Mechanism,
    stationary: bool,
    families: Vec<Family>,
    /// In order of beginning.
    stays: Vec<Stay>,
    /// For each stay, the index of its sighting in this observation. Kept to be reused.
    claims: Vec<Option<usize>>,
    unjudged: u64,
}

keeps!(ZoneRuling as ZoneState { stays: Vec<Stay>, unjudged: u64 });

impl ZoneRuling {
    pub(super) fn new(rule: RuleSpec, area: Area) -> Self {
        let info = rule.kind.info();
        let mut families: Vec<Family> = rule.classes.iter().map(|c| c.family()).collect();
        families.sort_unstable();
        families.dedup();
        Self {
            area,
            mechanism: info.mechanism,
            stationary: info.stationary,
            families,
            stays: Vec::new(),
            claims: Vec::new(),
            unjudged: 0,
            rule,
        }
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
        self.claim(o);
        self.take_up(o, roll);
        for i in 0..self.stays.len() {
            if let Some(s) = self.claims[i] {
                self.judge(i, &o.tracks[s], o, roll, out);
            }
        }
        self.drop_away(o.time, out);
        self.begin(o, roll, out);
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(super) fn end(&mut self, closing: Closing, out: &mut Vec<IncidentUpdate>) {
        for stay in self.stays.drain(..) {
            match stay.phase {
                Phase::Open => {
                    out.push(IncidentUpdate::Closed(stay.incident(&self.rule), closing));
                }
                Phase::Candidate => out.push(IncidentUpdate::Dropped(stay.key)),
                Phase::Silent | Phase::Cooling(_) => {}
            }
        }
    }

    fn concerns(&self, sight: &TrackSight) -> bool {
        sight.seen() && self.families.contains(&sight.class.family()) && !self.is_rider(sight)
    }

    /// Whether it rides, and riders are not meant.
    fn is_rider(&self, sight: &TrackSight) -> bool {
        !self.rule.riders && matches!(sight.riding, Riding::On(_))
    }

    /// Ends what was not proved for too long.
    fn expire(&mut self, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        let leave = self.rule.leave_seconds;
        let patience = self.patience();
        let rule = &self.rule;
        self.stays.retain_mut(|stay| {
            let idle = now.since(stay.last.time);
            match stay.phase {
                Phase::Silent => idle <= patience,
                Phase::Candidate if idle > patience => {
                    out.push(IncidentUpdate::Dropped(stay.key.clone()));
                    false
                }
                Phase::Open if idle > leave => {
                    out.push(IncidentUpdate::Closed(stay.incident(rule), Closing::Left));
                    let until = stay.last.time.plus(leave * (1.0 + COOLING));
                    stay.phase = Phase::Cooling(until);
                    now <= until
                }
                Phase::Cooling(until) => now <= until,
                Phase::Candidate | Phase::Open => true,
            }
        });
    }

    /// How long a candidate may go unseen. Half the time allowed at most: what was hidden for
    /// longer was not seen to stand.
    fn patience(&self) -> f64 {
        let leave = self.rule.leave_seconds;
        if self.stationary { leave.min((self.rule.dwell_seconds / 2.0).max(2.0)) } else { leave }
    }

    /// Finds the sighting of each stay's own track.
    fn claim(&mut self, o: &Observation) {
        self.claims.clear();
        for stay in &self.stays {
            self.claims.push(position(o, stay.who.track).filter(|s| o.tracks[*s].seen()));
        }
    }

    /// Lets new tracks take up stays whose own track is not seen, the likest first.
    fn take_up(&mut self, o: &Observation, roll: &Roll) {
        while let Some((i, s)) = self.likest(o, roll) {
            if let Some(second) = self.owner(s) {
                self.stays.remove(second);
                self.claims.remove(second);
                // `second` is younger than `i`, so `i` still names the same stay.
            }
            self.stays[i].who.follow(o.tracks[s].id);
            self.claims[i] = Some(s);
        }
    }

    fn owner(&self, sight: usize) -> Option<usize> {
        self.claims.iter().position(|c| *c == Some(sight))
    }

    /// The stay without a sighting, and the sighting it may be taken up by, least unlike.
    fn likest(&self, o: &Observation, roll: &Roll) -> Option<(usize, usize)> {
        let mut best: Option<(f32, usize, usize)> = None;
        for (s, sight) in o.tracks.iter().enumerate().filter(|(_, s)| self.concerns(s)) {
            let owner = self.owner(s);
            // A second box of somebody whose first box is gone goes with that somebody.
            let second =
                owner.filter(|i| self.stays[*i].phase == Phase::Silent && self.stays[*i].covered);
            if owner.is_some() && second.is_none() {
                continue;
            }
            for (i, stay) in self.stays.iter().enumerate() {
                if self.claims[i].is_some()
                    || stay.who.family != sight.class.family()
                    || second.is_some_and(|younger| younger <= i)
                {
                    continue;
                }
                let lost = &stay.who.seen;
                let may = second.is_some()
                    || stay.who.was(sight.id)
                    || roll.is_newcomer(sight.id, lost.time, o.time);
                if !may {
                    continue;
                }
                let gap = o.time.since(lost.time);
                let unlike = match &stay.conduct {
                    Conduct::Presence(_) => unlikeness(&lost.bbox, &sight.bbox, gap),
                    Conduct::Rest(rest) if stay.at_it => {
                        rest.unlikeness(&sight.bbox, self.area.frame())
                    }
                    Conduct::Rest(_) => None,
                };
                if let Some(unlike) = unlike
                    && best.is_none_or(|(least, ..)| unlike < least)
                {
                    best = Some((unlike, i, s));
                }
            }
        }
        best.map(|(_, i, s)| (i, s))
    }

    /// Whether the sighting is mostly covered by subjects of the same family whose stays began
    /// before stay number `before`.
    fn is_covered(&self, sight: &TrackSight, o: &Observation, before: usize) -> bool {
        let covered: f32 = self
            .claims
            .iter()
            .take(before)
            .flatten()
            .map(|s| &o.tracks[*s])
            .filter(|other| other.id != sight.id && other.class.family() == sight.class.family())
            .map(|other| sight.bbox.intersection(&other.bbox))
            .sum();
        covered > COVERED * sight.bbox.area()
    }

    /// Judges the sighting of stay number `i`.
    fn judge(
        &mut self,
        i: usize,
        sight: &TrackSight,
        o: &Observation,
        roll: &Roll,
        out: &mut Vec<IncidentUpdate>,
    ) {
        let behind = self.is_covered(sight, o, i);
        self.stays[i].who.goes(roll.gait(sight.id));
        // Who may be a rider is no more known to be meant than who is behind another.
        let may_ride = sight.riding == Riding::Unknown || self.stays[i].who.going.hurries(o.time);
        let covered = behind || !self.rule.riders && may_ride;
        let rides = self.is_rider(sight);
        let now = Instant::of(o, sight);
        let (rule, area) = (&self.rule, &self.area);
        let stay = &mut self.stays[i];
        stay.covered = behind;
        let fresh = stay.phase == Phase::Silent && stay.carried.is_none();
        if covered && fresh && matches!(stay.conduct, Conduct::Rest(_)) {
            stay.conduct = Conduct::Rest(Rest::new(o.time, sight.bbox));
            stay.begin_again(rule, now);
        }
        if let Some(over) = o.carried.iter().find(|c| c.track == sight.id && c.rule == rule.name) {
            carried::take_over(stay, rule, over, out);
        }
        let finding = match &mut stay.conduct {
            _ if rides => Finding::Away,
            Conduct::Presence(presence) => {
                let limits = PresenceLimits {
                    enter_seconds: rule.enter_seconds,
                    allowed_seconds: if self.mechanism == Mechanism::Dwell {
                        rule.dwell_seconds
                    } else {
                        0.0
                    },
                };
                let step = Step {
                    time: o.time,
                    depth: area.depth(&sight.bbox),
                    since_start: o.time.since(stay.start.time),
                    unbroken_since: roll.unbroken_since(),
                    covered,
                };
                presence.step(step, limits)
            }
            Conduct::Rest(rest) => {
                let limits = RestLimits {
                    stand_seconds: stand_seconds(rule),
                    dwell_seconds: rule.dwell_seconds,
                };
                let at = (o.time, &sight.bbox);
                let found = rest.step(at, area.frame(), |b| area.depth(b), covered, limits);
                let depth = area.depth(&sight.bbox);
                if found == Finding::Away
                    && stay.phase == Phase::Open
                    && rest.rests_again(at, area.frame(), depth, stand_seconds(rule))
                {
                    Finding::AtIt { announced: true, violation: true }
                } else {
                    found
                }
            }
        };
        stay.who.see(sight, now);
        stay.at_it = finding != Finding::Away;
        let Finding::AtIt { announced, violation } = finding else { return };
        if let Phase::Cooling(until) = &mut stay.phase {
            // What is parked is the same parking however often it was hidden.
            if matches!(stay.conduct, Conduct::Rest(_)) {
                *until = (*until).max(o.time.plus(COOLING * rule.leave_seconds));
            }
            return;
        }
        stay.note(now);
        if stay.phase == Phase::Silent && announced {
            stay.phase = Phase::Candidate;
            out.push(IncidentUpdate::Candidate { key: stay.key.clone(), start: stay.start.time });
        }
        if stay.phase == Phase::Candidate
            && violation
            && stay.who.is_sure()
            && stay.may_be_somebody()
            && rule.classes.contains(&stay.who.class())
        {
            stay.phase = Phase::Open;
            stay.moment = Some(now);
            out.push(IncidentUpdate::Opened(stay.incident(rule)));
        }
    }

    /// Drops what was seen away from it before it came to anything.
    fn drop_away(&mut self, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        let rule = &self.rule;
        let mut i = 0;
        let claims = &mut self.claims;
        self.stays.retain(|stay| {
            let away = claims[i].is_some() && !stay.at_it;
            let gone = away
                && match stay.phase {
                    Phase::Silent => true,
                    Phase::Candidate => {
                        let entered = matches!(
                            &stay.conduct,
                            Conduct::Presence(p) if p.has_entered(rule.enter_seconds)
                        );
                        !entered && now.since(stay.last.time) >= AWAY_SECONDS
                    }
                    Phase::Open | Phase::Cooling(_) => false,
                };
            if gone {
                if stay.phase == Phase::Candidate {
                    out.push(IncidentUpdate::Dropped(stay.key.clone()));
                }
                claims.remove(i);
            } else {
                i += 1;
            }
            !gone
        });
    }

    /// Begins stays for sightings that belong to none.
    fn begin(&mut self, o: &Observation, roll: &Roll, out: &mut Vec<IncidentUpdate>) {
        for (s, sight) in o.tracks.iter().enumerate() {
            if !self.concerns(sight)
                || !self.rule.classes.contains(&sight.class)
                || self.stays.iter().any(|stay| stay.who.track == sight.id)
            {
                continue;
            }
            let depth = self.area.depth(&sight.bbox);
            let begins =
                if self.stationary { Rest::begins(depth) } else { Presence::begins(depth) };
            if !begins {
                continue;
            }
            if !self.has_room() {
                self.unjudged += 1;
                continue;
            }
            let now = Instant::of(o, sight);
            let conduct = if self.stationary {
                Conduct::Rest(Rest::new(o.time, sight.bbox))
            } else {
                Conduct::Presence(Presence::new())
            };
            self.stays.push(Stay::new(&self.rule, sight, now, conduct));
            self.claims.push(Some(s));
            self.judge(self.stays.len() - 1, sight, o, roll, out);
        }
    }

    fn has_room(&self) -> bool {
        let is_candidate = |s: &&Stay| matches!(s.phase, Phase::Silent | Phase::Candidate);
        let candidates = self.stays.iter().filter(is_candidate).count();
        self.stays.len() < MOST_STAYS && candidates < MOST_CANDIDATES
    }

    /// The subjects that stand in the zone, with what another judge needs to know them again.
    pub(super) fn resting(&self) -> impl Iterator<Item = Resting> {
        self.stays.iter().filter_map(|stay| carried::resting(stay, &self.rule.name))
    }
}

/// Where the track is among those of the observation, which are in order of id.
fn position(o: &Observation, track: TrackId) -> Option<usize> {
    o.tracks.binary_search_by_key(&track, |s| s.id).ok()
}

/// Standing this long makes a candidate: a second, or the rule's time to enter where that is more.
fn stand_seconds(rule: &RuleSpec) -> f64 {
    rule.enter_seconds.max(1.0)
}
