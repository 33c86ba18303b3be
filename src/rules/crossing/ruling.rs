//! One rule of crossing at work: which sighting belongs to which subject, and what each comes to.

use super::super::incident::{Closing, IncidentUpdate, Measure, Quantity, SignalNote};
use super::super::instant::Instant;
use super::super::presence::unlikeness;
use super::super::roll::Roll;
use super::super::spec::RuleSpec;
use super::super::stay::Phase;
use super::super::terms::{CrossingTerms, Way};
use super::crosser::{Case, Crosser, key};
use super::fence::Fence;
use super::state::{Crossing, LOST_SECONDS};
use super::timeline::Timeline;
use super::verdict::{Verdict, grounds};
use crate::media::MediaTime;
use crate::scene::{Observation, Scene};
use crate::track::{Riding, TrackSight};
use crate::vision::Family;

/// Subjects followed at most.
const MOST: usize = 256;
/// A track may take up a lost subject during its first second only.
const YOUNG_SECONDS: f64 = 1.0;
/// What a detector is less sure of than this, on average, is not known well enough to be judged.
const SURE: f32 = 0.4;
/// After closing, the subject starts no other incident for this many times `leave_seconds`.
const COOLING: f64 = 2.0;
/// Two boxes of one family that overlap this much in one picture are one subject.
const SAME_IOU: f32 = 0.5;

impl Crossing {
    pub(in super::super) fn new(rule: RuleSpec, terms: CrossingTerms, scene: &Scene) -> Self {
        let fence = |name: &str| scene.line(name).map(Fence::new);
        let mut families: Vec<Family> = rule.classes.iter().map(|c| c.family()).collect();
        families.sort_unstable();
        families.dedup();
        let signs = match terms.way {
            Way::Forward => vec![1.0],
            Way::Backward => vec![-1.0],
            Way::Both => vec![1.0, -1.0],
        };
        // A line that is named and missing leaves nothing that could be judged.
        let exit_there = terms.exit_line.as_deref().is_none_or(|name| scene.line(name).is_some());
        Self {
            fence: fence(&rule.zone).filter(|_| exit_there),
            exit: terms.exit_line.as_deref().and_then(fence),
            exempt: terms.exempt_exits.iter().filter_map(|name| fence(name)).collect(),
            signs,
            families,
            timeline: Timeline::default(),
            crossers: Vec::new(),
            claims: Vec::new(),
            unjudged: 0,
            rule,
            terms,
        }
    }

