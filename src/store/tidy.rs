//! Retention carried out: what is kept is counted, what must go is removed.

use super::error::StoreError;
use super::handle::Store;
use super::retention::{Inventory, RetentionPlan};
use super::retention_item::{Item, ItemClass, Why};
use super::retention_table::Gone;
use super::storage;
use crate::evidence;
use crate::media::WallTime;
use jiff::Timestamp;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of observation records, in the data folder: a folder a camera, a file a record.
const OBSERVATIONS: &str = "observations";

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Tidied {
    /// Events whose evidence went.
    pub events: usize,
    /// Observation records that went.
    pub records: usize,
    /// What that freed.
    pub bytes: u64,
}

impl Store {
    /// Counts what is kept. `now` is the instant that ages are reckoned from.
    ///
    /// # Errors
    /// The database or the data folder cannot be read.
    pub fn inventory(&self, data: &Path, now: WallTime) -> Result<Inventory, StoreError> {
        let mut items = records(data)?;
        let held = self.held(now)?;
        for kept in self.database().kept()? {
            let path = PathBuf::from(&kept.folder);
            let bytes = if let Some(bytes) = kept.bytes {
                bytes
            } else {
                let bytes = evidence::bytes_of(data, &path)?;
                if self.writes() {
                    self.database().note_bytes(&kept.id, bytes)?;
                }
                bytes
            };
            let class = ItemClass::of(kept.status);
            let held = held.contains(&kept.id);
            let (domain, at, id) = (Some(kept.domain), kept.moment, kept.id);
            items.push(Item { class, id, path, at, bytes, domain, held });
        }
        let (free_bytes, total_bytes) = storage::space(data);
        Ok(Inventory { now, free_bytes, total_bytes, items })
    }

    /// Removes what a plan says and no case has held since, each with a tombstone for the chain, and what an earlier tidying was kept from removing. A row says that
    /// its evidence is removed before the first file goes, so that a crash leaves no event that
    /// seems to have evidence and has none.
    ///
    /// # Errors
    /// The database or the data folder refuses; what was removed until then stays removed.
    pub fn tidy(&self, data: &Path, plan: &RetentionPlan) -> Result<Tidied, StoreError> {
        let db = self.database();
        for (id, folder) in db.half_removed()? {
            evidence::remove_sealed(data, Path::new(&folder))?;
            db.mark_gone(&id)?;
        }
        let mut done = Tidied::default();
        for removal in &plan.removals {
            let item = &removal.item;
            if item.class == ItemClass::Observations {
                let path = data.join(&item.path);
                match fs::remove_file(&path) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => {
                        return Err(StoreError::from_io(&path, e));
                    }
                    _ => done.records += 1,
                }
            } else {
                let sealed = evidence::sealed_as(data, &item.path)?;
                let gone = Gone {
                    id: &item.id,
                    note: note(removal.why),
                    manifest_sha256: sealed.as_ref().map(|(sha256, _)| sha256.as_str()),
                    at: plan.at.unwrap_or(item.at),
                    rule: &removal.rule,
                };
                if !db.mark_removed(&gone)? {
                    continue;
                }
                evidence::remove_sealed(data, &item.path)?;
                db.mark_gone(&item.id)?;
                done.events += 1;
            }
            done.bytes += item.bytes;
        }
        Ok(done)
    }
}

const fn note(why: Why) -> &'static str {
    match why {
        Why::Age => "its evidence was removed when the days it is kept were over",
        Why::Quota => "its evidence was removed, as its kind took more room than the site gives it",
        Why::Room => "its evidence was removed to keep room on the disk",
    }
}

/// The records of observations.
fn records(data: &Path) -> Result<Vec<Item>, StoreError> {
    let mut found = Vec::new();
    for camera in entries(&data.join(OBSERVATIONS))? {
        if !camera.is_dir() {
            continue;
        }
        for file in entries(&camera)? {
            let failed = |e| StoreError::from_io(&file, e);
            let about = file.symlink_metadata().map_err(failed)?;
            let written = about.modified().map_err(failed)?;
            // One that is being written is not there yet.
            let partial = file.extension().is_some_and(|e| e == "partial");
            if !about.is_file() || partial {
                continue;
            }
            found.push(Item {
                class: ItemClass::Observations,
                id: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                path: file.strip_prefix(data).unwrap_or(&file).to_owned(),
                at: WallTime(Timestamp::try_from(written).unwrap_or(Timestamp::UNIX_EPOCH)),
                bytes: about.len(),
                domain: None,
                held: false,
            });
        }
    }
    Ok(found)
}

/// What is in a folder, sorted; nothing where it does not exist.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let read =
        || -> io::Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|e| Ok(e?.path())).collect() };
    match read() {
        Ok(mut paths) => {
            paths.sort();
            Ok(paths)
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(StoreError::from_io(folder, e)),
    }
}
