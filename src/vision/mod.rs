//! From pictures to detections: sessions, preprocessing, one file per model family.
//!
//! What enters: [`crate::media::Frame`]s. What leaves: [`Detection`]s in pixels of the frame. Knows
//! nothing of tracks, rules or threads.

mod adopt;
pub mod attention;
pub mod background;
mod class;
mod classes;
mod detection;
mod detector;
mod entry;
mod error;
mod external;
pub mod family;
pub mod health;
mod input_form;
mod inscribe;
pub mod inspect;
pub mod lamp;
mod lend;
mod letterbox;
mod manifest;
mod model;
mod model_entry;
mod motion;
pub mod nms;
pub mod plates;
mod preprocess;
mod processor;
mod provider;
mod region;
mod register;
mod resample;
mod session;
mod shake;
mod shelf;
mod shift;
mod signature;
mod spec;
mod tensor;
mod text_entry;
mod view;

pub use adopt::{Import, Imported, Sight, import};
pub use class::{Class, Family};
pub use classes::{ClassMap, ClassTable};
pub use detection::{BBox, Detection};
pub use detector::{Detector, Look};
pub use entry::{Activation, BoxFormat, DataEntry, InputEntry, OutputEntry, Thresholds};
pub use error::VisionError;
pub use family::RawDetection;
pub use input_form::{ChannelOrder, Fit, InputType, Layout};
pub use letterbox::Letterbox;
pub use model::Model;
pub use model_entry::ModelEntry;
pub use motion::MotionMap;
pub use preprocess::{Preprocessor, Sample};
pub use processor::Instructions;
pub use provider::{Placement, Provider, Providers, ProvidersError};
pub use region::Region;
pub use session::verify_runtime;
pub use shake::Steady;
pub use shelf::{Places, Shelf, read_checked};
pub use shift::Shift;
pub use signature::{ElementType, Port, Signature};
pub use spec::InputSpec;
pub use view::{Move, View};
