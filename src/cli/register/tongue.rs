//! The language of what a command writes.

use clap::ValueEnum;

/// The language of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Tongue {
    /// Vietnamese
    Vi,
    /// English
    En,
}
