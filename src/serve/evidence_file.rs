//! Files of sealed evidence: only what the manifest names, and nothing by way of a link.

use super::desk::Desk;
use super::refusal::Refusal;
use super::seals::Seals;
use crate::evidence::signing::{self, SignatureState};
use crate::evidence::{Event, Manifest, ManifestFile};
use crate::store::EventRecord;
use rustix::fs::{Mode, OFlags, open};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Whether a file is what was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FileState {
    /// Byte by byte what was sealed.
    Whole,
    /// Not there any more.
    Missing,
    /// There, and something else.
    Altered,
    /// There, and nothing here says what it was.
    NotChecked,
}

const MANIFEST: &str = "manifest.json";
const RECORD: &str = "event.json";
/// No manifest and no record is as long.
const LONGEST: u64 = 16 << 20;

/// The evidence folder of an event: every part of its path is a folder of the data folder and no link.
fn folder(data: &Path, event: &EventRecord) -> Result<PathBuf, Refusal> {
    if !event.evidence_state.has_folder() {
        return Err(Refusal::gone(event.evidence_note.clone().unwrap_or_default()));
    }
    let mut path = data.to_path_buf();
    for part in Path::new(&event.evidence).components() {
        let Component::Normal(name) = part else { return Err(Refusal::not_there()) };
        path.push(name);
        let is_folder = path.symlink_metadata().is_ok_and(|m| m.is_dir());
        if !is_folder {
            return Err(Refusal::gone("its folder is not there".to_owned()));
        }
    }
    Ok(path)
}

/// Opens a file of `folder`; a link is refused.
///
/// # Errors
/// [`Refusal::file_missing`].
fn plain(folder: &Path, name: &str) -> Result<File, Refusal> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let opened = open(folder.join(name), flags, Mode::empty()).map(File::from);
    let file = opened.map_err(|_| Refusal::file_missing(name))?;
    match file.metadata() {
        Ok(facts) if facts.is_file() => Ok(file),
        _ => Err(Refusal::file_missing(name)),
    }
}

fn small(folder: &Path, name: &str) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let read = plain(folder, name)?.take(LONGEST).read_to_end(&mut bytes);
    read.map_err(|e| Refusal::gone(format!("{name} cannot be read: {e}")))?;
    Ok(bytes)
}

fn manifest(folder: &Path) -> Result<(Manifest, ManifestFile), Refusal> {
    let bytes = small(folder, MANIFEST)?;
    let itself = ManifestFile {
        name: MANIFEST.to_owned(),
        bytes: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(&bytes)),
    };
    let manifest = Manifest::parse(&bytes)
        .map_err(|e| Refusal::gone(format!("its manifest cannot be read: {e}")))?;
    Ok((manifest, itself))
}

/// Every file of an event and whether it is what was sealed, the manifest the last.
pub(super) fn listed(
    desk: &Desk,
    event: &EventRecord,
) -> Result<Vec<(ManifestFile, FileState)>, Refusal> {
    let folder = folder(&desk.data, event)?;
    let (manifest, itself) = manifest(&folder)?;
    let state = |file: &ManifestFile| {
        let Ok(mut found) = plain(&folder, &file.name) else { return FileState::Missing };
        let whole = is_whole(&desk.seals, &mut found, file);
        if whole { FileState::Whole } else { FileState::Altered }
    };
    let mut files: Vec<_> = manifest.files.into_iter().map(|f| (state(&f), f)).collect();
    files.push((of_manifest(&desk.data, &folder), itself));
    Ok(files.into_iter().map(|(state, file)| (file, state)).collect())
}

/// What all other files are held against is itself held against its signature. One that is not signed,
/// or by a key that nobody here knows, is not checked; the chain of days tells more of it.
fn of_manifest(data: &Path, folder: &Path) -> FileState {
    let judged = signing::trusted(data).map(|trusted| trusted.judge_folder(folder));
    match judged {
        Ok(Ok(SignatureState::Signed(_))) => FileState::Whole,
        Ok(Ok(SignatureState::Bad(_))) => FileState::Altered,
        _ => FileState::NotChecked,
    }
}

