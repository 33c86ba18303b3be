//! What stands in a live camera's view, kept so that a restart neither forgets nor doubles it.
//!
//! `state/<camera>.standing.json` under the data folder: a small file, put in place whole every few
//! seconds while something stands. After a restart the session, its clock and its tracks are others;
//! what outlives them is where a thing stood, how it looked, and since when.

use super::atomic::write_atomically;
use super::error::StoreError;
use crate::evidence::Appearance;
use crate::media::WallTime;
use crate::vision::{BBox, Family};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// A state longer than this is none, bytes.
const LONGEST: u64 = 16 << 20;
/// What the name of one ends with.
const ENDING: &str = ".standing.json";

/// The versions of the file that this program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum StandingFormat {
    #[default]
    #[serde(rename = "streetward.standing/1")]
    V1,
}

/// What stands in one camera's view.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StandingState {
    format: StandingFormat,
    /// A few hundred at most.
    pub things: Vec<StoodThing>,
}

/// One thing that stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoodThing {
    /// The rule that watches it.
    pub rule: String,
    /// Fingerprint of the rule and what it looks at: judged by another, it begins anew.
    pub judged_by: String,
    /// What it is.
    pub family: Family,
    /// Where it stands, in pixels of the scene's `frame_size`.
    pub place: BBox,
    /// Since when.
    pub since: WallTime,
    /// When it was last seen.
    pub seen: WallTime,
    /// The id of the event that it is, or would be.
    pub event: String,
    /// The event told of before that, where it went on with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<String>,
    /// How it looks; without it, nothing is known to be the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Appearance>,
}

impl StandingState {
    /// What stands now.
    pub fn of(things: Vec<StoodThing>) -> Self {
        Self { format: StandingFormat::V1, things }
    }

    /// Keeps it in place of what was kept before of the camera.
    ///
    /// # Errors
    /// What is wrong with the folder or the disk.
    pub fn save(&self, data: &Path, camera: &str) -> Result<(), StoreError> {
        let path = place(data, camera)?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| StoreError::from_io(folder, e))?;
        }
        write_atomically(&path, |out| {
            serde_json::to_writer(out, self).map_err(|e| StoreError::from_io(&path, e.into()))
        })
    }

    /// What was kept of the camera; nothing where nothing was.
    ///
    /// # Errors
    /// [`StoreError::State`] when it was damaged or kept by a version that knew otherwise.
    pub fn load(data: &Path, camera: &str) -> Result<Self, StoreError> {
        let path = place(data, camera)?;
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => return Err(StoreError::from_io(&path, e)),
        };
        serde_json::from_reader(BufReader::new(file).take(LONGEST))
            .map_err(|e| StoreError::State { path, detail: e.to_string() })
    }

    /// The thing that an event is, or would be, about.
    pub fn of_event(&self, id: &str) -> Option<&StoodThing> {
        self.things.iter().find(|thing| thing.event == id)
    }
}

/// The camera whose state a file of that name is.
pub(super) fn camera_of(name: &str) -> Option<&str> {
    name.strip_suffix(ENDING)
}

fn place(data: &Path, camera: &str) -> Result<PathBuf, StoreError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if camera.is_empty() || camera.starts_with('.') || !camera.bytes().all(plain) {
        let wrong = io::Error::other(format!("camera id `{camera}` is unfit for a file name"));
        return Err(StoreError::from_io(data, wrong));
    }
    Ok(data.join("state").join(format!("{camera}{ENDING}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_comes_back_and_what_is_damaged_is_named() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(StandingState::load(data.path(), "c1").unwrap(), StandingState::default());
        let at = |t: &str| WallTime(t.parse().unwrap());
        let car = StoodThing {
            rule: "illegal_parking@kerb".into(),
            judged_by: "00ff".into(),
            family: Family::Vehicle,
            place: BBox { x1: 1.0, y1: 2.0, x2: 30.5, y2: 40.0 },
            since: at("2026-08-15T07:30:00.123Z"),
            seen: at("2026-08-15T07:31:00Z"),
            event: "0123456789abcdef0123".into(),
            continues: None,
            look: None,
        };
        let state = StandingState::of(vec![car]);
        state.save(data.path(), "c1").unwrap();
        assert_eq!(StandingState::load(data.path(), "c1").unwrap(), state);
        assert!(state.of_event("0123456789abcdef0123").is_some() && state.of_event("").is_none());
        let path = data.path().join("state/c1.standing.json");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let said = StandingState::load(data.path(), "c1").unwrap_err().to_string();
        assert!(said.contains("c1.standing.json") && said.contains("remove it"), "{said}");
        assert!(state.save(data.path(), "../x").is_err());
    }
}
