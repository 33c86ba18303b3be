//! `streetward replay`: stored observations judged again, without their footage.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

const RECORD: &str = "campus/2025-08-15.000000000000.jsonl.zst";

/// A data folder with the campus's record, and a camera file whose van may stand `dwell` seconds.
fn site(folder: &Path, dwell: u32) {
    let record = folder.join("data/observations").join(RECORD);
    fs::create_dir_all(record.parent().unwrap()).unwrap();
    let fixture =
        concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/observations/campus-416.jsonl.zst");
    fs::copy(fixture, record).unwrap();
    let camera = format!(
        "version = 1\nid = \"campus\"\nname = \"Campus\"\nframe_size = [768, 576]\n\n\
         [[zones]]\nname = \"yellow_lines\"\npolygon = [[640,60],[735,55],[740,105],[645,110]]\n\n\
         [[rules]]\nkind = \"illegal_parking\"\nzone = \"yellow_lines\"\ndwell_seconds = {dwell}\n"
    );
    fs::write(folder.join("campus.toml"), camera).unwrap();
}

fn replay(folder: &Path, format: &str) -> Command {
    let mut command = Command::cargo_bin("streetward").unwrap();
    command.current_dir(folder).args(["replay", "--camera", "campus.toml", "--data", "data"]);
    command.args(["--format", format]);
    command
}

#[test]
fn finds_the_van_without_the_footage() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path(), 30);
    let out = replay(folder.path(), "json").assert().code(0).get_output().stdout.clone();
    let found: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(found["format"], "streetward.replay/1");
    assert_eq!(found["observations"], 795);
    assert_eq!(
        found["totals"],
        serde_json::json!({ "kept": 0, "changed": 0, "gained": 1, "lost": 0 })
    );
    assert_eq!(found["incidents"][0]["incident_key"], "illegal_parking@yellow_lines/5/200000");

    site(folder.path(), 3600);
    let none = replay(folder.path(), "jsonl").assert().code(0).get_output().stdout.clone();
    assert!(none.is_empty());
    let table = replay(folder.path(), "table").assert().code(0).get_output().stdout.clone();
    assert!(String::from_utf8(table).unwrap().contains("0 kept, 0 changed, 0 gained, 0 lost"));
}

#[test]
fn a_stretch_of_time_can_be_taken() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path(), 30);
    // The record begins at 14:30:00 local time; the van stands from then on.
    let judged = |times: &[&str]| -> Value {
        let assert = replay(folder.path(), "json").args(times).assert().code(0);
        serde_json::from_slice(&assert.get_output().stdout).unwrap()
    };
    let late = judged(&["--from", "2025-08-15T14:30:20"]);
    assert_eq!(late["observations"], 595);
    let van = &late["incidents"][0];
    assert!((van["moment_media_seconds"].as_f64().unwrap() - 50.0).abs() < 1.0, "{van}");
    let early = judged(&["--to", "2025-08-15T14:30:20"]);
    assert_eq!((&early["observations"], &early["totals"]["gained"]), (&200.into(), &0.into()));
    let none = replay(folder.path(), "json").args(["--from", "2025-08-16"]).assert().code(2);
    let said = String::from_utf8_lossy(&none.get_output().stderr).into_owned();
    assert!(said.contains("no observations of the time asked for"), "{said}");
}

#[test]
fn a_record_that_breaks_off_is_a_named_failure() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path(), 1);
    let record = folder.path().join("data/observations").join(RECORD);
    let bytes = fs::read(&record).unwrap();
    fs::write(&record, &bytes[..bytes.len() * 3 / 4]).unwrap();
    let assert = replay(folder.path(), "jsonl").assert().code(1);
    let (out, err) = (&assert.get_output().stdout, &assert.get_output().stderr);
    assert_eq!(String::from_utf8_lossy(out).lines().count(), 1, "what is left was judged");
    assert!(String::from_utf8_lossy(err).contains("breaks off"));

    fs::remove_dir_all(folder.path().join("data")).unwrap();
    replay(folder.path(), "json").assert().code(2);
}

#[test]
fn two_drawings_are_compared_and_what_was_not_watched_is_said() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path(), 30);
    let now = fs::read_to_string(folder.path().join("campus.toml")).unwrap();
    let longer = now.replace("dwell_seconds = 30", "dwell_seconds = 40");
    let litter = "\n[[rules]]\nkind = \"littering\"\nzone = \"yellow_lines\"\n";
    fs::write(folder.path().join("longer.toml"), longer + litter).unwrap();
    let out = replay(folder.path(), "json").args(["--against", "longer.toml"]).assert().code(0);
    let found: Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(
        found["totals"],
        serde_json::json!({ "kept": 0, "changed": 1, "gained": 0, "lost": 0 })
    );
    let van = &found["incidents"][0];
    assert_eq!(van["differs"], serde_json::json!(["moment"]));
    let [was, is] = [&van["was_media_seconds"][1], &van["moment_media_seconds"]];
    assert!((was.as_f64().unwrap() - is.as_f64().unwrap() - 10.0).abs() < 0.3, "{van:#}");
    let said = found["cannot_judge"][0].as_str().unwrap();
    assert!(said.contains("`littering@yellow_lines` cannot be judged from this record"), "{said}");
    let err = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(err.contains("littering"), "{err}");
}
