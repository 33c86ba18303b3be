//! A camera's drawing changed by a person: held against what he saw, kept as a version, written whole.

use crate::config::{ConfigError, Drawing};
use crate::media::WallTime;
use crate::store::{SceneVersion, Store, StoreError, write_atomically};
use serde_json::{Map, Value};
use std::path::Path;

/// Letters of a reason at most.
pub const WHY_LENGTH: usize = 500;

/// A drawing that somebody wants saved.
#[derive(Debug, Clone)]
pub struct Redrawing<'a> {
    /// The camera's file.
    pub file: &'a Path,
    /// The camera's id.
    pub camera: &'a str,
    /// The fingerprint of the file that he saw.
    pub seen: &'a str,
    /// What is drawn now, by key.
    pub drawn: &'a Map<String, Value>,
    /// The user.
    pub by: &'a str,
    /// When.
    pub at: WallTime,
    /// Why.
    pub why: &'a str,
}

/// Why a drawing is not saved.
#[derive(Debug, thiserror::Error)]
pub enum SceneRefused {
    /// Somebody was quicker, or edited the file.
    #[error("the drawing was changed meanwhile: look at it as it is now, and draw again")]
    Changed,
    /// It would rename the camera.
    #[error("a drawing cannot change which camera it is")]
    OtherCamera,
    /// No reason.
    #[error("say why it is redrawn, in at most {WHY_LENGTH} letters")]
    Why,
    /// It is no sound drawing.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Saves a drawing: the version is stored first, then the file is written, whole or not at all. What
/// was drawn before is kept as a version too, be it from a text editor. The running service takes the
/// file up by itself.
///
/// # Errors
/// Why it is not saved; nothing is changed then, but where the disk refuses the file a version may
/// stand that was never written.
pub fn save_scene(store: &Store, asked: &Redrawing<'_>) -> Result<SceneVersion, SceneRefused> {
    let why = asked.why.trim();
    if why.is_empty() || why.chars().count() > WHY_LENGTH {
        return Err(SceneRefused::Why);
    }
    let before = Drawing::open(asked.file)?;
    if before.fingerprint != asked.seen {
        return Err(SceneRefused::Changed);
    }
    let (text, camera) = before.redrawn(asked.file, asked.drawn)?;
    if camera.id != asked.camera {
        return Err(SceneRefused::OtherCamera);
    }
    let version =
        |by: &str, why: &str, fingerprint: &str, drawn: &Map<String, Value>| SceneVersion {
            camera: camera.id.clone(),
            number: 0,
            at: asked.at,
            by: by.to_owned(),
            why: why.to_owned(),
            fingerprint: fingerprint.to_owned(),
            drawing: Value::Object(drawn.clone()).to_string(),
        };
    let known = store.scene_versions(&camera.id)?;
    if known.first().is_none_or(|newest| newest.fingerprint != before.fingerprint) {
        let found =
            version("file", "as found in the camera's file", &before.fingerprint, &before.drawn);
        store.put_scene_version(&found)?;
    }
    // Parsed from the text that is written, so that going back gives exactly this.
    let after = Drawing::of(asked.file, text)?;
    let mut saved = version(asked.by, why, &after.fingerprint, &after.drawn);
    saved.number = store.put_scene_version(&saved)?;
    write_atomically(asked.file, |out| {
        out.write_all(after.text.as_bytes()).map_err(|e| StoreError::from_io(asked.file, e))
    })?;
    Ok(saved)
}
