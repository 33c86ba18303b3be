//! Stored observations judged again: what other rules would have found, without decoding anything.
//!
//! What enters: a camera file and the records of that camera. What leaves: what is kept, changed,
//! gained and lost. Writes nothing.

mod again;
mod compare;
mod range;
mod rejudge;

pub use again::{Replay, replay};
pub use compare::{Change, Difference, ReplayedIncident};
pub use range::Range;
