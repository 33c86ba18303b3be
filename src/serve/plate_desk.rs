//! Who reads plates, and what was read lately.

use crate::review::Unread;
use crate::vision::plates::PlateEyes;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What a machine made of the plate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct PlateReading {
    /// `read`; `cannot_read`; `no_vehicle`: the subject bears none; `no_model`: nobody reads here.
    pub(super) state: &'static str,
    /// The plate, a guess to be held against the pictures; it is stored nowhere.
    pub(super) plate: Option<String>,
    /// Pictures that show this one, of `of` that show any.
    pub(super) agree: usize,
    pub(super) of: usize,
    /// Pictures that were looked at.
    pub(super) pictures: usize,
    /// How sure the characters are on average, 0 to 1.
    pub(super) score: Option<f32>,
    /// Of `cannot_read`: `no_text`, `unclear`, `disagree`, `once_only`.
    pub(super) why: Option<Unread>,
    /// The models' names.
    pub(super) models: Vec<String>,
}

impl PlateReading {
    pub(super) const fn state(state: &'static str) -> Self {
        Self {
            state,
            plate: None,
            agree: 0,
            of: 0,
            pictures: 0,
            score: None,
            why: None,
            models: Vec::new(),
        }
    }
}

/// Who reads, once the models were looked for, and what was read, by the SHA-256 of the manifest.
#[derive(Debug, Default)]
pub(super) struct PlateDesk(pub(super) Mutex<PlateState>);

#[derive(Debug, Default)]
pub(super) struct PlateState {
    pub(super) eyes: Option<PlateEyes>,
    pub(super) known: BTreeMap<String, PlateReading>,
}
