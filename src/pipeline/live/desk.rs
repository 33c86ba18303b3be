//! Everything of a service that changes while it runs: cameras that come and go, their states, the
//! status, whoever hangs.

use super::budget::{Budget, StreamFacts};
use super::keeper_watch::KeeperWatch;
use super::lane::{Lane, Shared, Ways};
use super::pool::Pool;
use super::post_office::PostOffice;
use super::reload::Reload;
use super::running::{Round, Running};
use super::service::Service;
use super::status::{LiveStatus, MemoryStatus, STATUS_FILE, utc};
use super::strays::Strays;
use crate::alert::{self, News};
use crate::config::{self, Agency, Camera, Language, Site};
use crate::media::WallTime;
use crate::pipeline::notice::Notice;
use crate::scene::{CameraState, Detail, Reason, StateChange};
use crate::store::{StorageState, write_atomically};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often cameras are watched.
const WATCH: Duration = Duration::from_millis(200);
/// The same while they are stopped.
const WATCH_END: Duration = Duration::from_millis(20);
/// How often the status is made anew.
const TELL: Duration = Duration::from_secs(1);
/// How often it is stored that the service still runs.
const BEAT: Duration = Duration::from_secs(10);
/// How often it is stored how light pictures are, seconds.
const LIGHT_SECONDS: i64 = 60;
/// Times of states are told apart by it.
const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);

/// Everything that changes while the service runs, on the calling thread.
pub(super) struct Desk<'s> {
    pub(super) service: &'s Service<'s>,
    pub(super) shared: Arc<Shared>,
    pub(super) ways: Ways,
    pub(super) running: BTreeMap<String, Running>,
    /// Cameras that were told to stop and finish what they have begun.
    pub(super) leaving: Vec<Running>,
    /// The agencies of a site that was read again, for who reminds them.
    pub(super) reread: &'s Mutex<Option<Vec<Agency>>>,
    /// Why the last edit of the site was refused.
    pub(super) refused: Option<String>,
    pub(super) pool: Pool,
    pub(super) strays: Strays,
    pub(super) keeper: KeeperWatch,
    /// What the keeper has not been told yet, as it is busy.
    pub(super) unsaid: Vec<Notice>,
    pub(super) looked: Instant,
    pub(super) budget: Budget,
    pub(super) post_office: &'s PostOffice,
    pub(super) started: WallTime,
    /// When it was stored last how light pictures are.
    pub(super) light_kept: Option<WallTime>,
}

