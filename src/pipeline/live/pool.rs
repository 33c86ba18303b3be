//! The inference workers of a service: one that hangs is left behind, and another takes its place.

use super::strays::Strays;
use super::workers::Post;
use crate::pipeline::PipelineError;
use crate::pipeline::infer;
use crate::pipeline::stats::Stats;
use crate::pipeline::task::Task;
use crate::pipeline::threads::spawn_loose;
use crate::vision::{Detector, Model};
use crossbeam::channel::Receiver;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long workers that are idle may take to end.
const ENDING: Duration = Duration::from_secs(2);

/// So often in a row a worker is tried in an empty place before the place counts as lost.
const MOST_TRIES: u32 = 10;

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
    /// `None` while it was left behind and no other could be started in its place.
    thread: Option<JoinHandle<()>>,
    /// How often another was tried in its place.
    tries: u32,
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
        Ok(Worker { post, thread: Some(thread), tries: 0 })
    }

    /// Looks at each, `step` after the last time: one that has been busy with one piece for longer
    /// than `most` is left behind. Puts another in the place of each that was. Whether one was left.
    pub(super) fn replace_hung(
        &mut self,
        step: Duration,
        most: Duration,
        strays: &mut Strays,
    ) -> bool {
        let before = self.replaced;
        for n in 0..self.workers.len() {
            let worker = &mut self.workers[n];
            if worker.thread.is_some() && worker.post.give_up(step, most) {
                let seconds = most.as_secs_f64();
                tracing::error!(
                    worker = n,
                    "the detector hung for {seconds:.0} s: its frames were given up and another takes its place"
                );
                self.replaced += 1;
                if let Some(hung) = worker.thread.take() {
                    strays.leave(format!("inference worker {n}"), hung);
                }
            }
            if self.workers[n].thread.is_none() {
                self.fill(n);
            }
        }
        self.replaced > before
    }

    /// Starts a worker in a place that is empty; it is tried again at the next look.
    fn fill(&mut self, n: usize) {
        let again = Detector::new(Arc::clone(&self.model))
            .map_err(PipelineError::from)
            .and_then(|detector| self.worker(n, detector));
        match again {
            Ok(worker) => self.workers[n] = worker,
            Err(e) => {
                let tries = &mut self.workers[n].tries;
                if *tries == 0 {
                    tracing::error!(worker = n, "{e}; it is tried again");
                }
                *tries += 1;
            }
        }
    }

    /// Why the process must be started again, where no worker lives and none can be started.
    pub(super) fn none_lives(&self) -> Option<String> {
        let dead = |w: &Worker| w.thread.is_none() && w.tries >= MOST_TRIES;
        self.workers.iter().all(dead).then(|| {
            "no inference worker lives and none can be started: the service stops and must be started again; look at the memory, the driver and the log".to_owned()
        })
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
        let ended = |w: &Worker| w.thread.as_ref().is_none_or(JoinHandle::is_finished);
        while Instant::now() < until && !workers.iter().all(ended) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
