//! A pack's folder that leaves as soon as it is made, on a disk that may be full, or gone.

use super::error::HandoverError;
use super::halt::Halt;
use super::making::{Making, Taken};
use crate::store::PackRecord;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Begins the name of a folder that is put together where it is taken to.
const ASIDE: &str = ".streetward-";
/// Letters and digits after that.
const ASIDE_RANDOM: usize = 6;
/// A folder of another pack may be filled by another data folder's command, but not for so long.
const GIVEN_UP: Duration = Duration::from_hours(24);

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
        fs::create_dir_all(taken.to).map_err(|e| HandoverError::not_taken(taken.to, e))?;
        remove_broken_off(taken.to, top);
        let mut aside = tempfile::Builder::new();
        let aside = aside.prefix(ASIDE).rand_bytes(ASIDE_RANDOM).tempdir_in(taken.to);
        let aside = aside.map_err(|e| HandoverError::not_taken(&place, e))?;
        Ok(Self { folder: aside.path().join(top), taken, aside, place })
    }

    /// Takes the folder there, with `kept` between its copy and its name. It is entered before the first
    /// byte is outside, and how it ended: a copy that failed may still be read from that disk.
    pub(super) fn leave(
        self,
        making: &Making<'_>,
        record: &PackRecord,
        folder: &Path,
        kept: impl FnOnce() -> Result<(), HandoverError>,
    ) -> Result<(), HandoverError> {
        is_free(&self.place)?;
        let details = json!({
            "pack": record.id, "bytes": record.bytes, "sha256": record.sha256, "to": self.place,
        });
        let enter = |action: &str, details: Value| {
            let entry = self.taken.by.entry(making.at, action, &record.request, details);
            making.store.audit(&entry).map(drop)
        };
        enter("handover_taking", details.clone())?;
        let gone = self.fill(folder).and_then(|()| kept()).and_then(|()| {
            enter("handover_taken", details.clone())?;
            self.name()
        });
        let close = self.aside.close();
        let Err(error) = gone else {
            if let Err(e) = close {
                tracing::warn!("an empty folder is left beside {}: {e}", self.place.display());
            }
            return Ok(());
        };
        let details = json!({
            "pack": record.id, "to": self.place, "why": error.code(), "removed": close.is_ok(),
        });
        let entry = self.taken.by.entry(making.at, "handover_not_taken", &record.request, details);
        if let Err(e) = making.store.audit(&entry) {
            let request = record.request.as_str();
            tracing::error!(request, "that a pack was not taken could not be entered: {e}");
        }
        Err(error)
    }

    /// Copies the folder, whole and onto the disk, under another name.
    fn fill(&self, folder: &Path) -> Result<(), HandoverError> {
        let halt = self.taken.halt;
        halt.copying();
        copy_folder(folder, &self.folder, halt).map_err(|e| {
            if halt.asked() && e.kind() == io::ErrorKind::Interrupted {
                return HandoverError::Stopped { path: self.place.clone() };
            }
            HandoverError::not_taken(&self.place, e)
        })
    }

    fn name(&self) -> Result<(), HandoverError> {
        fs::rename(&self.folder, &self.place)
            .and_then(|()| File::open(self.taken.to)?.sync_all())
            .map_err(|e| HandoverError::not_taken(&self.place, e))
    }
}

fn is_free(place: &Path) -> Result<(), HandoverError> {
    let taken = || HandoverError::not_taken(place, io::ErrorKind::AlreadyExists.into());
    place.symlink_metadata().map_or(Ok(()), |_| Err(taken()))
}

/// Removes what a command that was killed, or a disk that was pulled out, left of a pack in `to`: it would
/// lie there unseen, with the unblurred originals in it.
fn remove_broken_off(to: &Path, top: &str) {
    for entry in fs::read_dir(to).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(inside) = aside(&path) else { continue };
        let touched = entry.metadata().and_then(|m| m.modified()).ok();
        let old = touched.and_then(|t| t.elapsed().ok()).is_some_and(|age| age >= GIVEN_UP);
        let gone = match inside {
            // Whoever makes a pack does it alone, so nobody is at this one.
            Inside::Pack(pack) if pack == top || old => fs::remove_dir_all(&path),
            Inside::Nothing if old => fs::remove_dir(&path),
            _ => continue,
        };
        if let Err(e) = gone {
            tracing::warn!("{} is left of a pack and cannot be removed: {e}", path.display());
        }
    }
}

/// What a folder that [`Along`] made holds.
enum Inside {
    /// Nothing yet: the pack is still being made, or was broken off before it was copied.
    Nothing,
    /// The folder of the pack of that name, and nothing else.
    Pack(String),
}

/// What is in a folder, where [`Along`] made it.
fn aside(path: &Path) -> Option<Inside> {
    let random = path.file_name()?.to_str()?.strip_prefix(ASIDE)?;
    let ours = random.len() == ASIDE_RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric());
    if !ours || !path.symlink_metadata().ok()?.is_dir() {
        return None;
    }
    let mut inside = fs::read_dir(path).ok()?;
    let Some(first) = inside.next() else { return Some(Inside::Nothing) };
    let (first, more) = (first.ok()?, inside.next());
    let name = first.file_name().into_string().ok()?;
    let is_pack = name.starts_with("pack-pk-") && first.file_type().ok()?.is_dir();
    (is_pack && more.is_none()).then_some(Inside::Pack(name))
}

/// Copies a folder onto a disk that is soon unplugged, until it is asked to stop.
fn copy_folder(from: &Path, to: &Path, halt: &Halt) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        if halt.asked() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target, halt)?;
        } else {
            fs::copy(entry.path(), &target)?;
            File::open(&target)?.sync_all()?;
        }
    }
    File::open(to)?.sync_all()
}
