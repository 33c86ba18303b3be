//! How long signs must last.

use super::Reason;

/// How long signs must last before a camera's state follows them, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionSpec {
    /// Without a packet for this long, a connected camera is offline.
    pub no_packets_seconds: f64,
    /// Before a picture that shows nothing makes it blind. A picture that stands still and a view
    /// that moved have been watched for longer than a second when they are first told of, and take a
    /// tenth of this.
    pub blind_seconds: f64,
    /// Before flicker, a wrong clock or an overload make it degraded.
    pub degraded_seconds: f64,
    /// All must be well for this long before it sees again.
    pub recover_seconds: f64,
}

impl Default for ConditionSpec {
    fn default() -> Self {
        Self {
            no_packets_seconds: 5.0,
            blind_seconds: 1.5,
            degraded_seconds: 2.0,
            recover_seconds: 2.0,
        }
    }
}

impl ConditionSpec {
    /// How long the signs of `reason` must last before it counts, in seconds.
    pub fn enter_seconds(&self, reason: Reason) -> f64 {
        match reason {
            Reason::Black | Reason::OverExposed | Reason::Covered | Reason::Defocused => {
                self.blind_seconds
            }
            Reason::Frozen | Reason::Moved => self.blind_seconds / 10.0,
            Reason::Flicker | Reason::ClockWrong | Reason::Overloaded => self.degraded_seconds,
            Reason::Starting
            | Reason::Unreachable
            | Reason::Refused
            | Reason::NoVideo
            | Reason::NoPackets
            | Reason::Undecodable
            | Reason::Stalled
            | Reason::ServiceStopped => 0.0,
        }
    }
}
