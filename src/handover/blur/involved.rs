//! Who has to do with an event, and where they are at every instant of its clip: along the way that the
//! record tells, and along the tracks that went that way before and after.

use super::clip::{Instant, Seen, Watched};
use crate::evidence::{Event, EventSighting};
use crate::track::TrackId;
use crate::vision::{BBox, Class, Family};
use std::collections::{BTreeMap, BTreeSet};

/// A place between two sightings further apart is not told, seconds…
const GAP: f64 = 2.5;
/// …unless nothing moved: this much of the boxes is one.
const ONE_PLACE: f32 = 0.7;
/// A sighting says where somebody was for so long before and after, seconds.
const BEYOND: f64 = 0.3;
/// Overlap with the way from which a box is theirs.
const THEIRS: f32 = 0.4;

/// Somebody or something that the record names.
#[derive(Debug, Clone)]
struct Way {
    class: Class,
    /// In seconds of the clip and pixels of its pictures, in order.
    path: Vec<(f64, BBox)>,
    /// Tracks of the clip that went it.
    tracks: BTreeSet<TrackId>,
}

/// A place of somebody involved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Own {
    pub(super) bbox: BBox,
    pub(super) class: Class,
}

/// Whom an event's record names.
#[derive(Debug, Clone)]
pub(super) struct Involved {
    ways: Vec<Way>,
}

impl Involved {
    /// From the record, in time and pixels of what was watched.
    pub(super) fn of(event: &Event, watched: &Watched) -> Self {
        let (width, height) = event.frame_size;
        let sx = watched.size.0 as f32 / width.max(1) as f32;
        let sy = watched.size.1 as f32 / height.max(1) as f32;
        let starts = event.clip.starts_media_seconds;
        let way = |class: Class, mut path: Vec<(f64, BBox)>| {
            for (at, bbox) in &mut path {
                *at -= starts;
                *bbox = bbox.scaled(sx, sy);
            }
            path.sort_by(|a, b| a.0.total_cmp(&b.0));
            path.dedup_by(|a, b| (a.0 - b.0).abs() < 1e-6);
            Way { class, path, tracks: BTreeSet::new() }
        };
        let sightings = |path: &[EventSighting]| -> Vec<(f64, BBox)> {
            path.iter().map(|s| (s.media_seconds, s.bbox)).collect()
        };
        let subjects = event.subjects.iter().map(|s| {
            let mut path = sightings(&s.path);
            path.push((event.start.media_seconds, s.box_start));
            path.push((event.moment.media_seconds, s.box_moment));
            path.push((event.end.media_seconds, s.box_last));
            way(s.class, path)
        });
        let parties = event.parties.iter().map(|p| way(p.class, sightings(&p.path)));
        let mut ways: Vec<Way> = subjects.chain(parties).collect();
        for way in &mut ways {
            way.find_tracks(&watched.instants);
        }
        Self { ways }
    }

    /// Where they are.
    pub(super) fn at(&self, instant: &Instant) -> Vec<Own> {
        let seconds = instant.time.seconds();
        let mut all = Vec::new();
        for way in &self.ways {
            let told = way.place(seconds);
            let tracked = instant.seen.iter().filter(|s| s.track.is_some_and(|t| way.has(t)));
            let own = |bbox: BBox| Own { bbox, class: way.class };
            let mut any = false;
            for seen in tracked {
                // A track that has left the way has become another's.
                if told.is_none_or(|t| t.iou(&seen.bbox) > THEIRS / 2.0) {
                    all.push(own(seen.bbox));
                    any = true;
                }
            }
            if let Some(told) = told {
                // The record's box, and the one seen that fits it best.
                let best = (instant.seen.iter())
                    .filter(|s| s.class.family() == way.class.family())
                    .map(|s| (s.bbox.iou(&told), s.bbox))
                    .filter(|(iou, _)| *iou >= THEIRS)
                    .max_by(|a, b| a.0.total_cmp(&b.0));
                if let Some((_, bbox)) = best.filter(|_| !any) {
                    all.push(own(bbox));
                }
                all.push(own(told));
            }
        }
        all
    }

