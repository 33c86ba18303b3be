//! Traffic lights of a scene and what they show.

use crate::vision::BBox;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A traffic light in the picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Signal {
    /// Unique within the camera.
    pub name: String,
    /// Where its lamps are, in pixels of the scene's `frame_size`.
    pub bbox: BBox,
    /// Names of signals that are never green together with it.
    pub conflicts: Vec<String>,
    /// Names of signals that always show the same.
    pub same_as: Vec<String>,
    /// Its red, amber and green lamp, in pixels of the scene's `frame_size`, where drawn.
    pub lamps: [Option<BBox>; 3],
}

/// What a traffic light shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignalState {
    /// Red, alone or with amber.
    Red,
    /// Amber alone.
    Amber,
    /// Green.
    Green,
    /// Cannot be told.
    #[default]
    Unknown,
}

/// What one traffic light shows in one frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalSight {
    /// The signal's name.
    pub name: String,
    /// What it shows.
    pub state: SignalState,
}

impl SignalState {
    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Unknown => "unknown",
        }
    }
}
