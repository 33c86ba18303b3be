//! `streetward evidence`: is the stored evidence still what was sealed?

use crate::evidence::chain::{ChainKnown, ChainTold};
use crate::evidence::signing::{self, PublicKey, Trusted};
use crate::evidence::timestamp::Authorities;
use crate::evidence::{VerifyReport, verify, verify_by};
use crate::store::{EventFilter, Store, StoreError};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How a sealed folder is verified without this program.
macro_rules! event_by_hand {
    () => {
        r#"  jq -r '.files[] | "\(.sha256)  \(.name)"' manifest.json | sha256sum --check
  jq -r .signature manifest.sig | sed 's/../\\x&/g' | xargs -0 printf '%b' | head -c 64 > sig.bin
  openssl pkeyutl -verify -pubin -inkey city.pub.pem -rawin -in manifest.json -sigfile sig.bin"#
    };
}

/// How a day of the chain is verified without this program.
macro_rules! chain_by_hand {
    () => {
        r#"  jq -r '"streetward.chain/1", "day \(.day)",
    (if .previous then "previous \(.previous.day) \(.previous.head)" else "previous none" end),
    (.entries[] | if .tombstone
      then "tombstone \(.event) \(.manifest_sha256) \(.tombstone.removed_utc) \(.tombstone.rule)"
      else "event \(.event) \(.manifest_sha256) \(.key_id // "unsigned")" +
        (if .interrupted then " interrupted" else "" end) end)' \
    DAY.json > lines.txt
  sha256sum lines.txt
  jq -r .head DAY.json
  jq -r .signature.signature DAY.json | sed 's/../\\x&/g' | xargs -0 printf '%b' |
    head -c 64 > chain.bin
  openssl pkeyutl -verify -pubin -inkey city.pub.pem -rawin -in lines.txt -sigfile chain.bin"#
    };
}

/// Verify stored evidence
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward evidence verify --data data
  streetward evidence chain --data data")]
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
    /// It checks each manifest's signature by the keys of the data folder (keys/keys.json), or by
    /// those given, compares the folders with the index of events (streetward.db), and all of it with
    /// the daily chain: what was dropped, a day that is missing, a head that is another.
    /// It changes nothing and can run while footage is being worked on.
    #[command(after_help = VERIFY_HELP)]
    Verify(VerifyArgs),
    /// Enter what was sealed and removed since into today's chain, and print its head
    ///
    /// `batch` and `live` do this by themselves. Each day's file under chain/ lists the manifests
    /// found sealed since the day before, and what was removed; its head is the SHA-256 of that list.
    /// Keep the head somewhere else: it shows later that nothing was taken out.
    #[command(after_help = CHAIN_HELP)]
    Chain(ChainArgs),
}

/// The commands of the help text, for a sealed folder: in it, with the public key `city.pub.pem`.
pub const EVENT_BY_HAND: &str = event_by_hand!();
/// The same for a day of the chain, `DAY.json`.
pub const CHAIN_BY_HAND: &str = chain_by_hand!();

const CHAIN_HELP: &str = "\
Exit codes: 0 done, 1 the chain was altered and nothing was entered, 2 the data folder cannot be
used, or a service works there (which does this every five minutes).

Examples:
  streetward evidence chain --data data
  streetward evidence chain --data data --format json";

/// How `evidence chain` is asked.
#[derive(Debug, Args)]
pub struct ChainArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Have days that are over time-stamped by this authority (RFC 3161), as [timestamp] does in
    /// `live`; only the heads leave the house
    #[arg(long, value_name = "URL")]
    timestamp: Option<String>,
    /// Certificates in PEM that the authority's must be under, as [timestamp] names them; a
    /// time-stamp by anybody else is not kept
    #[arg(long, value_name = "FILE", requires = "timestamp")]
    authorities: Option<PathBuf>,
    /// How to print it; json: {"day": "…", "head": "…", "added": n, "entries": n}
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

const VERIFY_HELP: &str = concat!(
    "\
Problems:
  changed      the content is not what was sealed, the file lies where it does not belong, or the
               chain names an event twice and nothing says that it was removed in between
  missing      the manifest names the file, or the index the folder, and it is not there; or the
               manifest is not signed (manifest.sig) although there was a key when it was entered
  added        it is there, and no manifest names the file, the index does not know the folder, or
               the chain says that it was removed
  set_aside    `store repair` put the event's folder into lost+found: it was not as sealed
  unreadable   the file cannot be read or understood
  no_manifest  an event's folder without a manifest
  bad_signature
               the signature is not over this manifest, or is none
  unknown_key  the manifest is signed by a key that is not known, or nobody vouches for a key
  chain_broken
               a day of the chain is missing, is not what was written, or is not signed although
               there was a key that day; or its time-stamp is missing or another
  not_in_chain
               the chain does not name the event: it was dropped, or never entered

Exit codes: 0 all is as sealed, 1 there are problems, 2 the data folder cannot be read, or
holds no streetward data.

By hand, in an event's folder, with the public key that the city has published; the files, then
the manifest that names them:
",
    event_by_hand!(),
    "

By hand, a day of the chain; the sum is the head, which the next day's file names too, and a
time-stamp is verified by openssl ts -verify -digest HEAD -in DAY.tsr -CAfile tsa.pem:
",
    chain_by_hand!(),
    "

Examples:
  streetward evidence verify --data data
  streetward evidence verify --data data --format json
  streetward evidence verify --data data --key city.pub.pem"
);

