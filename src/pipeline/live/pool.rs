//! The inference workers of a service: one that hangs is left behind, and another takes its place.

use super::strays::Strays;
use super::workers::Post;
use crate::pipeline::PipelineError;
use crate::pipeline::infer::{self, Task};
use crate::pipeline::stats::Stats;
use crate::pipeline::threads::spawn_loose;
use crate::vision::{Detector, Model};
use crossbeam::channel::Receiver;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long workers that are idle may take to end.
const ENDING: Duration = Duration::from_secs(2);

/// The inference workers of a service.
pub(super) struct Pool {
    model: Arc<Model>,
    stats: Arc<Stats>,
    todo: Receiver<Task>,
    workers: Vec<Worker>,
    replaced: u64,
}

struct Worker {
    post: Arc<Post>,
    thread: JoinHandle<()>,
}

impl Pool {
    /// Starts as many as there are `detectors`, which take what is `todo`.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub(super) fn start(
        model: &Arc<Model>,
        detectors: Vec<Detector>,
        todo: Receiver<Task>,
        stats: &Arc<Stats>,
    ) -> Result<Self, PipelineError> {
        let (model, stats) = (Arc::clone(model), Arc::clone(stats));
        let mut pool = Self { model, stats, todo, workers: Vec::new(), replaced: 0 };
        for (n, detector) in detectors.into_iter().enumerate() {
            let worker = pool.worker(n, detector)?;
            pool.workers.push(worker);
        }
        Ok(pool)
    }

    fn worker(&self, number: usize, detector: Detector) -> Result<Worker, PipelineError> {
        let post = Arc::new(Post::new());
        let (mine, todo, stats) = (Arc::clone(&post), self.todo.clone(), Arc::clone(&self.stats));
        let thread = spawn_loose(&format!("infer-{number}"), move || {
            infer::work(detector, &todo, &stats, false, Some(&mine));
        })?;
        Ok(Worker { post, thread })
    }

    /// Puts another in the place of each that has been busy for longer than `most`. Whether there was
    /// one.
    pub(super) fn replace_hung(&mut self, most: Duration, strays: &mut Strays) -> bool {
        let before = self.replaced;
        for n in 0..self.workers.len() {
            if !self.workers[n].post.give_up(most) {
                continue;
            }
            self.replaced += 1;
            let seconds = most.as_secs_f64();
            tracing::error!(
                worker = n,
                "the detector hung for {seconds:.0} s: its frames were given up and another takes its place"
            );
            let again = Detector::new(Arc::clone(&self.model))
                .map_err(PipelineError::from)
                .and_then(|detector| self.worker(n, detector));
            match again {
                Ok(worker) => {
                    let hung = std::mem::replace(&mut self.workers[n], worker);
                    strays.leave(format!("inference worker {n}"), hung.thread);
                }
                Err(e) => tracing::error!("no other worker could be started: {e}"),
            }
        }
        self.replaced > before
    }

    pub(super) fn len(&self) -> usize {
        self.workers.len()
    }

    /// Workers replaced so far.
    pub(super) fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Waits for those that are idle; nobody has tasks for them any more, but for stages that were
    /// left behind.
    pub(super) fn end(self) {
        let Self { workers, todo, .. } = self;
        drop(todo);
        let until = Instant::now() + ENDING;
        while Instant::now() < until && !workers.iter().all(|w| w.thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
