//! Six streams for minutes, three of them tormented at random: the others notice nothing, nothing
//! planted is missed but while its source was away, and memory stays where it was.
//!
//! Five minutes in the suite; `STREETWARD_TORMENT_SECONDS=3600` makes it an hour.

// The test tells its figures, and compares with the clock on the wall.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use crate::live_support::{Running, Site, lawn_mount};
use crate::rig::{self, Auth, Fault, Mount, Proxy, Server};
use crate::support::ffmpeg;
use serde_json::Value;
use std::time::{Duration, Instant};
use streetward::media::WallTime;
use streetward::scene::CameraState;
use streetward::store::{EventFilter, EventRecord, Store};

/// The loop's length: every place in it comes by once in this time.
const LOOP_SECONDS: f64 = 29.5;
/// Room for the seam of the loop, where tracks break off, and for the rule's own time.
const SLACK_SECONDS: f64 = 12.0;

#[derive(Debug, Clone, Copy)]
enum Torment {
    Killed,
    Frozen,
    TimeReset,
    WrongPassword,
    OtherResolution,
}

impl Torment {
    /// Does it to what lies behind a proxy: its usual server, one that began at another time, one of
    /// another size, and one that asks for another password.
    fn befall(
        self,
        proxy: &Proxy,
        [sound, other_time, other_size, locked]: [&Server; 4],
        away: Duration,
    ) {
        match self {
            Self::Killed => {
                proxy.refuse(true);
                proxy.cut();
                std::thread::sleep(away);
                proxy.refuse(false);
            }
            Self::Frozen => {
                proxy.fault(Fault::Frozen);
                std::thread::sleep(away);
                proxy.fault(Fault::None);
            }
            Self::TimeReset => {
                proxy.swap(other_time.port());
                proxy.cut();
            }
            Self::OtherResolution => {
                proxy.swap(other_size.port());
                proxy.cut();
            }
            Self::WrongPassword => {
                proxy.swap(locked.port());
                proxy.cut();
                std::thread::sleep(away);
                proxy.swap(sound.port());
                proxy.cut();
            }
        }
    }
}

fn draw(of: &mut fastrand::Rng) -> Torment {
    use Torment::{Frozen, Killed, OtherResolution, TimeReset, WrongPassword};
    [Killed, Frozen, TimeReset, WrongPassword, OtherResolution][of.usize(..5)]
}

