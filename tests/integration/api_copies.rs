//! Evidence that browsers cannot play, that is missing or was altered; what cameras show now; a site
//! that is edited and a database that is away while people work.

use crate::api_rig::{Person, Rig, now};
use crate::media_support::{frames, open};
use crate::sample::sample;
use crate::support::ffmpeg;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use streetward::store::Store;

fn evidence(rig: &Rig) -> PathBuf {
    let store = Store::open_read(&rig.data()).unwrap();
    rig.data().join(store.event(&rig.event).unwrap().unwrap().evidence)
}

fn sum(path: &Path) -> String {
    hex::encode(Sha256::digest(std::fs::read(path).unwrap()))
}

/// Puts another clip in the place of an event's, as if it had been sealed so.
fn seal_other_clip(folder: &Path, clip: &Path) {
    let manifest = folder.join("manifest.json");
    let mut told: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    std::fs::copy(clip, folder.join("clip.mp4")).unwrap();
    for file in told["files"].as_array_mut().unwrap().iter_mut().filter(|f| f["name"] == "clip.mp4")
    {
        file["bytes"] = json!(std::fs::metadata(clip).unwrap().len());
        file["sha256"] = json!(sum(clip));
    }
    std::fs::write(&manifest, told.to_string()).unwrap();
}

