//! Sealing: the same twice, over what is there, after interruptions and crashes.

use super::scene::{Scene, contents};
use std::fs;
use std::path::Path;
use streetward::evidence::{EvidenceError, seal, stage, sweep, verify};
use streetward::media::{MissingReason, WallTime};
use streetward::rules::Closing;

#[test]
fn the_folder_holds_what_it_should_and_checks_out() {
    let scene = Scene::h264();
    let sealed = scene.store(Closing::Left);
    let id = sealed.event.id.as_str();
    assert_eq!(sealed.folder, std::path::Path::new("evidence/2026/08/15").join(id));
    let names: Vec<_> = contents(&scene.ctx.data.join(&sealed.folder)).into_keys().collect();
    let wanted = [
        "after.jpg",
        "before.jpg",
        "clip.mp4",
        "event.json",
        "manifest.json",
        "moment-marked.jpg",
        "moment.jpg",
    ];
    assert_eq!(names, wanted.map(std::path::PathBuf::from));
    let report = verify(&scene.ctx.data).unwrap();
    assert_eq!((report.events, report.files, report.problems), (1, 6, vec![]));
    assert!(!scene.ctx.data.join("evidence/.staging").join(id).exists());
}

#[test]
fn the_same_incident_gives_the_same_bytes() {
    for (scene, encoded) in [(Scene::h264(), false), (Scene::mpeg4(), true)] {
        let first = scene.store(Closing::Left);
        let before = contents(&scene.ctx.data);
        fs::remove_dir_all(&scene.ctx.data).unwrap();
        let second = scene.store(Closing::Left);
        assert_eq!((&first.event, &first.folder), (&second.event, &second.folder));
        // A viewing copy is the encoder's, which promises pictures, not bytes.
        let of_the_encoder =
            |p: &Path| encoded && (p.ends_with("clip.mp4") || p.ends_with("manifest.json"));
        for (path, bytes) in contents(&scene.ctx.data) {
            assert!(of_the_encoder(&path) || before[&path] == bytes, "{} differs", path.display());
        }
    }
}

#[test]
fn a_stored_event_is_kept_untouched() {
    let scene = Scene::h264();
    let first = scene.store(Closing::Left);
    let before = contents(&scene.ctx.data);
    let modified = |name| fs::metadata(scene.path(&first, name)).unwrap().modified().unwrap();
    let written = modified("event.json");
    let again = scene.store(Closing::SourceEnded);
    assert!(again.existed && !first.existed && !again.kept_with_other_time);
    assert_eq!((&again.event, &again.folder), (&first.event, &first.folder));
    assert_eq!((contents(&scene.ctx.data), modified("event.json")), (before, written));
}

#[test]
fn the_same_footage_with_another_start_time_is_the_same_event() {
    let mut scene = Scene::h264();
    let first = scene.store(Closing::Left);
    let later = WallTime("2026-09-01T01:00:00Z".parse().unwrap());
    (scene.incident.moment_wall, scene.incident.last_wall) = (later, later);
    let again = scene.store(Closing::Left);
    assert!(again.existed && again.kept_with_other_time);
    assert!(!first.kept_with_other_time);
    assert_eq!(again.event.moment, first.event.moment, "what was sealed stays");
    assert_eq!(again.folder, first.folder);
    assert_eq!(verify(&scene.ctx.data).unwrap().events, 1);
}

#[test]
fn an_interrupted_event_gives_way_to_a_whole_one_only() {
    let scene = Scene::h264();
    let cut = scene.store(Closing::Interrupted);
    assert!(!cut.event.complete);
    assert!(scene.store(Closing::Interrupted).existed, "nothing better came");
    let whole = scene.store(Closing::Left);
    assert!(whole.event.complete && !whole.existed);
    assert_eq!(whole.folder, cut.folder);
    assert!(scene.store(Closing::Interrupted).event.complete, "the whole one stays");
    let report = verify(&scene.ctx.data).unwrap();
    assert_eq!((report.events, report.problems), (1, vec![]));
    assert_eq!(sweep(&scene.ctx.data).unwrap(), 0, "nothing is left behind");
}

#[test]
fn a_clip_cut_by_broken_reading_gives_way_to_a_whole_one() {
    let scene = Scene::h264();
    let run = scene.run_broken_off(4.5, 12.0, 8.0);
    let staged = stage(&scene.ctx, &scene.incident, None, run).unwrap();
    // The incident itself had ended before reading was broken off.
    let cut = seal(&scene.ctx, staged, &scene.incident, Closing::Left).unwrap();
    assert!(!cut.event.complete);
    let missing = cut.event.clip.missing_after.unwrap();
    assert!(missing.reason == MissingReason::BrokenOff && missing.seconds > 2.0, "{missing:?}");
    let staged = stage(&scene.ctx, &scene.incident, None, scene.run(4.5, 12.0)).unwrap();
    let whole = seal(&scene.ctx, staged, &scene.incident, Closing::Left).unwrap();
    assert!(whole.event.complete && !whole.existed && whole.folder == cut.folder);
    assert!(whole.event.clip.seconds > cut.event.clip.seconds + 2.0);
    assert!(scene.store(Closing::Left).existed, "the whole one stays");
}

/// Every file of a folder in another.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for (name, bytes) in contents(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

