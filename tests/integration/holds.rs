//! Holds over the API and on the command line.

#![allow(clippy::unwrap_used)]

use crate::api_rig::{Answer, Person, Rig};
use crate::sample::sample;
use assert_cmd::Command;
use serde_json::{Value, json};

fn hold(rig: &Rig, person: &Person, body: &Value) -> Answer {
    rig.tell(person, "/holds", &[], body)
}

#[test]
fn a_hold_sent_again_is_one_hold() {
    let rig = Rig::new();
    let chief = rig.person("supervisor");
    let body =
        json!({ "event": sample(0).id, "reason": "Hồ sơ 12", "request_key": "12345678-aaaa" });
    let (first, again) = (hold(&rig, &chief, &body).json(), hold(&rig, &chief, &body).json());
    assert_eq!((&first["id"], &first["at_utc"]), (&again["id"], &again["at_utc"]));
    assert_eq!(rig.see(&chief, "/holds").json().as_array().unwrap().len(), 1);
    let mut other = body.clone();
    other["request_key"] = json!("12345678-bbbb");
    assert_ne!(hold(&rig, &chief, &other).json()["id"], first["id"]);
    other["request_key"] = json!("x");
    assert_eq!(hold(&rig, &chief, &other).status, 400);
    let filter = streetward::store::AuditFilter {
        action: Some("hold_added".into()),
        limit: 50,
        ..Default::default()
    };
    assert_eq!(rig.store_read().audit_entries(&filter).unwrap().len(), 2);
}

#[test]
fn a_supervisor_keeps_evidence_and_lets_it_go_and_both_are_entered() {
    let rig = Rig::new();
    let (chief, reviewer) = (rig.person("supervisor"), rig.person("reviewer"));
    let body = json!({ "event": sample(0).id, "reason": " Hồ sơ 12/2026 " });
    assert_eq!(hold(&rig, &reviewer, &body).status, 403);
    let made = hold(&rig, &chief, &body);
    assert_eq!(made.status, 200, "{}", String::from_utf8_lossy(&made.body));
    let made = made.json();
    assert_eq!((&made["reason"], &made["active"]), (&json!("Hồ sơ 12/2026"), &json!(true)));
    assert_eq!(made["by_name"], json!("Người dùng supervisor"));
    assert_eq!(made["camera_name"], json!(sample(0).camera_name));
    // Whoever sees the event sees that it is kept; for which case, only who may keep it.
    let held = || rig.see(&reviewer, &format!("/events/{}", sample(0).id)).json()["held"].clone();
    assert_eq!(held(), json!(true));
    let list = |query: &str| rig.see(&chief, &format!("/holds{query}")).json();
    assert_eq!(list("").as_array().unwrap().len(), 1);
    assert_eq!(list(&format!("?event={}", sample(1).id)), json!([]));
    assert_eq!(rig.see(&reviewer, "/holds").status, 403);
    for (wrong, status) in [
        (json!({ "event": sample(0).id, "reason": " " }), 422),
        (json!({ "event": sample(0).id, "reason": "x".repeat(501) }), 422),
        (json!({ "event": sample(0).id, "reason": "x", "until": "2026-08-15T11:00:00Z" }), 422),
        (json!({ "event": sample(0).id, "reason": "x", "until": "mai" }), 400),
        (json!({ "event": "0".repeat(20), "reason": "x" }), 404),
        (json!({ "event": sample(0).id }), 400),
    ] {
        assert_eq!(hold(&rig, &chief, &wrong).status, status, "{wrong}");
    }
    let id = made["id"].as_str().unwrap();
    let lift = |person: &Person| {
        rig.tell(person, &format!("/holds/{id}/lift"), &[], &json!({ "reason": "Đã xong" }))
    };
    assert_eq!(lift(&reviewer).status, 403);
    let lifted = lift(&chief).json();
    assert_eq!((&lifted["active"], &lifted["lifted_reason"]), (&json!(false), &json!("Đã xong")));
    assert_eq!(held(), json!(false));
    let again = lift(&chief);
    assert_eq!((again.status, again.code().as_str()), (409, "lifted_before"));
    assert_eq!(list(""), json!([]));
    assert_eq!(list("?all=true").as_array().unwrap().len(), 1);
    let entered: Vec<String> = rig
        .store_read()
        .audit_entries(&streetward::store::AuditFilter { limit: 50, ..Default::default() })
        .unwrap()
        .into_iter()
        .filter(|e| e.action.starts_with("hold_"))
        .map(|e| format!("{} {}", e.action, e.subject))
        .collect();
    let event = sample(0).id;
    assert_eq!(entered, [format!("hold_lifted {event}"), format!("hold_added {event}")]);
}

#[test]
fn the_command_keeps_lists_and_lifts() {
    let data = tempfile::tempdir().unwrap();
    drop(crate::sample::filled(data.path(), 2));
    let said = |args: &[&str], code: i32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
        let out = command.args(args).arg("--data").arg(data.path()).assert().code(code);
        let out = out.get_output();
        format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
    };
    assert_eq!(said(&["hold", "list"], 0), "Nothing is kept for a case.\n");
    let event = sample(1).id;
    let far = ["--until", "2099-12-31"];
    let kept = said(&[&["hold", "add", &event, "--reason", "Hồ sơ 12"][..], &far].concat(), 0);
    let id = kept.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(said(&["hold", "list"], 0).contains("Hồ sơ 12"));
    assert!(said(&["hold", "add", "nobody", "--reason", "x"], 2).contains("no event nobody"));
    let past = ["hold", "add", &event, "--reason", "x", "--until", "2020-01-01"];
    assert!(said(&past, 2).contains("over already"));
    let json: Value =
        serde_json::from_str(&said(&["hold", "list", "--format", "json"], 0)).unwrap();
    assert_eq!((&json[0]["id"], &json[0]["event"]), (&json!(id), &json!(event)));
    said(&["hold", "lift", &id, "--reason", "xong"], 0);
    assert!(said(&["hold", "lift", &id, "--reason", "xong"], 2).contains("lifted before"));
    assert_eq!(said(&["hold", "list"], 0), "Nothing is kept for a case.\n");
    assert!(said(&["hold", "list", "--all"], 0).contains("lifted"));
}
