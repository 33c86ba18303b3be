//! Things left behind: littering, dumping, abandoned objects.
//!
//! A thing is tied to whoever was nearest when it appeared, found by walking back in time. It is
//! left when it has stayed and its owner has gone; picked up before, it was none. What a road user
//! that stands still covers is that road user, seen just now or not, and no thing.

mod case;
mod owner;
mod walk;

use super::area::Area;
use super::incident::{Closing, IncidentUpdate};
use super::instant::Instant;
use super::keeps::keeps;
use super::kind::Kind;
use super::roll::Roll;
use super::spec::RuleSpec;
use super::terms::{LeftTerms, OwnerNeeded};
use crate::media::MediaTime;
use crate::scene::{Observation, Scene, ThingId, ThingKind, ThingSight};
use crate::vision::{BBox, Family, View};
use case::{Case, Phase};
use owner::Owner;
use std::collections::{BTreeMap, VecDeque};
use walk::{Walk, is_itself, is_user, lengths};

/// Cases a rule follows at most; more things than that at once are counted, not judged.
const MOST_CASES: usize = 64;
/// Things of one pile, and of ended cases, remembered at most.
const MOST_IN_PILE: usize = 32;
const MOST_SPENT: usize = 256;
/// A thing not told of for this long is gone, in seconds.
const GONE_SECONDS: f64 = 1.5;
/// A thing's longer side, in heights of its owner: less is a speck, more no thing somebody carries.
const SIZES: std::ops::RangeInclusive<f32> = 0.07..=0.85;
/// A pile this high, in heights of who brought it, is one at once; without anybody, as a share of
/// the picture's height.
const PILE_LENGTHS: f32 = 0.45;
const PILE_SHARE: f32 = 0.1;
/// Things are one pile where the gap between them is no wider than this share of their size.
const PILE_GAP: f32 = 0.5;
/// A thing that appeared this much earlier or later than was thought may have another owner.
const ANOTHER_SECONDS: f64 = 0.5;
/// Nobody seen to bring it, a pile is this wide or high, as a share of the picture's height: less is a
/// leaf or a flicker.
const LEAST_SHARE: f32 = 0.05;
/// Nobody seen to leave it, litter's longer side is this much of the picture's height: less is a leaf
/// or a flicker, more a vehicle or a stall.
const UNOWNED_SHARES: std::ops::RangeInclusive<f32> = 0.025..=0.3;
/// What appeared in the first seconds may be what the ground looked like before: the picture takes
/// three seconds to tell what stands from what moves.
const SETTLED_SECONDS: f64 = 3.5;
/// The picture's border is so wide, as a share of its width.
const BORDER: f32 = 0.003;
/// Seen all the time, a thing is believed within this, in seconds.
const SURE_SECONDS: f64 = 7.0;
/// It must have been told of for this long, in seconds.
const TOLD_SECONDS: f64 = 1.0;
/// What has been taken for a road user for this long is one for good, in seconds.
const USER_SECONDS: f64 = 3.0;
/// Somebody whose box covers this share of a thing is at it; a vehicle that covers this share hides it.
const ATTENDED: f32 = 0.05;
const HIDDEN: f32 = 0.5;

/// One rule at work.
#[derive(Debug)]
pub(super) struct Left {
    rule: RuleSpec,
    terms: LeftTerms,
    area: Option<Area>,
    frame: (f32, f32),
    /// When the first observation was.
    began: Option<MediaTime>,
    walk: Walk,
    cases: Vec<Case>,
    /// Things of cases that have ended, and those that sway; the newest last.
    spent: VecDeque<ThingId>,
    /// Things that look like a road user standing there, and since when.
    users: BTreeMap<ThingId, MediaTime>,
    unjudged: u64,
}

keeps!(Left as LeftState {
    began: Option<MediaTime>,
    walk: Walk,
    cases: Vec<Case>,
    spent: VecDeque<ThingId>,
    users: BTreeMap<ThingId, MediaTime>,
    unjudged: u64,
});

impl Left {
    pub(super) fn new(rule: RuleSpec, terms: LeftTerms, scene: &Scene) -> Self {
        let area = scene.zone(&rule.zone).map(|zone| Area::new(scene, zone));
        let frame = (scene.frame_size.0 as f32, scene.frame_size.1 as f32);
        Self {
            rule,
            terms,
            area,
            frame,
            began: None,
            walk: Walk::default(),
            cases: Vec::new(),
            spent: VecDeque::new(),
            users: BTreeMap::new(),
            unjudged: 0,
        }
    }

