//! Evidence and store in a service: what is opened is recorded at once, and outlives a kill and a
//! full disk.

mod kills;
mod session;

use crate::evidence::scene::open;
use crate::postgres_rig::{data_folder, settle};
use session::{Session, all, checked, event};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use streetward::alert::Alerter;
use streetward::evidence::{self, Case};
use streetward::media::{MediaTime, OpenOptions, Source, TimeSpan, WallTime};
use streetward::pipeline::recover;
use streetward::rules::Closing;
use streetward::store::{
    EventFilter, EventRecord, EvidenceState, Put, StandingState, StoodThing, StorageState, Store,
};
use streetward::vision::Family;
use tempfile::TempDir;

#[test]
fn an_event_is_recorded_as_its_incident_opens_and_sealed_afterwards() {
    let data = data_folder();
    let mut session = Session::new(data.path(), 1);
    session.moments = vec![2.5, 5.5];
    session.lasts = 6.0;
    session.interim_seconds = 1.5;
    session.pace = Duration::from_millis(25);
    let mut seen = BTreeSet::new();
    session.serve(&mut |store, _, now| {
        for e in store.open_events().unwrap() {
            assert!(!e.complete);
            if now < 8.0 {
                assert_eq!(e.closing, Closing::Interrupted, "not over yet");
            }
            seen.insert(e.id);
        }
    });
    assert_eq!(seen.len(), 2, "both were recorded while they went on");
    let events = all(data.path());
    assert_eq!(events.len(), 2);
    for record in &events {
        assert_eq!((record.evidence_state, record.complete), (EvidenceState::Whole, true));
        assert_eq!(record.closing, Closing::Left);
        let event = event(data.path(), record);
        assert!(event.stills.interim.len() >= 2, "{:?}", event.stills.interim);
        let times: Vec<f64> = event.stills.interim.iter().map(|s| s.time.media_seconds).collect();
        assert!(times.windows(2).all(|t| t[0] < t[1]), "{times:?}");
        assert!(times[0] > event.moment.media_seconds);
        assert_eq!(event.note, None);
    }
    assert_eq!(checked(data.path()).problems, []);
    assert!(Case::left(data.path()).unwrap().is_empty(), "nothing is left behind");
}

/// A case as a crash leaves it: packets up to `until` seconds.
#[test]
fn an_event_whose_judge_was_left_behind_lasts_until_its_subject_was_last_seen() {
    let data = data_folder();
    let mut session = Session::new(data.path(), 1);
    session.moments = vec![2.5];
    session.left_behind = Some(6.0);
    session.lasts = 60.0;
    session.pace = Duration::from_millis(2);
    let incident = Session::incident(2.5);
    let seen = WallTime(incident.moment_wall.0 + jiff::SignedDuration::from_secs(3));
    let mut place = incident.bbox_moment;
    place.x1 += 1.0;
    let id = session.scene.ctx.event_id(&incident);
    let thing = StoodThing {
        rule: incident.rule.clone(),
        judged_by: "00ff".into(),
        family: Family::Vehicle,
        place,
        since: incident.start_wall,
        seen,
        event: id.to_string(),
        continues: None,
        look: None,
    };
    let camera = session.scene.ctx.camera.id.clone();
    StandingState::of(vec![thing]).save(data.path(), &camera).unwrap();
    session.serve(&mut |_, _, _| {});
    let events = all(data.path());
    assert_eq!(events.len(), 1);
    let record = &events[0];
    assert_eq!(record.closing, Closing::Interrupted);
    assert!(record.evidence_state.has_folder(), "{record:?}");
    assert_eq!(record.end_utc, seen);
    assert!((record.end_media_seconds - 5.5).abs() < 1e-6, "{}", record.end_media_seconds);
}