/// Whether an open file is what was sealed.
fn is_whole(seals: &Seals, file: &mut File, sealed: &ManifestFile) -> bool {
    let length = file.metadata().map_or(0, |m| m.len());
    length == sealed.bytes && seals.sha256(file).is_ok_and(|sum| sum == sealed.sha256)
}

/// The record of an event, as long as it is what the manifest says.
pub(super) fn record(data: &Path, event: &EventRecord) -> Result<Event, Refusal> {
    record_and_seal(data, event).map(|(record, _)| record)
}

/// The same, with the SHA-256 of the manifest, which names all of the evidence as it was sealed.
pub(super) fn record_and_seal(
    data: &Path,
    event: &EventRecord,
) -> Result<(Event, String), Refusal> {
    let folder = folder(data, event)?;
    let (manifest, itself) = manifest(&folder)?;
    let bytes = small(&folder, RECORD)?;
    let sealed = manifest.files.iter().find(|f| f.name == RECORD);
    if sealed.is_none_or(|f| f.sha256 != hex::encode(Sha256::digest(&bytes))) {
        return Err(Refusal::gone("its record is not what was sealed".to_owned()));
    }
    let record = serde_json::from_slice(&bytes)
        .map_err(|e| Refusal::gone(format!("its record cannot be read: {e}")))?;
    Ok((record, itself.sha256))
}

/// One file of an event as it was sealed, and what the manifest says of it. A name that the manifest
/// does not list is not there, whatever lies in the folder.
///
/// # Errors
/// [`Refusal::file_missing`], [`Refusal::file_altered`]; [`Refusal::gone`] where nothing is left.
pub(super) fn opened(
    desk: &Desk,
    event: &EventRecord,
    name: &str,
) -> Result<(File, ManifestFile), Refusal> {
    let folder = folder(&desk.data, event)?;
    let (manifest, itself) = manifest(&folder)?;
    let listed = if name == MANIFEST {
        itself
    } else {
        manifest.files.into_iter().find(|f| f.name == name).ok_or_else(Refusal::not_there)?
    };
    let mut file = plain(&folder, name)?;
    if !is_whole(&desk.seals, &mut file, &listed) {
        return Err(Refusal::file_altered(name));
    }
    Ok((file, listed))
}

/// The clip of an event as the manifest has it, whole, and where it lies.
pub(super) fn clip(desk: &Desk, event: &EventRecord) -> Result<(PathBuf, ManifestFile), Refusal> {
    let folder = folder(&desk.data, event)?;
    let (manifest, _) = manifest(&folder)?;
    // Without an encoder when it was sealed, the camera's own packets stand alone.
    let stem = |stem| manifest.files.iter().find(move |f| f.name.starts_with(stem));
    let name = stem("clip.").or_else(|| stem("clip-original."));
    let name = name.map(|f| f.name.clone()).ok_or_else(Refusal::not_there)?;
    path_of(desk, event, &name)
}

/// Where a file of an event lies that is as it was sealed.
pub(super) fn path_of(
    desk: &Desk,
    event: &EventRecord,
    name: &str,
) -> Result<(PathBuf, ManifestFile), Refusal> {
    let (_, facts) = opened(desk, event, name)?;
    Ok((folder(&desk.data, event)?.join(name), facts))
}

/// What files may be.
pub(super) const CONTENT_TYPES: [&str; 6] = [
    "image/jpeg",
    "image/png",
    "application/json",
    "video/mp4",
    "video/x-matroska",
    "application/octet-stream",
];

/// What a browser is told that a file is: one of [`CONTENT_TYPES`].
pub(super) fn content_type(name: &str) -> &'static str {
    match Path::new(name).extension().and_then(|e| e.to_str()) {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("mp4") => "video/mp4",
        Some("mkv") => "video/x-matroska",
        _ => "application/octet-stream",
    }
}
