//! `bench events` and `bench scenes`: matching is fair, inputs are checked, and what is known exactly
//! is found.

use crate::support::root;
use assert_cmd::Command;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use streetward::bench::events::{EventFacts, Ignored, Label, Labels, match_events};
use streetward::vision::BBox;

fn bench(args: &[&str], code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).arg("bench").args(args).env_remove("STREETWARD_SUITE_ROOT");
    let out = command.assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}

fn label(kind: &'static str, start: f64, end: f64) -> Label {
    Label {
        kind,
        start,
        end,
        place: None,
        subject: None,
        subject_at: start,
        complete: None,
        optional: false,
        note: String::new(),
    }
}

fn labels(events: Vec<Label>) -> Labels {
    Labels {
        path: PathBuf::from("labels.json"),
        resolution: None,
        zones: BTreeMap::new(),
        events,
        negative_for: BTreeMap::new(),
        ignore: Vec::new(),
    }
}

fn event(kind: &'static str, start: f64, moment: f64, end: f64) -> EventFacts {
    EventFacts {
        id: format!("{kind}-{start}-{moment}-{end}"),
        kind,
        place: "zone".to_owned(),
        rule: kind.to_owned(),
        start,
        moment,
        end,
        opened: moment,
        boxes: Vec::new(),
        still: None,
    }
}

fn no_places(_: &str) -> bool {
    true
}

#[test]
fn an_instant_a_passing_and_a_stay_are_compared_in_their_own_ways() {
    let found = |l: Label, e: EventFacts| {
        let matched = match_events(&labels(vec![l]), &[e], &no_places, 1.0);
        (matched.found.len(), matched.duplicates.len(), matched.false_alarms.len())
    };
    // The moment counts, not the start.
    let red = || label("red_light", 10.0, 12.0);
    assert_eq!(found(red(), event("red_light", 7.0, 10.9, 13.0)), (1, 0, 0));
    assert_eq!(found(red(), event("red_light", 10.0, 11.2, 13.0)), (0, 0, 1));
    // A moment within the passing.
    let wrong = || label("wrong_way", 10.0, 15.0);
    assert_eq!(found(wrong(), event("wrong_way", 11.5, 14.0, 15.0)), (1, 0, 0));
    assert_eq!(found(wrong(), event("wrong_way", 15.5, 17.0, 18.0)), (0, 0, 1));
    // The start, or half of what both cover.
    let parked = || label("illegal_parking", 10.0, 40.0);
    assert_eq!(found(parked(), event("illegal_parking", 10.8, 30.0, 31.0)), (1, 0, 0));
    assert_eq!(found(parked(), event("illegal_parking", 14.0, 24.0, 40.0)), (1, 0, 0));
    assert_eq!(found(parked(), event("illegal_parking", 30.0, 39.0, 41.0)), (0, 0, 1));
    assert_eq!(found(parked(), event("illegal_stopping", 10.0, 20.0, 40.0)), (0, 0, 1));
}

#[test]
fn the_right_subject_comes_first_and_a_wrong_one_is_told() {
    let (here, there) = (
        BBox { x1: 0.0, y1: 0.0, x2: 10.0, y2: 20.0 },
        BBox { x1: 100.0, y1: 0.0, x2: 110.0, y2: 20.0 },
    );
    let man = |at| Label { subject: Some(at), ..label("jaywalking", 5.0, 9.0) };
    let seen = |at, start: f64| EventFacts {
        boxes: vec![(4.5, at), (6.0, at)],
        ..event("jaywalking", start, 6.0, 9.0)
    };
    // The nearer in time is of the other man.
    let matched = match_events(
        &labels(vec![man(here), man(there)]),
        &[seen(there, 5.0), seen(here, 5.6)],
        &no_places,
        1.0,
    );
    let pairs: Vec<_> = matched.found.iter().map(|f| (f.label, f.event, f.right_subject)).collect();
    assert_eq!(pairs, [(0, 1, Some(true)), (1, 0, Some(true))]);
    let alone = match_events(&labels(vec![man(here)]), &[seen(there, 5.0)], &no_places, 1.0);
    assert_eq!(alone.found[0].right_subject, Some(false));
    // A second event of the same man is a duplicate, of another man a false alarm.
    let twice = [seen(here, 5.0), seen(here, 7.5), seen(there, 5.0)];
    let matched = match_events(&labels(vec![man(here)]), &twice, &no_places, 1.0);
    assert_eq!((matched.duplicates, matched.false_alarms), (vec![(1, 0)], vec![2]));
}

