//! The audit trail: only ever added to, and it shows what was done to it.

use crate::postgres_rig::data_folder;
use crate::support::root;
use assert_cmd::Command;
use serde_json::{Value, json};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::path::Path;
use streetward::media::WallTime;
use streetward::store::{
    ActorKind, AuditBreak, AuditFilter, AuditHead, AuditVerdict, NewEntry, Store,
};
use tempfile::TempDir;

fn entry(n: u32) -> NewEntry {
    NewEntry {
        at: WallTime(jiff::Timestamp::from_second(1_790_000_000 + i64::from(n)).unwrap()),
        actor: format!("u-{}", n % 3),
        actor_kind: if n.is_multiple_of(2) { ActorKind::User } else { ActorKind::Command },
        action: if n.is_multiple_of(4) { "login" } else { "evidence_seen" }.to_owned(),
        subject: format!("sự kiện {n}"),
        details: json!({ "n": n, "note": "\"quoted\" <b>" }),
        address: n.is_multiple_of(2).then(|| "192.0.2.7".to_owned()),
    }
}

fn filled(count: u32) -> (TempDir, AuditHead) {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let mut head = None;
    for n in 1..=count {
        let entry = store.audit(&entry(n)).unwrap();
        assert_eq!(entry.number, u64::from(n));
        head = Some(entry.head());
    }
    (data, head.unwrap())
}

/// Statements by somebody who has the database file.
pub(crate) fn tamper(data: &Path, statements: &[&str]) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(data.join("streetward.db"));
        let mut db = SqliteConnection::connect_with(&options).await.unwrap();
        for s in statements {
            sqlx::query(sqlx::AssertSqlSafe((*s).to_owned()))
                .execute(&mut db)
                .await
                .map_err(|e| e.to_string())?;
        }
        db.close().await.unwrap();
        Ok(())
    })
}

const DROP: [&str; 3] = [
    "DROP TRIGGER audit_not_changed",
    "DROP TRIGGER audit_not_removed",
    "DROP TRIGGER audit_in_order",
];

fn verdict(data: &Path, head: Option<&AuditHead>) -> AuditVerdict {
    Store::open_read(data).unwrap().verify_audit(head).unwrap()
}

#[test]
fn the_database_refuses_to_change_or_remove_entries() {
    let (data, head) = filled(5);
    let refused = [
        "UPDATE audit SET actor = 'x' WHERE number = 3",
        "UPDATE audit SET actor = actor",
        "DELETE FROM audit WHERE number = 5",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT number, at_utc_us, 'x', actor_kind, action, subject,
             details, address, previous_hash, hash FROM audit WHERE number = 3",
        "INSERT INTO audit SELECT 9, at_utc_us, actor, actor_kind, action, subject, details,
             address, previous_hash, 'h' FROM audit WHERE number = 3",
    ];
    for statement in refused {
        let told = tamper(data.path(), &[statement]).unwrap_err();
        assert!(told.contains("the audit trail is append-only"), "{statement}: {told}");
    }
    let sound = AuditVerdict { entries: 5, head: Some(head.clone()), broken: None };
    assert_eq!(verdict(data.path(), Some(&head)), sound);
    // Triggers that were dropped are back when a writer has started.
    tamper(data.path(), &DROP).unwrap();
    drop(Store::open(data.path()).unwrap());
    for statement in refused {
        assert!(tamper(data.path(), &[statement]).is_err(), "{statement}");
    }
    assert_eq!(verdict(data.path(), Some(&head)), sound);
}

