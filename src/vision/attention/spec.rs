//! How a camera's attention works: what a user may set.

/// What of the frames is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// All of every frame.
    EveryFrame,
    /// All of the frames in which something moved.
    WholeFrames,
    /// The regions in which something moved or is about to be lost; now and then all of the frame.
    #[default]
    Regions,
}

impl Mode {
    /// Every mode, in the order of declaration.
    pub const ALL: [Self; 3] = [Self::EveryFrame, Self::WholeFrames, Self::Regions];

    /// The name used in configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EveryFrame => "every_frame",
            Self::WholeFrames => "whole_frames",
            Self::Regions => "regions",
        }
    }
}

/// How a camera's attention works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttentionSpec {
    /// What of the frames is looked at.
    pub mode: Mode,
    /// Scale of regions, as the long side that a whole frame's input would have, in pixels; `None`:
    /// that of the whole frame. Never coarser than that.
    pub detail_long_side: Option<u32>,
    /// The whole frame is looked at this often while something moves, in seconds; 0: in every frame
    /// that is looked at.
    pub whole_seconds: f64,
    /// The whole frame is looked at at least this often while nothing moves, in seconds.
    pub rest_seconds: f64,
    /// At most so many million pixels of input a second; `None`: as many as are wanted.
    pub budget_megapixels_per_second: Option<f64>,
}

impl AttentionSpec {
    /// All of every frame: no attention at all.
    pub const OFF: Self = Self {
        mode: Mode::EveryFrame,
        detail_long_side: None,
        whole_seconds: 0.0,
        rest_seconds: 0.0,
        budget_megapixels_per_second: None,
    };
}

impl Default for AttentionSpec {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            detail_long_side: None,
            whole_seconds: 0.5,
            rest_seconds: 10.0,
            budget_megapixels_per_second: None,
        }
    }
}
