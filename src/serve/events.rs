//! Events over HTTP: a page of them, and one with all that a reviewer needs.

use super::asker::Asker;
use super::desk::Desk;
use super::event_query::{EventQuery, Wanted};
use super::event_row::EventRow;
use super::evidence_file::{self, FileState};
use super::extract::{Asked, Named};
use super::holds::is_held;
use super::path::EventPath;
use super::person_name::name_of;
use super::refusal::Refusal;
use super::result::ResultRow;
use crate::evidence::Event;
use crate::law::Provision;
use crate::review::Reason;
use crate::store::{Counted, Decision, EventRecord, QueueFilter, QueueOrder, Status, Store, word};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Events are counted no further, unless they are counted already.
pub(super) const COUNTED: u64 = 1000;
/// Similar events that are shown with one.
const SIMILAR: u32 = 6;

/// A page of events.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EventsPage {
    /// The events.
    items: Vec<EventRow>,
    /// `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
    /// How many there are in all, or at least so many.
    total_at_least: u64,
    /// Whether there are no more. Where many would have to be looked at, they are not.
    total_exact: bool,
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
    /// Its SHA-256 when it was sealed, hexadecimal.
    sha256: String,
    /// Whether it still is that file.
    state: FileState,
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
    /// The provisions in force that may apply.
    provisions: Vec<Provision>,
    /// The events that were merged with it.
    merged: Vec<String>,
    /// What was done with it, in order.
    history: Vec<HistoryRow>,
    /// Why it may be dismissed.
    reasons: Vec<ReasonRow>,
    /// What became of it, where it is confirmed and anything is known.
    result: Option<ResultRow>,
    /// Its evidence is kept for a case, whatever its age.
    held: bool,
    /// Others of the same kind at the same camera, the newest first.
    similar: Vec<EventRow>,
    /// The files of its evidence, at `files/{name}` under this address.
    files: Vec<FileRow>,
}

/// One thing done with an event.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HistoryRow {
    number: u64,
    at: String,
    /// The user's id.
    by: String,
    /// What people call him.
    by_name: String,
    action: String,
    from: String,
    to: String,
    reason: Option<String>,
    note: Option<String>,
    /// The plate that was entered, while it is kept; empty: it was taken back.
    plate: Option<String>,
    /// The agency, person or event it was given to or merged with.
    other: Option<String>,
    /// The event's version after it.
    version: u64,
}

impl HistoryRow {
    fn of(store: &Store, d: Decision) -> Self {
        Self {
            number: d.number,
            at: d.at.utc_rfc3339(),
            by_name: name_of(store, &d.by),
            by: d.by,
            action: word(&d.action),
            from: word(&d.from),
            to: word(&d.to),
            reason: d.reason,
            note: d.note,
            plate: d.plate,
            other: d.other,
            version: d.version,
        }
    }
}

/// Why an event may be dismissed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReasonRow {
    code: String,
    vi: &'static str,
    en: &'static str,
    /// Whether a note must say more.
    needs_note: bool,
}

impl ReasonRow {
    fn of(reason: Reason) -> Self {
        let code = word(&reason);
        Self { code, vi: reason.vi(), en: reason.en(), needs_note: reason.needs_note() }
    }
}

/// `GET /events`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<EventQuery>,
) -> Result<Json<EventsPage>, Refusal> {
    let wanted = query.wanted(&desk, &asker)?;
    let shared = Arc::clone(&desk);
    let page = desk.reads.ask(move |store| page(&shared, store, &wanted)).await?;
    if query.plate.as_deref().is_some_and(|plate| !plate.is_empty()) {
        let found = page.items.iter().map(|row| row.id.clone()).collect();
        desk.note_plate(&asker, query.named(), found).await?;
    }
    desk.note_list(&asker, query.named(), pictured(&page.items));
    Ok(Json(page))
}

/// The events of which a list shows pictures.
fn pictured(rows: &[EventRow]) -> Vec<String> {
    rows.iter().filter(|row| row.thumbnail.is_some()).map(|row| row.id.clone()).collect()
}

fn page(desk: &Desk, store: &Store, wanted: &Wanted) -> Result<EventsPage, Refusal> {
    let Wanted { filter, order, after, limit } = wanted;
    let page = store.queue(filter, *order, after.as_ref(), *limit)?;
    let all_are_here = after.is_none() && page.next.is_none();
    let here = page.events.len() as u64;
    let total = if all_are_here {
        Counted { at_least: here, exact: true }
    } else {
        store.queue_count(filter, COUNTED)?
    };
    Ok(EventsPage {
        items: EventRow::all(desk, store, &page.events)?,
        next: page.next.map(|next| next.text()),
        total_at_least: total.at_least.max(here),
        total_exact: total.exact,
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
    let (shared, scope) = (Arc::clone(&desk), asker.scope.clone());
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
            whole(&shared, store, &event, &near)
        })
        .await?;
    let near = pictured(&whole.similar);
    desk.note_list(&asker, serde_json::json!({ "similar_to": whole.row.id }), near);
    let tag = format!("\"{}\"", whole.row.version);
    let mut answer = Json(whole).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(answer)
}

fn whole(
    desk: &Desk,
    store: &Store,
    event: &EventRecord,
    near: &[EventRecord],
) -> Result<EventWhole, Refusal> {
    let (record, record_missing) = match evidence_file::record(&desk.data, event) {
        Ok(record) => (Some(record), None),
        Err(refusal) => (None, Some(refusal.detail().to_owned())),
    };
    let files = evidence_file::listed(desk, event).unwrap_or_default();
    let near: Vec<EventRecord> =
        near.iter().filter(|e| e.id != event.id).take(SIMILAR as usize).cloned().collect();
    let state = store.review(&event.id)?.ok_or_else(Refusal::not_there)?;
    let history = store.decisions(&event.id)?;
    Ok(EventWhole {
        row: EventRow::of(desk, store, event, &state),
        merged: store.merged_here(&event.id)?,
        provisions: record.as_ref().map(|r| r.provisions.clone()).unwrap_or_default(),
        record,
        record_missing,
        history: history.into_iter().map(|d| HistoryRow::of(store, d)).collect(),
        reasons: Reason::of(event.kind).into_iter().map(ReasonRow::of).collect(),
        result: store
            .result(&event.id)?
            .filter(|_| state.status == Status::Confirmed)
            .map(|result| ResultRow::of(desk, store, result)),
        held: is_held(store, &event.id, (desk.now)())?,
        similar: EventRow::all(desk, store, &near)?,
        files: files
            .into_iter()
            .map(|(f, state)| FileRow {
                state,
                r#type: evidence_file::content_type(&f.name),
                name: f.name,
                bytes: f.bytes,
                sha256: f.sha256,
            })
            .collect(),
    })
}
