//! A part of a bench that could not be measured, named; the others are.

use serde::{Deserialize, Serialize};

/// A sequence, model or clip that could not be measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Its name.
    pub name: String,
    /// Why, and what to do.
    pub reason: String,
}
