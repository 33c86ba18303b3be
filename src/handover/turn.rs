//! Who makes a pack does it alone: the server and a command may be at the same request, and both would
//! put their archive into one place.

use super::error::HandoverError;
use std::fs::{File, OpenOptions};
use std::path::Path;

const LOCK: &str = ".making.lock";

/// Held while a pack is made; whoever comes later waits, and then finds how the request stands.
#[derive(Debug)]
pub(super) struct Turn {
    _lock: File,
}

impl Turn {
    /// Waits for the turn in the folder of packs.
    pub(super) fn take(packs: &Path) -> Result<Self, HandoverError> {
        let path = packs.join(LOCK);
        let failed = |e| HandoverError::file("lock", &path, e);
        let lock = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Self { _lock: lock })
    }
}
