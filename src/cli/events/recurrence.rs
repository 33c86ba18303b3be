//! `streetward events recurrence`: when in the week rules are broken again and again.

use super::super::output::print;
use super::selection::Selection;
use crate::report::{Recurrence, Tally};
use crate::store::{Store, StoreError};
use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, TableComponent, presets::UTF8_HORIZONTAL_ONLY};
use std::fmt::Write as _;
use std::ops::ControlFlow;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

#[derive(Debug, Args)]
pub(super) struct RecurrenceArgs {
    #[command(flatten)]
    selection: Selection,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Table,
    /// For programs: an array, a row of 24 numbers a day
    Json,
}

pub(super) fn run(args: &RecurrenceArgs) -> anyhow::Result<()> {
    StoreError::refuse_file(&args.selection.data)?;
    let store = Store::open_read(&args.selection.data)?;
    let mut tally = Tally::default();
    let flow = store.each_event(&args.selection.filter(), |event| {
        tally.add(&event);
        ControlFlow::<()>::Continue(())
    })?;
    debug_assert!(flow.is_continue());
    let rows = tally.rows();
    print(&match args.format {
        Form::Json => serde_json::to_string_pretty(&rows)? + "\n",
        Form::Table if rows.is_empty() => "No events.\n".to_owned(),
        Form::Table => rows.iter().map(table).collect::<Vec<_>>().join("\n"),
    })
}

/// One rule's week; hours in which nothing happened on any day are left out.
fn table(row: &Recurrence) -> String {
    let used = |hour: &usize| row.minutes.iter().any(|day| day[*hour] > 0.0);
    let hours: Vec<usize> = (0..24).filter(used).collect();
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    let heads = hours.iter().map(|hour| format!("{hour:02}"));
    table.set_header(std::iter::once("minutes".to_owned()).chain(heads));
    for (day, minutes) in DAYS.iter().zip(&row.minutes) {
        let cells = hours.iter().map(|hour| match minutes[*hour] {
            0.0 => String::new(),
            some => format!("{some:.0}"),
        });
        table.add_row(std::iter::once((*day).to_owned()).chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(out, "{} · {} · {} incidents", row.camera, row.rule, row.incidents);
    let _ = writeln!(out, "{table}");
    out
}
