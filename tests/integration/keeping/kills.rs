//! Processes killed while evidence is in the making.

use super::session::{Session, all, checked};
use crate::evidence::scene::Scene;
use crate::postgres_rig::data_folder;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use streetward::alert::Alerter;
use streetward::evidence::{self, Case, signing};
use streetward::media::WallTime;
use streetward::pipeline::recover;
use streetward::store::{EventFilter, EventRecord, EvidenceState, Store};

const CHILD: &str = "STREETWARD_TEST_KEEPING_CHILD";

/// Not a test of its own: the process that is killed. Says which events the store has.
#[test]
#[ignore = "run by the tests that kill it"]
fn child() {
    let Ok(asked) = std::env::var(CHILD) else { return };
    let asked: Vec<&str> = asked.split('|').collect();
    // The clip is made by whoever asks: two processes must not make it at once.
    let scene = Scene::of_clip(Path::new(asked[2]));
    let mut session = Session::of(scene, Path::new(asked[1]), asked[0].parse().unwrap());
    session.moments = (5..26).map(|i| f64::from(i) / 2.0).collect();
    session.pace = Duration::from_millis(8);
    session.interim_seconds = 1.0;
    let (mut out, mut said) = (std::io::stdout(), BTreeSet::new());
    let data = session.scene.ctx.data.clone();
    session.serve(&mut |store, _, _| {
        store.extend_chain(&data, noon()).unwrap();
        for e in store.events(&EventFilter::default()).unwrap() {
            let own = e.source_fingerprint == session.scene.ctx.source.fingerprint;
            if own && said.insert(e.id.clone()) {
                writeln!(out, "opened {}", e.id).unwrap();
            }
        }
    });
}

fn noon() -> WallTime {
    WallTime("2026-08-15T05:00:00Z".parse().unwrap())
}

/// Kills a service at random moments, and after each holds what it left against what it had said.
fn kill_and_recover(times: u32, seed: u64) {
    let (data, clip) = (data_folder(), Scene::h264().clip);
    signing::ensure(data.path(), noon()).unwrap().unwrap();
    let random = &mut fastrand::Rng::with_seed(seed);
    let mut opened: BTreeSet<String> = BTreeSet::new();
    let (mut finished, mut lost) = (0, 0);
    for number in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "keeping::kills::child", "--ignored", "--nocapture"])
            .env(CHILD, format!("{number}|{}|{}", data.path().display(), clip.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::scope(|scope| {
            let said = scope.spawn(move || {
                let lines = out.lines().map_while(Result::ok);
                let ids = lines.filter_map(|l| l.strip_prefix("opened ").map(str::to_owned));
                ids.collect::<Vec<_>>()
            });
            std::thread::sleep(Duration::from_millis(random.u64(150..1200)));
            child.kill().unwrap();
            child.wait().unwrap();
            opened.extend(said.join().unwrap());
        });

        let store = Store::open(data.path()).unwrap();
        let done = recover(&store, data.path(), &Alerter::default()).unwrap();
        finished += done.finished;
        lost += done.lost;
        assert!(store.open_events().unwrap().is_empty());
        store.extend_chain(data.path(), noon()).unwrap();
        let known = store.chain_known().unwrap();
        drop(store);
        let events = all(data.path());
        let ids: BTreeSet<String> = events.iter().map(|e| e.id.clone()).collect();
        assert!(opened.is_subset(&ids), "lost: {:?}", opened.difference(&ids));
        assert_eq!(ids.len(), events.len());
        let with: Vec<&EventRecord> =
            events.iter().filter(|e| e.evidence_state.has_folder()).collect();
        assert_eq!(evidence::sealed_folders(data.path()).unwrap().len(), with.len());
        let unsaid = |e: &&EventRecord| !e.evidence_state.has_folder() && e.evidence_note.is_none();
        assert_eq!(events.iter().filter(unsaid).count(), 0);
        let mut report = checked(data.path());
        report.compare_chain(data.path(), &signing::trusted(data.path()).unwrap(), &known);
        assert_eq!(report.problems, [], "after kill {number}");
        assert_eq!(report.chain.map_or(0, |chain| chain.events), with.len(), "each once");
        assert!(Case::left(data.path()).unwrap().is_empty());
    }
    let states = |state| all(data.path()).iter().filter(|e| e.evidence_state == state).count();
    eprintln!(
        "{times} kills: {} events said to be open; {} whole, {} incomplete, {} without evidence; \
         {finished} finished and {lost} given up at starts",
        opened.len(),
        states(EvidenceState::Whole),
        states(EvidenceState::Incomplete),
        states(EvidenceState::None),
    );
    assert!(opened.len() >= times as usize, "the kills came too early to show anything");
    assert!(finished >= 1, "no kill hit evidence in the making");
}

#[test]
fn killed_ten_times_no_event_is_lost_or_doubled() {
    kill_and_recover(10, 5);
}

#[test]
#[ignore = "minutes"]
fn killed_a_hundred_times_no_event_is_lost_or_doubled() {
    kill_and_recover(100, 100);
}
