//! What evidence gives to a letter: a small picture, and the sealed record.

use crate::evidence::Event;
use crate::store::EventRecord;
use image::ImageFormat;
use image::codecs::jpeg::JpegEncoder;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The longest side of a picture that is sent, pixels.
const LONGEST_SIDE: u32 = 1280;
const QUALITY: u8 = 80;
/// Larger files are no stills, nor records.
const MOST_BYTES: u64 = 32 << 20;

/// The picture of the moment, made small: marked where there is one; from the sealed folder, or from
/// where evidence is being made. `None` where there is none yet.
pub(super) fn of_event(data: &Path, event: &EventRecord) -> Option<Vec<u8>> {
    let folders = [data.join(&event.evidence), data.join("evidence/.staging").join(&event.id)];
    folders
        .iter()
        .flat_map(|f| ["moment-marked.jpg", "moment.jpg"].map(|name| f.join(name)))
        .find_map(|path| small(&read(&path)?))
}

/// The sealed record.
pub(super) fn facts_of(data: &Path, event: &EventRecord) -> Option<Event> {
    serde_json::from_slice(&read(&data.join(&event.evidence).join("event.json"))?).ok()
}

fn read(path: &PathBuf) -> Option<Vec<u8>> {
    let length = std::fs::metadata(path).ok()?.len();
    if length > MOST_BYTES { None } else { std::fs::read(path).ok() }
}

fn small(jpeg: &[u8]) -> Option<Vec<u8>> {
    let picture = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).ok()?;
    let picture = if picture.width().max(picture.height()) > LONGEST_SIDE {
        picture.thumbnail(LONGEST_SIDE, LONGEST_SIDE)
    } else {
        picture
    };
    let mut out = Cursor::new(Vec::new());
    let encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
    picture.to_rgb8().write_with_encoder(encoder).ok()?;
    Some(out.into_inner())
}
