//! Everybody who is seen in a clip, frame by frame.

use super::eyes::Eyes;
use super::look::Look;
use super::watched::{How, Instant, Seen, Watched, between};
use crate::handover::HandoverError;
use crate::media::{Frame, MediaTime, OpenOptions, RingLimits, Source};
use crate::track::{TrackId, TrackSight, Tracker, TrackerConfig};
use crate::vision::{BBox, Class, Detection, Family};
use std::collections::BTreeMap;
use std::path::Path;

/// Frames between two closer looks: what the trackers carry over in between.
const CLOSELY_EVERY: usize = 3;
/// Frames of a clip at most: an hour at ten a second.
const MOST_FRAMES: usize = 36_000;
/// Overlap from which what a tracker says is what was seen.
const SAME: f32 = 0.6;
/// A track unseen for no longer than this was on its way meanwhile, seconds.
const BRIDGED: f64 = 2.0;
/// Boxes of a track so long before and after say where it is in between, seconds.
const AROUND: (f64, f64) = (0.2, 0.5);
/// A box leaps when it is off by this share of the width across, or of the height at the upper end.
const LEAP: (f32, f32) = (0.25, 0.08);

const WITH_TIME: usize = 0;
const AGAINST_TIME: usize = 1;

/// Opens a clip for reading its pictures once.
pub(super) fn open(clip: &Path) -> Result<Source, HandoverError> {
    let ring = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: 0 };
    Ok(Source::open(clip, OpenOptions { ring, ..OpenOptions::default() })?)
}

/// Watches a clip from its beginning to its end.
pub(super) fn watch(clip: &Path, eyes: &mut Eyes) -> Result<Watched, HandoverError> {
    let mut source = open(clip)?;
    let (mut size, mut times, mut lists) = ((0, 0), Vec::new(), Vec::new());
    let mut looks = Vec::new();
    while let Some(frame) = source.next_frame()? {
        size = (frame.width(), frame.height());
        let closely = times.len().is_multiple_of(CLOSELY_EVERY);
        let list = eyes.look(&frame, closely)?;
        looks.push(list.iter().map(|d| Look::of(&frame, &d.bbox)).collect());
        lists.push(list);
        times.push(frame.time);
        if times.len() > MOST_FRAMES {
            return Err(HandoverError::ClipTooLong { path: clip.into() });
        }
    }
    Ok(Watched { size, instants: followed(size, &times, &lists), looks })
}

/// Everybody on one picture alone.
pub(super) fn glance(frame: &Frame, eyes: &mut Eyes) -> Result<Vec<Seen>, HandoverError> {
    Ok(eyes.look(frame, true)?.iter().map(seen_once).collect())
}

fn seen_once(d: &Detection) -> Seen {
    Seen { bbox: d.bbox, class: d.class, how: How::Detected, tracks: [None; 2] }
}

/// What the detector saw, and what a tracker in the order of time and one against it make of it.
fn followed(size: (u32, u32), times: &[MediaTime], lists: &[Vec<Detection>]) -> Vec<Instant> {
    let config = TrackerConfig {
        high_score: 0.35,
        new_score: 0.35,
        low_score: Eyes::least_score(),
        ..TrackerConfig::default()
    };
    let tracker = || Tracker::new(config).with_bounds(size.0 as f32, size.1 as f32);
    let mut instants: Vec<Instant> = (times.iter().zip(lists))
        .map(|(time, list)| Instant { time: *time, seen: list.iter().map(seen_once).collect() })
        .collect();
    let mut forward = tracker();
    for (instant, list) in instants.iter_mut().zip(lists) {
        let sights = forward.update(instant.time, list);
        instant.told(&sights, WITH_TIME);
    }
    let Some(last) = times.last() else { return instants };
    let mut backward = tracker();
    for (instant, list) in instants.iter_mut().zip(lists).rev() {
        let sights = backward.update(MediaTime(last.0 - instant.time.0), list);
        instant.told(&sights, AGAINST_TIME);
    }
    for direction in [WITH_TIME, AGAINST_TIME] {
        bridge(&mut instants, direction);
    }
    steady(&mut instants);
    instants
}

/// Where a track's box leaps away and comes back, because the detector took two for one, somebody is
/// where it would have been as well.
fn steady(instants: &mut [Instant]) {
    let mut tracks: BTreeMap<TrackId, Vec<(usize, BBox)>> = BTreeMap::new();
    for (n, instant) in instants.iter().enumerate() {
        for seen in instant.seen.iter().filter(|s| s.how == How::Detected) {
            if let (Some(track), Family::Person) = (seen.tracks[WITH_TIME], seen.class.family()) {
                tracks.entry(track).or_default().push((n, seen.bbox));
            }
        }
    }
    let mut added = Vec::new();
    for (track, boxes) in tracks {
        for (place, (n, bbox)) in boxes.iter().enumerate() {
            let now = instants[*n].time.seconds();
            let apart = |m: usize| (instants[m].time.seconds() - now).abs();
            let near = |(m, _): &&(usize, BBox)| (AROUND.0..=AROUND.1).contains(&apart(*m));
            let before =
                boxes[..place].iter().rev().take_while(|b| apart(b.0) <= AROUND.1).find(near);
            let after = boxes[place + 1..].iter().take_while(|b| apart(b.0) <= AROUND.1).find(near);
            let (Some((m, from)), Some((k, to))) = (before, after) else { continue };
            let share = apart(*m) / (apart(*m) + apart(*k)).max(1e-6);
            let straight = between(from, to, share as f32);
            let leaps = (straight.y1 - bbox.y1).abs() > LEAP.1 * straight.height()
                || (straight.centre().0 - bbox.centre().0).abs() > LEAP.0 * straight.width();
            if leaps {
                added.push((*n, track, straight));
            }
        }
    }
    for (n, track, bbox) in added {
        let tracks = [Some(track), None];
        let seen = Seen { bbox, class: Class::Person, how: How::Between, tracks };
        instants[n].seen.push(seen);
    }
}

