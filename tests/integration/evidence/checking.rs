//! What `evidence verify` finds, and what it says.

use super::chaining::{Chained, problem};
use super::run;
use super::scene::Scene;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use streetward::evidence::{EvidenceError, ProblemKind, VerifyReport, verify};
use streetward::rules::Closing;
use streetward::store::{EventRecord, Store};

/// A stored event: its data folder and its own folder.
struct Stored {
    scene: Scene,
    folder: PathBuf,
    record: EventRecord,
}

impl Stored {
    fn new() -> Self {
        let scene = Scene::h264();
        let sealed = scene.store(Closing::Left);
        let (folder, record) = (sealed.folder.clone(), scene.record(&sealed));
        Self { scene, folder, record }
    }

    /// Enters the event in the store's index.
    fn index(&self) {
        Store::open(self.data()).unwrap().put_event(&self.record).unwrap();
    }

    /// What the command finds: exit code, and kind, event, file and detail of each problem.
    fn command(&self) -> (ExitCode, Vec<[String; 4]>) {
        let data = self.data().to_str().unwrap();
        let (code, out) = run(&["verify", "--data", data, "--format", "json"]);
        let json: Value = serde_json::from_str(&out).unwrap();
        let text = |p: &Value, key: &str| p[key].as_str().unwrap_or_default().to_owned();
        let problems = json["problems"].as_array().unwrap().iter();
        let keys = ["problem", "event", "file", "detail"];
        (code.unwrap(), problems.map(|p| keys.map(|k| text(p, k))).collect())
    }

    fn data(&self) -> &Path {
        &self.scene.ctx.data
    }

    fn path(&self, name: &str) -> PathBuf {
        self.data().join(&self.folder).join(name)
    }

    fn check(&self) -> VerifyReport {
        verify(self.data()).unwrap()
    }

    /// The one problem found, by kind and file name.
    fn problem(&self) -> (ProblemKind, String) {
        let report = self.check();
        assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
        let problem = &report.problems[0];
        assert!(!problem.detail.is_empty());
        let name = Path::new(&problem.file).file_name().unwrap().to_string_lossy().into_owned();
        (problem.problem, name)
    }

    fn edit_manifest(&self, edit: impl Fn(&mut Value)) {
        let path = self.path("manifest.json");
        let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        edit(&mut json);
        fs::write(path, serde_json::to_vec(&json).unwrap()).unwrap();
    }
}

#[test]
fn one_flipped_bit_of_any_file_is_found() {
    let stored = Stored::new();
    for name in ["before.jpg", "moment.jpg", "after.jpg", "moment-marked.jpg", "clip.mp4"] {
        let good = fs::read(stored.path(name)).unwrap();
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 1;
        fs::write(stored.path(name), bad).unwrap();
        assert_eq!(stored.problem(), (ProblemKind::Changed, name.to_owned()));
        fs::write(stored.path(name), good).unwrap();
        assert!(stored.check().problems.is_empty(), "restored");
    }
}

#[test]
fn missing_added_and_renamed_files_are_named() {
    let stored = Stored::new();
    fs::rename(stored.path("clip.mp4"), stored.path("film.mp4")).unwrap();
    let report = stored.check();
    let found: Vec<_> =
        report.problems.iter().map(|p| (p.problem, p.file.rsplit('/').next().unwrap())).collect();
    let wanted = [(ProblemKind::Missing, "clip.mp4"), (ProblemKind::Added, "film.mp4")];
    assert_eq!(found, wanted);
    fs::rename(stored.path("film.mp4"), stored.path("clip.mp4")).unwrap();
    fs::create_dir(stored.path("more")).unwrap();
    assert_eq!(stored.problem(), (ProblemKind::Added, "more".into()));
}

#[test]
fn a_file_swapped_for_a_link_to_its_own_content_is_found() {
    let stored = Stored::new();
    let away = stored.scene.folder.path().join("moved.jpg");
    fs::rename(stored.path("moment.jpg"), &away).unwrap();
    std::os::unix::fs::symlink(&away, stored.path("moment.jpg")).unwrap();
    assert_eq!(stored.problem(), (ProblemKind::Changed, "moment.jpg".into()));
}

