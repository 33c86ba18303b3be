//! A sealed folder held against its manifest.

use super::digest::file_digest;
use super::error::EvidenceError;
use super::event::Event;
use super::manifest::Manifest;
use super::place::{self, EVENT_FILE, MANIFEST_FILE};
use super::signing::SIGNATURE_FILE;
use super::stills;
use super::verify_report::{Problem, ProblemKind};
use serde::Deserialize;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// No honest record or manifest comes near this many bytes; more is not read.
const RECORD_LIMIT: u64 = 4 * 1024 * 1024;

/// A sealed folder and what is wrong with it.
pub(super) struct SealedFolder<'a> {
    data: &'a Path,
    /// Relative to the data folder.
    folder: &'a Path,
    /// It lies where the data folder keeps it, under its event's name.
    placed: bool,
    /// Files compared with the manifest.
    pub files: usize,
    /// Empty: all is as sealed.
    pub problems: Vec<Problem>,
}

/// What must agree with the folder's name and place.
#[derive(Deserialize)]
struct Head {
    id: String,
    moment: HeadTime,
    stills: HeadStills,
}

/// Pictures that only some events have.
#[derive(Deserialize)]
struct HeadStills {
    before_marked: Option<String>,
    after_marked: Option<String>,
    #[serde(default)]
    interim: Vec<HeadStill>,
}

#[derive(Deserialize)]
struct HeadStill {
    file: String,
}

#[derive(Deserialize)]
struct HeadTime {
    local: String,
}

impl<'a> SealedFolder<'a> {
    /// Holds a folder, relative to the data folder, against its manifest.
    pub(super) fn check(data: &'a Path, folder: &'a Path) -> Self {
        Self::compared(Self { data, folder, placed: true, files: 0, problems: Vec::new() })
    }

    /// The same for a folder wherever it lies and whatever it is called: one that was handed over.
    pub(super) fn check_alone(folder: &'a Path) -> Self {
        let (data, folder) = (folder, Path::new(""));
        Self::compared(Self { data, folder, placed: false, files: 0, problems: Vec::new() })
    }

    fn compared(mut this: Self) -> Self {
        if let Some(manifest) = this.manifest() {
            this.compare(&manifest);
        }
        this
    }

