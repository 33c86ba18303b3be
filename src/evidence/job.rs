//! Making an event's pictures and clip: for what, and what came of it.

use super::appearance::Appearance;
use super::context::EvidenceContext;
use super::disk;
use super::error::EvidenceError;
use super::facts::{EventClip, EventStills};
use super::id::EventId;
use crate::media::MediaError;
use crate::rules::Incident;
use std::path::PathBuf;

/// What was written into the staging folder.
#[derive(Debug, Clone)]
pub(super) struct StagedWork {
    pub folder: PathBuf,
    pub stills: EventStills,
    pub clip: EventClip,
    /// How the subject looked at the moment.
    pub appearance: Option<Appearance>,
    /// Reading ended before the footage wanted did: running again gives more.
    pub broken_off: bool,
    /// What is not as it should be with it, in a sentence.
    pub note: Option<String>,
}

/// What the makers of pictures and clip need to know, and how their errors are named.
pub(super) struct Job<'a> {
    pub ctx: &'a EvidenceContext,
    pub incident: &'a Incident,
    pub id: &'a EventId,
    pub folder: &'a std::path::Path,
}

impl Job<'_> {
    /// An error of the media room, which a full disk also causes.
    pub(super) fn media(&self, source: MediaError) -> EvidenceError {
        let full = matches!(source, MediaError::DiskFull { .. }) || disk::is_full(self.folder);
        if full {
            return EvidenceError::DiskFull { path: self.folder.to_path_buf(), source: None };
        }
        let camera = self.ctx.camera.id.clone();
        EvidenceError::Media { camera, event: self.id.clone(), source }
    }

    /// The footage does not reach to the incident.
    pub(super) fn no_footage(&self) -> EvidenceError {
        EvidenceError::NoFootage { camera: self.ctx.camera.id.clone(), event: self.id.clone() }
    }
}