/// Whoever has the file can drop the triggers; the chain still tells the first that is broken.
#[test]
fn what_was_done_to_the_trail_shows() {
    let swap = [
        "UPDATE audit SET number = 1000 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = 7",
        "UPDATE audit SET number = 7 WHERE number = 1000",
    ];
    let close_the_gap = [
        "DELETE FROM audit WHERE number = 5",
        "UPDATE audit SET number = -(number - 1) WHERE number > 5",
        "UPDATE audit SET number = -number WHERE number < 0",
    ];
    let cases: Vec<(Vec<&str>, AuditBreak, u64)> = vec![
        (vec!["DELETE FROM audit WHERE number = 1"], AuditBreak::Removed { first: 1, last: 1 }, 0),
        (
            vec!["DELETE FROM audit WHERE number BETWEEN 4 AND 6"],
            AuditBreak::Removed { first: 4, last: 6 },
            3,
        ),
        (swap.to_vec(), AuditBreak::Reordered { number: 4, written_as: 7 }, 3),
        (close_the_gap.to_vec(), AuditBreak::Reordered { number: 5, written_as: 6 }, 4),
        (
            vec!["DELETE FROM audit WHERE number > 7"],
            AuditBreak::Truncated { last: 7, head: 10 },
            7,
        ),
        (vec!["DELETE FROM audit"], AuditBreak::Truncated { last: 0, head: 10 }, 0),
    ];
    for (statements, wanted, sound) in cases {
        let (data, head) = filled(10);
        tamper(data.path(), &[&DROP[..], &statements].concat()).unwrap();
        let found = verdict(data.path(), Some(&head));
        assert_eq!((found.broken, found.entries), (Some(wanted), sound), "{statements:?}");
    }
    for (column, value) in [
        ("at_utc_us", "at_utc_us + 1"),
        ("at_utc_us", "'soon'"),
        ("actor", "'u-9'"),
        ("actor_kind", "'service'"),
        ("action", "'logout'"),
        ("subject", "subject || ' '"),
        ("details", "'{}'"),
        ("details", "replace(details, ':', ': ')"),
        ("address", "'192.0.2.8'"),
        ("address", "NULL"),
        ("previous_hash", "hash"),
        ("hash", "upper(hash)"),
    ] {
        let (data, _) = filled(8);
        let change = format!("UPDATE audit SET {column} = {value} WHERE number = 6");
        tamper(data.path(), &[&DROP[..], &[&change]].concat()).unwrap();
        let found = verdict(data.path(), None);
        assert_eq!(found.broken, Some(AuditBreak::Changed { number: 6 }), "{change}");
        assert_eq!(found.entries, 5);
    }
}

/// Who changes an entry and makes its hash anew breaks the link to the next; who makes all hashes anew
/// from there on is found by the head.
#[test]
fn hashes_made_anew_show_too() {
    let (data, head) = filled(9);
    let all = AuditFilter { limit: 100, ..AuditFilter::default() };
    let mut entries = Store::open_read(data.path()).unwrap().audit_entries(&all).unwrap();
    entries.reverse();
    let mut forged = entries[4].clone();
    forged.actor = "u-9".into();
    forged.hash = forged.computed_hash(forged.number);
    let forge = |e: &streetward::store::AuditEntry| {
        format!(
            "UPDATE audit SET actor = '{}', previous_hash = '{}', hash = '{}' WHERE number = {}",
            e.actor, e.previous_hash, e.hash, e.number
        )
    };
    tamper(data.path(), &[&DROP[..], &[&forge(&forged)]].concat()).unwrap();
    let found = verdict(data.path(), None);
    assert_eq!((found.broken, found.entries), (Some(AuditBreak::Changed { number: 5 }), 5));
    let mut previous = forged.hash;
    for e in &mut entries[5..] {
        e.previous_hash = previous;
        e.hash = e.computed_hash(e.number);
        previous = e.hash.clone();
        tamper(data.path(), &[&forge(e)]).unwrap();
    }
    assert_eq!(verdict(data.path(), None).broken, None, "whole in itself");
    let found = verdict(data.path(), Some(&head));
    assert_eq!(found.broken, Some(AuditBreak::Rewritten { number: 9 }));
}

