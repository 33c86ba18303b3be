//! Who rides one two-wheeler, and what is on their heads.

use crate::media::MediaTime;
use crate::rules::incident::{Party, Role, Subject};
use crate::rules::sighting::Sighting;
use crate::rules::trail::Trail;
use crate::scene::Observation;
use crate::track::{Riding, TrackId, TrackSight};
use crate::vision::{BBox, Class, Family};
use serde::{Deserialize, Serialize};

/// Riders remembered for one two-wheeler at most.
const MOST_RIDERS: usize = 12;
/// Two boxes of people that share this much are one person seen twice.
const TWICE: f32 = 0.6;
/// A person that the detector is less sure of is not counted.
const SURE: f32 = 0.4;
/// Where a head lies on a rider's box: from above it to this share of its height, and this share of
/// its width beyond its sides.
const ABOVE: f32 = 0.15;
const HEAD: f32 = 0.4;
const BESIDE: f32 = 0.15;
/// Of two riders, one has the head if its top is nearer by this factor.
const NEARER: f32 = 0.6;

/// Somebody who was seen to ride.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Rider {
    pub(super) track: TrackId,
    trail: Trail,
    /// When a bare head was first and last seen on it, and how often.
    bare: Option<(MediaTime, MediaTime)>,
    bare_sightings: u32,
    helmet_sightings: u32,
}

impl Rider {
    /// As a party of the incident.
    pub(super) fn party(&self) -> Party {
        let path = self.trail.sightings();
        let subject = Subject { tracks: vec![self.track], class: Class::Person, path };
        Party { role: Role::Rider, subject }
    }

    /// Whether a bare head was seen for at least so long and so often, and no helmet but by mistake.
    pub(super) fn is_bare(&self, seconds: f64, sightings: u32) -> bool {
        let long = self.bare.is_some_and(|(from, to)| to.since(from) + 1e-6 >= seconds);
        long && self.bare_sightings >= sightings
            && self.helmet_sightings * 10 <= self.bare_sightings
    }
}

/// Everyone seen to ride one two-wheeler.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Riders(Vec<Rider>);

impl Riders {
    /// Notes who rides it in this observation, and gives how many are surely different people.
    pub(super) fn note(&mut self, two_wheeler: TrackId, o: &Observation) -> usize {
        let mut counted: Vec<BBox> = Vec::new();
        for person in riders(two_wheeler, o) {
            let sighting = Sighting { time: o.time, bbox: person.bbox };
            if let Some(rider) = self.0.iter_mut().find(|r| r.track == person.id) {
                rider.trail.push(sighting);
            } else if self.0.len() < MOST_RIDERS {
                self.0.push(Rider {
                    track: person.id,
                    trail: Trail::new(sighting),
                    bare: None,
                    bare_sightings: 0,
                    helmet_sightings: 0,
                });
            }
            let again = counted.iter().any(|b| b.iou(&person.bbox) > TWICE);
            if !again && person.score.is_some_and(|s| s >= SURE) {
                counted.push(person.bbox);
            }
        }
        counted.len()
    }

    /// Notes the heads of its riders; a head that may be another's says nothing.
    pub(super) fn note_heads(&mut self, two_wheeler: TrackId, o: &Observation) {
        let heads = o.tracks.iter().filter(|s| s.seen() && s.class.family() == Family::Head);
        for head in heads {
            let Some(owner) = owner(head, o) else { continue };
            if owner.riding != Riding::On(Some(two_wheeler)) {
                continue;
            }
            let Some(rider) = self.0.iter_mut().find(|r| r.track == owner.id) else { continue };
            if head.class == Class::BareHead {
                rider.bare_sightings += 1;
                rider.bare.get_or_insert((o.time, o.time)).1 = o.time;
            } else {
                rider.helmet_sightings += 1;
            }
        }
    }

    /// Whether it holds for one of them.
    pub(super) fn any(&self, of: impl Fn(&Rider) -> bool) -> bool {
        self.0.iter().any(of)
    }

    /// Those for whom it holds.
    pub(super) fn parties(&self, of: impl Fn(&Rider) -> bool) -> Vec<Party> {
        self.0.iter().filter(|r| of(r)).map(Rider::party).collect()
    }
}

/// Those who surely ride it, seen now.
pub(super) fn riders(two_wheeler: TrackId, o: &Observation) -> impl Iterator<Item = &TrackSight> {
    o.tracks.iter().filter(move |s| {
        s.seen() && s.class.family() == Family::Person && s.riding == Riding::On(Some(two_wheeler))
    })
}

/// Whose head it is, of all people seen; `None` where that cannot be told.
fn owner<'o>(head: &TrackSight, o: &'o Observation) -> Option<&'o TrackSight> {
    let mut nearest: Option<(f32, &TrackSight)> = None;
    let mut second = f32::INFINITY;
    let people = o.tracks.iter().filter(|s| s.seen() && s.class.family() == Family::Person);
    for person in people {
        let Some(distance) = from_top(&head.bbox, &person.bbox) else { continue };
        match nearest {
            Some((least, _)) if distance >= least => second = second.min(distance),
            _ => {
                second = nearest.map_or(second, |(least, _)| least);
                nearest = Some((distance, person));
            }
        }
    }
    nearest.filter(|(least, _)| *least <= second * NEARER).map(|(_, person)| person)
}

/// How far a head lies from where a person's would be, in heights of the person; `None`: it cannot be
/// that person's.
fn from_top(head: &BBox, person: &BBox) -> Option<f32> {
    let (x, y) = head.centre();
    let (w, h) = (person.width(), person.height().max(1.0));
    let across = (person.x1 - BESIDE * w..=person.x2 + BESIDE * w).contains(&x);
    let along = (person.y1 - ABOVE * h..=person.y1 + HEAD * h).contains(&y);
    let small = head.height() < h * 0.6;
    let (cx, _) = person.centre();
    (across && along && small)
        .then(|| (x - cx).hypot(y - (person.y1 + 0.5 * head.height())) / h + 0.02)
}
