//! A clip as a browser can play it.

use super::asker::Asker;
use super::desk::Desk;
use super::evidence_file;
use super::extract::Named;
use super::files;
use super::path::EventPath;
use super::refusal::Refusal;
use super::views::View;
use crate::evidence::ManifestFile;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// Says that what comes is a copy for viewing.
const COPY: HeaderName = HeaderName::from_static("x-streetward-copy");

/// `GET /events/{id}/view.mp4`
pub(super) async fn view(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(EventPath { id }): Named<EventPath>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let event = desk.event(&asker, id).await?;
    desk.note_seen(&asker, &event.id).await?;
    let shared = Arc::clone(&desk);
    let (view, sha256) = desk
        .files
        .ask(move |_| {
            let (clip, facts) = evidence_file::clip(&shared, &event)?;
            Ok((shared.views.get(clip, &facts.sha256)?, facts.sha256))
        })
        .await?;
    let View::Ready(file) = view else {
        let mut answer =
            (StatusCode::ACCEPTED, Json(serde_json::json!({ "state": "waits" }))).into_response();
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(answer);
    };
    let about = file.metadata().map_err(|_| Refusal::broken())?;
    // Not the sum of its bytes but a name for them: of that clip, made then.
    let named = format!("view-{sha256}-{}-{}", about.mtime(), about.mtime_nsec());
    let facts = ManifestFile { name: "view.mp4".to_owned(), bytes: about.len(), sha256: named };
    let mut answer = files::answer(&desk.files, file, &facts, "video/mp4", &headers)?;
    answer.headers_mut().insert(COPY, HeaderValue::from_static("view"));
    Ok(answer)
}
