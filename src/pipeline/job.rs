//! One camera's footage to be worked through, how far it is, and how it ended.

use super::boxes::Boxes;
use crate::config::Camera;
use crate::media::{Ending, SourceInfo, WallTime};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// One camera's footage to be worked through.
#[derive(Debug, Clone)]
pub struct Job {
    /// Whose view it is.
    pub camera: Arc<Camera>,
    /// A file, or a folder of segments.
    pub path: PathBuf,
    /// When the footage starts, where the operator says so.
    pub start_time: Option<WallTime>,
    /// What stands in for the detector, on drawn scenes alone; every frame is then looked at.
    pub boxes: Option<Arc<Boxes>>,
}

/// So many things that went wrong, and so many notes, are kept: the last. A camera runs for months.
const MOST_SAID: usize = 64;

/// How far a job is; written by its threads, read by progress bars.
#[derive(Debug, Default)]
pub struct Progress {
    /// Frames decoded.
    pub frames: AtomicU64,
    /// Frames the container promises; 0 while unknown.
    pub expected: AtomicU64,
    /// Frames a detector looked at, all of them or regions.
    pub looked: AtomicU64,
    /// Regions looked at, whole frames too.
    pub regions: AtomicU64,
    /// Runs of the model: one for all regions of a frame that have one size.
    pub runs: AtomicU64,
    /// Pixels of input looked through.
    pub pixels: AtomicU64,
    /// Frames passed over because the budget was spent; nothing is said of them.
    pub deferred: AtomicU64,
    /// Frames passed over because too little had happened since the last look; nothing is said of
    /// them.
    pub passed: AtomicU64,
    /// The most looks that anything had to wait for its turn.
    pub longest_wait: AtomicU64,
    /// Frames passed over because nothing moved: the last detections hold.
    pub still: AtomicU64,
    /// Incidents opened.
    pub incidents: AtomicU64,
    /// Events whose evidence is sealed and stored.
    pub events: AtomicU64,
    failures: Mutex<VecDeque<String>>,
    notes: Mutex<VecDeque<String>>,
}

/// Says it once, and keeps the last things said.
fn say(all: &Mutex<VecDeque<String>>, what: String) {
    tracing::info!("{what}");
    let Ok(mut all) = all.lock() else { return };
    if !all.contains(&what) {
        if all.len() >= MOST_SAID {
            all.pop_front();
        }
        all.push_back(what);
    }
}

fn said(all: &Mutex<VecDeque<String>>) -> Vec<String> {
    all.lock().map(|all| all.iter().cloned().collect()).unwrap_or_default()
}

impl Progress {
    /// Something went wrong; the job goes on as far as it can and ends as failed.
    /// It is told in the report; here it is only noted.
    pub(super) fn fail(&self, what: String) {
        say(&self.failures, what);
    }

    /// Something the operator should know; the job is none the worse for it.
    pub(super) fn note(&self, what: String) {
        say(&self.notes, what);
    }

    /// What the operator should know; the last 64, each once.
    pub fn notes(&self) -> Vec<String> {
        said(&self.notes)
    }

    /// What went wrong so far; the last 64, each once.
    pub fn failures(&self) -> Vec<String> {
        said(&self.failures)
    }

    /// Adds one to a counter.
    pub(super) fn count(counter: &AtomicU64) {
        Self::add(counter, 1);
    }

    /// Adds to a counter.
    pub(super) fn add(counter: &AtomicU64, more: u64) {
        counter.fetch_add(more, Relaxed);
    }
}

/// How a job ended.
#[derive(Debug)]
pub struct JobReport {
    /// What was asked.
    pub job: Job,
    /// What its source is; `None` where it could not be opened.
    pub source: Option<SourceInfo>,
    /// How reading ended; `None` where it never began.
    pub ending: Option<Ending>,
    /// Counters at the end.
    pub progress: Arc<Progress>,
    /// Wall time from opening to the last observation judged.
    pub took: Duration,
}

impl JobReport {
    /// Everything that went wrong, each a sentence; empty when all is done.
    pub fn failures(&self) -> Vec<String> {
        self.progress.failures()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_things_said_are_kept_each_once() {
        let progress = Progress::default();
        for n in 0..200 {
            progress.fail(format!("file {n}"));
            progress.note(format!("note {n}"));
            progress.note("again".to_owned());
        }
        let (failures, notes) = (progress.failures(), progress.notes());
        assert_eq!((failures.len(), notes.len()), (MOST_SAID, MOST_SAID));
        assert_eq!(failures.last().unwrap(), "file 199");
        assert_eq!(notes.iter().filter(|n| *n == "again").count(), 1);
    }
}
