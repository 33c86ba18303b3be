//! Named spots over two axes.

use super::canvas::{Axis, PlotError, colour, label, plot, said};
use plotters::prelude::*;

/// A named spot.
#[derive(Debug, Clone)]
pub struct Spot {
    /// Its name, drawn beside it.
    pub name: String,
    /// Where.
    pub at: (f64, f64),
    /// Which colour it has.
    pub series: usize,
}

/// Pixels of a spot, of a letter's width and of a line's height.
const RADIUS: i32 = 5;
const LETTER: f64 = 7.8;
const LINE: i32 = 15;

/// Named spots; a name stands where it covers least.
///
/// # Errors
/// [`PlotError`].
pub fn scatter(title: &str, x: &Axis, y: &Axis, spots: &[Spot]) -> Result<String, PlotError> {
    plot(title, x, y, |area, chart| {
        let dots = spots.iter().map(|s| Circle::new(s.at, RADIUS, colour(s.series).filled()));
        chart.draw_series(dots).map_err(said)?;
        let (width, height) = area.dim_in_pixel();
        let places: Vec<(i32, i32)> = spots.iter().map(|s| chart.backend_coord(&s.at)).collect();
        let mut taken: Vec<Field> = places.iter().map(|&at| Field::around(at)).collect();
        for (spot, &at) in spots.iter().zip(&places) {
            let wide = (spot.name.chars().count() as f64 * LETTER) as i32;
            let inside =
                Field { left: 56, top: 4, right: width as i32 - 4, bottom: height as i32 - 48 };
            // A little overlap is better than a name far from its spot.
            let cost = |(i, f): &(usize, Field)| {
                let covered: i32 = taken.iter().map(|t| f.covers(t)).sum();
                f.outside(&inside) * 8 + covered + 15 * *i as i32
            };
            let field = Field::beside(at, wide).into_iter().enumerate().min_by_key(cost);
            let field = field.map(|(_, field)| field);
            if let Some(field) = field {
                label(area, &spot.name, (field.left, field.top))?;
                taken.push(field);
            }
        }
        Ok(())
    })
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy)]
struct Field {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Field {
    fn around((x, y): (i32, i32)) -> Self {
        Self { left: x - RADIUS, top: y - RADIUS, right: x + RADIUS, bottom: y + RADIUS }
    }

    /// Where a name may stand, the best place first.
    fn beside((x, y): (i32, i32), wide: i32) -> Vec<Self> {
        let at = |left: i32, top: i32| Self { left, top, right: left + wide, bottom: top + LINE };
        let (right, left, middle) = (x + RADIUS + 3, x - RADIUS - 3 - wide, x - wide / 2);
        let (above, below) = (y - RADIUS - 2 - LINE, y + RADIUS + 2);
        let level = y - LINE / 2;
        let mut places =
            vec![at(right, level), at(left, level), at(middle, above), at(middle, below)];
        for line in 1..4 {
            let (up, down) = (level - line * LINE, level + line * LINE);
            places.extend([at(right, up), at(right, down), at(left, up), at(left, down)]);
        }
        places
    }

    /// Square pixels in common.
    fn covers(&self, other: &Self) -> i32 {
        let w = self.right.min(other.right) - self.left.max(other.left);
        let h = self.bottom.min(other.bottom) - self.top.max(other.top);
        w.max(0) * h.max(0)
    }

    fn outside(&self, area: &Self) -> i32 {
        (self.right - self.left) * (self.bottom - self.top) - self.covers(area)
    }
}
