//! A request that names a range: which events that is, what is left out, and when it is refused.

use super::{as_user, body, confirm, eyes};
use crate::api_rig::{Rig, now};
use crate::sample::sample;
use serde_json::{Value, json};
use streetward::handover::{
    Halt, HandoverError, MOST_EVENTS, Making, Taken, make_pack, put_trouble,
};
use streetward::media::WallTime;
use streetward::store::{EventFilter, EventRecord, Status, Store};
use tempfile::TempDir;

fn range(range: &Value) -> Value {
    let mut body = body(&[]);
    body["range"] = range.clone();
    body
}

fn day(rig: &Rig) -> (String, String) {
    let start = rig.store_read().event(&rig.event).unwrap().unwrap().start_utc.0;
    let hours = |n: i64| (start + jiff::SignedDuration::from_hours(n)).to_string();
    (hours(-48), hours(48))
}

#[test]
fn a_range_takes_the_confirmed_events_and_says_how_many_wait() {
    let rig = Rig::new();
    confirm(&rig.store(), &rig.event);
    let lan = rig.person("reviewer");
    let (from, to) = day(&rig);
    let answer = rig.tell(&lan, "/requests", &[], &range(&json!({ "from": from, "to": to })));
    assert_eq!(answer.status, 200, "{}", answer.json());
    let made = answer.json();
    assert_eq!(made["events"], json!([rig.event]), "what is not confirmed is not in it");
    let store = rig.store_read();
    let waiting = waiting(&store, &from, &to);
    assert!(waiting > 0);
    assert_eq!(made["range"]["undecided"], waiting, "{made}");
    assert_eq!(made["range"]["without_evidence"], 0);
    // It is kept with the request, and in the trail.
    let id = made["id"].as_str().unwrap();
    let kept = store.request(id).unwrap().unwrap().range.unwrap();
    assert_eq!((kept.undecided, kept.from_utc), (waiting, WallTime::parse(&from).unwrap()));
    // Named as well, the event is there once.
    let mut both = range(&json!({ "from": from, "to": to }));
    both["events"] = json!([rig.event]);
    let both = rig.tell(&lan, "/requests", &[], &both).json();
    assert_eq!(both["events"], json!([rig.event]), "{both}");

    // The pack says it.
    let store = rig.store();
    let out = TempDir::new().unwrap();
    let request = as_user(&store, "supervisor", |by| {
        streetward::handover::approve(&store, by, id, None, now())
    })
    .unwrap();
    // What once failed the server leaves alone, so that the test makes it.
    put_trouble(&store, id, &HandoverError::OneSelf, now()).unwrap();
    let data = rig.data();
    let mut eyes = eyes();
    let pack = as_user(&store, "supervisor", |by| {
        let halt = Halt::default();
        let taken = Some(Taken { by, to: out.path(), halt: &halt });
        let mut making = Making { store: &store, data: &data, eyes: &mut eyes, at: now(), taken };
        make_pack(&mut making, &request.id).unwrap()
    });
    let folder = out.path().join(format!("pack-{}", pack.id));
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    assert_eq!(read("manifest.json")["request"]["range"]["undecided"], waiting);
    assert_eq!(read("custody.json")["request"][0]["details"]["range"]["undecided"], waiting);
}

/// Events of a time that nobody has decided on, counted one by one.
fn waiting(store: &Store, from: &str, to: &str) -> u64 {
    let (from, to) = (WallTime::parse(from).unwrap(), WallTime::parse(to).unwrap());
    let all = store.events(&EventFilter { merged: true, ..EventFilter::default() }).unwrap();
    let open = |e: &&EventRecord| matches!(e.status, Status::Pending | Status::Acknowledged);
    let within = |e: &&EventRecord| e.start_utc >= from && e.start_utc < to;
    all.iter().filter(open).filter(within).count() as u64
}

#[test]
fn a_range_without_anything_to_hand_over_is_refused_plainly() {
    let rig = Rig::new();
    let lan = rig.person("reviewer");
    let (from, to) = day(&rig);
    let ask = |wanted: Value| rig.tell(&lan, "/requests", &[], &range(&wanted));
    let refused = ask(json!({ "from": from, "to": to }));
    assert_eq!((refused.status, refused.code().as_str()), (422, "nothing_in_range"));
    let waiting = waiting(&rig.store_read(), &from, &to);
    assert_eq!(refused.json()["undecided"], waiting, "{}", refused.json());
    assert_eq!(ask(json!({ "from": to, "to": from })).code(), "bad_range");
    confirm(&rig.store(), &rig.event);
    // Narrowed to where nothing is confirmed; and outside the asker's scope.
    let elsewhere = json!({ "from": from, "to": to, "camera": "no-such-camera" });
    assert_eq!(ask(elsewhere).code(), "nothing_in_range");
    assert_eq!(ask(json!({ "from": from, "to": to, "ward": "a\u{202e}b" })).code(), "bad_text");
    for wrong in [
        json!({ "from": from }),
        json!({ "from": "soon", "to": to }),
        json!({ "from": "", "to": to }),
        json!({ "from": from, "to": to, "kind": "no_such_kind" }),
        json!({ "from": from, "to": to, "place": "x" }),
    ] {
        assert_eq!(ask(wrong.clone()).status, 400, "{wrong}");
    }
    assert_eq!(rig.tell(&lan, "/requests", &[], &body(&[])).code(), "bad_events");
    let other = rig.person("elsewhere");
    let theirs = rig.tell(&other, "/requests", &[], &range(&json!({ "from": from, "to": to })));
    assert_eq!(theirs.code(), "nothing_in_range");
    assert_eq!(theirs.json()["undecided"], 0, "nor is anything told of other wards");
}

#[test]
fn a_pack_takes_so_many_and_no_more() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let start = store.event(&rig.event).unwrap().unwrap();
    for n in 0..=MOST_EVENTS {
        let mut event = sample(1000 + u32::try_from(n).unwrap());
        event.evidence.clone_from(&start.evidence);
        (event.camera, event.ward) = ("many".to_owned(), start.ward.clone());
        (event.domain, event.start_utc) = (start.domain, start.start_utc);
        store.put_event(&event).unwrap();
        confirm(&store, &event.id);
    }
    let lan = rig.person("reviewer");
    let (from, to) = day(&rig);
    let many = rig.tell(&lan, "/requests", &[], &range(&json!({ "from": from, "to": to })));
    assert_eq!((many.status, many.code().as_str()), (422, "too_many_events"), "{}", many.json());
    let told = many.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(told.contains("200") && told.contains("narrow"), "{told}");
    let camera = store.event(&rig.event).unwrap().unwrap().camera;
    let few = range(&json!({ "from": from, "to": to, "camera": camera }));
    assert_eq!(rig.tell(&lan, "/requests", &[], &few).status, 200);
}
