//! The two times of a frame: where it stands in its source, and when it happened.

use jiff::{SignedDuration, Timestamp, tz::Offset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Time within a source, in microseconds since the source's own beginning (the container's start
/// time; for a folder of segments, the first segment's). This is the time a video player shows.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct MediaTime(pub i64);

impl MediaTime {
    /// The source's beginning.
    pub const ZERO: Self = Self(0);

    /// From seconds, rounded to the nearest microsecond.
    pub fn from_seconds(seconds: f64) -> Self {
        Self((seconds * 1e6).round() as i64)
    }

    /// In seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// `self − earlier`, in seconds; negative where `earlier` is later.
    pub fn since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / 1e6
    }

    /// This time moved by `seconds` (negative: earlier).
    #[must_use]
    pub fn plus(self, seconds: f64) -> Self {
        Self(self.0 + (seconds * 1e6).round() as i64)
    }
}

/// A stretch of media time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSpan {
    /// First instant.
    pub from: MediaTime,
    /// Last instant, never before `from`.
    pub to: MediaTime,
}

/// When a frame happened: an instant in UTC. Written as RFC 3339 with milliseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct WallTime(#[schemars(with = "String")] pub Timestamp);

impl WallTime {
    /// This time moved by so much (negative: earlier), no further than time goes.
    #[must_use]
    pub fn plus(self, by: SignedDuration) -> Self {
        let end = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        Self(self.0.checked_add(by).unwrap_or(end))
    }

    /// As [`Self::plus`], by whole seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus(SignedDuration::from_secs(seconds))
    }

    /// Local time of all cities served, as RFC 3339 with offset: `2026-08-15T14:30:00.000+07:00`.
    pub fn local_rfc3339(self) -> String {
        self.0
            .to_zoned(Offset::constant(7).to_time_zone())
            .strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")
            .to_string()
    }

    /// Reads `2026-08-15T06:00:00+07:00`; without an offset, Vietnam's time is meant.
    ///
    /// # Errors
    /// A sentence saying what a time looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let local = || text.parse::<jiff::civil::DateTime>().ok();
        let at = text
            .parse::<Timestamp>()
            .ok()
            .or_else(|| local().and_then(|t| Offset::constant(7).to_timestamp(t).ok()));
        at.map(Self).ok_or_else(|| "write a time as 2026-08-15T06:00:00+07:00".to_owned())
    }

    /// UTC as RFC 3339 with milliseconds: `2026-08-15T07:30:00.000Z`.
    pub fn utc_rfc3339(self) -> String {
        format!("{:.3}", self.0)
    }

    /// The civil date and time in Vietnam (UTC+7, no daylight saving).
    pub fn local(self) -> jiff::civil::DateTime {
        Offset::constant(7).to_datetime(self.0)
    }
}

/// How far wall times of a source can be trusted; part of every event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockQuality {
    /// The operator gave the start time.
    Given,
    /// The container's metadata held it.
    Metadata,
    /// Read from the file's name.
    FileName,
    /// Only guessed, from the file's modification time: not fit to prove when something happened.
    Guessed,
    /// A live stream, timed by the camera's own clock (RTCP sender reports), which agrees with the
    /// host's.
    Camera,
    /// A live stream, timed by when its packets arrived at the host.
    Host,
}
