//! Delivers letters: one thread a sink, so that a sink that hangs makes no other wait.

use super::status::{SinkStatus, utc};
use crate::alert::Courier;
use crate::config::SinkConfig;
use crate::media::WallTime;
use crate::pipeline::PipelineError;
use crate::pipeline::threads::spawn;
use crate::store::Store;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread::Scope;
use std::time::Duration;

/// How often a courier looks for new letters.
const LOOK: Duration = Duration::from_millis(500);
/// How often it looks while the store cannot be read.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What couriers tell of themselves.
#[derive(Debug, Default)]
pub(super) struct PostOffice(Mutex<BTreeMap<String, Told>>);

/// What a courier told last: its trouble, and when it tries again.
type Told = (Option<String>, Option<WallTime>);

impl PostOffice {
    /// Makes the couriers, so that settings that cannot be used are told before anything begins.
    pub(super) fn couriers(
        sinks: &[SinkConfig],
        data: &Path,
    ) -> Result<Vec<Courier>, PipelineError> {
        sinks
            .iter()
            .map(|sink| {
                Courier::new(sink.clone(), data).map_err(|e| PipelineError::Failed(e.to_string()))
            })
            .collect()
    }

    /// Starts a thread a sink. They end soon after `stop`; what was not sent goes out at the next
    /// start.
    pub(super) fn open<'scope, 'env>(
        &'env self,
        scope: &'scope Scope<'scope, 'env>,
        couriers: Vec<Courier>,
        store: &'env Store,
        stop: &'env AtomicBool,
        now: fn() -> WallTime,
    ) -> Result<(), PipelineError> {
        for mut courier in couriers {
            spawn(scope, &format!("sink-{}", courier.name()), move || {
                let mut well = true;
                while !stop.load(Relaxed) {
                    let wait = match courier.deliver_due(store, now()) {
                        Ok(done) => {
                            well = done.trouble.is_none();
                            self.note(courier.name(), done.trouble.as_deref(), done.next_due);
                            // More is waiting than one round takes.
                            if done.sent > 0 { Duration::ZERO } else { LOOK }
                        }
                        Err(e) => {
                            tracing::error!(sink = courier.name(), "{e}");
                            LOOK_AGAIN
                        }
                    };
                    std::thread::sleep(wait);
                }
                // What the stop itself brought about, once; a sink in trouble would only hold it up.
                if well && let Err(e) = courier.deliver_due(store, now()) {
                    tracing::error!(sink = courier.name(), "{e}");
                }
            })?;
        }
        Ok(())
    }

    fn note(&self, sink: &str, trouble: Option<&str>, next: Option<WallTime>) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = told.insert(sink.to_owned(), (trouble.map(str::to_owned), next));
        // Said when it begins, not at every try.
        if let (Some(trouble), true) = (trouble, before.is_none_or(|(b, _)| b.is_none())) {
            tracing::warn!(sink, "{trouble}");
        }
    }

    /// How each sink stands.
    pub(super) fn status(&self, sinks: &[SinkConfig], store: &Store) -> Vec<SinkStatus> {
        let counts = store.outbox_counts().unwrap_or_default();
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sinks
            .iter()
            .map(|sink| {
                let count = counts.iter().find(|c| c.sink == sink.name);
                let (trouble, next) = told.get(&sink.name).cloned().unwrap_or_default();
                SinkStatus {
                    name: sink.name.clone(),
                    waiting: count.map_or(0, |c| c.waiting),
                    dead: count.map_or(0, |c| c.dead),
                    next_try: trouble.as_ref().and(next).map(utc),
                    trouble,
                }
            })
            .collect()
    }
}
