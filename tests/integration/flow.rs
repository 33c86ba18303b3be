//! The flow of review over the API: what is due, who has it, what is looked at again, what is the same,
//! searches that are kept, and how often a rule is right.

use crate::api_rig::{Answer, Person, Rig};
use crate::sample::sample;
use serde_json::{Value, json};

/// Does something with an event as it stands.
fn act(rig: &Rig, person: &Person, n: u32, mut body: Value) -> Answer {
    let id = sample(n).id;
    let page = rig.see(person, &format!("/events?text={id}&sightings=true")).json();
    let version = page["items"][0]["version"].as_u64().unwrap();
    let action = body["action"].as_str().unwrap().replace('_', "-");
    body["request_key"] = json!(format!("flow-{n}-{version}-{action}"));
    let seen = format!("\"{version}\"");
    rig.tell(person, &format!("/events/{id}/decision"), &[("If-Match", &seen)], &body)
}

fn done(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

fn row(rig: &Rig, person: &Person, n: u32) -> Value {
    rig.see(person, &format!("/events?text={}", sample(n).id)).json()["items"][0].clone()
}

fn page(rig: &Rig, person: &Person, query: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = rig.see(person, &format!("/events?{query}&limit=4&cursor={cursor}"));
        let page = done(&answer);
        found.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return found,
        }
    }
}

#[test]
fn what_is_due_first_comes_first_and_what_nothing_is_due_of_comes_last() {
    let rig = Rig::looking_again(0.0);
    let (reviewer, chief) = (rig.person("reviewer"), rig.person("supervisor"));
    // Cars of ward 1 are to be taken up within an hour, the rest within ten.
    let first = row(&rig, &reviewer, 0);
    assert_eq!(first["agency_name"], "Cảnh sát giao thông Phường 1");
    assert_eq!(first["acknowledge_by"], "2026-08-15T08:30:10.000Z");
    assert_eq!(first["decide_by"], "2026-08-16T07:30:10.000Z");
    assert_eq!((&first["due_at"], &first["overdue"]), (&first["acknowledge_by"], &json!(true)));
    done(&act(&rig, &reviewer, 0, json!({ "action": "acknowledge" })));
    let taken = row(&rig, &reviewer, 0);
    assert_eq!((&taken["acknowledge_by"], &taken["overdue"]), (&Value::Null, &json!(false)));
    assert_eq!(taken["due_at"], taken["decide_by"]);
    done(&act(&rig, &reviewer, 3, json!({ "action": "confirm" })));
    assert_eq!(row(&rig, &reviewer, 3)["due_at"], Value::Null);
    // Who opens it again gives the agency its time anew.
    done(&act(&rig, &reviewer, 6, json!({ "action": "confirm" })));
    done(&act(&rig, &chief, 6, json!({ "action": "reopen", "note": "xem lại" })));
    assert_eq!(row(&rig, &reviewer, 6)["decide_by"], "2026-08-16T12:00:00.000Z");
    let all = page(&rig, &reviewer, "order=due");
    assert_eq!(all.len(), 26);
    let due: Vec<Option<&str>> = all.iter().map(|e| e["due_at"].as_str()).collect();
    let told: Vec<&str> = due.iter().copied().flatten().collect();
    assert!(told.is_sorted(), "{due:?}");
    assert_eq!(told.len(), 25, "one was decided");
    assert_eq!(due[25], None, "{due:?}");
    assert_eq!(all[25]["id"], sample(3).id.as_str());
    let waiting = page(&rig, &reviewer, "order=due&status=pending,acknowledged&agency=csgt-p1");
    assert!(waiting.iter().all(|e| e["agency"] == "csgt-p1") && waiting.len() > 3);
    let late = page(&rig, &reviewer, "order=due&overdue=true");
    assert!(!late.is_empty() && late.iter().all(|e| e["overdue"] == true));
    let today = rig.see(&reviewer, "/figures/today").json();
    assert_eq!(today["overdue"], json!({ "acknowledge": late.len(), "decide": 0, "exact": true }));
}

