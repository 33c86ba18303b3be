//! Files and folders put on the disk for good, with errors that name them.

use super::error::EvidenceError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// How the names of files begin that are being written by [`write_whole`].
pub(super) const HALF_WRITTEN: &str = ".streetward-";

/// Creates a folder and those above it.
pub(super) fn create_folder(path: &Path) -> Result<(), EvidenceError> {
    fs::create_dir_all(path).map_err(|e| EvidenceError::file("create", path, e))
}

/// Removes a folder with what it holds; one that is not there is removed already.
pub(super) fn remove_folder(path: &Path) -> Result<(), EvidenceError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(EvidenceError::file("remove", path, e))
        }
        _ => Ok(()),
    }
}

/// Writes a new file; in a staging folder, so that nobody sees it half-written.
pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<(), EvidenceError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(content)
    };
    write().map_err(|e| EvidenceError::file("write", path, e))
}

/// Writes a file whole or not at all, with these permissions: into a temporary one beside it, which
/// takes its place when it is on the disk.
pub(super) fn write_whole(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(HALF_WRITTEN)
        .permissions(fs::Permissions::from_mode(mode))
        .tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    File::open(folder)?.sync_all()
}

/// Moves a file or folder within the data folder.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), EvidenceError> {
    fs::rename(from, to).map_err(|e| EvidenceError::file("move into place", to, e))
}

/// Gives a file a second name; copies it where the file system cannot.
pub(super) fn link(from: &Path, to: &Path) -> Result<(), EvidenceError> {
    // A copy onto a second name of the same file would empty both.
    let _ = fs::remove_file(to);
    let copied = || fs::copy(from, to).map(drop);
    fs::hard_link(from, to).or_else(|_| copied()).map_err(|e| EvidenceError::file("write", to, e))
}

/// Waits until the content of a file, or the list of names in a folder, is on the disk.
pub(super) fn sync(path: &Path) -> Result<(), EvidenceError> {
    File::open(path).and_then(|f| f.sync_all()).map_err(|e| EvidenceError::file("sync", path, e))
}

/// Waits until the list of names in `folder` and in those above it, up to `root`, is on the disk.
pub(super) fn sync_up_to(folder: &Path, root: &Path) -> Result<(), EvidenceError> {
    for above in folder.ancestors().take_while(|a| a.starts_with(root)) {
        sync(above)?;
    }
    Ok(())
}

/// Whether so little space is left at `path` that a failed write is put down to it. Encoders do not
/// pass the system's reason on.
pub(super) fn is_full(path: &Path) -> bool {
    rustix::fs::statvfs(path)
        .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < 256 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_takes_no_more_is_said_to_be_full() {
        let error = write_file(Path::new("/dev/full"), b"x").unwrap_err();
        assert!(matches!(error, EvidenceError::DiskFull { .. }), "{error}");
        assert!(!is_full(Path::new(".")), "this disk has room");
    }

    #[test]
    fn removing_what_is_not_there_is_done_already() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        create_folder(&path).unwrap();
        remove_folder(&path).unwrap();
        remove_folder(&path).unwrap();
        write_file(&path, b"a file").unwrap();
        assert!(matches!(remove_folder(&path), Err(EvidenceError::File { .. })));
    }
}