/// How `evidence verify` is asked.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Trust only this key and those that follow from it (keys/keys.json), whatever else the data
    /// folder says: its public half in PEM, as `streetward keys export-public` printed it; may be
    /// given several times
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    /// Name time-stamps whose authority's certificate is under none of these, in PEM; otherwise only
    /// the signature and the certificate's own time are looked at
    #[arg(long, value_name = "FILE")]
    authorities: Option<PathBuf>,
    /// How to print what was found; json: {"events": n, "files": n, "signed": n, "unsigned": n,
    /// "problems": [...], "chain": {"days": n, "from": "…", "to": "…", "head": "…", …}}
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
    let args = match &args.command {
        EvidenceCommand::Verify(args) => args,
        EvidenceCommand::Chain(args) => return chain(args, out),
    };
    StoreError::refuse_file(&args.data)?;
    let store = Store::open_read(&args.data)?;
    let (mut report, trusted) = match &args.key[..] {
        [] => (verify(&args.data)?, signing::trusted(&args.data).unwrap_or_default()),
        files => {
            let trusted = given(&args.data, files)?;
            (verify_by(&args.data, &trusted)?, trusted)
        }
    };
    let authorities = authorities(args.authorities.as_deref())?;
    let known = ChainKnown { authorities, ..store.chain_known()? };
    let mut index = Vec::new();
    let _ = store.each_event(&EventFilter::default(), |event| {
        if event.evidence_state.has_folder() {
            index.push((event.id, PathBuf::from(event.evidence)));
        }
        ControlFlow::<()>::Continue(())
    })?;
    report.compare_index(&args.data, index);
    report.compare_chain(&args.data, &trusted, &known);
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

fn chain(args: &ChainArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let authorities = authorities(args.authorities.as_deref())?;
    drop(Store::open_read(&args.data)?);
    let store = Store::open(&args.data)?;
    let now = super::clock::now();
    super::signing::ready_for_chain(&args.data, now)?;
    let grown = match store.extend_chain(&args.data, now) {
        Err(StoreError::Chain(e)) => {
            super::output::complain(&e.to_string())?;
            return Ok(ExitCode::from(1));
        }
        grown => grown?,
    };
    if let Some(url) = &args.timestamp
        && let Err(e) =
            store.stamp_chain(&args.data, url, &authorities, super::clock::now().local().date())
    {
        super::output::complain(&e.to_string())?;
    }
    let text = match (args.format, grown) {
        (Format::Json, grown) => serde_json::to_string_pretty(&grown)? + "\n",
        (Format::Table, None) => "There is nothing to enter yet.\n".to_owned(),
        (Format::Table, Some(g)) => format!(
            "{} entered now, {} on {}.\nHead {}\n",
            if g.added == 1 { "1 entry".to_owned() } else { format!("{} entries", g.added) },
            g.entries,
            g.day,
            g.head
        ),
    };
    out.write_all(text.as_bytes()).context("cannot write the result to the output")?;
    Ok(ExitCode::SUCCESS)
}

fn authorities(file: Option<&Path>) -> anyhow::Result<Authorities> {
    Ok(file.map(Authorities::read).transpose()?.unwrap_or_default())
}

/// The keys in these files, and those that they vouch for.
fn given(data: &Path, files: &[PathBuf]) -> anyhow::Result<Trusted> {
    let read = |path: &PathBuf| {
        let pem = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the key {}", path.display()))?;
        PublicKey::from_pem(&pem).with_context(|| path.display().to_string())
    };
    let keys: Vec<PublicKey> = files.iter().map(read).collect::<anyhow::Result<_>>()?;
    Ok(Trusted::rooted_in(&keys, signing::ring(data).ok().flatten().as_ref()))
}

fn table(report: &VerifyReport) -> String {
    let counted = format!(
        "{} and {} compared with their manifests",
        count(report.events, "event"),
        count(report.files, "file")
    );
    let mut more = match report.unsigned {
        0 => String::new(),
        n => format!("{} without a signature.\n", count(n, "manifest")),
    };
    if let Some(told) = &report.chain {
        more.push_str(&chained(told));
    }
    if report.problems.is_empty() {
        return format!("{counted}: all is as sealed.\n{more}");
    }
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["problem", "file", "detail"]);
    for problem in &report.problems {
        table.add_row([problem.problem.name(), problem.file.as_str(), problem.detail.as_str()]);
    }
    format!("{table}\n{counted}: {}.\n{more}", count(report.problems.len(), "problem"))
}

/// What the chain holds, and what of it proves less.
fn chained(told: &ChainTold) -> String {
    let ChainTold { days, from: Some(from), to: Some(to), head: Some(head), .. } = told else {
        return String::new();
    };
    let counted = [("without a signature", told.unsigned), ("with a time-stamp", told.stamped)];
    let counted: Vec<String> = (counted.into_iter().filter(|(_, many)| *many > 0))
        .map(|(how, many)| format!("{} of the chain {how}.\n", count(many, "day")))
        .collect();
    let late: Vec<String> = (told.stamped_late.iter())
        .map(|late| format!("  {} at {}\n", late.day, late.stamped_utc))
        .collect();
    let late_means = if late.is_empty() {
        ""
    } else {
        "Time-stamped more than seven days after their end, so that they may have been written \
         anew until then:\n"
    };
    let (days, counted, late) = (count(*days, "day"), counted.concat(), late.concat());
    format!(
        "The chain has {days} from {from} to {to}; its head is {head}.\n{counted}{late_means}{late}"
    )
}

fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}
