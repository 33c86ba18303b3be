//! Where road users were of late: for walking back to who left a thing.

use crate::media::MediaTime;
use crate::scene::Observation;
use crate::track::TrackId;
use crate::vision::{BBox, Class, Family};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Sightings are kept this far apart, and for this long, in seconds.
const STEP_SECONDS: f64 = 0.2;
const KEPT_SECONDS: f64 = 60.0;
/// Tracks are remembered where they were last for this long, in seconds; no more than so many.
const FORGOTTEN_SECONDS: f64 = 180.0;
const MOST_TRACKS: usize = 128;
/// Whoever was near within these seconds before and after a thing appeared may have left it: what
/// is thrown lands later, and what is put down is seen when the hand draws back.
const BEFORE_SECONDS: f64 = 1.5;
const AFTER_SECONDS: f64 = 0.4;
/// Nobody farther away than this, in own heights, left it.
const OWNER_LENGTHS: f32 = 1.0;
/// What a distance of the feet counts beside one of the boxes.
const FEET_SHARE: f32 = 0.25;

/// The way of one road user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Way {
    pub(super) class: Class,
    pub(super) first: MediaTime,
    /// The newest sighting.
    pub(super) last: (MediaTime, BBox),
    samples: VecDeque<(MediaTime, BBox)>,
}

impl Way {
    /// Kept sightings, the oldest first.
    pub(super) fn samples(&self) -> impl Iterator<Item = &(MediaTime, BBox)> {
        self.samples.iter()
    }
}

/// Ways of all road users of late, in bounded memory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Walk {
    ways: BTreeMap<TrackId, Way>,
}

impl Walk {
    pub(super) fn note(&mut self, o: &Observation) {
        for sight in o.tracks.iter().filter(|s| s.seen() && is_user(s.class)) {
            let now = (o.time, sight.bbox);
            let way = self.ways.entry(sight.id).or_insert_with(|| Way {
                class: sight.class,
                first: o.time,
                last: now,
                samples: VecDeque::new(),
            });
            (way.last, way.class) = (now, sight.class);
            if way.samples.back().is_none_or(|(at, _)| o.time.since(*at) >= STEP_SECONDS - 1e-6) {
                way.samples.push_back(now);
            }
            while way.samples.front().is_some_and(|(at, _)| o.time.since(*at) > KEPT_SECONDS) {
                way.samples.pop_front();
            }
        }
        self.ways.retain(|_, way| o.time.since(way.last.0) <= FORGOTTEN_SECONDS);
        while self.ways.len() > MOST_TRACKS {
            let oldest = self.ways.iter().min_by_key(|(id, w)| (w.last.0, **id)).map(|(id, _)| *id);
            let Some(oldest) = oldest else { break };
            self.ways.remove(&oldest);
        }
    }

    pub(super) fn way(&self, id: TrackId) -> Option<&Way> {
        self.ways.get(&id)
    }

    pub(super) fn ways(&self) -> impl Iterator<Item = (TrackId, &Way)> {
        self.ways.iter().map(|(id, way)| (*id, way))
    }

    /// Whether anybody's box met a place at that time or later.
    pub(super) fn met(&self, place: &BBox, from: MediaTime) -> bool {
        let met = |(at, bbox): &(MediaTime, BBox)| *at >= from && bbox.intersection(place) > 0.0;
        self.ways.values().any(|way| met(&way.last) || way.samples.iter().rev().any(met))
    }

    /// Who of these classes was nearest when a thing appeared.
    pub(super) fn nearest(
        &self,
        since: MediaTime,
        thing: &BBox,
        classes: &[Class],
    ) -> Option<TrackId> {
        let at_the_time =
            |at: &MediaTime| (-BEFORE_SECONDS..=AFTER_SECONDS).contains(&at.since(since));
        let mut best: Option<(f32, TrackId)> = None;
        for (id, way) in self.ways.iter().filter(|(_, w)| classes.contains(&w.class)) {
            for (_, bbox) in way.samples.iter().filter(|(at, _)| at_the_time(at)) {
                let (gap, feet) = (lengths(bbox, thing), feet(bbox, thing));
                let far = gap + FEET_SHARE * feet;
                if gap <= OWNER_LENGTHS && best.is_none_or(|(least, _)| far < least) {
                    best = Some((far, *id));
                }
            }
        }
        best.map(|(_, id)| id)
    }
}

/// Whether a track of that class can leave things or be one that stands.
pub(super) fn is_user(class: Class) -> bool {
    matches!(class.family(), Family::Person | Family::TwoWheeler | Family::Vehicle)
}

/// The gap between somebody and a thing, in heights of that somebody; 0 where the boxes meet.
pub(super) fn lengths(somebody: &BBox, thing: &BBox) -> f32 {
    let x = (somebody.x1 - thing.x2).max(thing.x1 - somebody.x2).max(0.0);
    let y = (somebody.y1 - thing.y2).max(thing.y1 - somebody.y2).max(0.0);
    x.hypot(y) / somebody.height().max(1.0)
}

fn feet(somebody: &BBox, thing: &BBox) -> f32 {
    let ((x0, y0), (x1, y1)) = (somebody.contact(), thing.contact());
    (x1 - x0).hypot(y1 - y0) / somebody.height().max(1.0)
}

/// Whether what stands at `thing` is that road user itself, standing still: it fills much of its
/// box, and lies in it.
pub(super) fn is_itself(user: &BBox, thing: &BBox) -> bool {
    let within = user.intersection(thing) / thing.area().max(1.0);
    within >= 0.6 && (thing.height() >= 0.5 * user.height() || thing.area() >= 0.3 * user.area())
        || thing.iou(user) >= 0.4
}
