//! Riders and their two-wheelers: which person rides which, and how one is found by the other.
//!
//! A rider's box lies over the two-wheeler's lower part ([`super::seat`]) and goes where it goes
//! ([`super::bond`]). Both are needed: somebody who walks past a parked motorcycle is over it for a
//! moment, somebody who stands beside one does not move, and somebody who pushes one is slow, beside
//! it and on the ground; of these it is said that it cannot be told. Several people may ride one.
//! Once told, it stays so while one of the two is missed, and the one that is seen tells the tracker
//! where to look for the other.

use super::bond::Bond;
use super::id::TrackId;
use super::seat::Seat;
use crate::media::MediaTime;
use crate::track::{Riding, TrackSight};
use crate::vision::{BBox, Detection, Family};
use std::collections::BTreeMap;

/// Two-wheelers that one person is held against at once.
const BONDS: usize = 4;
/// A faint box this much on a tracked two-wheeler is that one.
const SAME: f32 = 0.4;
/// Somebody seen over a two-wheeler this long ago may ride it, seconds.
const RECENT: f64 = 1.0;
/// A rider whose two-wheeler is unseen is one for this long, and may be one for longer, seconds.
const KEEP: f64 = 5.0;
const MAYBE: f64 = 10.0;
/// A rider seen beside the two-wheeler for this long has dismounted, seconds.
const PARTED: f64 = 1.0;
/// One of the two tells where the other is for this long, seconds.
const CARRY: f64 = 2.0;
/// People unseen for longer are forgotten, seconds.
const FORGET: f64 = 5.0;
/// People watched at most.
const MOST: usize = 512;

/// A place to look for an unseen track, told by the one it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carried {
    pub(super) id: TrackId,
    pub(super) bbox: BBox,
}

/// Watches people over two-wheelers. Costs nothing where there are none.
#[derive(Debug, Default)]
pub(super) struct Riders {
    people: BTreeMap<TrackId, Person>,
    carried: Vec<Carried>,
    /// Two-wheelers of this frame: track, box, score.
    wheels: Vec<(Option<TrackId>, BBox, f32)>,
}

#[derive(Debug, Clone)]
struct Person {
    bonds: Vec<Bond>,
    riding: Option<Ride>,
    seen: MediaTime,
    /// Width over height of its box, when it was last seen with its two-wheeler.
    aspect: f32,
}

#[derive(Debug, Clone, Copy)]
struct Ride {
    wheels: Option<TrackId>,
    seat: Seat,
    /// When both were last seen together.
    together: MediaTime,
    parted: Option<MediaTime>,
}

impl Riders {
    /// Says of each person in `sights`, by id, whether it rides. `detections` are all of the frame,
    /// the faint ones too.
    pub(super) fn update(
        &mut self,
        time: MediaTime,
        detections: &[Detection],
        sights: &mut [TrackSight],
    ) {
        self.carried.clear();
        self.find_wheels(detections, sights);
        if self.wheels.is_empty() && self.people.is_empty() {
            return;
        }
        for sight in sights.iter_mut().filter(|s| s.class.family() == Family::Person) {
            sight.riding = if sight.seen() {
                self.look(time, sight.id, &sight.bbox)
            } else {
                self.people.get(&sight.id).map_or(Riding::No, |p| p.told(time))
            };
        }
        self.people.retain(|_, p| {
            time.since(p.seen) <= FORGET && (p.riding.is_some() || !p.bonds.is_empty())
        });
        self.carry(time, sights);
    }

    /// Where the tracks that were not seen in the last update are, by those they belong to.
    pub(super) fn carried(&self) -> &[Carried] {
        &self.carried
    }

    fn find_wheels(&mut self, detections: &[Detection], sights: &[TrackSight]) {
        self.wheels.clear();
        let two_wheeled = |s: &&TrackSight| s.class.family() == Family::TwoWheeler;
        for sight in sights.iter().filter(two_wheeled) {
            if let Some(score) = sight.score {
                self.wheels.push((Some(sight.id), sight.bbox, score));
            }
        }
        let tracked = self.wheels.len();
        for d in detections.iter().filter(|d| d.class.family() == Family::TwoWheeler) {
            if !self.wheels[..tracked].iter().any(|(_, b, _)| b.iou(&d.bbox) >= SAME) {
                self.wheels.push((None, d.bbox, d.score));
            }
        }
    }

