//! Why a record could not be written or read.

use super::format::{LIVE_RECORD_FORMAT, RECORD_FORMAT};
use std::io;
use std::path::{Path, PathBuf};

/// Why a record could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The disk refused.
    #[error("observation record {}: cannot {action}: {source}; check the disk's space and rights", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A camera id or fingerprint that would leave the folder.
    #[error(
        "observation record of camera `{camera}`: `{value}` cannot be part of a file's name; use letters, digits, `-`, `_` and `.`"
    )]
    BadName {
        /// The camera's id.
        camera: String,
        /// The part refused.
        value: String,
    },
    /// Not a record this version reads.
    #[error("observation record {}: its format is `{format}` and {RECORD_FORMAT} and {LIVE_RECORD_FORMAT} are read; judge its footage again with `streetward batch`", path.display())]
    BadFormat {
        /// The file.
        path: PathBuf,
        /// What it says of itself.
        format: String,
    },
    /// A line that is not what it should be.
    #[error("observation record {}, line {line}: {problem}; judge its footage again with `streetward batch`", path.display())]
    BadLine {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
}

impl RecordError {
    /// Whether nothing else could be written either.
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        matches!(self, Self::Io { source, .. } if matches!(source.kind(), StorageFull | QuotaExceeded))
    }
}

pub(super) fn io_error(path: &Path, action: &'static str, source: io::Error) -> RecordError {
    RecordError::Io { path: path.to_path_buf(), action, source }
}
