//! What the rooms above need said in their own words: the facts of a source for evidence and for the
//! record of observations.

use super::job::Job;
use crate::config::Camera;
use crate::evidence::{CameraFacts, EvidenceContext, ModelFacts, Position, SourceFacts};
use crate::media::SourceInfo;
use crate::store::{RECORD_FORMAT, RecordHeader, RecordModel, Watched};
use crate::vision::Model;
use std::path::Path;

/// What sees a job's frames: the model, or what stands in for it.
pub(super) fn seer(job: &Job, model: &Model) -> ModelFacts {
    let (name, sha256) = match &job.boxes {
        Some(boxes) => (boxes.name(), boxes.sha256()),
        None => (model.name(), model.sha256()),
    };
    ModelFacts { name: name.to_owned(), sha256: sha256.to_owned() }
}

/// What all events of one source share.
pub(super) fn context(
    data: &Path,
    camera: &Camera,
    info: &SourceInfo,
    seer: ModelFacts,
) -> EvidenceContext {
    let file = info.path.file_name().unwrap_or(info.path.as_os_str());
    let zones = camera.scene.zones.iter().map(|z| (z.name.clone(), z.corners()));
    EvidenceContext {
        data: data.to_owned(),
        camera: CameraFacts {
            id: camera.id.clone(),
            name: camera.name.clone(),
            ward: camera.ward.clone(),
            position: camera.position.map(|p| Position { lat: p.lat, lon: p.lon }),
        },
        source: SourceFacts {
            file: file.to_string_lossy().into_owned(),
            fingerprint: info.fingerprint.clone(),
            codec: info.codec.clone(),
            clock_quality: info.clock_quality,
            clock_note: info.clock_note.clone(),
        },
        zones: zones.collect(),
        lines: camera.scene.lines.clone(),
        signals: camera.scene.signals.iter().map(|s| (s.name.clone(), s.bbox)).collect(),
        frame_size: camera.scene.frame_size,
        model: seer,
        rules: camera.rules.clone(),
    }
}

/// The first line of a source's observation record.
pub(super) fn header(camera: &Camera, info: &SourceInfo, seer: &ModelFacts) -> RecordHeader {
    RecordHeader {
        format: RECORD_FORMAT.to_owned(),
        camera: camera.id.clone(),
        source_fingerprint: info.fingerprint.clone(),
        frame_size: camera.scene.frame_size,
        model: RecordModel { name: seer.name.clone(), sha256: seer.sha256.clone() },
        software: env!("CARGO_PKG_VERSION").to_owned(),
        clock_quality: info.clock_quality,
        watched: Watched::by(&camera.scene, &camera.rules),
    }
}
