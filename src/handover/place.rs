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
/// half-made goes too.
///
/// # Errors
/// The store's, or a file that cannot be removed.
pub fn remove_over(store: &Store, data: &Path, now: WallTime) -> Result<usize, HandoverError> {
    sweep(&data.join(PACKS), now);
    let over = store.packs_over(now)?;
    let mut removed = 0;
    for request in over {
        let Some(pack) = &request.pack else { continue };
        let path = archive_of(data, pack);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                return Err(HandoverError::file("remove", &path, e));
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

fn sweep(packs: &Path, now: WallTime) {
    for entry in fs::read_dir(packs).into_iter().flatten().flatten() {
        let half = entry.file_name().to_string_lossy().starts_with(MAKING);
        let made = entry.metadata().ok().and_then(|m| m.modified().ok());
        let made = made.and_then(|m| jiff::Timestamp::try_from(m).ok());
        let old = made.is_some_and(|m| now.0.duration_since(m).as_hours() >= GIVEN_UP);
        if half && old {
            // Looked at again the next time where it cannot be removed now.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
