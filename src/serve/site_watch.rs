//! The site as it stands: read again when its files are edited, or when told to. An edit is checked
//! whole first; a bad one keeps the old site and is told of.

use super::desk::Desk;
use super::refusal::Refusal;
use crate::config::{self};
use crate::pipeline::live::Reload;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::time::sleep;

/// How often it is looked whether somebody told to read again.
const LOOK: Duration = Duration::from_millis(200);

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
