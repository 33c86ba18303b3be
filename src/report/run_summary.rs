//! What a run did.

use super::report_error::ReportError;
use crate::store::{EventFilter, EventRecord, RunRecord, RunSource, Store};
use std::collections::BTreeSet;

/// A run and what it found.
#[derive(Debug, Clone)]
pub struct RunSummary {
    /// The run.
    pub run: RunRecord,
    /// What became of each source.
    pub sources: Vec<RunSource>,
    /// What was found in them, in order of time. An event that an earlier run had already stored
    /// belongs here too: the page is about the footage.
    pub events: Vec<EventRecord>,
}

impl RunSummary {
    /// The run of that id with its sources, and the events of the same cameras and footage.
    ///
    /// # Errors
    /// [`ReportError::NoSuchRun`], or what is wrong with the store.
    pub fn load(store: &Store, run: &str) -> Result<Self, ReportError> {
        let record = store.run(run)?.ok_or_else(|| ReportError::NoSuchRun(run.to_owned()))?;
        let sources = store.run_sources(run)?;
        let seen: BTreeSet<(&str, &str)> = sources
            .iter()
            .filter_map(|s| Some((s.source_fingerprint.as_deref()?, s.camera.as_str())))
            .collect();
        let mut events = Vec::new();
        for (fingerprint, camera) in seen {
            events.extend(store.events(&EventFilter {
                source_fingerprint: Some(fingerprint.to_owned()),
                camera: Some(camera.to_owned()),
                ..EventFilter::default()
            })?);
        }
        events.sort_by(|a, b| (a.start_utc, &a.id).cmp(&(b.start_utc, &b.id)));
        Ok(Self { run: record, sources, events })
    }
}
