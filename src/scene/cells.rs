//! A grid laid over a zone, and sets of its cells.

use super::thing::CellMask;
use super::zone::Zone;
use crate::vision::BBox;
use geo::BoundingRect;
use serde::{Deserialize, Serialize};

/// Cells along the longer side of a zone's bounding box, at most.
const MOST_CELLS: f32 = 24.0;
/// Cells across the whole picture, at most: smaller ones hold too few pixels to be told.
const MOST_ACROSS: f32 = 120.0;

/// Square cells over a zone's bounding box; those whose middle lies in the zone are its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellGrid {
    /// Cells in a row.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
    /// Cells of the zone: their numbers, row by row, and boxes in pixels of the scene.
    pub cells: Vec<(usize, BBox)>,
}

impl CellGrid {
    /// The grid of a zone in a picture of that size.
    pub fn of(zone: &Zone, frame_size: (u32, u32)) -> Self {
        let Some(bounds) = zone.polygon.bounding_rect() else {
            return Self { columns: 0, rows: 0, cells: Vec::new() };
        };
        let (left, top) = (bounds.min().x, bounds.min().y);
        let (width, height) = (bounds.width().max(1.0), bounds.height().max(1.0));
        let side = (width.max(height) / MOST_CELLS).max(frame_size.0 as f32 / MOST_ACROSS);
        let count = |length: f32| (length / side).round().clamp(1.0, MOST_CELLS) as u16;
        let (columns, rows) = (count(width), count(height));
        let (w, h) = (width / f32::from(columns), height / f32::from(rows));
        let cell = |i: usize| {
            let (x, y) = ((i % usize::from(columns)) as f32, (i / usize::from(columns)) as f32);
            let (x1, y1) = (left + x * w, top + y * h);
            (i, BBox { x1, y1, x2: x1 + w, y2: y1 + h })
        };
        let all = (0..usize::from(columns) * usize::from(rows)).map(cell);
        let cells: Vec<_> = all.clone().filter(|(_, b)| zone.contains(b.centre())).collect();
        // A sliver may hold no cell's middle.
        let cells = if cells.is_empty() { all.collect() } else { cells };
        Self { columns, rows, cells }
    }

    /// The cells of the zone for which `covered`, told in their order here, is true.
    pub fn mask(&self, covered: &[bool]) -> CellMask {
        let numbers = self.cells.iter().zip(covered).filter(|(_, c)| **c).map(|((i, _), _)| *i);
        CellMask::new(self.columns, self.rows, numbers)
    }

    /// Whether a mask is one of this grid.
    pub fn fits(&self, mask: &CellMask) -> bool {
        (mask.columns, mask.rows) == (self.columns, self.rows)
    }
}

impl CellMask {
    /// A mask with these cells, by number; numbers outside are left out.
    pub fn new(columns: u16, rows: u16, cells: impl IntoIterator<Item = usize>) -> Self {
        let count = usize::from(columns) * usize::from(rows);
        let mut digits = vec![0_u8; count.div_ceil(4)];
        for cell in cells.into_iter().filter(|cell| *cell < count) {
            digits[cell / 4] |= 8 >> (cell % 4);
        }
        let bits =
            digits.into_iter().filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect();
        Self { columns, rows, bits }
    }

    /// Whether a cell, by number, is in it.
    pub fn contains(&self, cell: usize) -> bool {
        let digit = self.bits.as_bytes().get(cell / 4).and_then(|d| char::from(*d).to_digit(16));
        digit.is_some_and(|digit| digit & (8 >> (cell % 4)) != 0)
    }

    /// How many cells are in it.
    pub fn count(&self) -> usize {
        self.bits.chars().filter_map(|d| d.to_digit(16)).map(|d| d.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_triangle_has_half_of_its_box() {
        let zone = Zone::new("z", &[[100.0, 100.0], [340.0, 100.0], [100.0, 340.0]], (640, 480));
        let grid = CellGrid::of(&zone.unwrap(), (640, 480));
        assert_eq!((grid.columns, grid.rows), (24, 24));
        assert!((270..=300).contains(&grid.cells.len()), "{}", grid.cells.len());
        let small = Zone::new("s", &[[10.0, 10.0], [12.0, 10.0], [12.0, 12.0]], (640, 480));
        let grid = CellGrid::of(&small.unwrap(), (640, 480));
        assert_eq!((grid.columns, grid.rows, grid.cells.len()), (1, 1, 1));
    }

    proptest! {
        #[test]
        fn a_mask_holds_what_was_put_in(
            columns in 0u16..30, rows in 0u16..30,
            cells in prop::collection::btree_set(0usize..900, 0..80),
        ) {
            let mask = CellMask::new(columns, rows, cells.iter().copied());
            let count = usize::from(columns) * usize::from(rows);
            for i in 0..900 {
                prop_assert_eq!(mask.contains(i), i < count && cells.contains(&i));
            }
            prop_assert_eq!(mask.count(), cells.range(..count).count());
            let text = serde_json::to_string(&mask).unwrap();
            prop_assert_eq!(serde_json::from_str::<CellMask>(&text).unwrap(), mask);
        }

        #[test]
        fn any_text_is_a_mask_without_panic(bits in ".{0,40}", cell in 0usize..2000) {
            let mask = CellMask { columns: 9, rows: 9, bits };
            let _ = (mask.contains(cell), mask.count());
        }
    }
}
