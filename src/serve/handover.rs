//! Handing over, by the API: requests are entered, allowed or refused by somebody else, and their packs
//! taken. What may be asked is the handover room's to say.

use super::account::session;
use super::asker::Asker;
use super::desk::Desk;
use super::event_query::time;
use super::extract::{Asked, Named, Sent};
use super::files::pieces;
use super::handover_row::{RequestRow, RequestsPage};
use super::keyed::keyed;
use super::refusal::Refusal;
use crate::handover::{self, Doer, Draft, HandoverError, Range, archive_of};
use crate::rules::{Domain, Kind};
use crate::store::{HandoverRequest, RequestState, Store, from_word};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs::File;
use std::sync::Arc;

/// Requests of a page.
const PAGE: u32 = 50;
/// Days for which a pack may be taken where nothing else is said.
const DAYS: u32 = 30;
/// Letters of an id at most.
const ID_LENGTH: usize = 64;

/// Which requests.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestQuery {
    /// `asked`, `approved`, `refused`, `packed` or `expired`; left out: all.
    state: Option<String>,
    /// This one alone, with what was done with it.
    id: Option<String>,
    /// `next` of the page before.
    before: Option<String>,
}

/// What is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestBody {
    /// Which agency asks.
    agency: String,
    /// Who there: name and office.
    receiver: String,
    /// What for.
    purpose: String,
    /// By which law or document.
    legal_basis: String,
    /// Days for which the pack may be taken, 1 to 90; 30 where it is left out.
    valid_days: Option<u32>,
    /// Ids of confirmed events, 200 at most.
    #[serde(default)]
    events: Vec<String>,
    /// The confirmed events of a range, beside those named or instead of them.
    range: Option<RangeBody>,
    /// Made anew for each request: the same key again makes nothing more.
    request_key: Option<String>,
}

/// A range of events.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeBody {
    /// Started then or later: a date and time, with +07:00 unless it says otherwise.
    from: String,
    /// Started before then.
    to: String,
    /// Only this camera's, by id.
    camera: Option<String>,
    /// Only this kind.
    kind: Option<Kind>,
    /// Only this ward, by name.
    ward: Option<String>,
    /// Only this domain.
    domain: Option<Domain>,
}

impl RangeBody {
    fn range(self) -> Result<Range, Refusal> {
        let time = |key, text: &str| {
            let missing = || Refusal::not_understood(format!("{key}: give a date and time"));
            time(key, Some(text))?.ok_or_else(missing)
        };
        Ok(Range {
            from: time("range.from", &self.from)?,
            to: time("range.to", &self.to)?,
            camera: self.camera,
            kind: self.kind,
            ward: self.ward,
            domain: self.domain,
        })
    }
}

/// What is written down.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    note: Option<String>,
}

/// Which request or pack.
#[derive(Debug, Deserialize)]
pub(super) struct IdPath {
    id: String,
}

/// `GET /requests`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<RequestQuery>,
) -> Result<Json<RequestsPage>, Refusal> {
    let wrong = |e| Refusal::not_understood(format!("state: {e}"));
    let state = query.state.as_deref().map(from_word::<RequestState>).transpose().map_err(wrong)?;
    let now = (desk.now)();
    desk.reads
        .ask(move |store| {
            if let Some(id) = query.id {
                let request = store.request(&id)?.filter(|r| is_theirs(&asker, r));
                let request = request.ok_or_else(Refusal::not_there)?;
                let row = RequestRow::of(store, &asker, &request, now).with_history(store)?;
                return Ok(Json(RequestsPage { items: vec![row], next: None }));
            }
            let (theirs, next) = theirs(store, &asker, state, query.before)?;
            let items = theirs.iter().map(|r| RequestRow::of(store, &asker, r, now)).collect();
            Ok(Json(RequestsPage { items, next }))
        })
        .await
}

/// `POST /requests`
pub(super) async fn ask(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(body): Sent<RequestBody>,
) -> Result<Json<RequestRow>, Refusal> {
    session(&asker)?;
    let now = (desk.now)();
    let key = keyed("hr", &asker.actor.user, "", body.request_key.as_deref())?;
    let range = body.range.map(RangeBody::range).transpose()?;
    desk.writes
        .ask(move |store| {
            let draft = Draft {
                agency: body.agency,
                receiver: body.receiver,
                purpose: body.purpose,
                legal_basis: body.legal_basis,
                valid_days: body.valid_days.unwrap_or(DAYS),
                events: body.events,
                range,
            };
            let request = match key {
                None => handover::ask(store, &doer(&asker), &draft, now)?,
                Some(id) => match store.request(&id)? {
                    Some(there) => there,
                    None => handover::ask_as(store, &doer(&asker), &draft, now, id)?,
                },
            };
            Ok(Json(RequestRow::of(store, &asker, &request, now)))
        })
        .await
}

/// `POST /requests/{id}/approve`
pub(super) async fn approve(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(IdPath { id }): Named<IdPath>,
    Sent(body): Sent<Value>,
) -> Result<Json<RequestRow>, Refusal> {
    let (desk, order) = (Arc::clone(&desk), Arc::clone(&desk));
    let row = changed(&desk, asker, id.clone(), body, |store, doer, id, body: NoteBody, now| {
        handover::approve(store, doer, id, body.note.as_deref(), now).map(drop)
    })
    .await?;
    // It is made by and by even where nothing can be ordered now.
    let _ = order.packer.order(&id);
    Ok(row)
}

