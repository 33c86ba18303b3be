//! Everything of a service that changes while it runs: cameras that come and go, their states, the
//! status, workers that hang.

use super::lane::{Lane, Shared};
use super::post_office::PostOffice;
use super::reload::Reload;
use super::service::Service;
use super::status::{LiveStatus, STATUS_FILE, utc};
use super::watch::Watched;
use super::workers::Post;
use crate::alert::{self, News};
use crate::config::{self, Camera, Language, Site};
use crate::media::WallTime;
use crate::pipeline::PipelineError;
use crate::pipeline::infer::{self, Task};
use crate::pipeline::keeper::Notice;
use crate::pipeline::stats::Stats;
use crate::pipeline::threads::spawn;
use crate::scene::{CameraState, Detail, Reason, StateChange};
use crate::store::{StorageState, write_atomically};
use crate::vision::Detector;
use crossbeam::channel::{Receiver, Sender};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// How often cameras are watched.
const WATCH: Duration = Duration::from_millis(200);
/// How often the status is made anew.
const TELL: Duration = Duration::from_secs(1);
/// How often it is stored that the service still runs.
const BEAT: Duration = Duration::from_secs(10);

/// One camera that runs.
pub(super) struct Running<'scope> {
    lane: Arc<Lane>,
    watched: Watched,
    handle: ScopedJoinHandle<'scope, ()>,
}

/// One inference worker.
pub(super) struct Worker {
    post: Arc<Post>,
}

/// Everything that changes while the service runs, on the calling thread.
pub(super) struct Desk<'s, 'scope, 'env> {
    pub(super) service: &'s Service<'s>,
    pub(super) shared: &'env Shared<'env>,
    pub(super) scope: &'scope Scope<'scope, 'env>,
    pub(super) tasks: Sender<Task>,
    pub(super) notices: Sender<Notice>,
    pub(super) running: BTreeMap<String, Running<'scope>>,
    /// Cameras that were told to stop and finish what they have begun.
    pub(super) leaving: Vec<Running<'scope>>,
    pub(super) number: u64,
    /// Why the last edit of the site was refused.
    pub(super) refused: Option<String>,
    pub(super) workers: Vec<Worker>,
    pub(super) replaced: u64,
    pub(super) todo: Receiver<Task>,
    pub(super) stats: &'env Stats,
    pub(super) post_office: &'env PostOffice,
    pub(super) started: WallTime,
}

impl Desk<'_, '_, '_> {
    /// Starts cameras that are new, stops those that are gone, and starts again those that changed.
    pub(super) fn apply(&mut self, site: &Site) {
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
                self.tell_stopped(&running.lane);
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
    pub(super) fn watch(&mut self) {
        let service = self.service;
        let mut site = service.site.clone();
        let mut reload = Reload::new(&site.file, &site.cameras_folder, site.live.reload_seconds);
        let (mut told, mut beaten) = (None::<Instant>, Instant::now());
        while !service.stop.load(Relaxed) {
            std::thread::sleep(WATCH);
            self.look();
            self.replace_hung();
            self.leaving.retain(|r| !r.handle.is_finished());
            if reload.is_due(service.reload.swap(false, Relaxed))
                && let Some(new) = self.reread(&site.file)
            {
                site = new;
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
        let said = alert::told(&change.reasons, &change.detail, Language::En);
        if change.state == CameraState::Seeing || starting {
            tracing::info!(camera = %id, "{}: {said}", change.state.name());
        } else {
            tracing::warn!(camera = %id, "{}: {said}", change.state.name());
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

    /// Nobody knows what a camera shows from now on.
    fn tell_stopped(&self, lane: &Lane) {
        let change = StateChange {
            at: (self.service.now)(),
            state: CameraState::Offline,
            reasons: vec![Reason::ServiceStopped],
            detail: Detail::NotAttached,
        };
        let (id, name) = (&lane.camera.id, &lane.camera.name);
        if let Err(e) = self.service.store.put_state_change_with(id, name, &change, &[]) {
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
    pub(super) fn end(&mut self) {
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
pub(super) fn streams(camera: &Camera) -> bool {
    camera.source.as_ref().is_some_and(|s| s.url.is_some())
}

pub(super) fn start_worker<'scope, 'env>(
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
