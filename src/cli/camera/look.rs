//! Looks at a camera's recording, or at what was observed of it before, for what is to be seen there.

use crate::config::Camera;
use crate::media::{Frame, OpenOptions, Source};
use crate::report::{Lamp, Sample, SampleKind, SignalFitness};
use crate::scene::Signal;
use crate::store::{ObservationReader, records_of};
use crate::vision::background::fits;
use crate::vision::lamp::{HeadSpec, LampBoxes, Lamps};
use crate::vision::{BBox, Class, Detector, Look, Model, Region, Shelf, View};
use anyhow::bail;
use std::path::Path;
use std::sync::Arc;

/// Seconds between two pictures looked at.
const STEP_SECONDS: f64 = 2.0;
/// Boxes of observations taken at most, the latest records first.
const MOST_BOXES: usize = 20_000;
/// Observations closer together than this show the same, seconds.
const APART_SECONDS: f64 = 1.0;

/// Lets the detector look at so many pictures of a recording, two seconds apart.
pub(super) fn pictures(
    camera: &Camera,
    path: &Path,
    most: u64,
    shelf: &Shelf,
) -> anyhow::Result<Sample> {
    let model = Arc::new(Model::load(shelf, camera.detector.model.as_deref())?);
    let mut detector = Detector::new(model)?;
    let look = Look {
        long_side: camera.detector.input_long_side as usize,
        min_score: camera.detector.min_score,
    };
    let mut source = Source::open(path, OpenOptions::default())?;
    let mut sample = Sample { kind: SampleKind::Pictures, ..Sample::default() };
    let mut lit: Vec<u8> = vec![0; camera.scene.signals.len()];
    let head = |s: &Signal| HeadSpec {
        bbox: s.bbox,
        lamps: LampBoxes { boxes: s.lamps },
        ..HeadSpec::default()
    };
    let signals = &camera.scene.signals;
    let mut heads = Lamps::new(camera.scene.frame_size, signals.iter().map(head).collect());
    sample.signals = signals.iter().map(|s| SignalFitness::of(&s.name)).collect();
    sample.references = camera.references.keys().map(|zone| (zone.clone(), 0)).collect();
    let mut brightness = Vec::new();
    let mut due = 0.0;
    while sample.looks < most {
        let Some(frame) = source.next_frame()? else { break };
        if frame.time.seconds() < due {
            continue;
        }
        due = frame.time.seconds() + STEP_SECONDS;
        let (width, height) = camera.scene.frame_size;
        let sx = width as f32 / frame.width() as f32;
        let sy = height as f32 / frame.height() as f32;
        detector.prepare(&frame, Region::whole(frame.width(), frame.height()), look);
        let seen = detector.infer(look)?;
        sample.boxes.extend(seen.iter().map(|d| (d.class, d.bbox.scaled(sx, sy))));
        sample.looks += 1;
        let whole = BBox { x1: 0.0, y1: 0.0, x2: frame.width() as f32, y2: frame.height() as f32 };
        brightness.push(quantile(&frame, &whole, 0.5));
        heads.read(&frame, View::Steady);
        for (i, signal) in sample.signals.iter_mut().enumerate() {
            if let Some(glimpse) = heads.glimpse(i) {
                signal.note(&glimpse);
            }
        }
        for ((_, fitting), photograph) in
            sample.references.iter_mut().zip(camera.references.values())
        {
            *fitting += u64::from(fits(photograph, &frame)?);
        }
        for (signal, lit) in camera.scene.signals.iter().zip(&mut lit) {
            let lamp = signal.bbox.scaled(1.0 / sx, 1.0 / sy);
            *lit = (*lit).max(quantile(&frame, &lamp, 0.95));
        }
    }
    if sample.looks == 0 {
        bail!("{} shows no picture", path.display());
    }
    brightness.sort_unstable();
    sample.brightness = brightness.get(brightness.len() / 2).map(|b| f64::from(*b));
    let signals = camera.scene.signals.iter().zip(lit);
    sample.lamps = signals.map(|(s, brightest)| Lamp { name: s.name.clone(), brightest }).collect();
    Ok(sample)
}

/// The brightness that this share of a box's pixels does not exceed, 0 to 255.
fn quantile(frame: &Frame, bbox: &BBox, share: f64) -> u8 {
    let plane = frame.plane(0);
    let clamp = |v: f32, most: usize| (v.max(0.0) as usize).min(most);
    let (x1, x2) = (clamp(bbox.x1, plane.width), clamp(bbox.x2.ceil(), plane.width));
    let (y1, y2) = (clamp(bbox.y1, plane.height), clamp(bbox.y2.ceil(), plane.height));
    let mut counts = [0_u64; 256];
    for y in y1..y2 {
        let row = plane.data.get(y * plane.stride + x1..y * plane.stride + x2).unwrap_or_default();
        for value in row {
            counts[usize::from(*value)] += 1;
        }
    }
    let all: u64 = counts.iter().sum();
    let mut below = 0;
    for (value, count) in counts.iter().enumerate() {
        below += count;
        if below as f64 >= share * all as f64 {
            return value as u8;
        }
    }
    0
}

/// What earlier runs observed, the latest first.
pub(super) fn observations(camera: &Camera, data: &Path) -> anyhow::Result<Sample> {
    let mut sample = Sample { kind: SampleKind::Observations, ..Sample::default() };
    let records = records_of(data, &camera.id)?;
    for record in records.iter().rev() {
        let reader = ObservationReader::open(record)?;
        let (width, height) = camera.scene.frame_size;
        if reader.header().frame_size != camera.scene.frame_size {
            bail!(
                "{} was observed in another frame size than {width}×{height}; run `streetward batch` \
                 again, or look at a recording with --from",
                record.display()
            );
        }
        let mut before: Option<f64> = None;
        for observation in reader {
            let observation = observation?;
            let now = observation.time.seconds();
            if before.is_some_and(|t| now - t < APART_SECONDS) {
                continue;
            }
            before = Some(now);
            sample.looks += 1;
            let seen = observation.tracks.iter().filter(|s| s.seen());
            sample.boxes.extend(seen.map(|s| -> (Class, BBox) { (s.class, s.bbox) }));
            if sample.boxes.len() >= MOST_BOXES {
                return Ok(sample);
            }
        }
    }
    if sample.looks == 0 {
        bail!(
            "{} holds no observations of camera {}; run `streetward batch` first, or look at a \
             recording with --from",
            data.display(),
            camera.id
        );
    }
    Ok(sample)
}
