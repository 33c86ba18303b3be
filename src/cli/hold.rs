//! `streetward hold`: evidence that is kept for a case.

use super::clock::now;
use super::instant::end_instant;
use super::output::print;
use super::records::known;
use crate::media::WallTime;
use crate::review::{Doer, hold_reason, new_hold};
use crate::store::{Hold, HoldFilter, HoldLifted, HoldPut, Lifted, Store, StoreError};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Keep evidence for a case, whatever its age and however full the disk
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward hold add 0f1e2d3c4b5a69788796 --data data --reason \"Hồ sơ 12/2026\"
  streetward hold list --data data
  streetward hold lift h-4be1f0c2a3d49e88 --data data --reason \"Đã kết thúc\"")]
pub struct HoldArgs {
    #[command(subcommand)]
    command: HoldCommand,
}

#[derive(Debug, Subcommand)]
enum HoldCommand {
    /// Keep an event's evidence
    #[command(after_help = "\
Exit codes: 0 it is kept, 2 there is no such event, or neither evidence nor a plate of it.

Example:
  streetward hold add 0f1e2d3c4b5a69788796 --data data --reason \"Hồ sơ 12/2026\" --until 2027-12-31")]
    Add(AddArgs),
    /// List what is kept, the latest first
    #[command(after_help = "Examples:
  streetward hold list --data data
  streetward hold list --data data --all --format json")]
    List(ListArgs),
    /// Keep it no longer than the site says
    #[command(after_help = "\
Exit codes: 0 lifted, 2 there is no such hold, or it was lifted before.

Example:
  streetward hold lift h-4be1f0c2a3d49e88 --data data --reason \"Đã kết thúc\"")]
    Lift(LiftArgs),
}

#[derive(Debug, Args)]
struct AddArgs {
    /// The event's id
    event: String,
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// For which case
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Not longer than this; a date alone includes that whole day [default: until it is lifted]
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    until: Option<WallTime>,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Also those that are over or lifted
    #[arg(long)]
    all: bool,
    /// How to print them; json: one array
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct LiftArgs {
    /// The hold's id
    hold: String,
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs: one array
    Json,
}

/// Runs `streetward hold …`.
pub(super) fn run(args: &HoldArgs) -> anyhow::Result<ExitCode> {
    let uid = rustix::process::getuid().as_raw();
    let (doer, by) = (Doer::Command { uid }, format!("uid {uid}"));
    let text = match &args.command {
        HoldCommand::Add(a) => {
            let hold = new_hold(&a.event, &a.reason, &by, now(), a.until)?;
            let details = json!({
                "hold": hold.id, "reason": hold.reason, "until": hold.until.map(WallTime::utc_rfc3339),
            });
            let entry = doer.entry(now(), "hold_added", &hold.event, details);
            match known(&a.data)?.put_hold(&hold, &entry)? {
                HoldPut::Done => format!("{} is kept: {}\n", hold.event, hold.id),
                HoldPut::NoEvent => bail!("there is no event {} (events list names them)", a.event),
                HoldPut::NoEvidence => {
                    bail!("event {} has neither evidence nor a plate that could be kept", a.event)
                }
            }
        }
        HoldCommand::Lift(a) => {
            let store = known(&a.data)?;
            let Some(hold) = store.hold(&a.hold)? else {
                bail!("there is no hold {} (hold list names them)", a.hold);
            };
            let lifted = Lifted { at: now(), by, reason: hold_reason(&a.reason)? };
            let details = json!({ "hold": hold.id, "reason": lifted.reason });
            let entry = doer.entry(now(), "hold_lifted", &hold.event, details);
            match store.lift_hold(&a.hold, &lifted, &entry)? {
                HoldLifted::Done => format!("{} is lifted.\n", a.hold),
                HoldLifted::NoHold => bail!("there is no hold {} (hold list names them)", a.hold),
                HoldLifted::Before => bail!("{} was lifted before", a.hold),
            }
        }
        HoldCommand::List(a) => list(a)?,
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn list(args: &ListArgs) -> anyhow::Result<String> {
    StoreError::refuse_file(&args.data)?;
    let active_at = (!args.all).then(now);
    let holds =
        Store::open_read(&args.data)?.holds(&HoldFilter { active_at, ..HoldFilter::default() })?;
    Ok(match args.format {
        Format::Json => serde_json::to_string_pretty(&holds)? + "\n",
        Format::Table if holds.is_empty() => "Nothing is kept for a case.\n".to_owned(),
        Format::Table => table(&holds),
    })
}

fn table(holds: &[Hold]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["hold", "event", "from", "until", "by", "reason"]);
    for hold in holds {
        let until = match (&hold.lifted, hold.until) {
            (Some(lifted), _) => format!("lifted {}", lifted.at.local_rfc3339()),
            (None, Some(until)) => until.local_rfc3339(),
            (None, None) => "–".to_owned(),
        };
        let from = hold.at.local_rfc3339();
        table.add_row([&hold.id, &hold.event, &from, &until, &hold.by, &hold.reason]);
    }
    format!("{table}\n")
}
