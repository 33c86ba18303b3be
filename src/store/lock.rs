//! The data folder's lock: one process writes at a time.

use super::error::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

/// How often the lock is asked for before its folder is called busy, and the pause between: who only
/// looks whether it is held holds it for a moment.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(40);

/// Held as long as it lives. The system lets go of it when the process ends, however it ends, so a
/// file left behind locks nobody out.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone is not enough: a child process being started at this moment shares the file
        // until it runs its own program.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Whether a process holds `data/.lock`.
    pub(super) fn is_held(data: &Path) -> bool {
        let file = File::open(data.join(".lock"));
        file.is_ok_and(|file| match file.try_lock_shared() {
            Ok(()) => {
                let _ = file.unlock();
                false
            }
            Err(e) => matches!(e, TryLockError::WouldBlock),
        })
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
        let mut locked = file.try_lock();
        for _ in 1..TRIES {
            if !matches!(locked, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(PAUSE);
            locked = file.try_lock();
        }
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                return Err(StoreError::Busy {
                    pid: text.trim().parse().ok(),
                    data: data.to_path_buf(),
                });
            }
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
        file.set_len(0).map_err(failed)?;
        file.write_all(format!("{}\n", std::process::id()).as_bytes()).map_err(failed)?;
        Ok(Self { file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_free_once_let_go_whoever_shares_the_file() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..200 {
            let lock = Lock::take(folder.path()).unwrap();
            // As a child that was just forked has it.
            let shared = lock.file.try_clone().unwrap();
            assert!(Lock::is_held(folder.path()));
            drop(lock);
            assert!(!Lock::is_held(folder.path()));
            drop(Lock::take(folder.path()).unwrap());
            drop(shared);
        }
    }
}
