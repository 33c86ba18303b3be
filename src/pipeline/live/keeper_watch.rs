//! Watches the threads that keep evidence. They hold what nobody else has, so one that hangs is told
//! of loudly and left at it: another in its place would lose that.

use crate::pipeline::live_keeping::KeeperPulses;
use crate::pipeline::pulse::PulseWatch;
use std::sync::Arc;
use std::time::Duration;

/// Stills and clips of a long incident may take so many times as long as a frame may.
const PATIENCE: u32 = 4;

/// Watches the threads that keep evidence.
pub(super) struct KeeperWatch {
    pulses: Arc<KeeperPulses>,
    rows: PulseWatch,
    spool: PulseWatch,
    seal: PulseWatch,
    problems: Vec<String>,
}

impl KeeperWatch {
    pub(super) fn new(pulses: &Arc<KeeperPulses>) -> Self {
        let pulses = Arc::clone(pulses);
        let [rows, spool, seal] = std::array::from_fn(|_| PulseWatch::default());
        Self { pulses, rows, spool, seal, problems: Vec::new() }
    }

    /// Looks again, `step` after the last time. What takes longer than `most` is told.
    pub(super) fn look(&mut self, step: Duration, most: Duration) {
        let (rows, spool, seal) = (
            self.rows.look(&self.pulses.rows, step),
            self.spool.look(&self.pulses.spool, step),
            self.seal.look(&self.pulses.seal, step),
        );
        let mut problems = Vec::new();
        if rows > most {
            problems.push(
                "events cannot be recorded: the store does not answer; what is found waits in memory. Look at the disk under the data folder, then start the service again"
                    .to_owned(),
            );
        }
        let mut evidence = |what: &str| {
            problems.push(format!(
                "{what} hangs: events are still recorded, their evidence waits. Look at the disk under the data folder, then start the service again"
            ));
        };
        if spool > PATIENCE * most {
            evidence("bringing packets to the disk");
        }
        if seal > PATIENCE * most {
            evidence("making stills and clips");
        }
        for new in problems.iter().filter(|p| !self.problems.contains(p)) {
            tracing::error!("{new}");
        }
        for gone in self.problems.iter().filter(|p| !problems.contains(p)) {
            tracing::info!("no more: {gone}");
        }
        self.problems = problems;
    }

    /// What is wrong now, a sentence each.
    pub(super) fn problems(&self) -> &[String] {
        &self.problems
    }
}
