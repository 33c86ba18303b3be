//! `streetward handover`: evidence for other agencies, asked by one person and allowed by another.

mod pack;
mod range;
mod who;

use super::clock::now;
use super::output::print;
use super::records::known;
use crate::handover::{self, Draft, PackReport, key_ids, verify_pack};
use crate::review::Actor;
use crate::store::{HandoverRequest, RequestState, Store, StoreError, from_word, word};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use pack::{PackArgs, pack};
use range::RangeArgs;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use who::{DataArgs, actor, doer};

/// Hand confirmed events over to another agency
///
/// One person enters a request, another one allows it, and a pack is made: the sealed files as they
/// are, copies in which people and plates that are not involved are blurred, what was in force, who did
/// what when, and a signed manifest. Its index.html verifies it in any browser, without a network.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward handover request --data data --by lan --agency \"CSGT tỉnh\" --receiver \"Thiếu tá An\" \\
    --purpose \"Xử lý vi phạm\" --legal-basis \"Công văn 12/CSGT\" 0123456789abcdef0123
  streetward handover approve --data data --by minh hr-0123456789abcdef
  streetward handover pack --data data hr-0123456789abcdef
  streetward handover verify pack-pk-0123456789abcdef.zip --key 0123456789abcdef")]
pub struct HandoverArgs {
    #[command(subcommand)]
    command: HandoverCommand,
}

#[derive(Debug, Subcommand)]
enum HandoverCommand {
    /// Enter a request for confirmed events, named one by one or by a range
    ///
    /// A range takes the confirmed events that started in it, at most 200; how many of it are under
    /// review still is said and kept with the request.
    #[command(after_help = "Examples:
  streetward handover request --data data --by lan --agency \"CSGT tỉnh\" --receiver \"Thiếu tá An\" \\
    --purpose \"Xử lý vi phạm\" --legal-basis \"Công văn 12/CSGT\" 0123456789abcdef0123
  streetward handover request --data data --by lan --agency \"CSGT tỉnh\" --receiver \"Thiếu tá An\" \\
    --purpose \"Xử lý vi phạm\" --legal-basis \"Công văn 12/CSGT\" \\
    --from 2026-08-01 --to 2026-08-31 --kind illegal_parking --ward \"Phường 1\"")]
    Request(RequestArgs),
    /// Allow a request that somebody else entered
    #[command(after_help = "Example:
  streetward handover approve --data data --by minh hr-0123456789abcdef")]
    Approve(DecideArgs),
    /// Refuse a request that somebody else entered, saying why
    #[command(after_help = "Example:
  streetward handover refuse --data data --by minh --note \"thiếu văn bản\" hr-0123456789abcdef")]
    Refuse(DecideArgs),
    /// Make the pack of a request that was allowed
    ///
    /// The archive is put into the data folder's packs and goes when its time is over.
    #[command(after_help = "Examples:
  streetward handover pack --data data hr-0123456789abcdef
  streetward handover pack --data data --out /media/usb --by lan hr-0123456789abcdef")]
    Pack(PackArgs),
    /// List requests and where they stand
    #[command(after_help = "Examples:
  streetward handover list --data data
  streetward handover list --data data --state asked --format json")]
    List(ListArgs),
    /// Verify a pack, its folder or its archive
    #[command(after_help = VERIFY_HELP)]
    Verify(VerifyArgs),
}

const VERIFY_HELP: &str = "\
Problems:
  signature      the manifest is not what was signed
  wrong_key      it is signed by another key than those given
  no_manifest    there is no manifest or signature that can be read
  event_missing  an event was taken out of the pack
  missing        a file is not there
  changed        a file's content is not what was packed
  added          a file that the manifest does not name
  unreadable     a file cannot be read

Exit codes: 0 all is as packed, 1 there are problems, 2 it is no pack or cannot be read.

Examples:
  streetward handover verify pack-pk-0123456789abcdef.zip --key 0123456789abcdef
  streetward handover verify pack-pk-0123456789abcdef --data data --format json";

#[derive(Debug, Args)]
struct ByArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The user who does it, by the name that he signs in with
    #[arg(long, value_name = "USER")]
    by: String,
}

#[derive(Debug, Args)]
struct RequestArgs {
    #[command(flatten)]
    who: ByArgs,
    /// Which agency asks
    #[arg(long, value_name = "NAME")]
    agency: String,
    /// Who there: name and office
    #[arg(long, value_name = "NAME")]
    receiver: String,
    /// What for
    #[arg(long, value_name = "TEXT")]
    purpose: String,
    /// By which law or document
    #[arg(long, value_name = "TEXT")]
    legal_basis: String,
    /// Days for which the pack may be taken
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u32,
    #[command(flatten)]
    range: RangeArgs,
    /// Ids of confirmed events
    #[arg(required_unless_present = "from", value_name = "EVENT")]
    events: Vec<String>,
}

