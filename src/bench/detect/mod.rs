//! Which detector for these cameras: speed of models over clips, and accuracy where labels exist.
//!
//! What enters: a model, clips (video, or folders of pictures) and label files in COCO or MOT form.
//! What leaves: [`ModelFigures`]. Average precision is that of the COCO evaluation, which a test
//! compares.

mod accuracy;
mod average;
mod bench;
mod category;
mod clip;
mod coco;
mod error;
mod evaluation;
mod figures;
mod found;
mod label_file;
mod labels;
mod latency;
mod memory;

pub use accuracy::{Accuracy, ClassAccuracy};
pub use average::{RECALLS, THRESHOLDS, threshold};
pub use bench::{DetectBench, LabelFile};
pub use clip::Clip;
pub use error::DetectError;
pub use evaluation::Evaluation;
pub use figures::{ClipFigures, DetectFigures, ModelFigures};
pub use labels::{LabelBox, Labels};
pub use latency::{Latency, Milliseconds};