#[test]
fn zones_differ_only_where_the_camera_knows_both() {
    let in_zone = |name: &str| Label { place: Some(name.into()), ..label("loitering", 1.0, 9.0) };
    let one = event("loitering", 1.0, 5.0, 9.0);
    let known = |name: &str| name == "yard" || name == "zone";
    let found =
        |l| match_events(&labels(vec![l]), std::slice::from_ref(&one), &known, 1.0).found.len();
    assert_eq!((found(in_zone("zone")), found(in_zone("yard")), found(in_zone("hof"))), (1, 0, 1));
}

const KINDS: [&str; 4] = ["red_light", "wrong_way", "illegal_parking", "crowd"];

fn some_labels() -> impl Strategy<Value = Vec<Label>> {
    let one = (0..KINDS.len(), 0.0..30.0_f64, 0.0..9.0_f64, any::<bool>(), 0..3_u8);
    prop::collection::vec(one, 0..7).prop_map(|all| {
        let each = all.into_iter().map(|(kind, start, long, optional, at)| {
            let x1 = f32::from(at) * 50.0;
            let subject = Some(BBox { x1, y1: 0.0, x2: x1 + 20.0, y2: 40.0 });
            Label { optional, subject, ..label(KINDS[kind], start, start + long) }
        });
        each.collect()
    })
}

