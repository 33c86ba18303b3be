//! `streetward audit`: what was done, by whom, and whether the record of it is whole.

use super::instant::{end_instant, first_instant};
use super::output::print;
use crate::media::WallTime;
use crate::store::{AuditEntry, AuditFilter, AuditHead, Store, StoreError, word};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Read the audit trail, or see whether it is whole
///
/// Every look at evidence, decision, export and change of users or configuration is entered here,
/// each entry with the hash of the one before: what is changed or taken out later shows.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward audit list --data data
  streetward audit verify --data data")]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List entries, the latest last
    #[command(after_help = "Examples:
  streetward audit list --data data
  streetward audit list --data data --action login_failed --from 2026-08-01
  streetward audit list --data data --subject u-4be1f0c2a3d49e88 --format jsonl")]
    List(ListArgs),
    /// See whether the trail is as it was written, and name the first entry that is not
    ///
    /// A trail whose tail was cut is whole in itself, and so is one that was written anew from some
    /// entry on: note the head that is printed here elsewhere, and give it with --head later.
    #[command(after_help = "\
Faults:
  changed    an entry is not what was written
  removed    entries are missing
  reordered  an entry stands where another was written
  truncated  the trail ends before the head that was given
  rewritten  the trail is whole, and is not the one the head is of

Exit codes: 0 it is whole, 1 it is not, 2 it cannot be read.

Examples:
  streetward audit verify --data data
  streetward audit verify --data data --head \"$(cat head.txt)\"
  streetward audit verify --data data --format json | jq -r .head > head.txt")]
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Only by this actor (a user's or token's id)
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// Only this action, such as `user_edited`
    #[arg(long, value_name = "WORD")]
    action: Option<String>,
    /// Only about this (the id of a user, an event, a camera)
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// At this time or later: 2026-08-15, 2026-08-15T14:30, local (+07:00) unless it says otherwise
    #[arg(long, value_name = "TIME", value_parser = first_instant)]
    from: Option<WallTime>,
    /// Before this time; a date alone includes that whole day
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    to: Option<WallTime>,
    /// At most so many, the latest
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// How to print them
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ListFormat {
    /// For people
    Table,
    /// For programs: one array
    Json,
    /// For programs: one entry a line
    Jsonl,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// The head noted before, as this command printed it: NUMBER:HASH
    #[arg(long, value_name = "HEAD", value_parser = |text: &str| text.parse::<AuditHead>())]
    head: Option<AuditHead>,
    /// How to print what was found; json: {"sound": bool, "entries": n, "head": "…", "fault": {…}}
    #[arg(long, value_enum, default_value_t = VerifyFormat::Table)]
    format: VerifyFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum VerifyFormat {
    /// For people
    Table,
    /// For programs: one object
    Json,
}

pub(super) fn run(args: &AuditArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        AuditCommand::List(a) => list(a),
        AuditCommand::Verify(a) => verify(a),
    }
}

fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    StoreError::refuse_file(&args.data)?;
    let store = Store::open_read(&args.data)?;
    let mut entries = store.audit_entries(&AuditFilter {
        actor: args.actor.clone(),
        action: args.action.clone(),
        subject: args.subject.clone(),
        from: args.from,
        to: args.to,
        before: None,
        limit: args.limit,
    })?;
    entries.reverse();
    let text = match args.format {
        ListFormat::Json => serde_json::to_string_pretty(&entries)? + "\n",
        ListFormat::Jsonl => {
            let mut text = String::new();
            for entry in &entries {
                text.push_str(&serde_json::to_string(entry).context("cannot write an entry")?);
                text.push('\n');
            }
            text
        }
        ListFormat::Table if entries.is_empty() => "No entry was found.\n".to_owned(),
        ListFormat::Table => format!("{}\n", table(&entries)),
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn table(entries: &[AuditEntry]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(["number", "at", "actor", "action", "subject", "details", "address"]);
    for e in entries {
        table.add_row([
            e.number.to_string(),
            e.at.local().strftime("%Y-%m-%d %H:%M:%S").to_string(),
            format!("{} {}", word(&e.actor_kind), e.actor),
            e.action.clone(),
            e.subject.clone(),
            e.details.clone(),
            e.address.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn verify(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    StoreError::refuse_file(&args.data)?;
    let store = Store::open_read(&args.data)?;
    let verdict = store.verify_audit(args.head.as_ref())?;
    let head = verdict.head.as_ref().map(ToString::to_string);
    let sound = verdict.broken.is_none();
    let text = match args.format {
        VerifyFormat::Json => {
            let object = json!({
                "sound": sound,
                "entries": verdict.entries,
                "head": head,
                "fault": verdict.broken,
            });
            serde_json::to_string_pretty(&object)? + "\n"
        }
        VerifyFormat::Table => {
            let head = head.map(|h| format!("\nhead {h}")).unwrap_or_default();
            match verdict.broken {
                None => format!("{} entries: the audit trail is whole.{head}\n", verdict.entries),
                Some(broken) => format!(
                    "The audit trail is NOT whole: {broken}.\nSound before it: {} entries.{head}\n",
                    verdict.entries
                ),
            }
        }
    };
    print(&text)?;
    Ok(ExitCode::from(u8::from(!sound)))
}
