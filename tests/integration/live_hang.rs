//! Stages that hang while the real service runs: told, left behind and begun anew, and nobody else
//! notices. What hangs is asked for through the environment, which builds for use do not hear.

use crate::live_support::{Running, Site, get, lawn_mount};
use crate::rig::{self, Server};
use std::process::Command;
use streetward::media::WallTime;
use streetward::scene::{CameraState, Reason};
use streetward::store::{EventFilter, EventRecord, EvidenceState, StateRecord, Store};

/// Asks for hangs: "stage/camera/before which piece/seconds/times", with commas.
const HANG: &str = "STREETWARD_HANG";
/// The shortest time after which a stage counts as hung.
const SHORT: &str = "stall_seconds = 5";

/// Whether hangs can be asked for; says why not.
fn can_hang() -> bool {
    if !cfg!(debug_assertions) {
        eprintln!("skipped: nothing can be made to hang in a build for use");
    }
    cfg!(debug_assertions) && rig::is_here()
}

/// Whether a camera is told as stalled, before anything else.
fn stalled(live: &Running, camera: &str) -> bool {
    let camera = live.camera(camera).unwrap();
    camera.state == CameraState::Blind && camera.reasons.first() == Some(&Reason::Stalled)
}

/// Whether it sees, and nothing of it hangs. On a busy machine it may be overloaded.
fn well(live: &Running, camera: &str) -> bool {
    live.sees(camera) && !live.camera(camera).unwrap().reasons.contains(&Reason::Stalled)
}

fn restarts(live: &Running, camera: &str, stage: &str) -> u64 {
    let camera = live.camera(camera).unwrap();
    camera.restarts.get(stage).copied().unwrap_or(0)
}

/// A camera's states as stored, and all events.
fn stored(site: &Site, camera: &str) -> (Vec<StateRecord>, Vec<EventRecord>) {
    let store = Store::open_read(&site.data()).unwrap();
    let (from, to) = (WallTime(jiff::Timestamp::MIN), WallTime(jiff::Timestamp::MAX));
    let states = store.state_changes(Some(camera), from, to).unwrap();
    (states, store.events(&EventFilter::default()).unwrap())
}

#[test]
fn no_hang_can_be_asked_for_in_a_build_for_use() {
    let found = Command::new("grep")
        .args(["-qaF", HANG, env!("CARGO_BIN_EXE_streetward")])
        .status()
        .unwrap();
    assert_eq!(found.success(), cfg!(debug_assertions));
}

#[test]
fn a_judge_that_hangs_is_left_behind_and_the_other_camera_loses_nothing() {
    if !can_hang() {
        return;
    }
    let port = rig::free_port();
    let site = Site::new("");
    site.live(&format!("{SHORT}\nlisten = \"127.0.0.1:{port}\""));
    let server = Server::start(&[lawn_mount(site.folder.path(), "lawn")]);
    for id in ["steady", "torn"] {
        site.lawn(id, &server.url("lawn"), "analysis_fps = 3");
    }
    // Late enough that somebody is on the lawn, in some open incident.
    let mut live = site.start_with(&[(HANG, "judge/torn/60/600")]);
    live.wait(60, "both see", |l| l.sees("steady") && l.sees("torn"));
    live.wait(60, "an incident opened", |l| l.camera("torn").unwrap().incidents > 0);
    live.wait(60, "it is told as stalled", |l| stalled(l, "torn"));
    let why = live.camera("torn").unwrap().detail;
    assert!(why.contains("judge stage hung"), "{why}");
    let before = live.camera("steady").unwrap();
    live.wait(30, "it sees again", |l| well(l, "torn"));
    assert_eq!(restarts(&live, "torn", "judge"), 1);
    assert_eq!(live.status().unwrap().threads_hung, 1);
    let (_, metrics) = get(port, "/metrics");
    let line = "streetward_camera_stage_restarts_total{camera=\"torn\",stage=\"judge\"} 1";
    assert!(metrics.contains(line), "{metrics}");
    assert_eq!(get(port, "/readyz").0, 200);
    let steady = live.camera("steady").unwrap();
    assert_eq!((steady.connections, steady.breaks), (1, 0));
    assert!(steady.restarts.is_empty() && steady.analysed > before.analysed);
    // A thread that hangs holds up no stop.
    assert!(live.stop().success());

    let (states, events) = stored(&site, "torn");
    let hung = |r: &StateRecord| r.change.reasons.first() == Some(&Reason::Stalled);
    let told = states.iter().position(hung).expect("stored");
    assert!(states[told..].iter().any(|r| !r.change.state.is_away()), "{states:?}");
    // Nobody came back to close what the lost judge had opened; it is closed all the same.
    assert!(events.iter().any(|e| e.camera == "torn"));
    for event in &events {
        assert!(
            matches!(event.evidence_state, EvidenceState::Whole | EvidenceState::Incomplete),
            "{event:?}"
        );
    }
    let (states, _) = stored(&site, "steady");
    assert!(states.iter().all(|r| !r.change.reasons.contains(&Reason::Stalled)), "{states:?}");
    let (code, told) = site.run(&["evidence", "verify", "--data", "data"]);
    assert_eq!(code, Some(0), "{told}");
}

