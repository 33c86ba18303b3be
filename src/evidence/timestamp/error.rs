//! What can go wrong with a time-stamp, and what to do about it.

use std::fmt::Display;
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
    /// It answers another question: somebody sent an old answer again.
    #[error(
        "it is no answer to what was asked: its nonce is another; the authority is asked again later"
    )]
    OtherNonce,
    /// It is of something else.
    #[error(
        "it is of another SHA-256 than the day's head: it belongs to something else, or the day was written anew"
    )]
    OtherSum,
    /// What it says is not what was signed.
    #[error("its signature does not hold ({0}): it was altered, or is by somebody else")]
    Signature(String),
    /// Its certificate was not valid when it was made.
    #[error(
        "the certificate of {authority} was not valid at {at}, when the time-stamp was made: it was from {from} to {to}; tell the authority"
    )]
    Expired {
        /// Whose certificate.
        authority: String,
        /// When the token was made.
        at: String,
        /// The certificate's time.
        from: String,
        /// Its end.
        to: String,
    },
    /// Its certificate is under none of those that are trusted.
    #[error(
        "the time-stamping authority {authority} is not known: its certificate is under none of those given ({detail})"
    )]
    Unknown {
        /// Whose certificate.
        authority: String,
        /// What was found.
        detail: String,
    },
    /// Certificates that cannot be used.
    #[error("{}: {detail}; give a file of certificates in PEM", .path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
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

/// Any reader's complaint.
#[allow(clippy::needless_pass_by_value, reason = "as map_err gives it")]
pub(super) fn wrong(detail: impl Display) -> StampError {
    StampError::Token(detail.to_string())
}
