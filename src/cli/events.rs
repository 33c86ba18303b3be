//! `streetward events`: lists what was found, and writes it to a file for other programs.

mod export;
mod listed;
mod recurrence;
mod selection;

use crate::report::ListFormat;
use crate::store::{EventFilter, Status, Store, StoreError};
use anyhow::bail;
use clap::{Args, Subcommand};
use export::{ExportArgs, export_format};
use listed::listed;
use selection::Selection;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

/// List or export the events found so far
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward events list --data data
  streetward events export --data data --output violations.csv
  streetward events recurrence --data data")]
pub struct EventsArgs {
    #[command(subcommand)]
    command: EventsCommand,
}

#[derive(Debug, Subcommand)]
enum EventsCommand {
    /// Print events in order of time
    #[command(after_help = "Examples:
  streetward events list --data data
  streetward events list --data data --all
  streetward events list --data data --kind illegal_parking --from 2026-08-01 --to 2026-08-31
  streetward events list --data data --format jsonl | jq -r .evidence")]
    List(ListArgs),
    /// Write confirmed events to a file, whole or not at all
    ///
    /// What no person has confirmed is no violation and stays here, unless --any-status asks for it;
    /// each line then says where its review stands. Number plates are not in it: the desk's export
    /// alone has them, for who may see them. The audit trail keeps what was asked for, how many events
    /// left, and the file's SHA-256.
    #[command(after_help = "Examples:
  streetward events export --data data --output violations.csv --bom --from 2026-08-01 --to 2026-08-31
  streetward events export --data data --output all.jsonl --any-status")]
    Export(ExportArgs),
    /// Show when in the week rules are broken: minutes by day and hour, local time
    #[command(after_help = "Examples:
  streetward events recurrence --data data --kind sidewalk_encroachment
  streetward events recurrence --data data --camera p1-le-loi-01 --format json")]
    Recurrence(recurrence::RecurrenceArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    selection: Selection,
    /// How to print them
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
    /// CSV for Excel: byte order mark, no cell read as a formula
    #[arg(long)]
    bom: bool,
}

/// Runs the command. Exit code 0, or an error that says what to do.
pub fn run(args: &EventsArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        EventsCommand::List(a) => {
            let out = BufWriter::new(io::stdout().lock());
            match write(&a.selection.data, &a.selection.filter(), out, a.format, a.bom) {
                // Whoever reads has had enough, `head` for one.
                Err(e) if is_broken_pipe(&e) => {}
                Err(e) if e.is::<io::Error>() => return Err(e.context("cannot print the events")),
                other => drop(other?),
            }
        }
        EventsCommand::Recurrence(a) => {
            recurrence::run(a)?;
        }
        EventsCommand::Export(a) => {
            let format = export_format(a)?;
            refuse_place(&a.output)?;
            let mut filter = a.selection.filter();
            if !a.any_status {
                // The gate: what leaves by this door was confirmed by a person.
                if filter.status.is_some_and(|status| status != Status::Confirmed) {
                    bail!(
                        "only confirmed events are violations: give --any-status too to write others, each with its status"
                    );
                }
                filter.status = Some(Status::Confirmed);
            }
            let written = export::export(a, &filter, format)?;
            // The file is there; whether anybody reads this does not matter.
            let _ = writeln!(
                io::stderr(),
                "{written} {}events written to {}",
                if filter.status == Some(Status::Confirmed) { "confirmed " } else { "" },
                a.output.display()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(
    data: &Path,
    filter: &EventFilter,
    out: impl Write,
    format: ListFormat,
    bom: bool,
) -> anyhow::Result<u64> {
    StoreError::refuse_file(data)?;
    listed(&Store::open_read(data)?, filter, out, format, bom)
}

/// A place where no file can be written, before anything is read for it.
pub(super) fn refuse_place(output: &Path) -> anyhow::Result<()> {
    if output.is_dir() {
        bail!("{} is a folder; name a file in it", output.display());
    }
    let Some(folder) = output.parent().filter(|p| !p.as_os_str().is_empty()) else {
        return Ok(());
    };
    if let Some(file) = folder.ancestors().find(|p| p.is_file()) {
        bail!("{} is a file, not a folder; give another --output", file.display());
    }
    if !folder.exists() {
        bail!(
            "the folder {} does not exist; create it, or give another --output",
            folder.display()
        );
    }
    Ok(())
}

fn is_broken_pipe(e: &anyhow::Error) -> bool {
    e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
