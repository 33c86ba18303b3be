//! The pictures of an event: before, moment, after, and the moment with its marks.

use super::appearance::Appearance;
use super::error::EvidenceError;
use super::facts::{EventStill, EventStills, EventTime};
use super::job::Job;
use super::marks;
use super::overlay;
use super::shot::{Part, Shot};
use crate::media::{Frame, MediaTime, PacketRun, TimeSpan};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, RgbImage};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const BEFORE: &str = "before.jpg";
const MOMENT: &str = "moment.jpg";
const AFTER: &str = "after.jpg";
const MARKED: &str = "moment-marked.jpg";
const BEFORE_MARKED: &str = "before-marked.jpg";
const AFTER_MARKED: &str = "after-marked.jpg";
/// Every event has these.
pub(super) const FILES: [&str; 4] = [BEFORE, MOMENT, AFTER, MARKED];

/// JPEG quality: no artefacts that a reader of number plates would see.
const QUALITY: u8 = 92;

/// Writes the pictures at full resolution. Each says in the record which instant it really shows.
/// Gives also how the subject looked at the moment, where the picture shows that.
pub(super) fn write(
    job: &Job<'_>,
    before: Option<&PacketRun>,
    around: &PacketRun,
) -> Result<(EventStills, Option<Appearance>), EvidenceError> {
    let incident = job.incident;
    let held = around.span().ok_or_else(|| job.no_footage())?;
    let after = incident.after.unwrap_or(around.asked().to).max(incident.moment);
    let mut wanted = vec![incident.moment, after];
    let early = if let Some(run) = before {
        Some(frames(job, run, &[incident.start])?.swap_remove(0))
    } else {
        wanted.push(incident.start);
        None
    };
    let mut shown = frames(job, around, &wanted)?;
    let early = match early {
        Some(frame) => frame,
        None => shown.swap_remove(2),
    };
    let all = marks::wants_all_marked(incident);
    let marked =
        |part, frame, plain, name| -> Result<(EventStill, Option<String>), EvidenceError> {
            let (still, shot, picture) = still(job, part, frame, plain)?;
            let name = if all { Some(mark(job, shot, picture, name)?) } else { None };
            Ok((still, name))
        };
    let (before, before_marked) = marked(Part::Before, early, BEFORE, BEFORE_MARKED)?;
    let (after, after_marked) = marked(Part::After, shown.swap_remove(1), AFTER, AFTER_MARKED)?;
    let (moment, shot, picture) = still(job, Part::Moment, shown.swap_remove(0), MOMENT)?;
    let off = off_by(incident.moment, shot.at, held, around.frame_seconds());
    let appearance = off.is_none().then(|| appearance(job, &picture)).flatten();
    let marked = mark(job, Shot { off, ..shot }, picture, MARKED)?;
    let stills = EventStills {
        before,
        moment,
        after,
        marked,
        before_marked,
        after_marked,
        interim: Vec::new(),
    };
    Ok((stills, appearance))
}

/// How the subject looks in the picture of the moment.
fn appearance(job: &Job<'_>, picture: &RgbImage) -> Option<Appearance> {
    let incident = job.incident;
    let back = incident.view_moment.shift().inverse();
    let (width, height) = job.ctx.frame_size;
    let sx = picture.width() as f32 / width.max(1) as f32;
    let sy = picture.height() as f32 / height.max(1) as f32;
    Appearance::of(picture, &back.apply_box(&incident.bbox_moment).scaled(sx, sy))
}

/// Writes a picture with its marks; gives its name back.
fn mark(job: &Job<'_>, shot: Shot, picture: RgbImage, name: &str) -> Result<String, EvidenceError> {
    let marked = overlay::mark(picture, &marks::marking(job, shot)?)?;
    encode(&marked, &job.folder.join(name))?;
    Ok(name.to_owned())
}

/// By how many seconds `picture` misses the moment; `None` where it is the picture shown then. One
/// before the moment is, however old, as long as the packets held go on to the moment.
fn off_by(
    moment: MediaTime,
    picture: MediaTime,
    held: TimeSpan,
    frame_seconds: f64,
) -> Option<f64> {
    let is_late = picture.since(moment) > frame_seconds;
    let is_early = moment.since(held.to) > frame_seconds;
    (is_late || is_early).then(|| picture.since(moment))
}

fn frames(
    job: &Job<'_>,
    run: &PacketRun,
    wanted: &[MediaTime],
) -> Result<Vec<Frame>, EvidenceError> {
    let frames = run.stills(wanted).map_err(|e| job.media(e))?;
    if frames.len() == wanted.len() { Ok(frames) } else { Err(job.no_footage()) }
}

fn still(
    job: &Job<'_>,
    part: Part,
    frame: Frame,
    file: &str,
) -> Result<(EventStill, Shot, RgbImage), EvidenceError> {
    let picture = frame.to_rgb().map_err(|e| job.media(e))?;
    let shot = Shot { part, at: frame.time, wall: frame.wall, off: None };
    drop(frame);
    encode(&picture, &job.folder.join(file))?;
    let time = EventTime::new(shot.at, shot.wall);
    Ok((EventStill { file: file.to_owned(), time }, shot, picture))
}

pub(super) fn encode(picture: &RgbImage, path: &Path) -> Result<(), EvidenceError> {
    let failed = |e| EvidenceError::file("write", path, e);
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(picture).map_err(|error| {
        match error {
            ImageError::IoError(e) => failed(e),
            source => EvidenceError::Picture { path: path.to_path_buf(), source },
        }
    })?;
    file.flush().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_misses_the_moment_is_told_apart() {
        let at = MediaTime::from_seconds;
        let off = |moment: f64, picture: f64, to: f64| {
            off_by(at(moment), at(picture), TimeSpan { from: at(0.0), to: at(to) }, 0.1)
        };
        assert_eq!(off(5.0, 5.0, 9.0), None);
        assert_eq!(off(5.0, 5.1, 9.0), None, "within a frame");
        assert_eq!(off(5.0, 3.0, 9.0), None, "the camera gave none in between");
        assert_eq!(off(5.0, 7.5, 9.0), Some(2.5));
        assert_eq!(off(5.0, 3.0, 3.0), Some(-2.0));
    }
}
