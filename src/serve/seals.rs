//! Whether files are what was sealed: their SHA-256, computed from all of each file once and known
//! until the file is another. The file itself is never touched.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, PoisonError};

/// Sums that are remembered; past it all are forgotten and computed again.
const MOST: usize = 50_000;
/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// Sums of files that were read.
#[derive(Debug, Default)]
pub(super) struct Seals(Mutex<HashMap<Stamp, [u8; 32]>>);

/// A file as it lies on the disk. The time of its last change (`ctime`) moves with every write and
/// cannot be set back by who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Seals {
    /// The SHA-256 of all of an open file, hexadecimal; the file is at its beginning then.
    pub(super) fn sha256(&self, file: &mut File) -> io::Result<String> {
        let before = stamp(file)?;
        if let Some(known) = self.lock().get(&before) {
            return Ok(hex::encode(known));
        }
        let mut sum = Sha256::new();
        let mut piece = vec![0_u8; PIECE];
        loop {
            let read = file.read(&mut piece)?;
            if read == 0 {
                break;
            }
            sum.update(&piece[..read]);
        }
        file.rewind()?;
        let sum: [u8; 32] = sum.finalize().into();
        // One that was written while it was read is not known by this sum.
        if stamp(file)? == before {
            let mut known = self.lock();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(before, sum);
        }
        Ok(hex::encode(sum))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Stamp, [u8; 32]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stamp(file: &File) -> io::Result<Stamp> {
    let facts = file.metadata()?;
    Ok(Stamp {
        device: facts.dev(),
        inode: facts.ino(),
        bytes: facts.len(),
        modified: (facts.mtime(), facts.mtime_nsec()),
        changed: (facts.ctime(), facts.ctime_nsec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_sum_is_computed_once_and_again_when_the_file_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("still.jpg");
        std::fs::write(&path, "as it was sealed").unwrap();
        let seals = Seals::default();
        let sum = || seals.sha256(&mut File::open(&path).unwrap()).unwrap();
        let first = sum();
        assert_eq!(first, hex::encode(Sha256::digest("as it was sealed")));
        assert_eq!(sum(), first);
        assert_eq!(seals.lock().len(), 1);
        // The same length, and its time set back to what it was.
        let when = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::thread::sleep(Duration::from_millis(20));
        std::fs::write(&path, "as it was FORGED").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(when).unwrap();
        assert_ne!(sum(), first);
        assert_eq!(seals.lock().len(), 2);
    }
}
