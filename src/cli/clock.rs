//! The clock that commands go by.

use crate::media::WallTime;

/// Wall time of the command itself; no event is timed by it.
#[allow(clippy::disallowed_methods)]
pub(super) fn now() -> WallTime {
    WallTime(jiff::Timestamp::now())
}
