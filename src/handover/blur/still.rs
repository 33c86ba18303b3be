//! Stills with others blurred: what the clip knows of the instant, and what is seen on the still itself.

use super::clip::glance;
use super::eyes::Eyes;
use super::involved::Involved;
use super::patches::{self, Told};
use super::watched::{Seen, Watched};
use crate::handover::HandoverError;
use crate::media::{Area, Frame, Patch, blur_rgb};
use image::codecs::jpeg::JpegEncoder;
use std::path::Path;

/// A frame of the clip so near is of the still's instant, seconds.
const SAME_INSTANT: f64 = 0.12;
/// Quality of the copies.
const QUALITY: u8 = 93;

/// What the clip knows.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) watched: &'a Watched,
    /// Of every instant, who is who.
    pub(super) told: &'a [Told],
    pub(super) involved: &'a Involved,
}

/// What is blurred of a still, in its own pixels. `seconds` counts from the clip's beginning.
pub(super) fn patches_of(
    still: &Path,
    seconds: f64,
    known: &Known<'_>,
    eyes: &mut Eyes,
) -> Result<Vec<Patch>, HandoverError> {
    let Known { watched, told, involved } = known;
    let picture = open(still)?;
    let frame = Frame::from_rgb(0, &picture)?;
    let sx = picture.width() as f32 / watched.size.0.max(1) as f32;
    let sy = picture.height() as f32 / watched.size.1.max(1) as f32;
    let apart = |n: usize| (watched.instants[n].time.seconds() - seconds).abs();
    let nearest = (0..watched.instants.len())
        .filter(|n| apart(*n) <= SAME_INSTANT)
        .min_by(|a, b| apart(*a).total_cmp(&apart(*b)));
    // In the clip's pixels, where those involved are known.
    let seen: Vec<Seen> = glance(&frame, eyes)?
        .iter()
        .map(|s| Seen { bbox: s.bbox.scaled(1.0 / sx, 1.0 / sy), ..*s })
        .collect();
    let then = nearest.and_then(|n| told.get(n));
    let own = involved.on_still(then.map(|t| t.own.as_slice()), seconds, &seen);
    let mut others = patches::others(&seen, &own, involved);
    others.extend(then.into_iter().flat_map(|t| t.others.clone()));
    let scaled = |a: Area| Area { x1: a.x1 * sx, y1: a.y1 * sy, x2: a.x2 * sx, y2: a.y2 * sy };
    let patches = patches::of(&Told { own, others, doubt: false }, involved).into_iter();
    let patches = patches.map(|p| Patch {
        area: scaled(p.area),
        spared: p.spared.into_iter().map(scaled).collect(),
    });
    Ok(patches.collect())
}

/// Writes a copy of a still with parts blurred.
pub(super) fn write(from: &Path, to: &Path, patches: &[Patch]) -> Result<(), HandoverError> {
    let mut picture = open(from)?;
    blur_rgb(&mut picture, patches);
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    picture
        .write_with_encoder(encoder)
        .map_err(|e| HandoverError::Picture { path: to.into(), reason: e.to_string() })?;
    std::fs::write(to, bytes).map_err(|e| HandoverError::file("write", to, e))
}

fn open(path: &Path) -> Result<image::RgbImage, HandoverError> {
    let bytes = std::fs::read(path).map_err(|e| HandoverError::file("read", path, e))?;
    image::load_from_memory(&bytes)
        .map(|picture| picture.to_rgb8())
        .map_err(|e| HandoverError::Picture { path: path.into(), reason: e.to_string() })
}
