//! Joins one frame's detections to the tracks so far.
//!
//! Association goes in stages, each over what the one before left free, as in `ByteTrack` (Zhang et
//! al., "`ByteTrack`: Multi-Object Tracking by Associating Every Detection Box", ECCV 2022): confirmed
//! tracks with high-score detections, then with low-score ones; lost tracks; tentative tracks. Within
//! a stage the assignment is optimal. Only detections of the track's own family are candidates.

use super::assign::Assignment;
use super::config::TrackerConfig;
use super::duplicate;
use super::id::TrackId;
use super::life::{Confirmed, Ended, Grown, Lost, Missed, Tentative};
use super::riders::Riders;
use super::subject::{Bounds, Expected};
use crate::media::MediaTime;
use crate::scene::TrackSight;
use crate::vision::Detection;
use std::ops::Range;

/// Follows the objects of one camera, frame by frame.
///
/// The same frames give the same tracks, bit by bit. Memory is bounded by
/// [`TrackerConfig::max_objects`].
#[derive(Debug)]
pub struct Tracker {
    config: TrackerConfig,
    bounds: Option<Bounds>,
    last_time: Option<MediaTime>,
    /// What the last frame showed.
    last_sights: Vec<TrackSight>,
    last_id: u32,
    tentative: Vec<Tentative>,
    /// Ordered by id.
    confirmed: Vec<Confirmed>,
    lost: Vec<Lost>,
    ended: Vec<Ended>,
    frame: Frame,
    riders: Riders,
    next_tentative: Vec<Tentative>,
    next_confirmed: Vec<Confirmed>,
    next_lost: Vec<Lost>,
}

impl Tracker {
    /// A tracker that has seen nothing.
    pub fn new(config: TrackerConfig) -> Self {
        Self {
            config,
            bounds: None,
            last_time: None,
            last_sights: Vec::new(),
            last_id: 0,
            tentative: Vec::new(),
            confirmed: Vec::new(),
            lost: Vec::new(),
            ended: Vec::new(),
            frame: Frame::default(),
            riders: Riders::default(),
            next_tentative: Vec::new(),
            next_confirmed: Vec::new(),
            next_lost: Vec::new(),
        }
    }

    /// Tells the size of the picture, in the pixels that detections are given in. Reported boxes
    /// are then clipped to it, and what leaves it ends at once.
    #[must_use]
    pub fn with_bounds(mut self, width: f32, height: f32) -> Self {
        self.bounds = Some(Bounds { width, height });
        self
    }

    /// Takes in the detections of the frame at `time` (scene pixels) and returns the confirmed
    /// tracks, seen or coasting, ordered by id.
    ///
    /// Frames come in order of strictly increasing time; one that does not is ignored, and the
    /// tracks are returned as the last one left them. Boxes that are empty or not finite are ignored.
    pub fn update(&mut self, time: MediaTime, detections: &[Detection]) -> Vec<TrackSight> {
        if self.last_time.is_some_and(|last| time <= last) {
            return self.last_sights.clone();
        }
        self.last_time = Some(time);
        self.ended.clear();
        self.frame.fill(detections, &self.config, self.bounds);
        self.follow_confirmed(time);
        self.find_lost(time);
        self.grow_tentative(time);
        self.begin(time);
        self.confirmed.sort_unstable_by_key(Confirmed::id);
        self.last_sights = self.sights(time);
        self.ride(time);
        self.last_sights.clone()
    }

    /// Tells riders, and lets the seen one of a rider and a two-wheeler carry the other along.
    fn ride(&mut self, time: MediaTime) {
        self.riders.update(time, &self.frame.detections, &mut self.last_sights);
        for carried in self.riders.carried() {
            let (id, to) = (carried.id, &carried.bbox);
            self.confirmed.iter_mut().filter(|t| t.id() == id).for_each(|t| t.carry(time, to));
            self.lost.iter_mut().filter(|t| t.id() == id).for_each(|t| t.carry(time, to));
        }
    }

