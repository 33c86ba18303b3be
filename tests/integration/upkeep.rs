//! `streetward store`: what is found, what is put right, and what goes when its time is over.

use crate::evidence::scene::{Scene, incident};
use crate::support::root;
use assert_cmd::Command;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use streetward::evidence::{Case, seal, stage};
use streetward::media::{MediaTime, TimeSpan, WallTime};
use streetward::pipeline::{Recovery, recover};
use streetward::rules::{Closing, Incident, IncidentKey};
use streetward::store::{
    EventFilter, EventRecord, EvidenceState, FaultKind, ItemClass, RetentionPlan, Status, Store,
    check,
};
use streetward::{alert::Alerter, config::StorageConfig};

/// The scene's incident, some days earlier; each is another one.
fn days_ago(days: i64) -> Incident {
    let usual = incident();
    let by = jiff::SignedDuration::from_hours(-24 * days);
    let wall = |w: WallTime| WallTime(w.0 + by);
    Incident {
        key: IncidentKey(format!("illegal_parking@yellow_lines/3/{days}")),
        start_wall: wall(usual.start_wall),
        moment_wall: wall(usual.moment_wall),
        last_wall: wall(usual.last_wall),
        ..usual
    }
}

/// A data folder with an event of each of some days ago, sealed and recorded.
fn kept(days: &[i64]) -> (Scene, Vec<EventRecord>) {
    let scene = Scene::h264();
    let store = Store::open(&scene.ctx.data).unwrap();
    let run = scene.run(4.5, 9.0);
    let records = days.iter().map(|days| {
        let incident = days_ago(*days);
        let staged = stage(&scene.ctx, &incident, None, run.clone()).unwrap();
        let sealed = seal(&scene.ctx, staged, &incident, Closing::Left).unwrap();
        let record = EventRecord::of(&sealed.event, &scene.clip, &sealed.folder);
        store.put_event(&record).unwrap();
        // As if a service had sealed it when it happened.
        let manifest = scene.ctx.data.join(&sealed.folder).join("manifest.json");
        let file = std::fs::File::open(manifest).unwrap();
        file.set_modified(record.moment_utc.0.into()).unwrap();
        record
    });
    let records = records.collect();
    drop(store);
    (scene, records)
}

fn kinds(data: &Path) -> Vec<FaultKind> {
    check(data, true).unwrap().faults.into_iter().map(|f| f.kind).collect()
}

fn streetward(args: &[&str], data: &Path) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).args(args).args(["--data"]).arg(data).env("COLUMNS", "100");
    let out = command.output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
    (out.status.code().unwrap(), text)
}

#[test]
fn what_does_not_fit_is_found_and_put_right_without_loss() {
    let (scene, records) = kept(&[0, 1, 2, 3]);
    let data = scene.ctx.data.clone();
    assert_eq!(kinds(&data), []);
    assert_eq!(streetward(&["store", "check"], &data).0, 0);

    // One folder gone, one unknown to the index, one altered and unknown; a state cut short; one
    // event never sealed, with its case; a stray file.
    std::fs::remove_dir_all(data.join(&records[0].evidence)).unwrap();
    for record in &records[1..3] {
        forget(&data, &record.id);
    }
    let altered = data.join(&records[2].evidence).join("moment.jpg");
    std::fs::write(&altered, b"another picture").unwrap();
    std::fs::create_dir_all(data.join("state")).unwrap();
    std::fs::write(data.join("state/p1.cbor"), b"\xa1").unwrap();
    let open = days_ago(9);
    let record = EventRecord::open(&scene.ctx, &open, None, &scene.clip);
    Store::open(&data).unwrap().put_event(&record).unwrap();
    left_case(&scene, &open);
    std::fs::create_dir_all(data.join("evidence/.staging/half")).unwrap();

    let mut found = kinds(&data);
    found.dedup();
    let all = [
        FaultKind::MissingFolder,
        FaultKind::UnknownFolder,
        FaultKind::Evidence,
        FaultKind::Unsealed,
        FaultKind::LeftBehind,
        FaultKind::JudgeState,
    ];
    assert_eq!(found, all);
    let (_, list) = streetward(&["events", "list"], &data);
    assert!(list.contains("pending…") && list.contains("… it goes on"), "{list}");
    let (code, text) = streetward(&["store", "check", "--quick"], &data);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("missing_folder") && !text.contains("another picture"), "{text}");

    let (code, text) = streetward(&["store", "repair"], &data);
    assert_eq!(code, 0, "{text}");
    assert_eq!(kinds(&data), []);
    let store = Store::open_read(&data).unwrap();
    let events = store.events(&EventFilter::default()).unwrap();
    let state = |id: &str| events.iter().find(|e| e.id == id).map(|e| e.evidence_state);
    assert_eq!(state(&records[0].id), Some(EvidenceState::None));
    assert_eq!(state(&records[1].id), Some(EvidenceState::Whole), "taken up again");
    assert_eq!(state(&records[2].id), None, "what was altered is not taken up");
    assert_eq!(state(&record.id), Some(EvidenceState::Incomplete), "finished from its packets");
    let lost = data.join("lost+found");
    let lost: BTreeSet<String> = std::fs::read_dir(lost)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(lost, BTreeSet::from(["p1.cbor".to_owned(), records[2].id.clone()]));
    drop(store);
    let (_, list) = streetward(&["events", "list"], &data);
    assert!(list.contains("pending–") && list.contains("– without evidence"), "{list}");
    let (_, again) = streetward(&["store", "repair"], &data);
    assert!(again.starts_with("Nothing needed repair."), "{again}");
}

