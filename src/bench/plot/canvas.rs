//! What all plots share: size, axes, stand-in colours.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// Colours of series, in turn; templates/plot.css gives each its real colour.
pub const SERIES: usize = 6;

/// Width and height of a drawing in CSS pixels; a page may show it smaller.
const SIZE: (u32, u32) = (440, 310);
/// Stand-ins, as templates/plot.css names them.
pub(super) const INK: RGBColor = RGBColor(1, 2, 3);
pub(super) const GRID: RGBColor = RGBColor(1, 2, 4);
const TEXT: i32 = 17;

/// The drawing could not be made: a defect, or no memory.
#[derive(Debug, thiserror::Error)]
#[error("a plot could not be drawn ({0}); please report this, and use --format table")]
pub struct PlotError(pub(super) String);

/// A stretch of numbers with its name.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What is shown, with its unit.
    pub name: String,
    /// Least and greatest number shown.
    pub from: f64,
    /// The greatest number shown.
    pub to: f64,
}

impl Axis {
    /// From `from` to `to`; an empty stretch becomes one wide.
    pub fn new(name: &str, from: f64, to: f64) -> Self {
        let sound = from.is_finite() && to.is_finite();
        let (from, to) = if sound { (from, to) } else { (0.0, 1.0) };
        Self { name: name.to_owned(), from, to: if to > from { to } else { from + 1.0 } }
    }

    /// Wide enough for all `values` and a little more; from 0 where that is not far.
    pub fn over(name: &str, values: impl Iterator<Item = f64> + Clone) -> Self {
        let (least, most) = values
            .filter(|v| v.is_finite())
            .fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        if least > most {
            return Self::new(name, 0.0, 1.0);
        }
        let spread = (most - least).max(most.abs() * 0.05).max(1e-6);
        let from = if least < spread * 2.0 { least.min(0.0) } else { least - spread * 0.25 };
        Self::new(name, from, most + spread * 0.25)
    }
}

/// The stand-in colour of series number `i`.
pub(super) fn colour(i: usize) -> RGBColor {
    RGBColor(0, 0, 0xF0 + (i % SERIES) as u8)
}

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Chart<'a, 'b> =
    ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws axes, then what `draw` adds; the SVG bears `title` for those who hear the page.
pub(super) fn plot(
    title: &str,
    x: &Axis,
    y: &Axis,
    draw: impl FnOnce(&Area<'_>, &mut Chart<'_, '_>) -> Result<(), String>,
) -> Result<String, PlotError> {
    let mut svg = String::new();
    let drawn = || -> Result<(), String> {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(8)
            .margin_right(16)
            .x_label_area_size(46)
            .y_label_area_size(54)
            .build_cartesian_2d(x.from..x.to, y.from..y.to)
            .map_err(said)?;
        let text = ("sans-serif", TEXT).into_font().color(&INK);
        chart
            .configure_mesh()
            .x_desc(&x.name)
            .y_desc(&y.name)
            .x_labels(6)
            .y_labels(6)
            .x_label_formatter(&|v| number(*v, x.to - x.from))
            .y_label_formatter(&|v| number(*v, y.to - y.from))
            .axis_style(INK)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .label_style(text.clone())
            .axis_desc_style(text)
            .draw()
            .map_err(said)?;
        draw(&area, &mut chart)?;
        area.present().map_err(said)
    };
    drawn().map_err(PlotError)?;
    let start = svg.find("<svg").unwrap_or(0);
    let label = format!("<svg role=\"img\" aria-label=\"{}\"", escaped(title));
    Ok(svg[start..].replacen("<svg", &label, 1))
}

/// A label at a place in pixels.
pub(super) fn label(area: &Area<'_>, text: &str, at: (i32, i32)) -> Result<(), String> {
    let style = ("sans-serif", TEXT).into_font().color(&INK);
    area.draw(&Text::new(text.to_owned(), at, style)).map_err(said)
}

pub(super) fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// As many decimals as the stretch asks for.
fn number(value: f64, stretch: f64) -> String {
    let decimals = match stretch {
        s if s >= 5.0 => 0,
        s if s >= 0.5 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
        "0".into()
    } else {
        text
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
