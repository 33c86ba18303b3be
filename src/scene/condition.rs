//! Whether a camera sees, and if not, why.

mod detail;
mod machine;
mod signs;
mod spec;

pub use detail::Detail;
pub use machine::Condition;
pub use signs::Signs;
pub use spec::ConditionSpec;

use crate::media::WallTime;
use crate::vision::health::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a camera sees. Ordered from best to worst.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CameraState {
    /// Pictures come and show what they should.
    Seeing,
    /// Pictures come and rules go on, but less well than agreed.
    Degraded,
    /// Pictures come and cannot be judged: rules are suspended.
    Blind,
    /// No pictures come.
    #[default]
    Offline,
}

/// Why a camera sees less than it should.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Not connected yet since the service began.
    Starting,
    /// The address cannot be reached, or nothing answers there.
    Unreachable,
    /// User or password are refused.
    Refused,
    /// What answers is no video, or none that can be decoded.
    NoVideo,
    /// The stream stopped giving packets.
    NoPackets,
    /// Packets come and none can be decoded.
    Undecodable,
    /// The same picture again and again.
    Frozen,
    /// Black, or near it.
    Black,
    /// Over-exposed.
    OverExposed,
    /// Covered.
    Covered,
    /// Out of focus.
    Defocused,
    /// Moved or turned: zones no longer lie where they were drawn.
    Moved,
    /// The light flickers.
    Flicker,
    /// The camera's clock is wrong.
    ClockWrong,
    /// Analysis does not keep up.
    Overloaded,
    /// A stage of the program hung.
    Stalled,
    /// The service did not run: nobody knows.
    ServiceStopped,
}

impl CameraState {
    /// From best to worst.
    pub const ALL: [Self; 4] = [Self::Seeing, Self::Degraded, Self::Blind, Self::Offline];

    /// Whether nothing can be judged.
    pub const fn is_away(self) -> bool {
        matches!(self, Self::Blind | Self::Offline)
    }

    /// As it is written in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seeing => "seeing",
            Self::Degraded => "degraded",
            Self::Blind => "blind",
            Self::Offline => "offline",
        }
    }
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Starting,
        Self::Unreachable,
        Self::Refused,
        Self::NoVideo,
        Self::NoPackets,
        Self::Undecodable,
        Self::Frozen,
        Self::Black,
        Self::OverExposed,
        Self::Covered,
        Self::Defocused,
        Self::Moved,
        Self::Flicker,
        Self::ClockWrong,
        Self::Overloaded,
        Self::Stalled,
        Self::ServiceStopped,
    ];

    /// The state a camera is in where nothing graver holds.
    pub const fn state(self) -> CameraState {
        match self {
            Self::Starting
            | Self::Unreachable
            | Self::Refused
            | Self::NoVideo
            | Self::NoPackets
            | Self::Undecodable
            | Self::ServiceStopped => CameraState::Offline,
            Self::Frozen
            | Self::Black
            | Self::OverExposed
            | Self::Covered
            | Self::Defocused
            | Self::Moved
            | Self::Stalled => CameraState::Blind,
            Self::Flicker | Self::ClockWrong | Self::Overloaded => CameraState::Degraded,
        }
    }

    /// Whether the cause lies with this program or its machine, and not with camera, mast or network.
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Starting | Self::Overloaded | Self::Stalled | Self::ServiceStopped)
    }

    /// As it is written in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::NoVideo => "no_video",
            Self::NoPackets => "no_packets",
            Self::Undecodable => "undecodable",
            Self::Frozen => "frozen",
            Self::Black => "black",
            Self::OverExposed => "over_exposed",
            Self::Covered => "covered",
            Self::Defocused => "defocused",
            Self::Moved => "moved",
            Self::Flicker => "flicker",
            Self::ClockWrong => "clock_wrong",
            Self::Overloaded => "overloaded",
            Self::Stalled => "stalled",
            Self::ServiceStopped => "service_stopped",
        }
    }
}

impl From<&Fault> for Reason {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::Frozen { .. } => Self::Frozen,
            Fault::Black => Self::Black,
            Fault::OverExposed { .. } => Self::OverExposed,
            Fault::Covered { .. } => Self::Covered,
            Fault::Defocused { .. } => Self::Defocused,
            Fault::Moved { .. } => Self::Moved,
            Fault::Flicker { .. } => Self::Flicker,
        }
    }
}

/// A camera's state from a time on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateChange {
    /// From when.
    pub at: WallTime,
    /// What it is from then on.
    pub state: CameraState,
    /// Why, the gravest first; empty while it sees.
    pub reasons: Vec<Reason>,
    /// What is known beside the gravest reason.
    #[serde(default, deserialize_with = "Detail::read")]
    pub detail: Detail,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_records() {
        for state in CameraState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        for reason in Reason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
        }
    }
}
