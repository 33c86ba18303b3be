//! Who has to do with an event, and where they are at every instant of its clip: along the way that the
//! record tells, and along the boxes seen that make up one way with it before and after.

use super::chain::follow;
use super::own::{Own, TALL, is_within};
use super::watched::{How, Instant, Seen, Watched, between};
use crate::evidence::{Event, EventSighting};
use crate::rules::Role;
use crate::track::TrackId;
use crate::vision::{BBox, Class, Family};
use std::collections::BTreeMap;

/// A place between two sightings further apart is not told, seconds…
const GAP: f64 = 2.5;
/// …unless nothing moved: this much of the boxes is one.
const ONE_PLACE: f32 = 0.7;
/// A sighting says where somebody was for so long before and after, seconds.
const BEYOND: f64 = 0.3;
/// Unseen for no longer than this they were on the straight way, seconds.
const UNSEEN: f64 = 1.0;
/// How tall somebody is at an instant is told by the boxes so long before and after, seconds, and by as
/// many of them at least.
const NEAR: f64 = 1.2;
const ENOUGH: usize = 5;
/// A still's box that overlaps so much with theirs in the clip is theirs too.
const ON_STILL: f32 = 0.5;

/// Somebody or something that the record names.
#[derive(Debug, Clone)]
struct Way {
    class: Class,
    /// In seconds of the clip and pixels of its pictures, in order.
    path: Vec<(f64, BBox)>,
    /// Of every instant of the clip, where in its list they are, as far as they were seen.
    seen: Vec<Option<usize>>,
}

/// Of a track's boxes that the detector saw: how many there are, how many are somebody's involved, and
/// how many lie within theirs.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    all: u32,
    theirs: u32,
    within: u32,
}

/// Whom an event's record names.
#[derive(Debug, Clone, Default)]
pub(super) struct Involved {
    ways: Vec<Way>,
    /// When it was, in seconds of the clip.
    pub(super) moment: f64,
    /// By direction and track.
    shares: BTreeMap<(usize, TrackId), Share>,
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
            Way { class, path, seen: Vec::new() }
        };
        let sightings = |path: &[EventSighting]| -> Vec<(f64, BBox)> {
            path.iter().map(|s| (s.media_seconds, s.bbox)).collect()
        };
        // A crowd's box holds passers-by too; those who make it up are named one by one.
        let crowd = event.parties.iter().any(|p| p.role == Role::Member);
        let alone = event.subjects.iter().filter(|_| !crowd);
        let subjects = alone.map(|s| {
            let mut path = sightings(&s.path);
            path.push((event.start.media_seconds, s.box_start));
            path.push((event.moment.media_seconds, s.box_moment));
            path.push((event.end.media_seconds, s.box_last));
            way(s.class, path)
        });
        let parties = event.parties.iter().map(|p| way(p.class, sightings(&p.path)));
        let ways = subjects.chain(parties).collect();
        let moment = event.moment.media_seconds - starts;
        Self { moment, ..Self::along(ways, &watched.instants) }
    }

    fn along(mut ways: Vec<Way>, instants: &[Instant]) -> Self {
        for way in &mut ways {
            let places: Vec<_> = instants.iter().map(|i| way.place(i.time.seconds())).collect();
            way.seen = follow(way.class.family(), &places, instants);
        }
        let mut involved = Self { ways, moment: 0.0, shares: BTreeMap::new() };
        for (n, instant) in instants.iter().enumerate() {
            let own = involved.at(n, instants);
            for (i, seen) in instant.seen.iter().enumerate() {
                if seen.how != How::Detected {
                    continue;
                }
                for (direction, track) in seen.tracks.iter().enumerate() {
                    let Some(track) = track else { continue };
                    let share = involved.shares.entry((direction, *track)).or_default();
                    share.all += 1;
                    let theirs = own.iter().any(|o| o.seen == Some(i));
                    share.theirs += u32::from(theirs);
                    share.within += u32::from(!theirs && own.iter().any(|o| is_within(seen, o)));
                }
            }
        }
        involved
    }

    /// Where they are at an instant of the clip.
    pub(super) fn at(&self, n: usize, instants: &[Instant]) -> Vec<Own> {
        let ways = self.ways.iter().enumerate();
        ways.filter_map(|(nth, way)| way.at(n, nth, instants)).collect()
    }

    /// Where they are on a still of which only `glance` was seen: as they are `then`, at the clip's instant,
    /// or where it has none as the record tells of that second, and where the still itself shows them.
    pub(super) fn on_still(&self, then: Option<&[Own]>, seconds: f64, glance: &[Seen]) -> Vec<Own> {
        let mut all = Vec::new();
        for (nth, way) in self.ways.iter().enumerate() {
            let told = || {
                let bbox = way.place(seconds)?;
                Some(Own { bbox, class: way.class, seen: None, told: Some(bbox), way: nth })
            };
            let known = match then {
                Some(own) => own.iter().find(|o| o.way == nth).copied(),
                None => told(),
            };
            let Some(known) = known else { continue };
            let fits = |s: &Seen| s.bbox.iou(&known.bbox);
            let best = (glance.iter().enumerate())
                .filter(|(_, s)| s.class.family() == way.class.family() && fits(s) >= ON_STILL)
                .max_by(|a, b| fits(a.1).total_cmp(&fits(b.1)));
            // What is seen of the clip is in another list.
            all.push(Own { seen: None, ..known });
            all.extend(best.map(|(i, s)| Own { bbox: s.bbox, seen: Some(i), ..known }));
        }
        all
    }

    /// Whether a track of it is mostly theirs.
    pub(super) fn is_theirs(&self, seen: &Seen) -> bool {
        self.shares(seen).any(|s| s.theirs * 2 > s.all)
    }

    /// Whether it has a track that is mostly nobody's who is involved, nor a part of them.
    pub(super) fn is_anothers(&self, seen: &Seen) -> bool {
        !self.is_theirs(seen)
            && self.shares(seen).any(|s| s.all >= 3 && (s.theirs + s.within) * 2 < s.all)
    }

    fn shares(&self, seen: &Seen) -> impl Iterator<Item = &Share> {
        let keys = seen.tracks.into_iter().enumerate();
        keys.filter_map(|(direction, track)| self.shares.get(&(direction, track?)))
    }

    /// How many tracks of the clip are theirs.
    pub(super) fn tracks(&self) -> usize {
        let with_time = self.shares.iter().filter(|((direction, _), _)| *direction == 0);
        with_time.filter(|(_, s)| s.theirs * 2 > s.all).count()
    }
}

