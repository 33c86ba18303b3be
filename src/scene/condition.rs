//! Whether a camera sees, and if not, why.

use crate::media::WallTime;
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

/// A camera's state from a time on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateChange {
    /// From when.
    pub at: WallTime,
    /// What it is from then on.
    pub state: CameraState,
    /// Why, the gravest first; empty while it sees.
    pub reasons: Vec<Reason>,
    /// One sentence for people, in English, with figures where there are some (a shift in pixels, the
    /// time of the next try).
    pub detail: String,
}