/// Asks again until it is no longer being made.
fn made(rig: &Rig, person: &Person, path: &str) -> crate::api_rig::Answer {
    for _ in 0..400 {
        let answer = rig.see(person, path);
        if answer.status != 202 {
            return answer;
        }
        assert_eq!(
            (answer.json(), answer.headers["retry-after"].as_str()),
            (json!({ "state": "waits" }), "2")
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it is made for too long");
}

#[test]
fn a_clip_in_h265_has_a_copy_that_browsers_play_and_stays_as_it_is() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    let folder = evidence(&rig);
    let other = rig.scene.folder.path().join("h265.mp4");
    ffmpeg(
        &[
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=322x182:r=10:d=2",
            "-c:v",
            "libx265",
            "-pix_fmt",
            "yuv420p10le",
            "-x265-params",
            "log-level=none",
            "-tag:v",
            "hvc1",
        ],
        &other,
    );
    seal_other_clip(&folder, &other);
    let before = sum(&folder.join("clip.mp4"));
    let path = format!("/events/{}/view.mp4", rig.event);
    let first = rig.see(&person, &path);
    assert_eq!(first.status, 202, "it is made, not waited for");
    let answer = made(&rig, &person, &path);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(answer.headers["x-streetward-copy"], "view");
    assert_eq!(answer.headers["content-type"], "video/mp4");
    let part = rig.see_with(&person, &path, &[("Range", "bytes=4-7")]);
    assert_eq!((part.status, part.body.as_slice()), (206, &b"ftyp"[..]));
    let place = |name: &[u8]| answer.body.windows(4).position(|w| w == name).unwrap();
    assert!(place(b"moov") < place(b"mdat"), "it plays before it is whole");
    let copy = rig.scene.folder.path().join("copy.mp4");
    std::fs::write(&copy, &answer.body).unwrap();
    let (mut copied, mut original) = (open(&copy), open(&other));
    assert_eq!((copied.info().codec.as_str(), original.info().codec.as_str()), ("h264", "hevc"));
    let (copied, original) = (frames(&mut copied), frames(&mut original));
    assert_eq!(copied.len(), original.len());
    for (a, b) in copied.iter().zip(&original) {
        assert!((a.time.seconds() - b.time.seconds()).abs() < 0.002, "{:?} {:?}", a.time, b.time);
        assert_eq!((a.width(), a.height()), (322, 182));
    }
    let colour = |frame: &streetward::media::Frame| frame.to_rgb().unwrap().get_pixel(40, 60).0;
    for (a, b) in colour(&copied[5]).into_iter().zip(colour(&original[5])) {
        assert!(a.abs_diff(b) < 16, "it shows the same");
    }
    assert_eq!(sum(&folder.join("clip.mp4")), before, "the original is untouched");
    let kept = std::fs::read_dir(rig.data().join("view")).unwrap().count();
    assert_eq!(kept, 1, "and nothing half made lies about");
    // Known again by its tag; nobody out of scope; not in the list of what was sealed.
    let tag = answer.headers["etag"].as_str();
    assert_eq!(rig.see_with(&person, &path, &[("If-None-Match", tag)]).status, 304);
    assert_eq!(rig.see(&rig.person("elsewhere"), &path).status, 404);
    let whole = rig.see(&person, &format!("/events/{}", rig.event)).json();
    assert!(whole["files"].as_array().unwrap().iter().all(|f| f["name"] != "view.mp4"));
    // What is no film has no copy; it is told in both languages and the desk goes on.
    let noise = rig.scene.folder.path().join("noise.mp4");
    std::fs::write(&noise, [7_u8; 5000]).unwrap();
    seal_other_clip(&folder, &noise);
    let answer = made(&rig, &person, &path);
    assert_eq!((answer.status, answer.code().as_str()), (422, "no_view_copy"));
    assert!(!answer.body.windows(5).any(|w| w == b"/data"), "no path of this machine is told");
    assert_eq!(
        rig.see(&rig.person("reviewer"), &format!("/events/{}/view.mp4", sample(1).id)).status,
        410
    );
}

#[test]
fn what_is_missing_or_altered_is_told_and_never_shown() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    let folder = evidence(&rig);
    let base = format!("/events/{}", rig.event);
    let states = || {
        let told = rig.see(&person, &base).json();
        let files = told["files"].as_array().unwrap().clone();
        let named =
            files.iter().map(|f| (f["name"].as_str().unwrap(), f["state"].as_str().unwrap()));
        named
            .filter(|(_, state)| *state != "whole" && *state != "not_checked")
            .map(|(n, s)| format!("{n} {s}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(states(), Vec::<String>::new());
    // One byte in the middle of a still, of the same length; the clip is gone.
    let still = folder.join("moment.jpg");
    let sealed = std::fs::read(&still).unwrap();
    let mut forged = sealed.clone();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    assert_eq!(rig.see(&person, &format!("{base}/files/moment.jpg")).status, 200);
    std::fs::write(&still, &forged).unwrap();
    let clip = std::fs::read(folder.join("clip.mp4")).unwrap();
    std::fs::remove_file(folder.join("clip.mp4")).unwrap();
    assert_eq!(states(), ["clip.mp4 missing", "moment.jpg altered"]);
    for (path, code) in [
        ("/files/moment.jpg", "file_altered"),
        ("/files/moment.jpg?width=320", "file_altered"),
        ("/files/clip.mp4", "file_missing"),
        ("/view.mp4", "file_missing"),
    ] {
        let answer = rig.see(&person, &format!("{base}{path}"));
        assert_eq!((answer.status, answer.code().as_str()), (410, code), "{path}");
        let told = &answer.json()["error"];
        for key in ["message", "message_vi", "next", "next_vi"] {
            assert!(!told[key].as_str().unwrap().is_empty(), "{path} {key}");
        }
    }
    // It can be decided all the same, and what was restored is whole again.
    std::fs::write(&still, &sealed).unwrap();
    std::fs::write(folder.join("clip.mp4"), &clip).unwrap();
    assert_eq!(states(), Vec::<String>::new());
    assert_eq!(rig.see(&person, &format!("{base}/files/clip.mp4")).body, clip);
}

#[test]
fn a_camera_shows_what_the_service_saw_last_while_it_runs() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    let path = "/cameras/p1-le-loi-01/still.jpg";
    let evidence = rig.see(&person, path);
    assert_eq!(evidence.status, 200);
    assert!(
        evidence.headers["last-modified"].starts_with("Sat, 15 Aug 2026"),
        "{:?}",
        evidence.headers
    );
    let picture = rig.data().join("live/stills/p1-le-loi-01.jpg");
    std::fs::create_dir_all(picture.parent().unwrap()).unwrap();
    image::RgbImage::from_pixel(64, 36, image::Rgb([9, 90, 200])).save(&picture).unwrap();
    let tell = |taken: &str| {
        let status = json!({
            "format": "streetward.status/1", "at": now().utc_rfc3339(), "started": now().utc_rfc3339(),
            "pid": 1, "version": "0", "site": "", "workers": 1, "workers_replaced": 0,
            "problems": [], "sinks": [],
            "cameras": [{
                "id": "p1-le-loi-01", "name": "", "state": "seeing", "reasons": [], "detail": "",
                "since": now().utc_rfc3339(), "next_try": null, "stream": "", "incoming_fps": 5.0,
                "analysed_fps": 5.0, "rate_fps": 5.0, "frames": 1, "analysed": 1, "dropped": 0,
                "connections": 1, "breaks": 0, "incidents": 0, "lag_p50_seconds": null,
                "lag_p95_seconds": null, "clock_repairs": 0, "clock_offset_seconds": null,
                "last_event_kind": null, "last_event_at": null, "still_at": taken, "notes": [],
            }],
        });
        std::fs::write(rig.data().join("live/status.json"), status.to_string()).unwrap();
    };
    let row = || rig.see(&person, "/cameras/p1-le-loi-01").json();
    tell("2026-08-15T11:59:20Z");
    let live = rig.see(&person, path);
    assert_eq!(live.body, std::fs::read(&picture).unwrap());
    assert_eq!(live.headers["last-modified"], "Sat, 15 Aug 2026 11:59:20 GMT");
    assert_eq!(
        (&row()["state"], &row()["still_at"]),
        (&json!("seeing"), &json!("2026-08-15T11:59:20.000Z"))
    );
    // Known by its tag until there is another.
    let tag = [("If-None-Match", live.headers["etag"].as_str())];
    assert_eq!(rig.see_with(&person, path, &tag).status, 304);
    image::RgbImage::from_pixel(64, 36, image::Rgb([200, 90, 9])).save(&picture).unwrap();
    assert_eq!(rig.see_with(&person, path, &tag).status, 200);
    // Whoever looks is entered, once a session; who may not see the ward sees nothing.
    assert_eq!(rig.see(&rig.person("elsewhere"), path).status, 404);
    let seen = streetward::store::AuditFilter {
        action: Some("camera_seen".to_owned()),
        limit: 10,
        ..streetward::store::AuditFilter::default()
    };
    assert_eq!(rig.store_read().audit_entries(&seen).unwrap().len(), 1);
    // One that is too old is none.
    tell("2026-08-15T11:58:20Z");
    assert_eq!(rig.see(&person, path).body, evidence.body);
    assert_eq!(row()["still_at"], Value::Null);
}

/// Waits until `look` finds what it looks for.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}: it never came");
}

#[test]
fn an_edited_site_is_served_and_a_bad_edit_keeps_the_old_one() {
    let rig = Rig::new();
    let (admin, viewer) = (rig.person("administrator"), rig.person("viewer"));
    let folder = rig.scene.folder.path();
    let (site, camera) = (folder.join("streetward.toml"), folder.join("cameras/p3-ben-xe.toml"));
    let told = || rig.see(&admin, "/site").json();
    assert_eq!((&told()["cameras"], &told()["refused"]), (&json!(2), &Value::Null));
    let agency = || {
        let row = rig.see(&viewer, &format!("/events/{}", rig.event)).json();
        row["agency"].as_str().unwrap_or_default().to_owned()
    };
    let name =
        || rig.see(&viewer, "/cameras/p3-ben-xe").json()["name"].as_str().unwrap().to_owned();
    assert_eq!((agency().as_str(), name().as_str()), ("csgt-p1", "Bến xe"));
    let good = std::fs::read_to_string(&site).unwrap();
    std::fs::write(&site, good.replace("csgt-p1", "csgt-moi")).unwrap();
    until("the new agency", || (agency() == "csgt-moi").then_some(()));
    let drawn = std::fs::read_to_string(&camera).unwrap();
    std::fs::write(&camera, drawn.replace("Bến xe", "Bến xe mới")).unwrap();
    until("the camera's new name", || (name() == "Bến xe mới").then_some(()));
    // A camera that is added can be asked for; one that is taken away is not there any more.
    let third = drawn.replace("p3-ben-xe", "p3-cho");
    std::fs::write(folder.join("cameras/p3-cho.toml"), third).unwrap();
    until("the new camera", || (rig.see(&viewer, "/cameras/p3-cho").status == 200).then_some(()));
    std::fs::remove_file(folder.join("cameras/p3-cho.toml")).unwrap();
    until("its end", || (rig.see(&viewer, "/cameras/p3-cho").status == 404).then_some(()));
    std::fs::write(&site, "version = 1\nname = \"x\"\n[[agencies]]\nid = 5\n").unwrap();
    let why = until("the refusal", || told()["refused"].as_str().map(str::to_owned));
    assert!(why.contains("streetward.toml"), "{why}");
    assert_eq!(agency(), "csgt-moi", "the old one goes on");
    std::fs::write(&site, good).unwrap();
    until("the good one", || told()["refused"].is_null().then_some(()));
    assert_eq!(agency(), "csgt-p1");
    assert_eq!(rig.see(&viewer, "/site").status, 403);
}

#[test]
fn the_command_reads_the_site_again_on_sighup() {
    let rig = Rig::new();
    let site = rig.scene.folder.path().join("streetward.toml");
    let text = std::fs::read_to_string(&site)
        .unwrap()
        .replace("reload_seconds = 0.1", "reload_seconds = 0");
    assert!(text.contains("reload_seconds = 0\n"), "it is not read by itself");
    std::fs::write(&site, &text).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_streetward"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(rig.data())
        .arg("--site")
        .arg(&site)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.next().unwrap().contains("http://"));
    std::fs::write(&site, "version = 7").unwrap();
    let pid = child.id().to_string();
    let tell = |signal: &str| Command::new("kill").args([signal, &pid]).status().unwrap().success();
    assert!(tell("-HUP"));
    let told = lines.find(|line| line.contains("refused")).unwrap();
    assert!(told.contains("streetward.toml"), "{told}");
    assert!(tell("-TERM"));
    assert!(child.wait().unwrap().success());
}

