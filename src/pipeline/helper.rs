//! A helper of a service's evidence stage: one piece of work at a time, and when there is none, what
//! an earlier process left.

use super::dossier::{Dossier, Setback, Work};
use super::meter::Meter;
use super::recovery::{Finished, finish};
use super::stats::Stage;
use crate::alert::Alerter;
use crate::evidence::Case;
use crate::store::{Storage, StorageState, Store};
use crossbeam::channel::{Receiver, RecvTimeoutError, Sender};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

/// With nothing to do for so long, a helper sees to what was left.
const IDLE: Duration = Duration::from_secs(2);

/// Work on its way to a helper, and back.
pub(super) type Errand = (Box<Dossier>, Work);
pub(super) type Return = (Box<Dossier>, Work, Result<(), Setback>);

/// Cases that an earlier process left and that could not be finished at the start, as the disk was
/// full.
pub(super) struct Left<'a> {
    store: &'a Store,
    storage: &'a Storage,
    alerter: &'a Alerter,
    folders: VecDeque<PathBuf>,
}

impl<'a> Left<'a> {
    /// What there is before this process has cases of its own.
    pub(super) fn new(store: &'a Store, storage: &'a Storage, alerter: &'a Alerter) -> Self {
        let folders = Case::left(storage.data()).unwrap_or_default().into();
        Self { store, storage, alerter, folders }
    }

    /// Finishes one, where there is room.
    fn finish_one(&mut self) {
        if self.folders.is_empty() || self.storage.look().state == StorageState::Full {
            return;
        }
        let Some(folder) = self.folders.pop_front() else { return };
        match finish(self.store, self.storage.data(), self.alerter, &folder) {
            Ok(Finished::Waits) => self.folders.push_back(folder),
            Ok(done) => {
                tracing::info!(folder = %folder.display(), ?done, "a case left is finished");
            }
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "a case left waits");
                self.folders.push_back(folder);
            }
        }
    }
}

/// Works until no more errands come.
pub(super) fn work(
    errands: &Receiver<Errand>,
    back: &Sender<Return>,
    stats: Meter<'_>,
    interim_seconds: f64,
    mut left: Option<Left<'_>>,
) {
    loop {
        match errands.recv_timeout(IDLE) {
            Ok((mut dossier, work)) => {
                let done = || dossier.work(work, interim_seconds);
                let result = stats.measure(Stage::Evidence, done);
                if back.send((dossier, work, result)).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                if let Some(left) = &mut left {
                    stats.measure(Stage::Evidence, || left.finish_one());
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
