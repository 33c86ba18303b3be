//! One sequence folder, and the sequences of a folder.

use super::error::MotError;
use super::file::{MotFile, MotKind};
use super::info::SequenceInfo;
use std::path::{Path, PathBuf};

const PARTS: [&str; 3] = ["seqinfo.ini", "det/det.txt", "gt/gt.txt"];

/// One sequence: its facts and its ground truth.
#[derive(Debug, Clone)]
pub struct Sequence {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// From `seqinfo.ini`.
    pub info: SequenceInfo,
    /// From `gt/gt.txt`.
    pub truth: MotFile,
    /// What is unusual and yet right: frames without ground truth, a size that is not told.
    pub notes: Vec<String>,
}

impl Sequence {
    /// Reads the facts and the ground truth of a folder.
    ///
    /// # Errors
    /// Any [`MotError`] but [`MotError::NoSequence`].
    pub fn open(folder: &Path) -> Result<Self, MotError> {
        let info = SequenceInfo::read(&folder.join(PARTS[0]))?;
        let truth = MotFile::read(&folder.join(PARTS[2]), MotKind::Truth, info.frames)?;
        let mut notes = Vec::new();
        if truth.rows.is_empty() {
            notes.push("gt.txt has no row to be found: whatever is tracked is false".to_owned());
        } else if let Some(gaps) = truth.gaps(info.frames) {
            notes.push(format!("gt.txt: {gaps}"));
        }
        if info.size.is_none() {
            notes.push(
                "seqinfo.ini does not tell imWidth and imHeight: boxes are not clipped".into(),
            );
        }
        Ok(Self { name: name_of(folder), folder: folder.to_owned(), info, truth, notes })
    }

    /// Reads `det/det.txt`.
    ///
    /// # Errors
    /// Those of [`MotFile::read`].
    pub fn detections(&self) -> Result<MotFile, MotError> {
        MotFile::read(&self.folder.join(PARTS[1]), MotKind::Detections, self.info.frames)
    }

    /// Frames a second.
    ///
    /// # Errors
    /// [`MotError::Info`] where `seqinfo.ini` does not tell it.
    pub fn frame_rate(&self) -> Result<f64, MotError> {
        self.info.frame_rate.ok_or_else(|| MotError::Info {
            path: self.folder.join(PARTS[0]),
            reason: "it has no frameRate, and a tracker needs time; write frames a second there"
                .into(),
        })
    }
}

/// The sequence folders of `folder`, by name; `folder` itself where it is one.
///
/// # Errors
/// [`MotError::NoSequence`], [`MotError::Unreadable`].
pub fn sequences(folder: &Path) -> Result<Vec<PathBuf>, MotError> {
    if is_sequence(folder) {
        return Ok(vec![folder.to_owned()]);
    }
    let found = below(folder)?;
    if found.is_empty() {
        let deeper = folders(folder)?.into_iter().find(|f| below(f).is_ok_and(|b| !b.is_empty()));
        let hint = deeper.map_or_else(String::new, |f| format!("; did you mean {}?", f.display()));
        return Err(MotError::NoSequence { path: folder.to_owned(), hint });
    }
    Ok(found)
}

fn below(folder: &Path) -> Result<Vec<PathBuf>, MotError> {
    Ok(folders(folder)?.into_iter().filter(|f| is_sequence(f)).collect())
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, MotError> {
    let entries = std::fs::read_dir(folder)
        .map_err(|source| MotError::Unreadable { path: folder.to_owned(), source })?;
    let mut found: Vec<PathBuf> =
        entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_dir()).collect();
    found.sort();
    Ok(found)
}

fn is_sequence(folder: &Path) -> bool {
    PARTS.iter().any(|part| folder.join(part).is_file())
}

/// The folder's own name, whatever way leads to it.
fn name_of(folder: &Path) -> String {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "sequence".into(), |n| n.to_string_lossy().into_owned())
}