/// Takes an event out of the index.
fn forget(data: &Path, id: &str) {
    let python = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); \
        c.execute('DELETE FROM events WHERE id=?',(sys.argv[2],)); c.commit(); c.close()";
    let done = std::process::Command::new("python3")
        .args(["-c", python])
        .arg(data.join("streetward.db"))
        .arg(id)
        .status()
        .unwrap();
    assert!(done.success());
}

/// A case with its packets, as a service that was stopped leaves it.
fn left_case(scene: &Scene, incident: &Incident) {
    let mut source = crate::evidence::scene::open(&scene.clip);
    let span = TimeSpan { from: MediaTime::from_seconds(4.0), to: MediaTime::from_seconds(7.0) };
    let hold = source.ring().hold(span);
    while source.next_frame().unwrap().is_some() {}
    let mut case = Case::begin(&scene.ctx, incident, &scene.clip, &hold).unwrap();
    assert!(case.follow(&hold).unwrap());
}

#[test]
fn a_damaged_database_is_put_away_and_made_anew() {
    let (scene, records) = kept(&[0, 1]);
    let data = scene.ctx.data.clone();
    let path = data.join("streetward.db");
    std::fs::write(&path, b"not a database, whatever its name says, and long enough to tell")
        .unwrap();
    let (code, text) = streetward(&["store", "check"], &data);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("database"), "{text}");
    let (code, text) = streetward(&["store", "repair"], &data);
    assert_eq!(code, 2, "nothing is lost unasked: {text}");
    let (code, text) = streetward(&["store", "repair", "--new-index"], &data);
    assert_eq!(code, 0, "{text}");
    assert!(data.join("lost+found/streetward.db").exists());
    let events = Store::open_read(&data).unwrap().events(&EventFilter::default()).unwrap();
    let ids: BTreeSet<&str> = events.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids, records.iter().map(|e| e.id.as_str()).collect());
}

#[test]
fn checking_beside_a_service_takes_nothing_open_for_a_fault() {
    let (scene, _) = kept(&[0]);
    let data = scene.ctx.data.clone();
    let store = Store::open(&data).unwrap();
    let open = days_ago(9);
    store.put_event(&EventRecord::open(&scene.ctx, &open, None, &scene.clip)).unwrap();
    left_case(&scene, &open);
    let report = check(&data, true).unwrap();
    assert!(report.in_use);
    assert_eq!(report.faults, []);
    let (code, text) = streetward(&["store", "repair"], &data);
    assert_eq!(code, 2, "{text}");
    drop(store);
    assert_eq!(kinds(&data), [FaultKind::Unsealed, FaultKind::LeftBehind]);
}

