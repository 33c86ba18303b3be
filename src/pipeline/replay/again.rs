//! What the rules of a camera file find in what was recorded, against what is stored or what another
//! file's rules find.

use super::compare::{ReplayedIncident, StoredIncident, compare};
use super::range::{Range, SourceFiles, within};
use super::rejudge::rejudge;
use crate::config::Camera;
use crate::media::MediaTime;
use crate::pipeline::PipelineError;
use crate::store::{EventFilter, ObservationReader, Store, StoreError, records_of};
use std::collections::BTreeSet;
use std::path::Path;

/// What came of judging again.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// How many sources were judged.
    pub sources: usize,
    /// How many observations.
    pub observations: u64,
    /// What is kept, changed, gained and lost, each source's in order of time.
    pub incidents: Vec<ReplayedIncident>,
    /// Why some rules could not be judged, each a sentence.
    pub unjudged: Vec<String>,
    /// Why some records could not be read to their end, each a sentence.
    pub failures: Vec<String>,
}

/// Judges a camera's stored observations of a stretch of time by the rules of `camera`, and compares
/// with the events stored, or with what the rules of `against` find. Decodes nothing, changes nothing.
///
/// # Errors
/// Nothing is recorded of the camera (then), or what is cannot be opened.
pub fn replay(
    data: &Path,
    camera: &Camera,
    against: Option<&Camera>,
    range: Range,
) -> Result<Replay, PipelineError> {
    let all = sources(data, &camera.id)?;
    if all.is_empty() {
        return Err(PipelineError::Failed(format!(
            "no observations of camera `{}` are stored in {}; run `streetward batch` on its footage first, or `streetward live` for an hour",
            camera.id,
            data.display()
        )));
    }
    let sources = within(all, range)?;
    if sources.is_empty() {
        return Err(none_then(&camera.id));
    }
    let (mut unjudged, mut failures) = (BTreeSet::new(), Vec::new());
    let (mut incidents, mut observations) = (Vec::new(), 0);
    for (fingerprint, files) in &sources {
        let replayed = rejudge(&camera.scene, &camera.rules, fingerprint, files, range)?;
        let before = match against {
            None => stored(data, &camera.id, fingerprint, range)?,
            Some(other) => {
                let before = rejudge(&other.scene, &other.rules, fingerprint, files, range)?;
                unjudged.extend(before.unjudged.into_iter().map(|(_, why)| why));
                before.incidents.iter().map(|i| StoredIncident::found(i, fingerprint)).collect()
            }
        };
        unjudged.extend(replayed.unjudged.iter().map(|(_, why)| why.clone()));
        observations += replayed.observations;
        incidents.extend(compare(&replayed, &before));
        failures.extend(replayed.failure);
    }
    if observations == 0 && range != Range::default() {
        return Err(none_then(&camera.id));
    }
    let unjudged = unjudged.into_iter().collect();
    Ok(Replay { sources: sources.len(), observations, incidents, unjudged, failures })
}

fn none_then(camera: &str) -> PipelineError {
    PipelineError::Failed(format!(
        "camera `{camera}` has no observations of the time asked for; give another --from or --to"
    ))
}

/// The camera's records by source, each source's files in order of day.
fn sources(data: &Path, camera: &str) -> Result<Vec<SourceFiles>, PipelineError> {
    let mut sources: Vec<SourceFiles> = Vec::new();
    for path in records_of(data, camera)? {
        let fingerprint = ObservationReader::open(&path)?.header().source_fingerprint.clone();
        match sources.iter_mut().find(|(known, _)| *known == fingerprint) {
            Some((_, files)) => files.push(path),
            None => sources.push((fingerprint, vec![path])),
        }
    }
    Ok(sources)
}

fn stored(
    data: &Path,
    camera: &str,
    fingerprint: &str,
    range: Range,
) -> Result<Vec<StoredIncident>, PipelineError> {
    let store = match Store::open_read(data) {
        Ok(store) => store,
        Err(StoreError::Missing(_)) => return Ok(Vec::new()),
        Err(e) => return Err(e.into()),
    };
    let filter = EventFilter {
        camera: Some(camera.into()),
        source_fingerprint: Some(fingerprint.into()),
        ..EventFilter::default()
    };
    let events = store.events(&filter)?;
    Ok(events
        .into_iter()
        .filter(|e| range.holds(e.moment_utc))
        .map(|e| StoredIncident {
            id: Some(e.id),
            rule: e.rule,
            source_fingerprint: e.source_fingerprint,
            incident_key: e.incident_key,
            kind: e.kind,
            zone: e.zone,
            times: [e.start_media_seconds, e.moment_media_seconds, e.end_media_seconds]
                .map(MediaTime::from_seconds),
            class: e.subject_class,
            measured: None,
        })
        .collect())
}