fn left_behind(session: &Session, until: f64) -> EventRecord {
    let incident = Session::incident(5.5);
    let mut source = open(&session.scene.clip);
    let hold = source
        .ring()
        .hold(TimeSpan { from: MediaTime::from_seconds(3.5), to: MediaTime::from_seconds(7.5) });
    let mut case = Case::begin(&session.scene.ctx, &incident, &session.scene.clip, &hold).unwrap();
    while let Some(frame) = source.next_frame().unwrap() {
        case.follow(&hold).unwrap();
        if frame.time.seconds() > until {
            break;
        }
    }
    // What the muxer holds back is lost with its process: its files are taken as they are now.
    let staging = session.scene.ctx.data.join("evidence/.staging");
    let folder = staging.join(format!("{}.case", case.id()));
    let copy = TempDir::new().unwrap();
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    drop(case);
    for file in std::fs::read_dir(copy.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    EventRecord::open(&session.scene.ctx, &incident, None, &session.scene.clip)
}

#[test]
fn what_a_crash_left_is_finished_from_its_packets() {
    for (until, whole) in [(6.0, false), (12.0, true)] {
        let data = data_folder();
        let session = Session::new(data.path(), 1);
        let store = Store::open(data.path()).unwrap();
        let open = left_behind(&session, until);
        assert_eq!(store.put_event(&open).unwrap(), Put::New);
        assert!(evidence::sweep(data.path()).unwrap() == 0, "a batch run leaves it alone");
        let done = recover(&store, data.path(), &Alerter::default()).unwrap();
        assert_eq!((done.finished, done.lost), (1, 0));
        let record = &store.events(&EventFilter::default()).unwrap()[0];
        assert_eq!(record.evidence_state, EvidenceState::Incomplete);
        assert_eq!(record.closing, Closing::Interrupted);
        let event = event(data.path(), record);
        assert!(event.note.as_ref().unwrap().contains("its end was not seen"));
        assert_eq!(event.clip.missing_after.is_none(), whole, "{:?}", event.clip);
        let clip = data.path().join(&record.evidence).join(&event.clip.file);
        let from = event.clip.starts_media_seconds;
        assert!(from <= 3.5 && from + event.clip.seconds > 5.5, "its moment is inside");
        let frames = frames_of(&clip);
        assert!((frames as f64 / 10.0 - event.clip.seconds).abs() < 0.11, "{frames} frames");
        assert!((event.stills.moment.time.media_seconds - 5.5).abs() < 0.06);
        drop(store);
        assert_eq!(checked(data.path()).problems, []);
        // Again is the same.
        let store = Store::open(data.path()).unwrap();
        let again = recover(&store, data.path(), &Alerter::default()).unwrap();
        assert_eq!((again.finished, again.lost, again.remains), (0, 0, 0));
    }
}

fn frames_of(clip: &Path) -> usize {
    let mut source = Source::open(clip, OpenOptions::default()).unwrap();
    let mut frames = 0;
    while source.next_frame().unwrap().is_some() {
        frames += 1;
    }
    frames
}

#[test]
fn what_cannot_be_finished_says_why() {
    let data = data_folder();
    let session = Session::new(data.path(), 1);
    let store = Store::open(data.path()).unwrap();
    // One whose packets never came to the disk, one whose case is damaged, one without a case.
    let records: Vec<EventRecord> = [3.0, 4.0, 5.0]
        .iter()
        .map(|moment| {
            let incident = Session::incident(*moment);
            EventRecord::open(&session.scene.ctx, &incident, None, &session.scene.clip)
        })
        .collect();
    for record in &records {
        store.put_event(record).unwrap();
    }
    let source = open(&session.scene.clip);
    for moment in [3.0, 4.0] {
        let incident = Session::incident(moment);
        let span = TimeSpan { from: incident.moment, to: incident.moment };
        let hold = source.ring().hold(span);
        let case = Case::begin(&session.scene.ctx, &incident, &session.scene.clip, &hold).unwrap();
        if moment > 3.5 {
            let staging = data.path().join("evidence/.staging");
            let file = staging.join(format!("{}.case/case.json", case.id()));
            std::fs::write(file, b"{\"format\": \"streetw").unwrap();
        }
    }
    let done = recover(&store, data.path(), &Alerter::default()).unwrap();
    assert_eq!((done.finished, done.lost, done.remains), (0, 3, 1));
    for record in store.events(&EventFilter::default()).unwrap() {
        assert_eq!(record.evidence_state, EvidenceState::None);
        assert!(record.evidence_note.is_some());
    }
    assert_eq!(std::fs::read_dir(data.path().join("lost+found")).unwrap().count(), 1);
    drop(store);
    assert_eq!(checked(data.path()).problems, []);
}

/// A file system of so many megabytes, where this user may make one.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    pub fn new(megabytes: u32) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "none"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        if mounted.is_ok_and(|s| s.success()) {
            return Some(Self(folder));
        }
        eprintln!("skipped: no small file system can be mounted here (needs root)");
        None
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[test]
fn on_a_full_disk_events_are_recorded_and_evidence_waits_for_room() {
    let Some(disk) = SmallDisk::new(24) else { return };
    let data = disk.path().join("data");
    settle(&data);
    let mut session = Session::new(&data, 1);
    session.moments = vec![2.5, 5.5, 6.5, 7.5];
    session.pace = Duration::from_millis(40);
    let ballast = disk.path().join("ballast");
    let (mut full, mut recorded_while_full, mut fine_again) = (false, 0, false);
    session.serve(&mut |store, storage, now| {
        if (4.9..5.0).contains(&now) {
            fill(&ballast);
        }
        if (8.5..8.6).contains(&now) {
            std::fs::remove_file(&ballast).unwrap();
        }
        let health = storage.look();
        full |= health.state == StorageState::Full;
        if (8.0..8.5).contains(&now) {
            assert_eq!(health.state, StorageState::Full);
            recorded_while_full = store.events(&EventFilter::default()).unwrap().len();
        }
        fine_again |= now > 8.6 && health.state == StorageState::Fine && health.reserve_held;
    });
    assert!(full && fine_again, "it recovers by itself");
    assert_eq!(recorded_while_full, 4, "events are recorded on a full disk");
    let events = all(&data);
    let states: Vec<_> = events.iter().map(|e| e.evidence_state).collect();
    assert_eq!(states, [EvidenceState::Whole; 4], "evidence waited: {events:#?}");
    assert_eq!(checked(&data).problems, []);
}

#[test]
fn what_a_full_disk_kept_from_being_finished_is_finished_when_there_is_room() {
    let Some(disk) = SmallDisk::new(24) else { return };
    let data = disk.path().join("data");
    settle(&data);
    let mut session = Session::new(&data, 1);
    let store = Store::open(&data).unwrap();
    store.put_event(&left_behind(&session, 12.0)).unwrap();
    let ballast = disk.path().join("ballast");
    fill(&ballast);
    let done = recover(&store, &data, &Alerter::default()).unwrap();
    assert_eq!((done.finished, done.lost, done.waiting), (0, 0, 1));
    assert_eq!(store.open_events().unwrap().len(), 1);
    std::fs::remove_file(&ballast).unwrap();
    drop(store);

    session.moments = Vec::new();
    session.pace = Duration::from_millis(25);
    session.serve(&mut |_, _, _| {});
    let states: Vec<_> = all(&data).iter().map(|e| e.evidence_state).collect();
    assert_eq!(states, [EvidenceState::Incomplete]);
    assert_eq!(checked(&data).problems, []);
    assert!(Case::left(&data).unwrap().is_empty());
}

/// Takes all the room there is.
pub fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for size in [1 << 20, 1 << 12, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}
