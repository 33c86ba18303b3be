//! Joins one frame's detections to the tracks so far.
//!
//! Association goes in two stages, as in `ByteTrack` (Zhang et al., "`ByteTrack`: Multi-Object Tracking
//! by Associating Every Detection Box", ECCV 2022): detections with high scores first, then faint
//! ones for tracks still free. What is high is told by each track's own usual score. Confirmed and
//! lost tracks compete; tentative ones get what they leave. Within a stage the assignment is optimal.
//! Only detections of the track's own family are candidates.

use super::config::TrackerConfig;
use super::frame::Frame;
use super::id::TrackId;
use super::life::{self, Confirmed, Ended, Grown, Lost, Missed, Tentative};
use super::noise::DetectorNoise;
use super::riders::Riders;
use super::subject::Bounds;
use crate::media::MediaTime;
use crate::track::TrackSight;
use crate::vision::Detection;

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
    noise: DetectorNoise,
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
            noise: DetectorNoise::default(),
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
        self.follow(time);
        self.grow_tentative(time);
        self.begin(time);
        self.confirmed.sort_unstable_by_key(Confirmed::id);
        self.last_sights = self.sights(time);
        self.ride(time);
        self.last_sights.clone()
    }

    /// Tells riders, and lets the seen one of a rider and a two-wheeler carry the other along.
    fn ride(&mut self, time: MediaTime) {
        self.riders.update(time, self.frame.detections(), &mut self.last_sights);
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

    /// Whether the box reported for `id` in the latest update was seen or, in a gap of a frame or two,
    /// is expected so surely (within a tenth of its size) that it is as good as seen. Only such boxes
    /// belong into tracking results in MOT form.
    pub fn is_sure_of(&self, id: TrackId) -> bool {
        let track = self.confirmed.binary_search_by_key(&id, Confirmed::id);
        track.is_ok_and(|i| {
            self.last_time.is_some_and(|time| self.confirmed[i].is_sure(time, self.bounds))
        })
    }

    fn sights(&self, time: MediaTime) -> Vec<TrackSight> {
        self.confirmed.iter().map(|c| c.sight(time, self.bounds)).collect()
    }

    fn follow(&mut self, time: MediaTime) {
        let named = self.confirmed.len();
        self.frame.expect(
            (self.confirmed.iter().map(|c| c.expected(time)))
                .chain(self.lost.iter().map(|l| l.expected(time))),
        );
        self.frame.associate_high(&self.config);
        // What is lost is not found in something faint, unless its place vouches for it: a parked
        // vehicle is often seen only faintly.
        self.frame.associate_low(&self.config, |e| !e.lost || e.still);
        for (i, track) in self.confirmed.drain(..).enumerate() {
            if let Some(detection) = self.frame.matched(i) {
                self.next_confirmed.push(track.seen(time, detection, &mut self.noise));
                continue;
            }
            match track.missed(time, &self.config, self.bounds) {
                Missed::Coasting(track) => self.next_confirmed.push(track),
                Missed::Lost(track) => self.next_lost.push(track),
                Missed::Ended(track) => self.ended.push(track),
            }
        }
        std::mem::swap(&mut self.confirmed, &mut self.next_confirmed);
        for (i, track) in self.lost.drain(..).enumerate() {
            if let Some(detection) = self.frame.matched(named + i) {
                self.confirmed.push(track.found(time, detection, &mut self.noise));
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
        self.frame.expect(self.tentative.iter().map(|t| t.expected(time)));
        self.frame.associate_high(&self.config);
        self.frame.associate_low(&self.config, |_| true);
        let mut tentative = std::mem::take(&mut self.tentative);
        for (i, track) in tentative.drain(..).enumerate() {
            match self.frame.matched(i) {
                Some(detection) => {
                    let grown = track.seen(time, detection, &mut self.noise, &self.config);
                    self.keep(grown);
                }
                None => self.next_tentative.extend(track.missed(time, &self.config)),
            }
        }
        self.tentative = tentative;
        std::mem::swap(&mut self.tentative, &mut self.next_tentative);
    }

    fn begin(&mut self, time: MediaTime) {
        std::mem::swap(&mut self.tentative, &mut self.next_tentative);
        for i in 0..self.frame.detections().len() {
            if self.next_tentative.len() >= self.config.max_objects {
                break;
            }
            if self.frame.is_new(i, &self.config) {
                self.keep(life::first_seen(time, &self.frame.detections()[i]));
            }
        }
        std::mem::swap(&mut self.tentative, &mut self.next_tentative);
    }

    /// Names what is ready, and keeps watching what is not.
    fn keep(&mut self, grown: Grown) {
        match grown {
            Grown::Tentative(track) => self.next_tentative.push(track),
            Grown::Ready(track) if self.confirmed.len() < self.config.max_objects => {
                self.last_id += 1;
                self.confirmed.push(track.named(TrackId(self.last_id)));
            }
            Grown::Ready(_) => {}
        }
    }
}
