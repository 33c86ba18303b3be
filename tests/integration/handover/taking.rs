//! A pack made by the server itself, and taken.

use super::{allowed, as_user, asked, confirm, eyes};
use crate::api_rig::{Rig, now};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use streetward::handover::{
    Halt, HandoverError, Making, Taken, archive_of, key_ids, make_pack, verify_pack,
};
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, change};
use streetward::store::{AuditFilter, RequestState, Store};
use tempfile::TempDir;

#[test]
fn what_is_allowed_is_packed_and_taken_with_a_trace() {
    let rig = Rig::new();
    confirm(&rig.store(), &rig.event);
    let (lan, minh) = (rig.person("reviewer"), rig.person("supervisor"));
    let id = asked(&rig, &lan, &[&rig.event]);
    let done =
        rig.tell(&minh, &format!("/requests/{id}/approve"), &[], &json!({ "note": "đồng ý" }));
    assert_eq!((done.status, done.json()["state"].as_str()), (200, Some("approved")));
    let began = Instant::now();
    let request: Value = loop {
        let shown = rig.see(&lan, &format!("/requests?id={id}")).json()["items"][0].clone();
        assert_eq!(shown["trouble"], false, "{shown}");
        if shown["state"] == "packed" {
            break shown;
        }
        assert!(began.elapsed() < Duration::from_mins(5), "{shown}");
        std::thread::sleep(Duration::from_millis(200));
    };
    let pack = request["pack"]["id"].as_str().unwrap();
    let taken = rig.see(&lan, &format!("/packs/{pack}"));
    assert_eq!((taken.status, taken.headers["content-type"].as_str()), (200, "application/zip"));
    assert!(taken.headers["content-disposition"].contains(&format!("pack-{pack}.zip")));
    assert_eq!(request["pack"]["sha256"], hex::encode(Sha256::digest(&taken.body)));
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("taken.zip");
    std::fs::write(&file, &taken.body).unwrap();
    let report = verify_pack(&file, &key_ids(&rig.data()).unwrap(), now()).unwrap();
    assert_eq!(report.problems, [], "{report:?}");
    let filter = AuditFilter { subject: Some(id.clone()), limit: 9, ..AuditFilter::default() };
    let store = rig.store_read();
    let steps: Vec<String> =
        store.audit_entries(&filter).unwrap().into_iter().map(|e| e.action).collect();
    assert_eq!(steps, ["handover_taken", "handover_packed", "handover_approved", "handover_asked"]);
    // Nobody without a session, from elsewhere, or without the role.
    assert_eq!(rig.get(&format!("/api/v1/packs/{pack}")).status, 401);
    assert_eq!(rig.see(&rig.person("elsewhere"), &format!("/packs/{pack}")).status, 404);
    assert_eq!(rig.see(&rig.person("auditor"), &format!("/packs/{pack}")).status, 403);
    // An archive that was touched is not given out.
    let record = store.request(&id).unwrap().unwrap().pack.unwrap();
    let place = archive_of(&rig.data(), &record);
    let mut bytes = std::fs::read(&place).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&place, bytes).unwrap();
    assert_eq!(rig.see(&lan, &format!("/packs/{pack}")).code(), "file_altered");
    std::fs::remove_file(&place).unwrap();
    assert_eq!(rig.see(&lan, &format!("/packs/{pack}")).code(), "file_missing");
}

#[test]
fn a_pack_whose_time_is_over_is_not_given_out() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let past = WallTime(now().0.checked_sub(jiff::SignedDuration::from_hours(24 * 31)).unwrap());
    let (mut eyes, data) = (eyes(), rig.data());
    let request = allowed(&store, &[&rig.event], past);
    let mut making = Making { store: &store, data: &data, eyes: &mut eyes, at: past, taken: None };
    let pack = make_pack(&mut making, &request.id).unwrap();
    drop(store);
    let lan = rig.person("reviewer");
    let refused = rig.see(&lan, &format!("/packs/{}", pack.id));
    assert_eq!((refused.status, refused.code().as_str()), (410, "pack_expired"));
    let shown = rig.see(&lan, "/requests").json();
    assert_eq!(shown["items"][0]["state"], "expired", "{shown}");
}

