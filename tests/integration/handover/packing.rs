//! Packs as they are made, and what verifying says when anything of one is touched.

use super::{allowed, as_user, confirm, copy_folder, eyes};
use crate::api_rig::{Rig, now};
use crate::evidence::scene::contents;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use streetward::handover::{
    Halt, Making, PackProblemKind, PackReport, Taken, key_ids, make_pack, remove_over, verify_pack,
};
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, change};
use streetward::store::{Outcome, RequestState, Store};
use tempfile::TempDir;

/// A pack of the rig's event: where its folder lies.
pub(super) fn packed(rig: &Rig, out: &Path) -> PathBuf {
    let store = rig.store();
    confirm(&store, &rig.event);
    let request = allowed(&store, &[&rig.event], now());
    let mut eyes = eyes();
    let data = rig.data();
    let made = as_user(&store, "reviewer", |by| {
        let halt = Halt::default();
        let taken = Some(Taken { by, to: out, halt: &halt });
        let mut making = Making { store: &store, data: &data, eyes: &mut eyes, at: now(), taken };
        make_pack(&mut making, &request.id).unwrap()
    });
    out.join(format!("pack-{}", made.id))
}

/// What lies in the folder of packs, but for the lock of who makes one.
pub(super) fn left(rig: &Rig) -> Vec<String> {
    let names = fs::read_dir(rig.data().join("packs")).unwrap();
    let names = names.map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|n| n != ".making.lock").collect()
}

fn verified(path: &Path, trusted: &[String]) -> PackReport {
    verify_pack(path, trusted, now()).unwrap()
}

fn named(report: &PackReport) -> BTreeSet<(PackProblemKind, &str)> {
    report.problems.iter().map(|p| (p.problem, p.file.as_str())).collect()
}

