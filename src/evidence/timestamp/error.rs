//! What can go wrong with a time-stamp, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why there is no time-stamp.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    /// The authority was not reached, or answered otherwise.
    #[error("the time-stamping authority {authority}: {detail}; it is asked again later")]
    Authority {
        /// Its host.
        authority: String,
        /// What went wrong.
        detail: String,
    },
    /// Not a token, or one of something else.
    #[error("it is no time-stamp of this: {0}")]
    Token(String),
    /// A file could not be read or written.
    #[error("cannot {action} {}: {source}; check the folder's permissions and its disk", .path.display())]
    File {
        /// What was being done, as a verb.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The chain could not be read.
    #[error(transparent)]
    Chain(#[from] super::super::chain::ChainError),
}
