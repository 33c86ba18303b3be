//! The yearly privacy report: counted from a real audit trail, written in both languages.

#![allow(clippy::unwrap_used)]

use crate::sample::filled;
use assert_cmd::Command;
use serde_json::json;
use streetward::media::WallTime;
use streetward::report::{Block, Cell, Document, Table, privacy};
use streetward::store::{ActorKind, NewEntry, Store};

fn enter(store: &Store, at: &str, kind: ActorKind, actor: &str, action: &str, subject: &str) {
    let details = json!({ "events": 3, "sha256": "00", "filter": { "ward": "Phường 1" } });
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
    enter(&store, "2026-03-01T00:00:00Z", user, "u-1", "evidence_seen", "e2");
    enter(&store, "2026-03-01T00:01:00Z", user, "u-1", "decision", "e2");
    // Who looks after deciding, or at what somebody else decided, did not look in order to decide.
    enter(&store, "2026-03-01T00:02:00Z", user, "u-1", "evidence_seen", "e2");
    enter(&store, "2026-03-01T00:03:00Z", user, "u-2", "evidence_seen", "e2");
    enter(&store, "2026-03-02T00:00:00Z", token, "t-1", "export", "events.csv");
    enter(&store, "2026-03-02T00:00:00Z", user, "u-2", "hold_added", "e2");
    enter(&store, "2026-03-02T00:00:00Z", user, "u-2", "login", "u-2");
    enter(&store, "2026-12-31T17:00:00Z", user, "u-2", "export", "events.csv");
    let made = privacy(&store, data.path(), 2026, jiff::civil::date(2027, 1, 5)).unwrap();
    let by_whom = table(&made, "by_whom");
    // looks, acted, only, decisions, exports, handing over, holds
    assert_eq!(counts(by_whom, "u-1"), [3, 1, 2, 1, 0, 0, 0]);
    assert_eq!(counts(by_whom, "u-2"), [1, 0, 1, 0, 0, 0, 1]);
    assert_eq!(counts(by_whom, "t-1"), [0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(by_whom.rows.len(), 3);
    let left = table(&made, "left");
    assert_eq!((left.rows.len(), &left.rows[0][3]), (1, &Cell::Count(3)));
    assert!(matches!(&left.rows[0][4], Cell::Words(w) if w.vi == "ward Phường 1"));
    assert!(table(&made, "removed").rows.is_empty());
    drop(store);
    let out = data.path().join("reports");
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.args(["privacy", "report", "--year", "2026", "--format", "html,csv", "--data"]);
    command.arg(data.path()).arg("--out").arg(&out).assert().code(0);
    let page = std::fs::read_to_string(out.join("privacy-2026-vi.html")).unwrap();
    assert!(page.contains("Báo cáo bảo vệ dữ liệu cá nhân năm 2026") && page.contains("u-1"));
    assert!(out.join("privacy-2026-vi.zip").exists());
}
