//! Checking all stored evidence against its manifests.

use super::chain::{ChainKnown, verify_chain};
use super::digest::file_digest;
use super::error::EvidenceError;
use super::folder::SealedFolder;
use super::place;
use super::remains::is_interrupted;
use super::signing::{self, SIGNATURE_FILE, SignatureState, Trusted};
use super::verify_report::{Problem, ProblemKind, SealedAs, VerifyReport};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Compares every stored event with its manifest. Reads every file once, in pieces; changes
/// nothing; follows no links. Evidence not sealed yet is left out.
///
/// # Errors
/// [`EvidenceError::DataFolder`] when the data folder or its `evidence` folder cannot be read;
/// anything below is a problem of the report.
pub fn verify(data: &Path) -> Result<VerifyReport, EvidenceError> {
    let trusted = signing::trusted(data).unwrap_or_else(|e| Trusted::nobody(vec![e.to_string()]));
    verify_by(data, &trusted)
}

/// [`verify`] by keys that are known from elsewhere, whatever the data folder's own are.
///
/// # Errors
/// As [`verify`].
pub fn verify_by(data: &Path, trusted: &Trusted) -> Result<VerifyReport, EvidenceError> {
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
        report.check_day(data, &day, trusted);
    }
    for detail in trusted.doubts.clone() {
        let (file, problem) = ("keys/keys.json".to_owned(), ProblemKind::UnknownKey);
        report.problems.push(Problem { event: None, file, problem, detail });
    }
    report.sort();
    Ok(report)
}

/// Holds one sealed folder against its manifest and its signature, wherever it lies: one that was
/// copied out of a data folder, with `manifest.sig` beside `manifest.json`. Files are named as in the
/// folder; a manifest without a signature is a problem here.
pub fn verify_folder(folder: &Path, trusted: &Trusted) -> Vec<Problem> {
    let mut problems = SealedFolder::check_alone(folder).problems;
    let (problem, detail) = match trusted.judge_folder(folder) {
        Err(_) | Ok(SignatureState::Signed(_)) => return problems,
        Ok(SignatureState::Unsigned) => (ProblemKind::Missing, "it is not signed".to_owned()),
        Ok(SignatureState::UnknownKey(id)) => {
            (ProblemKind::UnknownKey, format!("the manifest is signed by the unknown key {id}"))
        }
        Ok(SignatureState::Bad(why)) => (ProblemKind::BadSignature, why),
    };
    let file = SIGNATURE_FILE.to_owned();
    problems.push(Problem { event: None, file, problem, detail });
    problems
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
        let mut left: BTreeSet<PathBuf> = self.folders.keys().cloned().collect();
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

    /// Holds the chain against itself, the folders looked into, and what the index knows of it.
    pub fn compare_chain(&mut self, data: &Path, trusted: &Trusted, known: &ChainKnown) {
        self.chain = Some(verify_chain(data, trusted, known, self));
    }

    /// The folders looked into.
    pub(super) fn seen(&self) -> impl Iterator<Item = (&Path, Option<&SealedAs>)> {
        self.folders.iter().map(|(folder, seal)| (folder.as_path(), seal.as_ref()))
    }

    /// Something is wrong with a file of the chain.
    pub(super) fn chain_problem(&mut self, file: &str, detail: String) {
        let (file, problem) = (file.to_owned(), ProblemKind::ChainBroken);
        self.problems.push(Problem { event: None, file, problem, detail });
    }

    pub(super) fn sort(&mut self) {
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

    fn check_day(&mut self, data: &Path, day: &Path, trusted: &Trusted) {
        for name in self.list(data, day) {
            let path = day.join(&name);
            if place::is_folder(&data.join(&path)) {
                let checked = SealedFolder::check(data, &path);
                self.events += 1;
                self.files += checked.files;
                self.problems.extend(checked.problems);
                let seal = self.check_signature(data, &path, trusted);
                self.folders.insert(path, seal);
            } else {
                self.add(&path, ProblemKind::Added, "it is not the folder of an event".to_owned());
            }
        }
    }

    fn check_signature(
        &mut self,
        data: &Path,
        folder: &Path,
        trusted: &Trusted,
    ) -> Option<SealedAs> {
        // A manifest that cannot be read is said already.
        let (_, manifest_sha256) =
            file_digest(&data.join(folder).join(place::MANIFEST_FILE)).ok()?;
        let state = trusted.judge_folder(&data.join(folder)).ok()?;
        let signed = state != SignatureState::Unsigned;
        let problem = match state {
            SignatureState::Signed(_) => {
                self.signed += 1;
                None
            }
            SignatureState::Unsigned => {
                self.unsigned += 1;
                None
            }
            SignatureState::UnknownKey(id) => {
                let detail = format!("the manifest is signed by the unknown key {id}");
                Some((ProblemKind::UnknownKey, detail))
            }
            SignatureState::Bad(why) => Some((ProblemKind::BadSignature, why)),
        };
        if let Some((problem, detail)) = problem {
            let event = folder.file_name().map(|n| n.to_string_lossy().into_owned());
            let file = folder.join(SIGNATURE_FILE).display().to_string();
            self.problems.push(Problem { event, file, problem, detail });
        }
        let interrupted = is_interrupted(data, folder);
        Some(SealedAs { manifest_sha256, signed, interrupted })
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
