//! The service: what it is made of, and how it ends.

use super::status::{LiveStatus, StatusBoard};
use crate::alert::Alerter;
use crate::config::Site;
use crate::media::WallTime;
use crate::store::{Storage, Store};
use crate::vision::Model;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Work that runs beside the cameras until the service stops, on a thread of its own.
pub struct Beside<'a> {
    /// The thread's name.
    pub name: String,
    /// What it does; it minds the service's `stop`.
    pub work: Box<dyn FnOnce() + Send + 'a>,
}

/// What a service is made of.
pub struct Service<'a> {
    /// The site as it was read at the start.
    pub site: Site,
    /// The model every worker runs.
    pub model: Arc<Model>,
    /// Inference workers, at least 1.
    pub workers: usize,
    /// Whether cameras are looked at as their attention is configured.
    pub attention: bool,
    /// Where events go.
    pub store: Arc<Store>,
    /// The data folder.
    pub data: &'a Path,
    /// Makes letters of news.
    pub alerter: Arc<Alerter>,
    /// The disk under the data folder.
    pub storage: Arc<Storage>,
    /// Set from outside: stop, and finish what is begun.
    pub stop: Arc<AtomicBool>,
    /// Set from outside: the stop has lasted too long; what is not finished waits for the next start.
    pub abandon: Arc<AtomicBool>,
    /// Set from outside: read the site again.
    pub reload: Arc<AtomicBool>,
    /// Where the status is shown.
    pub board: Arc<StatusBoard>,
    /// The wall clock.
    pub now: fn() -> WallTime,
    /// Called once a second while all is well, so that who started the service knows.
    pub alive: Box<dyn Fn(&LiveStatus) + 'a>,
    /// Called when the service must stop by itself: raises `stop`, and bounds how long it may take.
    pub must_stop: Box<dyn Fn() + 'a>,
}

/// How a service came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// It was told to.
    InOrder,
    /// Too many of its threads hang: it must be started again.
    Hung(String),
}