impl Desk<'_> {
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
            if let Some(mut running) = self.running.remove(&id) {
                tracing::info!(camera = %id, "stopped, as the site no longer asks for it as it was");
                running.leave();
                let camera = &running.lane.camera;
                self.tell_stopped(&camera.id, &camera.name, (self.service.now)());
                self.leaving.push(running);
            }
        }
        for (id, camera) in wanted {
            // Two sessions of one camera at once would be two connections; the old one goes first.
            let leaves = self.leaving.iter().any(|r| r.lane.camera.id == id);
            if !leaves && !self.running.contains_key(id) {
                let running = Running::new(camera.clone(), (self.service.now)());
                self.tell(&running.lane, running.watched.standing());
                self.running.insert(id.to_owned(), running);
            }
        }
    }

    /// Until told to stop; why, where it stops by itself.
    pub(super) fn watch(&mut self) -> Option<String> {
        let service = self.service;
        let mut site = service.site.clone();
        let mut reload = Reload::new(&site.file, &site.cameras_folder, site.live.reload_seconds);
        let (mut told, mut beaten) = (None::<Instant>, Instant::now());
        while !service.stop.load(Relaxed) {
            std::thread::sleep(WATCH);
            let step = self.round(self.patience());
            self.replace_hung(step);
            self.look();
            if let Some(why) = self.strays.too_many().or_else(|| self.pool.none_lives()) {
                return Some(why);
            }
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
        None
    }

    /// A stage busy with one piece of work for longer has hung.
    fn patience(&self) -> Duration {
        Duration::from_secs_f64(self.service.site.live.stall_seconds)
    }

    /// Looks after every camera's session and after those who keep. Gives the time since the last
    /// round.
    fn round(&mut self, most: Duration) -> Duration {
        let step = self.looked.elapsed();
        self.looked = Instant::now();
        let mut round = Round {
            shared: &self.shared,
            ways: &self.ways,
            strays: &mut self.strays,
            notices: &mut self.unsaid,
            now: (self.service.now)(),
            step,
            most,
        };
        for running in self.running.values_mut().chain(&mut self.leaving) {
            running.look(&mut round);
        }
        self.leaving.retain(|r| !r.has_left());
        self.keeper.look(step, most);
        // Never waited for: a keeper that hangs must not hold up the watch.
        while let Some(notice) = self.unsaid.pop() {
            if let Err(refused) = self.ways.notices.try_send(notice) {
                self.unsaid.push(refused.into_inner());
                break;
            }
        }
        step
    }

    /// Puts a new worker in the place of one that hangs.
    fn replace_hung(&mut self, step: Duration) {
        if self.pool.replace_hung(step, self.patience(), &mut self.strays) {
            self.running.values_mut().for_each(Running::detector_hung);
        }
    }

    /// Reads the site again; a bad edit keeps the old one.
    fn reread(&mut self, file: &Path) -> Option<Site> {
        match config::load_site(file) {
            Ok(new) => {
                self.refused = None;
                tracing::info!(cameras = new.cameras.len(), "the site was read again");
                let mut told = self.reread.lock().unwrap_or_else(PoisonError::into_inner);
                *told = Some(new.agencies.clone());
                drop(told);
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
            let judged = running.judged();
            if let Some(change) = running.watched.look(&running.lane, judged, now) {
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

    /// Nobody knows what a camera shows from then on.
    fn tell_stopped(&self, id: &str, name: &str, at: WallTime) {
        let change = StateChange {
            at,
            state: CameraState::Offline,
            reasons: vec![Reason::ServiceStopped],
            detail: Detail::NotAttached,
        };
        if let Err(e) = self.service.store.put_state_change_with(id, name, &change, &[]) {
            tracing::error!(camera = %id, "{e}");
        }
    }

    /// The same of cameras that were taken out of the site while the service did not run: what was
    /// stored of them last would hold for ever.
    pub(super) fn tell_gone(&self, site: &Site) {
        let last = self.service.store.last_states().unwrap_or_else(|e| {
            tracing::error!("{e}");
            Vec::new()
        });
        for record in last {
            let wanted = site.cameras.iter().any(|c| c.id == record.camera && streams(c));
            if !wanted && record.change.reasons != [Reason::ServiceStopped] {
                // After a clock set back, too, it is the last word.
                let after =
                    record.change.at.0.checked_add(MICROSECOND).map_or(self.started, WallTime);
                let at = self.started.max(after);
                self.tell_stopped(&record.camera, &record.camera_name, at);
            }
        }
    }

    /// Stores how light cameras' pictures were, once in a while.
    fn keep_light(&mut self, now: WallTime) {
        let due = self
            .light_kept
            .is_none_or(|at| !(0..LIGHT_SECONDS).contains(&now.0.duration_since(at.0).as_secs()));
        if !due {
            return;
        }
        self.light_kept = Some(now);
        let source = format!("live-{}", self.started.0.as_microsecond());
        let told: Vec<_> = self
            .running
            .values()
            .flat_map(|r| r.lane.still.light(&r.lane.camera.id, &source))
            .collect();
        if told.is_empty() {
            return;
        }
        if let Err(e) = self.service.store.put_view_looks(&told) {
            tracing::error!("how light pictures were is not kept: {e}");
        }
    }

    fn status(&mut self) {
        let service = self.service;
        let now = (service.now)();
        for running in self.running.values() {
            running.lane.still.keep(service.data, &running.lane.camera.id);
        }
        self.keep_light(now);
        let cameras = self.running.values_mut().map(|r| r.watched.status(&r.lane, now)).collect();
        let status = LiveStatus {
            format: "streetward.status/1".to_owned(),
            at: utc(now),
            started: utc(self.started),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            site: service.site.name.clone(),
            workers: self.pool.len(),
            workers_replaced: self.pool.replaced(),
            threads_hung: self.strays.count(),
            memory: self.memory(),
            problems: self.problems(),
            hung: self.keeper.problems().to_vec(),
            cameras,
            sinks: self.post_office.status(&service.site.alerts, &service.store),
        };
        (service.alive)(&status);
        // Whoever asks over the network is told even where the disk does not answer.
        service.board.set(status.clone());
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
        let hung = self.keeper.problems().iter().cloned();
        self.refused.iter().cloned().chain(disk).chain(hung).collect()
    }

    /// What memory is needed, by what is known of the streams now.
    fn memory(&self) -> MemoryStatus {
        let known: Vec<(&Camera, StreamFacts)> = self
            .running
            .values()
            .map(|r| (&*r.lane.camera, StreamFacts::of(r.ring(), r.lane.link.state().size)))
            .collect();
        self.budget.known(&known)
    }

    /// Stops every camera; what they began is finished, but for stages that hang.
    pub(super) fn end(mut self) {
        let live = &self.service.site.live;
        // A stage that hangs leaves the others time within the stop's own bound.
        let most = self.patience().min(Duration::from_secs_f64(live.drain_seconds / 2.0));
        let running = std::mem::take(&mut self.running).into_values();
        self.leaving.extend(running);
        self.leaving.iter_mut().for_each(Running::leave);
        while !self.leaving.is_empty() {
            self.round(most);
            std::thread::sleep(WATCH_END);
        }
        // Stages that were left behind hold ends of the queue, so its end must be said.
        self.unsaid.insert(0, Notice::End);
        while !self.unsaid.is_empty() && !self.service.abandon.load(Relaxed) {
            self.round(most);
            std::thread::sleep(WATCH_END);
        }
        let Self { ways, pool, .. } = self;
        drop(ways);
        pool.end();
    }
}

/// Whether a camera has a stream to attach to.
pub(super) fn streams(camera: &Camera) -> bool {
    camera.source.as_ref().is_some_and(|s| s.url.is_some())
}
