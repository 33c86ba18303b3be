//! The data folder's lock: one process writes at a time.

use super::error::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// Held as long as it lives. The system lets go of it when the process ends, however it ends, so a
/// file left behind locks nobody out.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Whether a process holds `data/.lock`.
    pub(super) fn is_held(data: &Path) -> bool {
        let file = File::open(data.join(".lock"));
        file.is_ok_and(|f| matches!(f.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Takes `data/.lock` and writes this process's id into it, for whoever comes next.
    pub(super) fn take(data: &Path) -> Result<Self, StoreError> {
        let path = data.join(".lock");
        let failed = |e| StoreError::from_io(&path, e);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                let holder = text.trim().parse::<u32>().map_or_else(
                    |_| "its process is not known".to_owned(),
                    |pid| format!("process {pid}"),
                );
                return Err(StoreError::Busy { holder, data: data.to_path_buf() });
            }
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
        file.set_len(0).map_err(failed)?;
        file.write_all(format!("{}\n", std::process::id()).as_bytes()).map_err(failed)?;
        Ok(Self { _file: file })
    }
}
