//! The table [review]: how what people decide is looked after.

use super::table::Table;

pub(super) const KEYS: &[&str] = &["second_look_percent"];

/// How what people decide is looked after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReviewConfig {
    /// Of a hundred decided events so many are looked at again by somebody else, drawn by chance.
    pub second_look_percent: f64,
}

impl Default for ReviewConfig {
    fn default() -> Self {
        Self { second_look_percent: 5.0 }
    }
}

/// Reads the table, if there is one, noting every mistake.
pub(super) fn read(root: &Table<'_>) -> ReviewConfig {
    let usual = ReviewConfig::default();
    let Some(table) = root.table("review", " in [review]", KEYS) else { return usual };
    let percent = table.number("second_look_percent", 0.0..=100.0, "percent");
    ReviewConfig { second_look_percent: percent.map_or(usual.second_look_percent, |p| p.value) }
}
