//! A number of things, as people type it.

use std::num::NonZeroUsize;

/// A count of workers or jobs as typed.
pub(super) fn count(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "write a whole number, 1 or more")
}