/// Between two boxes that the detector saw of one track it was on the straight way.
fn bridge(instants: &mut [Instant], direction: usize) {
    let mut last: BTreeMap<TrackId, (usize, BBox)> = BTreeMap::new();
    for n in 0..instants.len() {
        let now = instants[n].time;
        let here: Vec<(TrackId, BBox)> = (instants[n].seen.iter())
            .filter(|s| s.how == How::Detected)
            .filter_map(|s| Some((s.tracks[direction]?, s.bbox)))
            .collect();
        for (track, bbox) in here {
            let Some((from, before)) = last.insert(track, (n, bbox)) else { continue };
            let began = instants[from].time;
            if n - from < 2 || now > began.plus(BRIDGED) {
                continue;
            }
            for instant in &mut instants[from + 1..n] {
                let whole = (now.0 - began.0).max(1) as f32;
                let share = (instant.time.0 - began.0) as f32 / whole;
                let own =
                    |s: &&mut Seen| s.how != How::Detected && s.tracks[direction] == Some(track);
                if let Some(seen) = instant.seen.iter_mut().find(own) {
                    (seen.bbox, seen.how) = (between(&before, &bbox, share), How::Between);
                }
            }
        }
    }
}

impl Instant {
    /// Takes in what a tracker says: what was seen gets to know its track, what was not is added.
    fn told(&mut self, sights: &[TrackSight], direction: usize) {
        for sight in sights {
            let family = sight.class.family();
            let near = |s: &Seen| s.class.family() == family && s.bbox.iou(&sight.bbox) > SAME;
            if sight.score.is_some() {
                let free = |s: &Seen| s.how == How::Detected && s.tracks[direction].is_none();
                let own = (self.seen.iter_mut())
                    .filter(|s| near(s) && free(s))
                    .max_by(|a, b| a.bbox.iou(&sight.bbox).total_cmp(&b.bbox.iou(&sight.bbox)));
                if let Some(own) = own {
                    own.tracks[direction] = Some(sight.id);
                    continue;
                }
            } else if direction == AGAINST_TIME && self.seen.iter().any(near) {
                continue;
            }
            let mut tracks = [None; 2];
            tracks[direction] = Some(sight.id);
            let (bbox, class) = (sight.bbox, sight.class);
            self.seen.push(Seen { bbox, class, how: How::Guessed, tracks });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_missed_for_a_while_is_there_all_the_same() {
        let at = |n: usize| BBox {
            x1: 10.0 + 4.0 * n as f32,
            y1: 20.0,
            x2: 40.0 + 4.0 * n as f32,
            y2: 100.0,
        };
        let times: Vec<MediaTime> = (0..30).map(|n| MediaTime(n * 100_000)).collect();
        let list = |n: usize| -> Vec<Detection> {
            let missed = n < 2 || (12..15).contains(&n);
            let seen = Detection { bbox: at(n), class: Class::Person, score: 0.6 };
            if missed { Vec::new() } else { vec![seen] }
        };
        let lists: Vec<_> = (0..30).map(list).collect();
        let instants = followed((640, 480), &times, &lists);
        for (n, instant) in instants.iter().enumerate() {
            let near = instant.seen.iter().any(|s| s.bbox.iou(&at(n)) > 0.5);
            assert!(near, "frame {n}: {:?}", instant.seen);
        }
        // The first two were never seen by who goes with time.
        assert!(instants[0].seen.iter().all(|s| s.tracks[WITH_TIME].is_none()));
        assert!(instants[20].seen.iter().any(|s| s.tracks.iter().all(Option::is_some)));
        let missed = instants[13].seen.iter().find(|s| s.how == How::Between).unwrap();
        assert!(missed.bbox.iou(&at(13)) > 0.9, "{missed:?}");
    }

    #[test]
    fn a_box_that_takes_in_somebody_behind_does_not_take_the_head_away() {
        let times: Vec<MediaTime> = (0..20).map(|n| MediaTime(n * 100_000)).collect();
        let list = |n: usize| {
            let x = 20.0 + 3.0 * n as f32;
            let top = if n == 10 { 35.0 } else { 60.0 };
            let bbox = BBox { x1: x, y1: top, x2: x + 40.0, y2: 170.0 };
            vec![Detection { bbox, class: Class::Person, score: 0.7 }]
        };
        let lists: Vec<_> = (0..20).map(list).collect();
        let instants = followed((640, 480), &times, &lists);
        assert!(instants[10].seen.iter().any(|s| (s.bbox.y1 - 60.0).abs() < 2.0));
        assert!(instants[10].seen.iter().any(|s| (s.bbox.y1 - 35.0).abs() < 0.1));
        assert_eq!(instants[15].seen.len(), 1, "{:?}", instants[15].seen);
    }
}
