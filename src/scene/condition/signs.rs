//! What is known of a camera at a moment.

use super::{Detail, Reason};
use crate::media::WallTime;

/// What is known of a camera at a moment, from connection, pixels, clock and stages. Note one a few
/// times a second while packets come, and one at every failed try to connect.
#[derive(Debug, Clone, PartialEq)]
pub struct Signs {
    /// When.
    pub at: WallTime,
    /// Whether there is a connection; if not, why.
    pub connected: Result<(), (Reason, Detail)>,
    /// Seconds since the last packet; since connecting, where none came yet.
    pub last_packet_age_seconds: f64,
    /// What the last picture examined shows to be wrong.
    pub faults: Vec<(Reason, Detail)>,
    /// What is wrong with the camera's clock.
    pub clock_wrong: Option<Detail>,
    /// Whether analysis does not keep up.
    pub overloaded: bool,
    /// Whether a stage of the program hangs.
    pub stalled: bool,
}

impl Signs {
    /// Nothing is wrong.
    pub fn good(at: WallTime) -> Self {
        Self {
            at,
            connected: Ok(()),
            last_packet_age_seconds: 0.0,
            faults: Vec::new(),
            clock_wrong: None,
            overloaded: false,
            stalled: false,
        }
    }
}