/// Bytes of memory that a process keeps in RAM.
fn resident(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

fn seconds(t: WallTime) -> f64 {
    t.0.as_microsecond() as f64 / 1e6
}

fn now() -> WallTime {
    WallTime(std::time::SystemTime::now().try_into().unwrap())
}

#[test]
fn streams_tormented_at_random_come_back_and_disturb_nobody() {
    if !rig::is_here() {
        return;
    }
    let asked = std::env::var("STREETWARD_TORMENT_SECONDS").ok().and_then(|s| s.parse().ok());
    let length = Duration::from_secs(asked.unwrap_or(300));
    let site = Site::new("");
    let folder = site.folder.path();
    let lawn = lawn_mount(folder, "lawn");
    // The same street at half the size, for a camera whose resolution is changed in mid-stream.
    let small = folder.join("small.avi");
    let clip = lawn.clips[0].to_str().unwrap().to_owned();
    ffmpeg(&["-i", &clip, "-vf", "scale=384:288", "-q:v", "3", "-c:v", "mjpeg"], &small);
    let half = rig::clip(folder, "half", rig::Codec::H264, 10, &["-i", small.to_str().unwrap()]);
    let half = Mount { clips: vec![half], ..lawn.clone() };
    let guard = Auth { kind: "basic", user: "x", password: "another" };
    let sound = Server::start(std::slice::from_ref(&lawn));
    // Its own server for each backend: a restart, another time base, another size, another password.
    let other_time = Server::start(std::slice::from_ref(&lawn));
    let other_size = Server::start(&[half]);
    let locked = Server::start_at(0, std::slice::from_ref(&lawn), Some(guard));
    let steady = ["steady-1", "steady-2", "steady-3"];
    let tormented = ["torn-1", "torn-2", "torn-3"];
    for id in steady {
        site.lawn(id, &sound.url("lawn"), "analysis_fps = 2");
    }
    let proxies: Vec<Proxy> = tormented.iter().map(|_| Proxy::before(sound.port())).collect();
    for (id, proxy) in tormented.iter().zip(&proxies) {
        site.lawn(id, &proxy.url("lawn"), "analysis_fps = 2");
    }
    let mut live = site.start();
    live.wait(120, "all see", |l| steady.iter().chain(&tormented).all(|id| l.sees(id)));
    let begun = now();
    let early = calm(&live, &steady);
    let memory = resident(live.status().unwrap().pid);

    let seed = std::env::var("STREETWARD_TORMENT_SEED").ok().and_then(|s| s.parse().ok());
    let mut random = fastrand::Rng::with_seed(seed.unwrap_or(5));
    let since = Instant::now();
    let (mut torments, mut slowest) = (0, Duration::ZERO);
    while since.elapsed() < length {
        std::thread::sleep(Duration::from_secs_f64(5.0 + 15.0 * random.f64()));
        let which = random.usize(..3);
        let (id, proxy) = (tormented[which], &proxies[which]);
        let torment = draw(&mut random);
        let away = Duration::from_secs_f64(2.0 + 6.0 * random.f64());
        torment.befall(proxy, [&sound, &other_time, &other_size, &locked], away);
        torments += 1;
        // From the source's return to the first pictures judged again.
        let analysed = live.camera(id).unwrap().analysed;
        let back = live.wait(30, &format!("{id} sees again after {torment:?}"), |l| {
            l.sees(id) && l.camera(id).unwrap().analysed > analysed
        });
        slowest = slowest.max(back);
    }
    let late = calm(&live, &steady);
    let memory_after = resident(live.status().unwrap().pid);
    for id in steady {
        let c = live.camera(id).unwrap();
        assert_eq!((c.connections, c.breaks), (1, 0), "{id} noticed something");
    }
    assert!(live.stop().success());
    println!(
        "{torments} torments in {:.0} s; slowest return {:.1} s; steady cameras {:.2} → {:.2} frames a second, delay p95 {:.2} → {:.2} s; memory {} → {} MiB",
        since.elapsed().as_secs_f64(),
        slowest.as_secs_f64(),
        early.0,
        late.0,
        early.1,
        late.1,
        memory >> 20,
        memory_after >> 20
    );
    assert!(slowest < Duration::from_secs(20), "{slowest:?}");
    assert!(memory_after < memory + memory / 2 + (64 << 20), "{memory} → {memory_after}");

    let store = Store::open_read(&site.data()).unwrap();
    let events = store.events(&EventFilter::default()).unwrap();
    let ended = now();
    for id in steady {
        planted(&store, &events, id, begun, ended);
    }
    let stretches: usize =
        tormented.iter().map(|id| planted(&store, &events, id, begun, ended)).sum();
    println!("{} events; {stretches} whole stretches of tormented cameras held one", events.len());
    moments_are_inside(&site, &events);
    let (code, told) = site.run(&["evidence", "verify", "--data", "data"]);
    assert_eq!(code, Some(0), "{told}");
}

/// Frames a second and the 95th percentile of delay, the worst of these cameras.
fn calm(live: &Running, ids: &[&str]) -> (f64, f64) {
    std::thread::sleep(Duration::from_secs(8));
    let cameras: Vec<_> = ids.iter().map(|id| live.camera(id).unwrap()).collect();
    let fps = cameras.iter().map(|c| c.analysed_fps).fold(f64::MAX, f64::min);
    let lag = cameras.iter().filter_map(|c| c.lag_p95_seconds).fold(0.0, f64::max);
    (fps, lag)
}

/// In every stretch as long as the loop in which a camera saw throughout, somebody was found on the
/// lawn; how many such stretches there were.
fn planted(store: &Store, events: &[EventRecord], id: &str, from: WallTime, to: WallTime) -> usize {
    let changes = store.state_changes(Some(id), from, to).unwrap();
    let sees = |s| matches!(s, CameraState::Seeing | CameraState::Degraded);
    let mut opened = Vec::new();
    let mut stretches = Vec::new();
    let mut since: Option<f64> = None;
    for record in &changes {
        let at = seconds(record.change.at).max(seconds(from));
        match (since, sees(record.change.state)) {
            (None, true) => since = Some(at),
            (Some(begun), false) => {
                stretches.push((begun, at));
                since = None;
            }
            _ => {}
        }
    }
    stretches.extend(since.map(|begun| (begun, seconds(to))));
    opened.extend(events.iter().filter(|e| e.camera == id).flat_map(|e| {
        // One who stays over the loop's seam is one incident for longer.
        let (start, end) = (seconds(e.start_utc), seconds(e.end_utc));
        let steps = ((end - start) / 2.0).max(0.0) as u64;
        (0..=steps).map(move |n| start + 2.0 * n as f64)
    }));
    let span = LOOP_SECONDS + SLACK_SECONDS;
    let mut whole = 0;
    for (begun, ended) in stretches {
        let mut at = begun;
        while at + span <= ended {
            whole += 1;
            let found = opened.iter().any(|t| (at..=at + span).contains(t));
            assert!(
                found,
                "{id}: nobody found from {at:.1} to {:.1} though it saw: {opened:?}",
                at + span
            );
            at += 5.0;
        }
    }
    whole
}

/// Each clip contains its moment.
fn moments_are_inside(site: &Site, events: &[EventRecord]) {
    for event in events {
        let folder = site.data().join(&event.evidence);
        let record: Value =
            serde_json::from_slice(&std::fs::read(folder.join("event.json")).unwrap()).unwrap();
        let (clip, moment) = (&record["clip"], event.moment_media_seconds);
        let from = clip["starts_media_seconds"].as_f64().unwrap();
        let to = from + clip["seconds"].as_f64().unwrap();
        let inside = from <= moment + 0.05 && moment <= to + 0.05;
        assert!(
            inside,
            "{}: the clip shows {from:.2} to {to:.2}, the moment is {moment}",
            event.id
        );
    }
}