/// Steps of a request, the first first.
pub(super) fn steps(store: &Store, request: &str) -> Vec<String> {
    let filter =
        AuditFilter { subject: Some(request.to_owned()), limit: 20, ..AuditFilter::default() };
    store.audit_entries(&filter).unwrap().into_iter().rev().map(|e| e.action).collect()
}

#[test]
fn two_who_make_one_pack_leave_one_that_is_whole() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let request = allowed(&store, &[&rig.event], now());
    drop(store);
    let data = rig.data();
    let made = std::thread::scope(|s| {
        let make = || {
            let store = Store::open_beside(&data).unwrap();
            let mut eyes = eyes();
            let mut making =
                Making { store: &store, data: &data, eyes: &mut eyes, at: now(), taken: None };
            make_pack(&mut making, &request.id)
        };
        [s.spawn(make), s.spawn(make)].map(|h| h.join().unwrap())
    });
    let late: Vec<_> = made.iter().filter_map(|m| m.as_ref().err()).collect();
    assert!(matches!(late[..], [HandoverError::NotFromHere(RequestState::Packed)]), "{made:?}");
    let store = rig.store_read();
    let pack = store.request(&request.id).unwrap().unwrap().pack.unwrap();
    let bytes = std::fs::read(archive_of(&data, &pack)).unwrap();
    assert_eq!(hex::encode(Sha256::digest(bytes)), pack.sha256, "the one that is recorded");
    let wanted = ["handover_asked", "handover_approved", "handover_failed", "handover_packed"];
    assert_eq!(steps(&store, &request.id), wanted, "the late one is no failure of the pack");
}

#[test]
fn what_was_dismissed_since_is_not_given_out() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let request = allowed(&store, &[&rig.event], now());
    let (mut eyes, data) = (eyes(), rig.data());
    let mut making = Making { store: &store, data: &data, eyes: &mut eyes, at: now(), taken: None };
    let pack = make_pack(&mut making, &request.id).unwrap();
    let (record, state) =
        (store.event(&rig.event).unwrap().unwrap(), store.review(&rig.event).unwrap().unwrap());
    let asked = Asked {
        by: "u-minh".to_owned(),
        at: now(),
        seen: state.version,
        request_key: "opened-again".to_owned(),
        ask: Ask::Reopen,
        note: Some("xem lại".to_owned()),
        plate: None,
    };
    store.decide(&change(&state, &record, &asked, true).unwrap()).unwrap();
    drop(store);
    let lan = rig.person("reviewer");
    let refused = rig.see(&lan, &format!("/packs/{}", pack.id));
    assert_eq!((refused.status, refused.code().as_str()), (422, "not_confirmed"));
    assert_eq!(refused.json()["events"], json!([rig.event]));
    assert_eq!(rig.see(&lan, "/requests").json()["items"][0]["withdrawn"], true);
}

#[test]
fn who_takes_a_pack_along_may_and_is_entered() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let store = rig.store();
    confirm(&store, &rig.event);
    let request = allowed(&store, &[&rig.event], now());
    let (mut eyes, data, halt) = (eyes(), rig.data(), Halt::default());
    let mut take = |who: &str| {
        as_user(&store, who, |by| {
            let taken = Some(Taken { by, to: out.path(), halt: &halt });
            let mut making =
                Making { store: &store, data: &data, eyes: &mut eyes, at: now(), taken };
            make_pack(&mut making, &request.id)
        })
    };
    assert!(matches!(take("auditor"), Err(HandoverError::Forbidden)));
    assert!(matches!(take("elsewhere"), Err(HandoverError::NoRequest(_))));
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);
    take("reviewer").unwrap();
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1);
    assert_eq!(steps(&store, &request.id).last().unwrap(), "handover_taken");
}