fn some_events() -> impl Strategy<Value = Vec<EventFacts>> {
    let one = (0..KINDS.len(), 0.0..30.0_f64, 0.0..5.0_f64, 0.0..5.0_f64, 0..3_u8);
    prop::collection::vec(one, 0..9).prop_map(|all| {
        let each = all.into_iter().enumerate().map(|(i, (kind, start, to_moment, on, at))| {
            let x1 = f32::from(at) * 50.0;
            let mut e = event(KINDS[kind], start, start + to_moment, start + to_moment + on);
            e.id = format!("{i}");
            e.boxes = vec![(start, BBox { x1, y1: 0.0, x2: x1 + 20.0, y2: 40.0 })];
            e
        });
        each.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn matching_is_one_to_one_complete_and_blind_to_order(
        all in some_labels(),
        events in some_events(),
        turn in 0..9_usize,
        excused in 0.0..30.0_f64,
    ) {
        let mut one = labels(all);
        one.ignore.push(Ignored { kind: None, start: excused, end: excused + 3.0 });
        let matched = match_events(&one, &events, &no_places, 1.0);
        let found: BTreeSet<_> = matched.found.iter().map(|f| f.label).collect();
        let used: Vec<usize> = matched.found.iter().map(|f| f.event)
            .chain(matched.false_alarms.iter().copied())
            .chain(matched.duplicates.iter().map(|d| d.0))
            .chain(matched.excused.iter().copied())
            .collect();
        // Every label and every event has one fate.
        prop_assert_eq!(used.iter().collect::<BTreeSet<_>>().len(), used.len());
        prop_assert_eq!(used.len(), events.len());
        prop_assert_eq!(found.len(), matched.found.len());
        prop_assert_eq!(found.len() + matched.missed.len() + matched.waived.len(), one.events.len());
        for f in &matched.found {
            prop_assert_eq!(one.events[f.label].kind, events[f.event].kind);
        }
        for &(event, label) in &matched.duplicates {
            prop_assert!(found.contains(&label) && one.events[label].kind == events[event].kind);
        }
        let mut turned = events.clone();
        turned.rotate_left(turn % events.len().max(1));
        let mut upside_down = one.clone();
        upside_down.events.reverse();
        let again = match_events(&upside_down, &turned, &no_places, 1.0);
        prop_assert_eq!(again.found.len(), matched.found.len());
        prop_assert_eq!(again.missed.len() + again.waived.len(), matched.missed.len() + matched.waived.len());
    }

    #[test]
    fn any_text_is_labels_or_refused(text in "\\PC{0,80}", start in any::<f64>(), end in any::<f64>()) {
        let known = BTreeSet::new();
        let _ = Labels::parse(Path::new("l.json"), &text, &known);
        let file = json!({"events": [{"kind": text, "start_s": start, "end_s": end}]}).to_string();
        let _ = Labels::parse(Path::new("l.json"), &file, &known);
    }
}

#[test]
fn wrong_labels_are_named_with_their_place() {
    let file = json!({
        "duration_s": 20.0,
        "zones": {"kerb": [[0, 0], [9, 0], [9, 9]]},
        "events": [
            {"kind": "red_light_violation", "start_s": 3.0, "end_s": 3.5},
            {"kind": "ilegal_parking", "start_s": 3.0},
            {"kind": "crowd", "start_s": 9.0, "end_s": 4.0},
            {"kind": "crowd", "start_s": 25.0, "end_s": 26.0},
            {"kind": "illegal_parking", "start_s": 1.0, "end_s": 9.0, "zone": "curb"},
            {"kind": "illegal_parking", "start_s": 1.0, "end_s": 9.0, "bbox_or_zone": [9, 9, 3, 3]},
            {"kind": "red_light", "start_s": 3.0, "end_s": 3.5},
        ],
        "ignore": [{"start_s": 9.0, "end_s": 8.0}],
    });
    let read = |text: &str| Labels::parse(Path::new("labels/a.json"), text, &BTreeSet::new());
    let wrong = read(&file.to_string()).unwrap_err();
    let said: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("wrong-labels-of-events", said.join("\n"));
    let broken = read("{\"events\": [\n{\"kind\": 3}]}").unwrap_err();
    assert!(broken[0].to_string().starts_with("labels/a.json: line 2: "), "{}", broken[0]);
}

#[test]
fn negatives_are_read_out_of_sentences() {
    let file = json!({"negative_for": [
        "red_light_violation: cars come from the side street",
        "littering and abandoned_object: the vests are there from the first picture",
        "pedestrians on the zebra are legal",
    ]});
    let labels = Labels::parse(Path::new("l"), &file.to_string(), &BTreeSet::new()).unwrap();
    let kinds: Vec<_> = labels.negative_for.keys().copied().collect();
    assert_eq!(kinds, ["abandoned_object", "littering", "red_light"]);
    let all = json!({"negative_for": ["all"]}).to_string();
    assert_eq!(
        Labels::parse(Path::new("l"), &all, &BTreeSet::new()).unwrap().negative_for.len(),
        22
    );
}

#[test]
fn a_wrong_suite_ends_with_2_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let suite = folder.path().join("suite.toml");
    let text =
        "version = 1\n[[clips]]\nclip = \"a.mp4\"\ncamera = \"none.toml\"\nlabel = \"a.json\"\n";
    fs::write(&suite, text).unwrap();
    let (_, said) = bench(&["events", suite.to_str().unwrap()], 2);
    assert!(
        said.contains("suite.toml:5:1: unknown key \"label\"; did you mean \"labels\"?"),
        "{said}"
    );
    fs::write(&suite, text.replace("label =", "labels =")).unwrap();
    let (_, said) = bench(&["events", suite.to_str().unwrap()], 2);
    assert!(said.contains("none.toml: there is no such file"), "{said}");
    let (_, said) =
        bench(&["scenes", folder.path().to_str().unwrap(), "--only", "red_ligt_runs"], 2);
    assert!(said.contains("did you mean \"red_light_runs\"?"), "{said}");
}

/// Makes some scenarios; gives the suite's path.
fn scenes(folder: &Path, names: &[&str]) -> String {
    let mut args = vec!["scenes", folder.to_str().unwrap()];
    for name in names {
        args.extend(["--only", name]);
    }
    bench(&args, 0);
    folder.join("suite.toml").to_str().unwrap().to_owned()
}

/// What must not depend on when and by how many workers it was measured.
fn lasting(mut figures: Value) -> Value {
    let object = figures.as_object_mut().unwrap();
    for key in ["date", "machine", "version"] {
        object.remove(key);
    }
    figures
}

#[test]
fn drawn_scenes_are_judged_right_the_same_with_one_worker_or_more() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "jaywalking_2fps",
        "jaywalking_along_the_edge_negative",
        "illegal_stopping_stands",
        "illegal_stopping_five_less_negative",
        "restricted_area_in_open_hours_negative",
    ];
    let suite = scenes(folder.path(), &names);
    let measured = |workers: &str, code: i32, more: &[&str]| -> Value {
        let mut args = vec!["events", suite.as_str(), "--format", "json"];
        args.extend(["--workers", workers, "--jobs", workers]);
        args.extend(more);
        serde_json::from_str(&bench(&args, code).0).unwrap()
    };
    let one = lasting(measured("1", 0, &["--strict"]));
    let totals = &one["totals"];
    assert_eq!((&totals["labels"], &totals["found"]), (&json!(2), &json!(2)), "{totals}");
    assert_eq!((&totals["false_alarms"], &totals["duplicates"]), (&json!(0), &json!(0)));
    assert!(totals["start_error_seconds"]["worst"].as_f64().unwrap().abs() <= 0.51, "{totals}");
    assert_eq!(one["clips"].as_array().unwrap().len(), names.len());
    assert_eq!(one["conditions"]["2fps"]["found"], json!(1));
    assert_eq!(one, lasting(measured("3", 0, &[])), "workers change nothing");

    // A label that nothing answers is missed, an event without its label a false alarm; both with a
    // picture.
    let path = folder.path().join("labels/illegal_stopping_stands.json");
    let mut told: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    told["events"] =
        json!([{"kind": "illegal_parking", "start_s": 1.0, "end_s": 4.0, "zone": "kerb"}]);
    told["negative_for"] = json!(["illegal_stopping"]);
    fs::write(&path, told.to_string()).unwrap();
    let out = folder.path().join("out");
    let only = ["--only", "illegal_stopping_stands", "--strict", "--out", out.to_str().unwrap()];
    let wrong = measured("2", 1, &only);
    assert_eq!(wrong["misses"][0]["kind"], "illegal_parking");
    assert_eq!(wrong["false_alarms"][0]["negative"], "illegal_stopping");
    assert_eq!(wrong["totals"]["precision"], json!(0.0));
    for still in [&wrong["misses"][0]["still"], &wrong["false_alarms"][0]["still"]] {
        let picture = image::open(out.join(still.as_str().unwrap())).unwrap();
        assert_eq!(picture.width(), 640);
    }
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    assert!(
        page.contains("False alarm: illegal_stopping") && page.contains("data:image/jpeg;base64,")
    );
    assert!(!page.contains("<script") && out.join("figures.json").exists());
}

