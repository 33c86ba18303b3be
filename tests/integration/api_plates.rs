//! Plates over HTTP: taken back, found however they are written, and what the trail says of them to whom.

use crate::api_rig::{Answer, Person, Rig, now};
use crate::sample::sample;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use streetward::store::{ActorKind, AuditEntry, AuditFilter, NewEntry};

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
    // Of the two exports the desk's alone has it: whoever has the shell is not asked what he may see.
    let minh = rig.person("supervisor");
    let desk = rig.see(&minh, "/export?format=csv").body;
    assert!(String::from_utf8(desk).unwrap().contains("84A-123.46"));
    let out = rig.data().with_file_name("confirmed.csv");
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.args(["events", "export", "--data"]).arg(rig.data()).arg("--output").arg(&out);
    command.assert().success();
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(written.contains(&rig.event) && !written.contains("84A"), "{written}");
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
fn every_event_that_a_plate_finds_is_entered_however_it_is_paged() {
    let rig = Rig::new();
    let typist = rig.person("reviewer");
    let mut typed = BTreeSet::new();
    for n in [0, 3, 6] {
        let event = sample(n).id;
        let plate = format!("84A-123.4{n}");
        let body = json!({
            "action": "plate", "plate": plate, "request_key": format!("plate-test-{n}"),
        });
        let path = format!("/events/{event}/decision");
        let answer = rig.tell(&typist, &path, &[("If-Match", "\"0\"")], &body);
        assert_eq!(answer.status, 200, "{}", answer.json());
        typed.insert(event);
    }
    // The events of each entry, the last entry first.
    let lists = || -> Vec<Vec<String>> {
        let details = |e: &AuditEntry| serde_json::from_str::<Value>(&e.details).unwrap();
        let all = entered(&rig, "list_seen");
        assert!(all.iter().all(|e| details(e)["asked"] == json!({ "plate": "84A1234" })));
        all.iter().map(|e| serde_json::from_value(details(e)["events"].clone()).unwrap()).collect()
    };
    let once = |lists: &[Vec<String>]| {
        let all: Vec<&String> = lists.iter().flatten().collect();
        assert_eq!(all.len(), 3, "{lists:?}");
        assert_eq!(all.into_iter().cloned().collect::<BTreeSet<_>>(), typed);
    };
    // A short page first, then all: what the short one did not show is entered, too.
    let person = rig.person("viewer");
    for (limit, entries) in [(1, 1), (1, 1), (200, 2), (200, 2), (1, 2)] {
        let query = format!("/events?plate=84A1234&limit={limit}");
        assert_eq!(rig.see(&person, &query).status, 200);
        assert_eq!(lists().len(), entries, "limit {limit}");
    }
    once(&lists());
    // Page after page, in another session; and once more, of which nothing is new.
    let again = rig.person("viewer");
    for _ in 0..2 {
        let mut query = "/events?plate=84A1234&limit=1".to_owned();
        let mut pages = 1;
        while let Some(next) = rig.see(&again, &query).json()["next"].as_str() {
            query = format!("/events?plate=84A1234&limit=1&cursor={next}");
            pages += 1;
        }
        assert_eq!(pages, 3);
    }
    let all = lists();
    assert_eq!(all.len(), 5);
    once(&all[..3]);
}

#[test]
fn the_trail_says_that_a_plate_was_entered_and_not_which() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    for (seen, typed) in [(0, " 84a 12345 "), (1, ""), (2, PLATE)] {
        let body = json!({ "action": "plate", "plate": typed });
        assert_eq!(decide(&rig, &person, seen, &body).status, 200, "{typed}");
    }
    let done = decide(&rig, &person, 3, &json!({ "action": "confirm", "plate": "" }));
    assert_eq!((done.status, &done.json()["plate"]), (200, &json!(PLATE)));
    let details: Vec<Value> = entered(&rig, "decision")
        .iter()
        .rev()
        .map(|e| serde_json::from_str(&e.details).unwrap())
        .collect();
    let told: Vec<(&Value, &Value)> =
        details.iter().map(|d| (&d["plate"], &d["version"])).collect();
    let (typed, taken) = (json!("entered"), json!("taken_back"));
    let versions: Vec<Value> = (1..=4).map(|v| json!(v)).collect();
    let wanted = [&typed, &taken, &typed, &Value::Null];
    assert_eq!(told, wanted.into_iter().zip(&versions).collect::<Vec<_>>());
    let text = json!(details).to_string();
    assert!(!text.contains("123") && !text.contains("84a"), "{text}");
    // By its version, whoever may see the event finds which it was.
    let whole = rig.see(&person, &format!("/events/{}", rig.event)).json();
    let first = &whole["history"][0];
    assert_eq!((&first["version"], &first["plate"]), (&json!(1), &json!(PLATE)));
}

#[test]
fn who_may_not_see_events_reads_no_plates_in_the_trail() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    let note = "xe của ông Tư";
    let body = json!({ "action": "plate", "plate": PLATE, "note": note });
    assert_eq!(decide(&rig, &person, 0, &body).status, 200);
    assert_eq!(rig.see(&person, "/events?plate=84A-123.45").status, 200);
    // As it was entered by versions that wrote the plate down.
    let old = NewEntry {
        at: now(),
        actor: "u-lan".to_owned(),
        actor_kind: ActorKind::User,
        action: "decision".to_owned(),
        subject: "an-older-event".to_owned(),
        details: json!({ "action": "plate", "plate": PLATE, "version": 1 }),
        address: None,
    };
    rig.store().audit(&old).unwrap();
    let plain = decide(&rig, &person, 1, &json!({ "action": "plate", "plate": "" }));
    assert_eq!(plain.status, 200);
    let trail = |name: &str| {
        let who = rig.person(name);
        let page = rig.see(&who, "/audit?limit=500").json();
        let of = |action: &str| {
            let items = page["items"].as_array().unwrap();
            items.iter().filter(|e| e["action"] == action).cloned().collect::<Vec<Value>>()
        };
        let decisions: [Value; 3] = of("decision").try_into().unwrap();
        (decisions, of("list_seen")[0].clone(), of("login")[0].clone())
    };
    let ([taken, old, decision], list, login) = trail("administrator");
    assert_eq!(taken["withheld"], false, "it says no plate: {taken}");
    assert!(taken["details"].as_str().unwrap().contains("taken_back"), "{taken}");
    for entry in [&decision, &old, &list] {
        let details = entry["details"].as_str().unwrap();
        assert!(!details.contains("123.45") && !details.contains("ông Tư"), "{details}");
        assert_eq!(entry["withheld"], true);
    }
    let details = decision["details"].as_str().unwrap();
    assert!(details.contains("\"action\":\"plate\"") && details.contains("entered"), "{details}");
    assert_eq!(login["withheld"], false);
    let ([_, old, decision], list, _) = trail("auditor");
    assert!(old["details"].as_str().unwrap().contains(PLATE), "{old}");
    assert!(decision["details"].as_str().unwrap().contains(note), "{decision}");
    assert!(list["details"].as_str().unwrap().contains(PLATE), "{list}");
    assert_eq!(decision["withheld"], false);
    // What is chained is whole.
    assert!(rig.store_read().verify_audit(None).unwrap().broken.is_none());
}
