//! The copies of one event for others, and a record of how they were made.

use super::clip::watch;
use super::eyes::Eyes;
use super::involved::Involved;
use super::still::Known;
use super::{patches, still};
use crate::evidence::Event;
use crate::evidence::digest::file_digest;
use crate::handover::HandoverError;
use crate::media::{CopyLimits, Patch, write_blurred_copy};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

/// What the copy of one clip may cost.
const LIMITS: CopyLimits = CopyLimits { within: Duration::from_hours(1), bytes: 4 << 30 };

/// The versions of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlurFormat {
    /// The first.
    #[serde(rename = "streetward.blurring/1")]
    V1,
}

/// How an event's copies were made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlurRecord {
    /// Which version of the record this is.
    pub format: BlurFormat,
    /// Whose evidence.
    pub event: String,
    /// The model that looked for people and vehicles.
    pub model: String,
    /// The SHA-256 of its file.
    pub model_sha256: String,
    /// How many tracks of the clip were taken for those whom the record names; they are not blurred.
    pub tracks_kept: usize,
    /// In how many pictures of the clip somebody could not be told from those whom the record names:
    /// there the heads of both are blurred.
    #[serde(default)]
    pub undecided: usize,
    /// The copies.
    pub files: Vec<BlurredFile>,
}

/// One copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlurredFile {
    /// Its name.
    pub name: String,
    /// The sealed file it was made from.
    pub from: String,
    /// That file's SHA-256.
    pub from_sha256: String,
    /// Pictures in it.
    pub pictures: usize,
    /// Places blurred, counted in every picture.
    pub places: usize,
}

/// Writes blurred copies of an event's stills and clip into `to`, and the record of it. `from`, the
/// sealed folder, is only read.
///
/// # Errors
/// A file cannot be read or written, or inference fails: then there is no copy to hand over.
pub fn write_shared(
    event: &Event,
    from: &Path,
    to: &Path,
    eyes: &mut Eyes,
) -> Result<BlurRecord, HandoverError> {
    let clip = from.join(&event.clip.file);
    let watched = watch(&clip, eyes)?;
    let involved = Involved::of(event, &watched);
    let mut record = BlurRecord {
        format: BlurFormat::V1,
        event: event.id.to_string(),
        model: eyes.model().to_owned(),
        model_sha256: eyes.model_sha256().to_owned(),
        tracks_kept: involved.tracks(),
        undecided: 0,
        files: Vec::new(),
    };
    let copied =
        |name: &str, made: &str, lists: &[Vec<Patch>]| -> Result<BlurredFile, HandoverError> {
            let path = from.join(name);
            let (_, from_sha256) =
                file_digest(&path).map_err(|e| HandoverError::file("read", &path, e))?;
            Ok(BlurredFile {
                name: made.to_owned(),
                from: name.to_owned(),
                from_sha256,
                pictures: lists.len(),
                places: lists.iter().map(Vec::len).sum(),
            })
        };
    let told = patches::tell(&watched, &involved);
    record.undecided = told.iter().filter(|t| patches::is_undecided(t, &involved)).count();
    let lists: Vec<Vec<Patch>> = told.iter().map(|t| patches::of(t, &involved)).collect();
    let mut next = 0;
    write_blurred_copy(&clip, &to.join("clip.mp4"), &LIMITS, |frame| {
        // The same file decodes into the same frames; were there more, all of them would be hidden.
        let patches = lists.get(next).cloned().unwrap_or_else(|| vec![whole(frame)]);
        next += 1;
        patches
    })?;
    record.files.push(copied(&event.clip.file, "clip.mp4", &lists)?);

    let starts = event.clip.starts_media_seconds;
    let stills = &event.stills;
    let mut pictures = vec![
        (&stills.before, stills.before_marked.as_deref()),
        (&stills.moment, Some(stills.marked.as_str())),
        (&stills.after, stills.after_marked.as_deref()),
    ];
    pictures.extend(stills.interim.iter().map(|s| (s, None)));
    for (picture, marked) in pictures {
        let path = from.join(&picture.file);
        let seconds = picture.time.media_seconds - starts;
        let patches = still::patches_of(
            &path,
            seconds,
            &Known { watched: &watched, told: &told, involved: &involved },
            eyes,
        )?;
        // What is drawn lies over the same picture.
        for name in [Some(picture.file.as_str()), marked].into_iter().flatten() {
            still::write(&from.join(name), &to.join(name), &patches)?;
            record.files.push(copied(name, name, std::slice::from_ref(&patches))?);
        }
    }
    Ok(record)
}

fn whole(frame: &crate::media::Frame) -> Patch {
    let (x2, y2) = (frame.width() as f32, frame.height() as f32);
    let area = crate::media::Area { x1: 0.0, y1: 0.0, x2, y2 };
    Patch { area, spared: Vec::new() }
}