/// Another program that holds the database until it is dropped.
struct Holder(Child);

impl Holder {
    /// `how`: a line of Python that takes hold of the file `path`.
    fn take(path: &Path, how: &str) -> Option<Self> {
        let script = format!(
            "import sys, fcntl, sqlite3\npath = sys.argv[1]\n{how}\nprint('held', flush=True)\nsys.stdin.read()\n"
        );
        let mut child = Command::new("python3")
            .args(["-c", &script])
            .arg(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take()?).read_line(&mut line).ok()?;
        assert_eq!(line, "held\n");
        Some(Self(child))
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[test]
fn while_the_database_is_away_it_is_told_and_nothing_is_lost() {
    let rig = Rig::with(|terms| terms.database_within = Duration::from_millis(100));
    let person = rig.person("reviewer");
    let database = rig.data().join("streetward.db");
    let path = format!("/events/{}/decision", sample(0).id);
    let confirm = json!({ "action": "confirm", "request_key": "88888888-a" });
    let decide = || rig.tell(&person, &path, &[("If-Match", "\"0\"")], &confirm);
    let away = |answer: &crate::api_rig::Answer| {
        assert_eq!((answer.status, answer.code().as_str()), (503, "database_away"));
        assert_eq!(answer.headers["retry-after"], "5");
        let told = &answer.json()["error"];
        assert!(told["message_vi"].as_str().unwrap().contains("Cơ sở dữ liệu"), "{told}");
    };
    // Another program writes: what is asked goes on, what is decided waits and is told.
    let how = "db = sqlite3.connect(path, isolation_level=None); db.execute('BEGIN IMMEDIATE')";
    let Some(holder) = Holder::take(&database, how) else {
        eprintln!("skipped: no python3 to hold the database with");
        return;
    };
    away(&decide());
    assert_eq!(rig.see(&person, "/events").status, 200);
    let login = json!({ "user": "viewer", "password": crate::api_rig::PASSWORD }).to_string();
    away(&rig.ask("POST", "/api/v1/login", &[], &login));
    // Many wait no longer than one; each would wait its tenth of a second otherwise.
    let begun = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| away(&decide()));
        }
    });
    assert!(begun.elapsed() < Duration::from_secs(8), "those behind the first need not wait");
    drop(holder);
    // It comes back by itself, and the same request is made once.
    let answer = until("the database", || Some(decide()).filter(|a| a.status != 503));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert_eq!(decide().status, 200);
    let whole = rig.see(&person, &format!("/events/{}", sample(0).id)).json();
    assert_eq!(whole["history"].as_array().unwrap().len(), 1);
    // The file is moved away and back: whatever is answered meanwhile, nothing is lost.
    let path = format!("/events/{}", sample(1).id);
    let confirm = json!({ "action": "confirm", "request_key": "88888888-b" });
    let decide = || {
        rig.tell(&person, &format!("{path}/decision"), &[("If-Match", "\"0\"")], &confirm).status
    };
    let elsewhere = rig.data().join("moved.db");
    std::fs::rename(&database, &elsewhere).unwrap();
    let meanwhile = decide();
    assert!(matches!(meanwhile, 200 | 503), "{meanwhile}");
    std::fs::rename(&elsewhere, &database).unwrap();
    until("the database", || (decide() == 200).then_some(()));
    let history = rig.see(&person, &path).json()["history"].as_array().unwrap().len();
    assert_eq!(history, 1);
}
