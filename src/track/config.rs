//! What a tracker may be told: thresholds of score, time and overlap.

/// Thresholds of a [`Tracker`](super::Tracker). Times are seconds of media time, so that one
/// setting serves every frame rate; overlaps are shares from 0 to 1.
///
/// The defaults were chosen on NanoDet's detections of a ten-frames-a-second street clip and on
/// the MOT15 and DanceTrack sequences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackerConfig {
    /// Detections from this score on are associated first (`ByteTrack`'s high scores)…
    pub high_score: f32,
    /// …as are those from this share of the score that the track usually has: detectors, and the
    /// things they see, differ in what a high score is.
    pub usual_share: f32,
    /// Detections from this score on may carry on a track but not begin one; the rest is ignored.
    pub low_score: f32,
    /// So is what scores less than this share of the track's usual score.
    pub faint_share: f32,
    /// An unmatched detection begins a track from this score on. It takes sightings that the detector
    /// is sure enough of to confirm it: one of 0.95, two of 0.73, four of 0.5.
    pub new_score: f32,
    /// Sightings without a miss over this time, two at least, also confirm: at low frame rates an
    /// object may be gone at the third, and what scores little but steadily is there.
    pub confirm_two_seconds: f64,
    /// A tentative track unseen for longer is dropped, unless it missed one frame only.
    pub tentative_seconds: f64,
    /// A confirmed track unseen for up to this long is still reported, with a predicted box.
    pub coast_seconds: f64,
    /// The same for a track that stands still, whose prediction is its own place.
    pub coast_still_seconds: f64,
    /// A moving track unseen for longer has ended.
    pub lost_seconds: f64,
    /// The same for a person or animal that stood still.
    pub lost_still_seconds: f64,
    /// The same for a vehicle, two-wheeler or bag that stood still, while no other takes its place.
    pub lost_parked_seconds: f64,
    /// Overlap of two boxes of one family from which they are one object seen twice.
    pub duplicate_iou: f32,
    /// Least affinity of a high-score detection and a track.
    pub min_affinity: f32,
    /// Least affinity of a low-score detection and a track.
    pub min_affinity_low: f32,
    /// Detections looked at in one frame, the best first; also the most tentative, confirmed and
    /// lost tracks kept, each.
    pub max_objects: usize,
}

impl Default for TrackerConfig {
    fn default() -> Self {
        Self {
            high_score: 0.4,
            usual_share: 0.5,
            low_score: 0.2,
            faint_share: 0.4,
            new_score: 0.45,
            confirm_two_seconds: 0.18,
            tentative_seconds: 0.25,
            coast_seconds: 0.5,
            coast_still_seconds: 2.0,
            lost_seconds: 2.0,
            lost_still_seconds: 5.0,
            lost_parked_seconds: 60.0,
            duplicate_iou: 0.8,
            min_affinity: 0.1,
            min_affinity_low: 0.4,
            max_objects: 512,
        }
    }
}
