//! The site that is served now.

use crate::config::{self, Camera, Site};
use crate::media::WallTime;
use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};

/// The site that is served now.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) now: RwLock<Now>,
    /// Raised when it is to be read again whatever its files' times say.
    pub(super) asked: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
pub(super) struct Now {
    pub(super) site: Arc<Site>,
    pub(super) read: WallTime,
    pub(super) refused: Option<String>,
}

/// A camera of the site as it was when it was asked for.
#[derive(Debug, Clone)]
pub(super) struct SiteCamera(Arc<Site>, usize);

impl Deref for SiteCamera {
    type Target = Camera;

    fn deref(&self) -> &Camera {
        &self.0.cameras[self.1]
    }
}

impl Standing {
    pub(super) fn new(site: Arc<Site>, read: WallTime) -> Self {
        let now = RwLock::new(Now { site, read, refused: None });
        Self { now, asked: Arc::default() }
    }

    pub(super) fn told_by(&mut self, asked: Arc<AtomicBool>) {
        self.asked = asked;
    }

    /// The site.
    pub(super) fn site(&self) -> Arc<Site> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner).site)
    }

    /// The camera of that id.
    pub(super) fn camera(&self, id: &str) -> Option<SiteCamera> {
        let site = self.site();
        let place = site.cameras.iter().position(|c| c.id == id)?;
        Some(SiteCamera(site, place))
    }

    /// Takes what was read, or remembers why it was not taken.
    pub(super) fn take(&self, read: Result<Site, config::ConfigError>, at: WallTime) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(site) => {
                tracing::info!(cameras = site.cameras.len(), "the site was read again");
                *now = Now { site: Arc::new(site), read: at, refused: None };
            }
            Err(e) => {
                tracing::error!("the edited site was refused and the old one goes on: {e}");
                now.refused = Some(e.to_string());
            }
        }
    }
}
