//! Events over HTTP: a page of them, and one with all that a reviewer needs.

use super::desk::Desk;
use super::event_query::{EventQuery, Wanted};
use super::event_row::EventRow;
use super::evidence_file;
use super::extract::{Asked, Named};
use super::guard::Asker;
use super::refusal::Refusal;
use crate::evidence::Event;
use crate::store::{EventRecord, QueueFilter, QueueOrder, Store};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// Events are counted no further.
const COUNTED: u64 = 10_000;
/// Similar events that are shown with one.
const SIMILAR: u32 = 6;

/// A page of events.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EventsPage {
    /// The events.
    items: Vec<EventRow>,
    /// `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
    /// How many there are in all; 10000 stands for as many or more.
    total_at_least: u64,
}

/// Which event.
#[derive(Debug, Deserialize)]
pub(super) struct EventPath {
    pub(super) id: String,
}

/// A file of an event.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FileRow {
    /// Its name.
    name: String,
    /// Its content type.
    r#type: &'static str,
    /// Its size.
    bytes: u64,
    /// Its SHA-256, hexadecimal.
    sha256: String,
}

/// One event with all that a reviewer needs.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EventWhole {
    #[serde(flatten)]
    row: EventRow,
    /// The sealed record, `event.json`; `null`: there is none, or it is not what was sealed.
    record: Option<Event>,
    /// Why there is no record.
    record_missing: Option<String>,
    /// Others of the same kind at the same camera, the newest first.
    similar: Vec<EventRow>,
    /// The files of its evidence, at `files/{name}` under this address.
    files: Vec<FileRow>,
}

/// `GET /events`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<EventQuery>,
) -> Result<Json<EventsPage>, Refusal> {
    let wanted = query.wanted(&asker)?;
    let page = desk.reads.ask(move |store| page(store, &wanted)).await?;
    Ok(Json(page))
}

fn page(store: &Store, wanted: &Wanted) -> Result<EventsPage, Refusal> {
    let Wanted { filter, order, after, limit } = wanted;
    let page = store.queue(filter, *order, after.as_ref(), *limit)?;
    Ok(EventsPage {
        items: page.events.iter().map(EventRow::of).collect(),
        next: page.next.map(|next| next.text()),
        total_at_least: store.queue_count(filter, COUNTED)?,
    })
}

/// `GET /events/{id}`
pub(super) async fn one(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(EventPath { id }): Named<EventPath>,
) -> Result<Response, Refusal> {
    let event = desk.event(&asker, id).await?;
    desk.note_seen(&asker, &event.id).await?;
    let (data, scope) = (desk.data.clone(), asker.scope.clone());
    let whole = desk
        .reads
        .ask(move |store| {
            let near = QueueFilter {
                scope,
                kinds: vec![event.kind],
                cameras: vec![event.camera.clone()],
                ..QueueFilter::default()
            };
            let near = store.queue(&near, QueueOrder::Newest, None, SIMILAR + 1)?.events;
            Ok(whole(&data, &event, &near))
        })
        .await?;
    let tag = format!("\"{}\"", whole.row.version);
    let mut answer = Json(whole).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(answer)
}

fn whole(data: &Path, event: &EventRecord, near: &[EventRecord]) -> EventWhole {
    let (record, record_missing) = match evidence_file::record(data, event) {
        Ok(record) => (Some(record), None),
        Err(refusal) => (None, Some(refusal.detail().to_owned())),
    };
    let files = evidence_file::listed(data, event).unwrap_or_default();
    EventWhole {
        row: EventRow::of(event),
        record,
        record_missing,
        similar: near
            .iter()
            .filter(|e| e.id != event.id)
            .take(SIMILAR as usize)
            .map(EventRow::of)
            .collect(),
        files: files
            .into_iter()
            .map(|f| FileRow {
                r#type: evidence_file::content_type(&f.name),
                name: f.name,
                bytes: f.bytes,
                sha256: f.sha256,
            })
            .collect(),
    }
}