    /// The tracks that ended in the latest update.
    pub fn ended(&self) -> &[Ended] {
        &self.ended
    }

    fn sights(&self, time: MediaTime) -> Vec<TrackSight> {
        self.confirmed.iter().map(|c| c.sight(time, self.bounds)).collect()
    }

    fn follow_confirmed(&mut self, time: MediaTime) {
        let (high, low) = (self.frame.high(), self.frame.low());
        self.frame.claim(self.lost.iter().map(|l| l.expected(time)));
        self.frame.expect(self.confirmed.iter().map(|c| c.expected(time)));
        self.frame.associate(high, self.config.min_affinity, |_| true);
        self.frame.associate(low, self.config.min_affinity_low, |_| true);
        for (i, track) in self.confirmed.drain(..).enumerate() {
            if let Some(detection) = self.frame.matched(i) {
                self.next_confirmed.push(track.seen(time, detection));
                continue;
            }
            match track.missed(time, &self.config, self.bounds) {
                Missed::Coasting(track) => self.next_confirmed.push(track),
                Missed::Lost(track) => self.next_lost.push(track),
                Missed::Ended(track) => self.ended.push(track),
            }
        }
        std::mem::swap(&mut self.confirmed, &mut self.next_confirmed);
    }

    fn find_lost(&mut self, time: MediaTime) {
        let (high, low) = (self.frame.high(), self.frame.low());
        self.frame.claims.fill(0.0);
        self.frame.expect(self.lost.iter().map(|l| l.expected(time)));
        self.frame.associate(high, self.config.min_affinity, |_| true);
        // A parked vehicle is often seen only faintly; its place vouches for it.
        self.frame.associate(low, self.config.min_affinity_low, |e| e.still);
        for (i, track) in self.lost.drain(..).enumerate() {
            if let Some(detection) = self.frame.matched(i) {
                self.confirmed.push(track.found(time, detection));
                continue;
            }
            match track.missed(time, &self.config, self.bounds, &self.confirmed) {
                Ok(track) => self.next_lost.push(track),
                Err(ended) => self.ended.push(ended),
            }
        }
        std::mem::swap(&mut self.lost, &mut self.next_lost);
        while self.lost.len() > self.config.max_objects {
            // The one named first; its turn came earliest.
            self.ended.push(self.lost.remove(0).end());
        }
    }

    fn grow_tentative(&mut self, time: MediaTime) {
        let (high, low) = (self.frame.high(), self.frame.low());
        self.frame.expect(self.tentative.iter().map(|t| t.expected(time)));
        self.frame.associate(high, self.config.min_affinity, |_| true);
        self.frame.associate(low, self.config.min_affinity_low, |_| true);
        for (i, track) in self.tentative.drain(..).enumerate() {
            match self.frame.matched(i) {
                Some(detection) => match track.seen(time, detection, &self.config) {
                    Grown::Tentative(track) => self.next_tentative.push(track),
                    Grown::Ready(track) if self.confirmed.len() < self.config.max_objects => {
                        self.last_id += 1;
                        self.confirmed.push(track.named(TrackId(self.last_id)));
                    }
                    Grown::Ready(_) => {}
                },
                None => self.next_tentative.extend(track.missed(time, &self.config)),
            }
        }
        std::mem::swap(&mut self.tentative, &mut self.next_tentative);
    }

    fn begin(&mut self, time: MediaTime) {
        for i in self.frame.high() {
            if self.tentative.len() >= self.config.max_objects {
                break;
            }
            if self.frame.is_new(i, &self.config) {
                self.tentative.push(Tentative::new(time, &self.frame.detections[i]));
            }
        }
    }
}

/// One frame's detections and what has been joined so far; its buffers are used again.
#[derive(Debug, Default)]
struct Frame {
    /// By falling score, duplicates removed.
    detections: Vec<Detection>,
    /// How many of them have high scores.
    high: usize,
    taken: Vec<bool>,
    /// Of each detection, how well it shows something that stood there, hidden.
    claims: Vec<f32>,
    expected: Vec<Expected>,
    matches: Vec<Option<usize>>,
    assignment: Assignment,
}

