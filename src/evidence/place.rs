//! Where evidence lies in the data folder.

use super::error::EvidenceError;
use super::id::EventId;
use crate::media::WallTime;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of all evidence, in the data folder.
pub(super) const EVIDENCE: &str = "evidence";
/// The folder of evidence not sealed yet, in the folder of all evidence.
pub(super) const STAGING: &str = ".staging";
/// The record's file name.
pub(super) const EVENT_FILE: &str = "event.json";
/// The manifest's file name.
pub(super) const MANIFEST_FILE: &str = "manifest.json";

/// The ending of a case's folder among those of evidence not sealed yet.
pub(super) const CASE: &str = "case";
/// A case's record, in its folder.
pub(super) const CASE_FILE: &str = "case.json";

/// Where what a case needs to outlive a crash is kept.
pub(super) fn case(data: &Path, id: &EventId) -> PathBuf {
    staging(data, id).with_extension(CASE)
}

/// Where an event's evidence is put together.
pub(super) fn staging(data: &Path, id: &EventId) -> PathBuf {
    data.join(EVIDENCE).join(STAGING).join(id.as_str())
}

/// Where an event's sealed evidence lies, relative to the data folder: by local day of the moment.
pub(super) fn sealed(moment: WallTime, id: &EventId) -> PathBuf {
    let day = moment.local().date();
    PathBuf::from(EVIDENCE)
        .join(format!("{:04}", day.year()))
        .join(format!("{:02}", day.month()))
        .join(format!("{:02}", day.day()))
        .join(id.as_str())
}

/// Where the sealed evidence of an event lies already, relative to the data folder. `expected` is
/// looked at first, then every other day: the same footage given another start time is still the
/// same event. One lookup a day stored.
pub(super) fn find(
    data: &Path,
    expected: &Path,
    id: &EventId,
) -> Result<Option<PathBuf>, EvidenceError> {
    if exists(&data.join(expected))? {
        return Ok(Some(expected.to_path_buf()));
    }
    for day in days(data)? {
        let folder = day.join(id.as_str());
        if exists(&data.join(&folder))? {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// Every `evidence/YYYY/MM/DD` folder, relative to the data folder, in order.
pub(super) fn days(data: &Path) -> Result<Vec<PathBuf>, EvidenceError> {
    let mut level = vec![PathBuf::from(EVIDENCE)];
    for digits in [4, 2, 2] {
        let mut below = Vec::new();
        for folder in level {
            for name in names(&data.join(&folder))? {
                let path = folder.join(&name);
                if is_date_part(&name, digits) && is_folder(&data.join(&path)) {
                    below.push(path);
                }
            }
        }
        level = below;
    }
    Ok(level)
}

/// Whether a folder name is a year, month or day of that many digits.
pub(super) fn is_date_part(name: &str, digits: usize) -> bool {
    name.len() == digits && name.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a path is a folder itself, not a link to one.
pub(super) fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_dir())
}

/// The names in a folder, sorted; none where it does not exist. A name that is not UTF-8 is shown
/// with replacement characters.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, EvidenceError> {
    let read = || -> io::Result<Vec<String>> {
        fs::read_dir(folder)?.map(|e| Ok(e?.file_name().to_string_lossy().into_owned())).collect()
    };
    match read() {
        Ok(mut names) => {
            names.sort_unstable();
            Ok(names)
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(EvidenceError::file("read", folder, e)),
    }
}

fn exists(path: &Path) -> Result<bool, EvidenceError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(EvidenceError::file("read", path, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::IncidentKey;

    #[test]
    fn the_day_is_the_local_one() {
        let id = EventId::of("c", "r", &IncidentKey("k".into()), "f");
        let evening = WallTime("2026-08-15T17:00:00Z".parse().unwrap());
        let folder = sealed(evening, &id);
        assert_eq!(folder, Path::new("evidence/2026/08/16").join(id.as_str()));
    }
}
