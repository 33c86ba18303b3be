//! Reports by command, over HTTP and by schedule, and the results that people enter.

#![allow(clippy::unwrap_used)]

use crate::api_rig::Rig;
use crate::postgres_rig::settle;
use crate::sample::sample;
use assert_cmd::Command;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;
use streetward::alert::Courier;
use streetward::config::{Site, load_site};
use streetward::media::WallTime;
use streetward::report::Scheduler;
use streetward::store::{AuditFilter, LetterState, Store};
use tempfile::TempDir;

const AUGUST: &str = "from=2026-08-01&to=2026-08-31";

fn streetward() -> Command {
    Command::new(env!("CARGO_BIN_EXE_streetward"))
}

fn stored(data: &Path) {
    settle(data);
    let store = Store::open(data).unwrap();
    for n in 0..25 {
        store.put_event(&sample(n)).unwrap();
    }
}

/// A table of a document told as JSON.
fn table<'v>(document: &'v Value, key: &str) -> &'v Value {
    let sections = document["sections"].as_array().unwrap().iter();
    let mut blocks = sections.flat_map(|s| s["blocks"].as_array().unwrap());
    &blocks.find(|b| b["table"]["key"] == key).unwrap()["table"]
}

fn flagged(document: &Value) -> u64 {
    table(document, "summary")["rows"][0][1]["value"].as_u64().unwrap()
}

/// The report of one ward; its name has lost its marks, and says so.
fn ward_file(out: &Path) -> String {
    let names = std::fs::read_dir(out).unwrap();
    let mut names = names.map(|e| e.unwrap().file_name().into_string().unwrap());
    names.find(|n| n.starts_with("report-2026-08-01_2026-08-31-ward-phuong-1-")).unwrap()
}

#[test]
fn the_command_writes_what_was_asked_for() {
    let folder = TempDir::new().unwrap();
    let (data, out) = (folder.path().join("data"), folder.path().join("new/reports"));
    stored(&data);
    let report = |more: &[&str]| {
        let mut command = streetward();
        command.arg("report").arg("--data").arg(&data).arg("--out").arg(&out).args(more);
        command
    };
    let days = ["--from", "2026-08-01", "--to", "2026-08-31"];
    report(&days).args(["--format", "json,html,csv", "--language", "en"]).assert().success();
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let document: Value = serde_json::from_str(&read("report-2026-08-01_2026-08-31.json")).unwrap();
    assert_eq!(flagged(&document), 25);
    let page = read("report-2026-08-01_2026-08-31-en.html");
    assert!(page.contains("of those confirmed, how many have a result of the agency entered"));
    assert!(out.join("report-2026-08-01_2026-08-31-en.zip").exists());
    // Each calendar period by its own name; the day lies within.
    for (period, name) in
        [("week", "2026-W33"), ("month", "2026-08"), ("half-year", "2026-H2"), ("year", "2026")]
    {
        report(&["--period", period, "--on", "2026-08-15", "--format", "json"]).assert().success();
        let document: Value = serde_json::from_str(&read(&format!("report-{name}.json"))).unwrap();
        assert_eq!(flagged(&document), 25, "{period}");
    }
    // Of a day its events alone.
    for (day, many) in [("2026-08-14", 0), ("2026-08-15", 25), ("2026-08-16", 0)] {
        report(&["--period", "day", "--on", day, "--format", "json"]).assert().success();
        let told: Value = serde_json::from_str(&read(&format!("report-{day}.json"))).unwrap();
        assert_eq!(flagged(&told), many, "{day}");
    }
    // Filters narrow, and the part is all that is counted.
    report(&days).args(["--format", "json", "--ward", "Phường 1"]).assert().success();
    let of_ward = ward_file(&out);
    let part: Value = serde_json::from_str(&read(&of_ward)).unwrap();
    assert_eq!(flagged(&part), 19);
    // The whole is still there.
    let whole: Value = serde_json::from_str(&read("report-2026-08-01_2026-08-31.json")).unwrap();
    assert_eq!(flagged(&whole), 25);
    report(&days)
        .args(["--format", "json", "--domain", "security", "--camera", "p2-cho"])
        .assert()
        .success();
    let narrow = "report-2026-08-01_2026-08-31-domain-security-camera-p2-cho.json";
    let part: Value = serde_json::from_str(&read(narrow)).unwrap();
    let expected = (0..25).filter(|n| n % 3 == 1 && n % 4 == 3).count() as u64;
    assert_eq!(flagged(&part), expected);
    // What is asked wrongly is told, and nothing is written.
    for (wrong, told) in [
        (vec!["--ward", "Phường 11"], "did you mean \"Phường 1\""),
        (vec!["--camera", "p9"], "there is no camera \"p9\""),
        (vec!["--agency", "csgt"], "there is no agency \"csgt\""),
        (vec!["--from", "2026-08-15", "--to", "2026-08-01"], "before it begins"),
        (vec!["--from", "2020-01-01", "--to", "2026-08-01"], "731 days at most"),
        (vec!["--from", "2026-08-15"], "--to"),
        (vec!["--period", "month", "--from", "2026-08-15", "--to", "2026-08-16"], "--period"),
        (vec!["--domain", "trafic"], "traffic"),
    ] {
        let elsewhere = folder.path().join("nothing");
        let done = streetward()
            .args(["report", "--data"])
            .arg(&data)
            .arg("--out")
            .arg(&elsewhere)
            .args(&wrong)
            .assert()
            .code(2);
        let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
        assert!(said.contains(told), "{wrong:?}: {said}");
        assert!(!elsewhere.exists(), "{wrong:?}");
    }
    let nobody = streetward().args(["report", "--data", "/nonexistent"]).assert().code(2);
    assert!(!nobody.get_output().stderr.is_empty());
}

