//! A pack made by the server itself, and taken.

use super::{asked, confirm, eyes};
use crate::api_rig::{Rig, now};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};
use streetward::handover::{Making, archive_of, key_ids, make_pack, verify_pack};
use streetward::media::WallTime;
use streetward::store::AuditFilter;
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
    let request = super::allowed(&store, &[&rig.event], past);
    let mut making = Making { store: &store, data: &data, eyes: &mut eyes, at: past, folder: None };
    let pack = make_pack(&mut making, &request.id).unwrap();
    drop(store);
    let lan = rig.person("reviewer");
    let refused = rig.see(&lan, &format!("/packs/{}", pack.id));
    assert_eq!((refused.status, refused.code().as_str()), (410, "pack_expired"));
    let shown = rig.see(&lan, "/requests").json();
    assert_eq!(shown["items"][0]["state"], "expired", "{shown}");
}
