//! Retention carried out: what is kept is counted, what must go is removed.

use super::error::StoreError;
use super::handle::Store;
use super::inventory::Inventory;
use super::plate_term::PlateTerms;
use super::protection_table::MOST;
use super::retention::RetentionPlan;
use super::retention_item::{Item, ItemClass, Why};
use super::retention_table::{CountedEvidence, Gone};
use super::storage;
use crate::evidence::{self, EvidenceError};
use crate::media::WallTime;
use jiff::Timestamp;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of observation records, in the data folder: a folder a camera, a file a record.
const OBSERVATIONS: &str = "observations";

/// Events whose plates are forgotten at one tidying at most: each is a transaction that others wait for.
const PLATES_AT_ONCE: usize = 500;

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Tidied {
    /// Events whose evidence went.
    pub events: usize,
    /// Observation records that went.
    pub records: usize,
    /// What that freed.
    pub bytes: u64,
    /// Events without evidence to go whose plates were forgotten.
    pub plates: usize,
    /// What should go and could not be removed, and why; it is tried again next time.
    pub failed: Vec<String>,
}

impl Store {
    /// Counts what is kept. `now` is the instant that ages are reckoned from. What cannot be read is
    /// named in it, and hinders nothing else.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn inventory(&self, data: &Path, now: WallTime) -> Result<Inventory, StoreError> {
        let mut unreadable = Vec::new();
        let mut items = records(data, &mut unreadable);
        let mut counted = Vec::new();
        for kept in self.database().kept(now)? {
            let path = PathBuf::from(&kept.folder);
            let (bytes, stored) = match kept.bytes.zip(kept.stored) {
                Some((bytes, stored)) => (bytes, Some(stored)),
                None => match count(data, &path, now) {
                    Ok((bytes, stored)) => {
                        if (kept.bytes, kept.stored) != (Some(bytes), stored) {
                            counted.push(CountedEvidence { id: kept.id.clone(), bytes, stored });
                        }
                        (bytes, stored)
                    }
                    Err(e) => {
                        unreadable.push(e.to_string());
                        continue;
                    }
                },
            };
            let decided = kept.protection.decided.unwrap_or(kept.moment);
            items.push(Item {
                class: kept.protection.class,
                id: kept.id,
                path,
                at: kept.moment,
                since: decided.max(stored.unwrap_or(kept.moment)),
                bytes,
                domain: Some(kept.domain),
                held: kept.protection.held,
            });
        }
        if self.writes() {
            self.database().note_counted(&counted)?;
        }
        let (free_bytes, total_bytes) = storage::space(data);
        let undecided = self.database().undecided_requests()?;
        Ok(Inventory { now, free_bytes, total_bytes, items, unreadable, undecided })
    }

    /// Removes what a plan says and nobody has decided, held or asked for since, each with a tombstone
    /// for the chain, and what an earlier tidying was kept from removing. A row says that its evidence
    /// is removed before the first file goes, so that a crash leaves no event that seems to have
    /// evidence and has none. What cannot be removed is named, and hinders nothing else.
    ///
    /// # Errors
    /// The database refuses; what was removed until then stays removed.
    pub fn tidy(&self, data: &Path, plan: &RetentionPlan) -> Result<Tidied, StoreError> {
        let db = self.database();
        let mut done = Tidied::default();
        for (id, folder) in db.half_removed()? {
            match evidence::remove_sealed(data, Path::new(&folder)) {
                Ok(()) => db.mark_gone(&id)?,
                Err(e) => done.failed.push(e.to_string()),
            }
        }
        for removal in &plan.removals {
            let item = &removal.item;
            if item.class == ItemClass::Observations {
                let path = data.join(&item.path);
                match fs::remove_file(&path) {
                    Err(e) if e.kind() != io::ErrorKind::NotFound => {
                        done.failed.push(StoreError::from_io(&path, e).to_string());
                        continue;
                    }
                    _ => done.records += 1,
                }
            } else {
                // Without its manifest's name nothing could stand in its place in the chain.
                let sealed = match evidence::sealed_as(data, &item.path) {
                    Ok(sealed) => sealed,
                    Err(e) => {
                        done.failed.push(e.to_string());
                        continue;
                    }
                };
                let gone = Gone {
                    id: &item.id,
                    class: item.class,
                    note: note(removal.why),
                    manifest_sha256: sealed.as_ref().map(|(sha256, _)| sha256.as_str()),
                    at: plan.at.unwrap_or(item.at),
                    rule: &removal.rule,
                };
                match db.mark_removed(&gone)? {
                    Some(true) => {}
                    Some(false) => continue,
                    None => {
                        done.failed.push(format!(
                            "{}: too many events show its incident to tell how well it is protected",
                            item.path.display()
                        ));
                        continue;
                    }
                }
                match evidence::remove_sealed(data, &item.path) {
                    Ok(()) => db.mark_gone(&item.id)?,
                    // Its row says so: it is finished next time.
                    Err(e) => {
                        done.failed.push(e.to_string());
                        continue;
                    }
                }
                done.events += 1;
            }
            done.bytes += item.bytes;
        }
        if let Some(terms) = &plan.plates {
            self.forget_plates(terms, &mut done)?;
        }
        Ok(done)
    }

    /// Forgets plates that no removal takes along: entered after it, or of evidence that was never
    /// there, got lost, or was removed before plates were forgotten. Some at a time: the others' turn
    /// comes at the next tidying.
    fn forget_plates(&self, terms: &PlateTerms, done: &mut Tidied) -> Result<(), StoreError> {
        let db = self.database();
        // What is held or goes on elsewhere stays at the front: it must not use up a portion.
        for id in db.maybe_over(terms)? {
            match db.forget_if_over(&id, terms, MOST)? {
                Some(true) => done.plates += 1,
                Some(false) => {}
                None => done.failed.push(format!(
                    "the plate of event {id}: it cannot be told how well its incident is protected"
                )),
            }
            if done.plates == PLATES_AT_ONCE {
                break;
            }
        }
        Ok(())
    }
}