#[test]
fn figures_over_http_reach_as_far_as_who_asks_and_files_are_entered() {
    let rig = Rig::new();
    let supervisor = rig.person("supervisor");
    let all = rig.see(&supervisor, &format!("/reports/figures?{AUGUST}"));
    assert_eq!(all.status, 200);
    let document = all.json();
    assert_eq!(flagged(&document), 26);
    assert_eq!(document["days"], json!(["2026-08-01", "2026-08-31"]));
    // The site has two cameras; what was planned nobody has said.
    assert_eq!(table(&document, "coverage")["rows"][0][1]["value"], 2);
    let elsewhere = rig.person("elsewhere");
    let part = rig.see(&elsewhere, &format!("/reports/figures?{AUGUST}")).json();
    assert_eq!(flagged(&part), 0);
    assert!(!part.to_string().contains("le-loi"));
    // The same day by its name, by its month, and as the period that ended last.
    let of = |query: &str| rig.see(&supervisor, &format!("/reports/figures?{query}"));
    assert_eq!(flagged(&of("period=month&on=2026-08").json()), 26);
    assert_eq!(flagged(&of("period=year&on=2026-01-31").json()), 26);
    let last = of("").json();
    assert_eq!((flagged(&last), &last["name"]), (0, &json!("report-2026-07")));
    assert_eq!(flagged(&of(&format!("{AUGUST}&agency=csgt-p1")).json()), {
        let traffic = (0..25).filter(|n| n % 3 == 0 && n % 4 != 3).count() as u64;
        traffic + 1
    });
    for (wrong, told) in [
        ("period=decade", "day, week, month, half_year or year"),
        ("period=month&on=August", "2026-10-15"),
        ("period=day&on=2026-08", "2026-10-15"),
        ("period=week&on=2026-08", "2026-10-15"),
        ("from=2026-08-01", "both"),
        ("from=2026-08-02&to=2026-08-01", "before it begins"),
        ("from=2000-01-01&to=2026-08-01", "731 days"),
        ("period=month&from=2026-08-01&to=2026-08-02", "both"),
        ("agency=nobody", "agency"),
        ("kind=parking", "kind"),
        ("plate=84A", ""),
    ] {
        let answer = of(wrong);
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(String::from_utf8_lossy(&answer.body).contains(told), "{wrong}");
    }
    for path in ["/reports/file?format=pdf", "/reports/file?language=fr"] {
        assert_eq!(rig.see(&supervisor, path).status, 400, "{path}");
    }
    let file = rig.see(&supervisor, &format!("/reports/file?{AUGUST}&format=csv&language=en"));
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-type"], "application/zip");
    let name = "report-2026-08-01_2026-08-31-en.zip";
    assert!(file.headers["content-disposition"].contains(name));
    let entered = rig.store_read().audit_entries(&AuditFilter {
        action: Some("report".to_owned()),
        limit: 10,
        ..AuditFilter::default()
    });
    let entered = entered.unwrap();
    assert_eq!(entered.len(), 1);
    let details: Value = serde_json::from_str(&entered[0].details).unwrap();
    assert_eq!(entered[0].subject, name);
    assert_eq!(details["sha256"], hex::encode(Sha256::digest(&file.body)));
    assert_eq!(details["filter"], json!({ "from": "2026-08-01", "to": "2026-08-31" }));
}

