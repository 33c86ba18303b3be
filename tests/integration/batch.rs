//! The main job as its user runs it: the real binary on real footage with the real model.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use streetward::store::Store;
use tempfile::TempDir;

fn streetward() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).env_remove("STREETWARD_LOG");
    command
}

fn camera() -> PathBuf {
    root().join("fixtures/cameras/vtest.toml")
}

fn vtest() -> PathBuf {
    fetched("clips/vtest.avi")
}

/// The last 29.5 s of vtest.avi, cut at a keyframe, with both trespassers and the van.
fn tail(dir: &Path) -> PathBuf {
    let clip = dir.join("tail.avi");
    let vtest = vtest();
    ffmpeg(&["-ss", "50", "-i", vtest.to_str().unwrap(), "-c", "copy"], &clip);
    clip
}

fn batch(data: &Path, clip: &Path) -> Command {
    let mut command = streetward();
    command.args(["batch", "--start-time", "2026-08-15T09:00:00+07:00", "--camera"]).arg(camera());
    command.arg("--data").arg(data).arg(clip);
    command
}

fn events(data: &Path) -> Vec<Value> {
    let out = streetward()
        .args(["events", "list", "--format", "jsonl", "--data"])
        .arg(data)
        .assert()
        .success();
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn verify(data: &Path) -> Value {
    let out = streetward()
        .args(["evidence", "verify", "--format", "json", "--data"])
        .arg(data)
        .assert()
        .success();
    serde_json::from_slice(&out.get_output().stdout).unwrap()
}

/// Ids with times and evidence folders: what must not change from run to run.
fn essence(events: &[Value]) -> BTreeMap<String, String> {
    let text = |e: &Value, k: &str| e[k].to_string();
    events
        .iter()
        .map(|e| {
            let keys = ["kind", "start_media_seconds", "moment_media_seconds", "end_media_seconds"];
            let facts: Vec<String> = keys.iter().map(|k| text(e, k)).collect();
            (text(e, "id"), format!("{} {}", facts.join(" "), text(e, "evidence")))
        })
        .collect()
}

#[test]
fn vtest_gives_its_three_labelled_events_with_all_evidence() {
    let data = TempDir::new().unwrap();
    batch(data.path(), &vtest()).assert().success();
    let all = events(data.path());
    let mut found: Vec<(String, f64, f64)> = all
        .iter()
        .map(|e| {
            let seconds = |k: &str| e[k].as_f64().unwrap();
            let kind = e["kind"].as_str().unwrap().to_owned();
            (kind, seconds("start_media_seconds"), seconds("end_media_seconds"))
        })
        .collect();
    // The man in red and navy walks along the grass edge at the end: labelled "ignore".
    found.retain(|(kind, start, _)| !(kind == "restricted_area" && *start >= 74.0));
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.2.total_cmp(&b.2)));
    let labels = [
        ("illegal_parking", 0.0, 79.5),
        ("restricted_area", 50.6, 60.6),
        ("restricted_area", 50.3, 74.3),
    ];
    assert_eq!(found.len(), labels.len(), "{found:#?}");
    for ((kind, start, end), label) in found.iter().zip(labels) {
        assert_eq!(kind, label.0);
        // The two enter one behind the other and are one box to the detector for three seconds.
        assert!((start - label.1).abs() < 3.5, "{kind} starts at {start}, not {}", label.1);
        assert!((end - label.2).abs() < 2.5, "{kind} ends at {end}, not {}", label.2);
    }
    for event in &all {
        let folder = data.path().join(event["evidence"].as_str().unwrap());
        for name in ["before.jpg", "moment.jpg", "after.jpg", "moment-marked.jpg"] {
            let picture = image::open(folder.join(name)).unwrap();
            assert!(picture.width() >= 768 && picture.height() >= 576, "{name}");
        }
        let record: Value =
            serde_json::from_slice(&std::fs::read(folder.join("event.json")).unwrap()).unwrap();
        assert_eq!(record["id"], event["id"]);
        let clip = probe(&folder.join("clip.mp4"));
        assert_eq!(clip["streams"][0]["codec_name"], "h264");
        let seconds: f64 = clip["format"]["duration"].as_str().unwrap().parse().unwrap();
        assert!(seconds > 4.0, "{seconds}");
        // MS-MPEG4 does not play in browsers: the untouched packets lie beside the viewing copy.
        assert_eq!(
            probe(&folder.join("clip-original.mkv"))["streams"][0]["codec_name"],
            "msmpeg4v3"
        );
    }
    assert_eq!(verify(data.path())["problems"].as_array().unwrap().len(), 0);
    assert!(data.path().join("summary.html").is_file());
    replay_finds_the_same(data.path(), all.len());
}

