//! What can be wrong with a folder in MOT form.

use std::path::PathBuf;

/// What can be wrong with a folder in MOT form, each with its file, and its line where it has one.
#[derive(Debug, thiserror::Error)]
pub enum MotError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}; make it readable, or leave its sequence out")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is needed is not there.
    #[error("{path} is missing; {remedy}")]
    Missing {
        /// The file.
        path: PathBuf,
        /// What to do.
        remedy: &'static str,
    },
    /// A row is wrong.
    #[error("{path}, line {line}: {reason}")]
    Row {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong, and what belongs there.
        reason: String,
    },
    /// `seqinfo.ini` lacks a key, or holds a wrong one.
    #[error("{path}: {reason}")]
    Info {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what belongs there.
        reason: String,
    },
    /// A folder without any sequence in it.
    #[error(
        "{path} holds no sequence: neither it nor a folder in it has a seqinfo.ini, det/det.txt or gt/gt.txt{hint}"
    )]
    NoSequence {
        /// The folder.
        path: PathBuf,
        /// Where there are some.
        hint: String,
    },
}
