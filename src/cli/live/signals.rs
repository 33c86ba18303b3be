//! What the system and its service manager say, and what they are told.

use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// After the time to drain: how long work in hand has to be put down.
const AFTER_DRAIN: Duration = Duration::from_secs(5);

/// Stops the service, within a bound.
#[derive(Clone)]
pub(super) struct Stopper {
    stop: Arc<AtomicBool>,
    abandon: Arc<AtomicBool>,
    drain: Duration,
}

impl Stopper {
    pub(super) fn new(
        stop: &Arc<AtomicBool>,
        abandon: &Arc<AtomicBool>,
        drain_seconds: f64,
    ) -> Self {
        let drain = Duration::from_secs_f64(drain_seconds);
        Self { stop: Arc::clone(stop), abandon: Arc::clone(abandon), drain }
    }

    /// Begins the stop; false where it was begun before. One that takes longer than the drain ends
    /// the process: what is not sealed then is finished at the next start.
    pub(super) fn stop(&self) -> bool {
        if self.stop.swap(true, Relaxed) {
            return false;
        }
        tracing::info!("stopping: finishing what is begun");
        let _ = sd_notify::notify(&[NotifyState::Stopping]);
        let (abandon, drain) = (Arc::clone(&self.abandon), self.drain);
        let late = crate::pipeline::spawn_lasting("drain", move || {
            std::thread::sleep(drain);
            // Evidence in hand is put down first; a stage that hangs has a little longer.
            abandon.store(true, Relaxed);
            std::thread::sleep(AFTER_DRAIN);
            tracing::error!(
                "not finished after {:.0} s; the rest is finished at the next start",
                drain.as_secs_f64()
            );
            std::process::exit(1);
        });
        if let Err(e) = late {
            tracing::warn!("the stop is not bounded: {e}");
        }
        true
    }
}

/// SIGTERM and Ctrl-C stop, SIGHUP raises each of `reload`. A second Ctrl-C ends the process at once.
pub(super) fn listen(stopper: Stopper, reload: [Arc<AtomicBool>; 3]) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    crate::pipeline::spawn_lasting("signals", move || {
        for signal in signals.forever() {
            if signal == SIGHUP {
                for flag in &reload {
                    flag.store(true, Relaxed);
                }
            } else if !stopper.stop() {
                std::process::exit(130);
            }
        }
    })?;
    Ok(())
}

/// Cameras are being attached.
pub(super) fn ready() {
    let _ = sd_notify::notify(&[NotifyState::Ready]);
}

/// All threads that matter move.
pub(super) fn alive(status: &str) {
    let _ = sd_notify::notify(&[NotifyState::Watchdog, NotifyState::Status(status)]);
}