impl Way {
    /// Where they are at an instant; `way`: which of the ways this is.
    fn at(&self, n: usize, way: usize, instants: &[Instant]) -> Option<Own> {
        let class = self.class;
        let now = instants.get(n)?.time.seconds();
        let told = self.place(now);
        let box_of = |n: usize| {
            let seen = self.seen.get(n).copied().flatten()?;
            Some((seen, instants.get(n)?.seen.get(seen)?.bbox))
        };
        if let Some((seen, bbox)) = box_of(n) {
            let told = self.steady(n, &bbox, instants).or(told);
            return Some(Own { bbox, class, seen: Some(seen), told, way });
        }
        let alone = |n: usize| {
            let (_, bbox) = box_of(n)?;
            Some((n, self.steady(n, &bbox, instants).unwrap_or(bbox)))
        };
        let near = |n: &usize| (instants[*n].time.seconds() - now).abs() <= UNSEEN;
        let before = (0..n).rev().take_while(near).find_map(alone);
        let after = (n + 1..instants.len()).take_while(near).find_map(alone);
        let straight = before.zip(after).map(|((m, from), (k, to))| {
            let (a, b) = (instants[m].time.seconds(), instants[k].time.seconds());
            between(&from, &to, ((now - a) / (b - a).max(1e-6)) as f32)
        });
        let bbox = straight.or(told)?;
        Some(Own { bbox, class, seen: None, told, way })
    }

    /// Of a person's box that is taller than those before and after, because it took in somebody else, the
    /// part that is theirs: nobody grows within a second. It is at the end that lies where it lay.
    fn steady(&self, n: usize, bbox: &BBox, instants: &[Instant]) -> Option<BBox> {
        if self.class.family() != Family::Person {
            return None;
        }
        let now = instants.get(n)?.time.seconds();
        let boxes = self.seen.iter().enumerate().filter_map(|(m, seen)| {
            let instant = instants.get(m)?;
            let apart = (instant.time.seconds() - now).abs();
            (apart <= NEAR).then_some((apart, instant.seen.get((*seen)?)?.bbox))
        });
        let near: Vec<(f64, BBox)> = boxes.collect();
        let mut heights: Vec<f32> = near.iter().map(|(_, b)| b.height()).collect();
        heights.sort_by(f32::total_cmp);
        let usual = *heights.get(heights.len() / 2).filter(|_| heights.len() >= ENOUGH)?;
        if bbox.height() <= TALL * usual {
            return None;
        }
        let usually = near.iter().filter(|(_, b)| b.height() <= TALL * usual);
        let (_, last) = usually.min_by(|a, b| a.0.total_cmp(&b.0))?;
        let feet = (bbox.y2 - last.y2).abs() <= (bbox.y1 - last.y1).abs();
        Some(if feet {
            BBox { y1: bbox.y2 - usual, ..*bbox }
        } else {
            BBox { y2: bbox.y1 + usual, ..*bbox }
        })
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
        Way { class: Class::Person, path, seen: Vec::new() }
    }

