//! What the system and its service manager say, and what they are told.

use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// After the time to drain: how long work in hand has to be put down.
const AFTER_DRAIN: Duration = Duration::from_secs(5);

/// SIGTERM and Ctrl-C raise `stop`, SIGHUP raises `reload`. A second Ctrl-C, or a stop that takes
/// longer than `drain_seconds`, ends the process at once: what is not sealed then is finished at the
/// next start.
pub(super) fn listen(
    stop: &Arc<AtomicBool>,
    reload: &Arc<AtomicBool>,
    abandon: &Arc<AtomicBool>,
    drain_seconds: f64,
) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let (stop, reload, abandon) = (Arc::clone(stop), Arc::clone(reload), Arc::clone(abandon));
    let drain = Duration::from_secs_f64(drain_seconds);
    crate::pipeline::spawn_lasting("signals", move || {
        for signal in signals.forever() {
            if signal == SIGHUP {
                reload.store(true, Relaxed);
                continue;
            }
            if stop.swap(true, Relaxed) {
                std::process::exit(130);
            }
            tracing::info!("stopping: finishing what is begun");
            let _ = sd_notify::notify(&[NotifyState::Stopping]);
            let abandon = Arc::clone(&abandon);
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
