//! The searches that a user keeps: his own, and nobody else's.

use super::account::session;
use super::asker::Asker;
use super::chance::random;
use super::desk::Desk;
use super::event_query::EventQuery;
use super::extract::{Named, Sent};
use super::refusal::Refusal;
use crate::store::SavedSearch;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Searches of a user at most.
const MOST: u32 = 50;
/// Letters of a name at most.
const NAME: usize = 100;
/// Bytes of a query at most.
const QUERY: usize = 2000;

/// A search that a user keeps.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SearchRow {
    id: String,
    /// What the user calls it.
    name: String,
    /// The query of `/events`, without `?`.
    query: String,
}

impl From<SavedSearch> for SearchRow {
    fn from(search: SavedSearch) -> Self {
        let SavedSearch { id, name, query } = search;
        Self { id, name, query }
    }
}

/// A search to be kept; it takes the place of one's own of the same name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchBody {
    /// What the user calls it.
    name: String,
    /// The query of `/events`; where a page begins is not kept.
    query: String,
}

/// Which search.
#[derive(Debug, Deserialize)]
pub(super) struct SearchPath {
    id: String,
}

/// `GET /searches`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Json<Vec<SearchRow>>, Refusal> {
    let user = asker.actor.user.clone();
    let searches = desk.reads.ask(move |store| Ok(store.searches(&user)?)).await?;
    Ok(Json(searches.into_iter().map(SearchRow::from).collect()))
}

/// `POST /searches`
pub(super) async fn keep(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(body): Sent<SearchBody>,
) -> Result<Json<SearchRow>, Refusal> {
    session(&asker)?;
    let name = body.name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.contains(char::is_control) {
        return Err(Refusal::not_understood(format!("name: give 1 to {NAME} letters in one line")));
    }
    let search = SavedSearch {
        id: format!("s-{}", random::<8>()?),
        name: name.to_owned(),
        query: checked(&desk, &asker, &body.query)?,
    };
    let (user, at) = (asker.actor.user.clone(), (desk.now)());
    let kept = desk
        .writes
        .ask(move |store| {
            let id = store.put_search(&user, &search, at, MOST)?;
            Ok(id.map(|id| SavedSearch { id, ..search }))
        })
        .await?;
    kept.map(|search| Json(search.into())).ok_or_else(too_many)
}

/// `DELETE /searches/{id}`
pub(super) async fn forget(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(SearchPath { id }): Named<SearchPath>,
) -> Result<(), Refusal> {
    session(&asker)?;
    let user = asker.actor.user.clone();
    let there = desk.writes.ask(move |store| Ok(store.forget_search(&user, &id)?)).await?;
    if there { Ok(()) } else { Err(Refusal::not_there()) }
}

/// A query that `/events` understands from whoever keeps it.
fn checked(desk: &Desk, asker: &Asker, query: &str) -> Result<String, Refusal> {
    let wrong = |what: String| Refusal::not_understood(format!("query: {what}"));
    let query = query.trim().trim_start_matches('?');
    if query.len() > QUERY {
        return Err(wrong(format!("give {QUERY} letters or fewer")));
    }
    let address = format!("/?{query}").parse::<Uri>().map_err(|e| wrong(e.to_string()))?;
    let read = Query::<EventQuery>::try_from_uri(&address).map_err(|e| wrong(e.body_text()))?;
    if read.cursor.is_some() {
        return Err(wrong("leave out the cursor: it belongs to one page".to_owned()));
    }
    read.wanted(desk, asker)?;
    Ok(query.to_owned())
}

fn too_many() -> Refusal {
    Refusal::told(
        StatusCode::UNPROCESSABLE_ENTITY,
        "too_many_searches",
        format!("You keep {MOST} searches already: forget one first."),
        "Bạn đã lưu đủ số tìm kiếm cho phép; hãy xóa bớt một mục trước.",
    )
}
