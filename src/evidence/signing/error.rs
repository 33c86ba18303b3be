//! What can go wrong with keys and signatures, and what to do about it.

use super::key_id::KeyId;
use crate::media::WallTime;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing could be signed, or a key could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// No key was ever made.
    #[error(
        "there is no signing key in {}: make one with `streetward keys new`", .0.display()
    )]
    NoKeys(PathBuf),
    /// There are keys already.
    #[error(
        "{} has keys already: replace the one in use with `streetward keys rotate`, or, where it is lost, with `streetward keys new --after-loss`", .0.display()
    )]
    Exists(PathBuf),
    /// A file of keys could not be read or written.
    #[error("cannot {action} {}: {source}; check the folder's permissions and its disk", .path.display())]
    File {
        /// What was being done, as a verb.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not a key, or not the one it is named after.
    #[error("{} is no key that can be used ({detail}): put it back from a backup, or make another with `streetward keys new --after-loss`", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// `keys.json` is not what it should be.
    #[error("{} cannot be understood ({detail}): put it back from a backup", .path.display())]
    Ring {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// A clock that is behind what was signed, or was ahead when that was.
    #[error(
        "no key was replaced: by this computer's clock it is {}, before {than}; if the clock is wrong now, set it right; if it was ahead then and is right now, {way}", .now.local_rfc3339()
    )]
    Behind {
        /// By the clock.
        now: WallTime,
        /// What is later, and its time.
        than: String,
        /// What to do where the clock was ahead then.
        way: String,
    },
    /// No such key.
    #[error("no key is called {0}: `streetward keys list` names them")]
    Unknown(KeyId),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers ({0}), so no key can be made; try again later")]
    Random(String),
    /// Not a signature.
    #[error("it is not a signature that this version reads: {0}")]
    Signature(String),
}

impl SigningError {
    /// An error of the system while doing `action` to `path`.
    pub(super) fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File { action, path: path.to_path_buf(), source }
    }
}
