//! From pictures to detections: sessions, preprocessing, one file per model family.
//!
//! What enters: [`crate::media::Frame`]s. What leaves: [`Detection`]s in pixels of the frame. Knows
//! nothing of tracks, rules or threads.

pub mod attention;
mod class;
mod classes;
mod detection;
mod detector;
mod error;
mod model;
mod motion;
pub mod nanodet;
pub mod nms;
mod preprocess;
mod resample;
mod shelf;
mod spec;

pub use class::{Class, Family};
pub use classes::ClassTable;
pub use detection::{BBox, Detection};
pub use detector::{Detector, Look};
pub use error::VisionError;
pub use model::{Model, verify_runtime};
pub use motion::MotionMap;
pub use preprocess::{Letterbox, Preprocessor};
pub use shelf::{ModelEntry, Places, Shelf, read_checked};
pub use spec::{ChannelOrder, Fit, InputSpec, Region};
