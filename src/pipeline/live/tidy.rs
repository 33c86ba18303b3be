//! Keeps what is kept within its bounds, while the service runs.

use crate::config::{Site, TimestampConfig};
use crate::evidence::timestamp::Authorities;
use crate::media::WallTime;
use crate::store::{RetentionPlan, Store, StoreError, Tidied};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// From one tidying to the next: a full disk must not wait long, and counting a year's evidence costs
/// some seconds of reading.
const EVERY: Duration = Duration::from_mins(5);
/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_millis(250);

/// Tidies every few minutes until `stop`, and continues the daily chain.
pub(super) fn tidy(
    store: &Store,
    data: &Path,
    site: &Site,
    stop: &AtomicBool,
    now: fn() -> WallTime,
) {
    let mut last: Option<Instant> = None;
    while !stop.load(Relaxed) {
        std::thread::sleep(LOOK);
        if last.is_some_and(|l| l.elapsed() < EVERY) {
            continue;
        }
        last = Some(Instant::now());
        let done = store.inventory(data, now()).and_then(|inventory| {
            let plan = RetentionPlan::new(&inventory, &site.storage);
            for alarm in &plan.alarms {
                tracing::error!("{alarm}");
            }
            if let Some(before) = plan.health_before {
                store.forget_health(before)?;
            }
            store.tidy(data, &plan)
        });
        if let Err(e) = store.extend_chain(data, now()) {
            tracing::error!("the daily chain: {e}");
        }
        if let Some(authority) = &site.timestamp
            && let Err(e) = stamp(store, data, authority, now())
        {
            tracing::warn!("{e}");
        }
        match done {
            Ok(tidied) => told(&tidied),
            Err(e) => tracing::error!("tidying: {e}"),
        }
    }
}

fn stamp(
    store: &Store,
    data: &Path,
    authority: &TimestampConfig,
    now: WallTime,
) -> Result<(), StoreError> {
    let trusted = authority.authorities.as_deref().map(Authorities::read).transpose()?;
    let trusted = trusted.unwrap_or_default();
    store.stamp_chain(data, &authority.url, &trusted, now.local().date()).map(drop)
}

fn told(tidied: &Tidied) {
    if tidied.bytes > 0 {
        tracing::info!(
            events = tidied.events,
            records = tidied.records,
            bytes = tidied.bytes,
            "removed what is kept no longer"
        );
    }
    if tidied.plates > 0 {
        tracing::info!(events = tidied.plates, "forgot plates that are kept no longer");
    }
    if let Some(first) = tidied.failed.first() {
        let many = tidied.failed.len();
        tracing::error!(many, %first, "some of what is kept no longer could not be removed");
    }
}