#[test]
fn an_event_is_given_only_to_who_may_decide_it() {
    let rig = Rig::looking_again(0.0);
    let chief = rig.person("supervisor");
    let people = rig.see(&chief, "/people").json();
    let people = people.as_array().unwrap();
    let named = |name: &str| {
        let found = people.iter().find(|p| p["name"] == name);
        found.map(|p| p["id"].as_str().unwrap().to_owned())
    };
    assert_eq!(people.len(), 3, "{people:?}");
    for (name, decides) in
        [("reviewer", true), ("supervisor", true), ("elsewhere", true), ("viewer", false)]
    {
        assert_eq!(named(name).is_some(), decides, "{name}");
    }
    // Ward 3's supervisor gives events to those who decide there.
    let there = rig.see(&rig.person("elsewhere"), "/people").json();
    assert_eq!(there.as_array().unwrap().len(), 3, "those who decide everywhere, too");
    assert_eq!(rig.see(&rig.person("reviewer"), "/people").status, 403);
    let agencies = rig.see(&rig.person("viewer"), "/agencies").json();
    assert_eq!(agencies[0]["id"], "csgt-p1");
    assert_eq!(agencies[1]["decide_hours"], 48);

    let given = json!({ "action": "assign", "assignee": named("reviewer"), "agency": "ubnd" });
    let given = done(&act(&rig, &chief, 0, given));
    assert_eq!(given["assignee_name"], "Người dùng reviewer");
    assert_eq!(
        (&given["agency"], &given["agency_name"]),
        (&json!("ubnd"), &json!("Ủy ban nhân dân"))
    );
    // The other agency's targets hold from then on.
    assert_eq!(given["acknowledge_by"], "2026-08-15T17:30:10.000Z");
    let mine = page(&rig, &chief, &format!("assignee={}", named("reviewer").unwrap()));
    assert_eq!(mine.len(), 1);
    let elsewhere = json!({ "action": "assign", "assignee": named("elsewhere") });
    let refused = act(&rig, &chief, 0, elsewhere);
    assert_eq!((refused.status, refused.code().as_str()), (422, "cannot_decide"));
    assert!(!refused.json()["error"]["message_vi"].as_str().unwrap().is_empty());
    for wrong in [json!({ "assignee": "nobody" }), json!({ "agency": "nobody" })] {
        let mut body = wrong.clone();
        body["action"] = json!("assign");
        assert_eq!(act(&rig, &chief, 0, body).status, 400, "{wrong}");
    }
    let none = done(&act(&rig, &chief, 0, json!({ "action": "assign" })));
    assert_eq!((&none["assignee"], &none["assignee_name"]), (&Value::Null, &Value::Null));
    assert_eq!(none["agency"], "csgt-p1", "whose ward and field it is");
}

#[test]
fn what_is_decided_is_looked_at_again_by_somebody_else() {
    let rig = Rig::looking_again(100.0);
    let (reviewer, chief) = (rig.person("reviewer"), rig.person("supervisor"));
    for (n, action) in [(0, "confirm"), (1, "cannot_tell"), (3, "confirm")] {
        let decided = done(&act(&rig, &reviewer, n, json!({ "action": action })));
        assert_eq!(decided["second_look"], "wanted");
    }
    done(&act(&rig, &chief, 4, json!({ "action": "confirm" })));
    let wanted = "/events?second_look=wanted";
    assert_eq!(rig.see(&reviewer, wanted).status, 403, "a supervisor's queue");
    let queue = page(&rig, &chief, "second_look=wanted");
    assert_eq!(queue.len(), 3, "not one's own");
    assert_eq!(rig.see(&chief, "/figures/today").json()["second_look"], 4);
    assert_eq!(rig.see(&chief, "/events?second_look=x").status, 400);
    // Who cannot disagree does not agree.
    assert_eq!(act(&rig, &reviewer, 4, json!({ "action": "agree" })).status, 403);
    let own = act(&rig, &chief, 4, json!({ "action": "agree" }));
    assert_eq!((own.status, own.code().as_str()), (422, "own_decision"));
    let agreed = done(&act(&rig, &chief, 0, json!({ "action": "agree" })));
    assert_eq!(
        (&agreed["second_look"], &agreed["status"]),
        (&json!("agreed"), &json!("confirmed"))
    );
    let back = json!({ "action": "reopen", "note": "không rõ biển số" });
    let back = done(&act(&rig, &chief, 3, back));
    assert_eq!(
        (&back["second_look"], &back["status"]),
        (&json!("disagreed"), &json!("acknowledged"))
    );
    assert_eq!(page(&rig, &chief, "second_look=wanted").len(), 1);
    assert_eq!(page(&rig, &chief, "second_look=agreed").len(), 1);
    // Ward 3's supervisor has nothing to look at here.
    assert_eq!(page(&rig, &rig.person("elsewhere"), "second_look=wanted"), [Value::Null; 0]);
}

