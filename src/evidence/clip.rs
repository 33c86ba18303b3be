//! The clip of an event: the camera's own packets, and a viewing copy where browsers need one.

use super::disk;
use super::error::EvidenceError;
use super::facts::{ClipMethod, EventClip, OriginalClip};
use super::job::Job;
use crate::media::{MediaError, PacketRun, WrittenClip};
use std::path::Path;

/// What browsers are given.
const CLIP: &str = "clip.mp4";
/// Stem of the untouched stream copy beside a viewing copy.
const ORIGINAL: &str = "clip-original";

/// Writes the clip of `around`: as a stream copy, and where browsers cannot play that, also as a
/// viewing copy. Without an H.264 encoder the stream copy stands alone: it is the proof.
pub(super) fn write(job: &Job<'_>, around: &PacketRun) -> Result<EventClip, EvidenceError> {
    let moment = job.incident.moment;
    let copy = around.write_copy(job.folder, "clip", moment).map_err(|e| job.media(e))?;
    if copy.fits_browser && copy.path.file_name().is_some_and(|n| n == CLIP) {
        return Ok(stream_copy(CLIP.to_owned(), &copy, true));
    }
    let extension = copy.container.extension();
    let file = format!("{ORIGINAL}.{extension}");
    disk::rename(&copy.path, &job.folder.join(&file))?;
    match around.write_viewing_copy(&job.folder.join(CLIP), moment) {
        Ok(view) => Ok(EventClip {
            file: name(&view.path),
            method: ClipMethod::ViewingCopy,
            seconds: view.seconds,
            starts_media_seconds: view.starts.seconds(),
            plays_in_browsers: view.fits_browser,
            missing_before: copy.missing_before,
            missing_after: copy.missing_after,
            original: Some(OriginalClip {
                file,
                container: copy.container.extension().to_owned(),
                seconds: copy.seconds,
                starts_media_seconds: copy.starts.seconds(),
            }),
        }),
        Err(MediaError::NoEncoder { .. }) => {
            tracing::warn!(event = %job.id, "no H.264 encoder: browsers cannot play this clip");
            Ok(stream_copy(file, &copy, copy.fits_browser))
        }
        Err(error) => Err(job.media(error)),
    }
}

fn stream_copy(file: String, copy: &WrittenClip, plays_in_browsers: bool) -> EventClip {
    EventClip {
        file,
        method: ClipMethod::StreamCopy,
        seconds: copy.seconds,
        starts_media_seconds: copy.starts.seconds(),
        plays_in_browsers,
        missing_before: copy.missing_before,
        missing_after: copy.missing_after,
        original: None,
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
