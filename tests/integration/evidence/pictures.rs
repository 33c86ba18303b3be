//! What pictures and clip show, and what the record says of them.

use super::scene::Scene;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use streetward::evidence::{ClipMethod, EVENT_SCHEMA, Event, event_schema, seal, stage};
use streetward::media::{Missing, MissingReason};
use streetward::rules::Closing;

/// Mean brightness of a picture's middle, 0 to 255.
fn grey(path: &Path) -> f64 {
    let picture = image::open(path).unwrap().to_luma8();
    let middle = image::imageops::crop_imm(&picture, 20, 20, 100, 100).to_image();
    middle.pixels().map(|p| f64::from(p.0[0])).sum::<f64>() / 10_000.0
}

/// The brightness a frame of the footage has (limited range to full).
fn grey_at(seconds: f64) -> f64 {
    seconds * 10.0 * 255.0 / 219.0
}

/// What ffprobe says of a clip's video: codec, number of frames.
fn probe(path: &Path) -> (String, usize) {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-count_frames"])
        .args(["-show_entries", "stream=codec_name,nb_read_frames", "-of", "json"])
        .arg(path)
        .output()
        .unwrap();
    let json: Value = serde_json::from_slice(&out.stdout).unwrap();
    let stream = &json["streams"][0];
    let frames = stream["nb_read_frames"].as_str().unwrap().parse().unwrap();
    (stream["codec_name"].as_str().unwrap().to_owned(), frames)
}

#[test]
fn each_picture_shows_its_instant() {
    let scene = Scene::h264();
    let sealed = scene.store(Closing::Left);
    let stills = &sealed.event.stills;
    for (still, seconds) in [(&stills.before, 1.5), (&stills.moment, 5.5), (&stills.after, 9.0)] {
        let found = grey(&scene.path(&sealed, &still.file));
        let wanted = grey_at(seconds);
        assert!((found - wanted).abs() < 1.0, "{}: {found} instead of {wanted}", still.file);
        assert!((still.time.media_seconds - seconds).abs() < 1e-6, "{still:?}");
    }
    assert_eq!(stills.moment.time.local, "2026-08-15T14:30:05.500+07:00");
    let marked = image::open(scene.path(&sealed, &stills.marked)).unwrap().to_rgb8();
    assert!(marked.width() == 640 && marked.height() > 400, "a band is added below");
    let red = marked.pixels().filter(|p| p.0[0] > 200 && p.0[1] < 90 && p.0[2] < 90).count();
    assert!(red > 300, "the subject's box: {red} red pixels");
}

#[test]
fn without_footage_of_the_start_the_first_picture_held_stands_in() {
    let scene = Scene::h264();
    let staged = stage(&scene.ctx, &scene.incident, None, scene.run(4.0, 9.0)).unwrap();
    let sealed = seal(&scene.ctx, staged, &scene.incident, Closing::Left).unwrap();
    let before = &sealed.event.stills.before.time.media_seconds;
    assert!((before - 4.0).abs() < 0.11, "the record says so: {before}");
    assert!((grey(&scene.path(&sealed, "before.jpg")) - grey_at(*before)).abs() < 1.0);
}

#[test]
fn pictures_do_not_depend_on_how_far_the_judge_has_come() {
    let mut scene = Scene::h264();
    let late = scene.store(Closing::Left);
    let files: Vec<_> = ["before.jpg", "moment.jpg", "after.jpg"]
        .map(|name| std::fs::read(scene.path(&late, name)).unwrap())
        .into();
    std::fs::remove_dir_all(&scene.ctx.data).unwrap();
    (scene.incident.last, scene.incident.last_wall) =
        (scene.incident.moment, scene.incident.moment_wall);
    let early = scene.store(Closing::SourceEnded);
    assert_eq!(early.event.stills, late.event.stills);
    for (name, bytes) in ["before.jpg", "moment.jpg", "after.jpg"].iter().zip(files) {
        assert!(std::fs::read(scene.path(&early, name)).unwrap() == bytes, "{name}");
    }
    assert!(early.event.complete);
}

/// Pixels of the subject's box.
fn red(path: &Path) -> usize {
    let picture = image::open(path).unwrap().to_rgb8();
    picture.pixels().filter(|p| p.0[0] > 200 && p.0[1] < 90 && p.0[2] < 90).count()
}

