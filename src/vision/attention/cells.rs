//! A coarse grid over the frame: where something is so.

use crate::vision::lend::lend;
use crate::vision::{BBox, Region};
use opencv::core::{self, Mat, Point};
use opencv::imgproc;
use opencv::prelude::*;
use std::ops::Range;

/// A grid over the frame with a level from 0 (nothing) to 255 in each cell. An empty grid knows of
/// nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    columns: usize,
    rows: usize,
    /// Width and height of the frame, in pixels.
    frame: (u32, u32),
    levels: Vec<u8>,
}

impl Cells {
    /// A grid of zeros over a frame of that many pixels.
    pub fn new(frame: (u32, u32), columns: usize, rows: usize) -> Self {
        let (columns, rows) = (columns.max(1), rows.max(1));
        Self { columns, rows, frame, levels: vec![0; columns * rows] }
    }

    /// Cells across and down.
    pub fn size(&self) -> (usize, usize) {
        (self.columns, self.rows)
    }

    /// Width and height of the frame, in pixels.
    pub fn frame(&self) -> (u32, u32) {
        self.frame
    }

    /// The levels, row by row.
    pub fn levels(&self) -> &[u8] {
        &self.levels
    }

    /// The levels, row by row, to be written.
    pub fn levels_mut(&mut self) -> &mut [u8] {
        &mut self.levels
    }

    /// Whether any cell is set.
    pub fn any(&self) -> bool {
        self.levels.iter().any(|&l| l > 0)
    }

    /// Columns and rows that a box touches, in frame pixels; empty outside the frame.
    pub fn span(&self, b: &BBox) -> (Range<usize>, Range<usize>) {
        let range = |from: f32, to: f32, cells: usize, pixels: u32| {
            let step = pixels.max(1) as f32 / cells.max(1) as f32;
            let first = (from / step).floor().clamp(0.0, cells as f32) as usize;
            let end = (to / step).ceil().clamp(0.0, cells as f32) as usize;
            first..end.max(first)
        };
        (range(b.x1, b.x2, self.columns, self.frame.0), range(b.y1, b.y2, self.rows, self.frame.1))
    }

    /// Indices into [`Cells::levels`] of the cells that a box touches.
    pub fn within(&self, b: &BBox) -> impl Iterator<Item = usize> + use<> {
        let ((columns, rows), width) = (self.span(b), self.columns);
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }

    /// Share of the box's cells that are set, 0 to 1; 0 for a box outside.
    pub fn share(&self, b: &BBox) -> f32 {
        let (mut set, mut all) = (0_u32, 0_u32);
        for cell in self.within(b) {
            all += 1;
            set += u32::from(self.levels[cell] > 0);
        }
        if all == 0 { 0.0 } else { set as f32 / all as f32 }
    }

    /// Cells whose middle lies in `region`, as indices.
    pub fn middles_in(&self, region: Region) -> impl Iterator<Item = usize> + use<> {
        let range = |from: u32, length: u32, cells: usize, pixels: u32| {
            let step = f64::from(pixels.max(1)) / cells.max(1) as f64;
            let first = (f64::from(from) / step - 0.5).ceil().max(0.0) as usize;
            let end = (f64::from(from + length) / step - 0.5).ceil().max(0.0) as usize;
            first.min(cells)..end.min(cells)
        };
        let columns = range(region.x, region.width, self.columns, self.frame.0);
        let rows = range(region.y, region.height, self.rows, self.frame.1);
        let width = self.columns;
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }

    /// Boxes, in frame pixels, around the groups of set cells that lie no more than `reach` cells
    /// apart; in the order of their first cell, row by row.
    ///
    /// # Errors
    /// OpenCV's, which none of these shapes should meet.
    pub fn groups(&self, reach: i32) -> opencv::Result<Vec<BBox>> {
        if !self.any() {
            return Ok(Vec::new());
        }
        let set = lend(self.rows, self.columns, &self.levels)?;
        let (mut wide, mut labels) = (Mat::default(), Mat::default());
        let (mut stats, mut centroids) = (Mat::default(), Mat::default());
        let side = core::Size::new(reach + 1, reach + 1);
        let shape = imgproc::MORPH_RECT;
        let kernel = imgproc::get_structuring_element(shape, side, Point::new(-1, -1))?;
        let border = imgproc::morphology_default_border_value()?;
        let (anchor, kind) = (Point::new(-1, -1), core::BORDER_CONSTANT);
        imgproc::dilate(&set, &mut wide, &kernel, anchor, 1, kind, border)?;
        let found = imgproc::connected_components_with_stats(
            &wide,
            &mut labels,
            &mut stats,
            &mut centroids,
            8,
            core::CV_32S,
        )?;
        let mut edges = vec![(usize::MAX, usize::MAX, 0_usize, 0_usize); found.max(1) as usize];
        for row in 0..self.rows {
            let line = labels.at_row::<i32>(row as i32)?;
            for (column, &label) in line.iter().enumerate() {
                if self.levels[row * self.columns + column] > 0 {
                    let e = &mut edges[label.max(0) as usize];
                    *e = (e.0.min(column), e.1.min(row), e.2.max(column + 1), e.3.max(row + 1));
                }
            }
        }
        let step_x = self.frame.0 as f32 / self.columns as f32;
        let step_y = self.frame.1 as f32 / self.rows as f32;
        let groups = edges.into_iter().skip(1).filter(|e| e.2 > 0).map(|e| BBox {
            x1: e.0 as f32 * step_x,
            y1: e.1 as f32 * step_y,
            x2: e.2 as f32 * step_x,
            y2: e.3 as f32 * step_y,
        });
        Ok(groups.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(cells: &mut Cells, at: &[(usize, usize)]) {
        let width = cells.size().0;
        for &(column, row) in at {
            cells.levels_mut()[row * width + column] = 20;
        }
    }

    #[test]
    fn groups_join_over_small_gaps_and_no_further() {
        let mut cells = Cells::new((400, 300), 40, 30);
        set(&mut cells, &[(3, 2), (5, 2), (20, 10), (21, 11)]);
        let groups = cells.groups(2).unwrap();
        assert_eq!(groups.len(), 2, "{groups:?}");
        assert_eq!(groups[0], BBox { x1: 30.0, y1: 20.0, x2: 60.0, y2: 30.0 });
        assert_eq!(groups[1], BBox { x1: 200.0, y1: 100.0, x2: 220.0, y2: 120.0 });
        assert!(Cells::default().groups(2).unwrap().is_empty());
    }

    #[test]
    fn shares_count_the_cells_a_box_touches() {
        let mut cells = Cells::new((400, 300), 40, 30);
        set(&mut cells, &[(0, 0), (1, 0)]);
        assert!((cells.share(&BBox { x1: 0.0, y1: 0.0, x2: 20.0, y2: 20.0 }) - 0.5).abs() < 1e-6);
        assert!(cells.share(&BBox { x1: 900.0, y1: 0.0, x2: 950.0, y2: 20.0 }) < 1e-6);
        assert!(Cells::default().share(&BBox { x1: 0.0, y1: 0.0, x2: 20.0, y2: 20.0 }) < 1e-6);
    }

    #[test]
    fn middles_of_halves_make_the_whole() {
        let cells = Cells::new((101, 77), 13, 7);
        let half = |x, width| Region { x, y: 0, width, height: 77 };
        let mut all: Vec<usize> = cells.middles_in(half(0, 50)).collect();
        all.extend(cells.middles_in(half(50, 51)));
        all.sort_unstable();
        assert_eq!(all, (0..13 * 7).collect::<Vec<_>>());
    }
}
