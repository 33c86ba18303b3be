//! Files that are written whole or not at all.

use super::error::StoreError;
use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Writes `path` through `write`: into a temporary file of the same folder, which takes the place of
/// `path` only when it is complete and on the disk. Whatever stood there before stays until then.
///
/// # Errors
/// What `write` says; or [`StoreError::NotWritable`], [`StoreError::Full`] or [`StoreError::Io`],
/// naming `path`.
pub fn write_atomically<T, E: From<StoreError>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, E> {
    let failed = |e| E::from(StoreError::from_io(path, e));
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    // The umask narrows this as it does for any new file; tempfile alone would give 0600.
    let temporary = tempfile::Builder::new()
        .prefix(".streetward-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(failed)?;
    let mut out = BufWriter::new(temporary);
    let value = write(&mut out)?;
    let keep = || -> io::Result<()> {
        let temporary = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map_err(|e| e.error)?;
        File::open(folder)?.sync_all()
    };
    keep().map_err(failed)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        let put = |text: &'static [u8], full: bool| {
            write_atomically(&path, |w| {
                w.write_all(text).map_err(|e| StoreError::from_io(&path, e))?;
                if full { Err(StoreError::Full(path.clone())) } else { Ok(()) }
            })
        };
        put(b"old", false).unwrap();
        assert!(matches!(put(b"half", true), Err(StoreError::Full(p)) if p == path));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let said = write_atomically(Path::new("no/such/folder/x.csv"), |_| Ok::<_, StoreError>(()))
            .unwrap_err();
        assert!(said.to_string().contains("no/such/folder/x.csv"), "{said}");
    }
}
