//! How a picture lies against the steady view.

use super::shift::Shift;
use crate::media::MediaTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a picture lies against the steady view; shifts lead from the picture to that view.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// As drawn, within a pixel or so.
    #[default]
    Steady,
    /// Shaken, and compensated.
    Shaken(Shift),
    /// Cannot be told: too dark, covered, or on its way elsewhere. Nothing is compensated.
    Unknown,
    /// The camera was moved for good some time before; shake is compensated against where it
    /// looks now. Zones may not lie where they were drawn.
    Moved(Shift),
}

impl View {
    /// Whether there is nothing to tell.
    pub fn is_steady(&self) -> bool {
        *self == Self::Steady
    }

    /// From pixels of the picture to those of the steady view.
    pub fn shift(&self) -> Shift {
        match self {
            Self::Steady | Self::Unknown => Shift::NONE,
            Self::Shaken(shift) | Self::Moved(shift) => *shift,
        }
    }

    /// The same in a picture whose pixels are counted `sx` and `sy` times as many.
    #[must_use]
    pub fn scaled(&self, sx: f64, sy: f64) -> Self {
        self.mapped(|shift| shift.scaled(sx, sy))
    }

    /// As a record gives it back.
    #[must_use]
    pub fn rounded(&self) -> Self {
        self.mapped(Shift::rounded)
    }

    fn mapped(&self, how: impl Fn(&Shift) -> Shift) -> Self {
        match self {
            Self::Steady | Self::Unknown => *self,
            Self::Shaken(shift) => Self::Shaken(how(shift)),
            Self::Moved(shift) => Self::Moved(how(shift)),
        }
    }
}

/// A move of the camera for good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// When it was noticed.
    pub time: MediaTime,
    /// From pixels of pictures since then to those of before; `None`: it looks elsewhere.
    pub shift: Option<Shift>,
}
