//! The threads that wait for the database and the disk, so that the one that speaks with clients never
//! does. As many as there are handles to the store; what waits for them is bounded too.

use super::error::ServeError;
use super::refusal::Refusal;
use crate::pipeline::spawn_lasting;
use crate::store::Store;
use crossbeam::channel::{Sender, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// Questions that may wait; more are refused as [`Refusal::busy`].
const WAITING: usize = 128;

type Work = Box<dyn FnOnce(&Store) + Send>;

/// Threads, each with a store of its own. They end when the pool is dropped and its work done.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    queue: Sender<Work>,
}

impl Pool {
    /// Starts one thread a store, called `name` and a number.
    ///
    /// # Errors
    /// The system refuses another thread.
    pub(super) fn start(name: &str, stores: Vec<Store>) -> Result<Self, ServeError> {
        let (queue, work) = bounded::<Work>(WAITING);
        for (n, store) in stores.into_iter().enumerate() {
            let work = work.clone();
            spawn_lasting(&format!("{name}-{n}"), move || {
                for work in work {
                    // Its answer is dropped, which is told as such; the thread goes on.
                    let done = catch_unwind(AssertUnwindSafe(|| work(&store)));
                    if done.is_err() {
                        tracing::error!("a question to the store failed unexpectedly");
                    }
                }
            })?;
        }
        Ok(Self { queue })
    }

    /// Has `work` done on one of the threads.
    ///
    /// # Errors
    /// [`Refusal::busy`] where too much waits; what `work` says.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |store| drop(answer.send(work(store))));
        self.queue.try_send(work).map_err(|_| Refusal::busy())?;
        answered.await.map_err(|_| Refusal::broken())?
    }
}
