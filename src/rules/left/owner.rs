//! Who left a thing, and for how long he has been gone.

use super::super::incident::{Party, Role, Subject};
use super::super::sighting::Sighting;
use super::super::trail::Trail;
use super::walk::{Walk, lengths};
use crate::media::MediaTime;
use crate::track::TrackId;
use crate::vision::{BBox, Class};
use serde::{Deserialize, Serialize};

/// The owner's way is told from so long before the thing appeared, in seconds.
const TOLD_SECONDS: f64 = 10.0;
/// Not seen for this long, somebody is out of sight, in seconds.
const UNSEEN_SECONDS: f64 = 1.0;
/// Who was lost within reach may only be hidden for so long, in seconds.
const HIDDEN_SECONDS: f64 = 3.0;
/// Lost for no longer than this (seconds), he may be somebody who is new within this distance, in
/// own heights, and so much a second.
const FOUND_SECONDS: f64 = 5.0;
const FOUND_LENGTHS: f32 = 0.4;
const FOUND_SPEED: f32 = 0.6;
/// Tracks one owner is followed as, at most.
const MOST_TRACKS: usize = 16;
/// Boxes this near to the picture's border leave it, as a share of its size.
const BORDER: f32 = 0.02;

/// Who left a thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Owner {
    tracks: Vec<TrackId>,
    class: Class,
    trail: Trail,
    /// Where he was last seen.
    last: (MediaTime, BBox),
    /// His height when the thing appeared: walking away he grows small.
    height: f32,
    /// Since when he is out of reach or sight.
    gone: Option<MediaTime>,
}

impl Owner {
    /// The owner of a thing that appeared at `since`.
    pub(super) fn find(
        walk: &Walk,
        since: MediaTime,
        thing: &BBox,
        classes: &[Class],
    ) -> Option<Self> {
        let id = walk.nearest(since, thing, classes)?;
        let way = walk.way(id)?;
        let off = |at: MediaTime| at.since(since).abs();
        let then = way.samples().min_by(|a, b| off(a.0).total_cmp(&off(b.0)))?;
        let height = then.1.height().max(1.0);
        let from = since.plus(-TOLD_SECONDS);
        let mut told = way.samples().filter(|(at, _)| *at >= from);
        let (time, bbox) = *told.next()?;
        let mut trail = Trail::new(Sighting { time, bbox });
        told.for_each(|(time, bbox)| trail.push(Sighting { time: *time, bbox: *bbox }));
        let (tracks, class, last) = (vec![id], way.class, way.last);
        Some(Self { tracks, class, trail, last, height, gone: None })
    }

    /// Follows him through another observation; `frame` is the picture's size.
    pub(super) fn follow(
        &mut self,
        walk: &Walk,
        now: MediaTime,
        thing: &BBox,
        reach: f64,
        frame: (f32, f32),
    ) {
        self.take_up(walk, now, frame);
        let seen = self.tracks.last().and_then(|id| walk.way(*id));
        if let Some(way) = seen.filter(|w| w.last.0 > self.last.0) {
            self.last = way.last;
            self.trail.push(Sighting { time: way.last.0, bbox: way.last.1 });
        }
        let near = f64::from(lengths(&self.last.1, thing)) <= reach;
        let unseen = now.since(self.last.0);
        if near {
            let left_picture = at_border(&self.last.1, frame);
            let wait = if left_picture { UNSEEN_SECONDS } else { HIDDEN_SECONDS };
            if unseen <= wait {
                self.gone = None;
            } else if self.gone.is_none() {
                let hidden = if left_picture { 0.0 } else { HIDDEN_SECONDS };
                self.gone = Some(self.last.0.plus(hidden));
            }
        } else if self.gone.is_none() {
            self.gone = Some(self.last.0);
        }
    }

    /// Lost in the middle of the picture, he may be found again soon after and near by.
    fn take_up(&mut self, walk: &Walk, now: MediaTime, frame: (f32, f32)) {
        let (lost, place) = self.last;
        let unseen = now.since(lost);
        if unseen <= 0.0 || unseen > FOUND_SECONDS || self.tracks.len() >= MOST_TRACKS {
            return;
        }
        if at_border(&place, frame) {
            return;
        }
        let mut best: Option<(f32, TrackId)> = None;
        for (id, way) in walk.ways() {
            let alike = way.class.family() == self.class.family();
            if way.first <= lost || way.last.0 != now || !alike {
                continue;
            }
            let ((x0, y0), (x1, y1)) = (place.centre(), way.last.1.centre());
            let far = (x1 - x0).hypot(y1 - y0) / place.height().max(1.0);
            let size = way.last.1.height() / place.height().max(1.0);
            if far <= FOUND_LENGTHS + FOUND_SPEED * unseen as f32
                && (0.6..=1.6).contains(&size)
                && best.is_none_or(|(least, _)| far < least)
            {
                best = Some((far, id));
            }
        }
        if let Some((_, id)) = best {
            self.tracks.push(id);
        }
    }

    /// Seconds for which he has been gone.
    pub(super) fn gone_for(&self, now: MediaTime) -> f64 {
        self.gone.map_or(0.0, |since| now.since(since).max(0.0))
    }

    /// His height when the thing appeared, in pixels of the scene.
    pub(super) fn height(&self) -> f32 {
        self.height
    }

    pub(super) fn party(&self, role: Role) -> Party {
        let (tracks, path) = (self.tracks.clone(), self.trail.sightings());
        Party { role, subject: Subject { tracks, class: self.class, path } }
    }
}

fn at_border(bbox: &BBox, (width, height): (f32, f32)) -> bool {
    let (x, y) = (BORDER * width, BORDER * height);
    bbox.x1 <= x || bbox.y1 <= y || bbox.x2 >= width - x || bbox.y2 >= height - y
}
