//! Reminds agencies of what is overdue, for as long as a desk is served or cameras are attached.

use super::error::PipelineError;
use super::live::Reload;
use crate::alert::{Courier, Escalator};
use crate::config::{self, Agency, SinkConfig, Site};
use crate::media::WallTime;
use crate::store::Store;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is looked what is overdue.
const EVERY: Duration = Duration::from_mins(1);
/// How often it is looked whether to stop, and whether letters are due.
const LOOK: Duration = Duration::from_millis(500);

/// What comes round while it is waited for the next look.
pub(super) trait Round {
    /// The agencies as the site names them now, where it was read again since this was asked last.
    fn agencies(&mut self) -> Option<Vec<Agency>>;
    /// Delivers letters, where nobody else does.
    fn deliver(&mut self, _store: &Store, _now: WallTime) {}
}

/// What a running service has read anew.
impl Round for &Mutex<Option<Vec<Agency>>> {
    fn agencies(&mut self) -> Option<Vec<Agency>> {
        self.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Looks every minute what is overdue, until `stop`; at once when the agencies were edited, whose
/// targets and sinks hold from then on. What was told before is noted in the store, and told no more.
pub(super) fn remind(
    agencies: &[Agency],
    round: &mut impl Round,
    store: &Store,
    stop: &AtomicBool,
    now: fn() -> WallTime,
) {
    let mut escalator = Escalator::new(agencies);
    let mut last: Option<Instant> = None;
    while !stop.load(Relaxed) {
        if let Some(agencies) = round.agencies() {
            (escalator, last) = (Escalator::new(&agencies), None);
        }
        if last.is_none_or(|l| l.elapsed() >= EVERY) {
            last = Some(Instant::now());
            if let Some(escalator) = &mut escalator {
                look(escalator, store, now());
            }
        }
        round.deliver(store, now());
        std::thread::sleep(LOOK);
    }
}

fn look(escalator: &mut Escalator, store: &Store, now: WallTime) {
    match escalator.look(store, now) {
        Ok(told) if told.alone + told.together > 0 => {
            tracing::info!(alone = told.alone, together = told.together, "told what is overdue");
        }
        Ok(_) => {}
        // Nothing was noted that was not told: the next look finds it again.
        Err(e) => tracing::error!("what is overdue: {e}"),
    }
}

/// What reminds beside a desk that is served alone: with nobody else there, it delivers its letters too.
pub struct Reminder {
    agencies: Vec<Agency>,
    alone: Alone,
    store: Store,
}

/// Who looks after the site's file and the letters alone.
struct Alone {
    reload: Reload,
    /// Raised when the site is to be read again whatever its files' times say.
    asked: Arc<AtomicBool>,
    site: PathBuf,
    couriers: Vec<Courier>,
    data: PathBuf,
}

impl std::fmt::Debug for Reminder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reminder").field("couriers", &self.alone.couriers).finish_non_exhaustive()
    }
}

impl Reminder {
    /// For a site over its data folder.
    ///
    /// # Errors
    /// A sink's settings cannot be used, or the store cannot be opened.
    pub fn open(site: &Site, data: &Path) -> Result<Self, PipelineError> {
        let reload = Reload::new(&site.file, &site.cameras_folder, site.live.reload_seconds);
        let alone = Alone {
            reload,
            asked: Arc::default(),
            site: site.file.clone(),
            couriers: couriers(site, data)?,
            data: data.to_path_buf(),
        };
        let store = Store::open_beside(data).map_err(|e| PipelineError::Failed(e.to_string()))?;
        Ok(Self { agencies: site.agencies.clone(), alone, store })
    }

    /// The site is read again, too, when this is raised.
    #[must_use]
    pub fn reread_on(mut self, asked: Arc<AtomicBool>) -> Self {
        self.alone.asked = asked;
        self
    }

    /// Reminds until `stop`. Letters go out while no other program writes to the data folder: a
    /// running service delivers them itself. One that begins meanwhile may deliver a letter once more,
    /// with the same key.
    pub fn run(mut self, stop: &AtomicBool, now: fn() -> WallTime) {
        remind(&self.agencies, &mut self.alone, &self.store, stop, now);
    }
}

/// Couriers for the sinks that agencies and schedules of reports name.
fn couriers(site: &Site, data: &Path) -> Result<Vec<Courier>, PipelineError> {
    let scheduled = |name: &String| site.report.schedules.iter().any(|s| s.sinks.contains(name));
    let named =
        |name: &String| scheduled(name) || site.agencies.iter().any(|a| a.sinks.contains(name));
    let sinks = site.alerts.iter().filter(|sink| named(&sink.name));
    let courier = |sink: &SinkConfig| {
        Courier::new(sink.clone(), data).map_err(|e| PipelineError::Failed(e.to_string()))
    };
    sinks.map(courier).collect()
}

impl Round for Alone {
    fn agencies(&mut self) -> Option<Vec<Agency>> {
        if !self.reload.is_due(self.asked.swap(false, Relaxed)) {
            return None;
        }
        // A bad edit keeps the old site; the desk says what is wrong with it.
        let site = config::load_site(&self.site).ok()?;
        match couriers(&site, &self.data) {
            Ok(couriers) => self.couriers = couriers,
            Err(e) => tracing::error!("the edited sinks are not used: {e}"),
        }
        Some(site.agencies)
    }

    fn deliver(&mut self, store: &Store, now: WallTime) {
        if Store::is_written(&self.data) {
            return;
        }
        for courier in &mut self.couriers {
            if let Err(e) = courier.deliver_due(store, now) {
                tracing::error!(sink = courier.name(), "{e}");
            }
        }
    }
}