/// Judged again from the observation record, without decoding: everything kept.
fn replay_finds_the_same(data: &Path, events: usize) {
    let out = streetward()
        .args(["replay", "--format", "jsonl", "--data"])
        .arg(data)
        .arg("--camera")
        .arg(camera())
        .assert()
        .success();
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    let kept = text.lines().filter(|l| l.contains("\"kept\"")).count();
    assert_eq!((text.lines().count(), kept), (events, events), "{text}");
}

fn probe(file: &Path) -> Value {
    let out = std::process::Command::new("ffprobe")
        .args(["-v", "error", "-show_format", "-show_streams", "-of", "json"])
        .arg(file)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn the_same_footage_twice_gives_the_same_events_once() {
    let dir = TempDir::new().unwrap();
    let clip = tail(dir.path());
    let data = dir.path().join("data");
    batch(&data, &clip).assert().success();
    let first = essence(&events(&data));
    assert!(first.len() >= 2, "{first:?}");
    let before = listing(&data.join("evidence"));
    batch(&data, &clip).assert().success();
    assert_eq!(essence(&events(&data)), first);
    assert_eq!(listing(&data.join("evidence")), before, "sealed evidence was touched");
}

/// Every file with its size and time of change.
fn listing(folder: &Path) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let meta = path.metadata().unwrap();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path, (meta.len(), meta.modified().unwrap()));
            }
        }
    }
    found
}

fn start(data: &Path, clip: &Path) -> std::process::Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_streetward"))
        .current_dir(root())
        .args(["batch", "--start-time", "2026-08-15T09:00:00+07:00", "--camera"])
        .arg(camera())
        .arg("--data")
        .arg(data)
        .arg(clip)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until evidence is being made: the run is in its middle.
