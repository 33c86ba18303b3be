//! The service killed at random moments: nothing that was opened is lost or doubled.

use crate::live_support::{Running, Site, lawn_mount};
use crate::rig::{self, Server};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use streetward::evidence::Case;
use streetward::store::{
    EventFilter, EventRecord, EvidenceState, ObservationReader, Store, check, records_of,
};

fn all(data: &Path) -> Vec<EventRecord> {
    let Ok(store) = Store::open_read(data) else { return Vec::new() };
    store.events(&EventFilter::default()).unwrap_or_default()
}

fn ids(data: &Path) -> BTreeSet<String> {
    all(data).into_iter().map(|e| e.id).collect()
}

fn kill_and_start(times: u32, seed: u64) {
    if !rig::is_here() {
        return;
    }
    let random = &mut fastrand::Rng::with_seed(seed);
    let site = Site::new("[storage]\nreserve_megabytes = 4\nkeep_free_gigabytes = 0\n");
    let server = Server::start(&[lawn_mount(site.folder.path(), "lawn")]);
    for id in ["lawn-1", "lawn-2"] {
        site.lawn(id, &server.url("lawn"), "");
    }
    let data = site.data();
    let mut opened: BTreeSet<String> = BTreeSet::new();
    for _ in 0..times {
        let before = opened.len();
        let mut live = site.start();
        // What an earlier kill left is put right before the cameras are attached.
        live.wait(60, "a camera sees", |l: &Running| l.sees("lawn-1") || l.sees("lawn-2"));
        let left: Vec<EventRecord> =
            all(&data).into_iter().filter(|e| opened.contains(&e.id)).collect();
        assert_eq!(left.len(), opened.len(), "all are there after the start");
        assert!(left.iter().all(|e| e.evidence_state != EvidenceState::Open), "{left:#?}");
        live.wait(90, "something opened", |_| ids(&data).len() > before);
        let until = std::time::Instant::now() + Duration::from_millis(random.u64(0..4000));
        while std::time::Instant::now() < until {
            opened.extend(ids(&data));
            std::thread::sleep(Duration::from_millis(20));
        }
        opened.extend(ids(&data));
        live.kill();
    }
    let live = site.start();
    drop_when_recovered(live, &data);
    let events = all(&data);
    let known: BTreeSet<String> = events.iter().map(|e| e.id.clone()).collect();
    assert!(opened.is_subset(&known), "lost: {:?}", opened.difference(&known));
    assert_eq!(known.len(), events.len());
    let report = check(&data, true).unwrap();
    assert_eq!(report.faults, [], "{report:#?}");
    assert!(Case::left(&data).unwrap().is_empty());
    let records = finished_records(&data);
    assert!(records as u32 >= times, "{records} records of {times} sessions");
    let count = |state| events.iter().filter(|e| e.evidence_state == state).count();
    eprintln!(
        "{times} kills of the service: {} events seen in the store before a kill, {} after all; {} \
         whole, {} incomplete, {} without evidence",
        opened.len(),
        known.len(),
        count(EvidenceState::Whole),
        count(EvidenceState::Incomplete),
        count(EvidenceState::None),
    );
}

/// The records of both cameras, each whole; nothing else is left of them.
fn finished_records(data: &Path) -> usize {
    let mut records = 0;
    for id in ["lawn-1", "lawn-2"] {
        let files = std::fs::read_dir(data.join("observations").join(id)).unwrap().count();
        let of_camera = records_of(data, id).unwrap();
        assert_eq!(of_camera.len(), files, "nothing is left unfinished");
        for path in of_camera {
            let mut reader = ObservationReader::open(&path).unwrap();
            let read = reader.by_ref().map(Result::unwrap).count() as u64;
            assert_eq!(reader.footer().map(|f| f.observations), Some(read), "{}", path.display());
            records += 1;
        }
    }
    records
}

/// Waits until it has put right what it found, then stops it in order.
fn drop_when_recovered(mut live: Running, data: &Path) {
    live.wait(60, "it has begun", |l: &Running| l.status().is_some());
    assert!(live.stop().success());
    let open = all(data).iter().filter(|e| e.evidence_state == EvidenceState::Open).count();
    assert_eq!(open, 0, "stopped in order, nothing is open");
}

#[test]
fn a_service_killed_three_times_loses_and_doubles_nothing() {
    kill_and_start(3, 1);
}

#[test]
#[ignore = "a quarter of an hour"]
fn a_service_killed_a_hundred_times_loses_and_doubles_nothing() {
    kill_and_start(100, 2);
}
