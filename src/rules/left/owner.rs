//! Who left a thing, and for how long he has been gone.

use super::super::incident::{Party, Role, Sighting, Subject};
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
        let from = since.plus(-TOLD_SECONDS);
        let mut told = way.samples().filter(|(at, _)| *at >= from);
        let (time, bbox) = *told.next()?;
        let mut trail = Trail::new(Sighting { time, bbox });
        told.for_each(|(time, bbox)| trail.push(Sighting { time: *time, bbox: *bbox }));
        Some(Self { tracks: vec![id], class: way.class, trail, last: way.last, gone: None })
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
        self.take_up(walk, now, thing, reach);
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

    /// Somebody of his family who is near and was never seen before he was lost may be him.
    fn take_up(&mut self, walk: &Walk, now: MediaTime, thing: &BBox, reach: f64) {
        if now.since(self.last.0) <= UNSEEN_SECONDS || self.tracks.len() >= MOST_TRACKS {
            return;
        }
        let (lost, place) = self.last;
        let again = walk.ways().find(|(_, way)| {
            way.first > lost
                && way.last.0 == now
                && way.class.family() == self.class.family()
                && f64::from(lengths(&way.last.1, thing)) <= reach
                && lengths(&way.last.1, &place) <= 1.0 + now.since(lost).min(5.0) as f32
        });
        if let Some((id, way)) = again {
            self.tracks.push(id);
            self.last = way.last;
        }
    }

    /// Seconds for which he has been gone.
    pub(super) fn gone_for(&self, now: MediaTime) -> f64 {
        self.gone.map_or(0.0, |since| now.since(since).max(0.0))
    }

    /// His height, in pixels of the scene.
    pub(super) fn height(&self) -> f32 {
        self.last.1.height().max(1.0)
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
