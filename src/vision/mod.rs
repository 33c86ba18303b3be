//! From pictures to detections: sessions, preprocessing, one file per model family.
//!
//! What enters: [`crate::media::Frame`]s. What leaves: [`Detection`]s in pixels of the frame. Knows
//! nothing of tracks, rules or threads.

pub mod attention;
mod class;
mod classes;
mod detection;
mod detector;
mod entry;
mod error;
mod external;
pub mod family;
mod letterbox;
mod manifest;
mod model;
mod motion;
pub mod nms;
mod preprocess;
mod resample;
mod shelf;
mod signature;
mod spec;
mod tensor;

pub use class::{Class, Family};
pub use classes::{ClassMap, ClassTable};
pub use detection::{BBox, Detection};
pub use detector::{Detector, Look};
pub use entry::{Activation, BoxFormat, DataEntry, InputEntry, OutputEntry, Thresholds};
pub use error::VisionError;
pub use family::RawDetection;
pub use letterbox::Letterbox;
pub use model::{Model, verify_runtime};
pub use motion::MotionMap;
pub use preprocess::{Preprocessor, Sample};
pub use shelf::{ModelEntry, Places, Shelf, read_checked};
pub use signature::{ElementType, Port, Signature};
pub use spec::{ChannelOrder, Fit, InputSpec, InputType, Layout, Region};
