//! Figures with what they are worth nothing without: when, where and by what they were measured.

use super::machine::Machine;
use crate::media::WallTime;
use serde::Serialize;

/// Figures with what they are worth nothing without: when, where and by what they were measured.
#[derive(Debug, Clone, Serialize)]
pub struct Report<F> {
    /// The figures; their keys stand at the top of the JSON object.
    #[serde(flatten)]
    pub figures: F,
    /// Version of this software.
    pub version: &'static str,
    /// When it was measured, UTC.
    pub date: String,
    /// Where it was measured.
    pub machine: Machine,
}

impl<F> Report<F> {
    /// Figures measured here at `date`.
    pub fn new(figures: F, date: WallTime) -> Self {
        Self {
            figures,
            version: env!("CARGO_PKG_VERSION"),
            date: date.utc_rfc3339(),
            machine: Machine::here(),
        }
    }
}