#[test]
fn what_is_merged_leaves_the_queue_and_says_where_it_went() {
    let rig = Rig::looking_again(0.0);
    let (reviewer, chief) = (rig.person("reviewer"), rig.person("supervisor"));
    let into = |n: u32| json!({ "action": "merge", "other": sample(n).id });
    assert_eq!(act(&rig, &reviewer, 0, into(3)).status, 403);
    let merged = done(&act(&rig, &chief, 0, into(3)));
    assert_eq!(
        (&merged["status"], &merged["merged_into"]),
        (&json!("dismissed"), &json!(sample(3).id))
    );
    let waiting = page(&rig, &reviewer, "status=pending,acknowledged");
    assert!(waiting.iter().all(|e| e["id"] != sample(0).id.as_str()));
    let whole = rig.see(&reviewer, &format!("/events/{}", sample(0).id)).json();
    let last = whole["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["action"], &last["other"]), (&json!("merge"), &json!(sample(3).id)));
    assert_eq!(last["reason"], "duplicate");
    let kept = rig.see(&reviewer, &format!("/events/{}", sample(3).id)).json();
    assert_eq!(kept["merged"], json!([sample(0).id]));
    // Neither round in a circle nor into what was merged itself.
    for n in [3, 6] {
        let refused = act(&rig, &chief, n, into(0));
        assert_eq!((refused.status, refused.code().as_str()), (422, "already_merged"), "{n}");
        assert_eq!(refused.json()["merged_into"], sample(3).id.as_str());
    }
    assert_eq!(act(&rig, &chief, 6, into(6)).code(), "itself");
    // Taken apart again, it waits again.
    let back =
        done(&act(&rig, &chief, 0, json!({ "action": "reopen", "note": "hai xe khác nhau" })));
    assert_eq!((&back["status"], &back["merged_into"]), (&json!("acknowledged"), &Value::Null));
    let kept = rig.see(&reviewer, &format!("/events/{}", sample(3).id)).json();
    assert_eq!(kept["merged"], json!([]));
    done(&act(&rig, &chief, 3, into(0)));
}

#[test]
fn searches_are_kept_for_who_keeps_them() {
    let rig = Rig::looking_again(0.0);
    let (one, other) = (rig.person("reviewer"), rig.person("viewer"));
    let keep = |person: &Person, name: &str, query: &str| {
        rig.tell(person, "/searches", &[], &json!({ "name": name, "query": query }))
    };
    let query = "status=pending&kind=illegal_parking&text=L%C3%AA%20L%E1%BB%A3i";
    let kept = done(&keep(&one, " Xe đỗ sai ", &format!("?{query}")));
    assert_eq!((&kept["name"], &kept["query"]), (&json!("Xe đỗ sai"), &json!(query)));
    assert_eq!(rig.see(&one, &format!("/events?{query}")).status, 200);
    // The same name takes its place.
    let again = done(&keep(&one, "Xe đỗ sai", "status=pending"));
    assert_eq!(again["id"], kept["id"]);
    let html = "<script>alert(1)</script>";
    done(&keep(&one, html, ""));
    let list = rig.see(&one, "/searches").json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[0]["name"], html, "a text, and no more");
    assert_eq!(rig.see(&other, "/searches").json(), json!([]));
    for (name, query) in [
        ("", "status=pending"),
        (&*"a".repeat(101), "status=pending"),
        ("a", "status=flying"),
        ("a", "unknown=1"),
        ("a", "cursor=0.1.a"),
        ("a", "limit=0"),
        ("a", "text=a b"),
        ("a", "second_look=wanted"),
        ("a", &*"&".repeat(3000)),
    ] {
        let refused = keep(&one, name, query);
        assert!(matches!(refused.status, 400 | 403), "{name} {query}: {}", refused.status);
    }
    let path = format!("/searches/{}", kept["id"].as_str().unwrap());
    let forget = |person| rig.tell_by("DELETE", person, &path, &[], &json!({})).status;
    assert_eq!(forget(&other), 404, "somebody else's");
    assert_eq!((forget(&one), forget(&one)), (200, 404));
    for n in 0..49 {
        assert_eq!(keep(&one, &format!("tìm {n}"), "").status, 200);
    }
    let full = keep(&one, "tìm thêm", "");
    assert_eq!((full.status, full.code().as_str()), (422, "too_many_searches"));
    assert_eq!(keep(&one, "tìm 7", "status=pending").status, 200, "one that is there is changed");
    // A program keeps nothing in a person's name.
    let token =
        json!({ "name": "t", "permissions": ["see_events"], "expires": "2026-09-01T00:00:00Z" });
    let secret = rig.tell(&one, "/me/tokens", &[], &token).json()["secret"].clone();
    let bearer = format!("Bearer {}", secret.as_str().unwrap());
    let body = json!({ "name": "x", "query": "" }).to_string();
    let asked = rig.ask("POST", "/api/v1/searches", &[("Authorization", &bearer)], &body);
    assert_eq!(asked.status, 403);
}

