//! A chart as SVG that stands in a page: no script, no font of its own, legible in print.

use super::cell::number;
use super::labels::labels;
use crate::report::{Chart, ChartStyle, Language};
use std::fmt::Write as _;

/// Colours of series in turn, distinct also to the colour-blind and in grey, on white.
pub(super) const COLOURS: [&str; 6] = ["17568f", "e08214", "2f9e8f", "8e5aa8", "7d8790", "b2473a"];

const WIDTH: f64 = 720.0;
const INK: &str = "#1d2326";
const GRID: &str = "#d8dcda";
/// Columns and lines: the drawing's height and where it ends on the left.
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 56.0;
/// Bars: where they begin, and how much each takes.
const NAMES: f64 = 210.0;
const ROW: f64 = 24.0;
const LEGEND: f64 = 24.0;

/// The colour of series number `i`.
pub(super) fn colour(i: usize) -> &'static str {
    COLOURS[i % COLOURS.len()]
}

/// The chart; `title` is told to those who cannot see it.
pub(super) fn svg(chart: &Chart, title: &str, language: Language) -> String {
    let mut drawing = Drawing { out: String::new(), chart, language };
    let height = match chart.style {
        _ if chart.labels.is_empty() || chart.series.is_empty() => drawing.nothing(),
        ChartStyle::Bars => drawing.bars(),
        ChartStyle::Columns => drawing.upright(true),
        ChartStyle::Lines => drawing.upright(false),
    };
    format!(
        "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"inherit\" font-size=\"12\" fill=\"{INK}\">{}</svg>",
        escaped(title),
        drawing.out
    )
}

struct Drawing<'a> {
    out: String,
    chart: &'a Chart,
    language: Language,
}

impl Drawing<'_> {
    fn nothing(&mut self) -> f64 {
        self.text(WIDTH / 2.0, 30.0, "middle", labels(self.language).nothing);
        48.0
    }

    /// Bars lying beneath each other, series stacked.
    fn bars(&mut self) -> f64 {
        let steps = Steps::up_to(self.greatest_stack());
        let scale = (WIDTH - NAMES - 60.0) / steps.most;
        let top = self.legend();
        let bottom = top + ROW * self.chart.labels.len() as f64;
        for value in steps.all() {
            let x = NAMES + value * scale;
            self.line((x, top), (x, bottom));
            self.text(x, bottom + 16.0, "middle", &self.value(value, steps.decimals));
        }
        for (i, label) in self.chart.labels.iter().enumerate() {
            let y = top + ROW * i as f64;
            let name = label.of(self.language);
            self.text(NAMES - 8.0, y + 16.0, "end", &shortened(name, 32));
            let mut x = NAMES;
            for (s, series) in self.chart.series.iter().enumerate() {
                let wide = sound(series.values[i]) * scale;
                self.block(s, (x, y + 4.0), (wide, ROW - 8.0), i);
                x += wide;
            }
            let sum: f64 = self.chart.series.iter().map(|s| sound(s.values[i])).sum();
            self.text(x + 6.0, y + 16.0, "start", &self.value(sum, steps.decimals));
        }
        self.unit(WIDTH - 60.0, bottom + 32.0, "end");
        bottom + 40.0
    }

    /// Columns side by side with series stacked, or a line for each series.
    fn upright(&mut self, stacked: bool) -> f64 {
        let most = if stacked { self.greatest_stack() } else { self.greatest_value() };
        let steps = Steps::up_to(most);
        let top = self.legend() + 18.0;
        let bottom = top + HEIGHT;
        let height = |value: f64| HEIGHT * value / steps.most;
        for value in steps.all() {
            let y = bottom - height(value);
            self.line((LEFT, y), (WIDTH, y));
            self.text(LEFT - 6.0, y + 4.0, "end", &self.value(value, steps.decimals));
        }
        self.unit(LEFT - 6.0 + 6.0, top - 8.0, "start");
        let count = self.chart.labels.len();
        let each = (WIDTH - LEFT) / count as f64;
        let middle = |i: usize| LEFT + each * (i as f64 + 0.5);
        let longest = self.chart.labels.iter().map(|l| l.of(self.language).chars().count()).max();
        let room = longest.unwrap_or(1).min(14) as f64 * 7.0 + 8.0;
        let every = (room / each).ceil().max(1.0) as usize;
        for (i, label) in self.chart.labels.iter().enumerate().step_by(every) {
            let most = ((each * every as f64) / 7.0) as usize;
            let text = shortened(label.of(self.language), most.max(3));
            self.text(middle(i), bottom + 16.0, "middle", &text);
        }
        if stacked {
            let wide = (each * 0.72).min(48.0);
            for i in 0..count {
                let mut y = bottom;
                for (s, series) in self.chart.series.iter().enumerate() {
                    let tall = height(sound(series.values[i]));
                    y -= tall;
                    self.block(s, (middle(i) - wide / 2.0, y), (wide, tall), i);
                }
            }
        } else {
            for s in 0..self.chart.series.len() {
                self.curve(s, |i, v| (middle(i), bottom - height(sound(v))));
            }
        }
        bottom + 26.0
    }

    /// What is not known leaves a gap.
    fn curve(&mut self, s: usize, at: impl Fn(usize, f64) -> (f64, f64)) {
        let series = &self.chart.series[s];
        let mut path = String::new();
        let mut begun = false;
        for (i, &value) in series.values.iter().enumerate() {
            if !value.is_finite() {
                begun = false;
                continue;
            }
            let (x, y) = at(i, value);
            let _ = write!(path, "{}{x:.1} {y:.1}", if begun { "L" } else { "M" });
            begun = true;
            let _ = write!(
                self.out,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\" fill=\"#{}\"/>",
                colour(s)
            );
        }
        let _ = write!(
            self.out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"#{}\" stroke-width=\"2\"/>",
            colour(s)
        );
    }

    /// What each colour means, where there are several; where the drawing may begin.
    fn legend(&mut self) -> f64 {
        if self.chart.series.len() < 2 {
            return 6.0;
        }
        let (mut x, mut y) = (LEFT, 4.0);
        for (s, series) in self.chart.series.iter().enumerate() {
            let name = series.name.of(self.language);
            let wide = 34.0 + name.chars().count() as f64 * 6.6;
            if x + wide > WIDTH && x > LEFT {
                (x, y) = (LEFT, y + LEGEND - 4.0);
            }
            let _ = write!(
                self.out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"12\" height=\"12\" fill=\"#{}\"/>",
                colour(s)
            );
            self.text(x + 17.0, y + 10.0, "start", name);
            x += wide;
        }
        y + LEGEND
    }

    fn block(&mut self, s: usize, (x, y): (f64, f64), (wide, tall): (f64, f64), i: usize) {
        if wide <= 0.0 || tall <= 0.0 {
            return;
        }
        let series = &self.chart.series[s];
        let value = self.value(series.values[i], self.decimals());
        let told = format!(
            "{} · {}: {value}",
            self.chart.labels[i].of(self.language),
            series.name.of(self.language)
        );
        let _ = write!(
            self.out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\" \
             fill=\"#{}\"><title>{}</title></rect>",
            colour(s),
            escaped(&told)
        );
    }

    fn unit(&mut self, x: f64, y: f64, anchor: &str) {
        let unit = self.chart.unit.of(self.language);
        if !unit.is_empty() {
            self.text(x, y, anchor, unit);
        }
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
        let _ = write!(
            self.out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            escaped(text)
        );
    }

    fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let _ =
            write!(self.out, "<path d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\" stroke=\"{GRID}\"/>");
    }

    fn value(&self, value: f64, decimals: u8) -> String {
        number(value, decimals, self.language)
    }

    /// None where all values are whole.
    fn decimals(&self) -> u8 {
        let mut values = self.chart.series.iter().flat_map(|s| &s.values);
        u8::from(values.any(|v| v.is_finite() && v.fract() != 0.0))
    }

    fn greatest_stack(&self) -> f64 {
        let sum = |i| self.chart.series.iter().map(|s| sound(s.values[i])).sum::<f64>();
        (0..self.chart.labels.len()).map(sum).fold(0.0, f64::max)
    }

    fn greatest_value(&self) -> f64 {
        let values = self.chart.series.iter().flat_map(|s| &s.values);
        values.map(|v| sound(*v)).fold(0.0, f64::max)
    }
}

