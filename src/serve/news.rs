//! What is new, and who waits for it.

use super::marks::{MarkName, Marks};
use crate::review::Permission;
use crate::rules::Domain;
use std::sync::Arc;
use tokio::sync::{Semaphore, broadcast, watch};

/// News that a slow client may be behind.
const BEHIND: usize = 256;

/// What is new.
#[derive(Debug)]
pub(super) struct News {
    pub(super) told: broadcast::Sender<Item>,
    pub(super) marks: Marks,
    pub(super) places: Arc<Semaphore>,
    pub(super) closed: watch::Sender<bool>,
}

/// One thing that is new.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: &'static str,
    /// How far the store had come with it.
    pub(super) mark: Option<MarkName>,
    pub(super) data: Arc<str>,
    pub(super) needs: Permission,
    /// Where it happened; of figures: what changed them. Who may see one of these hears of it.
    pub(super) places: Arc<[Place]>,
}

/// A ward and a domain; without one: of a camera, whatever the domain.
pub(super) type Place = (Option<String>, Option<Domain>);

impl News {
    pub(super) fn new(watchers: usize) -> Self {
        Self {
            told: broadcast::Sender::new(BEHIND),
            marks: Marks::default(),
            places: Arc::new(Semaphore::new(watchers)),
            closed: watch::Sender::new(false),
        }
    }

    /// Changes when the server closes.
    pub(super) fn closed(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }

    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }
}