impl Frame {
    fn fill(&mut self, detections: &[Detection], config: &TrackerConfig, bounds: Option<Bounds>) {
        self.detections.clear();
        self.detections.extend(detections.iter().filter_map(|d| {
            let fit = d.score >= config.low_score
                && d.score <= 1.0
                && <[f32; 4]>::from(d.bbox).iter().all(|v| v.is_finite())
                && d.bbox.width() > 0.0
                && d.bbox.height() > 0.0;
            let bbox = match bounds {
                Some(bounds) if fit => bounds.clip(&d.bbox)?,
                _ => d.bbox,
            };
            fit.then_some(Detection { bbox, ..*d })
        }));
        // Stable, so that equals keep the detector's order.
        self.detections.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.detections.truncate(config.max_objects);
        duplicate::suppress(&mut self.detections, config.duplicate_iou);
        self.high = self.detections.partition_point(|d| d.score >= config.high_score);
        self.taken.clear();
        self.taken.resize(self.detections.len(), false);
    }

    /// Notes which detections show something hidden until now.
    fn claim(&mut self, hidden: impl Iterator<Item = Expected>) {
        self.claims.clear();
        self.claims.resize(self.detections.len(), 0.0);
        for hidden in hidden.filter(|h| h.hidden_at.is_some()) {
            for (d, claim) in self.detections.iter().zip(&mut self.claims) {
                if d.class.family() == hidden.family {
                    *claim = claim.max(hidden.affinity(&d.bbox));
                }
            }
        }
    }

    fn high(&self) -> Range<usize> {
        0..self.high
    }

    fn low(&self) -> Range<usize> {
        self.high..self.detections.len()
    }

    /// Begins the stages of one group of tracks.
    fn expect(&mut self, expected: impl Iterator<Item = Expected>) {
        self.expected.clear();
        self.expected.extend(expected);
        self.matches.clear();
        self.matches.resize(self.expected.len(), None);
    }

    /// Joins free tracks of the group to free detections in `range`.
    fn associate(&mut self, range: Range<usize>, least: f32, who: impl Fn(&Expected) -> bool) {
        self.assignment.clear();
        for (row, expected) in self.expected.iter().enumerate() {
            if self.matches[row].is_some() || !who(expected) {
                continue;
            }
            for column in range.clone() {
                let detection = &self.detections[column];
                if self.taken[column] || detection.class.family() != expected.family {
                    continue;
                }
                let value = expected.affinity(&detection.bbox);
                if value + CLAIM_MARGIN < self.claims[column] {
                    // Something hidden there until now shows again.
                    continue;
                }
                if value >= least {
                    self.assignment.offer(row, column, value);
                }
            }
        }
        for &(row, column) in self.assignment.solve() {
            self.matches[row] = Some(column);
            self.taken[column] = true;
        }
    }

    fn matched(&self, row: usize) -> Option<&Detection> {
        self.matches[row].map(|column| &self.detections[column])
    }

    /// Whether detection `i` shows something that no track, and no better detection, stands for.
    fn is_new(&self, i: usize, config: &TrackerConfig) -> bool {
        let d = &self.detections[i];
        let family = d.class.family();
        !self.taken[i]
            && d.score >= config.new_score
            && !self.detections.iter().zip(&self.taken).any(|(other, &taken)| {
                taken
                    && other.class.family() == family
                    && duplicate::same_object(&other.bbox, &d.bbox, family, BIRTH_IOU)
            })
    }
}

/// What shows a hidden thing by this much better than a track seen before is left to the former.
const CLAIM_MARGIN: f32 = 0.25;
/// A detection that overlaps one already joined to a track by this much begins none of its own.
const BIRTH_IOU: f32 = 0.7;
