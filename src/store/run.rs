//! A run: one command that made events, and what became of each of its sources.

use crate::media::WallTime;
use serde::{Deserialize, Serialize};

/// One command that made events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Unique in the data folder, fit for a folder's name (letters, digits, `-`, `_`, `.`).
    pub id: String,
    /// When the command began.
    pub started_utc: WallTime,
    /// When it ended; `None` while it runs, or when it was killed.
    pub finished_utc: Option<WallTime>,
    /// The command line.
    pub command: String,
    /// The version of this program.
    pub version: String,
}

/// What became of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceOutcome {
    /// Judged to its end.
    Complete,
    /// Judged as far as it could be read; `message` says why not further.
    Truncated,
    /// The operator stopped the run.
    Interrupted,
    /// Could not be judged; `message` says why.
    Failed,
}

/// One source of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSource {
    /// The path as given.
    pub path: String,
    /// The camera's id.
    pub camera: String,
    /// Names the footage by its content; `None` where it could not be read at all.
    pub source_fingerprint: Option<String>,
    /// Frames judged.
    pub frames: u64,
    /// Media time judged, seconds.
    pub footage_seconds: f64,
    /// Time the work took, seconds.
    pub wall_seconds: f64,
    /// What became of it.
    pub outcome: SourceOutcome,
    /// Why it did not complete, or what was repaired, for people.
    pub message: Option<String>,
    /// What is wrong with its clock, for people; `None` when it can be trusted.
    pub clock_note: Option<String>,
}
