//! Connected standing pixels.

use super::pixels::Pixels;
use crate::vision::lend::lend;
use opencv::core::{self, Mat, Point, Rect, Scalar, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// Pixels of a blob, at least.
const LEAST_PIXELS: usize = 9;
/// Blobs looked at, at most, the largest first.
const MOST_BLOBS: usize = 96;
/// Of nine pixels, those that must stand for the middle one to do.
const MAJORITY: f64 = 4.5 / 9.0;
/// A blob is as old as this share of its pixels at least: the rest was hidden at first.
const OLD_SHARE: usize = 4;

/// One connected group of standing pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blob {
    /// Its number among the labels.
    pub(super) label: i32,
    /// `(x1, y1, x2, y2)` in small pixels, the ends not part of it.
    pub(super) bounds: (usize, usize, usize, usize),
    /// Pixels.
    pub(super) area: usize,
    /// When most of it began to look as it does (milliseconds).
    pub(super) since: u32,
    /// Share of it that the last picture shows.
    pub(super) seen: f32,
}

/// Finds blobs; buffers are kept and reused.
#[derive(Default)]
pub(super) struct Blobs {
    clean: Mat,
    wide: Mat,
    labels: Mat,
    stats: Mat,
    middles: Mat,
    since: Vec<u32>,
    pub(super) found: Vec<Blob>,
}

impl Blobs {
    /// Forgets what was found.
    pub(super) fn clear(&mut self) {
        self.found.clear();
    }

    /// Finds the blobs of the pixels that stand, by size.
    pub(super) fn find(&mut self, pixels: &Pixels, time: u32) -> opencv::Result<()> {
        self.found.clear();
        let (width, height) = pixels.size;
        let mask = lend(height, width, &pixels.standing)?;
        imgproc::blur(
            &mask,
            &mut self.wide,
            Size::new(3, 3),
            Point::new(-1, -1),
            core::BORDER_REPLICATE,
        )?;
        let least = 255.0 * MAJORITY;
        imgproc::threshold(&self.wide, &mut self.clean, least, 255.0, imgproc::THRESH_BINARY)?;
        let kernel = imgproc::get_structuring_element_def(imgproc::MORPH_RECT, Size::new(3, 3))?;
        imgproc::dilate(
            &self.clean,
            &mut self.wide,
            &kernel,
            Point::new(-1, -1),
            1,
            core::BORDER_CONSTANT,
            Scalar::all(0.0),
        )?;
        let count = imgproc::connected_components_with_stats(
            &self.wide,
            &mut self.labels,
            &mut self.stats,
            &mut self.middles,
            8,
            core::CV_32S,
        )?;
        let mut boxes = Vec::new();
        for label in 1..count {
            let at = |k: i32| self.stats.at_2d::<i32>(label, k).copied();
            let [x, y, w, h] = [
                at(imgproc::CC_STAT_LEFT)?,
                at(imgproc::CC_STAT_TOP)?,
                at(imgproc::CC_STAT_WIDTH)?,
                at(imgproc::CC_STAT_HEIGHT)?,
            ];
            boxes.push((at(imgproc::CC_STAT_AREA)?, label, Rect::new(x, y, w, h)));
        }
        boxes.sort_unstable_by_key(|(area, label, _)| (-area, *label));
        for (_, label, rect) in boxes.into_iter().take(MOST_BLOBS) {
            if let Some(blob) = self.blob(label, rect, pixels, time)? {
                self.found.push(blob);
            }
        }
        Ok(())
    }

    fn blob(
        &mut self,
        label: i32,
        rect: Rect,
        pixels: &Pixels,
        time: u32,
    ) -> opencv::Result<Option<Blob>> {
        let width = pixels.size.0;
        let labels = self.labels.data_typed::<i32>()?;
        self.since.clear();
        let mut seen = 0;
        let mut bounds = (usize::MAX, usize::MAX, 0, 0);
        for y in rect.y as usize..(rect.y + rect.height) as usize {
            for x in rect.x as usize..(rect.x + rect.width) as usize {
                let i = y * width + x;
                if labels[i] != label || pixels.standing[i] == 0 {
                    continue;
                }
                let Some(look) = pixels.looks[i].standing(time) else { continue };
                self.since.push(look.since);
                seen += usize::from(pixels.seen[i]);
                bounds = (
                    x.min(bounds.0),
                    y.min(bounds.1),
                    (x + 1).max(bounds.2),
                    (y + 1).max(bounds.3),
                );
            }
        }
        let area = self.since.len();
        if area < LEAST_PIXELS {
            return Ok(None);
        }
        let (_, since, _) = self.since.select_nth_unstable(area / OLD_SHARE);
        Ok(Some(Blob { label, bounds, area, since: *since, seen: seen as f32 / area as f32 }))
    }

    /// The label of every pixel.
    pub(super) fn labels(&self) -> opencv::Result<&[i32]> {
        self.labels.data_typed::<i32>()
    }
}