#[test]
fn entries_of_many_writers_make_one_chain() {
    let data = data_folder();
    let service = Store::open(data.path()).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (service, data) = (&service, data.path());
            scope.spawn(move || {
                let beside = (writer > 1).then(|| Store::open_beside(data).unwrap());
                for n in 0..15 {
                    beside.as_ref().unwrap_or(service).audit(&entry(n)).unwrap();
                }
            });
        }
    });
    let found = service.verify_audit(None).unwrap();
    assert_eq!((found.entries, found.broken), (60, None));
}

#[test]
fn entries_are_filtered_and_paged_from_the_newest() {
    let (data, _) = filled(30);
    let store = Store::open_read(data.path()).unwrap();
    let numbers = |filter: AuditFilter| -> Vec<u64> {
        store.audit_entries(&filter).unwrap().iter().map(|e| e.number).collect()
    };
    let all = || AuditFilter { limit: 100, ..AuditFilter::default() };
    let wanted =
        |keep: &dyn Fn(u64) -> bool| -> Vec<u64> { (1..=30).rev().filter(|n| keep(*n)).collect() };
    assert_eq!(numbers(all()), wanted(&|_| true));
    assert_eq!(
        numbers(AuditFilter { actor: Some("u-1".into()), ..all() }),
        wanted(&|n| n % 3 == 1)
    );
    let logins = AuditFilter { action: Some("login".into()), ..all() };
    assert_eq!(numbers(logins), wanted(&|n| n % 4 == 0));
    assert_eq!(numbers(AuditFilter { subject: Some("sự kiện 7".into()), ..all() }), [7]);
    let between = AuditFilter { from: Some(entry(5).at), to: Some(entry(9).at), ..all() };
    assert_eq!(numbers(between), [8, 7, 6, 5]);
    let page = AuditFilter { before: Some(27), limit: 3, ..all() };
    assert_eq!(numbers(page), [26, 25, 24]);
}

fn audit(data: &Path, args: &[&str], code: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).arg("audit").args(args).env("STREETWARD_DATA", data);
    let out = command.assert().code(code);
    String::from_utf8(out.get_output().stdout.clone()).unwrap()
}

#[test]
fn the_commands_list_and_verify() {
    let (data, head) = filled(6);
    let head = head.to_string();
    let told = audit(data.path(), &["verify"], 0);
    assert_eq!(told, format!("6 entries: the audit trail is whole.\nhead {head}\n"));
    let lines = audit(data.path(), &["list", "--format", "jsonl", "--limit", "2"], 0);
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["number"], 6);
    assert_eq!(last["at"], "2026-09-21T14:13:26.000000Z");
    assert_eq!(format!("6:{}", last["hash"].as_str().unwrap()), head);
    assert_eq!(lines.lines().count(), 2);
    let table = audit(data.path(), &["list", "--action", "login"], 0);
    assert!(table.contains("sự kiện 4") && !table.contains("sự kiện 5"), "{table}");
    assert_eq!(audit(data.path(), &["list", "--action", "none"], 0), "No entry was found.\n");
    audit(data.path(), &["verify", "--head", "6:abc"], 2);
    audit(&data.path().join("nowhere"), &["verify"], 2);

    tamper(data.path(), &[&DROP[..], &["DELETE FROM audit WHERE number > 4"]].concat()).unwrap();
    let told = audit(data.path(), &["verify"], 0);
    assert!(told.starts_with("4 entries: the audit trail is whole."), "a cut tail: {told}");
    let told = audit(data.path(), &["verify", "--head", &head], 1);
    assert!(
        told.starts_with("The audit trail is NOT whole: entries after 4 were removed: the head given is entry 6.\n"),
        "{told}"
    );
    tamper(data.path(), &["UPDATE audit SET actor = 'x' WHERE number = 2"]).unwrap();
    let told: Value =
        serde_json::from_str(&audit(data.path(), &["verify", "--format", "json"], 1)).unwrap();
    assert_eq!(told["fault"], json!({ "fault": "changed", "number": 2 }));
    assert_eq!((&told["sound"], &told["entries"]), (&json!(false), &json!(1)));
}
