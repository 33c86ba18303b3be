//! Boxes from a file in the detector's place.
//!
//! A drawn scene shows shapes that no detector was trained on. Its boxes are known exactly, so a file
//! beside the clip says what a detector would have seen, with its errors; everything after detection
//! is the real thing. Used by suites of labelled clips and by tests, never on a site.

use crate::media::MediaTime;
use crate::vision::{BBox, Class, Detection};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// A frame and its line may differ by this, in seconds: containers round times.
const SAME_FRAME_SECONDS: f64 = 0.012;

/// A file larger than this holds no boxes of a clip. Bytes.
const LARGEST: u64 = 256 << 20;

/// One line of a file of boxes: what a detector would have seen in one frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoxLine {
    /// The frame's time, seconds since the clip's beginning.
    pub t: f64,
    /// What was seen.
    pub boxes: Vec<SeenBox>,
}

/// One detection in a file of boxes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenBox {
    /// What.
    pub class: Class,
    /// Where, `[x1, y1, x2, y2]` in pixels of the frame.
    #[serde(rename = "box")]
    pub bbox: BBox,
    /// The detector's confidence, 0 to 1.
    pub score: f32,
}

/// Why a file of boxes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BoxesError {
    /// The system refused.
    #[error("{}: the boxes cannot be read ({source}); check the path", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Far too large.
    #[error("{}: more than 256 MiB; this is no file of boxes, check the path", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A line that is none.
    #[error(
        "{}:{line}: {problem}; each line must be like {{\"t\":0.1,\"boxes\":[{{\"class\":\"car\",\"box\":[10,20,60,50],\"score\":0.8}}]}}, times rising",
        path.display()
    )]
    BadLine {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

/// The boxes of one clip, by time.
#[derive(Debug, Clone, PartialEq)]
pub struct Boxes {
    frames: Vec<(f64, Vec<Detection>)>,
    name: String,
    sha256: String,
}

impl Boxes {
    /// Reads a file of boxes: one JSON object a line, a line a frame, times rising.
    ///
    /// # Errors
    /// [`BoxesError`]: no file, too large a file, or a line that is no such object.
    pub fn read(path: &Path) -> Result<Self, BoxesError> {
        let unreadable = |source| BoxesError::Unreadable { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(unreadable)?.len() > LARGEST {
            return Err(BoxesError::TooLarge { path: path.to_owned() });
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let mut frames: Vec<(f64, Vec<Detection>)> = Vec::new();
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let bad = |problem: String| BoxesError::BadLine {
                path: path.to_owned(),
                line: i + 1,
                problem,
            };
            let read: BoxLine = serde_json::from_str(line).map_err(|e| bad(e.to_string()))?;
            if !read.t.is_finite() || frames.last().is_some_and(|(t, _)| *t >= read.t) {
                return Err(bad(format!("its time {} is not after the line before", read.t)));
            }
            let mut found = Vec::with_capacity(read.boxes.len());
            for SeenBox { class, bbox, score } in read.boxes {
                let sound = bbox.width() > 0.0 && bbox.height() > 0.0;
                if !sound || !(0.0..=1.0).contains(&score) {
                    return Err(bad("a box is empty or a score is not from 0 to 1".to_owned()));
                }
                found.push(Detection { bbox, class, score });
            }
            frames.push((read.t, found));
        }
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let sha256 = hex::encode(Sha256::digest(text.as_bytes()));
        Ok(Self { frames, name: format!("boxes from {name}"), sha256 })
    }

    /// What stands in for the model's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the file, hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// What the frame at `time` shows; `None` where the file has no line for it.
    pub(super) fn at(&self, time: MediaTime) -> Option<&[Detection]> {
        let t = time.seconds();
        let after = self.frames.partition_point(|(line, _)| *line < t);
        let near = self.frames[after.saturating_sub(1)..].iter().take(2);
        near.map(|(line, boxes)| ((line - t).abs(), boxes))
            .filter(|(off, _)| *off <= SAME_FRAME_SECONDS)
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, boxes)| &**boxes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Boxes, BoxesError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.boxes.jsonl");
        std::fs::write(&path, text).unwrap();
        Boxes::read(&path)
    }

    #[test]
    fn a_frame_finds_its_line_however_its_time_was_rounded() {
        let boxes = read(
            "{\"t\":0.0,\"boxes\":[]}\n{\"t\":0.04,\"boxes\":[{\"class\":\"car\",\"box\":[1,2,30,40],\"score\":0.9}]}\n{\"t\":0.12,\"boxes\":[]}\n",
        )
        .unwrap();
        let seen = |t: f64| boxes.at(MediaTime::from_seconds(t)).map(<[Detection]>::len);
        assert_eq!([0.0, 0.0396, 0.0404, 0.12].map(seen), [Some(0), Some(1), Some(1), Some(0)]);
        assert_eq!([0.08, 0.2].map(seen), [None, None]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let wrong = [
            "{\"t\":0.1}",
            "{\"t\":0.1,\"boxes\":[{\"class\":\"tank\",\"box\":[1,2,3,4],\"score\":0.9}]}",
            "{\"t\":0.1,\"boxes\":[{\"class\":\"car\",\"box\":[5,2,3,4],\"score\":0.9}]}",
            "{\"t\":0.1,\"boxes\":[]}\n{\"t\":0.1,\"boxes\":[]}",
        ];
        for (text, line) in wrong.into_iter().zip([1, 1, 1, 2]) {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(&format!("clip.boxes.jsonl:{line}: ")), "{error}");
        }
    }
}
