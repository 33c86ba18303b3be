//! Where an event's evidence stands.

use serde::{Deserialize, Serialize};

/// Where an event's evidence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceState {
    /// Not sealed yet: the incident goes on, or its pictures and clip are being made.
    Open,
    /// Sealed, with all that was wanted.
    #[default]
    Whole,
    /// Sealed, and something is lacking: its record says what.
    Incomplete,
    /// There is none and there will be none: the event's `evidence_note` says why.
    None,
    /// There was some; it was removed when its time or its room was over.
    Removed,
}

impl EvidenceState {
    /// Whether a sealed folder belongs to it.
    pub const fn has_folder(self) -> bool {
        matches!(self, Self::Whole | Self::Incomplete)
    }
}
