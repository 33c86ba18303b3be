//! What stops a run or a job.

use crate::evidence::EvidenceError;
use crate::media::MediaError;
use crate::rules::RuleError;
use crate::store::{RecordError, StoreError};
use crate::vision::VisionError;

/// What stops a run or a job.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The footage.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The model.
    #[error(transparent)]
    Vision(#[from] VisionError),
    /// The rules.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// The observation record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The database or the data folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Evidence.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The system.
    #[error("no thread could be started: {0}; too many processes are running")]
    Thread(#[from] std::io::Error),
    /// A job that had to succeed did not.
    #[error("{0}")]
    Failed(String),
    /// A defect.
    #[error(
        "the {0} stage ended unexpectedly; what was sealed before is kept; please report this with the output of -vv"
    )]
    StageDied(&'static str),
}
