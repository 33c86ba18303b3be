//! Pictures of what was missed: the frame at the label's time, its box and zone drawn.

use super::labels::Label;
use super::prepared::Prepared;
use crate::media::{MediaError, OpenOptions, Source};
use image::{Rgb, RgbImage};

const BOX: Rgb<u8> = Rgb([255, 210, 0]);
const ZONE: Rgb<u8> = Rgb([255, 60, 60]);

/// The pictures at the times of some labels, in their order; those past the clip's end are of its
/// last frame.
///
/// # Errors
/// The clip cannot be read.
pub(super) fn of_labels(one: &Prepared, labels: &[&Label]) -> Result<Vec<RgbImage>, MediaError> {
    let mut source = Source::open(&one.clip.clip, OpenOptions::default())?;
    let mut pictures: Vec<Option<RgbImage>> = vec![None; labels.len()];
    let mut last = None;
    while pictures.iter().any(Option::is_none) {
        let Some(frame) = source.next_frame()? else { break };
        let time = frame.time.seconds();
        for (label, picture) in labels.iter().zip(&mut pictures) {
            if picture.is_none() && time >= label.subject_at - 1e-3 {
                *picture = Some(frame.to_rgb()?);
            }
        }
        last = Some(frame);
    }
    let mut drawn = Vec::with_capacity(labels.len());
    for (label, picture) in labels.iter().zip(pictures) {
        let picture = match (picture, &last) {
            (Some(picture), _) => picture,
            (None, Some(frame)) => frame.to_rgb()?,
            (None, None) => RgbImage::new(64, 36),
        };
        drawn.push(marked(picture, one, label));
    }
    Ok(drawn)
}

fn marked(mut picture: RgbImage, one: &Prepared, label: &Label) -> RgbImage {
    let (width, height) = one.camera.scene.frame_size;
    let (sx, sy) = (picture.width() as f32 / width as f32, picture.height() as f32 / height as f32);
    let scaled = |points: &[(f32, f32)]| -> Vec<(f32, f32)> {
        points.iter().map(|(x, y)| (x * sx, y * sy)).collect()
    };
    let zone = label.place.as_ref().and_then(|name| {
        let own = one
            .camera
            .scene
            .zones
            .iter()
            .find(|z| z.name == *name)
            .map(crate::scene::Zone::corners);
        let line =
            one.camera.scene.lines.iter().find(|l| l.name == *name).map(|l| l.points.clone());
        own.or(line).or_else(|| one.labels.zones.get(name).cloned())
    });
    if let Some(zone) = zone {
        outline(&mut picture, &scaled(&zone), ZONE);
    }
    if let Some(b) = label.subject {
        let corners = [(b.x1, b.y1), (b.x2, b.y1), (b.x2, b.y2), (b.x1, b.y2)];
        outline(&mut picture, &scaled(&corners), BOX);
    }
    picture
}

/// A closed line through some points, three pixels wide.
fn outline(picture: &mut RgbImage, points: &[(f32, f32)], colour: Rgb<u8>) {
    let ends = points.iter().skip(1).chain(points.first());
    for (&(x1, y1), &(x2, y2)) in points.iter().zip(ends) {
        let steps = (x2 - x1).abs().max((y2 - y1).abs()).ceil().clamp(1.0, 8192.0) as u32;
        for i in 0..=steps {
            let part = i as f32 / steps as f32;
            let (x, y) = (x1 + (x2 - x1) * part, y1 + (y2 - y1) * part);
            for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)] {
                let (x, y) = (x.round() as i64 + dx, y.round() as i64 + dy);
                if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
                    && let Some(pixel) = picture.get_pixel_mut_checked(x, y)
                {
                    *pixel = colour;
                }
            }
        }
    }
}
