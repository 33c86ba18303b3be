//! Crowds: more people in a zone than may be, for longer than may be.
//!
//! The number is what is seen at least: people hidden by others are not supposed, and nobody counts
//! twice. The crowd is one subject: one incident, however many come and go.

mod people;

use super::area::Area;
use super::incident::{
    Closing, Incident, IncidentKey, IncidentUpdate, Measure, Party, Quantity, Role, Subject,
};
use super::instant::Instant;
use super::keeps::keeps;
use super::roll::Roll;
use super::sighting::Sighting;
use super::spec::RuleSpec;
use super::terms::CrowdTerms;
use super::trail::Trail;
use crate::media::MediaTime;
use crate::scene::{Observation, Scene};
use crate::track::TrackId;
use crate::vision::Class;
use people::{Member, People};
use serde::{Deserialize, Serialize};

/// Two observations farther apart say nothing of the time between, seconds.
const LONGEST_STEP: f64 = 2.0;
/// A candidate below the number this long is none, seconds.
const BELOW_SECONDS: f64 = 2.0;
/// Tracks that the crowd's subject names at most, and members that are parties of their own.
const MOST_TRACKS: usize = 64;
const MOST_PARTIES: usize = 10;
/// After closing, no other begins for this many times `leave_seconds`.
const COOLING: f64 = 2.0;

/// A crowd since it was first too large.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Gathering {
    key: IncidentKey,
    start: Instant,
    /// When it became a violation.
    moment: Option<Instant>,
    /// When there were last too many.
    last: Instant,
    /// Seconds seen with too many.
    over: f64,
    most: usize,
    trail: Trail,
    members: Vec<(TrackId, Member)>,
}

/// One rule at work.
#[derive(Debug, Clone)]
pub(super) struct Crowd {
    rule: RuleSpec,
    terms: CrowdTerms,
    area: Area,
    people: People,
    gathering: Option<Gathering>,
    cooling: Option<MediaTime>,
    before: Option<MediaTime>,
}

keeps!(Crowd as CrowdState {
    people: People,
    gathering: Option<Gathering>,
    cooling: Option<MediaTime>,
    before: Option<MediaTime>,
});

impl Crowd {
    /// `None`: there is no such zone.
    pub(super) fn new(rule: RuleSpec, terms: CrowdTerms, scene: &Scene) -> Option<Self> {
        let area = Area::new(scene, scene.zone(&rule.zone)?);
        let people = People::default();
        let (gathering, cooling, before) = (None, None, None);
        Some(Self { rule, terms, area, people, gathering, cooling, before })
    }

    pub(super) fn observe(&mut self, o: &Observation, roll: &Roll, out: &mut Vec<IncidentUpdate>) {
        if !self.rule.holds_at(o.wall) {
            self.end(Closing::HoursEnded, out);
            return;
        }
        let step = self.before.map_or(0.0, |t| o.time.since(t));
        self.before = Some(o.time);
        self.expire(o.time, out);
        let (classes, riders) = (&self.rule.classes, self.rule.riders);
        let count = self.people.note(o, &self.area, classes, riders, roll);
        if count <= self.terms.most_people as usize || self.cooling.is_some() {
            return;
        }
        let Some(bbox) = self.people.around() else { return };
        let now = Instant { time: o.time, wall: o.wall, view: o.view, bbox };
        let sighting = Sighting { time: o.time, bbox };
        let Some(gathering) = &mut self.gathering else {
            self.begin(now, count, out);
            return;
        };
        // Time between two observations counts where both showed too many.
        let unbroken = o.time.since(gathering.last.time) <= step + 1e-6 && step <= LONGEST_STEP;
        gathering.over += if unbroken { step } else { 0.0 };
        gathering.last = now;
        gathering.trail.push(sighting);
        if count > gathering.most {
            gathering.most = count;
            gathering.members = self.people.members();
        }
        if gathering.moment.is_none() && gathering.over + 1e-6 >= self.rule.dwell_seconds {
            gathering.moment = Some(now);
            gathering.members = self.people.members();
            let opened = incident(gathering, &self.rule);
            out.push(IncidentUpdate::Opened(opened));
        }
    }

    fn begin(&mut self, now: Instant, count: usize, out: &mut Vec<IncidentUpdate>) {
        let members = self.people.members();
        let Some((first, _)) = members.first() else { return };
        let key = IncidentKey(format!("{}/{first}/{}", self.rule.name, now.time.0));
        out.push(IncidentUpdate::Candidate { key: key.clone(), start: now.time });
        let trail = Trail::new(Sighting { time: now.time, bbox: now.bbox });
        self.gathering = Some(Gathering {
            key,
            start: now,
            moment: None,
            last: now,
            over: 0.0,
            most: count,
            trail,
            members,
        });
    }

    fn expire(&mut self, now: MediaTime, out: &mut Vec<IncidentUpdate>) {
        if self.cooling.is_some_and(|until| now > until) {
            self.cooling = None;
        }
        let leave = self.rule.leave_seconds;
        let Some(gathering) = &self.gathering else { return };
        let idle = now.since(gathering.last.time);
        if gathering.moment.is_none() {
            if idle > BELOW_SECONDS.min(leave) {
                out.push(IncidentUpdate::Dropped(gathering.key.clone()));
                self.gathering = None;
            }
        } else if idle > leave {
            let closed = incident(gathering, &self.rule);
            out.push(IncidentUpdate::Closed(closed, Closing::Left));
            self.cooling = Some(gathering.last.time.plus(leave * (1.0 + COOLING)));
            self.gathering = None;
        }
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(super) fn end(&mut self, closing: Closing, out: &mut Vec<IncidentUpdate>) {
        if let Some(gathering) = self.gathering.take() {
            out.push(if gathering.moment.is_some() {
                IncidentUpdate::Closed(incident(&gathering, &self.rule), closing)
            } else {
                IncidentUpdate::Dropped(gathering.key)
            });
        }
        self.people = People::default();
        (self.cooling, self.before) = (None, None);
    }

    /// Sightings that could not be judged because too many subjects were there at once.
    #[expect(clippy::unused_self, reason = "rulings share this; a crowd is judged whole")]
    pub(super) fn unjudged(&self) -> u64 {
        0
    }
}

fn incident(g: &Gathering, rule: &RuleSpec) -> Box<Incident> {
    let moment = g.moment.unwrap_or(g.last);
    let class = rule.classes.first().copied().unwrap_or(Class::Person);
    let tracks = g.members.iter().take(MOST_TRACKS).map(|(id, _)| *id).collect();
    let party = |(id, member): &(TrackId, Member)| {
        let path = vec![Sighting { time: member.last, bbox: member.bbox }];
        Party { role: Role::Member, subject: Subject { tracks: vec![*id], class, path } }
    };
    let measure = |what, value| Measure { what, value, uncertainty: None };
    let subject = Subject { tracks, class, path: g.trail.sightings() };
    Box::new(Incident {
        parties: g.members.iter().take(MOST_PARTIES).map(party).collect(),
        measured: vec![measure(Quantity::People, g.most as f64)],
        ..Incident::of(rule, &g.key, (g.start, moment, g.last), subject)
    })
}
