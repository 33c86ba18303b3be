//! The site as it stands: read again when its files are edited, or when told to. An edit is checked
//! whole first; a bad one keeps the old site and is told of.

use super::desk::Desk;
use super::refusal::Refusal;
use crate::config::{self, Camera, Site};
use crate::media::WallTime;
use crate::pipeline::live::Reload;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::sleep;

/// How often it is looked whether somebody told to read again.
const LOOK: Duration = Duration::from_millis(200);

/// The site that is served now.
#[derive(Debug)]
pub(super) struct Standing {
    now: RwLock<Now>,
    /// Raised when it is to be read again whatever its files' times say.
    asked: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
struct Now {
    site: Arc<Site>,
    read: WallTime,
    refused: Option<String>,
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
    fn take(&self, read: Result<Site, config::ConfigError>, at: WallTime) {
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

/// Reads the site again whenever it was edited, until the server closes.
pub(super) async fn watch(desk: Arc<Desk>) {
    let site = desk.site();
    let file = site.file.clone();
    let begin = || Reload::new(&file, &site.cameras_folder, site.live.reload_seconds);
    let mut reload = begin();
    let mut closed = desk.news.closed();
    loop {
        tokio::select! {
            () = sleep(LOOK) => {}
            _ = closed.changed() => return,
        }
        let asked = desk.standing.asked.swap(false, Relaxed);
        if !reload.might_be_due(asked) {
            continue;
        }
        // Files are looked at where waiting for a disk keeps nobody waiting.
        let path = file.clone();
        let looked = desk
            .files
            .ask_patiently(move |_| {
                let read = reload.is_due(asked).then(|| config::load_site(&path));
                Ok((reload, read))
            })
            .await;
        // Where reading went wrong altogether, the next edit is waited for.
        let (back, read) = looked.unwrap_or_else(|_| (begin(), None));
        reload = back;
        if let Some(read) = read {
            desk.standing.take(read, (desk.now)());
        }
    }
}

/// The site as it is served.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SiteRow {
    /// What people call it.
    name: String,
    /// Cameras of it.
    cameras: usize,
    /// When it was read, RFC 3339, UTC.
    read_at: String,
    /// Why its last edit was refused and the one before is served; `null`: it was not.
    refused: Option<String>,
}

/// `GET /site`
pub(super) async fn site(State(desk): State<Arc<Desk>>) -> Result<Json<SiteRow>, Refusal> {
    let now = desk.standing.now.read().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Json(SiteRow {
        name: now.site.name.clone(),
        cameras: now.site.cameras.len(),
        read_at: now.read.utc_rfc3339(),
        refused: now.refused,
    }))
}
