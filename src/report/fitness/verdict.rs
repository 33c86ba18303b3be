//! How well a rule can be judged in a view.

use serde::Serialize;

/// Whether a rule works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does, as far as was looked at.
    Works,
    /// Too little was seen to tell.
    Unknown,
    /// It will miss much, or be doubtful.
    Poor,
    /// It cannot.
    Cannot,
}

impl Verdict {
    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Unknown => "unknown",
            Self::Poor => "poor",
            Self::Cannot => "cannot",
        }
    }
}
