//! Why a document could not be written.

use crate::store::StoreError;
use std::path::PathBuf;

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// Rows, totals or series of another length than their heads: a defect of who filled it.
    #[error("the report \"{document}\" is not sound: {what}; please report this")]
    Unsound {
        /// The document's name.
        document: String,
        /// What is wrong.
        what: String,
    },
    /// The form could not be made of a sound document: a defect, or no memory.
    #[error("the report cannot be made as {format} ({why}); please report this")]
    Making {
        /// The form.
        format: &'static str,
        /// Why.
        why: String,
    },
    /// The template is not there or cannot be read.
    #[error("{}: the template cannot be read ({source}); check \"template\" in [report]", path.display())]
    NoTemplate {
        /// The template.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The template is no DOCX that fields can be put into.
    #[error("{}: the template cannot be used: {what}; begin with the one that 'streetward report template --out report.docx' writes", path.display())]
    BadTemplate {
        /// The template.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PaperError {
    pub(super) fn making(format: &'static str, why: impl std::fmt::Display) -> Self {
        Self::Making { format, why: why.to_string() }
    }
}
