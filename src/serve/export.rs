//! What leaves the house: confirmed events, and nothing else by any parameter.

use super::asker::Asker;
use super::desk::Desk;
use super::event_query::EventQuery;
use super::extract::Asked;
use super::files::pieces;
use super::refusal::Refusal;
use crate::report::{Hashed, ListFormat, Listing};
use crate::store::{QueueCursor, QueueFilter, QueueOrder, Status, Store};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::sync::Arc;

/// Events of one file at most.
const MOST: u64 = 100_000;
/// Events asked of the store at once.
const PAGE: u32 = 500;

/// Which events, and as what.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ExportQuery {
    /// `csv` or `json`.
    format: Option<String>,
    /// `confirmed`, or left out: nothing else is exported.
    status: Option<String>,
    /// As in a search.
    kind: Option<String>,
    /// As in a search.
    domain: Option<String>,
    /// As in a search.
    ward: Option<String>,
    /// As in a search.
    camera: Option<String>,
    /// As in a search.
    class: Option<String>,
    /// As in a search.
    from: Option<String>,
    /// As in a search.
    to: Option<String>,
    /// As in a search.
    hour_from: Option<u8>,
    /// As in a search.
    hour_to: Option<u8>,
    /// As in a search.
    text: Option<String>,
    /// As in a search.
    plate: Option<String>,
    /// As in a search.
    agency: Option<String>,
    /// As in a search.
    reviewer: Option<String>,
}

impl ExportQuery {
    /// What was asked for, without what was not.
    fn named(&self) -> serde_json::Value {
        let mut named = serde_json::to_value(self).unwrap_or_default();
        if let Some(map) = named.as_object_mut() {
            map.retain(|_, value| !value.is_null());
        }
        named
    }

    fn filter(self, desk: &Desk, asker: &Asker) -> Result<QueueFilter, Refusal> {
        if self.status.is_some_and(|status| status != "confirmed") {
            return Err(Refusal::not_understood("status: only confirmed events are exported"));
        }
        let events = EventQuery {
            kind: self.kind,
            domain: self.domain,
            ward: self.ward,
            camera: self.camera,
            class: self.class,
            from: self.from,
            to: self.to,
            hour_from: self.hour_from,
            hour_to: self.hour_to,
            text: self.text,
            plate: self.plate,
            agency: self.agency,
            reviewer: self.reviewer,
            ..EventQuery::default()
        };
        // The gate: whatever was asked for, only what a person has confirmed leaves.
        let statuses = vec![Status::Confirmed];
        Ok(QueueFilter { statuses, sightings: true, ..events.wanted(desk, asker)?.filter })
    }
}

/// `GET /export`
pub(super) async fn export(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<ExportQuery>,
) -> Result<Response, Refusal> {
    let (format, kind, name) = match query.format.as_deref() {
        None | Some("csv") => (ListFormat::Csv, "text/csv; charset=utf-8", "confirmed.csv"),
        Some("json") => (ListFormat::Json, "application/json", "confirmed.json"),
        Some(_) => return Err(Refusal::not_understood("format: csv or json")),
    };
    let filter = query.clone().filter(&desk, &asker)?;
    let (file, events, sha256) = desk.reads.ask(move |store| write(store, &filter, format)).await?;
    let length = file.metadata().map_err(|_| Refusal::broken())?.len();
    // What leaves is entered before it does: which events were asked for, within which scope, how many
    // there were, and the checksum by which the file is known again.
    let details = serde_json::json!({
        "filter": query.named(),
        "scope": asker.actor.scope,
        "events": events,
        "bytes": length,
        "sha256": sha256,
    });
    desk.enter(&asker, "export", name, details).await?;
    let mut answer = Response::new(pieces(desk.files.clone(), file, length));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let named = format!("attachment; filename=\"{name}\"");
    if let Ok(named) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    Ok(answer)
}

/// Writes the events into a file that has no name and goes when it is closed; how many they are, and the
/// file's SHA-256.
fn write(
    store: &Store,
    filter: &QueueFilter,
    format: ListFormat,
) -> Result<(File, u64, String), Refusal> {
    let failed = |e: std::io::Error| {
        tracing::error!("an export could not be written: {e}");
        Refusal::broken()
    };
    let file = tempfile::tempfile().map_err(failed)?;
    let mut out = Hashed::new(BufWriter::new(file));
    let mut listing = Listing::new(&mut out, format, format == ListFormat::Csv).with_plates();
    let (mut after, mut written): (Option<QueueCursor>, u64) = (None, 0);
    loop {
        let page = store.queue(filter, QueueOrder::Oldest, after.as_ref(), PAGE)?;
        let ids: Vec<&str> = page.events.iter().map(|e| e.id.as_str()).collect();
        let reviews = store.reviews(&ids)?;
        for event in page.events.iter().filter(|e| e.status == Status::Confirmed) {
            let plate = reviews.get(&event.id).and_then(|r| r.plate.as_deref());
            listing.event_of(event, plate).map_err(failed)?;
            written += 1;
        }
        if written > MOST {
            return Err(Refusal::too_many());
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    listing.end().map_err(failed)?;
    let (mut out, sha256) = out.end();
    out.flush().map_err(failed)?;
    let mut file = out.into_inner().map_err(|e| failed(e.into_error()))?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok((file, written, sha256))
}