#[test]
fn a_scenario_is_the_same_every_time() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let name = "illegal_parking_2fps";
    for folder in [&a, &b] {
        scenes(folder.path(), &[name]);
    }
    let files = ["clips/illegal_parking_2fps.mp4", "clips/illegal_parking_2fps.boxes.jsonl"];
    for file in files.iter().chain(&["labels/illegal_parking_2fps.json", "suite.toml"]) {
        let read = |folder: &tempfile::TempDir| fs::read(folder.path().join(file)).unwrap();
        assert!(read(&a) == read(&b), "{file}");
    }
}

#[test]
fn every_camera_file_of_the_shared_suite_is_sound() {
    for entry in fs::read_dir(root().join("fixtures/cameras/shared")).unwrap() {
        let path = entry.unwrap().path();
        streetward::config::load_camera(&path).unwrap_or_else(|e| panic!("{e}"));
    }
    let suite = root().join("fixtures/suites/shared.toml");
    let read = streetward::config::load_suite(&suite, Some(Path::new("elsewhere"))).unwrap();
    assert!(read.clips.iter().all(|c| c.camera.exists()));
}

/// One scenario or two of every mechanism; the others take minutes.
#[test]
fn scenarios_of_every_mechanism_are_judged_right() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "restricted_area_enters",
        "loitering_wanders",
        "red_light_runs",
        "red_light_on_green_negative",
        "wrong_way_drives",
        "speeding_fast",
        "overloading_three",
        "crowd_gathers",
        "littering_bag_put_down",
        "littering_picked_up_negative",
        "sidewalk_encroachment_stall",
    ];
    let suite = scenes(folder.path(), &names);
    let (told, _) = bench(&["events", &suite, "--strict", "--format", "json"], 0);
    let told: Value = serde_json::from_str(&told).unwrap();
    let totals = &told["totals"];
    assert_eq!((&totals["labels"], &totals["found"]), (&json!(9), &json!(9)), "{totals}");
    assert_eq!(totals["false_alarms"], json!(0), "{totals}");
}

/// All scenarios: minutes. Run by `benches/scenes`, and by
/// `cargo test --test integration -- --ignored every_scenario`.
#[test]
#[ignore = "takes minutes"]
fn every_scenario_is_judged_right() {
    let folder = tempfile::tempdir().unwrap();
    let suite = scenes(folder.path(), &[]);
    let (table, _) = bench(&["events", &suite, "--strict"], 0);
    assert!(table.contains("0 false alarms"), "{table}");
}
