//! `streetward alerts`: what was told to whom, what could not be, and a try of a sink.

use super::choice::one_of;
use super::clock::now;
use super::output::print;
use crate::alert::{Courier, Message};
use crate::config::{SITE_FILE, read_site};
use crate::media::WallTime;
use crate::store::{LetterState, OutboxLetter, Store, StoreError, word};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Show alerts, try those again that were given up, or test where they go
///
/// Every alert waits in the data folder until its sink ([[alerts]] in the site file) has taken it.
/// One that cannot be delivered is tried again, ever more seldom; one that its sink refuses, or that
/// could not be delivered for days, is given up and listed by `dead`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward alerts list --data data
  streetward alerts dead --data data
  streetward alerts retry --data data --all
  streetward alerts test --site streetward.toml --sink duty_room")]
pub struct AlertsArgs {
    #[command(subcommand)]
    command: AlertsCommand,
}

#[derive(Debug, Subcommand)]
enum AlertsCommand {
    /// List alerts, the latest last
    #[command(after_help = "Examples:
  streetward alerts list --data data
  streetward alerts list --data data --sink duty_room --state waiting --format json")]
    List(ListArgs),
    /// List the alerts that were given up, with why
    #[command(after_help = "Examples:
  streetward alerts dead --data data
  streetward alerts dead --data data --format json | jq -r '.[].letter.key'")]
    Dead(DeadArgs),
    /// Let alerts that were given up be tried again
    ///
    /// The running service takes them up within a minute; without one, the next start does.
    #[command(after_help = "Examples:
  streetward alerts retry --data data --all
  streetward alerts retry --data data --all --sink duty_room
  streetward alerts retry --data data 4be1f0c2a3d49e88a2c0d8b1e7f60513")]
    Retry(RetryArgs),
    /// Send a test message to a sink and say what came of it
    ///
    /// Exit codes: 0 the sink took it, 1 it did not, 2 the site file cannot be used.
    #[command(after_help = "Examples:
  streetward alerts test --sink duty_room
  streetward alerts test --site streetward.toml --sink duty_room")]
    Test(TestArgs),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs: one array
    Json,
}

#[derive(Debug, Args)]
struct Listed {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Only of this sink
    #[arg(long, value_name = "NAME")]
    sink: Option<String>,
    /// At most so many, the latest
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    listed: Listed,
    /// Only those that stand so
    #[arg(long, value_parser = one_of::<LetterState, _>(["waiting", "sent", "dead"]))]
    state: Option<LetterState>,
}

#[derive(Debug, Args)]
struct DeadArgs {
    #[command(flatten)]
    listed: Listed,
}

#[derive(Debug, Args)]
struct RetryArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Only of this sink
    #[arg(long, value_name = "NAME")]
    sink: Option<String>,
    /// All of them
    #[arg(long, conflicts_with = "keys", required_unless_present = "keys")]
    all: bool,
    /// The keys of those, as `dead` lists them
    #[arg(value_name = "KEY")]
    keys: Vec<String>,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// Site file
    #[arg(short, long, value_name = "FILE", default_value = SITE_FILE)]
    site: PathBuf,
    /// The sink's name in the site file
    #[arg(long, value_name = "NAME")]
    sink: String,
}

pub(super) fn run(args: &AlertsArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        AlertsCommand::List(a) => list(&a.listed, a.state),
        AlertsCommand::Dead(a) => list(&a.listed, Some(LetterState::Dead)),
        AlertsCommand::Retry(a) => retry(a),
        AlertsCommand::Test(a) => test(a),
    }
}

fn list(args: &Listed, state: Option<LetterState>) -> anyhow::Result<ExitCode> {
    StoreError::refuse_file(&args.data)?;
    let store = Store::open_read(&args.data)?;
    let letters = store.letters(state, args.sink.as_deref(), args.limit)?;
    if let Format::Json = args.format {
        print(&format!("{}\n", serde_json::to_string_pretty(&letters)?))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    if letters.is_empty() {
        let what = if state == Some(LetterState::Dead) { "given up" } else { "found" };
        writeln!(text, "No alert was {what}.")?;
    } else {
        writeln!(text, "{}", table(&letters))?;
    }
    for count in store.outbox_counts()? {
        let since = count
            .oldest_waiting
            .map(|t| format!(", the oldest from {}", local(t)))
            .unwrap_or_default();
        writeln!(
            text,
            "{}: {} waiting{since}, {} sent, {} given up",
            count.sink, count.waiting, count.sent, count.dead
        )?;
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn table(letters: &[OutboxLetter]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header([
            "key",
            "sink",
            "state",
            "news of",
            "about",
            "tries",
            "next try or end",
            "why",
        ]);
    for l in letters {
        let about = serde_json::from_str::<Message>(&l.letter.body)
            .map_or_else(|_| l.letter.subject.clone(), |m| m.brief());
        let time = match l.state {
            LetterState::Waiting => l.next_try.map_or("at once".to_owned(), local),
            LetterState::Sent | LetterState::Dead => l.ended.map(local).unwrap_or_default(),
        };
        table.add_row([
            &l.letter.key,
            &l.letter.sink,
            &word(&l.state),
            &local(l.letter.at),
            &about,
            &l.tries.to_string(),
            &time,
            l.why.as_deref().unwrap_or_default(),
        ]);
    }
    table
}

fn local(t: WallTime) -> String {
    t.local().strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn retry(args: &RetryArgs) -> anyhow::Result<ExitCode> {
    StoreError::refuse_file(&args.data)?;
    let store = Store::open_beside(&args.data)?;
    let retried = store.retry_dead(args.sink.as_deref(), &args.keys)?;
    let plural = if retried == 1 { "" } else { "s" };
    print(&format!("{retried} alert{plural} will be tried again.\n"))?;
    let missed = !args.keys.is_empty() && retried < args.keys.len() as u64;
    if missed {
        print("Not every key names an alert that was given up; see `streetward alerts dead`.\n")?;
    }
    Ok(ExitCode::from(u8::from(missed)))
}

fn test(args: &TestArgs) -> anyhow::Result<ExitCode> {
    let site = read_site(&args.site).site?;
    let Some(sink) = site.alerts.iter().find(|s| s.name == args.sink) else {
        let names: Vec<String> = site.alerts.iter().map(|s| format!("\"{}\"", s.name)).collect();
        let known = if names.is_empty() {
            "it has no [[alerts]]".to_owned()
        } else {
            format!("its alerts are {}", names.join(", "))
        };
        bail!("{} names no alerts \"{}\": {known}", args.site.display(), args.sink);
    };
    let kind = sink.target.kind();
    let mut courier = Courier::new(sink.clone(), Path::new(&site.data))
        .with_context(|| format!("{} cannot be used", args.site.display()))?;
    match courier.send_test(now()) {
        Ok(()) => {
            print(&format!("\"{}\" ({kind}) took the test message.\n", args.sink))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            print(&format!("\"{}\" ({kind}) did not take the test message: {why}.\n", args.sink))?;
            Ok(ExitCode::from(1))
        }
    }
}
