//! Left things on real footage, through the whole pipeline: a bag pasted at the feet of somebody who
//! walks by, and streets on which nothing is left.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use streetward::config::load_camera;
use streetward::rules::{Incident, IncidentUpdate, Judge, Kind, Role};
use streetward::store::{ObservationReader, records_of};
use streetward::vision::{BBox, Class};
use tempfile::TempDir;

fn streetward() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).env_remove("STREETWARD_LOG");
    command
}

/// Rules of left things over a whole picture.
fn camera((width, height): (u32, u32)) -> String {
    let rule = |kind: &str, more: &str| {
        format!(
            "[[rules]]\nkind = \"{kind}\"\nzone = \"all\"\nstay_seconds = 5\n\
             owner_gone_seconds = 2\nreach_lengths = 1\n{more}"
        )
    };
    format!(
        "version = 1\nid = \"street\"\nname = \"Street\"\nframe_size = [{width}, {height}]\n\
         [[zones]]\nname = \"all\"\n\
         polygon = [[0,0],[{width},0],[{width},{height}],[0,{height}]]\n{}{}{}\
         [[rules]]\nkind = \"sidewalk_encroachment\"\nzone = \"all\"\ndwell_seconds = 8\n\
         most_share = 0.05\n",
        rule("littering", ""),
        rule("dumping", ""),
        rule("abandoned_object", ""),
    )
}

/// Events of a clip, with their records.
fn found(dir: &Path, clip: &Path, size: (u32, u32)) -> Vec<Value> {
    let (file, data) = (dir.join("camera.toml"), dir.join("data"));
    std::fs::write(&file, camera(size)).unwrap();
    let mut batch = streetward();
    batch.args(["batch", "--start-time", "2026-08-15T09:00:00+07:00", "--camera"]).arg(&file);
    batch.arg("--data").arg(&data).arg(clip).assert().success();
    let mut list = streetward();
    list.args(["events", "list", "--format", "jsonl", "--data"]).arg(&data);
    let out = list.assert().success();
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    let record = |line: &str| -> Value {
        let event: Value = serde_json::from_str(line).unwrap();
        let folder = data.join(event["evidence"].as_str().unwrap());
        serde_json::from_slice(&std::fs::read(folder.join("event.json")).unwrap()).unwrap()
    };
    text.lines().map(record).collect()
}

/// Eighteen seconds of the campus clip, in which somebody walks by at (432, 324) in the fourth; from
/// then on a bag lies there, until `until`.
fn campus(dir: &Path, until: f64) -> PathBuf {
    let out = dir.join("bag.mp4");
    let bag = "color=c=0x8c1e28:size=22x18:rate=10,noise=alls=70:all_seed=5,format=yuv420p[bag]";
    let filter = format!(
        "{bag};[0:v][bag]overlay=x=432:y=306:enable='between(t,4,{until})':shortest=1,format=yuv420p"
    );
    let clip = fetched("clips/vtest.avi");
    let arguments = ["-ss", "24", "-t", "18", "-i", clip.to_str().unwrap(), "-filter_complex"];
    let coded = ["-t", "18", "-c:v", "libx264", "-crf", "20"];
    ffmpeg(&[&arguments[..], &[filter.as_str()], &coded[..]].concat(), &out);
    out
}

#[test]
fn a_bag_left_on_the_campus_is_found_with_its_owner() {
    let dir = TempDir::new().unwrap();
    let clip = campus(dir.path(), 99.0);
    let events = found(dir.path(), &clip, (768, 576));
    let kinds: Vec<&str> = events.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "littering").count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|k| **k == "dumping").count(), 0, "{kinds:?}");
    // Judged again from the record, with all that is known of it.
    let camera = load_camera(&dir.path().join("camera.toml")).unwrap();
    let mut judge = Judge::new(camera.scene.clone(), camera.rules.clone()).unwrap();
    let mut opened: Vec<Incident> = Vec::new();
    for record in records_of(&dir.path().join("data"), "street").unwrap() {
        for o in ObservationReader::open(&record).unwrap() {
            for update in judge.observe(&o.unwrap()) {
                if let IncidentUpdate::Opened(incident) = update {
                    opened.push(*incident);
                }
            }
        }
    }
    let litter = opened.iter().find(|i| i.kind == Kind::Littering).unwrap();
    assert!((litter.start.seconds() - 4.0).abs() <= 0.5, "{}", litter.start.seconds());
    let bag = BBox { x1: 432.0, y1: 306.0, x2: 454.0, y2: 324.0 };
    assert!(litter.bbox_moment.iou(&bag) > 0.6, "{:?}", litter.bbox_moment);
    let [owner] = &litter.parties[..] else { panic!("{:?}", litter.parties) };
    assert_eq!((owner.role, owner.subject.class), (Role::Owner, Class::Person));
    // He walks by from the right and is half a body to the left when the bag is there.
    let near = owner.subject.path.iter().find(|s| s.time.seconds() >= 4.0).unwrap();
    let (x, y) = near.bbox.contact();
    assert!((390.0..450.0).contains(&x) && (300.0..345.0).contains(&y), "{near:?}");
}

#[test]
fn a_bag_picked_up_again_and_a_street_without_one_give_nothing() {
    let dir = TempDir::new().unwrap();
    let clip = campus(dir.path(), 7.0);
    let events = found(dir.path(), &clip, (768, 576));
    assert!(events.is_empty(), "{events:#?}");
}

/// The folder of shared clips: beside the repository, or named.
fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("STREETWARD_SHARED").map(PathBuf::from);
    let above =
        root().ancestors().map(|a| a.join("shared")).find(|p| p.join("data/clips").is_dir());
    named.or(above)
}

#[test]
fn clips_on_which_nothing_is_left_give_nothing() {
    let Some(shared) = shared() else {
        eprintln!("skipped: the shared clips are not here");
        return;
    };
    for (clip, size) in [
        ("intel-sample/car-detection.mp4", (768, 432)),
        ("roboflow-inference/example_video.mp4", (426, 240)),
        ("derived/cw_shake.mp4", (640, 352)),
    ] {
        let path = shared.join("data/clips").join(clip);
        if !path.exists() {
            eprintln!("skipped: {clip} is not here");
            continue;
        }
        let dir = TempDir::new().unwrap();
        let events = found(dir.path(), &path, size);
        let left: Vec<&Value> =
            events.iter().filter(|e| e["kind"] != "sidewalk_encroachment").collect();
        assert!(left.is_empty(), "{clip}: {left:#?}");
    }
}
