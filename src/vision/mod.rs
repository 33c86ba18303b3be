//! From pictures to detections: sessions, preprocessing, one file per model family.
//!
//! What enters: [`crate::media::Frame`]s. What leaves: [`Detection`]s in pixels of the frame. Knows
//! nothing of tracks, rules or threads.

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
mod register;
mod resample;
mod shake;
mod shelf;
mod shift;
mod spec;
mod view;

pub use class::{Class, Family};
pub use classes::ClassTable;
pub use detection::{BBox, Detection};
pub use detector::{Detector, Look};
pub use error::VisionError;
pub use model::{Model, verify_runtime};
pub use motion::MotionGate;
pub use preprocess::{Letterbox, Preprocessor};
pub use shake::Steady;
pub use shelf::{ModelEntry, Places, Shelf, read_checked};
pub use shift::Shift;
pub use spec::{ChannelOrder, InputSpec, Region};
pub use view::{Move, View};
