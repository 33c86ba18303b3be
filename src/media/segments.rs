//! The files of a source: itself, or a folder's recordings in order.

use super::{error::MediaError, start};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

const ENDINGS: [&str; 24] = [
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "mts", "m2ts", "mpg", "mpeg", "vob", "flv",
    "h264", "264", "h265", "265", "hevc", "mjpeg", "asf", "wmv", "3gp", "dav", "ivf",
];

/// Names of whole seconds cannot place a segment better than this.
const NAME_ERROR: f64 = 1.5;

/// The file, or the folder's video files sorted by name (hidden ones are passed over).
pub(super) fn list(path: &Path) -> Result<Vec<PathBuf>, MediaError> {
    let failed = |error: std::io::Error| MediaError::from_io(path, &error);
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.into()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if is_video_name(&file) && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(MediaError::NoVideoInFolder { path: path.into() });
    }
    files.sort();
    Ok(files)
}

fn is_video_name(path: &Path) -> bool {
    let hidden = name(path).starts_with('.');
    let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    !hidden && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// The file's name, or nothing where it is not text.
pub(super) fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// When the file's name says that it begins.
pub(super) fn named_start(path: &Path) -> Option<Timestamp> {
    start::from_name(name(path))
}

/// Where the next segment begins, in microseconds: where its name says, but directly after the last
/// frame's end when the two agree within what a name can tell or the name would go back in time.
/// The flag is set where the name had to be overruled.
pub(super) fn next_base(
    end: i64,
    first: Option<Timestamp>,
    this: Option<Timestamp>,
) -> (i64, bool) {
    let (Some(first), Some(this)) = (first, this) else { return (end, false) };
    let named = this.as_microsecond() - first.as_microsecond();
    let ahead = (named - end) as f64 / 1e6;
    if ahead > NAME_ERROR { (named, false) } else { (end, ahead < -NAME_ERROR) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_win_over_gaps_but_never_go_back() {
        let at = |text: &str| start::from_name(text);
        let (first, next) = (at("20260815_143000"), at("20260815_143100"));
        assert_eq!(next_base(60_040_000, first, next), (60_040_000, false));
        assert_eq!(next_base(59_000_000, first, next), (59_000_000, false));
        assert_eq!(next_base(40_000_000, first, next), (60_000_000, false));
        assert_eq!(next_base(75_000_000, first, next), (75_000_000, true));
        assert_eq!(next_base(75_000_000, None, next), (75_000_000, false));
    }

    #[test]
    fn only_recordings_are_listed_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.MP4", "a.mp4", ".hidden.mp4", "notes.txt", "c.ts.part"] {
            std::fs::write(folder.path().join(name), b"x").unwrap();
        }
        let files = list(folder.path()).unwrap();
        assert_eq!(files.iter().map(|f| name(f)).collect::<Vec<_>>(), ["a.mp4", "b.MP4"]);
    }
}
