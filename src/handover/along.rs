//! A pack's folder that leaves as soon as it is made, on a disk that may be full, or gone.

use super::error::HandoverError;
use super::pack::{Making, Taken};
use super::put::create;
use crate::store::PackRecord;
use serde_json::json;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Begins the name of a folder that is put together where it is taken to.
const ASIDE: &str = ".streetward-";

/// Where a pack's folder will lie, and what is there of it: nothing is left of one that does not get
/// there.
pub(super) struct Along<'a> {
    taken: &'a Taken<'a>,
    aside: TempDir,
    /// In `aside`.
    folder: PathBuf,
    place: PathBuf,
}

impl<'a> Along<'a> {
    /// Makes room for the folder of that name, before the minutes that making it takes.
    pub(super) fn begin(taken: &'a Taken<'a>, top: &str) -> Result<Self, HandoverError> {
        let place = taken.to.join(top);
        is_free(&place)?;
        create(taken.to)?;
        let aside = tempfile::Builder::new().prefix(ASIDE).tempdir_in(taken.to);
        let aside = aside.map_err(|e| HandoverError::file("write", &place, e))?;
        Ok(Self { folder: aside.path().join(top), taken, aside, place })
    }

    /// Takes up the folder, whole and on the disk, under another name.
    pub(super) fn fill(&self, folder: &Path) -> Result<(), HandoverError> {
        is_free(&self.place)?;
        copy_folder(folder, &self.folder).map_err(|e| HandoverError::file("write", &self.place, e))
    }

    /// Gives it its name; that is entered before it leaves.
    pub(super) fn leave(
        self,
        making: &Making<'_>,
        record: &PackRecord,
    ) -> Result<(), HandoverError> {
        let details = json!({
            "pack": record.id, "bytes": record.bytes, "sha256": record.sha256, "to": self.place,
        });
        let entry = self.taken.by.entry(making.at, "handover_taken", &record.request, details);
        making.store.audit(&entry)?;
        fs::rename(&self.folder, &self.place)
            .and_then(|()| File::open(self.taken.to)?.sync_all())
            .map_err(|e| HandoverError::file("write", &self.place, e))?;
        // Nothing is in it any more.
        if let Err(e) = self.aside.close() {
            tracing::warn!("an empty folder is left beside {}: {e}", self.place.display());
        }
        Ok(())
    }
}

fn is_free(place: &Path) -> Result<(), HandoverError> {
    let taken = || HandoverError::file("write", place, io::ErrorKind::AlreadyExists.into());
    place.symlink_metadata().map_or(Ok(()), |_| Err(taken()))
}

/// Copies a folder onto a disk that is soon unplugged.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            File::open(&target)?.sync_all()?;
        }
    }
    File::open(to)?.sync_all()
}
