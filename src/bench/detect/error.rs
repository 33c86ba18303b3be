//! What can go wrong between clips, labels and figures.

use crate::bench::mot::MotError;
use crate::media::MediaError;
use crate::store::StoreError;
use crate::vision::VisionError;
use std::path::PathBuf;

/// What can go wrong between clips, labels and figures.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// A label file cannot be read.
    #[error("label file {path} cannot be read: {source}; name another with --labels")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A label file that is not what it should be.
    #[error("label file {path}: {place}: {reason}")]
    Label {
        /// The file.
        path: PathBuf,
        /// Line and column, or the key: `annotations[12].bbox`.
        place: String,
        /// What is wrong, and what belongs there.
        reason: String,
    },
    /// A label file in MOT form with a mistake.
    #[error("label file {0}")]
    Mot(#[from] MotError),
    /// The form of a label file cannot be told.
    #[error("label file {0}: its form cannot be told; name it .json (COCO) or .txt (MOT gt.txt)")]
    Form(PathBuf),
    /// Labels and clip do not belong together.
    #[error("label file {path} does not fit {clip}: {reason}")]
    Apart {
        /// The file.
        path: PathBuf,
        /// The clip.
        clip: PathBuf,
        /// Why.
        reason: String,
    },
    /// A folder without pictures or segments.
    #[error("{path}: {reason}; give a video file, or a folder of pictures (jpg, png)")]
    Clip {
        /// The clip.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A clip cannot be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// Detections cannot be written.
    #[error(transparent)]
    Write(#[from] StoreError),
    /// The model.
    #[error(transparent)]
    Vision(#[from] VisionError),
    /// A model that gives boxes or scores that are not numbers.
    #[error(
        "model {model} gives values that are not numbers (frame {frame}); its file or the family in its manifest is wrong"
    )]
    NotNumbers {
        /// The model.
        model: String,
        /// The frame, from 0.
        frame: u64,
    },
}
