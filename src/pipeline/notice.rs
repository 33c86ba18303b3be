//! What judges tell the keeper.

use super::job::Progress;
use crate::evidence::EvidenceContext;
use crate::media::{Hold, PacketRing, PacketRun};
use crate::rules::{Closing, Incident};
use std::path::PathBuf;
use std::sync::Arc;

/// Whose incident it is.
pub struct Origin {
    /// The job's number within the run.
    pub number: usize,
    /// What all events of its source share.
    pub context: Arc<EvidenceContext>,
    /// Counters of its job.
    pub progress: Arc<Progress>,
    /// The source as the operator named it.
    pub path: PathBuf,
    /// Live: where pictures of an incident that goes on come from.
    pub ring: Option<Arc<PacketRing>>,
}

/// News of an incident.
pub enum Notice {
    /// It became a violation.
    Opened {
        /// Whose it is.
        job: Origin,
        /// All that is known of it.
        incident: Box<Incident>,
        /// Packets of its start, where those were kept apart.
        before: Option<PacketRun>,
        /// Packets of its moment.
        around: Hold,
    },
    /// It is over.
    Closed {
        /// Whose it is.
        job: Origin,
        /// All that is known of it.
        incident: Box<Incident>,
        /// Why it ended.
        closing: Closing,
    },
    /// In a service: the session of this number was given up, and nobody will close what it opened.
    GivenUp(usize),
    /// In a service: no more will come, whoever still holds an end of the queue.
    End,
}
