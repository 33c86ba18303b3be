//! The yearly privacy report: counted from a real audit trail, written in both languages.

#![allow(clippy::unwrap_used)]

use crate::sample::{filled, sample};
use assert_cmd::Command;
use serde_json::json;
use sha2::{Digest, Sha256};
use streetward::config::Language;
use streetward::media::WallTime;
use streetward::report::{
    Block, Cell, Document, DocumentFormat, Language as Tongue, Letterhead, Table, document_bytes,
    privacy,
};
use streetward::review::{Doer, NewUser, Role, Scope, add_user};
use streetward::rules::Domain;
use streetward::store::{
    ActorKind, AuditFilter, HandoverRequest, NewEntry, RequestState, RequestedEvent, Store,
};

fn enter(store: &Store, at: &str, kind: ActorKind, actor: &str, action: &str, subject: &str) {
    let details = json!({ "events": 3, "sha256": "00", "filter": { "ward": "Phường 1" } });
    enter_with(store, at, (kind, actor), action, subject, details);
}

fn enter_with(
    store: &Store,
    at: &str,
    (kind, actor): (ActorKind, &str),
    action: &str,
    subject: &str,
    details: serde_json::Value,
) {
    let entry = NewEntry {
        at: WallTime(at.parse().unwrap()),
        actor: actor.into(),
        actor_kind: kind,
        action: action.into(),
        subject: subject.into(),
        details,
        address: None,
    };
    store.audit(&entry).unwrap();
}

fn table<'a>(document: &'a Document, key: &str) -> &'a Table {
    let blocks = document.sections.iter().flat_map(|s| &s.blocks);
    let mut tables = blocks.filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None });
    tables.find(|t| t.key == key).unwrap()
}

fn counts(table: &Table, who: &str) -> Vec<u64> {
    let row = table.rows.iter().find(|r| matches!(&r[0], Cell::Words(w) if w.en == who)).unwrap();
    row.iter().filter_map(|c| if let Cell::Count(n) = c { Some(*n) } else { None }).collect()
}

#[test]
fn looks_what_followed_and_what_left_are_counted_within_the_local_year() {
    let data = tempfile::tempdir().unwrap();
    let store = filled(data.path(), 2);
    let (user, token) = (ActorKind::User, ActorKind::Token);
    // The last second of the year before in Vietnam, and the first of this one.
    enter(&store, "2025-12-31T16:59:59Z", user, "u-1", "evidence_seen", "e0");
    enter(&store, "2025-12-31T17:00:00Z", user, "u-1", "evidence_seen", "e1");
    // Two looks led to the decision; a list with it is none.
    enter(&store, "2026-02-27T00:00:00Z", user, "u-1", "list_seen", "e2");
    enter(&store, "2026-02-28T00:00:00Z", user, "u-1", "evidence_seen", "e2");
    enter(&store, "2026-03-01T00:00:00Z", user, "u-1", "evidence_seen", "e2");
    enter(&store, "2026-03-01T00:01:00Z", user, "u-1", "decision", "e2");
    // Who looks after deciding, or at what somebody else decided, did not look in order to decide.
    enter(&store, "2026-03-01T00:02:00Z", user, "u-1", "evidence_seen", "e2");
    enter(&store, "2026-03-01T00:03:00Z", user, "u-2", "evidence_seen", "e2");
    enter(&store, "2026-03-02T00:00:00Z", token, "t-1", "export", "events.csv");
    let ask = |at: &str, who, asked: serde_json::Value| {
        let details = json!({ "asked": asked, "events": [] });
        enter_with(&store, at, who, "list_seen", "events", details);
    };
    let (first, program) = ((user, "u-1"), (token, "t-1"));
    ask("2026-03-03T01:00:00Z", first, json!({ "plate": "84A1", "cursor": null }));
    // Further pages of it, and the same within a session of the same day.
    ask("2026-03-03T01:01:00Z", first, json!({ "plate": "84A1", "cursor": "x", "limit": 50 }));
    ask("2026-03-03T05:00:00Z", first, json!({ "plate": "84A1" }));
    // Other questions: another plate, another ward, another day (in Vietnam), another person.
    ask("2026-03-03T05:00:00Z", first, json!({ "plate": "84A2" }));
    ask("2026-03-03T05:00:00Z", first, json!({ "plate": "84A1", "ward": "Phường 1" }));
    ask("2026-03-03T17:00:00Z", first, json!({ "plate": "84A1" }));
    ask("2026-03-03T01:00:00Z", program, json!({ "plate": "84A1" }));
    // That asks for none.
    ask("2026-03-03T01:00:00Z", program, json!({ "plate": "" }));
    enter(&store, "2026-03-02T00:00:00Z", user, "u-2", "hold_added", "e2");
    enter(&store, "2026-03-02T00:00:00Z", user, "u-2", "login", "u-2");
    enter(&store, "2026-12-31T17:00:00Z", user, "u-2", "export", "events.csv");
    let made = privacy(&store, data.path(), 2026, jiff::civil::date(2027, 1, 5)).unwrap();
    let by_whom = table(&made, "by_whom");
    // lists, searches by plate, looks, acted, only, decisions, exports, handing over, holds
    assert_eq!(counts(by_whom, "u-1"), [1, 4, 4, 2, 2, 1, 0, 0, 0]);
    assert_eq!(counts(by_whom, "u-2"), [0, 0, 1, 0, 1, 0, 0, 0, 1]);
    assert_eq!(counts(by_whom, "t-1"), [1, 1, 0, 0, 0, 0, 1, 0, 0]);
    let searches = by_whom.columns.iter().find(|c| c.key == "plates").unwrap();
    let named = (searches.title.vi.as_str(), searches.title.en.as_str());
    assert_eq!(named, ("Tra theo biển số", "Searches by plate"));
    assert_eq!(by_whom.rows.len(), 3);
    let left = table(&made, "left");
    assert_eq!((left.rows.len(), &left.rows[0][3]), (1, &Cell::Count(3)));
    assert!(matches!(&left.rows[0][4], Cell::Words(w) if w.vi == "địa bàn Phường 1"));
    assert!(table(&made, "removed").rows.is_empty());
    drop(store);
    let out = data.path().join("reports");
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.args(["privacy", "report", "--year", "2026", "--format", "html,csv", "--data"]);
    command.arg(data.path()).arg("--out").arg(&out).assert().code(0);
    let page = std::fs::read_to_string(out.join("privacy-2026-vi.html")).unwrap();
    assert!(page.contains("Báo cáo bảo vệ dữ liệu cá nhân năm 2026") && page.contains("u-1"));
    assert!(page.contains("Tra theo biển số") && !page.contains("84A"), "whose plate is not told");
    assert!(out.join("privacy-2026-vi.zip").exists());
}

