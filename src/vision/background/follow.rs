//! Standing changes followed as things of their own, by place.

use super::blob::Blob;
use super::nature::Nature;
use crate::media::MediaTime;
use crate::vision::BBox;

/// Share of the smaller of two boxes that is common where they are one thing.
const SAME_PLACE: f32 = 0.5;
/// A thing whose pixels stand no more is gone after this, in milliseconds.
const GONE_MS: u32 = 800;
/// A thing is seen while at least this share of it is.
const SEEN_SHARE: f32 = 0.35;
/// Votes of judgements that make a nature sure, and the most that are kept.
const SURE_VOTES: i16 = 3;
const MOST_VOTES: i16 = 15;
/// Larger than this share of the picture, a change is no thing but another view or light.
const LARGEST: f32 = 0.25;
/// Uncovered ground is ground after this; a play of the light, and what cannot be told; and at
/// last whatever stands. In milliseconds.
const UNCOVERED_MS: u32 = 10_000;
const LIGHT_MS: u32 = 60_000;
const LONGEST_MS: u32 = 45 * 60_000;

/// Something that stands where something else was learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Counts up; never given twice.
    pub id: u64,
    /// Where, in frame pixels of the steady view.
    pub bbox: BBox,
    /// When its pixels began to look as they do.
    pub since: MediaTime,
    /// Frame pixels (squared) covered.
    pub area: f32,
    /// Whether the last picture shows it; otherwise something is in front.
    pub seen: bool,
    /// What it is.
    pub nature: Nature,
    /// Whether it stood there when the view was first seen well enough.
    pub from_start: bool,
}

/// One thing in small pixels and milliseconds.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) id: u64,
    pub(super) bbox: BBox,
    pub(super) since: u32,
    pub(super) area: f32,
    pub(super) seen: bool,
    /// The blob it was in the last picture.
    pub(super) label: Option<i32>,
    votes: [i16; 4],
    last: u32,
    /// Since when its nature is what it is.
    settled: (Nature, u32),
}

impl Thing {
    /// What it is, once enough judgements agree.
    pub(super) fn nature(&self) -> Nature {
        let (i, votes) =
            self.votes.iter().enumerate().rev().max_by_key(|(_, votes)| **votes).unwrap_or((3, &0));
        if *votes < SURE_VOTES { Nature::Unclear } else { ORDER[i] }
    }

    /// Whether the ground is to take it up.
    pub(super) fn is_ground(&self, time: u32, renew: bool) -> bool {
        let long = match self.settled.0 {
            Nature::Appeared if !renew => return false,
            Nature::Appeared => LONGEST_MS,
            Nature::Uncovered => UNCOVERED_MS,
            Nature::Light | Nature::Unclear => LIGHT_MS,
        };
        self.seen && time.saturating_sub(self.settled.1) >= long
    }
}

const ORDER: [Nature; 4] = [Nature::Appeared, Nature::Uncovered, Nature::Light, Nature::Unclear];

/// All things of one view.
#[derive(Debug, Default)]
pub(super) struct Things {
    pub(super) all: Vec<Thing>,
    next: u64,
}

impl Things {
    /// Follows things to the blobs of a picture; `judged` gives each blob's nature.
    pub(super) fn follow(
        &mut self,
        blobs: &[Blob],
        judged: &[Nature],
        time: u32,
        size: (usize, usize),
    ) {
        for thing in &mut self.all {
            thing.label = None;
        }
        let boxes: Vec<BBox> = blobs.iter().map(bbox).collect();
        let mut taken = vec![false; blobs.len()];
        let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
        for (t, thing) in self.all.iter().enumerate() {
            for (b, at) in boxes.iter().enumerate() {
                let common = thing.bbox.intersection(at);
                let share = common / thing.bbox.area().min(at.area()).max(1.0);
                if share >= SAME_PLACE {
                    pairs.push((thing.bbox.iou(at), t, b));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let whole = (size.0 * size.1) as f32;
        for (_, t, b) in pairs {
            if taken[b] || self.all[t].label.is_some() {
                continue;
            }
            taken[b] = true;
            self.all[t].take(&blobs[b], boxes[b], judged[b], time, whole);
        }
        for b in (0..blobs.len()).filter(|b| !taken[*b]) {
            self.next += 1;
            let mut thing = Thing {
                id: self.next,
                bbox: boxes[b],
                since: blobs[b].since,
                area: 0.0,
                seen: true,
                label: None,
                votes: [0; 4],
                last: time,
                settled: (Nature::Unclear, time),
            };
            thing.take(&blobs[b], boxes[b], judged[b], time, whole);
            self.all.push(thing);
        }
        self.all.retain(|t| time - t.last <= GONE_MS);
        for thing in self.all.iter_mut().filter(|t| t.label.is_none()) {
            thing.seen = false;
        }
    }

    /// Nothing can be told just now.
    pub(super) fn blind(&mut self) {
        for thing in &mut self.all {
            thing.seen = false;
        }
    }
}

impl Thing {
    fn take(&mut self, blob: &Blob, at: BBox, judged: Nature, time: u32, whole: f32) {
        self.label = Some(blob.label);
        self.bbox = at;
        self.since = blob.since;
        self.area = blob.area as f32;
        self.seen = blob.seen >= SEEN_SHARE;
        self.last = time;
        let judged = if at.area() > LARGEST * whole { Nature::Unclear } else { judged };
        if self.seen {
            for (nature, votes) in ORDER.iter().zip(&mut self.votes) {
                let more = if *nature == judged { 1 } else { -1 };
                *votes = (*votes + more).clamp(0, MOST_VOTES);
            }
        }
        let nature = self.nature();
        if nature != self.settled.0 {
            self.settled = (nature, time);
        }
    }
}

fn bbox(blob: &Blob) -> BBox {
    let (x1, y1, x2, y2) = blob.bounds;
    BBox { x1: x1 as f32, y1: y1 as f32, x2: x2 as f32, y2: y2 as f32 }
}
