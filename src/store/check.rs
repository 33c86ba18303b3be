//! Whether database, evidence, cases and judges' states fit together; and putting them right where
//! that loses nothing.

use super::error::StoreError;
use super::filter::EventFilter;
use super::handle::Store;
use super::judge_state::load_judge_state;
use super::lock::Lock;
use super::record::{EventRecord, Put};
use super::retention::RetentionPlan;
use super::standing_state::{StandingState, camera_of};
use super::tidy::entries;
use crate::config::load_database;
use crate::evidence::{self, Case, EvidenceError};
use serde::Serialize;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The database is damaged.
    Database,
    /// A journal without its database.
    Journal,
    /// The index says that an event has evidence, and its folder is not there.
    MissingFolder,
    /// A folder of evidence that the index does not know, or knows elsewhere.
    UnknownFolder,
    /// Sealed evidence is not what its manifest says.
    Evidence,
    /// An event was never sealed, and no service is running.
    Unsealed,
    /// Something was left behind by a process that was stopped.
    LeftBehind,
    /// What a camera's rules knew cannot be read.
    JudgeState,
    /// Figures, counts or places are not what the events say.
    Counts,
}

impl FaultKind {
    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Journal => "journal",
            Self::MissingFolder => "missing_folder",
            Self::UnknownFolder => "unknown_folder",
            Self::Evidence => "evidence",
            Self::Unsealed => "unsealed",
            Self::LeftBehind => "left_behind",
            Self::JudgeState => "judge_state",
            Self::Counts => "counts",
        }
    }

    /// Whether [`Store::repair`] and recovery can put it right without losing anything.
    pub const fn is_repairable(self) -> bool {
        !matches!(self, Self::Database | Self::Evidence)
    }
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// The event, file or folder, the latter relative to the data folder.
    pub subject: String,
    /// The same, in words.
    pub detail: String,
}

/// What checking found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Events in the index.
    pub events: usize,
    /// Folders of sealed evidence.
    pub folders: usize,
    /// Another process works in the data folder: what is open is no fault.
    pub in_use: bool,
    /// What does not fit, sorted.
    pub faults: Vec<Fault>,
}

impl CheckReport {
    fn add(&mut self, kind: FaultKind, subject: impl Into<String>, detail: impl Into<String>) {
        self.faults.push(Fault { kind, subject: subject.into(), detail: detail.into() });
    }
}

/// Holds database, evidence, cases and judges' states against each other; changes nothing. `deep`:
/// every file of evidence is read and held against its manifest.
///
/// # Errors
/// The data folder holds no streetward data or cannot be read; its database has another schema.
pub fn check(data: &Path, deep: bool) -> Result<CheckReport, StoreError> {
    let mut report = CheckReport { in_use: Lock::is_held(data), ..CheckReport::default() };
    let folders: BTreeSet<PathBuf> = evidence::sealed_folders(data)?.into_iter().collect();
    report.folders = folders.len();
    for journal in orphan_journals(data) {
        report.add(FaultKind::Journal, name(&journal), "its database is not there");
    }
    match Store::open_read(data).and_then(|store| check_rows(&store, &folders, &mut report)) {
        Ok(()) => {}
        Err(StoreError::Corrupt { path, detail }) => {
            report.add(FaultKind::Database, name(&path), detail);
        }
        Err(other) => return Err(other),
    }
    if deep {
        for problem in evidence::verify(data)?.problems {
            report.add(FaultKind::Evidence, problem.file, problem.detail);
        }
    }
    if !report.in_use {
        for left in left_behind(data)? {
            let subject = left.strip_prefix(data).unwrap_or(&left).display().to_string();
            report.add(FaultKind::LeftBehind, subject, "a process that was stopped left it");
        }
    }
    for (path, error) in unreadable_states(data)? {
        let subject = path.strip_prefix(data).unwrap_or(&path).display().to_string();
        report.add(FaultKind::JudgeState, subject, error.to_string());
    }
    report.faults.sort();
    Ok(report)
}

fn check_rows(
    store: &Store,
    folders: &BTreeSet<PathBuf>,
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    for wrong in store.database().integrity()? {
        report.add(FaultKind::Database, store.database().name(), wrong);
    }
    let wrong = store.database().miscounted()?;
    if wrong > 0 {
        let detail = format!("{wrong} counts are not what the events say");
        report.add(FaultKind::Counts, "streetward.db", detail);
    }
    let mut unknown = folders.clone();
    let _ = store.each_event(&EventFilter::default(), |event| {
        report.events += 1;
        let folder = PathBuf::from(&event.evidence);
        if event.evidence_state.has_folder() && !unknown.remove(&folder) {
            let detail = format!("the index lists {}, and it is not there", event.evidence);
            report.add(FaultKind::MissingFolder, event.id, detail);
        } else if event.evidence_state == super::EvidenceState::Open && !report.in_use {
            let detail = "its evidence was never sealed, and no service is running";
            report.add(FaultKind::Unsealed, event.id, detail);
            unknown.remove(&folder);
        }
        ControlFlow::<()>::Continue(())
    })?;
    // A service seals a folder a moment before it says so.
    if !report.in_use {
        for folder in unknown {
            let detail = "the index does not know that there is evidence here";
            report.add(FaultKind::UnknownFolder, folder.display().to_string(), detail);
        }
    }
    Ok(())
}

