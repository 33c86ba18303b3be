//! One run: what it is made of, and what it gave.

use super::job::{JobReport, Progress};
use super::stats::Stats;
use crate::store::{EventRecord, Store};
use crate::vision::Model;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What a run is made of.
pub struct Run<'a> {
    /// The model every worker runs.
    pub model: Arc<Model>,
    /// Inference workers, at least 1.
    pub workers: usize,
    /// Jobs worked on at the same time, at least 1.
    pub at_once: usize,
    /// Whether cameras are looked at as their attention is configured; otherwise all of every frame
    /// is looked at.
    pub attention: bool,
    /// Where events go, with the data folder; `None`: incidents are only counted.
    pub keep: Option<(&'a Store, &'a Path)>,
    /// Set from outside (Ctrl-C): stop reading, finish what is begun.
    pub stop: Arc<AtomicBool>,
    /// Counters to fill.
    pub stats: Arc<Stats>,
}

/// What a run gave.
#[derive(Debug)]
pub struct RunReport {
    /// One a job, in the order given.
    pub jobs: Vec<JobReport>,
    /// Events by the number of their job, in order of start.
    pub events: Vec<(usize, EventRecord)>,
    /// Wall time of all.
    pub took: Duration,
}

/// What the observer sees of each job: its progress, and whether it has begun and ended.
pub struct Watch<'a> {
    /// Counters, one a job.
    pub progress: &'a [Arc<Progress>],
    /// Jobs begun.
    pub begun: &'a [AtomicBool],
    /// Jobs ended.
    pub ended: &'a [AtomicBool],
}
