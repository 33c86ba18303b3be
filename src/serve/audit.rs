//! The audit trail over HTTP.

use super::asker::Asker;
use super::decide::{ENTERED, TAKEN_BACK};
use super::desk::Desk;
use super::extract::Asked;
use super::notices::Names;
use super::refusal::Refusal;
use crate::review::{Permission, after_reset};
use crate::store::{AuditFilter, Store};
use axum::extract::State;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which entries.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    /// Of this user (by id or by the name they sign in with), token or command.
    actor: Option<String>,
    /// Of this kind: `login`, `decision`, …
    action: Option<String>,
    /// About this.
    subject: Option<String>,
    /// Entries of a page, 1 to 500; 100 where it is left out.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<u64>,
}

/// Actions whose notes are of an event.
const OF_EVENTS: [&str; 2] = ["decision", "result"];

/// A page of entries, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AuditPage {
    /// The entries as they are chained, each with `actor_name` and `subject_name` of the users that
    /// are meant (`null`: none), and `after_reset` (`what`, `by`, `at`) where the account's password or
    /// one-time codes had been reset by somebody else within the day before. Whoever may not see events
    /// reads their plates and notes here neither: `withheld` says where `details` lack them.
    items: Vec<Value>,
    /// `cursor` of the next page.
    next: Option<u64>,
}

/// `GET /audit`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<AuditQuery>,
) -> Result<Json<AuditPage>, Refusal> {
    // Entries name events, users and addresses of the whole city.
    if asker.scope.wards.is_some() || asker.scope.domains.is_some() {
        return Err(Refusal::not_allowed());
    }
    let limit = query.limit.unwrap_or(100);
    if !(1..=500).contains(&limit) {
        return Err(Refusal::not_understood("limit: a page has 1 to 500 entries"));
    }
    let (asked, sees) = (query, asker.may(Permission::SeeEvents));
    desk.reads.ask(move |store| page(store, asked, limit, sees)).await.map(Json)
}

fn page(
    store: &Store,
    query: AuditQuery,
    limit: u32,
    sees_events: bool,
) -> Result<AuditPage, Refusal> {
    // People know the name, the trail the id.
    let actor = match query.actor {
        Some(actor) => Some(store.user_named(&actor)?.map_or(actor, |user| user.id)),
        None => None,
    };
    let filter = AuditFilter {
        actor,
        action: query.action,
        subject: query.subject,
        before: query.cursor,
        limit,
        ..AuditFilter::default()
    };
    let entries = store.audit_entries(&filter)?;
    let full = entries.len() == limit as usize;
    let next = entries.last().filter(|e| full && e.number > 1).map(|e| e.number);
    let mut names = Names::new(store);
    let mut owners = BTreeMap::new();
    for entry in &entries {
        owners.insert(entry.number, names.owner(entry)?);
    }
    let marked = after_reset(store, &entries, |e| owners.get(&e.number).cloned().flatten())?;
    let mut items = Vec::with_capacity(entries.len());
    for entry in &entries {
        let mut item = serde_json::to_value(entry).map_err(|_| Refusal::broken())?;
        let shown = (!sees_events).then(|| without_plates(&entry.action, &entry.details)).flatten();
        item["withheld"] = json!(shown.is_some());
        if let Some(shown) = shown {
            item["details"] = json!(shown);
        }
        item["actor_name"] = json!(names.actor(entry)?);
        item["subject_name"] = json!(names.user(&entry.subject)?);
        item["after_reset"] = match marked.get(&entry.number) {
            None => Value::Null,
            Some(notice) => {
                let mut by = Vec::new();
                for id in &notice.by {
                    by.push(names.user(id)?.unwrap_or_else(|| id.clone()));
                }
                json!({ "what": notice.what.name(), "by": by, "at": notice.at.utc_rfc3339() })
            }
        };
        items.push(item);
    }
    Ok(AuditPage { items, next })
}

/// An entry's details without what they say of plates and notes of events; `None`: they say nothing.
fn without_plates(action: &str, details: &str) -> Option<String> {
    let mut read: Value = serde_json::from_str(details).ok()?;
    // Decisions say only that there was a plate; those of earlier versions say which.
    let word = read["plate"].as_str().is_some_and(|said| [ENTERED, TAKEN_BACK].contains(&said));
    let told = action == "decision" && word;
    let mut taken = !told && take(&mut read, "plate");
    if OF_EVENTS.contains(&action) {
        taken |= take(&mut read, "note");
    }
    taken.then(|| read.to_string())
}

/// Takes a key away wherever it says something.
fn take(value: &mut Value, key: &str) -> bool {
    let mut taken = false;
    if let Value::Object(map) = value {
        if map.get(key).is_some_and(|said| !said.is_null()) {
            map.remove(key);
            taken = true;
        }
        for inner in map.values_mut() {
            taken |= take(inner, key);
        }
    }
    taken
}
