//! What `bench detect` found, with stable names.

use super::accuracy::Accuracy;
use super::latency::Latency;
use crate::bench::failed::Failed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was found of all models.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DetectFigures {
    /// Precision, recall and time are of detections from this score on.
    pub min_score: f32,
    /// One a model and input size, in the order asked for.
    pub models: Vec<ModelFigures>,
    /// Models and clips that could not be measured, and labels that could not be used.
    pub failed: Vec<Failed>,
}

/// What was found of one model at one input size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFigures {
    /// Its name.
    pub model: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Its family.
    pub family: String,
    /// Its licence.
    pub licence: String,
    /// Long side of the input asked for, pixels.
    pub input_long_side: usize,
    /// Mebibytes of physical memory that a process with one session of it held at most, and before
    /// the model was loaded.
    pub peak_memory_mib: Option<f64>,
    /// The same process before the model was loaded.
    pub base_memory_mib: Option<f64>,
    /// One a clip, in the order asked for.
    pub clips: Vec<ClipFigures>,
    /// Over all labelled clips together.
    pub accuracy: Option<Accuracy>,
    /// Clips that could not be measured, and labels that could not be used.
    #[serde(default)]
    pub failed: Vec<Failed>,
}

/// What was found of one model on one clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClipFigures {
    /// The clip, as given.
    pub clip: String,
    /// Frames looked at.
    pub frames: u64,
    /// Width and height of the pictures.
    pub size: (u32, u32),
    /// Width and height of the model's input.
    pub input: (usize, usize),
    /// Frames a second of one thread: decoding, preprocessing and inference one after the other.
    pub frames_per_second: f64,
    /// Looks a second of one thread: preprocessing and inference.
    pub looks_per_second: f64,
    /// Wall time of single looks.
    pub latency_ms: Latency,
    /// Processor time a frame of each stage, milliseconds.
    pub cpu_ms_per_frame: BTreeMap<String, f64>,
    /// Detections a frame from `min_score` on.
    pub detections_per_frame: f64,
    /// Where there are labels.
    pub accuracy: Option<Accuracy>,
    /// What is unusual and yet right.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
}
