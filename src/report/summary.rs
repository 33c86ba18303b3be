//! The page of a run: everything it found, for reading without a server.

use super::page;
use super::report_error::ReportError;
use super::run_summary::RunSummary;
use crate::store::{StoreError, write_atomically};
use std::path::{Path, PathBuf};

/// Writes the page of a run to `DATA/runs/<run id>/summary.html`, and the same page as the latest to
/// `DATA/summary.html`; gives back the path of the latter. Both are replaced whole. Pictures and clips
/// are linked where they lie under `DATA/evidence`, so the page moves with its data folder.
///
/// # Errors
/// [`ReportError::BadRunId`], or what is wrong with the disk.
pub fn write_summary(data: &Path, run: &RunSummary) -> Result<PathBuf, ReportError> {
    let id = &run.run.id;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.is_empty() || id.starts_with('.') || !id.chars().all(plain) {
        return Err(ReportError::BadRunId(id.clone()));
    }
    let folder = data.join("runs").join(id);
    std::fs::create_dir_all(&folder).map_err(|e| StoreError::from_io(&folder, e))?;
    let write = |path: &Path, root: &str| -> Result<(), ReportError> {
        let page = page::render(run, data, root)
            .map_err(|source| ReportError::Template { run: id.clone(), source })?;
        write_atomically(path, |out| {
            out.write_all(page.as_bytes()).map_err(|e| StoreError::from_io(path, e).into())
        })
    };
    write(&folder.join("summary.html"), "../../")?;
    let latest = data.join("summary.html");
    write(&latest, "./")?;
    Ok(latest)
}
