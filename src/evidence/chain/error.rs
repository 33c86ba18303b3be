//! What can go wrong with the chain, and what to do about it.

use super::super::signing::KeyId;
use jiff::civil::Date;
use std::io;
use std::path::PathBuf;

/// Why a day of the chain could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
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
    /// Not what this program writes.
    #[error("{}: {detail}; put it back from a backup", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// There is no key that could sign a day. What is not signed anybody could have written.
    #[error(
        "nothing is entered into the chain of {day}, as it cannot be signed ({detail}): what waits is \
         entered once it can be"
    )]
    Unsigned {
        /// Which day.
        day: Date,
        /// What is wrong.
        detail: String,
    },
    /// A key that begins after the day it would sign.
    #[error(
        "nothing is entered into the chain of {day}: the time of the key {key} begins later, so it \
         was made while this computer's clock was ahead, and its start cannot be moved ({detail}); \
         see that the clock is right, and replace the key with `streetward keys new --after-loss`"
    )]
    Clock {
        /// Which day.
        day: Date,
        /// Which key.
        key: KeyId,
        /// Why not.
        detail: String,
    },
    /// A day that is not what was written. It is never written over.
    #[error(
        "the chain of {day} is not what was written ({detail}): nothing is added to it; keep the \
         file for inquiry and put it back from a backup (streetward evidence verify tells more)"
    )]
    Broken {
        /// Which day.
        day: Date,
        /// What is wrong.
        detail: String,
    },
}
