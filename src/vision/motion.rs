//! Where something changed since it was last looked at: work that shows nothing new is skipped.

use super::attention::Cells;
use super::{BBox, Region, VisionError};
use crate::media::{Frame, MediaTime};
use opencv::core::{self, Mat, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// Width of the small luma picture that is compared: a sixth of the frame's, within these bounds.
const SMALL_WIDTH: (i32, i32) = (160, 320);

/// Rows of the picture that are read, at least; of a lower one all.
const ROWS_READ: usize = 240;

/// Small pixels along a cell's side.
const CELL: usize = 4;

/// A small pixel that differs by more grey levels than this has changed; sensor noise and
/// compression stay below after the area mean and blur.
const CHANGED_LEVELS: f32 = 12.0;

/// Changed small pixels that make a movement; a single one is a speck.
const LEAST_PIXELS: u32 = 2;

/// Deviations of the whole picture's noise that a change must exceed (a normal distribution's tail
/// beyond five holds one pixel in two million), and the most that this may ask, in grey levels.
const NOISE_DEVIATIONS: f32 = 5.0;
const NOISE_MOST: f32 = 30.0;

/// A change that turned out to be nothing raises its cell's threshold by this share of its excess;
/// one that turned out to be something takes back half. Swaying trees and flashing screens so wake
/// nobody for long.
const HABIT_SHARE: f32 = 0.15;

/// Habits fade to a third in this time, in seconds.
const HABIT_SECONDS: f64 = 60.0;

/// Compares each frame's luma, reduced by area mean, with that of each place when it was last looked
/// at. A change of the light over the whole picture is taken out first (the median difference).
#[derive(Default)]
pub struct MotionMap {
    small: Mat,
    blurred: Mat,
    /// The small picture, of each place as last looked at; empty before the first look.
    reference: Vec<u8>,
    /// Width and height of the small picture.
    size: (usize, usize),
    changed: Cells,
    /// Grey levels added to each cell's threshold.
    habit: Vec<f32>,
    faded: Option<MediaTime>,
}

impl MotionMap {
    /// Compares a frame; [`MotionMap::changed`] then says where it differs. Everything does in the
    /// first one, or where the frame has another size than the last.
    ///
    /// # Errors
    /// [`VisionError::Motion`] where OpenCV refuses the picture.
    pub fn measure(&mut self, frame: &Frame) -> Result<(), VisionError> {
        self.reduce(frame)
            .and_then(|()| self.compare())
            .map_err(|e| VisionError::Motion(e.message))?;
        self.fade(frame.time);
        Ok(())
    }

    /// Where the frame last measured differs from what was last looked at there: the greatest
    /// difference of each cell, in grey levels, 0 where nothing changed.
    pub fn changed(&self) -> &Cells {
        &self.changed
    }

    /// This region of the frame last measured is being looked at: later ones are compared with it.
    pub fn looked(&mut self, region: Region) {
        let (width, height) = self.size;
        let Ok(now) = self.blurred.data_typed::<u8>() else { return };
        if now.len() != width * height {
            return;
        }
        if self.reference.len() != now.len() {
            self.reference = now.to_vec();
            return;
        }
        let columns = self.changed.size().0;
        for cell in self.changed.middles_in(region) {
            let (x, y) = (cell % columns * CELL, cell / columns * CELL);
            for row in y..(y + CELL).min(height) {
                let at = row * width;
                let span = at + x..at + (x + CELL).min(width);
                self.reference[span.clone()].copy_from_slice(&now[span]);
            }
        }
    }

    /// Learns from what came of looking at `regions` of a frame in which `changed` had changed:
    /// where something was `seen`, changes matter; where nothing was, they matter less from now on.
    pub fn learn(&mut self, changed: &Cells, regions: &[Region], seen: &[BBox]) {
        if changed.size() != self.changed.size() {
            return;
        }
        let mut there = vec![false; self.habit.len()];
        for b in seen {
            let (w, h) = (0.1 * b.width(), 0.1 * b.height());
            let wide = BBox { x1: b.x1 - w, y1: b.y1 - h, x2: b.x2 + w, y2: b.y2 + h };
            changed.within(&wide).for_each(|cell| there[cell] = true);
        }
        for cell in regions.iter().flat_map(|&r| changed.middles_in(r)) {
            let habit = &mut self.habit[cell];
            if there[cell] {
                *habit *= 0.5;
            } else if changed.levels()[cell] > 0 {
                let excess = f32::from(changed.levels()[cell]) - *habit;
                *habit += HABIT_SHARE * excess.max(0.0);
            }
        }
    }

    fn reduce(&mut self, frame: &Frame) -> opencv::Result<()> {
        let plane = frame.plane(0);
        // Every so many rows tell as much of a picture that is reduced anyway. The last row may end
        // with its picture, short of the stride; nothing is missed without it.
        let step = (plane.height / ROWS_READ).max(1);
        let rows = ((plane.height - 1) / step).max(1);
        let line = step * plane.stride;
        let there = (rows * line).min(plane.data.len());
        let (rows, line) = if there < rows * line { (1, plane.width) } else { (rows, line) };
        let whole = Mat::new_rows_cols_with_data(
            rows as i32,
            line as i32,
            &plane.data[..rows * line],
        )?;
        let picture = whole.roi(core::Rect::new(0, 0, plane.width as i32, rows as i32))?;
        let width = (plane.width as i32 / 6).clamp(SMALL_WIDTH.0, SMALL_WIDTH.1);
        let height = (plane.height as i32 * width / plane.width as i32).max(1);
        let size = Size::new(width, height);
        imgproc::resize(&picture, &mut self.small, size, 0.0, 0.0, imgproc::INTER_AREA)?;
        imgproc::blur_def(&self.small, &mut self.blurred, Size::new(3, 3))?;
        let size = (width as usize, height as usize);
        let of = (frame.width(), frame.height());
        if self.size != size || self.changed.frame() != of {
            self.size = size;
            self.changed = Cells::new(of, size.0.div_ceil(CELL), size.1.div_ceil(CELL));
            self.habit = vec![0.0; self.changed.levels().len()];
            self.reference.clear();
        }
        Ok(())
    }

    fn compare(&mut self) -> opencv::Result<()> {
        let now = self.blurred.data_typed::<u8>()?;
        let levels = self.changed.levels_mut();
        if self.reference.len() != now.len() {
            levels.fill(u8::MAX);
            return Ok(());
        }
        levels.fill(0);
        let (light, noise) = spread(now, &self.reference);
        let least = CHANGED_LEVELS.max((NOISE_DEVIATIONS * noise).min(NOISE_MOST));
        let (width, columns) = (self.size.0, self.size.0.div_ceil(CELL));
        let rows = now.chunks_exact(width).zip(self.reference.chunks_exact(width));
        let mut pixels = 0;
        for (y, (now, then)) in rows.enumerate() {
            let row = y / CELL * columns;
            for (x, (&a, &b)) in now.iter().zip(then).enumerate() {
                let change = (i16::from(a) - i16::from(b) - light).unsigned_abs();
                // Nearly every pixel ends here.
                if f32::from(change) <= least {
                    continue;
                }
                let cell = row + x / CELL;
                if f32::from(change) > least + self.habit[cell] {
                    levels[cell] = levels[cell].max(change.min(255) as u8);
                    pixels += 1;
                }
            }
        }
        if pixels < LEAST_PIXELS {
            levels.fill(0);
        }
        Ok(())
    }

    fn fade(&mut self, time: MediaTime) {
        let since = self.faded.map_or(0.0, |t| time.since(t));
        if self.faded.is_none() || since >= 1.0 {
            let rest = (-since / HABIT_SECONDS).exp() as f32;
            self.habit.iter_mut().for_each(|h| *h *= rest);
            self.faded = Some(time);
        }
    }
}

/// Median difference of two pictures, and the standard deviation of the rest as its median absolute
/// deviation gives it: what moves does not spoil either.
fn spread(now: &[u8], then: &[u8]) -> (i16, f32) {
    let mut counts = [0_u32; 511];
    for (&a, &b) in now.iter().zip(then) {
        counts[(i16::from(a) - i16::from(b) + 255) as usize] += 1;
    }
    let half = now.len() as u32 / 2;
    let mut below = 0;
    let median = counts
        .iter()
        .position(|n| {
            below += n;
            below > half
        })
        .unwrap_or(255);
    let mut within = counts[median];
    let mut reach = 0;
    while within <= half && reach < 255 {
        reach += 1;
        let at = |i: Option<usize>| i.and_then(|i| counts.get(i)).copied().unwrap_or(0);
        within += at(median.checked_sub(reach)) + at(Some(median + reach));
    }
    (median as i16 - 255, 1.4826 * reach as f32)
}