/// `POST /requests/{id}/refuse`
pub(super) async fn refuse(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(IdPath { id }): Named<IdPath>,
    Sent(body): Sent<Value>,
) -> Result<Json<RequestRow>, Refusal> {
    changed(&desk, asker, id, body, |store, doer, id, body: NoteBody, now| {
        let note = body.note.unwrap_or_default();
        handover::refuse(store, doer, id, &note, now).map(drop)
    })
    .await
}

/// `POST /requests/{id}/note`
pub(super) async fn note(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(IdPath { id }): Named<IdPath>,
    Sent(body): Sent<Value>,
) -> Result<Json<RequestRow>, Refusal> {
    changed(&desk, asker, id, body, |store, doer, id, body: NoteBody, now| {
        handover::note(store, doer, id, &body.note.unwrap_or_default(), now)
    })
    .await
}

/// `POST /requests/{id}/pack`
pub(super) async fn again(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(IdPath { id }): Named<IdPath>,
) -> Result<Json<RequestRow>, Refusal> {
    session(&asker)?;
    let now = (desk.now)();
    let (asked, who) = (id.clone(), asker.clone());
    let entry = desk.entry(&who, "handover_again", &id, json!({}));
    let (again, row) = desk
        .writes
        .ask(move |store| {
            let request = store.request(&asked)?.filter(|r| is_theirs(&asker, r));
            let mut request = request.ok_or_else(Refusal::not_there)?;
            if request.state != RequestState::Approved {
                return Err(HandoverError::NotFromHere(request.state).into());
            }
            let again = store.forget_request_trouble(&asked, &entry)?;
            request.trouble = None;
            Ok((again, RequestRow::of(store, &asker, &request, now)))
        })
        .await?;
    // What is being made is made once, however often it is asked for.
    if again {
        desk.packer.order(&id)?;
    }
    Ok(Json(row))
}

/// `GET /packs/{id}`
pub(super) async fn pack(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(IdPath { id }): Named<IdPath>,
) -> Result<Response, Refusal> {
    session(&asker)?;
    let (shared, who, now) = (Arc::clone(&desk), asker.clone(), (desk.now)());
    let (pack, file) = desk
        .files
        .ask(move |store| {
            let request = store.request_of_pack(&id)?.filter(|r| is_theirs(&who, r));
            let request = request.ok_or_else(Refusal::not_there)?;
            let known = handover::still_confirmed(store, &request);
            let pack = request.pack.ok_or_else(Refusal::not_there)?;
            if now >= pack.expires {
                let until = pack.expires.local_rfc3339();
                return Err(HandoverError::Expired { pack: pack.id, until }.into());
            }
            known?;
            let name = format!("pack-{}.zip", pack.id);
            let path = archive_of(&shared.data, &pack);
            let mut file = File::open(path).map_err(|_| Refusal::file_missing(&name))?;
            let whole = shared.seals.sha256(&mut file).is_ok_and(|sum| sum == pack.sha256);
            if whole { Ok((pack, file)) } else { Err(Refusal::file_altered(&name)) }
        })
        .await?;
    // What leaves is entered before it does.
    let details = json!({ "pack": pack.id, "bytes": pack.bytes, "sha256": pack.sha256 });
    desk.enter(&asker, "handover_taken", &pack.request, details).await?;
    let mut answer = Response::new(pieces(desk.files.clone(), file, pack.bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(pack.bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let named = format!("attachment; filename=\"pack-{}.zip\"", pack.id);
    if let Ok(named) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    Ok(answer)
}

/// Does something with a request that whoever asks may see, and shows it.
async fn changed<B: DeserializeOwned + Send + 'static>(
    desk: &Arc<Desk>,
    asker: Asker,
    id: String,
    body: Value,
    work: impl FnOnce(&Store, &Doer<'_>, &str, B, crate::media::WallTime) -> Result<(), HandoverError>
    + Send
    + 'static,
) -> Result<Json<RequestRow>, Refusal> {
    session(&asker)?;
    let now = (desk.now)();
    desk.writes
        .ask(move |store| {
            let there = id.len() <= ID_LENGTH && {
                let request = store.request(&id)?;
                request.is_some_and(|r| is_theirs(&asker, &r))
            };
            if !there {
                return Err(Refusal::not_there());
            }
            let body: B =
                serde_json::from_value(body).map_err(|e| Refusal::not_understood(e.to_string()))?;
            work(store, &doer(&asker), &id, body, now)?;
            let request = store.request(&id)?.ok_or_else(Refusal::not_there)?;
            Ok(Json(RequestRow::of(store, &asker, &request, now).with_history(store)?))
        })
        .await
}

/// A page of the requests that somebody may see, and where the next begins.
fn theirs(
    store: &Store,
    asker: &Asker,
    state: Option<RequestState>,
    mut before: Option<String>,
) -> Result<(Vec<HandoverRequest>, Option<String>), Refusal> {
    let mut found = Vec::new();
    loop {
        let page = store.requests(state, before.as_deref(), PAGE)?;
        let last = page.len() < PAGE as usize;
        before = page.last().map(|r| r.id.clone());
        for request in page.into_iter().filter(|r| is_theirs(asker, r)) {
            if found.len() == PAGE as usize {
                let next = found.last().map(|r: &HandoverRequest| r.id.clone());
                return Ok((found, next));
            }
            found.push(request);
        }
        if last {
            return Ok((found, None));
        }
    }
}

/// Whether all that is asked for lies within the scope of whoever asks.
fn is_theirs(asker: &Asker, request: &HandoverRequest) -> bool {
    request.events.iter().all(|e| asker.scope.holds(e.ward.as_deref(), e.domain))
}

fn doer(asker: &Asker) -> Doer<'_> {
    Doer {
        actor: &asker.actor,
        id: asker.actor.id.clone(),
        kind: asker.actor.kind,
        address: asker.address.clone(),
    }
}