#[test]
fn a_renamed_or_moved_event_is_found() {
    let stored = Stored::new();
    let renamed = stored.data().join("evidence/2026/08/15/0123456789abcdef0123");
    fs::rename(stored.path(""), &renamed).unwrap();
    assert_eq!(stored.problem(), (ProblemKind::Changed, "manifest.json".into()));
    let other_day = stored.data().join("evidence/2026/08/16");
    fs::create_dir(&other_day).unwrap();
    fs::rename(&renamed, other_day.join(stored.folder.file_name().unwrap())).unwrap();
    assert_eq!(stored.problem(), (ProblemKind::Changed, "event.json".into()));
}

#[test]
fn a_manifest_gone_broken_or_edited_is_found() {
    let stored = Stored::new();
    let path = stored.path("manifest.json");
    let good = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(stored.problem(), (ProblemKind::NoManifest, "manifest.json".into()));
    for bad in [&b"{"[..], b"", b"[]", b"\xff\xfe"] {
        fs::write(&path, bad).unwrap();
        assert_eq!(stored.problem(), (ProblemKind::Unreadable, "manifest.json".into()));
    }
    // A picture taken out of folder and manifest alike is still missed.
    fs::write(&path, good).unwrap();
    fs::remove_file(stored.path("after.jpg")).unwrap();
    stored
        .edit_manifest(|m| m["files"].as_array_mut().unwrap().retain(|f| f["name"] != "after.jpg"));
    assert_eq!(stored.problem(), (ProblemKind::Missing, "after.jpg".into()));
}

#[test]
fn a_manifest_never_leads_out_of_its_folder() {
    let stored = Stored::new();
    let secret = stored.path("../secret");
    fs::write(&secret, b"s").unwrap();
    stored.edit_manifest(|m| m["files"][0]["name"] = "../secret".into());
    let report = stored.check();
    assert_eq!(report.files, 0, "nothing it names is opened");
    let kinds: Vec<_> = report.problems.iter().map(|p| p.problem).collect();
    // The file beside the event is a stray of its own.
    assert_eq!(kinds, [ProblemKind::Unreadable, ProblemKind::Added], "{report:?}");
}

#[test]
fn stray_files_are_named_and_staging_is_left_alone() {
    let stored = Stored::new();
    for stray in
        ["evidence/note.txt", "evidence/2026/x", "evidence/2026/08/y", "evidence/2026/08/15/z"]
    {
        fs::write(stored.data().join(stray), b"?").unwrap();
        let report = stored.check();
        assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
        let problem = &report.problems[0];
        assert_eq!((problem.problem, problem.file.as_str()), (ProblemKind::Added, stray));
        assert_eq!(problem.event, None);
        fs::remove_file(stored.data().join(stray)).unwrap();
    }
    fs::create_dir_all(stored.data().join("evidence/.staging/half")).unwrap();
    assert!(stored.check().problems.is_empty());
}

#[test]
fn a_folder_without_events_is_fine_and_one_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(verify(folder.path()).unwrap(), VerifyReport::default());
    let missing = folder.path().join("nowhere");
    let error = verify(&missing).unwrap_err();
    assert!(matches!(error, EvidenceError::DataFolder { .. }), "{error}");
    let (code, out) = run(&["verify", "--data", missing.to_str().unwrap()]);
    assert!(code.unwrap_err().to_string().contains("nowhere") && out.is_empty());
    // A folder of something else is not one in which all is well.
    let (code, out) = run(&["verify", "--data", folder.path().to_str().unwrap()]);
    let text = code.unwrap_err().to_string();
    assert!(text.contains("holds no streetward data") && out.is_empty(), "{text}");
}

