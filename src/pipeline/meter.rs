//! What a stage does its work with: its cost is counted, and whoever watches sees it at work.

use super::pulse::Pulse;
use super::stats::{Stage, Stats};

/// Counts a stage's work, and beats its pulse where somebody watches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meter<'a> {
    stats: &'a Stats,
    pulse: Option<&'a Pulse>,
}

impl<'a> Meter<'a> {
    /// Of a recorded run, which nobody watches.
    pub(super) fn new(stats: &'a Stats) -> Self {
        Self { stats, pulse: None }
    }

    /// Of a stage that is watched.
    pub(super) fn watched(stats: &'a Stats, pulse: &'a Pulse) -> Self {
        Self { stats, pulse: Some(pulse) }
    }

    /// Does `work` for one item of `stage`.
    pub(super) fn measure<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let work = || self.stats.measure(stage, work);
        match self.pulse {
            Some(pulse) => pulse.beat(work),
            None => work(),
        }
    }
}
