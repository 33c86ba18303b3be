//! The threads of the service: cameras started and stopped as the site says, watched, told of.

use super::budget::Budget;
use super::desk::{Desk, streams};
use super::keeper_watch::KeeperWatch;
use super::lane::{Shared, Ways};
use super::pool::Pool;
use super::post_office::PostOffice;
use super::service::{Beside, Service, Stopped};
use super::strays::Strays;
use super::tidy::tidy;
use crate::config::Camera;
use crate::pipeline::keeper::Keeper;
use crate::pipeline::live_keeping::{KeeperPulses, LiveKeeping};
use crate::pipeline::notice::Notice;
use crate::pipeline::remind::remind;
use crate::pipeline::task::Task;
use crate::pipeline::threads::spawn;
use crate::pipeline::{PipelineError, capacity};
use crate::store::Store;
use crate::vision::Detector;
use crossbeam::channel::bounded;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Instant;

impl Service<'_> {
    /// Works until told to stop; returns when everything begun is finished.
    ///
    /// # Errors
    /// Where nothing could begin: memory does not suffice, a session or a thread is refused.
    pub fn run(&self, beside: Vec<Beside<'_>>) -> Result<Stopped, PipelineError> {
        let cameras: Vec<&Camera> = self.site.cameras.iter().filter(|c| streams(c)).collect();
        let budget = Budget::of(&cameras, self.workers, self.site.live.memory_megabytes);
        if let Some(refusal) = budget.refusal() {
            return Err(PipelineError::Failed(refusal));
        }
        // Raised when the last event is stored: couriers take along what that brought.
        let closed = AtomicBool::new(false);
        let started = (self.now)();
        super::still::sweep(self.data);
        let detectors = (0..self.workers.max(1))
            .map(|_| Detector::new(Arc::clone(&self.model)))
            .collect::<Result<Vec<_>, _>>()?;
        let room = capacity::REGIONS.capacity * detectors.len();
        let (data, live) = (self.data.to_owned(), &self.site.live);
        let (attention, now) = (self.attention, self.now);
        let shared =
            Arc::new(Shared::new(&self.model, data, &self.store, live, attention, room, now));
        let couriers = PostOffice::couriers(&self.site.alerts, self.data)?;
        let post_office = PostOffice::default();
        self.store.begin_service(started).map_err(|e| failed(&e))?;
        let (tasks, todo) = bounded::<Task>(room);
        let (notices, news) = bounded::<Notice>(capacity::INCIDENTS.capacity);
        let pool = Pool::start(&self.model, detectors, todo, &shared.stats)?;
        let pulses: Arc<KeeperPulses> = Arc::default();
        // Agencies as the site names them since it was read again.
        let reread = Mutex::new(None);
        let (halt, stats) = (&shared.halt, &*shared.stats);
        std::thread::scope(|scope| {
            let live = LiveKeeping {
                alerter: Arc::clone(&self.alerter),
                storage: Arc::clone(&self.storage),
                interim_seconds: self.site.storage.interim_seconds,
                abandon: Arc::clone(&self.abandon),
                pulses: Arc::clone(&pulses),
            };
            let keeper = Keeper { store: &self.store, stats, halt, live: Some(live) };
            let keeping = spawn(scope, "evidence", move || drop(keeper.run(&news)))?;
            let closed = &closed;
            post_office.open(scope, couriers, &self.store, closed, self.now)?;
            let (site, stop) = (&self.site, &*self.stop);
            let (store, data, now) = (&*self.store, self.data, self.now);
            spawn(scope, "tidy", move || tidy(store, data, site, stop, now))?;
            // A handle of its own: nobody who stores waits while it looks.
            let beside_store = Store::open_beside(data).map_err(|e| failed(&e))?;
            let (agencies, mut edited) = (&*self.site.agencies, &reread);
            spawn(scope, "remind", move || {
                remind(agencies, &mut edited, &beside_store, stop, now);
            })?;
            for Beside { name, work } in beside {
                spawn(scope, &name, work)?;
            }
            let mut desk = Desk {
                service: self,
                shared: Arc::clone(&shared),
                ways: Ways { tasks, notices },
                running: BTreeMap::new(),
                leaving: Vec::new(),
                refused: None,
                pool,
                strays: Strays::new(self.site.live.hung_most),
                keeper: KeeperWatch::new(&pulses),
                unsaid: Vec::new(),
                looked: Instant::now(),
                budget,
                post_office: &post_office,
                reread: &reread,
                started,
                light_kept: None,
            };
            desk.tell_gone(&self.site);
            desk.apply(&self.site);
            let hung = desk.watch();
            if let Some(why) = &hung {
                tracing::error!("{why}");
                (self.must_stop)();
            }
            desk.end();
            let _ = keeping.join();
            closed.store(true, Relaxed);
            self.store.end_service((self.now)()).map_err(|e| failed(&e))?;
            Ok(hung.map_or(Stopped::InOrder, Stopped::Hung))
        })
    }
}

fn failed(e: &crate::store::StoreError) -> PipelineError {
    PipelineError::Failed(e.to_string())
}
