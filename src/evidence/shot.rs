//! One of an event's three pictures.

use crate::media::{MediaTime, WallTime};

/// Which of the three pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Before,
    Moment,
    After,
}

/// A picture, and the instant it really shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shot {
    pub part: Part,
    pub at: MediaTime,
    pub wall: WallTime,
    /// Of the moment's picture: seconds by which it misses the moment; `None`: it is of the moment.
    pub off: Option<f64>,
}
