//! Why there is no page of a run.

use crate::store::StoreError;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The run is not in the store.
    #[error("no run {0} is recorded in this data folder; give the id of one that is")]
    NoSuchRun(String),
    /// The run's id cannot name a folder.
    #[error("run id {0:?} cannot name a folder: use letters, digits, `-`, `_` and `.`")]
    BadRunId(String),
    /// The page could not be made.
    #[error("cannot make the page of run {run}: {source}; please report this")]
    Template {
        /// The run.
        run: String,
        /// Why.
        source: askama::Error,
    },
    /// The store or the disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}