#[test]
fn a_pack_holds_what_was_sealed_and_says_all_of_it() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let before = contents(&rig.data().join("evidence"));
    let folder = packed(&rig, out.path());
    assert_eq!(contents(&rig.data().join("evidence")), before, "what is sealed is only read");
    let event = format!("events/{}", rig.event);
    let sealed = rig.store_read().event(&rig.event).unwrap().unwrap().evidence;
    let original = contents(&folder.join(&event).join("original"));
    assert_eq!(original, contents(&rig.data().join(sealed)), "byte for byte");
    let shared = contents(&folder.join(&event).join("shared"));
    let names: Vec<String> = shared.keys().map(|p| p.display().to_string()).collect();
    for name in
        ["clip.mp4", "moment.jpg", "before.jpg", "after.jpg", "moment-marked.jpg", "blurring.json"]
    {
        assert!(names.iter().any(|n| n == name), "{name} of {names:?}");
    }
    let json = |name: &str| -> Value {
        serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let force = json(&format!("{event}/in-force.json"));
    assert!(force["catalogue"][0]["provision"].as_str().unwrap().contains("Điều"), "{force}");
    let custody = json("custody.json");
    let steps = custody["events"][0]["steps"].as_array().unwrap();
    let what: Vec<&str> = steps.iter().map(|s| s["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["recorded", "confirm"]);
    assert_eq!(steps[1]["details"]["note"], "đã xem kỹ");
    assert_eq!(steps[1]["details"]["plate"], "84A-123.45", "what a person read");
    let asked: Vec<&str> = custody["request"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["what"].as_str().unwrap())
        .collect();
    assert_eq!(asked, ["handover_asked", "handover_approved", "handover_failed"]);
    let manifest = json("manifest.json");
    assert_eq!(manifest["request"]["purpose"], super::SCRIPT);
    // The page knows nothing that people typed.
    let page = fs::read_to_string(folder.join("index.html")).unwrap();
    assert!(!page.contains("onerror") && !page.contains("{{"), "{page}");

    let keys = key_ids(&rig.data()).unwrap();
    let report = verified(&folder, &keys);
    assert_eq!(report.problems, [], "{report:?}");
    assert_eq!((report.key_trusted, report.events, report.expired), (Some(true), 1, false));
    let store = rig.store_read();
    let request = store.requests(None, None, 9).unwrap().pop().unwrap();
    assert_eq!(request.state, RequestState::Packed);
    let archive = streetward::handover::archive_of(&rig.data(), request.pack.as_ref().unwrap());
    let zipped = verified(&archive, &keys);
    assert_eq!((zipped.problems, zipped.files), (Vec::new(), report.files));
    // Nothing is left beside it.
    assert_eq!(left(&rig).len(), 1);
    assert!(store.verify_audit(None).unwrap().broken.is_none());
}

/// Somebody enters a plate, or takes it back by an empty one.
fn enter(store: &Store, event: &str, plate: &str) {
    let record = store.event(event).unwrap().unwrap();
    let state = store.review(event).unwrap().unwrap();
    let asked = Asked {
        by: "u-lan".to_owned(),
        at: now(),
        seen: state.version,
        request_key: format!("plate-{event}-{}", state.version),
        ask: Ask::Plate,
        note: None,
        plate: Some(plate.to_owned()),
    };
    let done = store.decide(&change(&state, &record, &asked, false).unwrap()).unwrap();
    assert!(matches!(done, Outcome::Done(_)), "{done:?}");
}

#[test]
fn a_plate_that_was_corrected_does_not_leave_with_a_pack() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    {
        let store = rig.store();
        for plate in ["51G-678.90", "", "84A-123.44"] {
            enter(&store, &rig.event, plate);
        }
    }
    let folder = packed(&rig, out.path());
    let custody = fs::read_to_string(folder.join("custody.json")).unwrap();
    assert!(!custody.contains("678.90") && !custody.contains("123.44"), "{custody}");
    let custody: Value = serde_json::from_str(&custody).unwrap();
    let steps = custody["events"][0]["steps"].as_array().unwrap();
    let what: Vec<&str> = steps.iter().map(|s| s["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["recorded", "plate", "plate_taken_back", "plate", "confirm"]);
    for corrected in [&steps[1], &steps[3]] {
        assert_eq!(corrected["details"], serde_json::json!({ "plate_corrected": true }));
    }
    assert_eq!(steps[2]["details"], Value::Null);
    assert_eq!(steps[4]["details"]["plate"], "84A-123.45", "the one that stands");
    for (path, bytes) in contents(&folder) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("678.90"), "{}", path.display());
    }
}

#[test]
fn whatever_is_touched_is_named() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let folder = packed(&rig, out.path());
    let keys = key_ids(&rig.data()).unwrap();
    let all = contents(&folder);
    assert!(all.len() > 15, "{:?}", all.keys());
    for (path, bytes) in &all {
        let (file, name) = (folder.join(path), path.display().to_string());
        // One bit of one byte in its middle.
        let mut touched = bytes.clone();
        touched[bytes.len() / 2] ^= 1;
        fs::write(&file, &touched).unwrap();
        let report = verified(&folder, &keys);
        // Of a manifest and its signature nobody can tell which of them was touched.
        let is_it =
            |file: &str| file == name || [&name, file].iter().all(|f| f.starts_with("manifest."));
        assert!(report.problems.iter().any(|p| is_it(&p.file)), "{name}: {report:?}");
        fs::remove_file(&file).unwrap();
        let report = verified(&folder, &keys);
        assert!(report.problems.iter().any(|p| p.file == name), "{name} gone: {report:?}");
        fs::write(&file, bytes).unwrap();
    }
    assert_eq!(verified(&folder, &keys).problems, [], "put back");
    fs::write(folder.join("events").join("thêm.txt"), "x").unwrap();
    assert_eq!(
        named(&verified(&folder, &keys)),
        [(PackProblemKind::Added, "events/thêm.txt")].into()
    );
    fs::remove_file(folder.join("events/thêm.txt")).unwrap();
    // An event dropped is told as one thing.
    let event = format!("events/{}/", rig.event);
    fs::rename(folder.join(&event), out.path().join("away")).unwrap();
    let report = verified(&folder, &keys);
    assert_eq!(named(&report), [(PackProblemKind::EventMissing, event.as_str())].into());
    assert_eq!(report.problems[0].event.as_deref(), Some(rig.event.as_str()));
}

