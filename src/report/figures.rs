//! The figures of a run.

use super::run_summary::RunSummary;
use super::say::{self, Said};
use crate::store::{EventRecord, SourceOutcome, Status, word};
use std::collections::BTreeMap;

/// One bar of a tally: how many events share a key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    /// The key, as records write it: a filter's value.
    pub(super) key: String,
    pub(super) vi: String,
    pub(super) en: String,
    pub(super) count: u64,
    /// Of the longest bar, 0 to 100.
    pub(super) percent: u64,
}

/// What a run did, in numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figures {
    pub(super) events: u64,
    pub(super) pending: u64,
    pub(super) confirmed: u64,
    pub(super) dismissed: u64,
    pub(super) frames: u64,
    pub(super) footage_seconds: f64,
    /// From the run's beginning to its end; of a run without an end, the work of its sources.
    pub(super) elapsed_seconds: f64,
    pub(super) cameras: usize,
    pub(super) failed: usize,
    pub(super) by_kind: Vec<Bar>,
    pub(super) by_domain: Vec<Bar>,
    pub(super) by_camera: Vec<Bar>,
}

impl Figures {
    pub(super) fn of(run: &RunSummary) -> Self {
        let with = |s: Status| run.events.iter().filter(|e| e.status == s).count() as u64;
        let elapsed = run.run.finished_utc.map_or_else(
            || run.sources.iter().map(|s| s.wall_seconds).sum(),
            |end| end.0.duration_since(run.run.started_utc.0).as_secs_f64(),
        );
        let mut cameras: Vec<&str> = run.sources.iter().map(|s| s.camera.as_str()).collect();
        cameras.sort_unstable();
        cameras.dedup();
        let named = |key: String, s: Said| (key, s.vi.to_owned(), s.en.to_owned());
        Self {
            events: run.events.len() as u64,
            pending: with(Status::Pending) + with(Status::Acknowledged),
            confirmed: with(Status::Confirmed),
            dismissed: with(Status::Dismissed) + with(Status::CannotTell),
            frames: run.sources.iter().map(|s| s.frames).sum(),
            footage_seconds: run.sources.iter().map(|s| s.footage_seconds).sum(),
            elapsed_seconds: elapsed,
            cameras: cameras.len(),
            failed: run.sources.iter().filter(|s| s.outcome == SourceOutcome::Failed).count(),
            by_kind: tally(&run.events, |e| named(word(&e.kind), say::kind(e.kind))),
            by_domain: tally(&run.events, |e| named(word(&e.domain), say::domain(e.domain))),
            by_camera: tally(&run.events, |e| {
                (e.camera.clone(), e.camera_name.clone(), e.camera_name.clone())
            }),
        }
    }

    /// Frames a second of elapsed time.
    pub(super) fn frames_per_second(&self) -> Option<f64> {
        (self.elapsed_seconds > 0.0 && self.frames > 0)
            .then(|| self.frames as f64 / self.elapsed_seconds)
    }

    /// Footage seconds a second of elapsed time.
    pub(super) fn times_real_time(&self) -> Option<f64> {
        (self.elapsed_seconds > 0.0 && self.footage_seconds > 0.0)
            .then(|| self.footage_seconds / self.elapsed_seconds)
    }
}

/// Most events first, then by key.
fn tally(
    events: &[EventRecord],
    of: impl Fn(&EventRecord) -> (String, String, String),
) -> Vec<Bar> {
    let mut bars: BTreeMap<String, Bar> = BTreeMap::new();
    for e in events {
        let (key, vi, en) = of(e);
        let new = Bar { key: key.clone(), vi, en, count: 0, percent: 0 };
        bars.entry(key).or_insert(new).count += 1;
    }
    let mut bars: Vec<Bar> = bars.into_values().collect();
    bars.sort_by_key(|b| std::cmp::Reverse(b.count));
    let longest = bars.first().map_or(1, |b| b.count);
    for bar in &mut bars {
        bar.percent = bar.count * 100 / longest;
    }
    bars
}