#[test]
fn any_stage_of_a_camera_is_begun_anew_once_it_hangs() {
    if !can_hang() {
        return;
    }
    let site = Site::new("");
    site.live(SHORT);
    let server = Server::start(&[lawn_mount(site.folder.path(), "lawn")]);
    let stages = ["read", "attend", "track", "feed"];
    for id in ["steady"].iter().chain(&stages) {
        let more = "analysis_fps = 2\nconnect_timeout_seconds = 2";
        site.lawn(id, &server.url("lawn"), more);
    }
    // The one whose controller is listened to, where nobody answers.
    let file = site.path("cameras/feed.toml");
    let signal =
        "[[signals]]\nname = \"s\"\nbox = [10, 10, 40, 90]\nfeed = \"http://127.0.0.1:1/x\"\n";
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text + signal).unwrap();
    let hang = "read/read/60/600,attend/attend/12/600,track/track/12/600,feed/feed/8/600";
    let mut live = site.start_with(&[(HANG, hang)]);
    live.wait(60, "one sees", |l| l.sees("steady"));
    for stage in stages {
        live.wait(60, &format!("{stage} hung"), |l| restarts(l, stage, stage) == 1);
        live.wait(30, &format!("{stage} sees again"), |l| well(l, stage));
    }
    assert_eq!(live.status().unwrap().threads_hung, stages.len());
    let steady = live.camera("steady").unwrap();
    assert_eq!((steady.connections, steady.breaks, steady.restarts.len()), (1, 0, 0));
    // The frames that the lost stages kept on their way to the workers hold up nobody.
    let analysed = steady.analysed;
    live.wait(10, "frames go on", |l| l.camera("steady").unwrap().analysed > analysed + 4);
    assert!(live.stop().success());
}

#[test]
fn a_detector_that_hangs_is_told_and_replaced() {
    if !can_hang() {
        return;
    }
    let site = Site::new("");
    site.live(SHORT);
    let server = Server::start(&[lawn_mount(site.folder.path(), "lawn")]);
    site.lawn("one", &server.url("lawn"), "analysis_fps = 2");
    let mut live = site.start_with(&[(HANG, "infer//12/600")]);
    live.wait(60, "it sees", |l| l.sees("one"));
    live.wait(60, "it is told", |l| stalled(l, "one"));
    live.wait(30, "it sees again", |l| well(l, "one"));
    let status = live.status().unwrap();
    assert_eq!((status.workers_replaced, status.workers, status.threads_hung), (1, 1, 1));
    // Its session went on.
    assert_eq!(live.camera("one").unwrap().connections, 1);
    assert!(live.stop().success());
}

#[test]
fn where_too_much_hangs_the_service_ends_to_be_started_again() {
    if !can_hang() {
        return;
    }
    let site = Site::new("");
    site.live(&format!("{SHORT}\nhung_most = 0"));
    let server = Server::start(&[lawn_mount(site.folder.path(), "lawn")]);
    site.lawn("one", &server.url("lawn"), "analysis_fps = 2");
    let live = site.start_with(&[(HANG, "judge/one/10/600")]);
    let (status, told) = live.ends(60);
    assert_eq!(status.code(), Some(1), "{told}");
    assert!(told.contains("the judge stage of camera one") && told.contains("started again"));
    let mut again = site.start();
    again.wait(60, "it sees", |l| l.sees("one"));
    assert!(again.stop().success());
}

#[test]
fn evidence_that_hangs_is_told_loudly_and_events_are_recorded_on() {
    if !can_hang() {
        return;
    }
    let port = rig::free_port();
    let site = Site::new("");
    site.live(&format!("{SHORT}\ndrain_seconds = 2\nlisten = \"127.0.0.1:{port}\""));
    let server = Server::start(&[lawn_mount(site.folder.path(), "lawn")]);
    site.lawn("one", &server.url("lawn"), "analysis_fps = 3");
    let mut live = site.start_with(&[(HANG, "seal//0/600")]);
    live.wait(60, "it sees", |l| l.sees("one"));
    live.wait(90, "it is told", |l| {
        l.status().unwrap().problems.iter().any(|p| p.contains("stills and clips"))
    });
    let (code, why) = get(port, "/readyz");
    assert!(code == 503 && why.contains("their evidence waits"), "{code} {why}");
    let incidents = live.camera("one").unwrap().incidents;
    live.wait(90, "another incident", |l| l.camera("one").unwrap().incidents > incidents);
    live.wait(10, "its row", |_| stored(&site, "one").1.len() as u64 > incidents);
    // What hangs is not waited for beyond the drain; the next start finishes what was left.
    assert_eq!(live.stop().code(), Some(1));
    let mut again = site.start();
    again.wait(60, "it sees", |l| l.sees("one"));
    assert!(again.stop().success());
    let (_, events) = stored(&site, "one");
    assert!(events.iter().all(|e| e.evidence_state != EvidenceState::Open), "{events:?}");
}
