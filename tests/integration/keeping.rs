//! Evidence and store in a service: what is opened is recorded at once, and outlives a kill and a
//! full disk.

use crate::evidence::scene::{Scene, incident, open};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use streetward::alert::Alerter;
use streetward::config::StorageConfig;
use streetward::evidence::{self, Case, Event, VerifyReport};
use streetward::media::{MediaTime, OpenOptions, Source, TimeSpan};
use streetward::pipeline::{Keeper, LiveKeeping, Notice, Origin, Progress, Stats, recover};
use streetward::rules::{Closing, Incident, IncidentKey};
use streetward::store::{
    EventFilter, EventRecord, EvidenceState, Put, Storage, StorageState, Store,
};
use tempfile::TempDir;

/// One process of a service: its data folder and what its only camera sees.
struct Session {
    scene: Scene,
    pace: Duration,
    /// Moments of violations, seconds.
    moments: Vec<f64>,
    /// From moment to closing, seconds.
    lasts: f64,
    interim_seconds: f64,
    config: StorageConfig,
}

impl Session {
    fn new(data: &Path, number: u32) -> Self {
        Self::of(Scene::h264(), data, number)
    }

    fn of(mut scene: Scene, data: &Path, number: u32) -> Self {
        data.clone_into(&mut scene.ctx.data);
        scene.ctx.source.fingerprint = format!("session-{number}");
        let config = StorageConfig {
            reserve_megabytes: 2,
            keep_free_gigabytes: 0.0,
            warn_percent: 100,
            ..StorageConfig::default()
        };
        Self {
            scene,
            pace: Duration::from_millis(1),
            moments: vec![5.5],
            lasts: 2.0,
            interim_seconds: 60.0,
            config,
        }
    }

    /// The incident that becomes a violation at a moment.
    fn incident(moment: f64) -> Incident {
        let usual = incident();
        let shift = moment - usual.moment.seconds();
        let by = jiff::SignedDuration::from_secs_f64(shift);
        let wall = |w: streetward::media::WallTime| streetward::media::WallTime(w.0 + by);
        Incident {
            key: IncidentKey(format!("illegal_parking@yellow_lines/3/{}", (moment * 1e6) as i64)),
            start: MediaTime::from_seconds((moment - 1.0).max(0.0)),
            start_wall: streetward::media::WallTime(
                wall(usual.moment_wall).0 - jiff::SignedDuration::from_secs(1),
            ),
            moment: usual.moment.plus(shift),
            moment_wall: wall(usual.moment_wall),
            last: usual.moment.plus(shift),
            last_wall: wall(usual.moment_wall),
            ..usual
        }
    }

    /// Runs the evidence stage over the footage; `between` is called after every frame.
    fn serve(&self, between: &mut dyn FnMut(&Store, &Storage, f64)) {
        let data = &self.scene.ctx.data;
        let storage = Arc::new(Storage::open(data, &self.config).unwrap());
        let store = Store::open(data).unwrap();
        let (notices, news) = crossbeam::channel::bounded(64);
        let (stats, halt) = (Stats::default(), AtomicBool::new(false));
        let live = LiveKeeping {
            alerter: Arc::new(Alerter::default()),
            storage: Arc::clone(&storage),
            interim_seconds: self.interim_seconds,
            abandon: Arc::new(AtomicBool::new(false)),
        };
        let keeper = Keeper { store: &store, stats: &stats, halt: &halt, live: Some(live) };
        std::thread::scope(|scope| {
            scope.spawn(move || keeper.run(&news));
            let mut source = open(&self.scene.clip);
            let ring = source.ring();
            let origin = || Origin {
                number: 0,
                context: Arc::new(self.scene.ctx.clone()),
                progress: Arc::new(Progress::default()),
                path: self.scene.clip.clone(),
                ring: Some(Arc::clone(&ring)),
            };
            let mut opened = vec![false; self.moments.len()];
            let mut closed = opened.clone();
            while let Some(frame) = source.next_frame().unwrap() {
                let now = frame.time.seconds();
                for (i, moment) in self.moments.iter().enumerate() {
                    let incident = Box::new(Self::incident(*moment));
                    if !opened[i] && now >= *moment {
                        opened[i] = true;
                        let around = ring.hold(TimeSpan {
                            from: incident.moment.plus(-2.0),
                            to: incident.moment.plus(2.0),
                        });
                        let job = origin();
                        notices
                            .send(Notice::Opened { job, incident, before: None, around })
                            .unwrap();
                    } else if opened[i] && !closed[i] && now >= moment + self.lasts {
                        closed[i] = true;
                        let (job, closing) = (origin(), Closing::Left);
                        notices.send(Notice::Closed { job, incident, closing }).unwrap();
                    }
                }
                ring.judged(frame.time);
                between(&store, &storage, now);
                std::thread::sleep(self.pace);
            }
            for (i, moment) in self.moments.iter().enumerate() {
                if opened[i] && !closed[i] {
                    let incident = Box::new(Self::incident(*moment));
                    let (job, closing) = (origin(), Closing::Interrupted);
                    notices.send(Notice::Closed { job, incident, closing }).unwrap();
                }
            }
            drop(source);
            drop(notices);
        });
        assert!(!halt.load(Ordering::Relaxed));
    }
}

fn all(data: &Path) -> Vec<EventRecord> {
    Store::open_read(data).unwrap().events(&EventFilter::default()).unwrap()
}

/// What checking finds, with the index.
fn checked(data: &Path) -> VerifyReport {
    let mut report = evidence::verify(data).unwrap();
    let events = all(data);
    let index = events.into_iter().filter(|e| e.evidence_state.has_folder());
    report.compare_index(data, index.map(|e| (e.id, PathBuf::from(e.evidence))));
    report
}

fn event(data: &Path, record: &EventRecord) -> Event {
    evidence::sealed_event(data, Path::new(&record.evidence)).unwrap().unwrap()
}

#[test]
fn an_event_is_recorded_as_its_incident_opens_and_sealed_afterwards() {
    let data = TempDir::new().unwrap();
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
        let data = TempDir::new().unwrap();
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
    let data = TempDir::new().unwrap();
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
    session.serve(&mut |store, _, _| {
        for e in store.events(&EventFilter::default()).unwrap() {
            let own = e.source_fingerprint == session.scene.ctx.source.fingerprint;
            if own && said.insert(e.id.clone()) {
                writeln!(out, "opened {}", e.id).unwrap();
            }
        }
    });
}

/// Kills a service at random moments, and after each holds what it left against what it had said.
fn kill_and_recover(times: u32, seed: u64) {
    let (data, clip) = (TempDir::new().unwrap(), Scene::h264().clip);
    let random = &mut fastrand::Rng::with_seed(seed);
    let mut opened: BTreeSet<String> = BTreeSet::new();
    let (mut finished, mut lost) = (0, 0);
    for number in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "keeping::child", "--ignored", "--nocapture"])
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
        let report = checked(data.path());
        assert_eq!(report.problems, [], "after kill {number}");
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

/// A file system of so many megabytes, where this user may make one.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new(megabytes: u32) -> Option<Self> {
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

    fn path(&self) -> &Path {
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

/// Takes all the room there is.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for size in [1 << 20, 1 << 12, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}
