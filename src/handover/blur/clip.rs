//! Everybody who is seen in a clip, frame by frame.

use super::eyes::Eyes;
use crate::handover::HandoverError;
use crate::media::{Frame, MediaTime, OpenOptions, RingLimits, Source};
use crate::track::{TrackId, Tracker, TrackerConfig};
use crate::vision::{BBox, Class, Detection};
use std::path::Path;

/// Frames between two closer looks: what the trackers carry over in between.
const CLOSELY_EVERY: usize = 3;
/// Frames of a clip at most: an hour at ten a second.
const MOST_FRAMES: usize = 36_000;

/// Somebody or something at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub(super) bbox: BBox,
    pub(super) class: Class,
    /// The track it belongs to, of the tracker that goes with time.
    pub(super) track: Option<TrackId>,
}

/// One frame.
#[derive(Debug, Clone, Default)]
pub(super) struct Instant {
    pub(super) time: MediaTime,
    pub(super) seen: Vec<Seen>,
}

/// A clip that was watched.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    /// Size of its pictures.
    pub(super) size: (u32, u32),
    pub(super) instants: Vec<Instant>,
}

/// Opens a clip for reading its pictures once.
pub(super) fn open(clip: &Path) -> Result<Source, HandoverError> {
    let ring = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: 0 };
    Ok(Source::open(clip, OpenOptions { ring, ..OpenOptions::default() })?)
}

/// Watches a clip from its beginning to its end.
pub(super) fn watch(clip: &Path, eyes: &mut Eyes) -> Result<Watched, HandoverError> {
    let mut source = open(clip)?;
    let (mut size, mut times, mut lists) = ((0, 0), Vec::new(), Vec::new());
    while let Some(frame) = source.next_frame()? {
        size = (frame.width(), frame.height());
        let closely = times.len().is_multiple_of(CLOSELY_EVERY);
        lists.push(eyes.look(&frame, closely)?);
        times.push(frame.time);
        if times.len() > MOST_FRAMES {
            return Err(HandoverError::ClipTooLong { path: clip.into() });
        }
    }
    Ok(Watched { size, instants: followed(size, &times, &lists) })
}

/// Everybody on one picture alone.
pub(super) fn glance(frame: &Frame, eyes: &mut Eyes) -> Result<Vec<Seen>, HandoverError> {
    Ok(eyes.look(frame, true)?.iter().map(seen_once).collect())
}

fn seen_once(d: &Detection) -> Seen {
    Seen { bbox: d.bbox, class: d.class, track: None }
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
        for sight in forward.update(instant.time, list) {
            let track = Some(sight.id);
            // What was seen here keeps its own box, and gets to know its track.
            let own = instant.seen.iter_mut().find(|s| {
                sight.score.is_some()
                    && s.track.is_none()
                    && s.class.family() == sight.class.family()
                    && s.bbox.iou(&sight.bbox) > 0.7
            });
            match own {
                Some(own) => own.track = track,
                None => instant.seen.push(Seen { bbox: sight.bbox, class: sight.class, track }),
            }
        }
    }
    let Some(last) = times.last() else { return instants };
    let mut backward = tracker();
    for (instant, list) in instants.iter_mut().zip(lists).rev() {
        let time = MediaTime(last.0 - instant.time.0);
        for sight in backward.update(time, list) {
            let known = instant
                .seen
                .iter()
                .any(|s| s.class.family() == sight.class.family() && s.bbox.iou(&sight.bbox) > 0.7);
            if !known {
                let (bbox, class) = (sight.bbox, sight.class);
                instant.seen.push(Seen { bbox, class, track: None });
            }
        }
    }
    instants
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
        assert!(instants[0].seen.iter().all(|s| s.track.is_none()));
        assert!(instants[20].seen.iter().any(|s| s.track.is_some()));
    }
}
