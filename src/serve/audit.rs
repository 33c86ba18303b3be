//! The audit trail over HTTP.

use super::desk::Desk;
use super::extract::Asked;
use super::guard::Asker;
use super::refusal::Refusal;
use crate::store::AuditFilter;
use axum::extract::State;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Which entries.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    /// Of this user, token or command.
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

/// A page of entries, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AuditPage {
    /// The entries as they are chained.
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
    let filter = AuditFilter {
        actor: query.actor,
        action: query.action,
        subject: query.subject,
        before: query.cursor,
        limit,
        ..AuditFilter::default()
    };
    let entries = desk.reads.ask(move |store| Ok(store.audit_entries(&filter)?)).await?;
    let full = entries.len() == limit as usize;
    let next = entries.last().filter(|e| full && e.number > 1).map(|e| e.number);
    let items = entries.iter().map(serde_json::to_value).collect::<Result<_, _>>();
    Ok(Json(AuditPage { items: items.map_err(|_| Refusal::broken())?, next }))
}
