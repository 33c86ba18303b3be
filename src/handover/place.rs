//! Where packs lie in the data folder, and that they go when their time is over.

use super::error::HandoverError;
use crate::media::WallTime;
use crate::store::{ActorKind, NewEntry, PackRecord, Store};
use serde_json::json;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of packs, in the data folder.
pub(super) const PACKS: &str = "packs";

/// Where a pack's archive lies. Its id is one that the store gave.
pub fn archive_of(data: &Path, pack: &PackRecord) -> PathBuf {
    data.join(PACKS).join(format!("pack-{}.zip", pack.id))
}

/// What is put together aside, before it is a pack.
pub(super) const MAKING: &str = ".making-";
/// What was left half-made for so long was given up, hours.
const GIVEN_UP: i64 = 24;

/// Removes the packs whose time is over, and enters it; says how many. What an earlier process left
/// half-made goes too, and archives that no request knows. What cannot be removed is told in the log and
/// tried again the next time.
///
/// # Errors
/// The store's.
pub fn remove_over(store: &Store, data: &Path, now: WallTime) -> Result<usize, HandoverError> {
    sweep(store, &data.join(PACKS), now)?;
    let over = store.packs_over(now)?;
    let mut removed = 0;
    for request in over {
        let Some(pack) = &request.pack else { continue };
        let path = archive_of(data, pack);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                // The others' time is over as well; this one is tried again.
                let error = HandoverError::file("remove", &path, e);
                tracing::error!(pack = pack.id, "a pack whose time is over stays: {error}");
                continue;
            }
            _ => {}
        }
        let entry = NewEntry {
            at: now,
            actor: "streetward".to_owned(),
            actor_kind: ActorKind::Service,
            action: "handover_expired".to_owned(),
            subject: request.id.clone(),
            details: json!({ "pack": pack.id, "sha256": pack.sha256 }),
            address: None,
        };
        removed += usize::from(store.expire_request(&request.id, &entry)?);
    }
    Ok(removed)
}

fn sweep(store: &Store, packs: &Path, now: WallTime) -> Result<(), HandoverError> {
    for entry in fs::read_dir(packs).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let half = name.starts_with(MAKING);
        let pack = name.strip_prefix("pack-").and_then(|n| n.strip_suffix(".zip"));
        let made = entry.metadata().ok().and_then(|m| m.modified().ok());
        let made = made.and_then(|m| jiff::Timestamp::try_from(m).ok());
        let old = made.is_some_and(|m| now.0.duration_since(m).as_hours() >= GIVEN_UP);
        // Looked at again the next time where it cannot be removed now.
        if half && old {
            let _ = fs::remove_dir_all(entry.path());
        }
        // Put into its place by a process that was stopped before it could enter it.
        if let Some(pack) = pack.filter(|_| old)
            && store.request_of_pack(pack)?.is_none()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}
