//! Where the records of a camera lie.

use super::error::{RecordError, io_error};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What the name of a finished record ends with.
pub(super) const ENDING: &str = ".jsonl.zst";
/// What the name of one that is being written, or was left unfinished, ends with.
pub(super) const PARTIAL: &str = ".partial";

/// The finished records of a camera, by name and therefore by day; none where it has none.
///
/// # Errors
/// A camera id unfit for a file name; a folder that cannot be read.
pub fn records_of(data: &Path, camera: &str) -> Result<Vec<PathBuf>, RecordError> {
    list(&record_folder(data, camera)?, ENDING)
}

pub(super) fn record_folder(data: &Path, camera: &str) -> Result<PathBuf, RecordError> {
    if !is_plain(camera) {
        return Err(RecordError::BadName { camera: camera.into(), value: camera.into() });
    }
    Ok(data.join("observations").join(camera))
}

pub(super) fn is_plain(part: &str) -> bool {
    !part.is_empty()
        && !part.starts_with('.')
        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

pub(super) fn list(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, RecordError> {
    let failed = |e| io_error(folder, "list the folder", e);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed(e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if file_name(&path).ends_with(ending) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

pub(super) fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).unwrap_or_default()
}