    #[test]
    fn a_way_is_told_between_its_sightings_and_hardly_beyond() {
        let way = walk();
        assert_eq!(way.place(1.5).map(|b| b.x1), Some(15.0));
        assert_eq!(way.place(4.2).map(|b| b.x1), Some(40.0));
        assert_eq!(way.place(5.0), None);
    }

    #[test]
    fn a_box_that_took_in_somebody_behind_is_not_all_theirs() {
        let told = BBox { x1: 188.0, y1: 391.0, x2: 250.0, y2: 539.0 };
        let both = BBox { x1: 173.0, y1: 354.0, x2: 249.0, y2: 534.0 };
        let class = Class::Person;
        let own = Own { bbox: both, class, seen: Some(0), told: Some(told), way: 0 };
        assert_eq!(own.alone(), told);
        let behind = BBox { x1: 172.0, y1: 352.0, x2: 211.0, y2: 493.0 };
        let seen = Seen { bbox: behind, class, how: How::Guessed, tracks: [None; 2] };
        assert!(!is_within(&seen, &own));
        let steady = Own { bbox: told, ..own };
        assert_eq!(steady.alone(), told);
    }

    #[test]
    fn nobody_grows_within_a_second() {
        // She walks down; somebody behind her is taken into the last box, and into the record's.
        let own = |n: usize| {
            let y2 = 530.0 + 2.0 * n as f32;
            BBox { x1: 190.0, y1: y2 - 145.0, x2: 250.0, y2 }
        };
        let both = BBox { x1: 180.0, y1: 350.0, x2: 260.0, ..own(10) };
        let boxes: Vec<BBox> = (0..10).map(own).chain([both]).collect();
        let instant = |(n, bbox): (usize, &BBox)| {
            let tracks = [Some(TrackId(1)), None];
            let seen = Seen { bbox: *bbox, class: Class::Person, how: How::Detected, tracks };
            Instant { time: MediaTime(n as i64 * 100_000), seen: vec![seen] }
        };
        let instants: Vec<Instant> = boxes.iter().enumerate().map(instant).collect();
        let path = vec![(0.0, own(0)), (1.0, both)];
        let involved =
            Involved::along(vec![Way { class: Class::Person, path, seen: vec![] }], &instants);
        let alone = involved.at(10, &instants)[0].alone();
        assert!(
            (alone.y1 - own(10).y1).abs() < 4.0 && (alone.y2 - both.y2).abs() < 0.1,
            "{alone:?}"
        );
        assert_eq!(involved.at(5, &instants)[0].alone(), own(5));
    }

    #[test]
    fn the_track_that_went_the_way_is_theirs_before_and_after() {
        let instants: Vec<Instant> = (0..10_i64)
            .map(|n| {
                let seconds = n as f32 - 2.0;
                let seen = |x, id| Seen {
                    bbox: at(x),
                    class: Class::Person,
                    how: How::Detected,
                    tracks: [Some(TrackId(id)), None],
                };
                let time = MediaTime(n * 1_000_000 - 2_000_000);
                Instant { time, seen: vec![seen(10.0 * seconds, 1), seen(200.0, 2)] }
            })
            .collect();
        let involved = Involved::along(vec![walk()], &instants);
        assert_eq!(involved.tracks(), 1);
        // After the way's end, along the track.
        let late = involved.at(8, &instants);
        assert_eq!(late.len(), 1);
        assert!((late[0].bbox.x1 - 60.0).abs() < 0.1, "{late:?}");
        let [own, other] = [0, 1].map(|i| instants[5].seen[i]);
        assert!(involved.is_theirs(&own) && !involved.is_theirs(&other));
        assert!(involved.is_anothers(&other) && !involved.is_anothers(&own));
    }
}