/// What a folder of evidence takes, and when it was sealed: not later than now, whatever a clock said.
fn count(
    data: &Path,
    folder: &Path,
    now: WallTime,
) -> Result<(u64, Option<WallTime>), EvidenceError> {
    let stored = evidence::sealed_at(data, folder)?;
    Ok((evidence::bytes_of(data, folder)?, stored.map(|at| at.min(now))))
}

const fn note(why: Why) -> &'static str {
    match why {
        Why::Age => "its evidence was removed when the days it is kept were over",
        Why::Quota => "its evidence was removed, as its kind took more room than the site gives it",
        Why::Room => "its evidence was removed to keep room on the disk",
    }
}

/// The records of observations; what cannot be read is named.
fn records(data: &Path, unreadable: &mut Vec<String>) -> Vec<Item> {
    let mut found = Vec::new();
    let mut listed = |folder: &Path| {
        entries(folder).unwrap_or_else(|e| {
            unreadable.push(e.to_string());
            Vec::new()
        })
    };
    let cameras = listed(&data.join(OBSERVATIONS)).into_iter().filter(|camera| camera.is_dir());
    let files: Vec<PathBuf> = cameras.flat_map(|camera| listed(&camera)).collect();
    for file in files {
        // One that is being written is not there yet.
        if file.extension().is_some_and(|e| e == "partial") {
            continue;
        }
        match record(data, &file) {
            Ok(record) => found.extend(record),
            // It was finished, or removed, meanwhile.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => unreadable.push(StoreError::from_io(&file, e).to_string()),
        }
    }
    found
}

fn record(data: &Path, file: &Path) -> io::Result<Option<Item>> {
    let about = file.symlink_metadata()?;
    let written = WallTime(Timestamp::try_from(about.modified()?).unwrap_or(Timestamp::UNIX_EPOCH));
    Ok(about.is_file().then(|| Item {
        class: ItemClass::Observations,
        id: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        path: file.strip_prefix(data).unwrap_or(file).to_owned(),
        at: written,
        since: written,
        bytes: about.len(),
        domain: None,
        held: false,
    }))
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
