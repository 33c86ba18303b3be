//! How much each user does at once, whatever number of sessions, tokens and addresses he has: who asks
//! for much waits for himself, and for nobody else.

use super::refusal::Refusal;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// So many at once of each user.
#[derive(Debug)]
pub(super) struct Turns {
    most: usize,
    within: Duration,
    /// One for each user who has asked; users are those that an administrator has added.
    users: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A turn; it is given back when dropped.
pub(super) type Turn = OwnedSemaphorePermit;

impl Turns {
    /// `most` at once; more wait so long.
    pub(super) fn new(most: usize, within: Duration) -> Self {
        Self { most, within, users: Mutex::default() }
    }

    fn of(&self, user: &str) -> Arc<Semaphore> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = users.get(user) {
            return Arc::clone(turns);
        }
        let turns = Arc::new(Semaphore::new(self.most));
        users.insert(user.to_owned(), Arc::clone(&turns));
        turns
    }

    /// A turn of this user, as soon as there is one.
    ///
    /// # Errors
    /// [`Refusal::too_much_at_once`].
    pub(super) async fn take(&self, user: &str) -> Result<Turn, Refusal> {
        let turn = timeout(self.within, self.of(user).acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(Refusal::too_much_at_once)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_waits_for_himself_and_for_nobody_else() {
        let turns = Turns::new(2, Duration::from_millis(10));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let first = turns.take("u-1").await.unwrap();
            let _second = turns.take("u-1").await.unwrap();
            assert!(turns.take("u-1").await.is_err());
            assert!(turns.take("u-2").await.is_ok());
            drop(first);
            assert!(turns.take("u-1").await.is_ok());
        });
    }
}
