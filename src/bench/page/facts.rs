//! When, where and by what was measured, in words; and forms of numbers.

use crate::bench::Report;

/// When, where and by what was measured, in words.
pub(super) struct Facts {
    pub(super) date: String,
    pub(super) version: &'static str,
    pub(super) machine: String,
}

impl Facts {
    pub(super) fn of<F>(report: &Report<F>) -> Self {
        let m = &report.machine;
        let processors = if m.cores == 1 { "processor" } else { "processors" };
        let mut machine = format!("{}, {} {processors}", m.processor, m.cores);
        if !m.features.is_empty() {
            machine = format!("{machine} ({})", m.features.join(", "));
        }
        // Seconds are precise enough for people.
        let date = report.date.split('.').next().unwrap_or_default().replace('T', " ");
        Self { date: format!("{date} UTC"), version: report.version, machine }
    }
}

/// A tile: a number and what it is.
pub(super) struct Tile {
    pub(super) value: String,
    pub(super) name: &'static str,
    pub(super) says: String,
}

impl Tile {
    pub(super) fn new(value: String, name: &'static str, says: impl Into<String>) -> Self {
        Self { value, name, says: says.into() }
    }
}

/// A plot with its caption; colours are named by `legend`.
pub(super) struct Figure {
    pub(super) svg: String,
    pub(super) title: String,
    pub(super) says: String,
    /// Names by colour.
    pub(super) legend: Vec<(usize, String)>,
}

/// A share with three decimals, or a dash.
pub(super) fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".into(), |v| format!("{v:.3}"))
}