    /// How many tracks of the clip are theirs.
    pub(super) fn tracks(&self) -> usize {
        self.ways.iter().map(|w| w.tracks.len()).sum()
    }
}

impl Way {
    fn has(&self, track: TrackId) -> bool {
        self.tracks.contains(&track)
    }

    fn place(&self, seconds: f64) -> Option<BBox> {
        let next = self.path.partition_point(|(at, _)| *at < seconds);
        let before = next.checked_sub(1).and_then(|i| self.path.get(i));
        match (before, self.path.get(next)) {
            (Some((a, from)), Some((b, to))) => {
                let near = b - a <= GAP || from.iou(to) >= ONE_PLACE;
                let share = ((seconds - a) / (b - a).max(1e-6)) as f32;
                if near {
                    return Some(between(from, to, share));
                }
                if seconds - a <= BEYOND {
                    return Some(*from);
                }
                (b - seconds <= BEYOND).then_some(*to)
            }
            (Some((at, bbox)), None) | (None, Some((at, bbox))) => {
                ((seconds - at).abs() <= BEYOND).then_some(*bbox)
            }
            (None, None) => None,
        }
    }

    /// Tracks that were on the way most of the time in which it is told.
    fn find_tracks(&mut self, instants: &[Instant]) {
        let mut counts: BTreeMap<TrackId, (u32, u32)> = BTreeMap::new();
        for instant in instants {
            let Some(place) = self.place(instant.time.seconds()) else { continue };
            for Seen { bbox, class, track } in &instant.seen {
                let Some(track) = track else { continue };
                if !goes_with(self.class.family(), class.family()) {
                    continue;
                }
                let (on, all) = counts.entry(*track).or_default();
                *all += 1;
                *on += u32::from(bbox.iou(&place) >= THEIRS);
            }
        }
        let most = counts.into_iter().filter(|(_, (on, all))| *on >= 2 && *on * 2 > *all);
        self.tracks = most.map(|(track, _)| track).collect();
    }
}

/// A thing told by the picture alone has no detector's class.
fn goes_with(named: Family, seen: Family) -> bool {
    named == seen
}

fn between(a: &BBox, b: &BBox, share: f32) -> BBox {
    let mix = |a: f32, b: f32| a + (b - a) * share;
    BBox { x1: mix(a.x1, b.x1), y1: mix(a.y1, b.y1), x2: mix(a.x2, b.x2), y2: mix(a.y2, b.y2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::MediaTime;

    fn at(x: f32) -> BBox {
        BBox { x1: x, y1: 10.0, x2: x + 20.0, y2: 60.0 }
    }

    fn walk() -> Way {
        let path = (0..5).map(|n| (f64::from(n), at(10.0 * n as f32))).collect();
        Way { class: Class::Person, path, tracks: BTreeSet::new() }
    }

    #[test]
    fn a_way_is_told_between_its_sightings_and_hardly_beyond() {
        let way = walk();
        assert_eq!(way.place(1.5).map(|b| b.x1), Some(15.0));
        assert_eq!(way.place(4.2).map(|b| b.x1), Some(40.0));
        assert_eq!(way.place(5.0), None);
    }

    #[test]
    fn the_track_that_went_the_way_is_theirs_before_and_after() {
        let instants: Vec<Instant> = (0..10_i64)
            .map(|n| {
                let seconds = n as f32 - 2.0;
                let seen =
                    |x, id| Seen { bbox: at(x), class: Class::Person, track: Some(TrackId(id)) };
                let time = MediaTime(n * 1_000_000 - 2_000_000);
                Instant { time, seen: vec![seen(10.0 * seconds, 1), seen(200.0, 2)] }
            })
            .collect();
        let mut way = walk();
        way.find_tracks(&instants);
        assert_eq!(way.tracks, BTreeSet::from([TrackId(1)]));
        let involved = Involved { ways: vec![way] };
        // After the way's end, along the track.
        let late = involved.at(&instants[8]);
        assert_eq!(late.len(), 1);
        assert!((late[0].bbox.x1 - 60.0).abs() < 0.1, "{late:?}");
    }
}
