//! What keeping live has besides, and how it shows that it is alive.

use super::pulse::Pulse;
use crate::alert::Alerter;
use crate::store::Storage;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What keeping needs besides in a service that runs for months.
#[derive(Debug, Clone)]
pub struct LiveKeeping {
    /// Makes the letters that go out with what is recorded.
    pub alerter: Arc<Alerter>,
    /// The disk under the data folder.
    pub storage: Arc<Storage>,
    /// Seconds from one picture to the next of an incident that goes on; 0: none are taken.
    pub interim_seconds: f64,
    /// Set when it has lasted too long: what is not sealed then is left for the next start.
    pub abandon: Arc<AtomicBool>,
    /// By which it is seen whether its threads hang.
    pub pulses: Arc<KeeperPulses>,
}

/// The pulses of the threads that keep.
#[derive(Debug)]
pub struct KeeperPulses {
    /// Of writing rows.
    pub(super) rows: Pulse,
    /// Of bringing packets to the disk.
    pub(super) spool: Pulse,
    /// Of making stills and clips.
    pub(super) seal: Pulse,
}

impl Default for KeeperPulses {
    fn default() -> Self {
        let of = |stage| Pulse::of(stage, "");
        Self { rows: of("rows"), spool: of("spool"), seal: of("seal") }
    }
}