#[test]
fn a_crash_between_two_days_is_mended() {
    let mut scene = Scene::h264();
    let cut = scene.store(Closing::Interrupted);
    let kept = scene.folder.path().join("kept");
    copy(&scene.ctx.data.join(&cut.folder), &kept);
    let first = scene.incident.moment_wall;
    let later = WallTime("2026-09-01T01:00:00Z".parse().unwrap());
    (scene.incident.moment_wall, scene.incident.last_wall) = (later, later);
    let whole = scene.store(Closing::Left);
    assert!(whole.folder != cut.folder && !scene.ctx.data.join(&cut.folder).exists());
    assert_eq!(verify(&scene.ctx.data).unwrap().events, 1);
    // As a crash leaves it: the new folder is there, the old one still is.
    let old = scene.ctx.data.join(&cut.folder);
    copy(&kept, &old);
    assert_eq!(verify(&scene.ctx.data).unwrap().events, 2);
    assert_eq!(sweep(&scene.ctx.data).unwrap(), 1);
    assert!(!old.exists());
    let report = verify(&scene.ctx.data).unwrap();
    assert_eq!((report.events, report.problems), (1, vec![]));
    // What was altered is kept for inquiry, and two whole ones are for a person to decide.
    copy(&kept, &old);
    fs::write(old.join("moment.jpg"), b"another picture").unwrap();
    assert_eq!(sweep(&scene.ctx.data).unwrap(), 0);
    fs::remove_dir_all(&old).unwrap();
    fs::remove_dir_all(scene.ctx.data.join(&whole.folder)).unwrap();
    (scene.incident.moment_wall, scene.incident.last_wall) = (first, first);
    scene.store(Closing::Left);
    copy(&old, &scene.ctx.data.join(&whole.folder));
    assert_eq!(sweep(&scene.ctx.data).unwrap(), 0);
    assert!(old.exists());
}

#[test]
fn altered_evidence_is_never_overwritten() {
    let scene = Scene::h264();
    let sealed = scene.store(Closing::Interrupted);
    fs::write(scene.path(&sealed, "moment.jpg"), b"another picture").unwrap();
    let before = contents(&scene.ctx.data);
    let error = stage(&scene.ctx, &scene.incident, None, scene.run(4.5, 9.0)).unwrap_err();
    assert!(matches!(error, EvidenceError::Altered { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(sealed.event.id.as_str()) && text.contains("moment.jpg"), "{text}");
    assert_eq!(contents(&scene.ctx.data), before);
}

#[test]
fn evidence_altered_while_another_is_staged_is_not_overwritten_either() {
    let scene = Scene::h264();
    let sealed = scene.store(Closing::Interrupted);
    let staged = stage(&scene.ctx, &scene.incident, None, scene.run(4.5, 9.0)).unwrap();
    fs::write(scene.path(&sealed, "moment.jpg"), b"another picture").unwrap();
    let error = seal(&scene.ctx, staged, &scene.incident, Closing::Left).unwrap_err();
    assert!(matches!(error, EvidenceError::Altered { .. }), "{error}");
    assert_eq!(fs::read(scene.path(&sealed, "moment.jpg")).unwrap(), b"another picture");
}

#[test]
fn a_run_broken_off_leaves_nothing_that_counts() {
    let scene = Scene::h264();
    drop(stage(&scene.ctx, &scene.incident, None, scene.run(4.5, 9.0)).unwrap());
    let report = verify(&scene.ctx.data).unwrap();
    assert_eq!((report.events, report.problems), (0, vec![]), "not evidence yet");
    // The same event again, over what was left, and once more after sweeping.
    let staging = scene.ctx.data.join("evidence/.staging");
    fs::write(staging.join(scene.ctx.event_id(&scene.incident).as_str()).join("x"), b"x").unwrap();
    drop(stage(&scene.ctx, &scene.incident, None, scene.run(4.5, 9.0)).unwrap());
    assert_eq!(sweep(&scene.ctx.data).unwrap(), 1);
    assert_eq!(contents(&scene.ctx.data).len(), 0);
    let sealed = scene.store(Closing::Left);
    assert!(!sealed.existed);
    assert_eq!(verify(&scene.ctx.data).unwrap().problems, vec![]);
}

#[test]
fn leftovers_of_an_earlier_run_are_not_sealed() {
    let scene = Scene::h264();
    let staging = scene.ctx.data.join("evidence/.staging");
    let left = staging.join(scene.ctx.event_id(&scene.incident).as_str());
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("leftover.jpg"), b"x").unwrap();
    let sealed = scene.store(Closing::Left);
    assert!(!scene.path(&sealed, "leftover.jpg").exists());
}

#[test]
fn mistakes_are_named() {
    let mut scene = Scene::h264();
    scene.incident.zone = "grass".into();
    let error = stage(&scene.ctx, &scene.incident, None, scene.run(4.5, 9.0)).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("p1-le-loi-01") && text.contains("zone \"grass\""), "{text}");
    assert_eq!(sweep(&scene.ctx.data).unwrap(), 0, "a failed event leaves nothing behind");
    // A file stands where the evidence folder must be.
    fs::remove_dir_all(&scene.ctx.data).unwrap();
    fs::create_dir_all(&scene.ctx.data).unwrap();
    fs::write(scene.ctx.data.join("evidence"), b"").unwrap();
    let error = stage(&scene.ctx, &scene.incident, None, scene.run(4.5, 9.0)).unwrap_err();
    assert!(matches!(error, EvidenceError::File { .. }), "{error}");
}
