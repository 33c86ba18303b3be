//! What takes a letter to its sink.

use super::attempt::{Attempt, Outcome};

/// What takes letters to one sink. Blocks for at most about the sink's time-out.
pub(super) trait Carrier: Send {
    /// Tries once.
    fn carry(&mut self, attempt: &Attempt<'_>) -> Outcome;

    /// No more letters for now: lets go of connections.
    fn rest(&mut self) {}
}
