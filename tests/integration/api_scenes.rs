//! Drawings over HTTP, against the real server: looked at, checked, tried, saved, taken back.

use crate::api_rig::Rig;
use serde_json::{Value, json};
use std::path::Path;

const SCENE: &str = "/cameras/p1-le-loi-01/scene";

fn file(rig: &Rig) -> std::path::PathBuf {
    rig.scene.folder.path().join("cameras/p1-le-loi-01.toml")
}

#[test]
fn a_drawing_is_checked_saved_and_taken_back() {
    let rig = Rig::new();
    let person = rig.person("supervisor");
    let got = rig.see(&person, SCENE);
    assert_eq!(got.status, 200);
    let (mut scene, tag) = (got.json(), got.headers["etag"].clone());
    assert_eq!(scene["frame_size"], json!([640, 360]));
    let before = std::fs::read_to_string(file(&rig)).unwrap();

    // Two corners are no zone: told, and not saved.
    scene["zones"][0]["polygon"] = json!([[10, 10], [20, 20]]);
    let told = rig.tell(&person, &format!("{SCENE}/check"), &[], &json!({ "scene": scene }));
    let problems = told.json()["problems"].clone();
    assert!(problems[0]["grave"].as_bool().unwrap(), "{problems}");
    assert!(problems[0]["message"]["vi"].as_str().unwrap().starts_with("Khai báo chưa hợp lệ"));
    let put = |scene: &Value, tag: &str, note: &str| {
        let body = json!({ "scene": scene, "note": note });
        rig.tell_by("PUT", &person, SCENE, &[("If-Match", tag)], &body)
    };
    assert_eq!(put(&scene, &tag, "smaller").code(), "unsound");

    scene["zones"][0]["polygon"] = json!([[310, 150], [600, 150], [620, 340]]);
    assert_eq!(put(&scene, &tag, " ").code(), "note_needed");
    let body = json!({ "scene": scene, "note": "x" });
    assert_eq!(rig.tell_by("PUT", &person, SCENE, &[], &body).status, 428);
    assert_eq!(std::fs::read_to_string(file(&rig)).unwrap(), before, "nothing changed so far");

    let saved = put(&scene, &tag, "the kerb was moved");
    assert_eq!((saved.status, saved.json()["version"].clone()), (200, json!(2)));
    assert!(std::fs::read_to_string(file(&rig)).unwrap().contains("[310, 150]"));
    // Who drew on what is no longer there is told.
    assert_eq!(put(&scene, &tag, "again").code(), "conflict");

    let versions = rig.see(&person, &format!("{SCENE}/versions")).json();
    let notes: Vec<_> = versions.as_array().unwrap().iter().map(|v| v["note"].clone()).collect();
    assert_eq!(notes, ["the kerb was moved", "as found in the camera's file"]);
    let (path, tag) = (format!("{SCENE}/restore"), saved.headers["etag"].clone());
    let back = rig.tell(&person, &path, &[("If-Match", &tag)], &json!({ "version": 1 }));
    assert_eq!(back.status, 200);
    assert!(std::fs::read_to_string(file(&rig)).unwrap().contains("[300, 150]"));
    let nothing = rig.tell(&person, &path, &[("If-Match", &tag)], &json!({ "version": 77 }));
    assert_eq!(nothing.status, 404);

    let auditor = rig.person("auditor");
    let entries = rig.see(&auditor, "/audit?action=scene_saved").json();
    assert_eq!(entries["items"].as_array().unwrap().len(), 2, "{entries}");
    // A drawing is no way to the rest of the file.
    let mut other = rig.see(&person, SCENE).json();
    other["source"] = json!({ "url": "rtsp://elsewhere/" });
    let tag = rig.see(&person, SCENE).headers["etag"].clone();
    assert_eq!(put(&other, &tag, "mine").status, 200);
    assert!(!std::fs::read_to_string(file(&rig)).unwrap().contains("elsewhere"));
}

#[test]
fn a_drawing_is_tried_on_what_was_seen() {
    let rig = Rig::new();
    let person = rig.person("supervisor");
    let scene = rig.see(&person, SCENE).json();
    let path = format!("{SCENE}/preview");
    let none = rig.tell(&person, &path, &[], &json!({ "scene": scene }));
    assert_eq!(none.status, 400, "nothing was recorded of this camera");
    assert!(none.json()["error"]["detail"].as_str().unwrap().contains("no observations"));
    let record =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observations/campus-416.jsonl.zst");
    let folder = rig.data().join("observations/p1-le-loi-01");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(record, folder.join("2026-08-15.f00d.jsonl.zst")).unwrap();
    let tried = |scene: &Value| {
        let told = rig.tell(&person, &path, &[], &json!({ "scene": scene }));
        assert_eq!(told.status, 200, "{}", String::from_utf8_lossy(&told.body));
        told.json()
    };
    // The van of the record, on lines drawn where it stands, and elsewhere.
    let mut there = scene.clone();
    there["zones"][0]["polygon"] = json!([[533, 37], [612, 34], [617, 66], [537, 69]]);
    there["rules"][0]["dwell_seconds"] = json!(30);
    let found = tried(&there);
    assert_eq!(found["gained"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["gained"][0]["kind"], "illegal_parking");
    assert!(!found["gained"][0]["moment_utc"].as_str().unwrap().is_empty());
    let mut away = there.clone();
    away["zones"][0]["polygon"] = json!([[10, 300], [60, 300], [60, 350], [10, 350]]);
    assert_eq!(tried(&away)["gained"], json!([]));
}