    pub(in super::super) fn observe(
        &mut self,
        o: &Observation,
        roll: &Roll,
        out: &mut Vec<IncidentUpdate>,
    ) {
        if let Some(signal) = &self.terms.signal {
            self.timeline.note(o.time, o.signal(signal));
        }
        if !self.rule.holds_at(o.wall) {
            self.end(Closing::HoursEnded, out);
            return;
        }
        self.claim(o);
        self.take_up(o, roll);
        self.begin(o);
        for i in 0..self.crossers.len() {
            if let Some(s) = self.claims[i] {
                self.follow(i, &o.tracks[s], o, out);
            }
            self.judge(i, o.time, out);
        }
        self.forget(o.time, out);
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(in super::super) fn end(&mut self, closing: Closing, out: &mut Vec<IncidentUpdate>) {
        for crosser in self.crossers.drain(..) {
            match (&crosser.phase, &crosser.case) {
                (Phase::Open, Some(_)) => out.extend(
                    crosser.incident(&self.rule).map(|i| IncidentUpdate::Closed(i, closing)),
                ),
                (Phase::Candidate, Some(case)) => {
                    out.push(IncidentUpdate::Dropped(case.key.clone()));
                }
                _ => {}
            }
        }
    }

    /// Sightings that could not be judged because too many subjects were there at once.
    pub(in super::super) fn unjudged(&self) -> u64 {
        self.unjudged
    }

    fn concerns(&self, sight: &TrackSight) -> bool {
        let rides = matches!(sight.riding, Riding::On(_) | Riding::Unknown);
        sight.seen()
            && self.families.contains(&sight.class.family())
            && (self.rule.riders || !rides)
    }

    /// Finds the sighting of each subject's own track.
    fn claim(&mut self, o: &Observation) {
        self.claims.clear();
        for crosser in &self.crossers {
            self.claims.push(o.tracks.iter().position(|s| s.id == crosser.track && s.seen()));
        }
    }

    /// Lets new tracks take up subjects whose own track is not seen, the likest first.
    fn take_up(&mut self, o: &Observation, roll: &Roll) {
        loop {
            let mut best: Option<(f32, usize, usize)> = None;
            for (s, sight) in o.tracks.iter().enumerate().filter(|(_, s)| self.concerns(s)) {
                if self.claims.contains(&Some(s)) {
                    continue;
                }
                let first = roll.first_seen(sight.id).unwrap_or(o.time);
                for (i, crosser) in self.crossers.iter().enumerate() {
                    let newcomer =
                        first > crosser.seen.time && o.time.since(first) <= YOUNG_SECONDS;
                    if self.claims[i].is_some()
                        || crosser.family != sight.class.family()
                        || !(newcomer || crosser.was(sight.id))
                    {
                        continue;
                    }
                    let gap = o.time.since(crosser.seen.time);
                    let unlike = unlikeness(&crosser.expected(o.time), &sight.bbox, gap);
                    if let Some(unlike) = unlike
                        && best.is_none_or(|(least, ..)| unlike < least)
                    {
                        best = Some((unlike, i, s));
                    }
                }
            }
            let Some((_, i, s)) = best else { return };
            self.crossers[i].follow(o.tracks[s].id);
            self.claims[i] = Some(s);
        }
    }

    /// Begins to follow whoever belongs to nobody followed.
    fn begin(&mut self, o: &Observation) {
        for (s, sight) in o.tracks.iter().enumerate() {
            if !self.concerns(sight) || self.claims.contains(&Some(s)) {
                continue;
            }
            if self.crossers.len() >= MOST {
                self.unjudged += 1;
                continue;
            }
            let now = Instant::of(o, sight);
            let (ways, exempt) = (self.signs.len(), self.exempt.len());
            self.crossers.push(Crosser::new(sight, now, ways, exempt));
            self.claims.push(Some(s));
        }
    }

    /// Takes in a sighting of subject number `i`, and begins a case where it crossed wrongly.
    fn follow(
        &mut self,
        i: usize,
        sight: &TrackSight,
        o: &Observation,
        out: &mut Vec<IncidentUpdate>,
    ) {
        let Some(fence) = &self.fence else { return };
        let now = Instant::of(o, sight);
        let crosser = &mut self.crossers[i];
        let last = (crosser.seen.time < now.time).then_some(crosser.seen);
        let family = crosser.family;
        for (passage, sign) in crosser.passages.iter_mut().zip(&self.signs) {
            passage.step(last.as_ref(), &now, family, fence, *sign);
        }
        if let Some(exit) = &self.exit {
            crosser.exit.step(last.as_ref(), &now, family, exit, 1.0);
        }
        for (passage, exit) in crosser.exempt.iter_mut().zip(&self.exempt) {
            passage.step(last.as_ref(), &now, family, exit, 1.0);
        }
        crosser.note(sight, now);
        if crosser.phase != Phase::Silent {
            return;
        }
        for p in 0..crosser.passages.len() {
            let passage = &crosser.passages[p];
            let (Some(before), Some(crossed)) = (passage.before, passage.crossed) else { continue };
            let Some(grounds) = grounds(&self.terms, &self.timeline, &before, &crossed) else {
                crosser.passages[p].forget();
                continue;
            };
            let key = key(&self.rule, crosser.track, before.time);
            out.push(IncidentUpdate::Candidate { key: key.clone(), start: before.time });
            crosser.phase = Phase::Candidate;
            crosser.case = Some(Case {
                key,
                start: before,
                moment: crossed.at,
                crossed: crossed.at.time,
                after: None,
                passage: p,
                signals: grounds.0,
                measured: grounds.1,
            });
            break;
        }
    }

    /// Judges the case of subject number `i`.
    fn judge(&mut self, i: usize, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        if self.crossers[i].phase != Phase::Candidate {
            return;
        }
        let verdict = self.verdict(i, now);
        let sure = {
            let crosser = &self.crossers[i];
            crosser.mean_score() >= SURE
                && self.rule.classes.contains(&crosser.class())
                && !self.is_second(crosser)
        };
        let crosser = &mut self.crossers[i];
        let Some(case) = &mut crosser.case else { return };
        match verdict {
            Verdict::Wait => {}
            Verdict::Open(after) if sure => {
                case.after = Some(after);
                if let Some(signal) = &self.terms.signal {
                    let state = self.timeline.state(after.time);
                    let time = after.time;
                    case.signals.push(SignalNote { name: signal.clone(), state, time });
                }
                let beyond = f64::from(crosser.passages[case.passage].beyond);
                let value = (beyond * 100.0).round() / 100.0;
                case.measured.push(Measure {
                    what: Quantity::BeyondLengths,
                    value,
                    uncertainty: None,
                });
                crosser.phase = Phase::Open;
                out.extend(crosser.incident(&self.rule).map(IncidentUpdate::Opened));
            }
            Verdict::Open(_) | Verdict::Drop => {
                out.push(IncidentUpdate::Dropped(case.key.clone()));
                crosser.passages[case.passage].forget();
                crosser.case = None;
                crosser.phase = Phase::Silent;
            }
        }
    }

    /// Whether it is a second box of one that has its incident already.
    fn is_second(&self, crosser: &Crosser) -> bool {
        self.crossers.iter().any(|other| {
            matches!(other.phase, Phase::Open | Phase::Cooling(_))
                && other.family == crosser.family
                && other.seen.time == crosser.seen.time
                && other.seen.bbox.iou(&crosser.seen.bbox) > SAME_IOU
        })
    }

    /// Closes what is over, and forgets who was not seen for long.
    fn forget(&mut self, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        let rule = &self.rule;
        let leave = rule.leave_seconds;
        self.crossers.retain_mut(|crosser| {
            let idle = now.since(crosser.seen.time);
            if crosser.phase == Phase::Open {
                let after = crosser.case.as_ref().and_then(|c| c.after);
                let over = after.is_none_or(|a| now.since(a.time) > leave);
                if over || idle > leave {
                    out.extend(
                        crosser.incident(rule).map(|i| IncidentUpdate::Closed(i, Closing::Left)),
                    );
                    crosser.case = None;
                    crosser.phase = Phase::Cooling(now.plus(COOLING * leave));
                }
            }
            if let Phase::Cooling(until) = crosser.phase
                && now > until
            {
                crosser.phase = Phase::Silent;
                for passage in &mut crosser.passages {
                    passage.forget();
                }
            }
            idle <= LOST_SECONDS || matches!(crosser.phase, Phase::Open | Phase::Candidate)
        });
    }
}
