//! Tables of counts: the same columns in the same order wherever they stand.

use super::definition::{
    ACKNOWLEDGED, CANNOT_TELL, CHANGE, CONFIRMED, DISMISSED, FLAGGED, FigureDefinition,
    HANDED_OVER, HANDLED, PRECISION, WAITING,
};
use super::tally::Counts;
pub(super) use crate::report::document::column;
use crate::report::{Cell, Column, Table, Words};

/// A figure's column.
pub(super) fn figure(definition: &FigureDefinition) -> Column {
    Column { key: definition.key.to_owned(), title: definition.words() }
}

/// A share, where there is one.
pub(super) fn share(share: Option<f64>) -> Cell {
    share.map_or(Cell::Nothing, Cell::Share)
}

/// A length of time, where there is one.
pub(super) fn seconds(seconds: Option<f64>) -> Cell {
    seconds.map_or(Cell::Nothing, Cell::Seconds)
}

/// What one line counts: what it is called, this period, and the period before where it is compared.
pub(super) type Line = (Vec<Cell>, Counts, Option<Counts>);

/// What a table of counts is made of.
pub(super) struct CountsTable {
    pub(super) key: &'static str,
    pub(super) title: Words,
    /// What lines are called by.
    pub(super) named: Vec<Column>,
    pub(super) lines: Vec<Line>,
    /// All together; the table's last line.
    pub(super) total: Option<(Counts, Option<Counts>)>,
    /// Besides those of its figures.
    pub(super) definitions: Vec<Words>,
}

impl CountsTable {
    pub(super) fn build(self) -> Table {
        let compared = match &self.total {
            Some((_, before)) => before.is_some(),
            None => self.lines.first().is_some_and(|(.., before)| before.is_some()),
        };
        let total = self.total.map(|(now, before)| {
            let mut cells = vec![Cell::Words(Words::new("Tổng cộng", "Total"))];
            cells.resize(self.named.len(), Cell::Nothing);
            cells.extend(cells_of(&now, before.as_ref()));
            cells
        });
        let mut columns = self.named;
        columns.extend(columns_of(compared));
        let rows = self.lines.into_iter().map(|(mut cells, now, before)| {
            cells.extend(cells_of(&now, before.as_ref().filter(|_| compared)));
            cells
        });
        let mut definitions = self.definitions;
        let figures = [
            FLAGGED,
            ACKNOWLEDGED,
            CONFIRMED,
            DISMISSED,
            CANNOT_TELL,
            WAITING,
            HANDED_OVER,
            HANDLED,
            PRECISION,
        ];
        definitions.extend(figures.iter().map(FigureDefinition::said));
        if compared {
            definitions.push(CHANGE.said());
        }
        Table {
            key: self.key.to_owned(),
            title: self.title,
            columns,
            rows: rows.collect(),
            total,
            definitions,
        }
    }
}

fn columns_of(compared: bool) -> Vec<Column> {
    let mut columns = vec![figure(&FLAGGED)];
    if compared {
        columns.push(column("flagged_change", "Ghi nhận so với kỳ trước", "Flagged, change"));
    }
    columns.extend([figure(&ACKNOWLEDGED), figure(&CONFIRMED)]);
    if compared {
        columns.push(column("confirmed_change", "Xác nhận so với kỳ trước", "Confirmed, change"));
    }
    columns.extend(
        [DISMISSED, CANNOT_TELL, WAITING, HANDED_OVER, HANDLED, PRECISION].iter().map(figure),
    );
    columns
}

fn cells_of(now: &Counts, before: Option<&Counts>) -> Vec<Cell> {
    let change =
        |of: fn(&Counts) -> u64| before.map(|before| Cell::Change(difference(of(now), of(before))));
    let mut cells = vec![Cell::Count(now.flagged)];
    cells.extend(change(|c| c.flagged));
    cells.extend([Cell::Count(now.acknowledged), Cell::Count(now.confirmed)]);
    cells.extend(change(|c| c.confirmed));
    cells.extend(
        [now.dismissed, now.cannot_tell, now.waiting, now.handed_over, now.handled]
            .map(Cell::Count),
    );
    cells.push(share(now.precision()));
    cells
}

/// What is more now than before; less than 0: fewer.
pub(super) fn difference(now: u64, before: u64) -> i64 {
    now as i64 - before as i64
}
