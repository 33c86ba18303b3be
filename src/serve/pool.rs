//! The threads that wait for the database and the disk, so that the one that speaks with clients never
//! does. As many as there are handles to the store; what waits for them is bounded too.

use super::error::ServeError;
use super::refusal::Refusal;
use crate::pipeline::spawn_lasting;
use crate::store::Store;
use crossbeam::channel::{Sender, TrySendError, bounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::time::sleep;

/// Questions that may wait; more are refused as [`Refusal::busy`].
const WAITING: usize = 128;

/// How long somebody waits for room before looking again.
const AGAIN: Duration = Duration::from_millis(10);

type Work = Box<dyn FnOnce(&Store) + Send>;

/// A database that did not answer is asked again after so long; meanwhile nobody waits for it.
const AWAY: Duration = Duration::from_secs(1);

/// Threads, each with a store of its own. They end when the pool is dropped and its work done.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    queue: Sender<Work>,
    away: Away,
}

/// Since when the database is known not to answer. Each question waits for it as long as the
/// database's own patience goes; those behind it need not, one after the other.
#[derive(Debug, Clone, Default)]
struct Away(Arc<Mutex<Option<Instant>>>);

impl Away {
    fn is_known(&self) -> bool {
        let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < AWAY)
    }

    /// Asks, unless it is known that there is no answer.
    fn ask<T>(&self, work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
        if self.is_known() {
            return Err(Refusal::database_away());
        }
        let told = work();
        let away = told.as_ref().is_err_and(Refusal::is_database_away);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = away.then(Instant::now);
        told
    }
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
        Ok(Self { queue, away: Away::default() })
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
        let away = self.away.clone();
        let work: Work = Box::new(move |store| drop(answer.send(away.ask(|| work(store)))));
        self.queue.try_send(work).map_err(|_| Refusal::busy())?;
        answered.await.map_err(|_| Refusal::broken())?
    }

    /// The same for who is in the middle of something and would rather wait than be refused.
    pub(super) async fn ask_patiently<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        let mut work: Work = Box::new(move |store| drop(answer.send(work(store))));
        loop {
            match self.queue.try_send(work) {
                Ok(()) => break,
                Err(TrySendError::Full(back)) => work = back,
                Err(TrySendError::Disconnected(_)) => return Err(Refusal::broken()),
            }
            sleep(AGAIN).await;
        }
        answered.await.map_err(|_| Refusal::broken())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_is_asked_by_one_and_comes_back() {
        let away = Away::default();
        let mut asked = 0;
        let mut ask = |there: bool| {
            let told = away.ask(|| {
                asked += 1;
                if there { Ok(()) } else { Err(Refusal::database_away()) }
            });
            (told.is_ok(), asked)
        };
        assert_eq!(ask(true), (true, 1));
        assert_eq!(ask(false), (false, 2));
        // Whoever comes within the second is told at once.
        assert_eq!(ask(true), (false, 2));
        assert_eq!(ask(true), (false, 2));
        std::thread::sleep(AWAY);
        assert_eq!(ask(true), (true, 3));
        assert_eq!(ask(true), (true, 4));
        // What is refused for another reason says nothing of the database.
        assert!(away.ask(|| Err::<(), _>(Refusal::not_there())).is_err());
        assert_eq!(ask(true), (true, 5));
    }
}
