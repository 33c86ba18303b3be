//! The disk under the data folder: how much is free, and a reserve for when nothing is.

use super::error::StoreError;
use crate::config::StorageConfig;
use rustix::fs::{FallocateFlags, fallocate};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The reserve's file, in the data folder.
const RESERVE: &str = "reserve";
/// With less than this free, files of any size fail, bytes.
const FLOOR: u64 = 1 << 20;

/// How the disk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageState {
    /// There is room.
    #[default]
    Fine,
    /// More of it is used than the site wants; all is still kept.
    Low,
    /// Nothing more fits: events are recorded in the reserve, evidence waits.
    Full,
}

/// How the disk stands, with figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct StorageHealth {
    /// In a word.
    pub state: StorageState,
    /// Bytes that can be written, besides the reserve.
    pub free_bytes: u64,
    /// Bytes of the whole disk.
    pub total_bytes: u64,
    /// The reserve is set aside.
    pub reserve_held: bool,
}

/// The disk under a data folder. May be shared between threads.
#[derive(Debug)]
pub struct Storage {
    data: PathBuf,
    config: StorageConfig,
    held: Mutex<bool>,
}

impl Storage {
    /// Sets the reserve aside where it is not yet and there is room for it.
    ///
    /// # Errors
    /// The folder cannot be made, or the system refuses another way than for lack of space.
    pub fn open(data: &Path, config: &StorageConfig) -> Result<Self, StoreError> {
        fs::create_dir_all(data).map_err(|e| StoreError::from_io(data, e))?;
        let this = Self { data: data.to_owned(), config: config.clone(), held: Mutex::new(false) };
        let path = this.path();
        let there = fs::metadata(&path).is_ok_and(|m| m.len() == this.reserve_bytes());
        if there || this.room_for_reserve() {
            let held = there || this.fill()?;
            *this.held() = held;
        }
        Ok(this)
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What was configured.
    pub fn config(&self) -> &StorageConfig {
        &self.config
    }

    /// How the disk stands now; takes the reserve back when there is room again. To be called about
    /// once a second.
    pub fn look(&self) -> StorageHealth {
        let mut held = self.held();
        if !*held && self.room_for_reserve() {
            match self.fill() {
                Ok(done) => *held = done,
                Err(error) => tracing::warn!(%error, "the reserve cannot be set aside"),
            }
            if *held {
                tracing::info!(data = %self.data.display(), "there is room on the disk again");
            }
        }
        let (free_bytes, total_bytes) = space(&self.data);
        let used = 100.0 - 100.0 * free_bytes as f64 / total_bytes.max(1) as f64;
        let state = if !*held || free_bytes < FLOOR {
            StorageState::Full
        } else if (free_bytes as f64) < self.config.keep_free_gigabytes * 1e9
            || used >= f64::from(self.config.warn_percent)
        {
            StorageState::Low
        } else {
            StorageState::Fine
        };
        StorageHealth { state, free_bytes, total_bytes, reserve_held: *held }
    }

    /// Frees the reserve, so that the database can go on; whether there was one.
    pub fn relieve(&self) -> bool {
        let mut held = self.held();
        let was = std::mem::take(&mut *held);
        if was {
            tracing::error!(
                data = %self.data.display(),
                "the disk is full: events are recorded in the reserve, evidence waits; free space"
            );
        }
        release(&self.data) || was
    }

    fn held(&self) -> std::sync::MutexGuard<'_, bool> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self) -> PathBuf {
        self.data.join(RESERVE)
    }

    fn reserve_bytes(&self) -> u64 {
        u64::from(self.config.reserve_megabytes) * 1_000_000
    }

    /// Twice its size must be free, so that it does not come and go.
    fn room_for_reserve(&self) -> bool {
        space(&self.data).0 >= 2 * self.reserve_bytes() + FLOOR
    }

    /// Sets the reserve aside; `false` where the disk has no room for it.
    fn fill(&self) -> Result<bool, StoreError> {
        let path = self.path();
        let write = || -> io::Result<()> {
            let mut file = File::create(&path)?;
            let bytes = self.reserve_bytes();
            if fallocate(&file, FallocateFlags::empty(), 0, bytes).is_err() {
                let zeros = vec![0; 1 << 20];
                let mut left = bytes;
                while left > 0 {
                    let piece = left.min(zeros.len() as u64);
                    file.write_all(&zeros[..piece as usize])?;
                    left -= piece;
                }
            }
            file.sync_all()
        };
        match write().map_err(|e| StoreError::from_io(&path, e)) {
            Ok(()) => Ok(true),
            Err(error) => {
                release(&self.data);
                if matches!(error, StoreError::Full(_)) { Ok(false) } else { Err(error) }
            }
        }
    }
}

/// Removes a data folder's reserve; whether there was one.
pub(super) fn release(data: &Path) -> bool {
    fs::remove_file(data.join(RESERVE)).is_ok()
}

/// Bytes free to this user and of the whole disk; as if there were room where that is not told.
pub(super) fn space(path: &Path) -> (u64, u64) {
    rustix::fs::statvfs(path).map_or((u64::MAX / 2, u64::MAX / 2), |disk| {
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        // What others keep for themselves is neither used nor free, as `df` reckons.
        let used = bytes(disk.f_blocks.saturating_sub(disk.f_bfree));
        let free = bytes(disk.f_bavail);
        (free, used.saturating_add(free))
    })
}
