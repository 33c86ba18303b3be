//! The stages that a camera has threads of its own for.

/// A stage of one camera's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CameraStage {
    /// Reads and decodes the main stream.
    Read,
    /// Reads and decodes the analysis stream.
    Sub,
    /// Chooses what to look at, and examines whether the camera is well.
    Attend,
    /// Tracks.
    Track,
    /// Judges and records.
    Judge,
    /// Listens to a controller of traffic lights.
    Feed,
}

impl CameraStage {
    /// All, in the order of the data.
    pub const ALL: [Self; 6] =
        [Self::Read, Self::Sub, Self::Attend, Self::Track, Self::Judge, Self::Feed];

    /// The name in threads, figures and status.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Sub => "sub",
            Self::Attend => "attend",
            Self::Track => "track",
            Self::Judge => "judge",
            Self::Feed => "feed",
        }
    }
}
