//! How long people stay logged in.

use crate::media::WallTime;

/// Sessions of one user that are kept: more end the one that was used longest ago.
pub(super) const MOST_SESSIONS: u32 = 10;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTerms {
    /// Hours from logging in, whatever is done.
    pub hours: u32,
    /// Minutes without a request.
    pub idle_minutes: u32,
}

impl SessionTerms {
    /// When a session ends that begins now.
    pub(super) fn end(self, begun: WallTime) -> WallTime {
        begun.plus_seconds(i64::from(self.hours) * 3600)
    }

    pub(super) fn idle_end(self, seen: WallTime) -> WallTime {
        seen.plus_seconds(i64::from(self.idle_minutes) * 60)
    }
}
