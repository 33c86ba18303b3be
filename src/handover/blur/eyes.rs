//! The detector, looking for whoever could be recognised: at the whole picture, and more closely.

use crate::media::Frame;
use crate::vision::{BBox, Detection, Detector, Look, Model, Region, VisionError, nms};
use std::sync::Arc;

/// Detections from this score on count: somebody blurred too much is the lesser harm.
const SCORE: f32 = 0.25;
/// Long side of the model's input for one look.
const INPUT: usize = 640;
/// Pictures are looked at more closely in parts of about this many pixels across…
const PART: f32 = 480.0;
/// …which overlap by this share.
const OVERLAP: f32 = 0.2;
/// Boxes that end so near to a part's inner border are cut by it.
const CUT: f32 = 3.0;
/// Overlap of two boxes of one class from which they are one.
const SAME: f32 = 0.55;

/// A detector for blurring.
pub struct Eyes {
    detector: Detector,
    model: Arc<Model>,
}

impl std::fmt::Debug for Eyes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Eyes").field("model", &self.model.name()).finish_non_exhaustive()
    }
}

impl Eyes {
    /// A session of `model`.
    ///
    /// # Errors
    /// The runtime refuses.
    pub fn new(model: Arc<Model>) -> Result<Self, VisionError> {
        Ok(Self { detector: Detector::new(Arc::clone(&model))?, model })
    }

    /// The model's name.
    pub(super) fn model(&self) -> &str {
        self.model.name()
    }

    /// The SHA-256 of the model's file.
    pub(super) fn model_sha256(&self) -> &str {
        &self.model.entry().sha256
    }

    /// Score from which somebody is seen.
    pub(super) const fn least_score() -> f32 {
        SCORE
    }

    /// Whoever is seen in a picture; `closely` looks at its parts too.
    ///
    /// # Errors
    /// Inference fails.
    pub(super) fn look(
        &mut self,
        frame: &Frame,
        closely: bool,
    ) -> Result<Vec<Detection>, VisionError> {
        let look = Look { long_side: INPUT, min_score: SCORE };
        let (width, height) = (frame.width(), frame.height());
        let mut found = self.at(frame, Region::whole(width, height), look)?;
        if closely {
            for part in parts(width, height) {
                let seen = self.at(frame, part, look)?;
                found.extend(seen.into_iter().filter(|d| !is_cut(&d.bbox, part, width, height)));
            }
        }
        nms::suppress(&mut found, SAME);
        Ok(found)
    }

    fn at(
        &mut self,
        frame: &Frame,
        region: Region,
        look: Look,
    ) -> Result<Vec<Detection>, VisionError> {
        self.detector.prepare(frame, region, look);
        self.detector.infer(look)
    }
}

/// Overlapping parts that cover a picture.
fn parts(width: u32, height: u32) -> Vec<Region> {
    let spans = |length: u32| -> Vec<(u32, u32)> {
        let count = ((length as f32 / PART).ceil() as u32).max(1);
        if count == 1 {
            return vec![(0, length)];
        }
        let size = (length as f32 / (count as f32 - (count - 1) as f32 * OVERLAP)).ceil() as u32;
        let size = size.min(length);
        (0..count).map(|i| (i * (length - size) / (count - 1), size)).collect()
    };
    let rows = spans(height);
    let part = |&(x, width): &(u32, u32)| {
        rows.iter().map(move |&(y, height)| Region { x, y, width, height }).collect::<Vec<_>>()
    };
    let all: Vec<Region> = spans(width).iter().flat_map(part).collect();
    if all.len() == 1 { Vec::new() } else { all }
}

/// Whether a box ends at a border of a part that is none of the picture's.
fn is_cut(b: &BBox, part: Region, width: u32, height: u32) -> bool {
    let (right, bottom) = (part.x + part.width, part.y + part.height);
    (part.x > 0 && b.x1 < part.x as f32 + CUT)
        || (part.y > 0 && b.y1 < part.y as f32 + CUT)
        || (right < width && b.x2 > right as f32 - CUT)
        || (bottom < height && b.y2 > bottom as f32 - CUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_picture_and_overlap() {
        for (width, height) in [(1280, 720), (1920, 1080), (768, 576), (500, 300)] {
            let all = parts(width, height);
            for (x, y) in [(0, 0), (width - 1, height - 1), (width / 2, height / 2), (width / 3, 1)]
            {
                let holds = |p: &Region| {
                    (p.x..p.x + p.width).contains(&x) && (p.y..p.y + p.height).contains(&y)
                };
                assert!(all.iter().any(holds), "{width}x{height} at {x} {y}: {all:?}");
            }
            assert!(all.iter().all(|p| p.x + p.width <= width && p.y + p.height <= height));
        }
        assert!(parts(400, 300).is_empty(), "a small picture is looked at once");
    }

    #[test]
    fn boxes_cut_by_an_inner_border_are_left_to_the_other_part() {
        let part = Region { x: 0, y: 0, width: 500, height: 400 };
        let at = |x1, y1, x2, y2| is_cut(&BBox { x1, y1, x2, y2 }, part, 900, 400);
        assert!(at(460.0, 20.0, 499.0, 90.0));
        assert!(!at(0.0, 20.0, 60.0, 399.0), "the picture's own borders cut nothing");
    }
}
