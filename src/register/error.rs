//! Why a register's file could not be read, or a change not be made.

use crate::store::StoreError;

/// Why a register's file could not be read, or a change not be made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Nothing in it.
    #[error(
        "the file is empty: write a row of headings and a row for each camera (`streetward register template` makes one)"
    )]
    Empty,
    /// Larger than any register.
    #[error("the file has {bytes} bytes, and a register has at most {most}: split it")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The largest that is read.
        most: u64,
    },
    /// More rows than any register.
    #[error("the file has more than {0} rows: split it")]
    TooManyRows(usize),
    /// A CSV in another encoding.
    #[error(
        "line {line} is not UTF-8: save the sheet as \"CSV UTF-8\", or give the XLSX file itself"
    )]
    NotUtf8 {
        /// The line, from 1.
        line: usize,
    },
    /// A CSV that breaks off.
    #[error("the file cannot be read as CSV ({0}): save it again, or give the XLSX file itself")]
    NotCsv(String),
    /// An XLSX that cannot be read.
    #[error(
        "the file cannot be read as XLSX ({0}): open it in a spreadsheet and save it again as XLSX"
    )]
    NotXlsx(String),
    /// An old or foreign format.
    #[error("this is neither CSV nor XLSX ({0}): open it in a spreadsheet and save it as XLSX")]
    OtherFormat(&'static str),
    /// A camera that the register does not hold.
    #[error("the register has no camera \"{code}\"{}; `streetward register list` shows all", .near.as_ref().map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default())]
    NoCamera {
        /// What was asked for.
        code: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// A position that the city does not have.
    #[error("{0}")]
    Position(String),
    /// Nothing to move.
    #[error("camera \"{0}\" stands there already; give another position, place or ward")]
    NotMoved(String),
    /// Somebody else was faster.
    #[error("somebody else has changed the register meanwhile; look at it again and repeat this")]
    Meanwhile,
    /// A template that could not be made.
    #[error("the template could not be made: {0}; report this")]
    Template(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
