//! Reminds agencies of what is overdue, for as long as a desk is served or cameras are attached.

use super::error::PipelineError;
use crate::alert::{Courier, Escalator};
use crate::config::Site;
use crate::media::WallTime;
use crate::store::Store;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How often it is looked what is overdue.
const EVERY: Duration = Duration::from_mins(1);
/// How often it is looked whether to stop, and whether letters are due.
const LOOK: Duration = Duration::from_millis(500);

/// Looks every minute what is overdue, until `stop`. Its letters are for others to deliver.
pub(super) fn remind(
    escalator: &mut Escalator,
    store: &Store,
    stop: &AtomicBool,
    now: fn() -> WallTime,
) {
    let mut last: Option<Instant> = None;
    while !stop.load(Relaxed) {
        if last.is_none_or(|l| l.elapsed() >= EVERY) {
            last = Some(Instant::now());
            look(escalator, store, now());
        }
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
    escalator: Option<Escalator>,
    couriers: Vec<Courier>,
    store: Store,
    data: PathBuf,
}

impl std::fmt::Debug for Reminder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reminder").field("couriers", &self.couriers).finish_non_exhaustive()
    }
}

impl Reminder {
    /// For a site over its data folder; `None`: neither an agency nor a schedule of reports has a sink
    /// that would hear.
    ///
    /// # Errors
    /// A sink's settings cannot be used, or the store cannot be opened.
    pub fn open(site: &Site, data: &Path) -> Result<Option<Self>, PipelineError> {
        let escalator = Escalator::new(&site.agencies);
        let scheduled =
            |name: &String| site.report.schedules.iter().any(|s| s.sinks.contains(name));
        let named =
            |name: &String| scheduled(name) || site.agencies.iter().any(|a| a.sinks.contains(name));
        if !site.alerts.iter().any(|sink| named(&sink.name)) {
            return Ok(None);
        }
        let failed = |e: String| PipelineError::Failed(e);
        let couriers = site
            .alerts
            .iter()
            .filter(|sink| named(&sink.name))
            .map(|sink| Courier::new(sink.clone(), data).map_err(|e| failed(e.to_string())))
            .collect::<Result<_, _>>()?;
        let store = Store::open_beside(data).map_err(|e| failed(e.to_string()))?;
        Ok(Some(Self { escalator, couriers, store, data: data.to_path_buf() }))
    }

    /// Reminds until `stop`. Letters go out while no other program writes to the data folder: a
    /// running service delivers them itself. One that begins meanwhile may deliver a letter once more,
    /// with the same key.
    pub fn run(mut self, stop: &AtomicBool, now: fn() -> WallTime) {
        let mut last: Option<Instant> = None;
        while !stop.load(Relaxed) {
            if last.is_none_or(|l| l.elapsed() >= EVERY) {
                last = Some(Instant::now());
                if let Some(escalator) = &mut self.escalator {
                    look(escalator, &self.store, now());
                }
            }
            if !Store::is_written(&self.data) {
                for courier in &mut self.couriers {
                    if let Err(e) = courier.deliver_due(&self.store, now()) {
                        tracing::error!(sink = courier.name(), "{e}");
                    }
                }
            }
            std::thread::sleep(LOOK);
        }
    }
}
