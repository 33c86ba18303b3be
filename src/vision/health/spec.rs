//! What is looked for, and how strictly.

/// What is looked for, and how strictly: `[health]` in a camera file.
// Each fault is looked for or not, whatever the others are.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, PartialEq)]
pub struct HealthSpec {
    /// Whether a picture that stands still is told.
    pub frozen: bool,
    /// Whether a black picture is told.
    pub black: bool,
    /// Whether an over-exposed picture is told.
    pub over_exposed: bool,
    /// Whether a covered view is told.
    pub covered: bool,
    /// Whether a defocused view is told.
    pub defocused: bool,
    /// Whether a view that lies elsewhere is told.
    pub moved: bool,
    /// Whether flicker is told.
    pub flicker: bool,
    /// Seconds of the same picture that are a fault at once, where the camera's pictures never stand
    /// still otherwise; where they do, more is asked.
    pub frozen_seconds: f64,
    /// Share of the view, 0 to 1, that must be hidden.
    pub covered_share: f64,
    /// Share of the sharpness it had, 0 to 1, below which a view is out of focus.
    pub sharpness_share: f64,
    /// Share of the picture's width, 0 to 1, that the view must be shifted by.
    pub moved_share: f64,
}

impl Default for HealthSpec {
    fn default() -> Self {
        Self {
            frozen: true,
            black: true,
            over_exposed: true,
            covered: true,
            defocused: true,
            moved: true,
            flicker: true,
            frozen_seconds: 1.8,
            covered_share: 0.45,
            sharpness_share: 0.65,
            moved_share: 0.008,
        }
    }
}
