//! Files of sealed evidence: only what the manifest names, and nothing by way of a link.

use super::refusal::Refusal;
use crate::evidence::{Event, Manifest, ManifestFile};
use crate::store::EventRecord;
use rustix::fs::{Mode, OFlags, open};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

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
fn plain(folder: &Path, name: &str) -> Result<File, Refusal> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let missing = |_: io::Error| Refusal::gone(format!("{name} is not there"));
    let file =
        File::from(open(folder.join(name), flags, Mode::empty()).map_err(|e| missing(e.into()))?);
    match file.metadata() {
        Ok(facts) if facts.is_file() => Ok(file),
        _ => Err(Refusal::gone(format!("{name} is no file"))),
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

/// Every file of an event, the manifest the last.
pub(super) fn listed(data: &Path, event: &EventRecord) -> Result<Vec<ManifestFile>, Refusal> {
    let (manifest, itself) = manifest(&folder(data, event)?)?;
    let mut files = manifest.files;
    files.push(itself);
    Ok(files)
}

/// The record of an event, as long as it is what the manifest says.
pub(super) fn record(data: &Path, event: &EventRecord) -> Result<Event, Refusal> {
    let folder = folder(data, event)?;
    let (manifest, _) = manifest(&folder)?;
    let bytes = small(&folder, RECORD)?;
    let sealed = manifest.files.iter().find(|f| f.name == RECORD);
    if sealed.is_none_or(|f| f.sha256 != hex::encode(Sha256::digest(&bytes))) {
        return Err(Refusal::gone("its record is not what was sealed".to_owned()));
    }
    serde_json::from_slice(&bytes)
        .map_err(|e| Refusal::gone(format!("its record cannot be read: {e}")))
}

/// One file of an event, and what the manifest says of it. A name that the manifest does not list is
/// not there, whatever lies in the folder.
pub(super) fn opened(
    data: &Path,
    event: &EventRecord,
    name: &str,
) -> Result<(File, ManifestFile), Refusal> {
    let folder = folder(data, event)?;
    let (manifest, itself) = manifest(&folder)?;
    let listed = if name == MANIFEST {
        itself
    } else {
        manifest.files.into_iter().find(|f| f.name == name).ok_or_else(Refusal::not_there)?
    };
    let file = plain(&folder, name)?;
    let length = file.metadata().map_or(0, |m| m.len());
    if length != listed.bytes {
        return Err(Refusal::gone(format!("{name} is not what was sealed")));
    }
    Ok((file, listed))
}

/// What a browser is told that a file is.
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
