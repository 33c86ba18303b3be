//! Small clips made with the `ffmpeg` command, and what `ffprobe` says about them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};
use streetward::media::{Frame, OpenOptions, Source};
use tempfile::TempDir;

/// A temporary folder of clips.
pub struct Studio {
    folder: TempDir,
}

impl Studio {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `ffmpeg` with arguments separated by spaces; the last names a file in this folder, and
    /// `@` before a name means a file in it, too.
    pub fn make(&self, arguments: &str) -> PathBuf {
        let (arguments, name) = arguments.rsplit_once(' ').unwrap();
        let target = self.path(name);
        let run = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-threads", "1"])
            .args(arguments.split_whitespace().map(|a| match a.strip_prefix('@') {
                Some(name) => self.path(name).into_os_string(),
                None => a.into(),
            }))
            .arg(&target)
            .output()
            .unwrap();
        assert!(run.status.success(), "{arguments}: {}", String::from_utf8_lossy(&run.stderr));
        target
    }

    /// Five seconds of H.264 as street cameras send it: the frame rate wanders between 8 and 25, a
    /// keyframe each two seconds, B-frames.
    pub fn wandering(&self, name: &str) -> PathBuf {
        self.make(&format!(
            "-f lavfi -i testsrc2=s=320x180:r=25:d=5 \
             -vf select='not(mod(n\\,3))+between(n\\,30\\,70)+not(mod(n\\,7))' -vsync vfr \
             -pix_fmt yuv420p -c:v libx264 -preset veryfast -g 40 -sc_threshold 0 -bf 2 {name}"
        ))
    }

    /// Two and a half seconds of H.264 with B-frames, a keyframe each second, 25 frames a second.
    pub fn usual(&self, name: &str) -> PathBuf {
        self.make(&format!(
            "-f lavfi -i testsrc2=s=160x120:r=25:d=2.5 -pix_fmt yuv420p -c:v libx264 \
             -preset veryfast -g 25 -keyint_min 25 -sc_threshold 0 -bf 3 {name}"
        ))
    }
}

/// Frame times by `ffprobe` less the container's start, in seconds.
pub fn probed(path: &Path) -> Vec<f64> {
    let entries = "frame=best_effort_timestamp_time:format=start_time";
    let run = Command::new("ffprobe")
        .args(["-v", "quiet", "-select_streams", "v:0", "-of", "json", "-show_entries", entries])
        .arg(path)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", path.display());
    let json: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let number = |v: &serde_json::Value| v.as_str().and_then(|t| t.parse::<f64>().ok());
    let start = number(&json["format"]["start_time"]).unwrap_or(0.0);
    let frames = json["frames"].as_array().unwrap();
    frames
        .iter()
        .filter_map(|frame| number(&frame["best_effort_timestamp_time"]))
        .map(|time| time - start)
        .collect()
}

/// A source with default options.
pub fn open(path: &Path) -> Source {
    Source::open(path, OpenOptions::default()).unwrap()
}

/// All frames of a source.
pub fn frames(source: &mut Source) -> Vec<Frame> {
    std::iter::from_fn(|| source.next_frame().unwrap()).collect()
}

/// Frame times in seconds.
pub fn times(frames: &[Frame]) -> Vec<f64> {
    frames.iter().map(|frame| frame.time.seconds()).collect()
}

/// Both lists agree to two microseconds.
#[track_caller]
pub fn assert_same_times(ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{ours:?}\n{theirs:?}");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() < 2.1e-6, "frame {i}: {a} and {b}");
    }
}

/// Recordings in the folder that `STREETWARD_TEST_FOOTAGE` names: real cameras' habits, where a
/// developer has some. None where it is not set.
pub fn footage() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("STREETWARD_TEST_FOOTAGE") else {
        eprintln!("skipped: STREETWARD_TEST_FOOTAGE names no folder of recordings");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "mp4" || e == "mkv"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "STREETWARD_TEST_FOOTAGE holds no .mp4 or .mkv");
    files
}

/// Bytes of a file changed in place.
pub fn edit(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

/// The picture rows of the luma plane.
pub fn luma(frame: &Frame) -> Vec<u8> {
    let plane = frame.plane(0);
    (0..plane.height).flat_map(|y| plane.data[y * plane.stride..][..plane.width].to_vec()).collect()
}
