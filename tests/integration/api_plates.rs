//! Plates over HTTP: taken back, found however they are written, and who reads of them in the trail.

use crate::api_rig::{Answer, Person, Rig};
use serde_json::{Value, json};
use streetward::store::{AuditEntry, AuditFilter};

const PLATE: &str = "84A-123.45";

fn decide(rig: &Rig, person: &Person, seen: u64, body: &Value) -> Answer {
    let mut body = body.clone();
    body["request_key"] = json!(format!("plate-test-{seen}"));
    let path = format!("/events/{}/decision", rig.event);
    rig.tell(person, &path, &[("If-Match", &format!("\"{seen}\""))], &body)
}

fn entered(rig: &Rig, action: &str) -> Vec<AuditEntry> {
    let filter =
        AuditFilter { action: Some(action.to_owned()), limit: 100, ..AuditFilter::default() };
    rig.store_read().audit_entries(&filter).unwrap()
}

#[test]
fn a_wrong_plate_is_taken_back_and_says_what_is_wrong() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    for (typed, says) in
        [("51WA12345", "số 0 với chữ O"), ("ABC", "từ 6 đến 12"), ("84A;12345", "dấu gạch")]
    {
        let wrong = decide(&rig, &person, 0, &json!({ "action": "confirm", "plate": typed }));
        assert_eq!((wrong.status, wrong.code().as_str()), (422, "bad_plate"));
        let told = wrong.json()["error"]["message_vi"].as_str().unwrap().to_owned();
        assert!(told.contains(says), "{typed}: {told}");
    }
    let none = decide(&rig, &person, 0, &json!({ "action": "plate", "plate": "" }));
    assert_eq!(none.code(), "bad_plate", "there is none");
    let typed = decide(&rig, &person, 0, &json!({ "action": "plate", "plate": "84a12345" }));
    assert_eq!((typed.status, &typed.json()["plate"]), (200, &json!(PLATE)));
    let found = |query: &str| rig.see(&person, &format!("/events?plate={query}")).json();
    for written in ["84A12345", "84a-12345", "84A%20123.45", "84A-123.45", "123.4", "a123"] {
        assert_eq!(found(written)["items"][0]["id"], rig.event, "{written}");
    }
    let taken = decide(&rig, &person, 1, &json!({ "action": "plate", "plate": "" }));
    assert_eq!((taken.status, &taken.json()["plate"]), (200, &Value::Null));
    assert_eq!(found("84A12345")["items"], json!([]));
    let whole = rig.see(&person, &format!("/events/{}", rig.event)).json();
    let last = whole["history"][1].clone();
    assert_eq!((&last["action"], &last["plate"]), (&json!("plate"), &json!("")));
    assert_eq!(last["by_name"], "Người dùng reviewer");
    // Decided with another, nobody changes it any more; and why is said.
    let done = decide(&rig, &person, 2, &json!({ "action": "confirm", "plate": "84A 123.46" }));
    assert_eq!((done.status, &done.json()["plate"]), (200, &json!("84A-123.46")));
    let late = decide(&rig, &person, 3, &json!({ "action": "plate", "plate": "" }));
    assert_eq!(late.code(), "not_from_here");
    let told = late.json()["error"]["message_vi"].as_str().unwrap().to_owned();
    assert!(told.contains("mở lại mới sửa được biển số"), "{told}");
}

#[test]
fn asking_by_a_plate_is_entered_once_and_found_or_not() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    for page in ["limit=1", "limit=50", "limit=1"] {
        assert_eq!(rig.see(&person, &format!("/events?plate=84A1&{page}")).status, 200);
    }
    let seen = entered(&rig, "list_seen");
    assert_eq!(seen.len(), 1, "one question, one entry");
    let details: Value = serde_json::from_str(&seen[0].details).unwrap();
    assert_eq!(details, json!({ "asked": { "plate": "84A1" }, "events": [] }));
    assert_eq!(rig.see(&person, "/events?plate=84A2").status, 200);
    assert_eq!(entered(&rig, "list_seen").len(), 2);
    assert_eq!(rig.see(&person, "/events?plate=&limit=2").status, 200);
    assert_eq!(entered(&rig, "list_seen").len(), 2, "that asks for none");
}

#[test]
fn who_may_not_see_events_reads_no_plates_in_the_trail() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    let note = "xe của ông Tư";
    let body = json!({ "action": "plate", "plate": PLATE, "note": note });
    assert_eq!(decide(&rig, &person, 0, &body).status, 200);
    assert_eq!(rig.see(&person, "/events?plate=84A-123.45").status, 200);
    let trail = |name: &str| {
        let who = rig.person(name);
        let page = rig.see(&who, "/audit?limit=500").json();
        let of = |action: &str| {
            let items = page["items"].as_array().unwrap();
            items.iter().find(|e| e["action"] == action).unwrap().clone()
        };
        (of("decision"), of("list_seen"), of("login"))
    };
    let (decision, list, login) = trail("administrator");
    for entry in [&decision, &list] {
        let details = entry["details"].as_str().unwrap();
        assert!(!details.contains("123.45") && !details.contains("ông Tư"), "{details}");
        assert_eq!(entry["withheld"], true);
    }
    assert!(decision["details"].as_str().unwrap().contains("\"action\":\"plate\""));
    assert_eq!(login["withheld"], false);
    let (decision, list, _) = trail("auditor");
    assert!(decision["details"].as_str().unwrap().contains(note), "{decision}");
    assert!(list["details"].as_str().unwrap().contains(PLATE), "{list}");
    assert_eq!(decision["withheld"], false);
    // What is chained is whole.
    assert!(rig.store_read().verify_audit(None).unwrap().broken.is_none());
}
