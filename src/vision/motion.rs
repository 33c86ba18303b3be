//! Where something changed since it was last looked at: work that shows nothing new is skipped.

use super::attention::Cells;
use super::lend::lend;
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
const HABIT_SHARE: f32 = 0.2;

/// Habits fade to a third in this time, in seconds.
const HABIT_SECONDS: f64 = 120.0;

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
    /// The small picture before, and the share of it that this one differs from.
    before: Vec<u8>,
    pace: f64,
    /// Grey levels that each cell has learnt to overlook, and those added to its threshold: the most
    /// that it or a neighbour has learnt, so that the rim of what flashes does not wake by turns.
    habit: Vec<f32>,
    numb: Vec<f32>,
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

    /// Share of the picture, 0 to 1, in which the frame last measured differs from the one measured
    /// before it: how fast things move, whenever they were last looked at.
    pub fn pace(&self) -> f64 {
        self.pace
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
        self.spread_habits();
    }

    fn spread_habits(&mut self) {
        let (columns, rows) = self.changed.size();
        for (cell, numb) in self.numb.iter_mut().enumerate() {
            let (x, y) = (cell % columns, cell / columns);
            let near = |at: usize, most: usize| at.saturating_sub(1)..(at + 2).min(most);
            *numb = near(y, rows)
                .flat_map(|row| near(x, columns).map(move |column| row * columns + column))
                .map(|at| self.habit[at])
                .fold(0.0, f32::max);
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
        let whole = lend(rows, line, &plane.data[..rows * line])?;
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
            self.numb.clone_from(&self.habit);
            self.reference.clear();
            self.before.clear();
        }
        let now = self.blurred.data_typed::<u8>()?;
        let far = |(a, b): &(&u8, &u8)| f32::from(a.abs_diff(**b)) > CHANGED_LEVELS;
        let moved = now.iter().zip(&self.before).filter(far).count();
        self.pace = moved as f64 / now.len().max(1) as f64;
        self.before.clear();
        self.before.extend_from_slice(now);
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
                if f32::from(change) > least + self.numb[cell] {
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
            self.habit.iter_mut().chain(&mut self.numb).for_each(|h| *h *= rest);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{WallTime, YuvMatrix};

    const SIZE: (u32, u32) = (640, 480);

    /// A grey picture with a dark square, and the frame's number for its time in tenths of a second.
    fn picture(n: u64, square: Option<u32>) -> Frame {
        let mut luma = vec![120_u8; 640 * 480];
        if let Some(x) = square {
            for row in luma.chunks_exact_mut(640).skip(200).take(64) {
                row[x as usize..x as usize + 64].fill(50);
            }
        }
        let (chroma, time) = (vec![128; 320 * 240], MediaTime::from_seconds(n as f64 / 10.0));
        let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
        let matrix = YuvMatrix { bt709: false, full_range: true };
        Frame::from_planes(n, time, wall, SIZE, [&luma, &chroma, &chroma], matrix).unwrap()
    }

    fn share(map: &MotionMap, x1: f32, x2: f32) -> f32 {
        map.changed().share(&BBox { x1, y1: 200.0, x2, y2: 264.0 })
    }

    #[test]
    fn only_what_was_looked_at_is_the_new_measure() {
        let mut map = MotionMap::default();
        map.measure(&picture(0, None)).unwrap();
        assert!(map.changed().levels().iter().all(|&l| l > 0), "nothing is known of the first");
        map.looked(Region::whole(640, 480));
        map.measure(&picture(1, Some(320))).unwrap();
        assert!(share(&map, 330.0, 370.0) > 0.99 && share(&map, 0.0, 300.0) < 0.01);
        map.looked(Region { x: 0, y: 0, width: 320, height: 480 });
        map.measure(&picture(2, Some(320))).unwrap();
        assert!(share(&map, 330.0, 370.0) > 0.99, "it was not in the region looked at");
        map.looked(Region { x: 304, y: 0, width: 100, height: 480 });
        map.measure(&picture(3, Some(320))).unwrap();
        assert!(!map.changed().any());
        assert!(map.pace() < 1e-9);
    }

    #[test]
    fn a_change_that_is_nothing_time_and_again_no_longer_counts() {
        let region = Region { x: 300, y: 180, width: 120, height: 120 };
        let changes = |seen: &[BBox]| {
            let mut map = MotionMap::default();
            (0..300_u64)
                .map(|n| {
                    map.measure(&picture(n, (n % 2 == 0).then_some(320))).unwrap();
                    let changed = map.changed().clone();
                    if changed.any() {
                        map.looked(if n == 0 { Region::whole(640, 480) } else { region });
                        map.learn(&changed, &[region], if n == 0 { &[] } else { seen });
                    }
                    u32::from(changed.any())
                })
                .sum::<u32>()
        };
        let nothing = changes(&[]);
        let something = changes(&[BBox { x1: 310.0, y1: 190.0, x2: 390.0, y2: 270.0 }]);
        assert!(nothing < 60, "{nothing} of 300 changes still count");
        assert!(something >= 290, "{something} of 300 changes count where something was seen");
    }
}
