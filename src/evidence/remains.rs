//! What lies in the data folder and is not as it should be: looked at, or put away, never deleted.

use super::digest::file_digest;
use super::disk;
use super::error::EvidenceError;
use super::event::Event;
use super::folder::{SealedFolder, read_record};
use super::place;
use super::signing::{KeyId, read_signature};
use crate::media::WallTime;
use jiff::Timestamp;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where things are put whose place is not known any more, in the data folder.
const LOST: &str = "lost+found";

/// Moves a file or folder of the data folder into its `lost+found`, whole, and says where it lies
/// now, relative to the data folder.
///
/// # Errors
/// The system refuses.
pub fn put_away(data: &Path, path: &Path) -> Result<PathBuf, EvidenceError> {
    let lost = data.join(LOST);
    disk::create_folder(&lost)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut to = PathBuf::from(LOST).join(&name);
    let mut number = 1;
    while data.join(&to).symlink_metadata().is_ok() {
        number += 1;
        to = PathBuf::from(LOST).join(format!("{name}.{number}"));
    }
    disk::rename(path, &data.join(&to))?;
    disk::sync(&lost)?;
    Ok(to)
}

/// Where an event's folders were set aside by [`put_away`], relative to the data folder.
pub(super) fn set_aside(data: &Path, event: &str) -> Vec<PathBuf> {
    let lost = Path::new(LOST);
    let is_of = |name: &String| {
        name.strip_prefix(event).is_some_and(|rest| {
            rest.is_empty()
                || rest.strip_prefix('.').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let names = place::names(&data.join(lost)).unwrap_or_default();
    let folders = names.iter().filter(|name| is_of(name)).map(|name| lost.join(name));
    folders.filter(|folder| place::is_folder(&data.join(folder))).collect()
}

/// The record of a sealed event, whose folder is relative to the data folder; `None` where there is
/// no folder.
///
/// # Errors
/// [`EvidenceError::Altered`] when it is not what its manifest says; it cannot be read.
pub fn sealed_event(data: &Path, folder: &Path) -> Result<Option<Event>, EvidenceError> {
    if !place::is_folder(&data.join(folder)) {
        return Ok(None);
    }
    SealedFolder::intact_event(data, folder).map(Some)
}

/// How a sealed folder, relative to the data folder, is sealed: SHA-256 of its manifest, and the key
/// that its signature names, whatever that is worth; `None` where there is no manifest.
///
/// # Errors
/// The manifest cannot be read.
pub fn sealed_as(
    data: &Path,
    folder: &Path,
) -> Result<Option<(String, Option<KeyId>)>, EvidenceError> {
    let folder = data.join(folder);
    let path = folder.join(place::MANIFEST_FILE);
    match file_digest(&path) {
        Ok((_, sha256)) => {
            let key = read_signature(&folder).ok().flatten().map(|s| s.key_id);
            Ok(Some((sha256, key)))
        }
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(EvidenceError::file("read", &path, e)),
    }
}

/// Whether the record in a sealed folder, relative to the data folder, is of an event that was
/// broken off; one that cannot be read is not a whole one either.
pub fn is_interrupted(data: &Path, folder: &Path) -> bool {
    #[derive(Deserialize)]
    struct Wholeness {
        complete: bool,
    }
    let json = read_record(&data.join(folder).join(place::EVENT_FILE));
    let read = json.ok().and_then(|json| serde_json::from_slice::<Wholeness>(&json).ok());
    !read.is_some_and(|read| read.complete)
}

/// When a folder, relative to the data folder, was sealed, as its manifest's file says; `None` where
/// there is no manifest.
///
/// # Errors
/// The file cannot be asked.
pub fn sealed_at(data: &Path, folder: &Path) -> Result<Option<WallTime>, EvidenceError> {
    let path = data.join(folder).join(place::MANIFEST_FILE);
    match path.symlink_metadata().and_then(|about| about.modified()) {
        Ok(at) => Ok(Timestamp::try_from(at).ok().map(WallTime)),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(EvidenceError::file("read", &path, e)),
    }
}

/// Every folder of a sealed event, relative to the data folder, in order of day.
///
/// # Errors
/// The folder of evidence cannot be read.
pub fn sealed_folders(data: &Path) -> Result<Vec<PathBuf>, EvidenceError> {
    let mut all = Vec::new();
    for day in place::days(data)? {
        let names = place::names(&data.join(&day))?;
        all.extend(names.into_iter().map(|name| day.join(name)));
    }
    all.retain(|folder| place::is_folder(&data.join(folder)));
    Ok(all)
}

/// Bytes of the files in a folder, relative to the data folder.
///
/// # Errors
/// The folder cannot be read.
pub fn bytes_of(data: &Path, folder: &Path) -> Result<u64, EvidenceError> {
    let folder = data.join(folder);
    let size = |name: String| folder.join(name).symlink_metadata().map_or(0, |m| m.len());
    Ok(place::names(&folder)?.into_iter().map(size).sum())
}

/// Removes the folder of a sealed event, relative to the data folder: out of sight in one step, then
/// for good. One that is not there is removed already.
///
/// # Errors
/// The system refuses.
pub fn remove_sealed(data: &Path, folder: &Path) -> Result<(), EvidenceError> {
    if !place::is_folder(&data.join(folder)) {
        return Ok(());
    }
    super::seal::discard(data, folder)?;
    // A day without events is no day; the last one to go takes it along.
    for above in folder.ancestors().skip(1).take(3) {
        if above.components().count() < 2 || std::fs::remove_dir(data.join(above)).is_err() {
            break;
        }
    }
    Ok(())
}
