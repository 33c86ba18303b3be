//! What a camera showed last: the picture that the running service keeps, or else the still of its
//! latest event.

use super::asker::Asker;
use super::desk::Desk;
use super::evidence_file;
use super::extract::{Asked, Named};
use super::files;
use super::live_status::live_status;
use super::path::CameraPath;
use super::refusal::Refusal;
use super::register::download;
use crate::evidence::ManifestFile;
use crate::media::WallTime;
use crate::pipeline::live::{LiveStatus, still_file};
use crate::report::view_still;
use crate::store::{QueueFilter, QueueOrder};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// A picture that is older says nothing of how it looks there now.
const FRESH_SECONDS: i64 = 60;

/// Events in which a still is looked for: evidence may have been removed, or not be sealed yet.
const STILLS: u32 = 50;

/// Which picture.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StillQuery {
    /// How the view is: what a recorded run saw last, where there is such a picture, rather than an
    /// event's.
    view: bool,
}

/// When the service took the picture of a camera, if that is not long ago.
pub(super) fn taken(desk: &Desk, live: Option<&LiveStatus>, camera: &str) -> Option<WallTime> {
    let status = live?.cameras.iter().find(|c| c.id == camera)?;
    let at = WallTime::parse(status.still_at.as_deref()?).ok()?;
    let age = (desk.now)().0.duration_since(at.0).as_secs();
    (-FRESH_SECONDS..=FRESH_SECONDS).contains(&age).then_some(at)
}

/// The service's picture of a camera, when it was taken, and a name for its content.
fn live(desk: &Desk, camera: &str) -> Option<(File, ManifestFile, WallTime)> {
    let at = taken(desk, live_status(desk).as_ref(), camera)?;
    let file = File::open(desk.data.join(still_file(camera))).ok()?;
    let about = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let named = format!("live-{}-{}", about.mtime(), about.mtime_nsec());
    let facts = ManifestFile { name: "still.jpg".to_owned(), bytes: about.len(), sha256: named };
    Some((file, facts, at))
}

/// `GET /cameras/{id}/still.jpg`
pub(super) async fn still(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    Asked(query): Asked<StillQuery>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    desk.camera(&asker, &id)?;
    if query.view {
        let (shared, camera) = (Arc::clone(&desk), id.clone());
        let seen = desk.files.ask(move |_| Ok(view_still(&shared.data, &camera))).await?;
        if let Some(jpeg) = seen {
            desk.note_look(&asker, "camera_seen", &id).await?;
            return Ok(download(jpeg, "image/jpeg", "still.jpg"));
        }
    }
    let (shared, camera) = (Arc::clone(&desk), id.clone());
    if let Some((file, facts, at)) = desk.files.ask(move |_| Ok(live(&shared, &camera))).await? {
        desk.note_look(&asker, "camera_seen", &id).await?;
        return show(&desk, file, &facts, at, &headers);
    }
    let (shared, scope) = (Arc::clone(&desk), asker.scope.clone());
    let (event, file, facts) = desk
        .reads
        .ask(move |store| {
            let latest =
                QueueFilter { scope, cameras: vec![id], sightings: true, ..QueueFilter::default() };
            let latest = store.queue(&latest, QueueOrder::Newest, None, STILLS)?.events;
            latest
                .into_iter()
                .find_map(|event| {
                    let (file, facts) = evidence_file::opened(&shared, &event, "after.jpg").ok()?;
                    Some((event, file, facts))
                })
                .ok_or_else(Refusal::not_there)
        })
        .await?;
    desk.note_seen(&asker, &event.id).await?;
    let facts = ManifestFile { name: "still.jpg".to_owned(), ..facts };
    show(&desk, file, &facts, event.end_utc, &headers)
}

fn show(
    desk: &Desk,
    file: File,
    facts: &ManifestFile,
    at: WallTime,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let mut answer = files::answer(&desk.files, file, facts, "image/jpeg", headers)?;
    // RFC 9110, 8.8.2: a date of HTTP, to the second.
    let at = at.0.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(at) = HeaderValue::from_str(&at) {
        answer.headers_mut().insert(header::LAST_MODIFIED, at);
    }
    Ok(answer)
}
