//! Pictures and packets with their times: the only room that speaks to FFmpeg.
//!
//! What enters: files and folders of segments, and live streams. What leaves: [`Frame`]s with their [`MediaTime`]
//! and [`WallTime`], and compressed packets kept in a ring for evidence.

mod blur;
mod blurred_copy;
mod clip;
mod clock;
mod convert;
mod copying;
mod decode;
mod error;
mod fingerprint;
mod frame;
mod hardware;
mod hold;
mod info;
mod live;
mod missing;
mod mux;
mod orientation;
mod picture;
mod raw;
mod raw_device;
mod raw_live;
mod reader;
mod ring;
mod run;
mod scaler;
mod segments;
mod source;
mod spool;
mod start;
mod stream;
mod time;
mod view_copy;
mod viewing;
mod whole;
mod yuv_matrix;

pub use blur::{Area, Patch, blur_rgb};
pub use blurred_copy::write_blurred_copy;
pub use clip::WrittenClip;
pub use copying::CopyLimits;
pub use error::MediaError;
pub use frame::{Frame, Plane};
pub use hold::Hold;
pub use info::{Ending, EndingKind, SourceInfo};
pub use live::{
    ClockCounters, Hardware, LiveClock, LiveFacts, LiveOptions, LiveSource, Step, StreamProblem,
    Transport, Trouble,
};
pub use missing::{Missing, MissingReason, Reach};
pub use mux::Container;
pub use ring::{PacketRing, RingLimits, RingStats};
pub use run::PacketRun;
pub use source::{OpenOptions, Source};
pub use spool::Spool;
pub use time::{ClockQuality, MediaTime, TimeSpan, WallTime};
pub use view_copy::write_view_copy;
pub use yuv_matrix::YuvMatrix;
