//! `streetward store`: is the data folder sound, what puts it right, and what may go.

mod place;

use crate::alert::Alerter;
use crate::config::{StorageConfig, load_site};
use crate::pipeline::recover;
use crate::store::{CheckReport, RetentionPlan, Store, StoreError, Tidied, Why, check};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Check and repair the data folder, and remove what is kept long enough
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward store check --data data
  streetward store tidy --site streetward.toml --dry-run
  streetward store use --data data --url postgresql://streetward@localhost/streetward")]
pub struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// Hold database, evidence and what was left behind against each other
    ///
    /// It changes nothing and can run beside a service; what is open then is no fault.
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// Put right what can be put right without losing anything
    ///
    /// Evidence that was being made when a service was stopped is finished; folders that the index
    /// does not know are taken up; events whose folder is gone say so; what is damaged is moved into
    /// the data folder's lost+found, never deleted.
    #[command(after_help = REPAIR_HELP)]
    Repair(RepairArgs),
    /// Remove what is kept long enough, and what there is no room for
    ///
    /// What goes is said by the site's [storage]: the oldest of the least protected first. Confirmed
    /// evidence never goes for room. A running service does this by itself.
    #[command(after_help = TIDY_HELP)]
    Tidy(TidyArgs),
    /// Say in which PostgreSQL database a data folder's records lie
    ///
    /// It looks whether the database can be used, makes or updates its tables, and writes
    /// database.toml into the folder. Without that file records lie in the folder's streetward.db.
    #[command(after_help = place::HELP)]
    Use(place::UseArgs),
    /// Carry a data folder's records over into a PostgreSQL database
    ///
    /// Events, decisions, people, the audit trail: all that lies in the folder's streetward.db lies in
    /// the server from then on. Evidence and observations stay in the folder.
    #[command(after_help = place::MOVE_HELP)]
    Move(place::MoveArgs),
}

const CHECK_HELP: &str = "\
Faults:
  database        the database is damaged
  journal         a journal without its database
  missing_folder  the index says that an event has evidence, and its folder is not there
  unknown_folder  a folder of evidence that the index does not know
  evidence        sealed evidence is not what its manifest says
  unsealed        an event was never sealed, and no service is running
  left_behind     a process that was stopped left it
  judge_state     what a camera's rules knew cannot be read
  counts          figures are not what the events say

Exit codes: 0 all is sound, 1 there are faults, 2 the data folder cannot be read, or holds no
streetward data.

Examples:
  streetward store check --data data
  streetward store check --data data --quick --format json";

const REPAIR_HELP: &str = "\
Exit codes: 0 all is sound now, 1 faults are left, 2 another process works in the data folder,
or it cannot be written.

Examples:
  streetward store repair --data data
  streetward store repair --data data --new-index";

const TIDY_HELP: &str = "\
Exit codes: 0 done, 1 a person must see to something (it is named), 2 could not start.

Examples:
  streetward store tidy --site streetward.toml --dry-run
  streetward store tidy --site streetward.toml";

#[derive(Debug, Args)]
struct CheckArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Do not read the files of evidence
    #[arg(long)]
    quick: bool,
    /// How to print what was found; json: {"events": n, "folders": n, "faults": [...]}
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct RepairArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Move the database into lost+found and make a new one of the evidence; what people decided,
    /// users and the audit trail are in the old one alone
    #[arg(long)]
    new_index: bool,
}

