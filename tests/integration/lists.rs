//! Lists of events in every format, printed and exported.

#![allow(clippy::unwrap_used)]

use crate::postgres_rig::data_folder;
use crate::sample::{filled, sample};
use clap::Parser;
use std::path::Path;
use streetward::cli::events::{self, EventsArgs};
use streetward::report::{ListFormat, Listing};
use streetward::store::{EventRecord, Status};
use tempfile::TempDir;

/// Four events, one of which begins with what a spreadsheet takes for a formula.
fn listed(format: ListFormat, bom: bool, n: u32) -> String {
    let mut out = Vec::new();
    let mut listing = Listing::new(&mut out, format, bom);
    for i in 0..n {
        let mut e = sample(i);
        if i == 2 {
            "=HYPERLINK(\"x\"), \"quoted\"".clone_into(&mut e.camera_name);
            e.status = Status::Confirmed;
            e.complete = false;
        }
        listing.event(&e).unwrap();
    }
    assert_eq!(listing.end().unwrap(), u64::from(n));
    String::from_utf8(out).unwrap()
}

#[test]
fn lists_look_as_agreed() {
    for (name, format) in [
        ("table", ListFormat::Table),
        ("json", ListFormat::Json),
        ("jsonl", ListFormat::Jsonl),
        ("csv", ListFormat::Csv),
    ] {
        insta::assert_snapshot!(format!("list_{name}"), listed(format, false, 4));
        insta::assert_snapshot!(format!("list_{name}_empty"), listed(format, false, 0));
    }
    let widest = listed(ListFormat::Table, false, 4).lines().map(|l| l.chars().count()).max();
    assert!(widest <= Some(100), "{widest:?} columns");
    let excel = listed(ListFormat::Csv, true, 4);
    assert!(excel.starts_with("\u{feff}id,kind"));
    assert!(excel.contains("\"'=HYPERLINK(\"\"x\"\"), \"\"quoted\"\"\""), "{excel}");
}

#[derive(Parser)]
struct Commands {
    #[command(flatten)]
    args: EventsArgs,
}

fn command(data: &Path, words: &str, output: Option<&Path>) -> anyhow::Result<()> {
    let mut all = vec!["events".into()];
    all.extend(words.split_whitespace().map(std::ffi::OsString::from));
    all.extend(["--data".into(), data.into()]);
    if let Some(o) = output {
        all.extend(["--output".into(), o.into()]);
    }
    events::run(&Commands::try_parse_from(all)?.args).map(|_| ())
}

#[test]
fn exports_are_whole_or_absent() {
    let data = data_folder();
    drop(filled(data.path(), 30));
    let out = data.path().join("out.jsonl");
    command(
        data.path(),
        "export --any-status --kind restricted_area --from 2026-08-15T14:30 --to 2026-08-15",
        Some(&out),
    )
    .unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    let rows: Vec<serde_json::Value> =
        text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(rows.len(), 10);
    for key in "id kind domain camera zone source start_media_seconds moment_media_seconds \
                end_media_seconds start_utc status evidence"
        .split_whitespace()
    {
        assert!(rows.iter().all(|r| r.get(key).is_some()), "{key}");
    }
    let back: EventRecord = serde_json::from_value(rows[0].clone()).unwrap();
    assert_eq!(back, sample(1));

    let csv = data.path().join("out.csv");
    command(data.path(), "export --any-status", Some(&csv)).unwrap();
    let mut reader = csv::Reader::from_path(&csv).unwrap();
    assert_eq!(reader.records().map(|r| r.unwrap().len()).filter(|n| *n == 32).count(), 30);

    std::fs::write(&out, "old").unwrap();
    let nowhere = TempDir::new().unwrap();
    let said = command(nowhere.path(), "export", Some(&out)).unwrap_err().to_string();
    assert!(said.contains("holds no streetward data"), "{said}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "old");
    assert!(command(data.path(), "export", Some(Path::new("events.txt"))).is_err());
    let said = command(data.path(), "list --kind flying", None).unwrap_err().to_string();
    assert!(said.contains("illegal_parking"), "{said}");
    let said = command(data.path(), "list --from soon", None).unwrap_err().to_string();
    assert!(said.contains("2026-08-15"), "{said}");
}
