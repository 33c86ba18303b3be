//! The table [attention]: where and how often a camera is looked at.

use super::table::Table;
use crate::vision::attention::{AttentionSpec, Mode};

pub(super) const KEYS: &[&str] =
    &["mode", "detail_long_side", "whole_seconds", "rest_seconds", "budget_megapixels_per_second"];

/// Where a rule must tell who rides, regions are looked at this many times as closely as the whole:
/// a far bicycle under its rider is a dozen pixels wide.
const CLOSE: u32 = 3;
/// No closer by default: the whole width of a 1080p picture.
const CLOSEST: u32 = 1920;

/// Reads the table, if there is one; `long_side` is that of the whole frame's input, `close` whether
/// riders must be told from people on foot.
pub(super) fn read(root: &Table<'_>, long_side: u32, close: bool) -> AttentionSpec {
    let detail = close.then(|| (long_side * CLOSE).min(CLOSEST.max(long_side)));
    let mut spec = AttentionSpec { detail_long_side: detail, ..AttentionSpec::default() };
    let Some(table) = root.table("attention", " in [attention]", KEYS) else { return spec };
    if let Some(mode) = table.string("mode", "a text in quotes") {
        if let Some(known) = Mode::ALL.into_iter().find(|m| m.name() == mode.value) {
            spec.mode = known;
        } else {
            let names = Mode::ALL.map(|m| format!("\"{}\"", m.name())).join(", ");
            table.doc().refuse(mode.span, &format!("\"mode\" must be one of {names}"));
        }
    }
    if let Some(side) = table.integer("detail_long_side", 160..=7680, "pixels") {
        if side.value % 32 != 0 {
            let near = (side.value + 16) / 32 * 32;
            let message = format!("\"detail_long_side\" must be a multiple of 32, like {near}");
            table.doc().refuse(side.span, &message);
        } else if side.value < i64::from(long_side) {
            let message = format!(
                "\"detail_long_side\" must be at least \"input_long_side\", {long_side}: regions are \
                 never seen more coarsely than the whole frame"
            );
            table.doc().refuse(side.span, &message);
        } else {
            spec.detail_long_side = Some(side.value as u32);
        }
    }
    let seconds = |key, most| table.number(key, 0.0..=most, "seconds").map(|n| n.value);
    spec.whole_seconds = seconds("whole_seconds", 60.0).unwrap_or(spec.whole_seconds);
    spec.rest_seconds = seconds("rest_seconds", 3600.0).unwrap_or(spec.rest_seconds);
    spec.budget_megapixels_per_second = table
        .number("budget_megapixels_per_second", 0.01..=1000.0, "million pixels a second")
        .map(|n| n.value)
        .or(spec.budget_megapixels_per_second);
    spec
}
