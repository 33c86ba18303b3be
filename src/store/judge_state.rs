//! What a camera's rules know, kept between runs of a live service.
//!
//! `state/<camera>.cbor` under the data folder, exact to the last digit. It is for streams that go
//! on with the same clock and the same numbering of tracks after a restart. Recordings do not: each
//! has both of its own, and judging one must not depend on which was judged before it, so that the
//! same footage gives the same events. What stands through two recordings is one incident by its
//! place and appearance instead.

use super::atomic::write_atomically;
use super::error::StoreError;
use crate::rules::JudgeState;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// A state longer than this is none, bytes.
const LONGEST: u64 = 256 << 20;

/// Keeps what a camera's rules know, in place of what was kept before.
///
/// # Errors
/// What is wrong with the folder or the disk.
pub fn save_judge_state(data: &Path, camera: &str, state: &JudgeState) -> Result<(), StoreError> {
    let path = place(data, camera)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| StoreError::from_io(folder, e))?;
    }
    write_atomically(&path, |out| {
        ciborium::into_writer(state, out).map_err(|e| match e {
            ciborium::ser::Error::Io(e) => StoreError::from_io(&path, e),
            ciborium::ser::Error::Value(e) => StoreError::from_io(&path, io::Error::other(e)),
        })
    })
}

/// What a camera's rules knew, where it was kept.
///
/// # Errors
/// [`StoreError::State`] when it was damaged or kept by a version that knew otherwise.
pub fn load_judge_state(data: &Path, camera: &str) -> Result<Option<JudgeState>, StoreError> {
    let path = place(data, camera)?;
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(StoreError::from_io(&path, e)),
    };
    ciborium::from_reader(BufReader::new(file).take(LONGEST))
        .map(Some)
        .map_err(|e| StoreError::State { path, detail: e.to_string() })
}

fn place(data: &Path, camera: &str) -> Result<PathBuf, StoreError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if camera.is_empty() || camera.starts_with('.') || !camera.bytes().all(plain) {
        let wrong = io::Error::other(format!("camera id `{camera}` is unfit for a file name"));
        return Err(StoreError::from_io(data, wrong));
    }
    Ok(data.join("state").join(format!("{camera}.cbor")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Judge, Kind, RuleSpec};
    use crate::scene::{Scene, Zone};

    #[test]
    fn what_is_kept_comes_back_and_what_is_damaged_is_named() {
        let corners = [[0.0, 0.0], [90.0, 0.0], [90.0, 90.0]];
        let zones = vec![Zone::new("z", &corners, (100, 100)).unwrap()];
        let scene = Scene { frame_size: (100, 100), zones, ..Scene::default() };
        let rules = vec![RuleSpec::of(Kind::IllegalParking, "z")];
        let state = Judge::new(scene.clone(), rules.clone()).unwrap().state();
        let data = tempfile::tempdir().unwrap();
        assert!(load_judge_state(data.path(), "c1").unwrap().is_none());
        save_judge_state(data.path(), "c1", &state).unwrap();
        save_judge_state(data.path(), "c1", &state).unwrap();
        let back = load_judge_state(data.path(), "c1").unwrap().unwrap();
        assert!(Judge::resume(scene, rules, back).unwrap().1.is_empty());
        let path = data.path().join("state/c1.cbor");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let said = load_judge_state(data.path(), "c1").unwrap_err().to_string();
        assert!(said.contains("c1.cbor") && said.contains("remove it"), "{said}");
        assert!(save_judge_state(data.path(), "../x", &state).is_err());
    }
}