#[test]
#[allow(clippy::too_many_lines)] // It is a list of entries, and what is told of them.
fn what_left_is_what_was_taken_and_by_whom() {
    let data = tempfile::tempdir().unwrap();
    let store = filled(data.path(), 3);
    let at = "2026-05-04T03:00:00Z";
    let then = WallTime(at.parse().unwrap());
    // Two people of one name and role.
    let ids: Vec<String> = ["an1", "an2"]
        .iter()
        .map(|name| {
            let new = NewUser {
                name: (*name).to_owned(),
                full_name: "Nguyễn Văn An".to_owned(),
                role: Role::Supervisor,
                scope: Scope::default(),
                agency: None,
                language: Language::Vi,
            };
            let password = "bốn từ không ai đoán";
            add_user(&store, &Doer::Command { uid: 0 }, &new, password, then).unwrap().id
        })
        .collect();
    let events =
        (0..2).map(|n| RequestedEvent { event: sample(n).id, ward: None, domain: Domain::Traffic });
    let request = HandoverRequest {
        id: "hr-0123456789abcdef".to_owned(),
        state: RequestState::Asked,
        agency: "Công an tỉnh".to_owned(),
        receiver: "Thiếu tá B".to_owned(),
        purpose: "Xử phạt".to_owned(),
        legal_basis: "Công văn 12".to_owned(),
        valid_days: 3,
        asked_by: ids[0].clone(),
        asked: then,
        decided_by: None,
        decided: None,
        decision_note: None,
        trouble: None,
        range: None,
        events: events.collect(),
        pack: None,
    };
    let asked = NewEntry {
        at: then,
        actor: ids[0].clone(),
        actor_kind: ActorKind::User,
        action: "handover_asked".into(),
        subject: request.id.clone(),
        details: json!({ "purpose": request.purpose, "events": [sample(0).id, sample(1).id] }),
        address: None,
    };
    store.put_request(&request, &asked).unwrap();
    let (first, second) = ((ActorKind::User, ids[0].as_str()), (ActorKind::User, ids[1].as_str()));
    let service = (ActorKind::Service, "service");
    let put = |who, action: &str, subject: &str, details| {
        enter_with(&store, at, who, action, subject, details);
    };
    for (who, step) in [
        (second, "handover_approved"),
        (second, "handover_refused"),
        (second, "handover_note"),
        (service, "handover_packed"),
        (service, "handover_failed"),
        (service, "handover_expired"),
    ] {
        put(who, step, &request.id, json!({ "why": "x" }));
    }
    let pack = json!({ "pack": "pk-1", "bytes": 10, "sha256": "00" });
    put(first, "handover_taken", &request.id, pack.clone());
    put(first, "handover_taken", "hr-unknown", pack);
    // Onto another disk: one that failed, one that got there, one of which nothing more was heard.
    let along = json!({ "pack": "pk-1", "to": "/media/usb/pack-pk-1" });
    for step in ["taking", "not_taken", "taking", "taken", "taking"] {
        put(second, &format!("handover_{step}"), &request.id, along.clone());
    }
    put(
        second,
        "survey",
        "survey.docx",
        json!({ "bytes": 10, "filter": { "from": "2026-01-01" } }),
    );
    let filter =
        json!({ "period": "half_year", "domain": "urban_order", "kind": "illegal_parking" });
    put(first, "report", "bao-cao.docx", json!({ "filter": filter }));
    put(first, "export", "confirmed.csv", json!({ "events": ["a", "b", "c"] }));
    put(service, "report", "2026-04", json!({ "schedule": "half_year vi a", "sinks": ["a"] }));
    put(service, "report", "2026-04", json!({ "schedule": "lưu", "sinks": [] }));
    let made = privacy(&store, data.path(), 2026, jiff::civil::date(2027, 1, 5)).unwrap();
    let by_whom = table(&made, "by_whom");
    // lists, searches by plate, looks, acted, only, decisions, exports, handing over, holds
    assert_eq!(counts(by_whom, "Nguyễn Văn An (an1)"), [0, 0, 0, 0, 0, 0, 2, 3, 0]);
    assert_eq!(counts(by_whom, "Nguyễn Văn An (an2)"), [0, 0, 0, 0, 0, 0, 1, 6, 0]);
    assert_eq!(counts(by_whom, "streetward"), [0, 0, 0, 0, 0, 0, 1, 3, 0]);
    let left = table(&made, "left");
    let told: Vec<(String, Option<u64>, String)> = left
        .rows
        .iter()
        .map(|row| {
            let words =
                |cell: &Cell| if let Cell::Words(w) = cell { w.en.clone() } else { String::new() };
            let events = if let Cell::Count(n) = row[3] { Some(n) } else { None };
            (words(&row[2]), events, words(&row[4]))
        })
        .collect();
    let broken_off = "Pack copied onto another disk, not whole";
    let told: Vec<(&str, Option<u64>, &str)> =
        told.iter().map(|(what, events, of)| (what.as_str(), *events, of.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Scheduled report sent", None, "by half-year, in Vietnamese: a"),
            ("List of events", Some(3), ""),
            ("Report", None, "domain Urban order; kind Illegal parking; period half-year"),
            ("Survey", None, "from 2026-01-01"),
            (broken_off, Some(2), "Xử phạt (Công an tỉnh)"),
            ("Pack taken", Some(2), "Xử phạt (Công an tỉnh)"),
            (broken_off, Some(2), "Xử phạt (Công an tỉnh)"),
            ("Pack taken", None, ""),
            ("Pack taken", Some(2), "Xử phạt (Công an tỉnh)"),
        ]
    );
    // What programs call things does not stand in what people read.
    let head = Letterhead::default();
    let page = document_bytes(&made, DocumentFormat::Html, Tongue::Vi, &head, None).unwrap();
    let page = String::from_utf8(page).unwrap();
    let (_, shown) = page.split_once("<main>").unwrap();
    let words: Vec<&str> = shown.split(['>', '<']).skip(2).step_by(2).collect();
    let words = words.join(" ");
    for word in ["_", "domain", "traffic", "period", "filter", "month", "illegal"] {
        assert!(!words.contains(word), "{word}: {words}");
    }
}

