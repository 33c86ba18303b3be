//! The service as its user runs it: the real program on real streams, with trouble on some of them.

use crate::live_support::{Site, files_below, get, lawn_mount};
use crate::rig::{self, Auth, Fault, Mount, Proxy, Server};
use jiff::{SignedDuration, Timestamp};
use rustix::process::Signal;
use serde_json::Value;
use std::time::Duration;
use streetward::media::WallTime;
use streetward::report::{Block, Cell, FiguresAsked, Period, figures_document};
use streetward::scene::{CameraState, Detail, Reason, StateChange};
use streetward::store::Store;

fn events(site: &Site) -> Vec<Value> {
    let (code, text) =
        site.run(&["events", "list", "--all", "--data", "data", "--format", "jsonl"]);
    assert_eq!(code, Some(0), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_camera_is_attached_judged_and_told_of() {
    if !rig::is_here() {
        return;
    }
    let port = rig::free_port();
    let site = Site::new("");
    let file = site.path("streetward.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + &format!("listen = \"127.0.0.1:{port}\"\n")).unwrap();
    let server = Server::start(&[lawn_mount(site.folder.path(), "lawn")]);
    site.lawn("lawn-1", &server.url("lawn"), "");
    let (code, told) = site.run(&["live", "--dry-run"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("lawn-1: rtsp://") && told.contains("MiB"), "{told}");

    let mut live = site.start();
    live.wait(60, "the camera sees", |l| l.sees("lawn-1"));
    live.wait(90, "an incident opened", |l| l.camera("lawn-1").unwrap().incidents > 0);
    let (code, health) = get(port, "/healthz");
    assert_eq!(code, 200, "{health}");
    let (code, ready) = get(port, "/readyz");
    assert_eq!((code, ready.as_str()), (200, "1 of 1 cameras see\n"));
    let (_, metrics) = get(port, "/metrics");
    assert!(metrics.contains("streetward_camera_incidents{camera=\"lawn-1\"}"), "{metrics}");
    assert!(metrics.ends_with("# EOF\n"));
    let (_, json) = get(port, "/status.json");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["format"], "streetward.status/1");
    // What it saw last is there for the wall of cameras, small.
    assert!(json["cameras"][0]["still_at"].is_string(), "{json}");
    let still = image::open(site.data().join("live/stills/lawn-1.jpg")).unwrap();
    assert!(still.width().max(still.height()) <= 640, "{still:?}");
    let (code, table) = site.run(&["status", "--data", "data"]);
    assert_eq!(code, Some(0), "{table}");
    assert!(table.contains("lawn-1") && table.contains("restricted_area"), "{table}");
    // A row is there from the moment an incident opens.
    assert!(!events(&site).is_empty());
    assert!(live.stop().success());

    // Stopped in order: everything is sealed, and each clip shows its moment.
    let events = events(&site);
    for event in &events {
        // What was open when the service stopped says so; it has its evidence all the same.
        let cut = event["closing"] == "interrupted";
        assert_eq!(event["evidence_state"], if cut { "incomplete" } else { "whole" }, "{event}");
        assert_eq!(
            event["clock_quality"].as_str().map(|q| q == "camera" || q == "host"),
            Some(true)
        );
        let folder = site.data().join(event["evidence"].as_str().unwrap());
        let record: Value =
            serde_json::from_slice(&std::fs::read(folder.join("event.json")).unwrap()).unwrap();
        let moment = event["moment_media_seconds"].as_f64().unwrap();
        let from = record["clip"]["starts_media_seconds"].as_f64().unwrap();
        let to = from + record["clip"]["seconds"].as_f64().unwrap();
        assert!(from <= moment + 0.05 && moment <= to + 0.05, "{from} {moment} {to}");
    }
    let (code, verified) = site.run(&["evidence", "verify", "--data", "data", "--format", "json"]);
    assert_eq!(code, Some(0), "{verified}");
    // A status left behind is told as such.
    std::thread::sleep(Duration::from_millis(100));
    assert!(site.path("data/live/status.json").exists());
}

#[test]
fn a_camera_that_goes_away_comes_back_and_disturbs_no_other() {
    if !rig::is_here() {
        return;
    }
    let site = Site::new("");
    let folder = site.folder.path();
    let server = Server::start(&[lawn_mount(folder, "a")]);
    let proxy = Proxy::before(server.port());
    site.lawn("steady", &server.url("a"), "analysis_fps = 2");
    site.lawn("away", &proxy.url("a"), "analysis_fps = 2");
    let mut live = site.start();
    live.wait(60, "both see", |l| l.sees("steady") && l.sees("away"));
    // Cut off, and refused for a while.
    proxy.refuse(true);
    proxy.cut();
    live.wait(15, "it is told as unreachable", |l| {
        let c = l.camera("away").unwrap();
        c.state == CameraState::Offline
            && c.reasons.first() == Some(&Reason::Unreachable)
            && c.next_try.is_some()
    });
    let before = live.camera("steady").unwrap().analysed;
    std::thread::sleep(Duration::from_secs(4));
    let steady = live.camera("steady").unwrap();
    assert!(steady.analysed >= before + 3, "{steady:?}");
    assert_eq!((steady.connections, steady.breaks), (1, 0));
    proxy.refuse(false);
    let back = live.wait(20, "it sees again", |l| l.sees("away"));
    assert!(back < Duration::from_secs(10), "{back:?}");
    // Connected, and silent.
    proxy.fault(Fault::Frozen);
    live.wait(20, "it is told as silent", |l| {
        let c = l.camera("away").unwrap();
        c.state == CameraState::Offline && c.reasons.first() == Some(&Reason::NoPackets)
    });
    proxy.fault(Fault::None);
    live.wait(20, "it sees again", |l| l.sees("away"));
    assert_eq!(live.camera("steady").unwrap().breaks, 0);
    assert!(live.stop().success());
    // What went on is stored, apart from violations.
    let (code, told) = site.run(&["camera", "uptime", "--data", "data", "--format", "json"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("\"away\""), "{told}");
}

#[test]
fn bad_streams_are_told_on_their_camera_alone_and_passwords_nowhere() {
    if !rig::is_here() {
        return;
    }
    let site = Site::new("");
    let folder = site.folder.path();
    let lawn = lawn_mount(folder, "a");
    let sound = Mount { name: "sound", clips: Vec::new(), fps: 25, sound: true };
    let server = Server::start(&[lawn.clone(), sound]);
    let guard = Auth { kind: "digest", user: "officer", password: "rightone" };
    let guarded = Server::start_at(0, &[lawn], Some(guard));
    let closed = rig::free_port();
    let secret = "s3cretWrongOne";
    site.lawn("good", &server.url("a"), "analysis_fps = 1");
    site.lawn("nohost", "rtsp://no-such-host.invalid/x", "");
    site.lawn("noport", &format!("rtsp://127.0.0.1:{closed}/x"), "");
    site.lawn("nopath", &server.url("nothing"), "");
    site.lawn("sound", &server.url("sound"), "");
    let wrong = format!("rtsp://officer:{secret}@127.0.0.1:{}/a", guarded.port());
    site.lawn("refused", &wrong, "");
    let mut live = site.start();
    live.wait(60, "the good one sees", |l| l.sees("good"));
    let told = [
        ("nohost", Reason::Unreachable, "host name is not known"),
        ("noport", Reason::Unreachable, "nothing listens at its port"),
        ("nopath", Reason::NoVideo, "no such stream"),
        ("sound", Reason::NoVideo, "no video"),
        ("refused", Reason::Refused, "password are refused"),
    ];
    for (id, reason, words) in told {
        live.wait(40, id, |l| {
            let c = l.camera(id).unwrap();
            c.reasons.first() == Some(&reason) && c.detail.contains(words) && c.next_try.is_some()
        });
    }
    assert!(live.sees("good"));
    assert_eq!(live.camera("good").unwrap().breaks, 0);
    let log = live.log.clone();
    assert!(live.stop().success());
    for file in files_below(&site.data()).into_iter().chain([log]) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found, "the password is in {}", file.display());
    }
}

