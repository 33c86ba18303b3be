//! Pictures and packets with their times: the only room that speaks to FFmpeg.
//!
//! What enters: files and folders of segments. What leaves: [`Frame`]s with their [`MediaTime`]
//! and [`WallTime`], and compressed packets kept in a ring for evidence.

mod frame;
mod time;

pub use frame::{Frame, PixelLayout, Plane, YuvMatrix};
pub use time::{ClockQuality, MediaTime, TimeSpan, WallTime};
