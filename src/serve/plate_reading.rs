//! A suggestion of an event's plate, made when somebody asks and entered by nobody but a person: from
//! the stills and the frames around the moment as they were sealed, at full resolution, where the
//! subject's box is. Without the optional models there is none, and that is said.

use super::asker::Asker;
use super::desk::Desk;
use super::evidence_file;
use super::extract::Named;
use super::path::EventPath;
use super::plate_desk::PlateReading;
use super::refusal::Refusal;
use crate::evidence::{Event, EventSubject};
use crate::media::{OpenOptions, RingLimits, Source};
use crate::review::{Reading, read_plate};
use crate::store::EventRecord;
use crate::vision::plates::{PlateEyes, TextLine};
use crate::vision::{BBox, Class, Places, Shelf, VisionError};
use axum::extract::State;
use axum::{Extension, Json};
use image::{ImageFormat, RgbImage};
use std::io::Read;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Frames of the clip that are looked at, and how far from the moment at most, seconds.
const FRAMES: usize = 6;
const AROUND: f64 = 1.2;
/// Pictures nearer in time than this are one picture: agreeing with itself, it proves nothing; seconds.
const APART: f64 = 0.1;
/// Decoding is given up after so long.
const WITHIN: Duration = Duration::from_secs(8);
/// No still is as long, bytes.
const LONGEST: u64 = 64 << 20;
/// A subject smaller than this, in pixels, shows no plate that could be read.
const LEAST: f32 = 24.0;
/// Beyond the subject's box is looked at, as a part of its sides: boxes cut off bumpers.
const BEYOND: f32 = 0.08;
/// Answers that are remembered.
const KNOWN: usize = 2000;

/// `GET /events/{id}/plate`
pub(super) async fn plate(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(EventPath { id }): Named<EventPath>,
) -> Result<Json<PlateReading>, Refusal> {
    let event = desk.event(&asker, id).await?;
    desk.note_seen(&asker, &event.id).await?;
    let shared = Arc::clone(&desk);
    desk.plate_pool.ask(move |_| reading(&shared, &event)).await.map(Json)
}

fn reading(desk: &Desk, event: &EventRecord) -> Result<PlateReading, Refusal> {
    let bears =
        matches!(event.subject_class, Class::Motorcycle | Class::Car | Class::Bus | Class::Truck);
    if !bears {
        return Ok(PlateReading::state("no_vehicle"));
    }
    let mut state = desk.plates.0.lock().unwrap_or_else(PoisonError::into_inner);
    if state.eyes.is_none() {
        // Looked for each time: set-up may have brought them since.
        state.eyes = eyes().map_err(|e| {
            tracing::error!("{e}");
            Refusal::broken()
        })?;
    }
    let state = &mut *state;
    let Some(eyes) = &mut state.eyes else { return Ok(PlateReading::state("no_model")) };
    let (record, sealed) = evidence_file::record_and_seal(&desk.data, event)?;
    if let Some(known) = state.known.get(&sealed) {
        return Ok(known.clone());
    }
    let Some(subject) = record.subjects.first() else {
        return Ok(PlateReading::state("no_vehicle"));
    };
    let mut pictures = Pictures { eyes, record: &record, subject, times: vec![], lines: vec![] };
    let stills = [&record.stills.before, &record.stills.moment, &record.stills.after];
    for still in stills.into_iter().chain(record.stills.interim.iter().take(3)) {
        let at = still.time.media_seconds;
        if is_apart(&pictures.times, at)
            && let Some(picture) = still_of(desk, event, &still.file)
        {
            pictures.see(&picture, at);
        }
    }
    let whole = frames(desk, event, &mut pictures);
    let Pictures { lines, .. } = pictures;
    let pictures = lines.len();
    let made = PlateReading {
        pictures,
        models: eyes.models().iter().map(|(name, _)| name.clone()).collect(),
        ..match read_plate(&lines, event.subject_class) {
            Reading::Read { plate, agree, of, score } => PlateReading {
                plate: Some(plate.text),
                agree,
                of,
                score: Some(score),
                ..PlateReading::state("read")
            },
            Reading::CannotRead(why) => {
                PlateReading { why: Some(why), ..PlateReading::state("cannot_read") }
            }
        }
    };
    // What a machine with too much to do could not look at, it may read the next time.
    if !whole && made.state == "cannot_read" {
        return Ok(made);
    }
    if state.known.len() >= KNOWN {
        state.known.clear();
    }
    state.known.insert(sealed, made.clone());
    Ok(made)
}

fn eyes() -> Result<Option<PlateEyes>, VisionError> {
    PlateEyes::open(&Shelf::open(Places::default())?)
}

/// A still as it was sealed.
fn still_of(desk: &Desk, event: &EventRecord, name: &str) -> Option<RgbImage> {
    let (file, _) = evidence_file::opened(desk, event, name).ok()?;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let still = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).ok()?;
    Some(still.into_rgb8())
}