/// Values of an axis that people count in: steps of 1, 2 or 5 times a power of ten.
struct Steps {
    step: f64,
    most: f64,
    decimals: u8,
}

impl Steps {
    fn up_to(greatest: f64) -> Self {
        if greatest <= 0.0 {
            return Self { step: 1.0, most: 1.0, decimals: 0 };
        }
        let rough = greatest / 6.0;
        let power = 10_f64.powf(rough.log10().floor());
        let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|t| t * power >= rough * 0.999);
        let step = times.unwrap_or(10.0) * power;
        let step = if greatest.fract() == 0.0 { step.max(1.0) } else { step };
        let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as u8;
        Self { step, most: (greatest / step).ceil() * step, decimals }
    }

    fn all(&self) -> impl Iterator<Item = f64> + use<> {
        let (step, count) = (self.step, (self.most / self.step).round() as u32);
        (0..=count).map(move |i| f64::from(i) * step)
    }
}

/// What cannot be drawn counts as nothing.
fn sound(value: f64) -> f64 {
    if value.is_finite() { value.max(0.0) } else { 0.0 }
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_counts_as_people_do() {
        let told = |greatest| {
            let steps = Steps::up_to(greatest);
            (steps.step, steps.most, steps.decimals)
        };
        assert_eq!(told(0.0), (1.0, 1.0, 0));
        assert_eq!(told(3.0), (1.0, 3.0, 0));
        assert_eq!(told(47.0), (10.0, 50.0, 0));
        assert_eq!(told(1234.0), (500.0, 1500.0, 0));
        let (step, most, decimals) = told(0.87);
        assert!((step - 0.2).abs() < 1e-9 && (most - 1.0).abs() < 1e-9 && decimals == 1);
    }
}
