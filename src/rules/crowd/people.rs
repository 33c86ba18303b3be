//! People in a zone, counted so that nobody is counted twice.

use crate::media::MediaTime;
use crate::rules::area::Area;
use crate::rules::roll::Roll;
use crate::scene::Observation;
use crate::track::{Riding, TrackId, TrackSight};
use crate::vision::{BBox, Class};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who is not seen for a moment is still there this long, seconds.
const BRIDGE_SECONDS: f64 = 1.0;
/// Two boxes that share this much are one person seen twice.
const TWICE: f32 = 0.7;
/// A newcomer this near to where somebody was lost may be the same, in heights of the box.
const SAME: f32 = 1.0;
/// A person that the detector is less sure of is not counted.
const SURE: f32 = 0.4;

/// Somebody in the zone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) since: MediaTime,
    /// When last seen there.
    pub(super) last: MediaTime,
    pub(super) bbox: BBox,
}

/// Everyone in the zone of late.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct People {
    members: BTreeMap<TrackId, Member>,
}

impl People {
    /// Takes in an observation, and gives how many people there are at least.
    pub(super) fn note(
        &mut self,
        o: &Observation,
        area: &Area,
        classes: &[Class],
        riders: bool,
        roll: &Roll,
    ) -> usize {
        self.members.retain(|_, m| o.time.since(m.last) <= BRIDGE_SECONDS);
        let meant = |s: &&TrackSight| {
            s.seen() && classes.contains(&s.class) && (riders || s.riding == Riding::No)
        };
        for sight in o.tracks.iter().filter(meant) {
            if area.depth(&sight.bbox) < 0.0 {
                self.members.remove(&sight.id);
            } else if sight.score.is_some_and(|s| s >= SURE) {
                let fresh = Member { since: o.time, last: o.time, bbox: sight.bbox };
                let member = self.members.entry(sight.id).or_insert(fresh);
                (member.last, member.bbox) = (o.time, sight.bbox);
            }
        }
        let mut counted: Vec<BBox> = Vec::with_capacity(self.members.len());
        for (_, m) in self.members.iter().filter(|(_, m)| m.last == o.time) {
            if counted.iter().all(|b| b.iou(&m.bbox) <= TWICE) {
                counted.push(m.bbox);
            }
        }
        // Who was missed counts on, unless somebody new stands where he may have gone.
        let new: Vec<BBox> = o
            .tracks
            .iter()
            .filter(|s| s.seen())
            .filter(|s| roll.first_seen(s.id).is_some_and(|t| o.time.since(t) <= BRIDGE_SECONDS))
            .map(|s| s.bbox)
            .collect();
        for (_, m) in self.members.iter().filter(|(_, m)| m.last < o.time) {
            let gone_on = new.iter().any(|b| near(b, &m.bbox));
            if !gone_on && counted.iter().all(|b| b.iou(&m.bbox) <= TWICE) {
                counted.push(m.bbox);
            }
        }
        counted.len()
    }

    /// Everyone there of late, those longest there first.
    pub(super) fn members(&self) -> Vec<(TrackId, Member)> {
        let mut all: Vec<(TrackId, Member)> = self.members.iter().map(|(i, m)| (*i, *m)).collect();
        all.sort_by_key(|(id, m)| (m.since, *id));
        all
    }

    /// A box around all of them; `None` where there is nobody.
    pub(super) fn around(&self) -> Option<BBox> {
        self.members.values().map(|m| m.bbox).reduce(|a, b| BBox {
            x1: a.x1.min(b.x1),
            y1: a.y1.min(b.y1),
            x2: a.x2.max(b.x2),
            y2: a.y2.max(b.y2),
        })
    }
}

fn near(a: &BBox, b: &BBox) -> bool {
    let ((x0, y0), (x1, y1)) = (a.contact(), b.contact());
    (x1 - x0).hypot(y1 - y0) <= SAME * a.height().max(b.height())
}
