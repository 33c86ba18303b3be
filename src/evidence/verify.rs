//! Checking all stored evidence against its manifests.

use super::error::EvidenceError;
use super::folder::SealedFolder;
use super::place;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What is wrong with a stored file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Its content is not what the manifest says, or it lies where it does not belong.
    Changed,
    /// The manifest or the index of events names it, or must name it, and it is not there.
    Missing,
    /// It is there, and no manifest or no entry of the index names it.
    Added,
    /// It cannot be read or understood.
    Unreadable,
    /// An event's folder without a manifest.
    NoManifest,
}

impl ProblemKind {
    /// The name used in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Added => "added",
            Self::Unreadable => "unreadable",
            Self::NoManifest => "no_manifest",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The event's folder name; `null` for a file that belongs to no event.
    pub event: Option<String>,
    /// The file or folder, relative to the data folder.
    pub file: String,
    /// What is wrong.
    pub problem: ProblemKind,
    /// The same, in words.
    pub detail: String,
}

/// What checking found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Event folders looked into.
    pub events: usize,
    /// Files compared with what a manifest says of them.
    pub files: usize,
    /// What is wrong, in order of place.
    pub problems: Vec<Problem>,
    /// Event folders looked into, relative to the data folder.
    #[serde(skip)]
    folders: BTreeSet<PathBuf>,
}

/// Compares every stored event with its manifest. Reads every file once, in pieces; changes
/// nothing; follows no links. Evidence not sealed yet is left out.
///
/// # Errors
/// [`EvidenceError::DataFolder`] when the data folder or its `evidence` folder cannot be read;
/// anything below is a problem of the report.
pub fn verify(data: &Path) -> Result<VerifyReport, EvidenceError> {
    let readable = |path: &Path| {
        fs::read_dir(path)
            .map(drop)
            .map_err(|source| EvidenceError::DataFolder { path: path.to_path_buf(), source })
    };
    readable(data)?;
    let root = data.join(place::EVIDENCE);
    if fs::symlink_metadata(&root).is_ok() {
        readable(&root)?;
    }
    let mut report = VerifyReport::default();
    let mut level = vec![PathBuf::from(place::EVIDENCE)];
    for (digits, what) in [(4, "year"), (2, "month"), (2, "day")] {
        let mut below = Vec::new();
        for folder in &level {
            report.sort_date_folder(data, folder, digits, what, &mut below);
        }
        level = below;
    }
    for day in level {
        report.check_day(data, &day);
    }
    report.sort();
    Ok(report)
}

impl VerifyReport {
    /// Compares the folders looked into with those that the index of events lists: each event's id
    /// with its folder, relative to the data folder. The index is to be read after [`verify`] has
    /// looked, so that events sealed meanwhile are not taken for missing.
    pub fn compare_index(
        &mut self,
        data: &Path,
        index: impl IntoIterator<Item = (String, PathBuf)>,
    ) {
        let mut left = std::mem::take(&mut self.folders);
        for (id, folder) in index {
            if !left.remove(&folder) && !place::is_folder(&data.join(&folder)) {
                let file = folder.display().to_string();
                let detail = "the index lists the event, and its folder is not there".to_owned();
                let problem = ProblemKind::Missing;
                self.problems.push(Problem { event: Some(id), file, problem, detail });
            }
        }
        for folder in left {
            let event = folder.file_name().map(|n| n.to_string_lossy().into_owned());
            let file = folder.display().to_string();
            let detail = "not in the index: run the same command again".to_owned();
            self.problems.push(Problem { event, file, problem: ProblemKind::Added, detail });
        }
        self.sort();
    }

    fn sort(&mut self) {
        self.problems.sort_by(|a, b| a.file.cmp(&b.file));
    }

    /// Puts the year, month or day folders in `folder` into `below` and reports all else.
    fn sort_date_folder(
        &mut self,
        data: &Path,
        folder: &Path,
        digits: usize,
        what: &str,
        below: &mut Vec<PathBuf>,
    ) {
        for name in self.list(data, folder) {
            let path = folder.join(&name);
            if place::is_date_part(&name, digits) && place::is_folder(&data.join(&path)) {
                below.push(path);
            } else if !(digits == 4 && name == place::STAGING) {
                self.add(&path, ProblemKind::Added, format!("it is not the folder of a {what}"));
            }
        }
    }

    fn check_day(&mut self, data: &Path, day: &Path) {
        for name in self.list(data, day) {
            let path = day.join(&name);
            if place::is_folder(&data.join(&path)) {
                let checked = SealedFolder::check(data, &path);
                self.events += 1;
                self.files += checked.files;
                self.problems.extend(checked.problems);
                self.folders.insert(path);
            } else {
                self.add(&path, ProblemKind::Added, "it is not the folder of an event".to_owned());
            }
        }
    }

    fn list(&mut self, data: &Path, folder: &Path) -> Vec<String> {
        place::names(&data.join(folder)).unwrap_or_else(|e| {
            self.add(folder, ProblemKind::Unreadable, e.to_string());
            Vec::new()
        })
    }

    fn add(&mut self, path: &Path, problem: ProblemKind, detail: String) {
        let file = path.display().to_string();
        self.problems.push(Problem { event: None, file, problem, detail });
    }
}
