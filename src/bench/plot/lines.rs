//! Curves over one axis.

use super::canvas::{Axis, PlotError, colour, plot, said};
use plotters::prelude::*;

/// One curve.
#[derive(Debug, Clone)]
pub struct Line {
    /// Points from left to right.
    pub points: Vec<(f64, f64)>,
    /// Which colour it has.
    pub series: usize,
}

/// Curves over one axis; the page names them by colour.
///
/// # Errors
/// [`PlotError`].
pub fn lines(title: &str, x: &Axis, y: &Axis, curves: &[Line]) -> Result<String, PlotError> {
    plot(title, x, y, |_, chart| {
        for curve in curves {
            let style = colour(curve.series).stroke_width(2);
            chart
                .draw_series(LineSeries::new(curve.points.iter().copied(), style))
                .map_err(said)?;
        }
        Ok(())
    })
}
