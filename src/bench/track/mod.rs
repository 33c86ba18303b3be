//! How well objects are followed, and how fast: our tracker, or anybody's result files, against the
//! ground truth of sequences in MOT form.
//!
//! What enters: sequences and boxes with ids. What leaves: [`TrackFigures`]. One file a metric; the
//! numbers are those of the reference evaluation, the Python package `trackeval` 1.0.0 (`MotChallenge2DBox` without
//! its preprocessing), to two decimals and beyond, which tests show.

mod bench;
mod clear;
mod figures;
mod follow;
mod hota;
mod identity;
pub(super) mod matching;
mod overlap;
mod scores;

pub use bench::{TrackBench, TrackError};
pub use clear::Clear;
pub use figures::{SequenceFigures, TrackFigures};
pub use hota::{ALPHAS, Hota, alpha};
pub use identity::Identity;
pub use overlap::Overlaps;
pub use scores::{AlphaCurves, Tally, TrackScores};