#[test]
fn a_result_is_entered_for_what_is_confirmed_and_counted() {
    let rig = Rig::new();
    let (reviewer, viewer) = (rig.person("reviewer"), rig.person("viewer"));
    let path = format!("/events/{}/result", rig.event);
    let body = json!({ "result": "fined", "agency": "csgt-p1", "note": "Biên bản 12/BB-VPHC" });
    let early = rig.tell(&reviewer, &path, &[], &body);
    assert_eq!((early.status, early.code().as_str()), (409, "not_confirmed"));
    let decided = rig.tell(
        &reviewer,
        &format!("/events/{}/decision", rig.event),
        &[("If-Match", "\"0\"")],
        &json!({ "action": "confirm", "request_key": "result-0001" }),
    );
    assert_eq!(decided.status, 200);
    for (wrong, status, code) in [
        (json!({ "result": "jailed" }), 400, "bad_request"),
        (json!({ "result": "other" }), 422, "note_needed"),
        (json!({ "result": "fined", "note": "a".repeat(2001) }), 422, "note_too_long"),
        (json!({ "result": "fined", "agency": "a\nb" }), 400, "bad_request"),
        (json!({ "result": "fined", "fine": 400_000 }), 400, "bad_request"),
    ] {
        let answer = rig.tell(&reviewer, &path, &[], &wrong);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{wrong}");
    }
    assert_eq!(rig.tell(&viewer, &path, &[], &body).status, 403);
    assert_eq!(rig.tell(&rig.person("elsewhere"), &path, &[], &body).status, 404);
    let done = rig.tell(&reviewer, &path, &[], &body);
    assert_eq!(done.status, 200);
    assert_eq!(done.json()["agency_name"], "Cảnh sát giao thông Phường 1");
    let detail = rig.see(&reviewer, &format!("/events/{}", rig.event)).json();
    assert_eq!(detail["result"]["result"], "fined");
    assert_eq!(detail["result"]["by_name"], "Người dùng reviewer");
    // Handed over by a pack, later: the agency and the first time are kept.
    let at = WallTime("2026-08-16T01:00:00Z".parse().unwrap());
    let later = WallTime("2026-08-17T01:00:00Z".parse().unwrap());
    let store = Store::open_beside(&rig.data()).unwrap();
    let events = [rig.event.clone()];
    store.handed_over(&events, "csgt-p1", at).unwrap();
    store.handed_over(&events, "ubnd", later).unwrap();
    let kept = store.result(&rig.event).unwrap().unwrap();
    assert_eq!((kept.handed_over, kept.agency.as_deref()), (Some(at), Some("ubnd")));
    let figures = || rig.see(&reviewer, &format!("/reports/figures?{AUGUST}")).json();
    let count = |document: &Value, row: usize| {
        table(document, "summary")["rows"][row][1]["value"].as_u64().unwrap()
    };
    let document = figures();
    assert_eq!([2, 6, 7].map(|row| count(&document, row)), [1, 1, 1]);
    assert_eq!(table(&document, "results")["rows"][0][0]["value"]["en"], "Fined");
    let entered = store.audit_entries(&AuditFilter {
        action: Some("result".to_owned()),
        subject: Some(rig.event.clone()),
        limit: 10,
        ..AuditFilter::default()
    });
    assert_eq!(entered.unwrap().len(), 1, "what was refused is not entered");
    // Opened again, it is no violation, and its result is told nowhere.
    let reopened = rig.tell(
        &rig.person("supervisor"),
        &format!("/events/{}/decision", rig.event),
        &[("If-Match", "\"1\"")],
        &json!({ "action": "reopen", "note": "xem lại", "request_key": "result-0002" }),
    );
    assert_eq!(reopened.status, 200);
    let document = figures();
    assert_eq!([2, 6, 7].map(|row| count(&document, row)), [0, 0, 0]);
    assert_eq!(rig.see(&reviewer, &format!("/events/{}", rig.event)).json()["result"], Value::Null);
}