#[derive(Debug, Args)]
struct TidyArgs {
    /// Site file, whose [storage] says what is kept and whose data folder is tidied
    #[arg(short, long, value_name = "FILE")]
    site: PathBuf,
    /// Say what would go, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print what goes; json: {"removals": [...], "bytes": n, "alarms": [...]}
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

/// Runs `streetward store …` and writes to standard output.
///
/// # Errors
/// When the data folder cannot be used (exit 2) or the output cannot be written.
pub fn run(args: &StoreArgs) -> anyhow::Result<ExitCode> {
    run_to(args, &mut io::stdout().lock())
}

/// [`run`] with the output given.
///
/// # Errors
/// As [`run`].
pub fn run_to(args: &StoreArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let (text, sound) = match &args.command {
        StoreCommand::Check(args) => checked(args)?,
        StoreCommand::Repair(args) => repaired(args)?,
        StoreCommand::Tidy(args) => tidied(args)?,
        StoreCommand::Use(args) => place::used(args)?,
        StoreCommand::Move(args) => place::moved(args)?,
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever read along had enough (`| head`).
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {}
        done => done.context("cannot write the result to the output")?,
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

fn checked(args: &CheckArgs) -> anyhow::Result<(String, bool)> {
    StoreError::refuse_file(&args.data)?;
    let report = check(&args.data, !args.quick)?;
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&report)? + "\n",
        Format::Table => faults(&report),
    };
    Ok((text, report.faults.is_empty()))
}

fn faults(report: &CheckReport) -> String {
    let use_ =
        if report.in_use { " (a service is running; what is open was passed over)" } else { "" };
    let counted = format!("{} events, {} folders of evidence{use_}", report.events, report.folders);
    if report.faults.is_empty() {
        return format!("{counted}: all is sound.\n");
    }
    let mut table = plain(&["fault", "what", "detail"]);
    for fault in &report.faults {
        table.add_row([fault.kind.name(), fault.subject.as_str(), fault.detail.as_str()]);
    }
    let repairable = report.faults.iter().filter(|f| f.kind.is_repairable()).count();
    format!(
        "{table}\n{counted}: {} faults, of which `streetward store repair` can put {repairable} right.\n",
        report.faults.len()
    )
}

fn repaired(args: &RepairArgs) -> anyhow::Result<(String, bool)> {
    StoreError::refuse_file(&args.data)?;
    let mut done = Vec::new();
    if args.new_index {
        done.extend(Store::put_database_away(&args.data)?);
    } else {
        // Nothing is made where nothing was.
        drop(Store::open_read(&args.data).or_else(|e| match e {
            StoreError::OlderSchema { .. } => Store::open(&args.data),
            other => Err(other),
        })?);
    }
    let store = Store::open(&args.data)?;
    let recovered = recover(&store, &args.data, &Alerter::default())?;
    if recovered.finished + recovered.lost > 0 {
        done.push(format!(
            "{} events that were open were finished, {} could not be and say why",
            recovered.finished, recovered.lost
        ));
    }
    if recovered.records > 0 {
        done.push(format!("{} observation records were finished", recovered.records));
    }
    if recovered.remains > 0 {
        done.push(format!("{} other remains were put away", recovered.remains));
    }
    done.extend(store.repair(&args.data)?);
    drop(store);
    let report = check(&args.data, false)?;
    let mut text = done.join("\n");
    text.push_str(if done.is_empty() { "Nothing needed repair.\n" } else { "\n" });
    text.push_str(&faults(&report));
    Ok((text, report.faults.is_empty()))
}

fn tidied(args: &TidyArgs) -> anyhow::Result<(String, bool)> {
    let site = load_site(&args.site)?;
    // Ages are reckoned from the wall clock; no event is timed by it.
    let now = super::clock::now();
    let (plan, done) = if args.dry_run {
        let store = Store::open_read(&site.data)?;
        (RetentionPlan::new(&store.inventory(&site.data, now)?, &site.storage), None)
    } else {
        let store = Store::open(&site.data)?;
        let plan = RetentionPlan::new(&store.inventory(&site.data, now)?, &site.storage);
        // Before anything goes: what went is said, whatever becomes of this.
        super::signing::ready_for_chain(&site.data, now)?;
        let done = store.tidy(&site.data, &plan)?;
        if let Err(e) = store.extend_chain(&site.data, now) {
            super::output::complain(&format!("the daily chain: {e}"))?;
        }
        (plan, Some(done))
    };
    let failed: &[String] = done.as_ref().map_or(&[], |done| done.failed.as_slice());
    let text = match args.format {
        Format::Json => {
            let object = json!({
                "removals": plan.removals,
                "bytes": plan.bytes(),
                "alarms": plan.alarms,
                "failed": failed,
                "plates": done.as_ref().map_or(0, |done| done.plates),
                "dry_run": args.dry_run,
            });
            serde_json::to_string_pretty(&object)? + "\n"
        }
        Format::Table => removals(&plan, &site.storage, done.as_ref()),
    };
    Ok((text, plan.alarms.is_empty() && failed.is_empty()))
}

fn removals(plan: &RetentionPlan, config: &StorageConfig, done: Option<&Tidied>) -> String {
    let mut text = String::new();
    if !plan.removals.is_empty() {
        let mut table = plain(&["what", "from", "MB", "why"]);
        for r in &plan.removals {
            let why = match r.why {
                Why::Age => format!("its days are over ({})", r.rule),
                Why::Quota => "its kind takes more than its share".to_owned(),
                Why::Room => format!("{} GB stay free", config.keep_free_gigabytes),
            };
            let megabytes = format!("{:.1}", r.item.bytes as f64 / 1e6);
            let path = r.item.path.display().to_string();
            table.add_row([path, r.item.at.local_rfc3339(), megabytes, why]);
        }
        text = format!("{table}\n");
    }
    for alarm in &plan.alarms {
        text.extend(["Attention: ", alarm, ".\n"]);
    }
    let Some(done) = done else {
        let (n, megabytes) = (plan.removals.len(), plan.bytes() as f64 / 1e6);
        return text + &format!("{n} things, {megabytes:.1} MB, would go.\n");
    };
    for failed in &done.failed {
        text.extend(["Not removed: ", failed, ".\n"]);
    }
    if done.plates > 0 {
        text.extend(["Plates of ", &done.plates.to_string(), " events, forgotten.\n"]);
    }
    let (n, megabytes) = (done.events + done.records, done.bytes as f64 / 1e6);
    text + &format!("{n} things, {megabytes:.1} MB, removed.\n")
}

fn plain(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    table
}