#[derive(Debug, Args)]
struct DecideArgs {
    #[command(flatten)]
    who: ByArgs,
    /// What is written with it; a refusal needs it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The request's id
    #[arg(value_name = "REQUEST")]
    request: String,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Only those that stand here: asked, approved, refused, packed, expired
    #[arg(long, value_name = "STATE", value_parser = |t: &str| from_word::<RequestState>(t))]
    state: Option<RequestState>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// The pack's folder, or its archive
    #[arg(value_name = "PACK")]
    pack: PathBuf,
    /// The key it must be signed with: its id (16 digits) or itself (64 digits), as published
    #[arg(long, value_name = "KEY")]
    key: Vec<String>,
    /// Take the keys of this data folder as well
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How to print what was found
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

pub(super) fn run(args: &HandoverArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        HandoverCommand::Request(a) => request(a)?,
        HandoverCommand::Approve(a) => {
            let (store, actor) = a.who.open()?;
            let note = a.note.as_deref();
            let done = handover::approve(&store, &doer(&actor), &a.request, note, now())?;
            print(&format!("{} is allowed; make its pack with `handover pack`.\n", done.id))?;
        }
        HandoverCommand::Refuse(a) => {
            let (store, actor) = a.who.open()?;
            let note = a.note.clone().unwrap_or_default();
            let done = handover::refuse(&store, &doer(&actor), &a.request, &note, now())?;
            print(&format!("{} is refused.\n", done.id))?;
        }
        HandoverCommand::Pack(a) => pack(a)?,
        HandoverCommand::List(a) => list(a)?,
        HandoverCommand::Verify(a) => return verify(a),
    }
    Ok(ExitCode::SUCCESS)
}

impl ByArgs {
    /// The store, and the user for whom it is done.
    fn open(&self) -> anyhow::Result<(Store, Actor)> {
        let store = known(&self.data.data)?;
        let actor = actor(&store, &self.by)?;
        Ok((store, actor))
    }
}

fn request(args: &RequestArgs) -> anyhow::Result<()> {
    let (store, actor) = args.who.open()?;
    let draft = Draft {
        agency: args.agency.clone(),
        receiver: args.receiver.clone(),
        purpose: args.purpose.clone(),
        legal_basis: args.legal_basis.clone(),
        valid_days: args.days,
        events: args.events.clone(),
        range: args.range.range(),
    };
    let made = handover::ask(&store, &doer(&actor), &draft, now())?;
    let left = made.range.as_ref().map(range::left_out).unwrap_or_default();
    let count = made.events.len();
    print(&format!("{} waits for somebody else to allow it; events: {count}.\n{left}", made.id))
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    StoreError::refuse_file(&args.data.data)?;
    let store = Store::open_read(&args.data.data)?;
    let requests = store.requests(args.state, None, 1000)?;
    let text = match args.format {
        Format::Json => {
            let all: Vec<Value> = requests.iter().map(told).collect();
            serde_json::to_string_pretty(&all)? + "\n"
        }
        Format::Table if requests.is_empty() => "No request was found.\n".to_owned(),
        Format::Table => {
            let mut table = Table::new();
            table.load_preset(presets::NOTHING);
            table.set_content_arrangement(ContentArrangement::Disabled);
            table.set_header(["request", "state", "agency", "events", "asked", "pack until"]);
            for r in &requests {
                table.add_row([
                    r.id.clone(),
                    word(&r.state),
                    r.agency.clone(),
                    r.events.len().to_string(),
                    r.asked.local().strftime("%Y-%m-%d %H:%M").to_string(),
                    r.pack.as_ref().map(|p| p.expires.local_rfc3339()).unwrap_or_default(),
                ]);
            }
            format!("{table}\n")
        }
    };
    print(&text)
}

fn told(r: &HandoverRequest) -> Value {
    let pack = r.pack.as_ref().map(|p| {
        json!({
            "id": p.id, "made_utc": p.made.utc_rfc3339(), "expires_utc": p.expires.utc_rfc3339(),
            "bytes": p.bytes, "sha256": p.sha256, "manifest_sha256": p.manifest_sha256,
            "key": p.key_id,
        })
    });
    json!({
        "id": r.id, "state": word(&r.state), "agency": r.agency, "receiver": r.receiver,
        "purpose": r.purpose, "legal_basis": r.legal_basis, "valid_days": r.valid_days,
        "asked_by": r.asked_by, "asked_utc": r.asked.utc_rfc3339(), "decided_by": r.decided_by,
        "decided_utc": r.decided.map(crate::media::WallTime::utc_rfc3339),
        "decision_note": r.decision_note, "trouble": r.trouble,
        "range": r.range,
        "events": r.events.iter().map(|e| e.event.as_str()).collect::<Vec<_>>(), "pack": pack,
    })
}

fn verify(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let mut trusted = args.key.clone();
    for key in &trusted {
        let sound = matches!(key.len(), 16 | 64) && key.bytes().all(|b| b.is_ascii_hexdigit());
        if !sound {
            bail!("--key {key}: give the key's id (16 hexadecimal digits) or the key (64)");
        }
    }
    if let Some(data) = &args.data {
        let known = key_ids(data)?;
        if known.is_empty() {
            bail!("{} holds no keys; check --data", data.display());
        }
        trusted.extend(known);
    }
    let report = verify_pack(&args.pack, &trusted, now())?;
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&report)? + "\n",
        Format::Table => table(&report),
    };
    print(&text)?;
    Ok(ExitCode::from(u8::from(!report.problems.is_empty())))
}

fn table(report: &PackReport) -> String {
    let key = report.key.as_deref().unwrap_or("none");
    let trust = match report.key_trusted {
        Some(true) => "one of those given",
        Some(false) => "NOT one of those given",
        None => "compare it with the one that the unit has published",
    };
    let over = if report.expired {
        let until = report.expires_utc.as_deref().unwrap_or_default();
        format!("\nits time was over at {until}: ask anew if it is still needed")
    } else {
        String::new()
    };
    let counted =
        format!("{} events, {} files; key {key}: {trust}{over}", report.events, report.files);
    if report.problems.is_empty() {
        return format!("{counted}\nAll is as it was packed.\n");
    }
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["problem", "file", "detail"]);
    for p in &report.problems {
        table.add_row([p.problem.name(), p.file.as_str(), p.detail.as_str()]);
    }
    format!("{table}\n{counted}\n{} problems.\n", report.problems.len())
}
