//! The service: cameras started and stopped as the site says, watched, told of.

use super::budget::Budget;
use super::lane::{Lane, Shared};
use super::post_office::PostOffice;
use super::reload::Reload;
use super::status::{LiveStatus, STATUS_FILE, StatusBoard, utc};
use super::tidy::tidy;
use super::turnstile::Turnstile;
use super::watch::Watched;
use super::workers::Post;
use crate::alert::{Alerter, News};
use crate::config::{self, Camera, Site};
use crate::media::WallTime;
use crate::pipeline::infer::{self, Task};
use crate::pipeline::keeper::{Keeper, LiveKeeping, Notice};
use crate::pipeline::stats::Stats;
use crate::pipeline::threads::spawn;
use crate::pipeline::{PipelineError, capacity};
use crate::scene::{CameraState, Reason, StateChange};
use crate::store::{Storage, StorageState, Store, write_atomically};
use crate::vision::{Detector, Model};
use crossbeam::channel::{Receiver, Sender, bounded};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// How often cameras are watched.
const WATCH: Duration = Duration::from_millis(200);
/// How often the status is made anew.
const TELL: Duration = Duration::from_secs(1);
/// How often it is stored that the service still runs.
const BEAT: Duration = Duration::from_secs(10);

/// Work that runs beside the cameras until the service stops, on a thread of its own.
pub struct Beside<'a> {
    /// The thread's name.
    pub name: String,
    /// What it does; it minds the service's `stop`.
    pub work: Box<dyn FnOnce() + Send + 'a>,
}

/// What a service is made of.
pub struct Service<'a> {
    /// The site as it was read at the start.
    pub site: Site,
    /// The model every worker runs.
    pub model: Arc<Model>,
    /// Inference workers, at least 1.
    pub workers: usize,
    /// Whether cameras are looked at as their attention is configured.
    pub attention: bool,
    /// Where events go.
    pub store: &'a Store,
    /// The data folder.
    pub data: &'a Path,
    /// Makes letters of news.
    pub alerter: Arc<Alerter>,
    /// The disk under the data folder.
    pub storage: Arc<Storage>,
    /// Set from outside: stop, and finish what is begun.
    pub stop: Arc<AtomicBool>,
    /// Set from outside: the stop has lasted too long; what is not finished waits for the next start.
    pub abandon: Arc<AtomicBool>,
    /// Set from outside: read the site again.
    pub reload: Arc<AtomicBool>,
    /// Where the status is shown.
    pub board: Arc<StatusBoard>,
    /// The wall clock.
    pub now: fn() -> WallTime,
    /// Called once a second while all is well, so that who started the service knows.
    pub alive: Box<dyn Fn(&LiveStatus) + 'a>,
}

/// One camera that runs.
struct Running<'scope> {
    lane: Arc<Lane>,
    watched: Watched,
    handle: ScopedJoinHandle<'scope, ()>,
}

/// One inference worker.
struct Worker {
    post: Arc<Post>,
}

impl Service<'_> {
    /// Works until told to stop; returns when everything begun is finished.
    ///
    /// # Errors
    /// Where nothing could begin: memory does not suffice, a session or a thread is refused.
    pub fn run(&self, beside: Vec<Beside<'_>>) -> Result<(), PipelineError> {
        let cameras: Vec<&Camera> = self.site.cameras.iter().filter(|c| streams(c)).collect();
        let budget = Budget::of(&cameras, self.workers, self.site.live.memory_megabytes);
        if let Some(refusal) = budget.refusal() {
            return Err(PipelineError::Failed(refusal));
        }
        let stats = Stats::default();
        let halt = AtomicBool::new(false);
        // Raised when the last event is stored: couriers take along what that brought.
        let closed = AtomicBool::new(false);
        let started = (self.now)();
        let detectors = (0..self.workers.max(1))
            .map(|_| Detector::new(Arc::clone(&self.model)))
            .collect::<Result<Vec<_>, _>>()?;
        let room = capacity::REGIONS.capacity * detectors.len();
        let shared = Shared {
            model: &self.model,
            data: self.data,
            stats: &stats,
            live: &self.site.live,
            attention: self.attention,
            turnstile: Turnstile::new(room),
            halt: &halt,
            now: self.now,
        };
        let couriers = PostOffice::couriers(&self.site.alerts, self.data)?;
        let post_office = PostOffice::default();
        self.store.begin_service(started).map_err(failed)?;
        let (tasks, todo) = bounded::<Task>(room);
        let (notices, news) = bounded::<Notice>(capacity::INCIDENTS.capacity);
        std::thread::scope(|scope| {
            let mut workers = Vec::new();
            for detector in detectors {
                workers.push(start_worker(scope, workers.len(), detector, &todo, &stats)?);
            }
            let live = LiveKeeping {
                alerter: Arc::clone(&self.alerter),
                storage: Arc::clone(&self.storage),
                interim_seconds: self.site.storage.interim_seconds,
                abandon: Arc::clone(&self.abandon),
            };
            let keeper = Keeper { store: self.store, stats: &stats, halt: &halt, live: Some(live) };
            let keeping = spawn(scope, "evidence", move || drop(keeper.run(&news)))?;
            let closed = &closed;
            post_office.open(scope, couriers, self.store, closed, self.now)?;
            let (storage, stop) = (&self.site.storage, &*self.stop);
            let (store, data, now) = (self.store, self.data, self.now);
            spawn(scope, "tidy", move || tidy(store, data, storage, stop, now))?;
            for Beside { name, work } in beside {
                spawn(scope, &name, work)?;
            }
            let mut desk = Desk {
                service: self,
                shared: &shared,
                scope,
                tasks,
                notices,
                running: BTreeMap::new(),
                leaving: Vec::new(),
                number: 0,
                refused: None,
                workers,
                replaced: 0,
                todo,
                stats: &stats,
                post_office: &post_office,
                started,
            };
            desk.apply(&self.site);
            desk.watch();
            desk.end();
            drop(desk);
            let _ = keeping.join();
            closed.store(true, Relaxed);
            self.store.end_service((self.now)()).map_err(failed)
        })
    }
}

