//! `streetward events export`: a file, and what the audit trail keeps of it.

use super::listed::listed;
use super::selection::Selection;
use crate::cli::clock::now;
use crate::cli::records::known;
use crate::report::{Hashed, ListFormat};
use crate::review::Doer;
use crate::store::{EventFilter, StoreError, write_atomically};
use anyhow::bail;
use clap::Args;
use std::io;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// The file to write; its ending gives the format: .jsonl, .json, .csv
    #[arg(long, value_name = "FILE")]
    pub(super) output: PathBuf,
    /// Also what was not confirmed: flags, not violations
    #[arg(long)]
    pub(super) any_status: bool,
    /// The format, where the file's ending does not say it
    #[arg(long, value_enum)]
    pub(super) format: Option<ListFormat>,
    /// CSV for Excel: byte order mark, no cell read as a formula
    #[arg(long)]
    pub(super) bom: bool,
}

/// Writes the file; what leaves is entered into the audit trail before the file has its name. What
/// cannot be entered does not leave.
pub(super) fn export(
    a: &ExportArgs,
    filter: &EventFilter,
    format: ListFormat,
) -> anyhow::Result<u64> {
    let store = known(&a.selection.data)?;
    // A list cut short must not take the place of the old one.
    write_atomically(&a.output, |out| {
        let mut out = Hashed::new(out);
        let written = listed(&store, filter, &mut out, format, a.bom).map_err(|e| match e
            .downcast::<io::Error>()
        {
            Ok(io) => StoreError::from_io(&a.output, io).into(),
            Err(e) => e,
        })?;
        let doer = Doer::Command { uid: rustix::process::getuid().as_raw() };
        let file = a.output.file_name().unwrap_or_default().to_string_lossy();
        let details = serde_json::json!({
            "filter": a.selection.named(a.any_status, filter.status),
            "events": written,
            "sha256": out.end().1,
        });
        store.audit(&doer.entry(now(), "export", &file, details))?;
        Ok(written)
    })
}

/// The format that is asked for, or that the file's ending says.
pub(super) fn export_format(a: &ExportArgs) -> anyhow::Result<ListFormat> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