#[test]
fn a_rules_precision_and_the_reasons_are_told_within_the_scope() {
    let rig = Rig::looking_again(0.0);
    let (reviewer, elsewhere) = (rig.person("reviewer"), rig.person("elsewhere"));
    let path = "/cameras/p1-le-loi-01/precision?from=2026-08-15&to=2026-08-16";
    assert_eq!(rig.see(&reviewer, path).json(), json!([]));
    // Parking at the first camera: 0, 6, 9, 12, 18, 21, 24.
    for n in [0, 6, 9] {
        done(&act(&rig, &reviewer, n, json!({ "action": "confirm" })));
    }
    let dismiss = |reason: &str| json!({ "action": "dismiss", "reason": reason });
    done(&act(&rig, &reviewer, 12, dismiss("zone_misdrawn")));
    let rules = rig.see(&reviewer, path).json();
    assert_eq!(rules[0]["precision"], Value::Null, "four decisions are too few");
    done(&act(&rig, &reviewer, 18, dismiss("zone_misdrawn")));
    done(&act(&rig, &reviewer, 21, dismiss("stopped_by_traffic")));
    done(&act(&rig, &reviewer, 24, json!({ "action": "cannot_tell" })));
    done(&act(&rig, &reviewer, 1, json!({ "action": "confirm" })));
    let rules = rig.see(&reviewer, path).json();
    let rules = rules.as_array().unwrap();
    assert_eq!(rules.len(), 2, "{rules:?}");
    let parking = rules.iter().find(|r| r["kind"] == "illegal_parking").unwrap();
    assert_eq!(parking["rule"], sample(0).rule.as_str());
    assert_eq!(
        (&parking["confirmed"], &parking["dismissed"], &parking["cannot_tell"]),
        (&json!(3), &json!(3), &json!(1))
    );
    assert_eq!(parking["precision"], 0.5);
    let reasons = parking["reasons"].as_array().unwrap();
    assert_eq!((&reasons[0]["code"], &reasons[0]["count"]), (&json!("zone_misdrawn"), &json!(2)));
    assert_eq!(reasons[1]["en"], "Held up by traffic or a light");
    assert!(reasons[1]["vi"].as_str().unwrap().contains("ùn tắc"));
    let before = "/cameras/p1-le-loi-01/precision?from=2026-08-01&to=2026-08-02";
    assert_eq!(rig.see(&reviewer, before).json(), json!([]));
    assert_eq!(rig.see(&elsewhere, path).status, 404);
}
