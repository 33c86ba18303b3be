//! Charts of incidents, and the lines of tables that they show.

use super::definition::{CANNOT_TELL, CONFIRMED, DISMISSED, FLAGGED, FigureDefinition, WAITING};
use super::groups::Groups;
use super::table::{CountsTable, Line};
use super::tally::Counts;
use crate::report::{Block, Cell, Chart, ChartStyle, Column, Series, Words};
use std::collections::BTreeSet;

/// One of the counts.
pub(super) type Of = fn(&Counts) -> u64;

fn unit() -> Words {
    Words::new("vụ việc", "incidents")
}

fn series(points: &[(Words, Counts)], of: &[(&FigureDefinition, Of)]) -> Vec<Series> {
    of.iter()
        .map(|(definition, of)| Series {
            name: definition.words(),
            values: points.iter().map(|(_, c)| of(c) as f64).collect(),
        })
        .collect()
}

/// Incidents by what was decided, one upon the other.
pub(super) fn stacked(
    title: Words,
    style: ChartStyle,
    points: impl Iterator<Item = (Words, Counts)>,
) -> Block {
    let points: Vec<_> = points.collect();
    Block::Chart(Chart {
        title,
        style,
        series: series(
            &points,
            &[
                (&CONFIRMED, |c| c.confirmed),
                (&DISMISSED, |c| c.dismissed),
                (&CANNOT_TELL, |c| c.cannot_tell),
                (&WAITING, |c| c.waiting),
            ],
        ),
        labels: points.into_iter().map(|(label, _)| label).collect(),
        unit: unit(),
    })
}

/// Flagged and confirmed over time.
pub(super) fn lines_of(title: Words, points: &[(Words, Counts)]) -> Block {
    Block::Chart(Chart {
        title,
        style: ChartStyle::Lines,
        labels: points.iter().map(|(label, _)| label.clone()).collect(),
        series: series(points, &[(&FLAGGED, |c| c.flagged), (&CONFIRMED, |c| c.confirmed)]),
        unit: unit(),
    })
}

/// A line for each key that either period has, most flagged first.
pub(super) fn compared(
    now: &Groups,
    before: &Groups,
    name: impl Fn(&str) -> Vec<Cell>,
) -> Vec<Line> {
    let keys: BTreeSet<&String> = now.0.keys().chain(before.0.keys()).collect();
    let mut keys: Vec<&String> = keys.into_iter().collect();
    keys.sort_by_key(|key| std::cmp::Reverse(now.of(key).flagged));
    keys.into_iter().map(|key| (name(key), now.of(key), Some(before.of(key)))).collect()
}

/// A table of counts.
pub(super) fn counts(
    key: &'static str,
    (vi, en): (&str, &str),
    named: Vec<Column>,
    lines: Vec<Line>,
    total: Option<(Counts, Option<Counts>)>,
) -> Block {
    let title = Words::new(vi, en);
    Block::Table(CountsTable { key, title, named, lines, total, definitions: Vec::new() }.build())
}