#[test]
fn a_manifest_signed_by_another_key_is_named() {
    let (rig, other, out) = (Rig::new(), Rig::new(), TempDir::new().unwrap());
    let folder = packed(&rig, &out.path().join("a"));
    let keys = key_ids(&rig.data()).unwrap();
    // The same events, made and signed elsewhere: whole in itself.
    let forged = packed(&other, &out.path().join("b"));
    assert_eq!(verified(&forged, &[]).problems, []);
    assert_eq!(
        named(&verified(&forged, &keys)),
        [(PackProblemKind::WrongKey, "manifest.sig")].into()
    );
    // Its manifest and signature over our files.
    let mixed = out.path().join("mixed");
    copy_folder(&folder, &mixed);
    for name in ["manifest.json", "manifest.sig", "manifest.sig.bin"] {
        fs::copy(forged.join(name), mixed.join(name)).unwrap();
    }
    let report = verified(&mixed, &keys);
    assert!(named(&report).contains(&(PackProblemKind::WrongKey, "manifest.sig")), "{report:?}");
    // An event taken out of the manifest too, which was not signed anew.
    let text = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&text).unwrap();
    manifest["events"] = Value::Array(Vec::new());
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    let report = verified(&folder, &keys);
    assert!(named(&report).contains(&(PackProblemKind::Signature, "manifest.json")), "{report:?}");
    // What is no pack is no pack.
    for wrong in [out.path().to_path_buf(), rig.data().join("streetward.db")] {
        assert!(verify_pack(&wrong, &[], now()).is_err(), "{}", wrong.display());
    }
}

#[test]
fn a_pack_goes_when_its_time_is_over() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let folder = packed(&rig, out.path());
    let store = rig.store();
    let later = |days: i64| {
        WallTime(now().0.checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap())
    };
    assert_eq!(remove_over(&store, &rig.data(), later(29)).unwrap(), 0);
    assert_eq!(remove_over(&store, &rig.data(), later(30)).unwrap(), 1);
    assert_eq!(remove_over(&store, &rig.data(), later(31)).unwrap(), 0, "once");
    assert_eq!(left(&rig), [""; 0]);
    let request = store.requests(Some(RequestState::Expired), None, 9).unwrap().pop().unwrap();
    assert!(request.pack.is_some(), "what it was stays known");
    // What was handed over stays whole, and says that its time is over.
    let report = verify_pack(&folder, &[], later(31)).unwrap();
    assert!(report.expired && report.problems.is_empty(), "{report:?}");
}

#[test]
fn there_is_no_pack_of_what_is_not_what_was_sealed() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let store = rig.store();
    confirm(&store, &rig.event);
    let request = allowed(&store, &[&rig.event], now());
    let sealed = rig.data().join(store.event(&rig.event).unwrap().unwrap().evidence);
    let clip = sealed.join("moment.jpg");
    let mut bytes = fs::read(&clip).unwrap();
    bytes[99] ^= 1;
    fs::write(&clip, bytes).unwrap();
    let (mut eyes, data) = (eyes(), rig.data());
    let error = as_user(&store, "reviewer", |by| {
        let halt = Halt::default();
        let taken = Some(Taken { by, to: out.path(), halt: &halt });
        let mut making = Making { store: &store, data: &data, eyes: &mut eyes, at: now(), taken };
        make_pack(&mut making, &request.id).unwrap_err().to_string()
    });
    assert!(error.contains("moment.jpg") && error.contains(&rig.event), "{error}");
    let request = store.request(&request.id).unwrap().unwrap();
    assert_eq!(request.state, RequestState::Approved);
    assert!(request.trouble.unwrap().contains("moment.jpg"));
    assert_eq!(left(&rig), [""; 0], "nothing half-made");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}
