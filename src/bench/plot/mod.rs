//! Plots as SVG for pages: drawn in stand-in colours that the page's style sheet replaces, so that
//! one drawing serves light, dark and paper.
//!
//! What enters: numbers and names. What leaves: SVG text that is part of a page.

mod canvas;
mod columns;
mod lines;
mod scatter;

pub use canvas::{Axis, PlotError, SERIES};
pub use columns::columns;
pub use lines::{Line, lines};
pub use scatter::{Spot, scatter};