/// What is taken by command is taken all the same.
#[test]
fn what_commands_write_is_told_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(filled(&data, 2));
    std::fs::create_dir(folder.path().join("cameras")).unwrap();
    let files = [
        ("streetward.toml", "version = 1\nname = \"Trà Vinh\"\n"),
        (
            "cameras/p1.toml",
            "version = 1\nid = \"p1\"\nname = \"Chợ\"\nframe_size = [640, 360]\n\
             [[zones]]\nname = \"z\"\npolygon = [[300,150],[600,150],[620,340]]\n\
             [[rules]]\nkind = \"illegal_parking\"\nzone = \"z\"\n",
        ),
        ("register.csv", "code,name,ward,state\np1,Chợ,Phường 1,installed\n"),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let done = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
        command.current_dir(folder.path()).args(args).assert().success();
    };
    done(&["register", "import", "register.csv"]);
    done(&["register", "survey", "-o", "khao-sat.html"]);
    done(&["report", "--from", "2026-08-01", "--to", "2026-08-31", "--ward", "Phường 1"]);
    let store = Store::open_read(&data).unwrap();
    let filter = AuditFilter { action: Some("survey".into()), limit: 5, ..AuditFilter::default() };
    let entries = store.audit_entries(&filter).unwrap();
    let year = entries[0].at.local().year();
    let made = privacy(&store, &data, year, jiff::civil::date(2030, 1, 5)).unwrap();
    let left = table(&made, "left");
    let said = |row: &[Cell], n: usize| match &row[n] {
        Cell::Words(words) => words.en.clone(),
        other => panic!("{other:?}"),
    };
    let told: Vec<String> = left.rows.iter().map(|row| said(row, 2)).collect();
    assert_eq!(told, ["Report", "Survey"]);
    assert_eq!(said(&left.rows[0], 4), "ward Phường 1");
    let sealed = std::fs::read(folder.path().join("khao-sat.html")).unwrap();
    let sha256 = hex::encode(Sha256::digest(&sealed));
    assert!(entries[0].details.contains(&sha256) && entries[0].subject == "khao-sat.html");
}