    pub(super) fn observe(&mut self, o: &Observation, _: &Roll, out: &mut Vec<IncidentUpdate>) {
        let began = *self.began.get_or_insert(o.time);
        self.walk.note(o);
        if !self.rule.holds_at(o.wall) {
            self.end(Closing::HoursEnded, out);
            return;
        }
        // Where the picture cannot be laid on the view, nothing is known of things.
        let known = !matches!(o.view, View::Unknown | View::Moved(_));
        for case in &mut self.cases {
            if !known {
                case.told = o.time;
            }
        }
        if known {
            self.note_users(o);
            for sight in &o.things {
                if sight.since.since(began) >= SETTLED_SECONDS {
                    self.sight(sight, o);
                }
            }
        }
        for i in 0..self.cases.len() {
            self.judge(i, o, out);
        }
        self.expire(o.time, out);
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(super) fn end(&mut self, closing: Closing, out: &mut Vec<IncidentUpdate>) {
        for case in std::mem::take(&mut self.cases) {
            self.spend(&case);
            match case.phase {
                Phase::Open => {
                    out.push(IncidentUpdate::Closed(case.incident(&self.rule), closing));
                }
                Phase::Candidate => out.push(IncidentUpdate::Dropped(case.key)),
                Phase::Silent => {}
            }
        }
    }

    /// Things that could not be judged because too many were there at once.
    pub(super) fn unjudged(&self) -> u64 {
        self.unjudged
    }

    /// Begins or updates the case of a thing.
    fn sight(&mut self, sight: &ThingSight, o: &Observation) {
        let known = self.cases.iter().position(|c| c.things.contains(&sight.id));
        if let Some(i) = known {
            self.cases[i].told = o.time;
        }
        // Once it is open, only that it is there matters.
        let open = known.is_some_and(|i| self.cases[i].phase == Phase::Open);
        if sight.kind != ThingKind::Appeared && !open {
            if let Some(i) = known
                && sight.kind == ThingKind::Uncovered
            {
                self.cases[i].told = o.time.plus(-2.0 * GONE_SECONDS);
            }
            return;
        }
        let inside = self.area.as_ref().is_some_and(|a| a.depth(&sight.bbox) >= 0.0);
        if known.is_none() && self.sways(sight, o.time) {
            self.bar(sight.id);
        }
        // What the picture's border cuts may be a foot, a door or a car as well.
        let cut = self.is_cut(&sight.bbox);
        let barred = cut || self.users.contains_key(&sight.id) || self.spent.contains(&sight.id);
        if known.is_none() && (!inside || !sight.seen || barred) {
            return;
        }
        let i = match known.or_else(|| self.pile(sight)) {
            Some(i) => i,
            None if self.cases.len() >= MOST_CASES => {
                self.unjudged += 1;
                return;
            }
            None => {
                let now = Instant { time: o.time, wall: o.wall, bbox: sight.bbox, view: o.view };
                self.cases.push(Case::new(&self.rule, sight, now));
                self.cases.len() - 1
            }
        };
        let case = &mut self.cases[i];
        case.told = o.time;
        if !case.things.contains(&sight.id) && case.things.len() < MOST_IN_PILE {
            case.things.push(sight.id);
        }
        if case.owner.is_none() && case.phase == Phase::Silent {
            case.owner = Owner::find(&self.walk, sight.since, &sight.bbox, &self.rule.classes);
        }
    }

    fn is_cut(&self, thing: &BBox) -> bool {
        let (width, height) = self.frame;
        let near = BORDER * width;
        thing.x1 <= near
            || thing.y1 <= near
            || thing.x2 >= width - near
            || thing.y2 >= height - near
    }

    /// Whether a thing came to be believed so late, with nobody before it meanwhile, that it is
    /// something that moves to and fro: a ribbon, a branch, a blinking light.
    fn sways(&self, sight: &ThingSight, now: MediaTime) -> bool {
        sight.seen
            && now.since(sight.since) > SURE_SECONDS
            && !self.walk.met(&sight.bbox, now.plus(-SURE_SECONDS))
    }

    /// For dumping: the pile that a new thing belongs to.
    fn pile(&self, sight: &ThingSight) -> Option<usize> {
        if self.rule.kind != Kind::Dumping {
            return None;
        }
        let near = |case: &Case| {
            let pile = case.bbox();
            let size = pile.width().max(pile.height()).max(1.0);
            lengths(&pile, &sight.bbox) * pile.height().max(1.0) <= PILE_GAP * size
        };
        self.cases.iter().position(near)
    }

    /// Notes which things are road users that stand there, seen there now or when last seen.
    fn note_users(&mut self, o: &Observation) {
        for sight in &o.things {
            let user = self.walk.ways().any(|(_, way)| is_itself(&way.last.1, &sight.bbox));
            let since = self.users.get(&sight.id).copied();
            if user {
                self.users.entry(sight.id).or_insert(o.time);
            } else if since.is_some_and(|since| o.time.since(since) < USER_SECONDS) {
                self.users.remove(&sight.id);
            }
        }
        self.users.retain(|id, _| o.things.iter().any(|s| s.id == *id));
    }

    /// Judges case number `i` by what the observation tells of its things.
    fn judge(&mut self, i: usize, o: &Observation, out: &mut Vec<IncidentUpdate>) {
        let case = &mut self.cases[i];
        let at = case.bbox();
        if let Some(owner) = &mut case.owner {
            owner.follow(&self.walk, o.time, &at, self.terms.reach_lengths, self.frame);
        }
        let of_case = |s: &&ThingSight| case.things.contains(&s.id);
        let sights: Vec<&ThingSight> = o.things.iter().filter(of_case).collect();
        let sure = |s: &&ThingSight| case.phase == Phase::Open || s.kind == ThingKind::Appeared;
        if sights.is_empty() || sights.iter().any(|s| !s.seen || !sure(s)) {
            return;
        }
        let bbox = sights.iter().skip(1).fold(sights[0].bbox, |b, s| union(&b, &s.bbox));
        if attended(&bbox, o) {
            return;
        }
        let now = Instant { time: o.time, wall: o.wall, bbox, view: o.view };
        if case.phase == Phase::Open {
            case.note(now, sights.iter().map(|s| s.area).sum());
            return;
        }
        // What it looked like while somebody stood beside it is not what it is.
        let since = sights.iter().map(|s| s.since).min().unwrap_or(o.time);
        if case.phase == Phase::Silent {
            let later = since.since(case.start.time).abs() > ANOTHER_SECONDS;
            case.begin_at(&self.rule, since, now);
            if later && let Some(o) = Owner::find(&self.walk, since, &bbox, &self.rule.classes) {
                case.owner = Some(o);
            }
        }
        case.note(now, sights.iter().map(|s| s.area).sum());
        if case.things.iter().any(|id| self.users.contains_key(id)) {
            return;
        }
        let dumping = self.rule.kind == Kind::Dumping;
        let side = bbox.width().max(bbox.height());
        let fits = match &case.owner {
            Some(owner) if dumping => side >= SIZES.start() * owner.height(),
            Some(owner) => SIZES.contains(&(side / owner.height())),
            None if dumping => side >= LEAST_SHARE * self.frame.1,
            None => {
                self.terms.owner == OwnerNeeded::Any
                    && UNOWNED_SHARES.contains(&(side / self.frame.1))
            }
        };
        if !fits {
            return;
        }
        if case.phase == Phase::Silent {
            case.phase = Phase::Candidate;
            let (key, start) = (case.key.clone(), case.start.time);
            out.push(IncidentUpdate::Candidate { key, start });
        }
        let high = case
            .owner
            .as_ref()
            .map_or(PILE_SHARE * self.frame.1, |owner| PILE_LENGTHS * owner.height());
        let pile = !dumping
            || bbox.height() >= high
            || case.grown() >= self.terms.grown_share.max(f64::EPSILON);
        let gone = case
            .owner
            .as_ref()
            .is_none_or(|owner| owner.gone_for(o.time) >= self.terms.owner_gone_seconds);
        let told = o.time.since(case.first_told) >= TOLD_SECONDS;
        if pile && gone && told && case.stayed >= self.terms.stay_seconds {
            case.open(now);
            out.push(IncidentUpdate::Opened(case.incident(&self.rule)));
        }
    }

    /// Ends cases whose things are gone.
    fn expire(&mut self, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        let leave = self.rule.leave_seconds;
        let is_over = |case: &Case| {
            let patience = if case.phase == Phase::Open { leave } else { GONE_SECONDS };
            now.since(case.told) > patience
        };
        while let Some(i) = self.cases.iter().position(is_over) {
            let case = self.cases.remove(i);
            self.spend(&case);
            match case.phase {
                Phase::Silent => {}
                Phase::Candidate => out.push(IncidentUpdate::Dropped(case.key)),
                Phase::Open => {
                    out.push(IncidentUpdate::Closed(case.incident(&self.rule), Closing::Left));
                }
            }
        }
    }

    /// What was told of once is not told of again.
    fn spend(&mut self, case: &Case) {
        if case.phase == Phase::Silent {
            return;
        }
        case.things.iter().for_each(|id| self.bar(*id));
    }

    fn bar(&mut self, id: ThingId) {
        if !self.spent.contains(&id) {
            self.spent.push_back(id);
        }
        while self.spent.len() > MOST_SPENT {
            self.spent.pop_front();
        }
    }
}

/// Whether somebody is at the thing, or a vehicle stands before it.
fn attended(thing: &BBox, o: &Observation) -> bool {
    o.tracks.iter().filter(|t| is_user(t.class)).any(|t| {
        let share = if t.class.family() == Family::Person { ATTENDED } else { HIDDEN };
        t.bbox.intersection(thing) >= share * thing.area().max(1.0)
    })
}

fn union(a: &BBox, b: &BBox) -> BBox {
    BBox { x1: a.x1.min(b.x1), y1: a.y1.min(b.y1), x2: a.x2.max(b.x2), y2: a.y2.max(b.y2) }
}
