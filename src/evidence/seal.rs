//! From staging folder to sealed evidence, whatever happens in between.

use super::context::EvidenceContext;
use super::digest::file_digest;
use super::disk;
use super::error::EvidenceError;
use super::event::Event;
use super::folder::SealedFolder;
use super::id::EventId;
use super::manifest::Manifest;
use super::place::{self, CASE_FILE, EVENT_FILE, EVIDENCE, MANIFEST_FILE, STAGING};
use super::signing;
use super::stage::Staged;
use crate::rules::{Closing, Incident};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A sealed event.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// Its record, as stored.
    pub event: Event,
    /// Its folder, relative to the data folder.
    pub folder: PathBuf,
    /// It was stored already and nothing was written.
    pub existed: bool,
    /// It was stored already, with another wall time of its moment than the footage has now.
    pub kept_with_other_time: bool,
    /// SHA-256 of its manifest, hexadecimal: kept elsewhere, it betrays a manifest made anew.
    pub manifest_sha256: String,
}

/// Writes record and manifest of a closed incident, and moves its folder to its place in one step:
/// evidence is there as a whole or not at all.
///
/// A whole event already stored is kept untouched, even when the camera's clock was corrected since,
/// which is warned of; an interrupted one gives way to a whole one.
///
/// # Errors
/// [`EvidenceError::Altered`] when the folder stored already is not what its manifest says.
pub fn seal(
    ctx: &EvidenceContext,
    staged: Staged,
    incident: &Incident,
    closing: Closing,
) -> Result<Sealed, EvidenceError> {
    let Staged { id, work } = staged;
    let data = &ctx.data;
    let expected = place::sealed(incident.moment_wall, &id);
    let old = match place::find(data, &expected, &id)? {
        Some(folder) => Some((SealedFolder::intact_event(data, &folder)?, folder)),
        None => None,
    };
    let Some(work) = work else {
        let (event, folder) = old.ok_or_else(|| vanished(data, &expected))?;
        return kept(data, event, folder, incident);
    };
    let staging = work.folder.clone();
    let event = Event::new(ctx, incident, closing, work)?;
    if let Some((old, folder)) = old {
        if old.complete || !event.complete {
            disk::remove_folder(&staging)?;
            return kept(data, old, folder, incident);
        }
        finish(data, &staging, &event)?;
        replace(data, &staging, &folder, &expected)?;
    } else {
        finish(data, &staging, &event)?;
        put(data, &staging, &expected)?;
    }
    sealed(data, event, expected)
}

/// An event that is sealed already, as it stands.
///
/// # Errors
/// [`EvidenceError::Altered`] when it is not what its manifest says.
pub(super) fn already(
    ctx: &EvidenceContext,
    id: &EventId,
    incident: &Incident,
) -> Result<Sealed, EvidenceError> {
    let expected = place::sealed(incident.moment_wall, id);
    let folder = place::find(&ctx.data, &expected, id)?;
    let folder = folder.ok_or_else(|| vanished(&ctx.data, &expected))?;
    kept(&ctx.data, SealedFolder::intact_event(&ctx.data, &folder)?, folder, incident)
}

/// Removes what a run broken off left behind: evidence not sealed, and interrupted events whose
/// whole successor was sealed under another day already. Says of how many events. [`super::Case`]s
/// are left for the service that recovers them. To be called
/// before any incident is staged, by the one process that works in the data folder.
pub fn sweep(data: &Path) -> Result<usize, EvidenceError> {
    let staging = data.join(EVIDENCE).join(STAGING);
    let names = place::names(&staging)?;
    let mut kept = 0;
    for name in &names {
        let path = staging.join(name);
        // What a service was keeping when it was stopped; it finishes it when it starts again.
        if path.join(CASE_FILE).exists() {
            kept += 1;
        } else if place::is_folder(&path) {
            disk::remove_folder(&path)?;
        } else {
            std::fs::remove_file(&path).map_err(|e| EvidenceError::file("remove", &path, e))?;
        }
    }
    Ok(names.len() - kept + mend_doubles(data)?)
}

/// Of events with two folders, removes those that gave way: unaltered, interrupted, and with a whole
/// unaltered one beside them. Whatever else is double is left for [`super::verify`] to report.
fn mend_doubles(data: &Path) -> Result<usize, EvidenceError> {
    let mut folders: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for day in place::days(data)? {
        for name in place::names(&data.join(&day))? {
            let folder = day.join(&name);
            folders.entry(name).or_default().push(folder);
        }
    }
    folders.retain(|_, folders| folders.len() > 1);
    let mut mended = 0;
    for folders in folders.values() {
        let complete = |f: &PathBuf| SealedFolder::intact_event(data, f).ok().map(|e| e.complete);
        let states: Vec<Option<bool>> = folders.iter().map(complete).collect();
        if !states.contains(&Some(true)) {
            continue;
        }
        for (folder, state) in folders.iter().zip(states) {
            if state == Some(false) {
                discard(data, folder)?;
                mended += 1;
            }
        }
    }
    Ok(mended)
}

