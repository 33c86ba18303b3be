//! What each stage has done so far; read by progress bars and benchmarks while it runs.

use super::threads::cpu_time;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The stages of the diagram, preprocessing and inference told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reading packets and decoding.
    Decode,
    /// Choosing what to look at.
    Attend,
    /// Filling tensors.
    Preprocess,
    /// Running the model and reading its outputs.
    Infer,
    /// Tracking and observing.
    Track,
    /// Judging rules and recording observations.
    Judge,
    /// Stills, clips, manifests, store.
    Evidence,
}

impl Stage {
    /// All, in the order of the data.
    pub const ALL: [Self; 7] = [
        Self::Decode,
        Self::Attend,
        Self::Preprocess,
        Self::Infer,
        Self::Track,
        Self::Judge,
        Self::Evidence,
    ];

    /// The name in output that programs read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Attend => "attend",
            Self::Preprocess => "preprocess",
            Self::Infer => "infer",
            Self::Track => "track",
            Self::Judge => "judge",
            Self::Evidence => "evidence",
        }
    }
}

/// Counters of one run, shared by its threads.
#[derive(Debug, Default)]
pub struct Stats {
    stages: [StageStats; 7],
}

#[derive(Debug, Default)]
struct StageStats {
    items: AtomicU64,
    cpu_nanos: AtomicU64,
}

impl Stats {
    /// Does `work` for one item of `stage` and counts it with the processor time it took on this
    /// thread (waiting costs none).
    pub fn measure<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let before = cpu_time();
        let result = work();
        let spent = cpu_time().saturating_sub(before);
        let counters = &self.stages[stage as usize];
        counters.items.fetch_add(1, Relaxed);
        counters.cpu_nanos.fetch_add(spent.as_nanos() as u64, Relaxed);
        result
    }

    /// Items a stage has done.
    pub fn items(&self, stage: Stage) -> u64 {
        self.stages[stage as usize].items.load(Relaxed)
    }

    /// Processor time a stage has used.
    pub fn cpu(&self, stage: Stage) -> Duration {
        Duration::from_nanos(self.stages[stage as usize].cpu_nanos.load(Relaxed))
    }
}
