//! A camera's drawing saved by people: versions, going back, two at once, and what is refused.

use crate::postgres_rig::settle;
use serde_json::{Map, Value, json};
use std::path::Path;
use streetward::config::{Drawing, load_camera};
use streetward::media::WallTime;
use streetward::review::{Redrawing, SceneRefused, save_scene};
use streetward::store::{SceneVersion, Store};
use tempfile::TempDir;

const FILE: &str = r#"version = 1
id = "p1"
name = "Chợ"
frame_size = [1280, 720]
[source]
url = "rtsp://admin:S3cret!@camera.example/main"
[[zones]]
name = "lines"
polygon = [[640, 60], [735, 55], [740, 105]] # painted in May
[[rules]]
kind = "illegal_parking"
zone = "lines"
"#;

struct Desk {
    folder: TempDir,
    store: Store,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("p1.toml"), FILE).unwrap();
        settle(&folder.path().join("data"));
        let store = Store::open(&folder.path().join("data")).unwrap();
        Self { folder, store }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("p1.toml")
    }

    fn drawing(&self) -> Drawing {
        Drawing::open(&self.file()).unwrap()
    }

    fn save(
        &self,
        seen: &str,
        drawn: &Map<String, Value>,
        why: &str,
    ) -> Result<SceneVersion, SceneRefused> {
        let at = WallTime("2026-08-15T07:30:00Z".parse().unwrap());
        let file = self.file();
        let asked = Redrawing { file: &file, camera: "p1", seen, drawn, by: "lan", at, why };
        save_scene(&self.store, &asked)
    }
}

fn zone(x: u32) -> Map<String, Value> {
    let zones = json!([{"name": "lines", "polygon": [[x, 60], [735, 55], [740, 105]]}]);
    Map::from_iter([("zones".to_owned(), zones)])
}

#[test]
fn each_save_is_a_version_and_one_can_go_back() {
    let desk = Desk::new();
    let first = desk.drawing();
    let saved = desk.save(&first.fingerprint, &zone(600), "the bus stop was moved").unwrap();
    assert_eq!(saved.number, 2, "what was found in the file is the first");
    assert_eq!(saved.fingerprint, desk.drawing().fingerprint);
    let camera = load_camera(&desk.file()).unwrap();
    assert_eq!(camera.rules.len(), 1);
    let text = std::fs::read_to_string(desk.file()).unwrap();
    assert!(text.contains("[600, 60]") && text.contains("S3cret!"), "{text}");

    let versions = desk.store.scene_versions("p1").unwrap();
    let told: Vec<_> = versions.iter().map(|v| (v.number, v.by.as_str())).collect();
    assert_eq!(told, [(2, "lan"), (1, "file")]);
    assert!(versions.iter().all(|v| !v.drawing.contains("S3cret!")), "no secret is kept twice");

    let old: Map<String, Value> = serde_json::from_str(&versions[1].drawing).unwrap();
    desk.save(&desk.drawing().fingerprint, &old, "back to what it was").unwrap();
    assert_eq!(desk.drawing().drawn, first.drawn);
    assert_eq!(desk.store.scene_versions("p1").unwrap().len(), 3);
}

#[test]
fn of_two_who_draw_at_once_the_second_is_told() {
    let desk = Desk::new();
    let both = desk.drawing();
    desk.save(&both.fingerprint, &zone(600), "first").unwrap();
    let told = desk.save(&both.fingerprint, &zone(500), "second").unwrap_err();
    assert!(matches!(told, SceneRefused::Changed), "{told}");
    assert!(std::fs::read_to_string(desk.file()).unwrap().contains("[600, 60]"));
    // One who edits the file by hand meanwhile is the second one's first.
    let seen = desk.drawing().fingerprint;
    let by_hand = std::fs::read_to_string(desk.file()).unwrap().replace("Chợ", "Chợ mới");
    std::fs::write(desk.file(), by_hand).unwrap();
    assert!(matches!(desk.save(&seen, &zone(500), "third"), Err(SceneRefused::Changed)));
    desk.save(&desk.drawing().fingerprint, &zone(500), "third").unwrap();
    let by: Vec<String> =
        desk.store.scene_versions("p1").unwrap().into_iter().map(|v| v.by).collect();
    assert_eq!(by, ["lan", "file", "lan", "file"]);
}

#[test]
fn what_is_unsound_changes_nothing() {
    let desk = Desk::new();
    let seen = desk.drawing().fingerprint;
    let drawn = |value: Value| value.as_object().unwrap().clone();
    for (new, why, says) in [
        (zone(600), " ", "say why"),
        (drawn(json!({"zones": []})), "gone", "lines"),
        (drawn(json!({"source": {"url": "rtsp://elsewhere/"}})), "mine", "source"),
        (zone(90_000), "far out", "lines"),
    ] {
        let told = desk.save(&seen, &new, why).unwrap_err().to_string();
        assert!(told.contains(says) && !told.contains("S3cret!"), "{told}");
    }
    assert_eq!(std::fs::read_to_string(desk.file()).unwrap(), FILE);
    assert_eq!(desk.store.scene_versions("p1").unwrap(), []);
    let file = desk.file();
    let asked = Redrawing {
        file: &file,
        camera: "p2",
        seen: &seen,
        drawn: &zone(600),
        by: "lan",
        at: WallTime(jiff::Timestamp::UNIX_EPOCH),
        why: "another camera's",
    };
    assert!(matches!(save_scene(&desk.store, &asked), Err(SceneRefused::OtherCamera)));
    let missing = Redrawing { file: Path::new("nowhere.toml"), camera: "p1", ..asked };
    assert!(matches!(save_scene(&desk.store, &missing), Err(SceneRefused::Config(_))));
}
