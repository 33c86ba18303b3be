//! What several feature tests need: fetched files, generated clips, temporary folders.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file set-up fetched; a test without it is a broken set-up, not a skip.
pub fn fetched(path: &str) -> PathBuf {
    let path = root().join(".streetward").join(path);
    assert!(path.exists(), "{} is missing: run scripts/setup", path.display());
    path
}

/// Runs FFmpeg's command line tool, as an independent maker of test clips.
pub fn ffmpeg(args: &[&str], output: &Path) {
    let done = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
        .args(args)
        .arg(output)
        .status()
        .expect("ffmpeg runs");
    assert!(done.success(), "ffmpeg {args:?} failed");
}

/// A file or folder of the clips that builders share, which lie beside the repository or above it;
/// `None` where they are not at hand.
pub fn shared(path: &str) -> Option<PathBuf> {
    root().ancestors().skip(1).map(|a| a.join("shared").join(path)).find(|p| p.exists())
}
