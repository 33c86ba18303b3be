//! A histogram.

use super::canvas::{Axis, PlotError, colour, plot, said};
use plotters::prelude::*;

/// Columns of `step` from 0 on, and marks (in the second colour) at some places.
///
/// # Errors
/// [`PlotError`].
pub fn columns(
    title: &str,
    x_name: &str,
    step: f64,
    counts: &[u64],
    marks: &[f64],
) -> Result<String, PlotError> {
    // Five at least, so that whole numbers stand at the axis.
    let most = counts.iter().copied().max().unwrap_or(0).max(5) as f64;
    // What lies to the right of the last column that holds anything is not shown.
    let used = counts.iter().rposition(|&n| n > 0).map_or(1, |i| i + 1);
    let x = Axis::new(x_name, 0.0, step * (used + 1) as f64);
    let y = Axis::new("frames", 0.0, most * 1.08);
    plot(title, &x, &y, |_, chart| {
        let bars = counts.iter().take(used).enumerate().map(|(i, &n)| {
            let (left, right) = (i as f64 * step, (i as f64 + 0.9) * step);
            Rectangle::new([(left, 0.0), (right, n as f64)], colour(0).filled())
        });
        chart.draw_series(bars).map_err(said)?;
        for &mark in marks.iter().filter(|&&m| m < x.to) {
            let line = [(mark, 0.0), (mark, most * 1.08)];
            let style = colour(1).stroke_width(2);
            chart.draw_series(LineSeries::new(line, style)).map_err(said)?;
        }
        Ok(())
    })
}
