//! `streetward evidence`: is the stored evidence still what was sealed?

use crate::evidence::{VerifyReport, verify};
use crate::store::{EventFilter, Store, StoreError};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

/// Verify stored evidence
#[derive(Debug, Args)]
#[command(after_help = "Example:
  streetward evidence verify --data data")]
pub struct EvidenceArgs {
    #[command(subcommand)]
    command: EvidenceCommand,
}

#[derive(Debug, Subcommand)]
enum EvidenceCommand {
    /// Compare every stored event with its manifest
    ///
    /// Each event's folder holds a manifest with the size and SHA-256 of every file in it. This
    /// command reads every file again and names those that were changed, are missing, or were added.
    /// It also compares the folders with the index of events (streetward.db).
    /// It changes nothing and can run while footage is being worked on.
    #[command(after_help = VERIFY_HELP)]
    Verify(VerifyArgs),
}

const VERIFY_HELP: &str = "\
Problems:
  changed      the content is not what was sealed, or the file lies where it does not belong
  missing      the manifest names the file, or the index the folder, and it is not there
  added        it is there, and no manifest names the file, or the index does not know the folder
  unreadable   the file cannot be read or understood
  no_manifest  an event's folder without a manifest

Exit codes: 0 all is as sealed, 1 there are problems, 2 the data folder cannot be read, or
holds no streetward data.

Examples:
  streetward evidence verify --data data
  streetward evidence verify --data data --format json";

/// How `evidence verify` is asked.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// How to print what was found; json: {"events": n, "files": n, "problems": [...]}
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs: one object
    Json,
}

/// Runs `streetward evidence …` and writes to standard output.
///
/// # Errors
/// When the data folder cannot be read or holds no index (exit 2) or the output cannot be written.
pub fn run(args: &EvidenceArgs) -> anyhow::Result<ExitCode> {
    run_to(args, &mut io::stdout().lock())
}

/// [`run`] with the output given.
///
/// # Errors
/// As [`run`].
pub fn run_to(args: &EvidenceArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let EvidenceCommand::Verify(args) = &args.command;
    StoreError::refuse_file(&args.data)?;
    let store = Store::open_read(&args.data)?;
    let mut report = verify(&args.data)?;
    let mut index = Vec::new();
    let _ = store.each_event(&EventFilter::default(), |event| {
        if event.evidence_state.has_folder() {
            index.push((event.id, PathBuf::from(event.evidence)));
        }
        ControlFlow::<()>::Continue(())
    })?;
    report.compare_index(&args.data, index);
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&report)? + "\n",
        Format::Table => table(&report),
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever read along had enough (`| head`).
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {}
        done => done.context("cannot write the result to the output")?,
    }
    Ok(ExitCode::from(u8::from(!report.problems.is_empty())))
}

fn table(report: &VerifyReport) -> String {
    let counted = format!(
        "{} and {} compared with their manifests",
        count(report.events, "event"),
        count(report.files, "file")
    );
    if report.problems.is_empty() {
        return format!("{counted}: all is as sealed.\n");
    }
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["problem", "file", "detail"]);
    for problem in &report.problems {
        table.add_row([problem.problem.name(), problem.file.as_str(), problem.detail.as_str()]);
    }
    format!("{table}\n{counted}: {}.\n", count(report.problems.len(), "problem"))
}

fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}
