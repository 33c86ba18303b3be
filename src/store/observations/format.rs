//! The first and the last line of a record.

use super::watched::Watched;
use crate::media::ClockQuality;
use crate::rules::Closing;
use serde::{Deserialize, Serialize};

/// The record's format, its version after the slash.
pub const RECORD_FORMAT: &str = "streetward.observations/1";
/// The format of a stream's record: the same lines, in pieces, a file an hour; observations may say
/// what stood before the session ([`crate::scene::CarriedOver`]).
pub const LIVE_RECORD_FORMAT: &str = "streetward.observations/2";

/// The model that saw what the record holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordModel {
    /// Its name in the manifest.
    pub name: String,
    /// SHA-256 of its file, hexadecimal.
    pub sha256: String,
}

/// The first line of a record. Unknown keys are left alone: later versions may add some.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordHeader {
    /// [`RECORD_FORMAT`] or [`LIVE_RECORD_FORMAT`].
    pub format: String,
    /// The camera's id.
    pub camera: String,
    /// The source's fingerprint, hexadecimal, twelve digits at least.
    pub source_fingerprint: String,
    /// Width and height, in pixels, of the picture that boxes are given in.
    pub frame_size: (u32, u32),
    /// What saw it.
    pub model: RecordModel,
    /// Version of the software that wrote it.
    pub software: String,
    /// How far its wall times can be trusted.
    pub clock_quality: ClockQuality,
    /// What was watched besides road users.
    #[serde(default)]
    pub watched: Watched,
}

impl RecordHeader {
    /// The header of what this version of the software writes.
    pub fn new(
        camera: &str,
        source_fingerprint: &str,
        frame_size: (u32, u32),
        model: RecordModel,
        clock_quality: ClockQuality,
    ) -> Self {
        Self {
            format: RECORD_FORMAT.into(),
            camera: camera.into(),
            source_fingerprint: source_fingerprint.into(),
            frame_size,
            model,
            software: env!("CARGO_PKG_VERSION").into(),
            clock_quality,
            watched: Watched::default(),
        }
    }
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordEnd {
    /// With the source, or with the day (a stream's: the hour) where the source went on.
    Complete,
    /// The source broke off.
    Truncated,
    /// The run was stopped.
    Interrupted,
}

/// The last line of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFooter {
    /// How it ended.
    pub end: RecordEnd,
    /// Observations in it.
    pub observations: u64,
}

/// How the record of a run ends that closes its incidents so.
impl From<Closing> for RecordEnd {
    fn from(closing: Closing) -> Self {
        match closing {
            Closing::Interrupted => Self::Interrupted,
            Closing::Left | Closing::HoursEnded | Closing::SourceEnded => Self::Complete,
        }
    }
}