/// Everything that changes while the service runs, on the calling thread.
struct Desk<'s, 'scope, 'env> {
    service: &'s Service<'s>,
    shared: &'env Shared<'env>,
    scope: &'scope Scope<'scope, 'env>,
    tasks: Sender<Task>,
    notices: Sender<Notice>,
    running: BTreeMap<String, Running<'scope>>,
    /// Cameras that were told to stop and finish what they have begun.
    leaving: Vec<Running<'scope>>,
    number: u64,
    /// Why the last edit of the site was refused.
    refused: Option<String>,
    workers: Vec<Worker>,
    replaced: u64,
    todo: Receiver<Task>,
    stats: &'env Stats,
    post_office: &'env PostOffice,
    started: WallTime,
}

impl<'env> Desk<'_, '_, 'env> {
    /// Starts cameras that are new, stops those that are gone, and starts again those that changed.
    fn apply(&mut self, site: &Site) {
        let wanted: BTreeMap<&str, &Camera> =
            site.cameras.iter().filter(|c| streams(c)).map(|c| (c.id.as_str(), c)).collect();
        let gone: Vec<String> = self
            .running
            .iter()
            .filter(|(id, r)| {
                wanted.get(id.as_str()).is_none_or(|c| c.fingerprint != r.lane.camera.fingerprint)
            })
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            if let Some(running) = self.running.remove(&id) {
                tracing::info!(camera = %id, "stopped, as the site no longer asks for it as it was");
                running.lane.stop.store(true, Relaxed);
                self.leaving.push(running);
            }
        }
        for (id, camera) in wanted {
            // Two sessions of one camera at once would be two connections; the old one goes first.
            let leaves = self.leaving.iter().any(|r| r.lane.camera.id == id);
            if !leaves && !self.running.contains_key(id) {
                self.start(camera.clone());
            }
        }
    }

    fn start(&mut self, camera: Camera) {
        self.number += 1;
        let lane = Arc::new(Lane::new(self.number, Arc::new(camera)));
        let watched = Watched::new(&lane, (self.service.now)());
        let (mine, shared) = (Arc::clone(&lane), self.shared);
        let (tasks, notices) = (self.tasks.clone(), self.notices.clone());
        let name = format!("read-{}", self.number);
        match spawn(self.scope, &name, move || mine.run(shared, &tasks, &notices)) {
            Ok(handle) => {
                self.tell(&lane, watched.standing());
                let id = lane.camera.id.clone();
                self.running.insert(id, Running { lane, watched, handle });
            }
            Err(e) => tracing::error!(camera = %lane.camera.id, "no thread could be started: {e}"),
        }
    }

    /// Until told to stop.
    fn watch(&mut self) {
        let service = self.service;
        let mut site = service.site.clone();
        let mut reload = Reload::new(&site.file, &site.cameras_folder, site.live.reload_seconds);
        let (mut told, mut beaten) = (None::<Instant>, Instant::now());
        while !service.stop.load(Relaxed) {
            std::thread::sleep(WATCH);
            self.look();
            self.replace_hung();
            self.leaving.retain(|r| !r.handle.is_finished());
            if reload.is_due(service.reload.swap(false, Relaxed)) {
                if let Some(new) = self.reread(&site.file) {
                    site = new;
                }
            }
            // A camera whose old session has ended begins its new one.
            self.apply(&site);
            if told.is_none_or(|t| t.elapsed() >= TELL) {
                told = Some(Instant::now());
                self.status();
            }
            if beaten.elapsed() >= BEAT {
                beaten = Instant::now();
                if let Err(e) = service.store.heartbeat((service.now)()) {
                    tracing::warn!("{e}");
                }
            }
        }
    }

    /// Reads the site again; a bad edit keeps the old one.
    fn reread(&mut self, file: &Path) -> Option<Site> {
        match config::load_site(file) {
            Ok(new) => {
                self.refused = None;
                tracing::info!(cameras = new.cameras.len(), "the site was read again");
                Some(new)
            }
            Err(e) => {
                let said = format!("the edited site was refused and the old one goes on: {e}");
                tracing::error!("{said}");
                self.refused = Some(said);
                None
            }
        }
    }

    fn look(&mut self) {
        let now = (self.service.now)();
        let mut changes = Vec::new();
        for running in self.running.values_mut() {
            if let Some(change) = running.watched.look(&running.lane, now) {
                changes.push((Arc::clone(&running.lane), change));
            }
        }
        for (lane, change) in changes {
            self.tell(&lane, &change);
        }
    }

    /// Stores a change of a camera's state with the letters that tell of it.
    fn tell(&self, lane: &Lane, change: &StateChange) {
        let (id, name) = (&lane.camera.id, &lane.camera.name);
        let starting = change.reasons == [Reason::Starting];
        if change.state == CameraState::Seeing || starting {
            tracing::info!(camera = %id, "{}: {}", change.state.name(), change.detail);
        } else {
            tracing::warn!(camera = %id, "{}: {}", change.state.name(), change.detail);
        }
        let letters = if starting {
            Vec::new()
        } else {
            self.service.alerter.letters(News::State(id, name, change))
        };
        if let Err(e) = self.service.store.put_state_change_with(id, name, change, &letters) {
            tracing::error!(camera = %id, "{e}");
        }
    }

    /// Puts a new worker in the place of one that hangs.
    fn replace_hung(&mut self) {
        let most = Duration::from_secs_f64(self.service.site.live.stall_seconds);
        for n in 0..self.workers.len() {
            if !self.workers[n].post.give_up(most) {
                continue;
            }
            self.replaced += 1;
            tracing::error!(
                worker = n,
                "the detector hung for {:.0} s: its frames were given up and another takes its place",
                most.as_secs_f64()
            );
            for running in self.running.values() {
                running.lane.link.stalled(true);
            }
            let again = Detector::new(Arc::clone(&self.service.model))
                .map_err(PipelineError::from)
                .and_then(|d| start_worker(self.scope, n, d, &self.todo, self.stats));
            match again {
                Ok(worker) => self.workers[n] = worker,
                Err(e) => tracing::error!("no other worker could be started: {e}"),
            }
        }
    }

    fn status(&mut self) {
        let service = self.service;
        let now = (service.now)();
        let cameras = self.running.values_mut().map(|r| r.watched.status(&r.lane, now)).collect();
        let status = LiveStatus {
            format: "streetward.status/1".to_owned(),
            at: utc(now),
            started: utc(self.started),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            site: service.site.name.clone(),
            workers: self.workers.len(),
            workers_replaced: self.replaced,
            problems: self.problems(),
            cameras,
            sinks: self.post_office.status(&service.site.alerts, service.store),
        };
        (service.alive)(&status);
        let file = service.data.join(STATUS_FILE);
        if let Some(folder) = file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let written = write_atomically(&file, |out| {
            out.write_all(&serde_json::to_vec_pretty(&status).unwrap_or_default())
                .map_err(|e| crate::store::StoreError::from_io(&file, e))
        });
        if let Err(e) = written {
            tracing::warn!("{e}");
        }
        service.board.set(status);
    }

    /// What is wrong with the service itself.
    fn problems(&self) -> Vec<String> {
        let storage = self.service.storage.look();
        let free = storage.free_bytes >> 20;
        let disk = match storage.state {
            StorageState::Fine => None,
            StorageState::Low => Some(format!("the disk runs full: {free} MiB are free")),
            StorageState::Full => Some(format!(
                "the disk is full ({free} MiB are free): events are recorded in the reserve, evidence waits; free space"
            )),
        };
        self.refused.iter().cloned().chain(disk).collect()
    }

    /// Stops every camera; what they began is finished.
    fn end(&mut self) {
        for running in self.running.values() {
            running.lane.stop.store(true, Relaxed);
        }
        let running = std::mem::take(&mut self.running).into_values();
        for running in running.chain(self.leaving.drain(..)) {
            let id = running.lane.camera.id.clone();
            if running.handle.join().is_err() {
                tracing::error!(camera = %id, "its thread ended unexpectedly");
            }
        }
    }
}

/// Whether a camera has a stream to attach to.
fn streams(camera: &Camera) -> bool {
    camera.source.as_ref().is_some_and(|s| s.url.is_some())
}

fn start_worker<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    number: usize,
    detector: Detector,
    todo: &Receiver<Task>,
    stats: &'env Stats,
) -> Result<Worker, PipelineError> {
    let post = Arc::new(Post::default());
    let (mine, todo) = (Arc::clone(&post), todo.clone());
    spawn(scope, &format!("infer-{number}"), move || {
        infer::work(detector, &todo, stats, false, Some(&mine));
    })?;
    Ok(Worker { post })
}

fn failed(e: crate::store::StoreError) -> PipelineError {
    PipelineError::Failed(e.to_string())
}
