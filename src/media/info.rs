//! What is known of a source before reading it, and how reading it ended.

use super::time::{ClockQuality, MediaTime, WallTime};
use std::path::PathBuf;

/// What opening a source tells.
#[derive(Debug, Clone)]
pub struct SourceInfo {
    /// The file or folder.
    pub path: PathBuf,
    /// The codec's short name, such as `h264`.
    pub codec: String,
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// Clockwise degrees by which stored pictures are turned to be upright: 0, 90, 180 or 270.
    pub rotation_degrees: i32,
    /// Length; for a folder estimated from the first segment by size.
    pub duration_seconds: Option<f64>,
    /// Frames; for a folder or where the container does not count, estimated.
    pub frames_estimate: Option<u64>,
    /// When media time 0 happened.
    pub start_wall: WallTime,
    /// How far `start_wall` can be trusted.
    pub clock_quality: ClockQuality,
    /// One sentence saying where the start time came from.
    pub clock_note: String,
    /// Hexadecimal; the first 16 bytes of SHA-256 over the size and the first, middle and last
    /// MiB of each segment. Independent of path and modification time.
    pub fingerprint: String,
    /// Browsers play the codec as it is (8-bit 4:2:0 H.264, VP8, VP9, AV1).
    pub browser_codec: bool,
}

/// How reading a source ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndingKind {
    /// All of it was read.
    Complete,
    /// It ended early or in part could not be read; everything up to its last good frame was.
    Truncated {
        /// What was found, in one sentence.
        reason: String,
    },
    /// The stop flag was raised.
    Stopped,
}

/// What reading a source came to. Before the end: what it has come to so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// How it ended.
    pub kind: EndingKind,
    /// Part of it could not be read because the disk, the network or the system failed, not because
    /// the recording is short or damaged: reading it again may give more.
    pub transient: bool,
    /// Frames decoded.
    pub frames: u64,
    /// Time stamps that had to be repaired.
    pub clock_repairs: u64,
    /// Packets that could not be decoded, or only with guessed parts.
    pub damaged_packets: u64,
    /// The last frame's time.
    pub last: Option<MediaTime>,
}
