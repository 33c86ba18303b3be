//! Handing over: two people, confirmed events, packs that anybody can verify, and nobody shown who has
//! nothing to do with it.

mod asking;
mod blurring;
mod forged;
mod packing;
mod printed;
mod ranges;
mod refusing;
mod taking;
mod taking_along;

use crate::api_rig::{Person, Rig, now};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use streetward::handover::blur::Eyes;
use streetward::handover::{Doer, Draft, HandoverError, approve, ask, put_trouble};
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, User, change};
use streetward::store::{HandoverRequest, Outcome, Store};
use streetward::vision::{Model, Places, Shelf};

/// What must stay text wherever it is shown.
const SCRIPT: &str = "điều tra <img src=x onerror=window.broken=1><script>window.broken=1</script>";

/// Somebody confirms an event.
fn confirm(store: &Store, event: &str) {
    let record = store.event(event).unwrap().unwrap();
    let state = store.review(event).unwrap().unwrap();
    let asked = Asked {
        by: "u-lan".to_owned(),
        at: now(),
        seen: state.version,
        request_key: format!("confirm-{event}-{}", state.version),
        ask: Ask::Confirm,
        note: Some("đã xem kỹ".to_owned()),
        plate: Some("84A-123.45".to_owned()),
    };
    let done = store.decide(&change(&state, &record, &asked, false).unwrap()).unwrap();
    assert!(matches!(done, Outcome::Done(_)), "{done:?}");
}

/// Does something as a user of the rig.
fn as_user<T>(store: &Store, name: &str, work: impl FnOnce(&Doer<'_>) -> T) -> T {
    let user = User::of(&store.user_named(name).unwrap().unwrap()).unwrap();
    let actor = user.actor();
    work(&Doer { actor: &actor, id: actor.id.clone(), kind: actor.kind, address: None })
}

fn draft(events: &[&str]) -> Draft {
    Draft {
        agency: "Công an tỉnh Vĩnh Long".to_owned(),
        receiver: "Thiếu tá Nguyễn Văn An".to_owned(),
        purpose: SCRIPT.to_owned(),
        legal_basis: "Công văn 12/CSGT".to_owned(),
        valid_days: 30,
        events: events.iter().map(|e| (*e).to_owned()).collect(),
        range: None,
    }
}

/// A request that two people have brought so far that its pack may be made.
fn allowed(store: &Store, events: &[&str], at: WallTime) -> HandoverRequest {
    let request = as_user(store, "reviewer", |by| ask(store, by, &draft(events), at)).unwrap();
    let request =
        as_user(store, "supervisor", |by| approve(store, by, &request.id, None, at)).unwrap();
    // What once failed the server leaves alone, so that the test makes it.
    put_trouble(store, &request.id, &HandoverError::OneSelf, at).unwrap();
    request
}

fn eyes() -> Eyes {
    let shelf = Shelf::open(Places::default()).unwrap();
    Eyes::new(Arc::new(Model::load(&shelf, None).unwrap())).unwrap()
}

fn body(events: &[&str]) -> Value {
    json!({
        "agency": "Công an tỉnh Vĩnh Long", "receiver": "Thiếu tá Nguyễn Văn An",
        "purpose": SCRIPT, "legal_basis": "Công văn 12/CSGT", "events": events,
    })
}

fn asked(rig: &Rig, person: &Person, events: &[&str]) -> String {
    let answer = rig.tell(person, "/requests", &[], &body(events));
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
