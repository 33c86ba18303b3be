//! Crossing a line: red lights, solid lines, banned turns.
//!
//! Judged from where the wheels meet the ground ([`contact`]), against segments, not endless lines
//! ([`fence`]): passing beside a line's end is no crossing. A subject must be seen before the line,
//! cross it, and get well beyond; the instant is interpolated between sightings. What the signal
//! showed is kept over time ([`timeline`]), so that a change that is confirmed late still counts
//! for the subject.

mod contact;
mod crosser;
mod fence;
mod passage;
mod ruling;
mod state;
mod timeline;
mod verdict;

pub(super) use state::{Crossing, CrossingState};