fn until_evidence_begins(data: &Path, child: &mut std::process::Child) {
    let begun = Instant::now();
    let staging = data.join("evidence/.staging");
    while std::fs::read_dir(&staging).is_ok_and(|mut d| d.next().is_none()) || !staging.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the run ended before it could be stopped");
        assert!(begun.elapsed() < Duration::from_mins(2), "no evidence begun in two minutes");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn killed_in_the_middle_and_run_again_gives_the_same_events_once() {
    let dir = TempDir::new().unwrap();
    let clip = tail(dir.path());
    let (clean, killed) = (dir.path().join("clean"), dir.path().join("killed"));
    batch(&clean, &clip).assert().success();

    let mut child = start(&killed, &clip);
    until_evidence_begins(&killed, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    batch(&killed, &clip).assert().success();

    assert_eq!(essence(&events(&killed)), essence(&events(&clean)));
    let report = verify(&killed);
    assert_eq!(report["problems"].as_array().unwrap().len(), 0, "{report}");
    assert_eq!(report["events"].as_u64().unwrap() as usize, events(&clean).len());
    let staging = killed.join("evidence/.staging");
    let left = std::fs::read_dir(staging).map_or(0, std::iter::Iterator::count);
    assert_eq!(left, 0, "unfinished evidence was left behind");
}

#[test]
fn interrupted_finishes_open_evidence_and_the_next_run_completes_it() {
    let dir = TempDir::new().unwrap();
    let clip = tail(dir.path());
    let (clean, stopped) = (dir.path().join("clean"), dir.path().join("stopped"));
    batch(&clean, &clip).assert().success();

    let mut child = start(&stopped, &clip);
    until_evidence_begins(&stopped, &mut child);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let partial = events(&stopped);
    assert!(!partial.is_empty(), "what was open when stopped is kept");
    assert_eq!(verify(&stopped)["problems"].as_array().unwrap().len(), 0);

    batch(&stopped, &clip).assert().success();
    assert_eq!(essence(&events(&stopped)), essence(&events(&clean)));
    assert!(events(&stopped).iter().all(|e| e["complete"] == true));
    assert_eq!(verify(&stopped)["problems"].as_array().unwrap().len(), 0);
}

#[test]
fn a_bad_file_does_not_stop_the_others() {
    let dir = TempDir::new().unwrap();
    let good = tail(dir.path());
    let (text, cut, empty) =
        (dir.path().join("text.mp4"), dir.path().join("cut.avi"), dir.path().join("empty.mp4"));
    std::fs::write(&text, "this is not a video, whatever its name says\n".repeat(50)).unwrap();
    std::fs::write(&empty, []).unwrap();
    let whole = std::fs::read(&good).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let data = dir.path().join("data");
    let out = batch(&data, &text).args([&cut, &empty, &good]).assert().code(1);
    let told = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    assert!(told.contains("truncated:"), "{told}");
    assert_eq!(told.matches("FAILED:").count(), 2, "{told}");
    let mine = events(&data);
    let from_good = mine.iter().filter(|e| e["source"].as_str().unwrap().ends_with("tail.avi"));
    assert!(from_good.count() >= 2, "{told}");
}

#[test]
fn a_second_run_on_one_data_folder_is_refused() {
    let data = TempDir::new().unwrap();
    let held = Store::open(data.path()).unwrap();
    let out = batch(data.path(), &vtest()).assert().code(2);
    let said = String::from_utf8(out.get_output().stderr.clone()).unwrap();
    assert!(said.contains(&format!("process {}", std::process::id())), "{said}");
    drop(held);
}

#[test]
fn what_cannot_start_says_why_in_one_sentence() {
    let dir = TempDir::new().unwrap();
    let refused = |command: &mut Command, code: i32, words: &[&str]| {
        let out = command.assert().code(code);
        let output = out.get_output();
        let said = String::from_utf8(output.stderr.clone()).unwrap()
            + &String::from_utf8(output.stdout.clone()).unwrap();
        for word in words {
            assert!(said.contains(word), "{word:?} is not in: {said}");
        }
        assert!(!said.contains("panicked"), "{said}");
    };
    let data = dir.path().join("data");
    let absent = dir.path().join("absent.mp4");
    refused(&mut batch(&data, &absent), 2, &["no footage could be judged", "absent.mp4"]);
    refused(streetward().args(["batch", "clip.mp4"]), 2, &["--camera"]);
    refused(
        streetward().args(["batch", "--camera", "no-such.toml", "x.mp4"]),
        2,
        &["no-such.toml"],
    );
    let runtime = batch(&data, &vtest()).env("STREETWARD_RUNTIME", &absent).assert().code(2);
    let said = String::from_utf8(runtime.get_output().stderr.clone()).unwrap();
    assert!(said.contains("ONNX Runtime was not found"), "{said}");
    let fake = dir.path().join("libonnxruntime.so");
    std::fs::write(&fake, b"not a library").unwrap();
    refused(
        batch(&data, &vtest()).env("STREETWARD_RUNTIME", &fake),
        2,
        &["cannot be used", "run scripts/setup"],
    );
    refused(
        batch(&data, &vtest()).env("STREETWARD_MODELS", dir.path()),
        2,
        &[".onnx was not found"],
    );
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    refused(&mut batch(&file.join("data"), &vtest()), 2, &["file"]);
}

/// A data folder of 2 MiB: needs the right to mount, as root in a container has.
#[test]
fn a_full_disk_is_said_and_the_same_command_finishes_later() {
    let dir = TempDir::new().unwrap();
    let clip = tail(dir.path());
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let script = "mount -t tmpfs -o size=2m tmpfs \"$1\" && shift && exec \"$@\"";
    let possible = std::process::Command::new("unshare")
        .args(["-rm", "sh", "-c", script, "sh"])
        .arg(&data)
        .arg("true")
        .status();
    if !possible.is_ok_and(|s| s.success()) {
        eprintln!("skipped: this user may not mount a small disk");
        return;
    }
    let out = Command::new("unshare")
        .current_dir(root())
        .args(["-rm", "sh", "-c", script, "sh"])
        .arg(&data)
        .arg(env!("CARGO_BIN_EXE_streetward"))
        .args(["batch", "--camera"])
        .arg(camera())
        .arg("--data")
        .arg(&data)
        .arg(&clip)
        .assert();
    let output = out.get_output();
    let said = String::from_utf8(output.stderr.clone()).unwrap()
        + &String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("free space"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// Rows of many pictures end short of their stride; the motion gate must not mind.
#[test]
fn sizes_that_no_row_alignment_fits_are_worked_through() {
    let dir = TempDir::new().unwrap();
    for size in ["704x576", "322x242", "720x576"] {
        let clip = dir.path().join(format!("{size}.mp4"));
        let picture = format!("testsrc2=size={size}:rate=5");
        ffmpeg(&["-f", "lavfi", "-i", &picture, "-t", "2", "-c:v", "libx264"], &clip);
        let data = dir.path().join(size);
        let out = batch(&data, &clip).assert().success();
        let told = String::from_utf8(out.get_output().stdout.clone()).unwrap();
        assert!(told.contains("10 frames"), "{told}");
    }
}

/// A picture that never changes is looked at ever more rarely, and judged in every frame all the same.
#[test]
fn a_still_picture_is_rested_on() {
    let dir = TempDir::new().unwrap();
    let clip = dir.path().join("still.mp4");
    let vtest = vtest();
    let args = ["-i", vtest.to_str().unwrap(), "-vf", "select=eq(n\\,0),loop=loop=-1:size=1"];
    ffmpeg(&[&args[..], &["-t", "40", "-r", "5", "-c:v", "libx264", "-qp", "10"]].concat(), &clip);
    let data = dir.path().join("data");
    let out = batch(&data, &clip).assert().success();
    let told = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    let looked: u32 = told.split('(').nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    // At once, then after 2, 4, 8 and every 10 seconds.
    assert!((5..=8).contains(&looked), "{told}");
    let found = events(&data);
    // The van. The man who has one foot on the grass in that picture goes nowhere in it, as a post.
    let kinds: Vec<&str> = found.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["illegal_parking"], "{told}");
}
