//! The thread that makes packs: one at a time, those that were allowed before the server stopped too.
//! It also removes those whose time is over.

use super::refusal::Refusal;
use crate::config::Site;
use crate::handover::blur::Eyes;
use crate::handover::{HandoverError, Making, make_pack, remove_over};
use crate::media::WallTime;
use crate::pipeline::spawn_lasting;
use crate::store::{RequestState, Store};
use crate::vision::{Model, Places, Shelf};
use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Requests whose packs are asked for again at once.
const WAITING: usize = 16;
/// How often it is looked for what is allowed or over.
const LOOK: Duration = Duration::from_mins(1);
/// Requests looked at in one go.
const PAGE: u32 = 100;

/// Where packs are ordered.
#[derive(Debug)]
pub(super) struct Packer(Sender<String>);

struct Bench {
    store: Store,
    data: PathBuf,
    places: Places,
    model: Option<String>,
    now: fn() -> WallTime,
}

impl Packer {
    /// Starts the thread.
    pub(super) fn start(
        site: &Site,
        data: &Path,
        stores: Vec<Store>,
        now: fn() -> WallTime,
    ) -> io::Result<Self> {
        let (orders, ordered) = bounded(WAITING);
        let runtime = &site.runtime;
        let places =
            Places { runtime: runtime.onnxruntime.clone(), models: runtime.models.clone() };
        let model = site.cameras.first().and_then(|c| c.detector.model.clone());
        for store in stores {
            let (data, places, model) = (data.to_path_buf(), places.clone(), model.clone());
            let ordered = ordered.clone();
            let bench = Bench { store, data, places, model, now };
            spawn_lasting("serve-packs", move || bench.work(&ordered))?;
        }
        Ok(Self(orders))
    }

    /// Has a request's pack made as soon as it can be.
    pub(super) fn order(&self, request: &str) -> Result<(), Refusal> {
        match self.0.try_send(request.to_owned()) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(Refusal::busy()),
            Err(TrySendError::Disconnected(_)) => Err(Refusal::broken()),
        }
    }
}

impl Bench {
    /// Makes what is ordered and what waits, until nobody can order any more.
    fn work(&self, ordered: &Receiver<String>) {
        loop {
            let mut wanted: Vec<String> = match ordered.recv_timeout(LOOK) {
                Ok(request) => vec![request],
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            wanted.extend(ordered.try_iter());
            if let Err(e) = self.look(wanted) {
                tracing::warn!("packs could not be looked after: {e}");
            }
        }
    }

    fn look(&self, mut wanted: Vec<String>) -> Result<(), HandoverError> {
        remove_over(&self.store, &self.data, (self.now)())?;
        // What failed is tried again when somebody says so.
        let waits = self.store.requests(Some(RequestState::Approved), None, PAGE)?;
        wanted.extend(waits.into_iter().filter(|r| r.trouble.is_none()).map(|r| r.id));
        wanted.sort();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(());
        }
        // The detector is held only while there is something to do.
        let mut eyes = match self.eyes() {
            Ok(eyes) => eyes,
            Err(error) => {
                for request in &wanted {
                    self.failed(request, &error);
                }
                return Ok(());
            }
        };
        for request in wanted {
            let (store, data, at) = (&self.store, self.data.as_path(), (self.now)());
            let mut making = Making { store, data, eyes: &mut eyes, at, taken: None };
            match make_pack(&mut making, &request) {
                Ok(pack) => tracing::info!(request, pack = pack.id, "a pack was made"),
                Err(error) => tracing::error!(request, "a pack could not be made: {error}"),
            }
        }
        Ok(())
    }

    fn eyes(&self) -> Result<Eyes, HandoverError> {
        let shelf = Shelf::open(self.places.clone())?;
        Ok(Eyes::new(Arc::new(Model::load(&shelf, self.model.as_deref())?))?)
    }

    fn failed(&self, request: &str, error: &HandoverError) {
        tracing::error!(request, "a pack could not be made: {error}");
        let kept = crate::handover::put_trouble(&self.store, request, error, (self.now)());
        if let Err(e) = kept {
            tracing::error!(request, "nor could that be kept: {e}");
        }
    }
}