impl Store {
    /// Puts right what can be put right without losing anything, and says what it did, a sentence
    /// each: folders that the index does not know are taken up, or put into `lost+found` where they
    /// are not what was sealed; events whose folder is gone say so; states that cannot be read are
    /// put away. Cases are finished by recovery, to be called before.
    ///
    /// # Errors
    /// The database or the data folder refuses.
    pub fn repair(&self, data: &Path) -> Result<Vec<String>, StoreError> {
        self.tidy(data, &RetentionPlan::default())?;
        let mut done = self.adopt(data)?;
        let folders: BTreeSet<PathBuf> = evidence::sealed_folders(data)?.into_iter().collect();
        let mut missing = Vec::new();
        let _ = self.each_event(&EventFilter::default(), |event| {
            let there = folders.contains(Path::new(&event.evidence));
            if event.evidence_state.has_folder() && !there {
                missing.push(event.id);
            }
            ControlFlow::<()>::Continue(())
        })?;
        for id in missing {
            self.database()
                .mark_none(&id, "its folder was not there when the store was repaired")?;
            done.push(format!("event {id}: it has no evidence any more, and says so now"));
        }
        if self.database().miscounted()? > 0 {
            self.database().count_anew()?;
            done.push("events were counted anew: figures are what the events say".to_owned());
        }
        let states = unreadable_states(data)?.into_iter().map(|(path, _)| path);
        for path in orphan_journals(data).into_iter().chain(states) {
            done.push(put_away(data, &path)?);
        }
        Ok(done)
    }

    /// Takes up sealed folders that the index does not know; what is not as it was sealed, or is
    /// there twice, is put into `lost+found`. Says what it did, a sentence each.
    ///
    /// # Errors
    /// The database or the data folder refuses.
    pub fn adopt(&self, data: &Path) -> Result<Vec<String>, StoreError> {
        let mut known: BTreeSet<PathBuf> = BTreeSet::new();
        let _ = self.each_event(&EventFilter::default(), |event| {
            if event.evidence_state.has_folder() {
                known.insert(PathBuf::from(event.evidence));
            }
            ControlFlow::<()>::Continue(())
        })?;
        let half: BTreeSet<PathBuf> =
            self.database().half_removed()?.into_iter().map(|(_, f)| f.into()).collect();
        let mut done = Vec::new();
        for folder in evidence::sealed_folders(data)? {
            if known.contains(&folder) || half.contains(&folder) {
                continue;
            }
            let event = match evidence::sealed_event(data, &folder) {
                Ok(Some(event)) => event,
                Ok(None) => continue,
                Err(EvidenceError::Altered { .. } | EvidenceError::Json { .. }) => {
                    done.push(put_away(data, &data.join(&folder))?);
                    continue;
                }
                Err(other) => return Err(other.into()),
            };
            let record = EventRecord::of(&event, Path::new(&event.source.file), &folder);
            match self.put_event(&record)? {
                Put::New | Put::Completed => {
                    done.push(format!("event {}: taken up into the index", event.id));
                }
                Put::Same => done.push(put_away(data, &data.join(&folder))?),
            }
        }
        Ok(done)
    }

    /// Moves a damaged database into `lost+found`, with its journals, so that a new one can be made
    /// of the evidence; what people decided is in the old one alone. Says where things lie now.
    ///
    /// # Errors
    /// Another process works in the data folder; the system refuses.
    pub fn put_database_away(data: &Path) -> Result<Vec<String>, StoreError> {
        if let Some(config) = load_database(data)? {
            return Err(StoreError::NotAFile { database: config.url });
        }
        let _lock = Lock::take(data)?;
        let mut done = Vec::new();
        for name in ["streetward.db", "streetward.db-wal", "streetward.db-shm"] {
            let path = data.join(name);
            if path.exists() {
                done.push(put_away(data, &path)?);
            }
        }
        Ok(done)
    }
}

fn put_away(data: &Path, path: &Path) -> Result<String, StoreError> {
    let to = evidence::put_away(data, path)?;
    let from = path.strip_prefix(data).unwrap_or(path);
    Ok(format!("{} was moved to {}", from.display(), to.display()))
}

fn orphan_journals(data: &Path) -> Vec<PathBuf> {
    if data.join("streetward.db").exists() {
        return Vec::new();
    }
    let journals = ["streetward.db-wal", "streetward.db-shm"].map(|name| data.join(name));
    journals.into_iter().filter(|path| path.exists()).collect()
}

/// Evidence that was being made.
fn left_behind(data: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let cases = Case::left(data)?;
    let staging = entries(&data.join("evidence/.staging"))?;
    let others = staging.into_iter().filter(|path| !cases.contains(path));
    Ok(cases.iter().cloned().chain(others).collect())
}

/// Judges' states that cannot be read, and why.
fn unreadable_states(data: &Path) -> Result<Vec<(PathBuf, StoreError)>, StoreError> {
    let mut wrong = Vec::new();
    for path in entries(&data.join("state"))? {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        let read = match (name.strip_suffix(".cbor"), camera_of(name)) {
            (Some(camera), _) => load_judge_state(data, camera).map(|_| ()),
            (None, Some(camera)) => StandingState::load(data, camera).map(|_| ()),
            (None, None) => continue,
        };
        if let Err(error) = read {
            wrong.push((path, error));
        }
    }
    Ok(wrong)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