    /// The record of an event already sealed; an altered folder is an error, as evidence is never
    /// overwritten.
    pub(super) fn intact_event(data: &Path, folder: &Path) -> Result<Event, EvidenceError> {
        let path = data.join(folder).join(EVENT_FILE);
        let found = SealedFolder::check(data, folder).problems.into_iter().next();
        let json = read_record(&path).map_err(|e| EvidenceError::file("read", &path, e));
        match found {
            None => serde_json::from_slice(&json?)
                .map_err(|source| EvidenceError::Json { path, source }),
            Some(problem) => Err(EvidenceError::Altered {
                event: problem.event.unwrap_or_default(),
                folder: folder.to_path_buf(),
                detail: format!("{}: {}", problem.file, problem.detail),
            }),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.data.join(self.folder).join(name)
    }

    fn name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn add(&mut self, name: &str, problem: ProblemKind, detail: impl Into<String>) {
        let file = self.folder.join(name).display().to_string();
        let event = Some(self.name()).filter(|name| !name.is_empty());
        self.problems.push(Problem { event, file, problem, detail: detail.into() });
    }

    fn manifest(&mut self) -> Option<Manifest> {
        match read_record(&self.path(MANIFEST_FILE)) {
            Ok(json) => Manifest::parse(&json)
                .map_err(|e| self.add(MANIFEST_FILE, ProblemKind::Unreadable, e.to_string()))
                .ok(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let detail = "the event has no manifest: nothing in its folder can be vouched for";
                self.add(MANIFEST_FILE, ProblemKind::NoManifest, detail);
                None
            }
            Err(e) => {
                self.add(MANIFEST_FILE, ProblemKind::Unreadable, e.to_string());
                None
            }
        }
    }

    fn compare(&mut self, manifest: &Manifest) {
        for required in [EVENT_FILE].into_iter().chain(stills::FILES) {
            if !manifest.files.iter().any(|f| f.name == required) {
                self.add(required, ProblemKind::Missing, "the manifest must name it and does not");
            }
        }
        for file in &manifest.files {
            self.files += 1;
            if let Some((problem, detail)) = self.compare_file(&file.name, file.bytes, &file.sha256)
            {
                self.add(&file.name, problem, detail);
            }
        }
        match place::names(&self.data.join(self.folder)) {
            Ok(names) => {
                for name in names {
                    let own = [MANIFEST_FILE, SIGNATURE_FILE].contains(&name.as_str());
                    if !own && !manifest.files.iter().any(|f| f.name == name) {
                        self.add(&name, ProblemKind::Added, "the manifest does not name it");
                    }
                }
            }
            Err(e) => self.add("", ProblemKind::Unreadable, e.to_string()),
        }
        if !self.placed {
            return;
        }
        if manifest.event.as_str() == self.name() {
            self.compare_record(manifest);
        } else {
            let detail = format!("it is the manifest of event {}", manifest.event);
            self.add(MANIFEST_FILE, ProblemKind::Changed, detail);
        }
    }

    fn compare_file(&self, name: &str, bytes: u64, sha256: &str) -> Option<(ProblemKind, String)> {
        let path = self.path(name);
        match fs::symlink_metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Some((ProblemKind::Missing, "the manifest names it".to_owned()));
            }
            Err(e) => return Some((ProblemKind::Unreadable, e.to_string())),
            // A link or folder is never opened: it could lead anywhere.
            Ok(m) if !m.is_file() => {
                return Some((ProblemKind::Changed, "it is not a plain file".to_owned()));
            }
            Ok(m) if m.len() != bytes => {
                let detail = format!("it has {} bytes instead of {bytes}", m.len());
                return Some((ProblemKind::Changed, detail));
            }
            Ok(_) => {}
        }
        match file_digest(&path) {
            Err(e) => Some((ProblemKind::Unreadable, e.to_string())),
            Ok((_, found)) if found != sha256 => {
                Some((ProblemKind::Changed, "its content is not what was sealed".to_owned()))
            }
            Ok(_) => None,
        }
    }

    /// The record must name this event, the day it lies under, and no picture that is not sealed.
    fn compare_record(&mut self, manifest: &Manifest) {
        let Ok(json) = read_record(&self.path(EVENT_FILE)) else {
            return; // Missing or unreadable: said already.
        };
        let head = match serde_json::from_slice::<Head>(&json) {
            Ok(head) => head,
            Err(e) => return self.add(EVENT_FILE, ProblemKind::Unreadable, e.to_string()),
        };
        if head.id != self.name() {
            let detail = format!("it is the record of event {}", head.id);
            return self.add(EVENT_FILE, ProblemKind::Changed, detail);
        }
        let HeadStills { before_marked, after_marked, interim } = head.stills;
        let interim = interim.into_iter().map(|still| still.file);
        for picture in [before_marked, after_marked].into_iter().flatten().chain(interim) {
            if !manifest.files.iter().any(|f| f.name == picture) {
                let detail = "the record names it and the manifest does not";
                self.add(&picture, ProblemKind::Missing, detail);
            }
        }
        let day: Vec<_> =
            self.folder.iter().rev().skip(1).take(3).map(|p| p.to_string_lossy()).collect();
        let day = day.iter().rev().map(AsRef::as_ref).collect::<Vec<&str>>().join("-");
        if !head.moment.local.starts_with(&day) {
            let detail = format!("it happened at {} and lies under {day}", head.moment.local);
            self.add(EVENT_FILE, ProblemKind::Changed, detail);
        }
    }
}

/// Reads a small file whole; a link, a folder or a file over the limit is refused.
pub(super) fn read_record(path: &Path) -> io::Result<Vec<u8>> {
    let refuse = |why| Err(io::Error::new(io::ErrorKind::InvalidData, why));
    let about = fs::symlink_metadata(path)?;
    if !about.is_file() {
        return refuse("it is not a plain file");
    }
    if about.len() > RECORD_LIMIT {
        return refuse("it is larger than any record");
    }
    let mut json = Vec::with_capacity(about.len() as usize);
    File::open(path)?.take(RECORD_LIMIT).read_to_end(&mut json)?;
    Ok(json)
}