/// A site that wants a weekly report, and says so to a webhook and by e-mail.
fn scheduled(folder: &Path) -> Site {
    std::fs::create_dir_all(folder.join("cameras")).unwrap();
    let camera = "version = 1\nid = \"p1-le-loi-01\"\nname = \"Lê Lợi\"\nward = \"Phường 1\"\n\
        frame_size = [640, 360]\n[[zones]]\nname = \"yellow_lines\"\n\
        polygon = [[300,150],[600,150],[620,340]]\n[[rules]]\nkind = \"illegal_parking\"\n\
        zone = \"yellow_lines\"\n";
    std::fs::write(folder.join("cameras/p1.toml"), camera).unwrap();
    let site = "version = 1\nname = \"Trà Vinh\"\n[report]\nplanned_cameras = 483\n\
        [[report.schedules]]\nperiod = \"week\"\nformats = [\"html\", \"csv\"]\nsinks = [\"duty\"]\n\
        [[report.schedules]]\nperiod = \"year\"\nformats = [\"html\"]\nlanguage = \"en\"\n\
        [[alerts]]\nname = \"duty\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:9/hook\"\n";
    std::fs::write(folder.join("streetward.toml"), site).unwrap();
    load_site(&folder.join("streetward.toml")).unwrap()
}

#[test]
fn a_schedule_makes_each_period_once_and_tells_of_it() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    stored(&data);
    let site = scheduled(folder.path());
    let at = |text: &str| WallTime(text.parse().unwrap());
    let made = |when: &str| {
        // A new one each time, as after a restart.
        let scheduler = Scheduler::new(&site, &data);
        scheduler.look(&Store::open_beside(&data).unwrap(), at(when))
    };
    // 17 August 2026 was a Monday; the week before it is told from one o'clock on.
    assert_eq!(made("2026-08-12T00:00:00Z"), 2, "what was over when the schedules began");
    assert_eq!(made("2026-08-16T17:30:00Z"), 0, "what still went on is still being stored");
    assert_eq!(made("2026-08-16T18:00:00Z"), 1);
    assert_eq!(made("2026-08-16T18:01:00Z"), 0);
    assert_eq!(made("2026-08-20T00:00:00Z"), 0);
    // The service stood still for three weeks: each is told of, in their order.
    assert_eq!(made("2026-09-08T00:00:00Z"), 3);
    assert_eq!(made("2026-09-08T00:01:00Z"), 0);
    let names = |store: &Store| -> Vec<String> {
        let letters = store.outbox_due("duty", at("2027-01-01T00:00:00Z"), 10).unwrap();
        letters.into_iter().map(|l| l.letter.subject).collect()
    };
    let store = Store::open_read(&data).unwrap();
    assert_eq!(
        names(&store),
        ["32", "33", "34", "35", "36"].map(|week| format!("report 2026-W{week}"))
    );
    for file in ["report-2026-W33-vi.html", "report-2026-W33-vi.zip", "report-2025-en.html"] {
        assert!(data.join("reports").join(file).exists(), "{file}");
    }
    let page = std::fs::read_to_string(data.join("reports/report-2026-W33-vi.html")).unwrap();
    assert!(page.contains("tuần 33 năm 2026") && page.contains("483"), "{page}");
    let letter = store.outbox_due("duty", at("2027-01-01T00:00:00Z"), 1).unwrap().remove(0);
    assert_eq!(letter.state, LetterState::Waiting);
    let body: Value = serde_json::from_str(&letter.letter.body).unwrap();
    assert_eq!(body["news"], "report");
    assert_eq!(body["files"][0], "reports/report-2026-W32-vi.html");
    let entered = store.audit_entries(&AuditFilter {
        action: Some("report".to_owned()),
        limit: 10,
        ..AuditFilter::default()
    });
    assert_eq!(entered.unwrap().len(), 6);
    // The letter goes out by the ordinary way: here nobody takes it, and it waits.
    let mut courier = Courier::new(site.alerts[0].clone(), &data).unwrap();
    let beside = Store::open_beside(&data).unwrap();
    let delivered = courier.deliver_due(&beside, at("2026-08-20T00:00:00Z")).unwrap();
    assert_eq!((delivered.failed, delivered.dead), (1, 0), "{delivered:?}");
}
