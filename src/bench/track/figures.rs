//! What `bench track` found, with stable names.

use super::scores::TrackScores;
use crate::bench::failed::Failed;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was found of one sequence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SequenceFigures {
    /// Scores and counts.
    #[serde(flatten)]
    pub scores: TrackScores,
    /// Frames.
    pub frames: u32,
    /// Frames a second, where told.
    pub frame_rate: Option<f64>,
    /// Detections a frame that the tracker was given; none for other trackers' results.
    pub detections_per_frame: Option<f64>,
    /// Processor time of the tracker, microseconds a frame; none for other trackers' results.
    pub microseconds_per_frame: Option<f64>,
    /// What is unusual about the files and yet right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What was found of all sequences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrackFigures {
    /// The folder, as given.
    pub folder: String,
    /// Whose results: the folder of result files, or none for our own tracker.
    pub results: Option<String>,
    /// Detections below this score were left out.
    pub min_score: f32,
    /// All sequences together, as one: counts add up, association weighs by true positives. None
    /// where no sequence could be judged.
    pub combined: Option<TrackScores>,
    /// By name.
    pub sequences: BTreeMap<String, SequenceFigures>,
    /// Sequences that could not be judged, each with the reason.
    pub failed: Vec<Failed>,
    /// Processor time of the tracker on one thread, microseconds a frame: the median of passes.
    pub microseconds_per_frame: Option<f64>,
    /// Detections a frame over all sequences.
    pub detections_per_frame: Option<f64>,
    /// Frames of all sequences.
    pub frames: u64,
}