/// Writes record, manifest and signature, and waits until all of the folder is on the disk.
fn finish(data: &Path, folder: &Path, event: &Event) -> Result<(), EvidenceError> {
    let path = folder.join(EVENT_FILE);
    let bug = |source| EvidenceError::Json { path: path.clone(), source };
    let mut json = serde_json::to_vec_pretty(event).map_err(bug)?;
    json.push(b'\n');
    disk::write_file(&path, &json)?;
    let manifest = Manifest::of_folder(folder, &event.id)?.to_json().map_err(bug)?;
    disk::write_file(&folder.join(MANIFEST_FILE), &manifest)?;
    signing::sign_manifest(data, folder, &manifest)?;
    for name in place::names(folder)? {
        disk::sync(&folder.join(name))?;
    }
    disk::sync(folder)
}

/// Moves a finished folder to where no other is.
fn put(data: &Path, staging: &Path, to: &Path) -> Result<(), EvidenceError> {
    let to = data.join(to);
    if let Some(day) = to.parent() {
        disk::create_folder(day)?;
        disk::rename(staging, &to)?;
        disk::sync_up_to(day, data)?;
    }
    Ok(())
}

/// Lets an interrupted event give way: both folders change places in one step where the file
/// system can do that; otherwise the old one is moved away first.
fn replace(data: &Path, staging: &Path, old: &Path, to: &Path) -> Result<(), EvidenceError> {
    if old != to {
        // The same footage with another start time lies under another day. A crash in between
        // leaves both, which [`sweep`] mends.
        put(data, staging, to)?;
        return discard(data, old);
    }
    let place = data.join(to);
    match renameat_with(CWD, staging, CWD, &place, RenameFlags::EXCHANGE) {
        Ok(()) => {
            if let Some(day) = place.parent() {
                disk::sync(day)?;
            }
            disk::remove_folder(staging)
        }
        Err(_) => replace_by_moving(data, staging, to),
    }
}

/// Removes a sealed folder: out of sight in one step, then for good.
pub(super) fn discard(data: &Path, folder: &Path) -> Result<(), EvidenceError> {
    let name = folder.file_name().unwrap_or_default();
    let away = data.join(EVIDENCE).join(STAGING).join(name).with_extension("old");
    disk::remove_folder(&away)?;
    disk::create_folder(&data.join(EVIDENCE).join(STAGING))?;
    disk::rename(&data.join(folder), &away)?;
    disk::remove_folder(&away)
}

/// The same in two steps. A crash between them loses the interrupted event, not the footage: the
/// next run of it makes the event again.
fn replace_by_moving(data: &Path, staging: &Path, to: &Path) -> Result<(), EvidenceError> {
    let away = staging.with_extension("old");
    disk::remove_folder(&away)?;
    disk::rename(&data.join(to), &away)?;
    put(data, staging, to)?;
    disk::remove_folder(&away)
}

/// The event as it was stored. Its times stay what they were: they are part of what was sealed.
fn kept(
    data: &Path,
    event: Event,
    folder: PathBuf,
    incident: &Incident,
) -> Result<Sealed, EvidenceError> {
    let now = incident.moment_wall;
    // Records keep milliseconds.
    let other = event.moment.utc != now.utc_rfc3339();
    if other {
        tracing::warn!(
            event = %event.id,
            sealed = event.moment.local,
            now = now.local_rfc3339(),
            "the stored event has another time than its footage now; what is sealed is kept: to \
             have evidence with the new time, run the footage again with another --data folder"
        );
    }
    Ok(Sealed { existed: true, kept_with_other_time: other, ..sealed(data, event, folder)? })
}

fn sealed(data: &Path, event: Event, folder: PathBuf) -> Result<Sealed, EvidenceError> {
    let path = data.join(&folder).join(MANIFEST_FILE);
    let (_, manifest_sha256) =
        file_digest(&path).map_err(|e| EvidenceError::file("read", &path, e))?;
    Ok(Sealed { event, folder, existed: false, kept_with_other_time: false, manifest_sha256 })
}

/// The event was there when it was staged and is not any more.
fn vanished(data: &Path, folder: &Path) -> EvidenceError {
    EvidenceError::file("find", &data.join(folder), std::io::ErrorKind::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::IncidentKey;

    #[test]
    fn an_old_event_gives_way_on_any_file_system() {
        for way in [
            |d: &Path, s: &Path, to: &Path| replace(d, s, to, to),
            |d: &Path, s: &Path, to: &Path| replace_by_moving(d, s, to),
        ] {
            let data = tempfile::tempdir().unwrap();
            let to = Path::new("evidence/2026/08/15/e");
            let staging = data.path().join("evidence/.staging/e");
            for (folder, content) in [(data.path().join(to), "old"), (staging.clone(), "new")] {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(content), content).unwrap();
            }
            way(data.path(), &staging, to).unwrap();
            assert_eq!(place::names(&data.path().join(to)).unwrap(), ["new"]);
            assert_eq!(sweep(data.path()).unwrap(), 0, "nothing is left behind");
        }
    }

    #[test]
    fn sweeping_empties_the_staging_folder_alone() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(sweep(data.path()).unwrap(), 0, "nothing there yet");
        let id = EventId::of("c", "r", &IncidentKey("k".into()), "f");
        let staging = place::staging(data.path(), &id);
        std::fs::create_dir_all(&staging).unwrap();
        std::fs::write(staging.join("moment.jpg"), b"half").unwrap();
        std::fs::write(staging.with_extension("tmp"), b"stray").unwrap();
        let kept = data.path().join("evidence/2026/08/15");
        std::fs::create_dir_all(&kept).unwrap();
        assert_eq!(sweep(data.path()).unwrap(), 2);
        assert!(!staging.exists() && kept.exists());
    }
}
