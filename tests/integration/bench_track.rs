//! `bench track`: its numbers are those of the reference evaluation, and what is wrong is named.

use crate::support::root;
use assert_cmd::Command;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use streetward::bench::mot::MotRow;
use streetward::bench::page::track_page;
use streetward::bench::track::{Overlaps, Tally, TrackBench};
use streetward::bench::{Machine, Report};
use streetward::media::WallTime;
use streetward::track::TrackerConfig;

const SEQUENCES: &str = "fixtures/mot/sequences";
const RESULTS: &str = "fixtures/mot/results";

/// Runs `bench track` with these arguments; standard output and error.
fn track(args: &[&str], code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).args(["bench", "track"]).args(args);
    let out = command.assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}

fn json(args: &[&str], code: i32) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    serde_json::from_str(&track(&args, code).0).unwrap()
}

fn recorded(name: &str) -> Value {
    let text = fs::read_to_string(root().join("fixtures/mot").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Every number of `wanted` stands in `found`, equal to two decimals; how many there were.
fn compare(found: &Value, wanted: &Value, place: &str) -> usize {
    match wanted {
        Value::Object(keys) => {
            keys.iter().map(|(k, v)| compare(&found[k], v, &format!("{place}/{k}"))).sum()
        }
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.map(|(i, v)| compare(&found[i], v, &format!("{place}/{i}"))).sum()
        }
        wanted => {
            let (f, w) = (found.as_f64().expect(place), wanted.as_f64().unwrap());
            assert!((f - w).abs() < 0.005, "{place}: {f}, and the reference says {w}");
            1
        }
    }
}

#[test]
fn scores_equal_the_reference() {
    let found = json(&[SEQUENCES, "--results", RESULTS], 0);
    let numbers = compare(&found, &recorded("expected.json"), "");
    assert!(numbers > 300, "only {numbers} numbers were compared");
    assert!(found["microseconds_per_frame"].is_null());
}

/// The folder of MOT15 and DanceTrack sequences that lies beside the project where it is developed.
fn street() -> Option<PathBuf> {
    let named = std::env::var_os("STREETWARD_SHARED").map(PathBuf::from);
    let above = root().ancestors().map(|a| a.join("shared")).collect::<Vec<_>>();
    let found = named.into_iter().chain(above).map(|s| s.join("data/tracking"));
    found.into_iter().find(|f| f.join("mot15").is_dir())
}

/// Result files by the two rules of fixtures/mot/street.py.
fn by_rule(rule: &str, sequence: &Path) -> String {
    let info = fs::read_to_string(sequence.join("seqinfo.ini")).unwrap();
    let frames: u32 =
        info.split("seqLength=").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    let file = if rule == "ranks" { "det/det.txt" } else { "gt/gt.txt" };
    let text = fs::read_to_string(sequence.join(file)).unwrap();
    let (mut out, mut seen) = (String::new(), BTreeMap::new());
    for line in text.lines() {
        let columns: Vec<&str> = line.split(',').collect();
        let rest = columns[2..6].join(",");
        if rule == "ranks" {
            let rank = seen.entry(columns[0]).and_modify(|n| *n += 1).or_insert(1);
            writeln!(out, "{},{rank},{rest},1,-1,-1,-1", columns[0]).unwrap();
        } else {
            let frame = columns[0].parse::<u32>().unwrap() + 3;
            if frame <= frames {
                writeln!(out, "{frame},{},{rest},1,-1,-1,-1", columns[1]).unwrap();
            }
        }
    }
    out
}

#[test]
fn scores_of_real_sequences_equal_the_reference() {
    let Some(street) = street() else {
        eprintln!("skipped: no MOT15 and DanceTrack sequences beside the project");
        return;
    };
    for (case, wanted) in recorded("street-expected.json").as_object().unwrap() {
        let (bench, rule) = case.split_once('/').unwrap();
        let results = tempfile::tempdir().unwrap();
        for name in wanted["sequences"].as_object().unwrap().keys() {
            let rows = by_rule(rule, &street.join(bench).join(name));
            fs::write(results.path().join(format!("{name}.txt")), rows).unwrap();
        }
        let folder = street.join(bench);
        let (folder, results) = (folder.to_str().unwrap(), results.path().to_str().unwrap());
        compare(&json(&[folder, "--results", results], 0), wanted, case);
    }
}

#[test]
fn scores_of_our_own_tracks_equal_the_reference() {
    let Some(python) = std::env::var_os("STREETWARD_TRACKEVAL_PYTHON") else {
        eprintln!("skipped: STREETWARD_TRACKEVAL_PYTHON names no Python that has trackeval");
        return;
    };
    let fixtures = root().join(SEQUENCES);
    let benches = street().into_iter().flat_map(|s| [s.join("mot15"), s.join("dancetrack")]);
    for folder in benches.chain([fixtures]) {
        let written = tempfile::tempdir().unwrap();
        let (folder, written) = (folder.to_str().unwrap(), written.path().to_str().unwrap());
        let found = json(&[folder, "--write", written], 0);
        let asked = std::process::Command::new(&python)
            .arg("-B")
            .arg(root().join("fixtures/mot/score.py"))
            .args([folder, written])
            .output()
            .unwrap();
        assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
        compare(&found, &serde_json::from_slice(&asked.stdout).unwrap(), folder);
    }
}

#[test]
fn our_tracker_is_run_timed_and_written() {
    let written = tempfile::tempdir().unwrap();
    let path = written.path().join("deeper");
    let found = json(&[SEQUENCES, "--write", path.to_str().unwrap()], 0);
    for key in ["microseconds_per_frame", "detections_per_frame"] {
        assert!(found[key].as_f64().unwrap() > 0.0, "{key}");
        assert!(found["sequences"]["crossing"][key].as_f64().unwrap() > 0.0, "{key}");
    }
    for key in ["HOTA", "DetA", "AssA", "MOTA", "IDF1"] {
        let score = found["combined"][key].as_f64().unwrap();
        assert!(score > 20.0 && score < 100.0, "{key} {score}");
    }
    for key in ["version", "date"] {
        assert!(found[key].is_string(), "{key}");
    }
    assert!(found["machine"]["cores"].as_u64().unwrap() > 0);
    // What was written is what was judged, and comes out the same again.
    let again = json(&[SEQUENCES, "--results", path.to_str().unwrap()], 0);
    compare(&again["combined"], &found["combined"], "");
    let other = written.path().join("again");
    json(&[SEQUENCES, "--write", other.to_str().unwrap()], 0);
    for name in ["crossing.txt", "whole-pixels.txt", "nothing-found.txt"] {
        assert_eq!(fs::read(path.join(name)).unwrap(), fs::read(other.join(name)).unwrap());
    }
    // One sequence alone, and only sure detections.
    let one = format!("{SEQUENCES}/crossing");
    let sure = json(&[&one, "--min-score", "0.9"], 0);
    assert_eq!(sure["sequences"].as_object().unwrap().len(), 1);
    let given = |v: &Value| v["sequences"]["crossing"]["detections_per_frame"].as_f64().unwrap();
    assert!(given(&sure) < given(&found) / 2.0);
}

/// A copy of the fixture `crossing` named `name`, to be broken.
fn copy(folder: &Path, name: &str) -> PathBuf {
    let to = folder.join(name);
    for part in ["seqinfo.ini", "det/det.txt", "gt/gt.txt"] {
        fs::create_dir_all(to.join(part).parent().unwrap()).unwrap();
        fs::copy(root().join(SEQUENCES).join("crossing").join(part), to.join(part)).unwrap();
    }
    to
}

#[test]
fn one_wrong_sequence_is_named_and_the_others_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    copy(folder.path(), "sound");
    fs::create_dir(folder.path().join("seqmaps")).unwrap();
    let wrong = |name: &str, part: &str, text: &str| {
        fs::write(copy(folder.path(), name).join(part), text).unwrap();
    };
    wrong("a-number", "det/det.txt", "1,-1,10,20,30,x,0.9\n");
    wrong("columns", "gt/gt.txt", "\n\n1,1,10,20\n");
    wrong("double", "gt/gt.txt", "1,4,1,1,9,9,1\n2,4,1,1,9,9,1\n1,4,5,5,9,9,1\n");
    wrong("negative", "gt/gt.txt", "3,1,10,20,-30,40,1\n");
    wrong("beyond", "gt/gt.txt", "61,1,10,20,30,40,1\n");
    wrong("score", "det/det.txt", "1,-1,10,20,30,40,87.5\n");
    wrong("zero", "det/det.txt", "0,-1,10,20,30,40,0.5\n");
    wrong("rate", "seqinfo.ini", "[Sequence]\nseqLength=60\nimWidth=640\nimHeight=480\n");
    wrong("length", "seqinfo.ini", "[Sequence]\nframeRate=10\n");
    wrong("binary", "det/det.txt", "1,-1,10,20,30,40,0.5\n\u{1}\u{2}\n");
    wrong("empty", "det/det.txt", "");
    wrong("unasked", "gt/gt.txt", "");
    fs::remove_file(copy(folder.path(), "no-truth").join("gt/gt.txt")).unwrap();
    fs::remove_file(copy(folder.path(), "no-detections").join("det/det.txt")).unwrap();
    fs::remove_file(copy(folder.path(), "no-info").join("seqinfo.ini")).unwrap();

    let path = folder.path().to_str().unwrap();
    let found = json(&[path], 1);
    let judged: Vec<&String> = found["sequences"].as_object().unwrap().keys().collect();
    assert_eq!(judged, ["empty", "sound", "unasked"]);
    let reasons: BTreeMap<&str, String> = found["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["name"].as_str().unwrap(), f["reason"].as_str().unwrap().replace(path, "")))
        .collect();
    insta::assert_json_snapshot!("wrong-sequences", reasons);
    let notes = |name: &str| found["sequences"][name]["notes"].to_string();
    assert!(notes("empty").contains("det.txt is empty"), "{}", notes("empty"));
    assert!(notes("unasked").contains("whatever is tracked is false"), "{}", notes("unasked"));
    assert!(
        notes("sound").contains("gt.txt: 4 of 60 frames have no row (1, 20–21, 60)"),
        "{}",
        notes("sound")
    );
    assert_eq!(found["sequences"]["empty"]["HOTA"], 0.0);

    let (table, error) = track(&[path], 1);
    assert!(table.contains("FAILED double: ") && error.is_empty(), "{table}{error}");
    let page = folder.path().join("page.html");
    let (_, error) = track(&[path, "--output", page.to_str().unwrap()], 1);
    assert!(error.contains("double: ") && error.contains("line 3"), "{error}");
    assert!(fs::read_to_string(page).unwrap().contains("Could not be measured"));
}

#[test]
fn wrong_results_and_places_are_named() {
    let results = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(results.path().join(name), text).unwrap();
    put("crossing.txt", "1,1,10,20,30,40,1,-1,-1,-1\n1,1,10,20,30,40,1,-1,-1,-1\n");
    put("whole-pixels.txt", "1,1,10,20,30,40,1,3,-1,-1\n");
    let (table, _) = track(&[SEQUENCES, "--results", results.path().to_str().unwrap()], 1);
    assert!(table.contains("id 1 stands in frame 1 already (line 1)"), "{table}");
    assert!(table.contains("class 3 is not a person"), "{table}");
    assert!(table.contains("nothing-found.txt is missing"), "{table}");
    let (_, error) = track(&["fixtures/mot"], 2);
    let wanted = "did you mean fixtures/mot/sequences?";
    assert!(error.contains("holds no sequence") && !error.contains("panicked"), "{error}");
    let (_, deeper) = track(&["fixtures"], 2);
    assert!(deeper.contains("holds no sequence"), "{deeper}");
    assert!(error.contains(wanted) || deeper.contains("did you mean"), "{error}{deeper}");
    let (_, nowhere) = track(&["no/such/folder"], 2);
    assert!(nowhere.contains("no/such/folder"), "{nowhere}");
    let (_, output) = track(&[SEQUENCES, "--output", "no/such/file.html"], 2);
    assert!(output.contains("the folder no/such does not exist"), "{output}");
    let (_, both) = track(&[SEQUENCES, "--results", "x", "--write", "y"], 2);
    assert!(both.contains("cannot be used with"), "{both}");
}

fn report() -> Report<streetward::bench::track::TrackFigures> {
    let bench = TrackBench {
        folder: PathBuf::from(SEQUENCES),
        results: Some(PathBuf::from(RESULTS)),
        write: None,
        min_score: 0.0,
        config: TrackerConfig::default(),
    };
    let figures = bench.run(|_, _, _| {}).unwrap();
    let mut report = Report::new(figures, WallTime("2026-08-16T08:00:00Z".parse().unwrap()));
    report.version = "0";
    report.machine = Machine {
        processor: "Acme <9> & sons".into(),
        cores: 2,
        features: vec!["avx2".into(), "avx512_vnni".into()],
    };
    report
}

#[test]
fn the_page_shows_what_was_found() {
    let page = track_page(&report()).unwrap();
    let (head, body) = page.split_once("</style>").unwrap();
    insta::assert_snapshot!("track-page", body);
    for colour in page.split("=\"#").skip(1).map(|c| &c[..6]) {
        assert!(head.contains(&format!("\"#{colour}\"")), "no style for {colour}");
    }
    for outside in ["<script", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page has {outside}");
    }
    assert!(!page.replace("http://www.w3.org/2000/svg", "").contains("http://"));
}

#[test]
fn the_page_escapes_what_files_are_called() {
    let mut report = report();
    let one = report.figures.sequences.remove("crossing").unwrap();
    report.figures.sequences.insert("<b>&\"x".into(), one);
    let page = track_page(&report).unwrap();
    assert!(
        !page.contains("<b>&")
            && page.matches("&lt;b&gt;").count() + page.matches("&#60;b&#62;").count() >= 3
    );
}

fn row(frame: u32, id: i64, left: f64, width: f64) -> MotRow {
    MotRow { frame, id, left, top: 5.0, width, height: 40.0, value: 1.0, class: -1 }
}

/// Boxes on a street so narrow that they overlap often.
fn frames(places: &[Vec<(u8, u8)>], rename: impl Fn(i64) -> i64) -> Vec<Vec<MotRow>> {
    let of_frame = |(f, boxes): (usize, &Vec<(u8, u8)>)| {
        let row = |(i, &(left, width)): (usize, &(u8, u8))| {
            row(f as u32 + 1, rename(i as i64), f64::from(left), f64::from(width) + 1.0)
        };
        boxes.iter().enumerate().map(row).collect()
    };
    places.iter().enumerate().map(of_frame).collect()
}

proptest! {
    #[test]
    fn names_do_not_matter_and_scores_are_shares(
        truth in prop::collection::vec(prop::collection::vec((0u8..60, 5u8..30), 0..5), 1..12),
        found in prop::collection::vec(prop::collection::vec((0u8..60, 5u8..30), 0..5), 12),
    ) {
        let found = &found[..truth.len()];
        // Of two objects in one place nobody can say which is which.
        let mut truth = truth;
        for places in &mut truth {
            places.sort_unstable();
            places.dedup();
        }
        let objects = frames(&truth, |i| i);
        let tally = |results: &[Vec<MotRow>]| Tally::of(&Overlaps::between(&objects, results)).scores();
        let scores = tally(&frames(found, |i| i));
        let renamed = tally(&frames(found, |i| 100 - 7 * i));
        prop_assert!((scores.hota - renamed.hota).abs() < 0.01 || scores.switches != renamed.switches);
        prop_assert_eq!(scores.true_positives, renamed.true_positives);
        prop_assert_eq!(scores.id_true_positives, renamed.id_true_positives);
        for share in [scores.hota, scores.det_a, scores.ass_a, scores.loc_a, scores.idf1, scores.motp] {
            prop_assert!((0.0..=100.0).contains(&share), "{share}");
        }
        prop_assert_eq!(scores.true_positives + scores.false_negatives, scores.object_boxes);
        prop_assert_eq!(scores.true_positives + scores.false_positives, scores.track_boxes);
        // The truth itself is without a fault, whatever its objects are called.
        let perfect = tally(&frames(&truth, |i| 40 - i));
        if perfect.object_boxes > 0 {
            for score in [perfect.idf1, perfect.mota] {
                prop_assert!(score > 99.99, "{score}");
            }
        }
    }
}