/// A site file for a data folder.
fn site(data: &Path, storage: &str) -> PathBuf {
    let path = data.with_file_name("streetward.toml");
    let cameras = root().join("fixtures/cameras");
    let text = format!(
        "version = 1\nname = \"x\"\ncameras = \"{}\"\ndata = \"{}\"\n[storage]\n{storage}\n",
        cameras.display(),
        data.display()
    );
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn what_is_kept_long_enough_goes_and_confirmed_evidence_stays() {
    let (scene, records) = kept(&[1, 100, 200]);
    let data = scene.ctx.data.clone();
    // The oldest was confirmed; a record of observations is old, another is being written.
    review(&data, &records[2].id, "confirmed");
    let folder = data.join("observations/p1");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, hours) in [("old.jsonl.zst", 24 * 400), ("new.jsonl.zst", 1)] {
        std::fs::write(folder.join(name), vec![0; 4096]).unwrap();
        let then = records[0].moment_utc.0 - jiff::SignedDuration::from_hours(hours);
        let then = std::time::SystemTime::from(then);
        let file = std::fs::File::options().append(true).open(folder.join(name)).unwrap();
        file.set_modified(then).unwrap();
    }
    let now = records[0].moment_utc;
    let config = StorageConfig { keep_free_gigabytes: 0.0, ..StorageConfig::default() };

    let store = Store::open(&data).unwrap();
    let inventory = store.inventory(&data, now).unwrap();
    let bytes = inventory.items.iter().filter(|i| i.class != ItemClass::Observations);
    assert!(bytes.clone().count() == 3 && bytes.clone().all(|i| i.bytes > 10_000));
    let plan = RetentionPlan::new(&inventory, &config);
    let gone: Vec<&str> = plan.removals.iter().map(|r| r.item.id.as_str()).collect();
    assert_eq!(gone, ["old.jsonl.zst", &records[1].id]);
    let done = store.tidy(&data, &plan).unwrap();
    assert_eq!((done.events, done.records, done.bytes), (1, 1, plan.bytes()));
    let events = store.events(&EventFilter::default()).unwrap();
    let removed = events.iter().find(|e| e.id == records[1].id).unwrap();
    assert_eq!(removed.evidence_state, EvidenceState::Removed);
    assert!(removed.evidence_note.as_ref().unwrap().contains("days"));
    assert!(!data.join(&removed.evidence).exists());
    assert_eq!(store.tidy(&data, &RetentionPlan::default()).unwrap().bytes, 0);
    drop(store);
    assert_eq!(kinds(&data), []);

    // On the command line: for want of room all that is not confirmed goes, and that is said.
    let site = site(&data, "keep_free_gigabytes = 1000000\nunreviewed_days = 0");
    let tidy = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
        command.args(["store", "tidy", "--site"]).arg(&site).args(more);
        let out = command.output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap())
    };
    let (code, text) = tidy(&["--dry-run"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("would go") && text.contains("never removed for room"), "{text}");
    assert!(data.join(&records[0].evidence).exists());
    let (_, text) = tidy(&[]);
    assert!(text.contains("removed."), "{text}");
    assert!(!data.join(&records[0].evidence).exists());
    assert!(data.join(&records[2].evidence).exists(), "confirmed evidence stays");
}

fn review(data: &Path, id: &str, status: &str) {
    let python = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); \
        c.execute('UPDATE events SET status=? WHERE id=?',(sys.argv[3],sys.argv[2])); \
        c.commit(); c.close()";
    let done = std::process::Command::new("python3")
        .args(["-c", python])
        .arg(data.join("streetward.db"))
        .args([id, status])
        .status()
        .unwrap();
    assert!(done.success());
    let events = Store::open_read(data).unwrap();
    let confirmed = EventFilter { status: Some(Status::Confirmed), ..EventFilter::default() };
    assert_eq!(events.events(&confirmed).unwrap().len(), 1);
}

#[test]
fn removing_that_was_broken_off_is_finished() {
    let (scene, records) = kept(&[0]);
    let data = scene.ctx.data.clone();
    let python = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); \
        c.execute(\"UPDATE events SET evidence_state='removed', evidence_bytes=1\"); \
        c.commit(); c.close()";
    let db = data.join("streetward.db");
    let done = std::process::Command::new("python3").args(["-c", python]).arg(db).status();
    assert!(done.unwrap().success());
    let store = Store::open(&data).unwrap();
    let nothing = Recovery::default();
    let recovered = recover(&store, &data, &Alerter::default()).unwrap();
    assert_eq!(recovered, nothing, "what is half removed is not taken up");
    store.tidy(&data, &RetentionPlan::default()).unwrap();
    assert!(!data.join(&records[0].evidence).exists());
    drop(store);
    assert_eq!(kinds(&data), []);
}
