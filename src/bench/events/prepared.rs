//! A suite's clips with everything read and checked before anything is run.

use super::error::{EventsError, InputError};
use super::labels::Labels;
use crate::config::{self, Camera, Suite, SuiteClip};
use crate::pipeline::Boxes;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// One clip, ready to be judged.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// As the suite has it.
    pub clip: SuiteClip,
    /// Its camera.
    pub camera: Arc<Camera>,
    /// Its labels, in pixels of the camera's scene.
    pub labels: Labels,
    /// What stands in for the detector.
    pub boxes: Option<Arc<Boxes>>,
}

/// Reads the cameras, labels and boxes of a suite's clips; with `only`, of the clips whose name is
/// one of these or begins with one that ends in `*`.
///
/// # Errors
/// Everything that is wrong with them, named; a name that no clip has.
pub fn prepare(suite: Suite, only: &[String]) -> Result<Vec<Prepared>, EventsError> {
    let fits = |pattern: &str, name: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    };
    for name in only {
        if !suite.clips.iter().any(|c| fits(name, &c.name)) {
            let near = config::nearest(name, suite.clips.iter().map(|c| c.name.as_str()));
            let hint = near.map_or_else(String::new, |n| format!("; did you mean \"{n}\"?"));
            return Err(EventsError::NoClip { name: name.clone(), hint });
        }
    }
    let chosen = suite
        .clips
        .into_iter()
        .filter(|c| only.is_empty() || only.iter().any(|name| fits(name, &c.name)));
    let (mut ready, mut wrong) = (Vec::new(), Vec::new());
    let mut cameras: BTreeMap<PathBuf, Option<Arc<Camera>>> = BTreeMap::new();
    for clip in chosen {
        let camera = cameras.entry(clip.camera.clone()).or_insert_with(|| {
            config::load_camera(&clip.camera)
                .map(Arc::new)
                .map_err(|e| wrong.push(InputError::from(e)))
                .ok()
        });
        let boxes = match clip.boxes.as_deref().map(Boxes::read).transpose() {
            Ok(boxes) => boxes.map(Arc::new),
            Err(e) => {
                wrong.push(e.into());
                continue;
            }
        };
        let Some(camera) = camera else { continue };
        match Labels::read(&clip.labels, &places(camera)) {
            Ok(labels) => {
                let mut labels = labels.on(camera.scene.frame_size);
                labels.events.iter_mut().for_each(|l| l.optional |= clip.may_miss);
                ready.push(Prepared { camera: Arc::clone(camera), labels, boxes, clip });
            }
            Err(errors) => wrong.extend(errors.into_iter().map(InputError::from)),
        }
    }
    let mut ids: BTreeMap<&str, &PathBuf> = BTreeMap::new();
    for camera in cameras.values().flatten() {
        if let Some(other) = ids.insert(&camera.id, &camera.file) {
            wrong.push(InputError::SameCamera(format!(
                "{} and {} both have the id \"{}\"; give each camera its own",
                other.display(),
                camera.file.display(),
                camera.id
            )));
        }
    }
    if wrong.is_empty() { Ok(ready) } else { Err(EventsError::Inputs(wrong)) }
}

/// The names of a camera's zones and lines.
pub(super) fn places(camera: &Camera) -> BTreeSet<String> {
    let zones = camera.scene.zones.iter().map(|z| z.name.clone());
    zones.chain(camera.scene.lines.iter().map(|l| l.name.clone())).collect()
}