#[test]
fn a_picture_of_another_instant_is_not_marked_as_the_moment() {
    // The moment is at 5.5 s.
    for (from, to, shown) in [(8.0, 9.0, 8.0), (1.0, 2.0, 2.0)] {
        let scene = Scene::h264();
        let staged = stage(&scene.ctx, &scene.incident, None, scene.run(from, to)).unwrap();
        let sealed = seal(&scene.ctx, staged, &scene.incident, Closing::Left).unwrap();
        let stills = &sealed.event.stills;
        assert!((stills.moment.time.media_seconds - shown).abs() < 0.15, "{stills:?}");
        assert_eq!(red(&scene.path(&sealed, &stills.marked)), 0);
        let height = |name| image::open(scene.path(&sealed, name)).unwrap().height();
        let band = height("moment-marked.jpg") - height("moment.jpg");
        let usual = Scene::h264();
        let usual_sealed = usual.store(Closing::Left);
        let marked = image::open(usual.path(&usual_sealed, "moment-marked.jpg")).unwrap();
        assert!(band > marked.height() - 360, "the caption says so");
    }
}

#[test]
fn a_clip_says_what_it_lacks() {
    let scene = Scene::h264();
    let clip = scene.store(Closing::Left).event.clip;
    assert_eq!((clip.missing_before, clip.missing_after), (None, None));
    let scene = Scene::h264();
    let staged = stage(&scene.ctx, &scene.incident, None, scene.run(-2.0, 20.0)).unwrap();
    let event = seal(&scene.ctx, staged, &scene.incident, Closing::Left).unwrap().event;
    let missing = |seconds| Some(Missing { seconds, reason: MissingReason::NoFootage });
    assert_eq!(event.clip.missing_before, missing(2.0));
    assert_eq!(event.clip.missing_after, missing(5.0));
    assert!(event.complete, "the footage has no more");
}

#[test]
fn a_clip_that_browsers_play_is_the_recording_itself() {
    let scene = Scene::h264();
    let sealed = scene.store(Closing::Left);
    let clip = &sealed.event.clip;
    assert_eq!((clip.file.as_str(), clip.method), ("clip.mp4", ClipMethod::StreamCopy));
    assert!(clip.plays_in_browsers && clip.original.is_none());
    assert!((clip.starts_media_seconds - 4.0).abs() < 0.6, "{clip:?}");
    let (codec, frames) = probe(&scene.path(&sealed, "clip.mp4"));
    assert_eq!(codec, "h264");
    assert!((40..=60).contains(&frames), "{frames}");
}

#[test]
fn a_clip_that_browsers_do_not_play_is_kept_beside_a_viewing_copy() {
    let scene = Scene::mpeg4();
    let sealed = scene.store(Closing::Left);
    let clip = &sealed.event.clip;
    assert_eq!((clip.file.as_str(), clip.method), ("clip.mp4", ClipMethod::ViewingCopy));
    let original = clip.original.as_ref().unwrap();
    assert!(original.file.starts_with("clip-original."), "{original:?}");
    let (view, frames) = probe(&scene.path(&sealed, "clip.mp4"));
    let (kept, frames_kept) = probe(&scene.path(&sealed, &original.file));
    assert_eq!((view.as_str(), kept.as_str()), ("h264", "msmpeg4v2"));
    assert_eq!(frames, frames_kept);
    assert!(sealed.manifest_sha256.len() == 64);
}

#[test]
fn the_committed_schema_is_what_the_types_say() {
    let generated = serde_json::to_string_pretty(&event_schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/evidence/event.schema.json");
        std::fs::write(path, &generated).unwrap();
    } else {
        assert!(EVENT_SCHEMA == generated, "run the tests with UPDATE_SCHEMA=1 and commit");
    }
}

#[test]
fn records_follow_the_schema_and_read_back() {
    let scene = Scene::h264();
    let sealed = scene.store(Closing::Left);
    let text = std::fs::read(scene.path(&sealed, "event.json")).unwrap();
    let json: Value = serde_json::from_slice(&text).unwrap();
    let schema = serde_json::to_value(event_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(serde_json::from_slice::<Event>(&text).unwrap(), sealed.event);
    for (key, bad) in [("format", "streetward.event/2"), ("id", "../../etc"), ("kind", "speed")] {
        let mut broken = json.clone();
        broken[key] = bad.into();
        assert!(!validator.is_valid(&broken), "{key}");
        assert!(serde_json::from_value::<Event>(broken).is_err(), "{key}");
    }
    let mut shown = json;
    // What depends on the encoder's build or the program's version is not held fast.
    for (pointer, word) in [
        ("/id", "[id]"),
        ("/source/fingerprint", "[fingerprint]"),
        ("/source/clock_note", "[note]"),
        ("/software/version", "[version]"),
        ("/clip/seconds", "[seconds]"),
        ("/clip/starts_media_seconds", "[seconds]"),
        ("/subjects/0/path", "[path]"),
    ] {
        *shown.pointer_mut(pointer).unwrap() = word.into();
    }
    insta::assert_json_snapshot!(shown);
}
