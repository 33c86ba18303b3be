//! The pictures of an event: before, moment, after, and the moment with its marks.

use super::caption::Caption;
use super::error::EvidenceError;
use super::facts::{EventStill, EventStills, EventTime};
use super::overlay::{self, Marking};
use super::stage::Job;
use crate::media::{Frame, MediaTime, PacketRun};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, RgbImage};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const BEFORE: &str = "before.jpg";
const MOMENT: &str = "moment.jpg";
const AFTER: &str = "after.jpg";
const MARKED: &str = "moment-marked.jpg";
/// Every event has these.
pub(super) const FILES: [&str; 4] = [BEFORE, MOMENT, AFTER, MARKED];

/// JPEG quality: no artefacts that a reader of number plates would see.
const QUALITY: u8 = 92;

/// Writes the pictures at full resolution. Each says in the record which instant it really shows.
pub(super) fn write(
    job: &Job<'_>,
    before: Option<&PacketRun>,
    around: &PacketRun,
) -> Result<EventStills, EvidenceError> {
    let incident = job.incident;
    let end = around.span().ok_or_else(|| job.no_footage())?.to;
    let after = after_time(incident.moment, incident.last, end);
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
    let (before, _) = still(job, early, BEFORE)?;
    let (after, _) = still(job, shown.swap_remove(1), AFTER)?;
    let (moment, picture) = still(job, shown.swap_remove(0), MOMENT)?;
    let marked = overlay::mark(picture, &marking(job)?)?;
    encode(&marked, &job.folder.join(MARKED))?;
    Ok(EventStills { before, moment, after, marked: MARKED.to_owned() })
}

/// When the picture after the moment is taken: at the last sighting or the end of the footage,
/// whichever is earlier. An incident just opened was last seen at its moment; more is to come, so
/// the end of the footage shows more of it.
fn after_time(moment: MediaTime, last: MediaTime, end: MediaTime) -> MediaTime {
    let seen = if last > moment { last.min(end) } else { end };
    seen.max(moment)
}

fn frames(
    job: &Job<'_>,
    run: &PacketRun,
    wanted: &[MediaTime],
) -> Result<Vec<Frame>, EvidenceError> {
    let frames = run.stills(wanted).map_err(|e| job.media(e))?;
    if frames.len() == wanted.len() { Ok(frames) } else { Err(job.no_footage()) }
}

fn still(job: &Job<'_>, frame: Frame, file: &str) -> Result<(EventStill, RgbImage), EvidenceError> {
    let picture = frame.to_rgb().map_err(|e| job.media(e))?;
    let time = EventTime::new(frame.time, frame.wall);
    drop(frame);
    encode(&picture, &job.folder.join(file))?;
    Ok((EventStill { file: file.to_owned(), time }, picture))
}

fn marking<'a>(job: &'a Job<'_>) -> Result<Marking<'a>, EvidenceError> {
    let incident = job.incident;
    let until_moment = incident.subject.path.iter().filter(|s| s.time <= incident.moment);
    Ok(Marking {
        frame_size: job.ctx.frame_size,
        zone: job.ctx.zone(incident)?,
        path: until_moment.map(|s| s.bbox.contact()).collect(),
        subject: incident.bbox_moment,
        caption: Caption::new(job.ctx, incident, job.id),
    })
}

fn encode(picture: &RgbImage, path: &Path) -> Result<(), EvidenceError> {
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
    fn the_picture_after_is_never_before_the_moment() {
        let [t1, t2, t5, t9] = [1, 2, 5, 9].map(MediaTime);
        assert_eq!(after_time(t2, t5, t9), t5, "left before the footage ends");
        assert_eq!(after_time(t2, t9, t5), t5, "still there when the footage ends");
        assert_eq!(after_time(t2, t2, t9), t9, "just opened");
        assert_eq!(after_time(t5, t9, t2), t5, "footage broken off");
        assert_eq!(after_time(t5, t1, t2), t5);
    }
}
