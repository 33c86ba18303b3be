//! `streetward events`: lists what was found, and writes it to a file for other programs.

mod export;
mod recurrence;

use crate::media::WallTime;
use crate::report::{ListFormat, Listing};
use crate::rules::{Domain, Kind};
use crate::store::{EventFilter, Status, Store, StoreError, from_word};
use anyhow::bail;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The words of [`Status::ALL`].
const STATUSES: [&str; 5] = ["pending", "acknowledged", "confirmed", "dismissed", "cannot_tell"];

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

#[derive(Debug, Args)]
struct ExportArgs {
    #[command(flatten)]
    selection: Selection,
    /// The file to write; its ending gives the format: .jsonl, .json, .csv
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Also what was not confirmed: flags, not violations
    #[arg(long)]
    any_status: bool,
    /// The format, where the file's ending does not say it
    #[arg(long, value_enum)]
    format: Option<ListFormat>,
    /// CSV for Excel: byte order mark, no cell read as a formula
    #[arg(long)]
    bom: bool,
}

/// Which events; every option narrows.
#[derive(Debug, Args)]
struct Selection {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Only this camera (its id)
    #[arg(short, long, value_name = "ID")]
    camera: Option<String>,
    /// Only this kind
    #[arg(long, value_parser = one_of::<Kind, _>(Kind::ALL.map(Kind::name)))]
    kind: Option<Kind>,
    /// Only this domain
    #[arg(long, value_parser = one_of::<Domain, _>(Domain::ALL.map(Domain::name)))]
    domain: Option<Domain>,
    /// Only with this review status
    #[arg(long, value_parser = one_of::<Status, _>(STATUSES))]
    status: Option<Status>,
    /// Started at this time or later: 2026-08-15, 2026-08-15T14:30, local (+07:00) unless it says otherwise
    #[arg(long, value_name = "TIME", value_parser = first_instant)]
    from: Option<WallTime>,
    /// Started before this time; a date alone includes that whole day
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    to: Option<WallTime>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Every sighting of an incident, not only its first
    #[arg(long)]
    all: bool,
}

impl Selection {
    fn filter(&self) -> EventFilter {
        EventFilter {
            camera: self.camera.clone(),
            kind: self.kind,
            domain: self.domain,
            status: self.status,
            from: self.from,
            to: self.to,
            merged: !self.all,
            limit: self.limit,
            ..EventFilter::default()
        }
    }
}

/// An option's values, so that help shows them and a slip is answered with the nearest.
pub(super) fn one_of<T, const N: usize>(
    words: [&'static str; N],
) -> impl TypedValueParser<Value = T>
where
    T: serde::de::DeserializeOwned + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| from_word::<T>(&word))
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

fn listed(
    store: &Store,
    filter: &EventFilter,
    out: impl Write,
    format: ListFormat,
    bom: bool,
) -> anyhow::Result<u64> {
    let mut listing = Listing::new(out, format, bom);
    let flow = store.each_event(filter, |e| match listing.event(&e) {
        Ok(()) => ControlFlow::Continue(()),
        Err(e) => ControlFlow::Break(e),
    })?;
    if let ControlFlow::Break(e) = flow {
        return Err(e.into());
    }
    Ok(listing.end()?)
}

fn export_format(a: &ExportArgs) -> anyhow::Result<ListFormat> {
    let by_ending = match a.output.extension().and_then(|e| e.to_str()) {
        Some("jsonl" | "ndjson") => Some(ListFormat::Jsonl),
        Some("json") => Some(ListFormat::Json),
        Some("csv") => Some(ListFormat::Csv),
        _ => None,
    };
    match a.format.or(by_ending) {
        Some(ListFormat::Table) => {
            bail!("a table is for reading: give --format jsonl, json or csv")
        }
        Some(format) => Ok(format),
        None => bail!(
            "cannot tell the format of {} by its ending: name it .jsonl, .json or .csv, or give --format",
            a.output.display()
        ),
    }
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

pub(super) fn first_instant(text: &str) -> Result<WallTime, String> {
    instant(text, false)
}

pub(super) fn end_instant(text: &str) -> Result<WallTime, String> {
    instant(text, true)
}

/// `day_after`: a date alone means the midnight that ends it.
fn instant(text: &str, day_after: bool) -> Result<WallTime, String> {
    if let Ok(t) = text.parse::<Timestamp>() {
        return Ok(WallTime(t));
    }
    let local = match text.parse::<Date>() {
        Ok(day) if text.len() <= 10 => {
            let day = if day_after { day.checked_add(1.day()) } else { Ok(day) };
            day.map(|d| d.at(0, 0, 0, 0))
        }
        _ => text.parse::<DateTime>(),
    };
    local.and_then(|t| Offset::constant(7).to_timestamp(t)).map(WallTime).map_err(|_| {
        "give a date like 2026-08-15, a local time like 2026-08-15T14:30, or one with its zone like \
         2026-08-15T07:30:00Z"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(t: Result<WallTime, String>) -> String {
        t.unwrap().utc_rfc3339()
    }

    #[test]
    fn times_without_a_zone_are_local() {
        assert_eq!(utc(first_instant("2026-08-15")), "2026-08-14T17:00:00.000Z");
        assert_eq!(utc(end_instant("2026-08-15")), "2026-08-15T17:00:00.000Z");
        assert_eq!(utc(first_instant("2026-08-15T14:30")), "2026-08-15T07:30:00.000Z");
        assert_eq!(utc(end_instant("2026-08-15 14:30:05")), "2026-08-15T07:30:05.000Z");
        assert_eq!(utc(first_instant("2026-08-15T14:30:00+09:00")), "2026-08-15T05:30:00.000Z");
        assert_eq!(utc(first_instant("2026-08-15T07:30:00Z")), "2026-08-15T07:30:00.000Z");
        assert!(first_instant("yesterday").unwrap_err().contains("2026-08-15"));
        assert!(first_instant("2026-02-30").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_time_or_a_sentence(text in ".{0,30}") {
            let _ = instant(&text, true);
        }

        #[test]
        fn what_is_printed_is_understood(ms in 0i64..4_000_000_000_000) {
            let t = WallTime(Timestamp::from_millisecond(ms).unwrap());
            prop_assert_eq!(first_instant(&t.local_rfc3339()), Ok(t));
            prop_assert_eq!(first_instant(&t.utc_rfc3339()), Ok(t));
        }
    }

    #[test]
    fn the_ending_gives_the_format() {
        let of = |name: &str, format| {
            export_format(&ExportArgs {
                selection: Selection {
                    data: PathBuf::from("data"),
                    camera: None,
                    kind: None,
                    domain: None,
                    status: None,
                    from: None,
                    to: None,
                    limit: None,
                    all: false,
                },
                output: PathBuf::from(name),
                any_status: false,
                format,
                bom: false,
            })
        };
        assert_eq!(of("a.csv", None).unwrap(), ListFormat::Csv);
        assert_eq!(of("a.csv", Some(ListFormat::Json)).unwrap(), ListFormat::Json);
        assert!(of("a.txt", None).unwrap_err().to_string().contains("a.txt"));
        assert!(of("a.jsonl", Some(ListFormat::Table)).is_err());
    }
}