    /// Takes in a sighting of a person.
    fn look(&mut self, time: MediaTime, id: TrackId, bbox: &BBox) -> Riding {
        let under = |wanted: Option<TrackId>| {
            let seats = self.wheels.iter().filter(|(wheels, ..)| *wheels == wanted);
            let seats =
                seats.filter_map(|(_, at, score)| Some((at, Seat::taken(bbox, at)?, *score)));
            // The surest; of equals the first.
            seats.reduce(|best, one| if one.2 > best.2 { one } else { best })
        };
        let known = self.people.get(&id).map_or(&[][..], |p| &p.bonds);
        let mut fresh = Vec::new();
        for (wheels, ..) in &self.wheels {
            let held = known.iter().chain(&fresh).any(|b: &Bond| b.wheels == *wheels);
            if let Some(seen) = under(*wheels).filter(|_| !held) {
                fresh.push(Bond::new(*wheels, time, bbox, seen));
            }
        }
        if fresh.is_empty() && !self.people.contains_key(&id) || self.people.len() > MOST {
            return Riding::No;
        }
        let person = self.people.entry(id).or_insert_with(|| Person {
            bonds: Vec::new(),
            riding: None,
            seen: time,
            aspect: 0.4,
        });
        person.seen = time;
        for bond in &mut person.bonds {
            bond.look(time, bbox, under(bond.wheels));
        }
        person.bonds.extend(fresh);
        person.bonds.retain(|b| time.since(b.last) <= MAYBE);
        // The longest unseen go first; stable, so that the same frames give the same.
        person.bonds.sort_by_key(|b| std::cmp::Reverse(b.last));
        person.bonds.truncate(BONDS);
        let seen = |id: TrackId| self.wheels.iter().any(|(wheels, ..)| *wheels == Some(id));
        person.judge(time, bbox, seen);
        person.told(time)
    }

    /// Lets the one that is seen say where the other is.
    fn carry(&mut self, time: MediaTime, sights: &[TrackSight]) {
        let find = |id: TrackId| {
            let at = sights.binary_search_by_key(&id, |s| s.id).ok()?;
            sights[at].seen().then(|| sights[at].bbox)
        };
        for (&id, person) in &self.people {
            let Some(ride) = person.riding.filter(|r| time.since(r.together) <= CARRY) else {
                continue;
            };
            let Some(wheels) = ride.wheels else { continue };
            match (find(id), find(wheels)) {
                (Some(at), None) => {
                    self.carried.push(Carried { id: wheels, bbox: ride.seat.wheels(&at) });
                }
                (None, Some(at)) => {
                    self.carried.push(Carried { id, bbox: ride.seat.person(&at, person.aspect) });
                }
                _ => {}
            }
        }
    }
}

impl Person {
    /// Whether it rides, after a sighting. `seen` tells of a two-wheeler's track.
    fn judge(&mut self, time: MediaTime, bbox: &BBox, seen: impl Fn(TrackId) -> bool) {
        // A track before faint boxes; of tracks the one held longest together.
        let riding = |b: &&Bond| b.is_riding(time, bbox);
        let best = self.bonds.iter().filter(riding).reduce(|best, one| {
            if best.wheels.is_none() && one.wheels.is_some() { one } else { best }
        });
        let held = self.riding.and_then(|r| self.bonds.iter().find(|b| b.wheels == r.wheels));
        if let (Some(ride), Some(bond)) = (&mut self.riding, held)
            && bond.last == time
        {
            (ride.seat, ride.together, ride.parted) = (bond.seat, time, None);
            self.aspect = bbox.width() / bbox.height().max(1.0);
        }
        if let Some(best) = best {
            let newer = self.riding.is_none_or(|r| {
                best.wheels.is_some()
                    && best.wheels != r.wheels
                    && (r.wheels.is_none() || r.together < time)
            });
            if newer {
                self.riding = Some(Ride {
                    wheels: best.wheels,
                    seat: best.seat,
                    together: time,
                    parted: None,
                });
                self.aspect = bbox.width() / bbox.height().max(1.0);
            }
        }
        if let Some(ride) = &mut self.riding {
            if ride.together < time && ride.wheels.is_some_and(seen) {
                let since = *ride.parted.get_or_insert(time);
                if time.since(since) >= PARTED {
                    let parted = ride.wheels;
                    self.riding = None;
                    self.bonds.retain(|b| b.wheels != parted);
                }
            } else {
                ride.parted = None;
                if time.since(ride.together) > KEEP + MAYBE {
                    self.riding = None;
                }
            }
        }
    }

    fn told(&self, time: MediaTime) -> Riding {
        match self.riding {
            Some(ride) if time.since(ride.together) <= KEEP => Riding::On(ride.wheels),
            Some(_) => Riding::Unknown,
            None if self.bonds.iter().any(|b| b.may_ride() && time.since(b.last) <= RECENT) => {
                Riding::Unknown
            }
            None => Riding::No,
        }
    }
}