#[test]
fn an_edit_is_taken_in_while_it_runs_and_a_bad_one_changes_nothing() {
    if !rig::is_here() {
        return;
    }
    let site = Site::new("");
    let server = Server::start(&[lawn_mount(site.folder.path(), "a")]);
    site.lawn("one", &server.url("a"), "analysis_fps = 1");
    let mut live = site.start();
    live.wait(60, "the first sees", |l| l.sees("one"));
    site.lawn("two", &server.url("a"), "analysis_fps = 1");
    live.wait(40, "the new one sees", |l| l.sees("two"));
    assert_eq!(live.camera("one").unwrap().connections, 1);
    // A bad edit is told, with its place, and nothing changes.
    let file = site.path("cameras/two.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("name =", "nmae =")).unwrap();
    live.wait(20, "the edit is refused", |l| {
        l.status().unwrap().problems.iter().any(|p| p.contains("two.toml") && p.contains("nmae"))
    });
    assert!(live.sees("two"));
    // Mended and changed: that camera alone begins anew.
    std::fs::write(&file, good.replace("Bãi cỏ two", "Bãi cỏ mới")).unwrap();
    live.wait(40, "the change is in force", |l| {
        let status = l.status().unwrap();
        let two = status.cameras.iter().find(|c| c.id == "two");
        let refused = status.problems.iter().any(|p| p.contains("two.toml"));
        !refused && two.is_some_and(|c| c.name == "Bãi cỏ mới")
    });
    // Taken out, and told on request.
    std::fs::remove_file(&file).unwrap();
    live.signal(Signal::HUP);
    live.wait(20, "it is gone", |l| l.camera("two").is_none());
    assert_eq!(live.camera("one").unwrap().connections, 1);
    assert!(live.stop().success());
}

#[test]
fn a_camera_taken_out_while_the_service_stood_still_is_not_seen_any_more() {
    let site = Site::new("");
    site.lawn("stays", "rtsp://127.0.0.1:1/x", "");
    #[allow(clippy::disallowed_methods)] // The service takes the real clock, and so must this.
    let ago = |hours| WallTime(Timestamp::now() - SignedDuration::from_hours(hours));
    let begun = ago(800);
    {
        // It saw until the service was stopped in order, long ago; then its file was deleted.
        let store = Store::open(&site.data()).unwrap();
        store.begin_service(begun).unwrap();
        let sees = StateChange {
            at: begun,
            state: CameraState::Seeing,
            reasons: Vec::new(),
            detail: Detail::default(),
        };
        store.put_state_change_with("gone", "Cổng cũ", &sees, &[]).unwrap();
        store.end_service(ago(799)).unwrap();
    }
    for _ in 0..2 {
        let mut live = site.start();
        live.wait(60, "the status is told", |l| l.camera("stays").is_some());
        assert!(live.camera("gone").is_none());
        assert!(live.stop().success());
    }
    let store = Store::open(&site.data()).unwrap();
    let of = |from, to| store.state_changes(Some("gone"), from, to).unwrap();
    let (first, now) = (WallTime(Timestamp::MIN), ago(0));
    let said = of(first, now);
    assert_eq!(said.len(), 2, "it is said once: {said:#?}");
    assert_eq!(said[1].change.reasons, [Reason::ServiceStopped]);
    let runs = store.service_times(first, now).unwrap();
    let hours = |from, to| {
        let mut asked = FiguresAsked::of(Period::range(from, to).unwrap(), None, now);
        asked.filter.cameras = vec!["gone".to_owned()];
        let document = figures_document(&store, &asked).unwrap();
        let blocks = document.sections.iter().flat_map(|s| &s.blocks);
        let rows = blocks.filter_map(|b| match b {
            Block::Table(t) if t.key == "camera_hours" => Some(t.rows[0].clone()),
            _ => None,
        });
        let number = |c: &Cell| if let Cell::Number(n, _) = c { Some(*n) } else { None };
        rows.flat_map(|row| row.iter().filter_map(number).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    // Seeing, degraded, blind, offline, unknown.
    let then = hours(begun.local().date(), begun.local().date().tomorrow().unwrap());
    assert!((then[0] - 1.0).abs() < 0.01, "what was seen stays seen: {then:?}");
    let since = hours(runs[1].started.local().date(), now.local().date());
    assert!(since[..4].iter().all(|h| *h == 0.0) && since[4] > 0.0, "{since:?}");
}

#[test]
fn what_cannot_start_says_why() {
    let site = Site::new("");
    let (code, told) = site.run(&["live"]);
    assert_eq!(code, Some(2), "{told}");
    site.lawn("one", "rtsp://127.0.0.1:1/x", "");
    std::fs::remove_file(site.path("cameras/one.toml")).unwrap();
    std::fs::write(
        site.path("cameras/file.toml"),
        "version = 1\nid = \"f\"\nname = \"F\"\nframe_size = [64, 64]\n",
    )
    .unwrap();
    let (code, told) = site.run(&["live"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("no camera has a stream") && told.contains("[source]"), "{told}");
    site.lawn("one", "rtsp://127.0.0.1:1/x", "");
    let file = site.path("streetward.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.clone() + "memory_megabytes = 256\n").unwrap();
    let (code, told) = site.run(&["live", "--dry-run"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("memory_megabytes"), "{told}");
    // A port that is taken is told before anything begins.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    std::fs::write(&file, text + &format!("listen = \"127.0.0.1:{port}\"\n")).unwrap();
    let (code, told) = site.run(&["live"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("listen") && told.contains("choose a free port"), "{told}");
    let (code, told) = site.run(&["status", "--data", "data"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("no service has told its status"), "{told}");
}
