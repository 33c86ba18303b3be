//! The page of a run: everything it found, for reading without a server.

use super::page;
use crate::store::{
    EventFilter, EventRecord, RunRecord, RunSource, Store, StoreError, write_atomically,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

/// Writes the page of a run to `DATA/runs/<run id>/summary.html`, and the same page as the latest to
/// `DATA/summary.html`; gives back the path of the latter. Both are replaced whole. Pictures and clips
/// are linked where they lie under `DATA/evidence`, so the page moves with its data folder.
///
/// # Errors
/// [`ReportError::BadRunId`], or what is wrong with the disk.
pub fn write_summary(data: &Path, run: &RunSummary) -> Result<PathBuf, ReportError> {
    let id = &run.run.id;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.is_empty() || id.starts_with('.') || !id.chars().all(plain) {
        return Err(ReportError::BadRunId(id.clone()));
    }
    let folder = data.join("runs").join(id);
    std::fs::create_dir_all(&folder).map_err(|e| StoreError::from_io(&folder, e))?;
    let write = |path: &Path, root: &str| -> Result<(), ReportError> {
        let page = page::render(run, data, root)
            .map_err(|source| ReportError::Template { run: id.clone(), source })?;
        write_atomically(path, |out| {
            out.write_all(page.as_bytes()).map_err(|e| StoreError::from_io(path, e).into())
        })
    };
    write(&folder.join("summary.html"), "../../")?;
    let latest = data.join("summary.html");
    write(&latest, "./")?;
    Ok(latest)
}
