//! What a route needs of whoever asks.

use crate::review::Permission;

/// What a route needs of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: anybody may ask.
    Nothing,
    /// That he is signed in, though his password is to be changed before all else.
    Entrance,
    /// That he is signed in.
    Session,
    /// That his role, and his token, allow it.
    May(Permission),
}