#[test]
fn the_command_says_what_it_found_and_fails_on_problems() {
    let stored = Stored::new();
    stored.index();
    let data = stored.data().to_str().unwrap();
    let (code, out) = run(&["verify", "--data", data]);
    assert_eq!(code.unwrap(), ExitCode::SUCCESS);
    assert_eq!(
        out,
        "1 event and 6 files compared with their manifests: all is as sealed.\n\
         1 manifest without a signature.\n"
    );

    fs::write(stored.path("moment.jpg"), b"painted over").unwrap();
    let (code, out) = run(&["verify", "--data", data, "--format", "json"]);
    assert_eq!(code.unwrap(), ExitCode::from(1));
    let json: Value = serde_json::from_str(&out).unwrap();
    let problem = &json["problems"][0];
    assert_eq!((&json["events"], &json["files"]), (&1.into(), &6.into()));
    assert_eq!(
        (&problem["problem"], &problem["event"]),
        (&"changed".into(), &stored.folder.file_name().unwrap().to_str().unwrap().into(),)
    );
    assert!(problem["file"].as_str().unwrap().ends_with("/moment.jpg"));
    let (code, out) = run(&["verify", "--data", data, "--format", "table"]);
    assert_eq!(code.unwrap(), ExitCode::from(1));
    assert!(out.contains("moment.jpg") && out.contains("1 problem.") && out.contains("changed"));
}

#[test]
fn events_are_compared_with_the_index() {
    let stored = Stored::new();
    stored.index();
    assert_eq!(stored.command(), (ExitCode::SUCCESS, vec![]));
    // The whole event gone, then all evidence.
    let (id, folder) = (stored.record.id.clone(), stored.record.evidence.clone());
    let away = stored.scene.folder.path().join("away");
    fs::rename(stored.path(""), &away).unwrap();
    let missing = |found: (ExitCode, Vec<[String; 4]>)| {
        let [problem] = &found.1[..] else { panic!("{found:?}") };
        assert_eq!(found.0, ExitCode::from(1));
        assert_eq!(problem[..3], ["missing".to_owned(), id.clone(), folder.clone()]);
        assert!(problem[3].contains("index"), "{problem:?}");
    };
    missing(stored.command());
    fs::remove_dir_all(stored.data().join("evidence")).unwrap();
    missing(stored.command());
    // Back, and a second event that the index never heard of.
    fs::create_dir_all(stored.path("..")).unwrap();
    fs::rename(&away, stored.path("")).unwrap();
    assert_eq!(stored.command(), (ExitCode::SUCCESS, vec![]));
    let mut other = Stored::new();
    other.scene.incident.key = streetward::rules::IncidentKey("another".into());
    fs::remove_dir_all(other.data()).unwrap();
    let sealed = other.scene.store(Closing::Left);
    let unknown = stored.data().join(&sealed.folder);
    fs::rename(other.data().join(&sealed.folder), unknown).unwrap();
    let (code, problems) = stored.command();
    assert_eq!((code, problems.len()), (ExitCode::from(1), 1), "{problems:?}");
    assert_eq!(problems[0][..2], ["added".to_owned(), sealed.event.id.to_string()]);
    assert_eq!(problems[0][3], "not in the index: run the same command again");
}

#[test]
fn what_repair_has_set_aside_is_told_as_that() {
    let (chained, [a, b, _]) = Chained::three_days_on_files();
    let data = chained.data();
    fs::write(data.join(&a.1).join("clip.mp4"), "another").unwrap();
    Store::put_database_away(data).unwrap();
    let store = Store::open(data).unwrap();
    let done = store.repair(data).unwrap();
    assert!(done.iter().any(|d| d.contains("lost+found")), "{done:?}");
    drop(store);
    chained.extend(18).unwrap();
    assert_eq!(chained.read(18).entries, [], "what was entered before is not entered again");
    let (found, json) = chained.found();
    assert_eq!(found, [problem("set_aside", &a.0, &a.0)]);
    let detail = json["problems"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("its manifest is the one sealed"), "{detail}");
    assert_eq!(json["problems"][0]["file"], format!("lost+found/{}", a.0));
    // What was simply taken away goes on being missing.
    fs::remove_dir_all(data.join(&b.1)).unwrap();
    let kinds: Vec<String> = chained.found().0.into_iter().map(|f| f.0).collect();
    assert_eq!(kinds, ["missing", "missing", "set_aside"], "the chain's and the index's");
}
