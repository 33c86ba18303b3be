//! The figures of `bench events`.

use super::score::Score;
use crate::bench::failed::Failed;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a suite came to. In order of clips and times, whatever the number of workers.
#[derive(Debug, Clone, Serialize)]
pub struct EventsFigures {
    /// The suite's file.
    pub suite: String,
    /// The model that saw, where any clip needed one.
    pub model: String,
    /// Seconds by which times may differ.
    pub tolerance_seconds: f64,
    /// All clips together.
    pub totals: Score,
    /// By kind: those labelled, found, or judged by some camera.
    pub kinds: BTreeMap<&'static str, Score>,
    /// By condition.
    pub conditions: BTreeMap<String, Score>,
    /// One a clip, in the suite's order.
    pub clips: Vec<ClipFigures>,
    /// Labels not found.
    pub misses: Vec<Miss>,
    /// Events that nothing speaks for.
    pub false_alarms: Vec<FalseAlarm>,
    /// Further events of violations found.
    pub duplicates: Vec<FalseAlarm>,
    /// Clips that could not be judged; they count nowhere else.
    pub failed: Vec<Failed>,
}

/// One clip.
#[derive(Debug, Clone, Serialize)]
pub struct ClipFigures {
    /// Its name in the suite.
    pub name: String,
    /// Its condition.
    pub condition: String,
    /// Its length, seconds.
    pub seconds: f64,
    /// What it came to.
    pub score: Score,
    /// Kinds that its labels call negative, and how many events there were of each besides those labelled.
    pub negatives: BTreeMap<&'static str, usize>,
    /// Its labels, for the timeline.
    pub labels: Vec<Span>,
    /// Its events.
    pub events: Vec<Span>,
    /// What the operator should know of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What became of a label or event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Matched, and of the right subject where that is known.
    Right,
    /// Matched, but of somebody else.
    WrongSubject,
    /// A label without an event.
    Missed,
    /// An event without a label.
    FalseAlarm,
    /// An event of a violation that has one.
    Duplicate,
    /// Counts neither for nor against.
    Excused,
}

/// A label or event on a clip's timeline.
#[derive(Debug, Clone, Serialize)]
pub struct Span {
    /// Its kind.
    pub kind: &'static str,
    /// Its zone or line, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// From, seconds.
    pub start_s: f64,
    /// When it became a violation.
    pub moment_s: f64,
    /// To.
    pub end_s: f64,
    /// Of an event: when it was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_s: Option<f64>,
    /// What became of it.
    pub finding: Finding,
    /// Of an event: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// A label that was not found.
#[derive(Debug, Clone, Serialize)]
pub struct Miss {
    /// The clip's name.
    pub clip: String,
    /// Its condition.
    pub condition: String,
    /// The label's kind.
    pub kind: &'static str,
    /// Its zone or line.
    pub place: Option<String>,
    /// When it begins.
    pub start_s: f64,
    /// When it ends.
    pub end_s: f64,
    /// What the label says of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The picture of that time, box and zone drawn.
    pub still: Option<PathBuf>,
}

/// An event that should not be.
#[derive(Debug, Clone, Serialize)]
pub struct FalseAlarm {
    /// The clip's name.
    pub clip: String,
    /// Its condition.
    pub condition: String,
    /// The event's kind.
    pub kind: &'static str,
    /// Its zone or line.
    pub place: String,
    /// The rule that found it.
    pub rule: String,
    /// When it begins.
    pub start_s: f64,
    /// When it became a violation.
    pub moment_s: f64,
    /// When it ends.
    pub end_s: f64,
    /// The event's id.
    pub event: String,
    /// What the labels say, where they call this kind negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative: Option<String>,
    /// Its marked still.
    pub still: Option<PathBuf>,
}