/// The pictures of an event that were read.
struct Pictures<'a> {
    eyes: &'a mut PlateEyes,
    record: &'a Event,
    subject: &'a EventSubject,
    /// When they were taken, seconds since the source's beginning.
    times: Vec<f64>,
    /// What stands in each.
    lines: Vec<Vec<TextLine>>,
}

impl Pictures<'_> {
    fn see(&mut self, picture: &RgbImage, at: f64) {
        let part = part(picture, self.record.frame_size, place(self.subject, at));
        match part.map(|part| self.eyes.read(&part)) {
            Some(Ok(read)) => {
                self.lines.push(read);
                self.times.push(at);
            }
            Some(Err(e)) => tracing::warn!("a plate could not be looked for: {e}"),
            None => {}
        }
    }
}

/// Whether a picture is another one than those of these times.
fn is_apart(times: &[f64], at: f64) -> bool {
    times.iter().all(|time| (time - at).abs() >= APART)
}

/// Frames of the clip around the moment, of the camera's own packets where they are kept apart. Whether
/// there was time for all of them.
fn frames(desk: &Desk, event: &EventRecord, pictures: &mut Pictures<'_>) -> bool {
    let clip = &pictures.record.clip;
    let (name, starts) = match &clip.original {
        Some(original) => (&original.file, original.starts_media_seconds),
        None => (&clip.file, clip.starts_media_seconds),
    };
    // Only what is still as it was sealed.
    let Ok((path, _)) = evidence_file::path_of(desk, event, name) else { return true };
    let ring = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: 0 };
    let Ok(mut source) = Source::open(&path, OpenOptions { ring, ..OpenOptions::default() }) else {
        return true;
    };
    let moment = pictures.record.moment.media_seconds;
    let step = 2.0 * AROUND / (FRAMES - 1) as f64;
    let (mut next, begun) = (moment - AROUND, Instant::now());
    while let Ok(Some(frame)) = source.next_frame() {
        let at = starts + frame.time.seconds();
        if at > moment + AROUND + step / 2.0 {
            return true;
        }
        if begun.elapsed() > WITHIN {
            return false;
        }
        if at >= next && is_apart(&pictures.times, at) {
            next = at + step;
            if let Ok(picture) = frame.to_rgb() {
                pictures.see(&picture, at);
            }
        }
    }
    true
}

/// Where the subject was, as it was seen nearest in time.
fn place(subject: &EventSubject, at: f64) -> BBox {
    let apart = |s: &&crate::evidence::EventSighting| (s.media_seconds - at).abs();
    let nearest = subject.path.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)));
    nearest.map_or(subject.box_moment, |seen| seen.bbox)
}

/// The part of a picture in a box that is given in pixels of another size, and a little around it;
/// `None`: too small to show a plate.
fn part(picture: &RgbImage, (width, height): (u32, u32), bbox: BBox) -> Option<RgbImage> {
    let x = picture.width() as f32 / width.max(1) as f32;
    let y = picture.height() as f32 / height.max(1) as f32;
    let (across, down) = ((bbox.x2 - bbox.x1) * BEYOND, (bbox.y2 - bbox.y1) * BEYOND);
    let clamp = |value: f32, most: u32| value.clamp(0.0, most as f32);
    let left = clamp((bbox.x1 - across) * x, picture.width());
    let right = clamp((bbox.x2 + across) * x, picture.width());
    let top = clamp((bbox.y1 - down) * y, picture.height());
    let bottom = clamp((bbox.y2 + down) * y, picture.height());
    if right - left < LEAST || bottom - top < LEAST {
        return None;
    }
    let (left, top, right, bottom) = (left as u32, top as u32, right as u32, bottom as u32);
    Some(image::imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_not_read_twice() {
        assert!(is_apart(&[], 5.0));
        assert!(!is_apart(&[4.0, 5.0], 5.0), "a still and the frame it was made of");
        assert!(!is_apart(&[4.0, 5.0], 5.08) && !is_apart(&[4.0, 5.0], 3.92));
        assert!(is_apart(&[4.0, 5.0], 5.2) && is_apart(&[4.0, 5.0], 4.5));
    }

    #[test]
    fn the_part_is_the_box_at_the_picture_s_own_size() {
        let picture =
            RgbImage::from_fn(1280, 720, |x, y| image::Rgb([(x / 8) as u8, (y / 8) as u8, 0]));
        let bbox = BBox { x1: 100.0, y1: 100.0, x2: 200.0, y2: 150.0 };
        let part = part(&picture, (640, 360), bbox).unwrap();
        assert_eq!((part.width(), part.height()), (232, 116), "twice as large, and 8 % around it");
        assert_eq!(part.get_pixel(0, 0).0, [184 / 8, 192 / 8, 0]);
        let tiny = BBox { x1: 100.0, y1: 100.0, x2: 108.0, y2: 130.0 };
        assert!(super::part(&picture, (640, 360), tiny).is_none());
        let outside = BBox { x1: 630.0, y1: -50.0, x2: 900.0, y2: 150.0 };
        assert_eq!(super::part(&picture, (640, 360), outside).unwrap().width(), 64);
    }
}
