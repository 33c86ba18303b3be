//! A service of one camera, as far as evidence and store are concerned.

use crate::evidence::scene::{Scene, incident, open};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use streetward::alert::Alerter;
use streetward::config::StorageConfig;
use streetward::evidence::{self, Event, VerifyReport};
use streetward::media::{MediaTime, TimeSpan};
use streetward::pipeline::{Keeper, LiveKeeping, Notice, Origin, Progress, Stats};
use streetward::rules::{Closing, Incident, IncidentKey};
use streetward::store::{EventFilter, EventRecord, Storage, Store};

/// One process of a service: its data folder and what its only camera sees.
pub struct Session {
    pub scene: Scene,
    pub pace: Duration,
    /// Moments of violations, seconds.
    pub moments: Vec<f64>,
    /// From moment to closing, seconds.
    pub lasts: f64,
    pub interim_seconds: f64,
    /// When its judge is left behind, seconds: nobody closes what it opened then.
    pub left_behind: Option<f64>,
    config: StorageConfig,
}

impl Session {
    pub fn new(data: &Path, number: u32) -> Self {
        Self::of(Scene::h264(), data, number)
    }

    pub fn of(mut scene: Scene, data: &Path, number: u32) -> Self {
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
            left_behind: None,
            config,
        }
    }

    /// The incident that becomes a violation at a moment.
    pub fn incident(moment: f64) -> Incident {
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
    pub fn serve(&self, between: &mut dyn FnMut(&Store, &Storage, f64)) {
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
            pulses: Arc::default(),
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
            let mut left_behind = self.left_behind;
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
                if left_behind.take_if(|at| now >= *at).is_some() {
                    notices.send(Notice::GivenUp(0)).unwrap();
                    closed.fill(true);
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

pub fn all(data: &Path) -> Vec<EventRecord> {
    Store::open_read(data).unwrap().events(&EventFilter::default()).unwrap()
}

/// What checking finds, with the index.
pub fn checked(data: &Path) -> VerifyReport {
    let mut report = evidence::verify(data).unwrap();
    let events = all(data);
    let index = events.into_iter().filter(|e| e.evidence_state.has_folder());
    report.compare_index(data, index.map(|e| (e.id, PathBuf::from(e.evidence))));
    report
}

pub fn event(data: &Path, record: &EventRecord) -> Event {
    evidence::sealed_event(data, Path::new(&record.evidence)).unwrap().unwrap()
}
