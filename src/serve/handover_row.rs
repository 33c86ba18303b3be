//! Requests and packs as the API shows them.

use super::asker::Asker;
use super::person_name::name_of;
use super::refusal::Refusal;
use crate::handover::{HandoverError, still_confirmed};
use crate::media::WallTime;
use crate::review::Permission;
use crate::store::{
    AuditFilter, HandoverRequest, PackRecord, RequestState, RequestedRange, Store, word,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Entries of a request's history at most.
const HISTORY: u32 = 200;

/// A page of requests, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RequestsPage {
    pub(super) items: Vec<RequestRow>,
    /// `before` of the next page.
    pub(super) next: Option<String>,
}

/// Somebody, by id and name.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PersonName {
    id: String,
    name: String,
}

/// A request.
#[derive(Debug, Serialize, JsonSchema)]
#[allow(clippy::struct_excessive_bools)] // what the page may offer, one by one
pub(super) struct RequestRow {
    id: String,
    /// `asked`, `approved`, `refused`, `packed` or `expired`.
    state: String,
    /// Which agency asks.
    agency: String,
    /// Who there.
    receiver: String,
    /// What for.
    purpose: String,
    /// By which law or document.
    legal_basis: String,
    /// Days for which the pack may be taken.
    valid_days: u32,
    asked_by: PersonName,
    asked_utc: String,
    decided_by: Option<PersonName>,
    decided_utc: Option<String>,
    /// What was written when it was allowed or refused.
    decision_note: Option<String>,
    /// Whether its pack could not be made, when it was tried last.
    trouble: bool,
    /// Whether an event of its pack was opened again or dismissed since: it is not given out then.
    withdrawn: bool,
    /// Whether whoever asks may allow or refuse it.
    may_decide: bool,
    /// Whether whoever asks may refuse it; one that was allowed too, once its pack could not be made.
    may_refuse: bool,
    /// The range that was asked for; its events were found when it was entered.
    range: Option<RequestedRange>,
    /// Ids of the events.
    events: Vec<String>,
    pack: Option<PackRow>,
    /// What was done with it, the first first; of one request alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<RequestStep>,
}

/// A pack.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PackRow {
    id: String,
    made_utc: String,
    expires_utc: String,
    /// Size of its archive.
    bytes: u64,
    /// SHA-256 of its archive.
    sha256: String,
    /// The id of the key that its manifest is signed with.
    key: String,
}

/// One thing done with a request.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RequestStep {
    at: String,
    /// The action's word in the audit trail.
    action: String,
    /// Who, by name.
    who: String,
    note: Option<String>,
}

impl From<&PackRecord> for PackRow {
    fn from(pack: &PackRecord) -> Self {
        Self {
            id: pack.id.clone(),
            made_utc: pack.made.utc_rfc3339(),
            expires_utc: pack.expires.utc_rfc3339(),
            bytes: pack.bytes,
            sha256: pack.sha256.clone(),
            key: pack.key_id.clone(),
        }
    }
}

impl RequestRow {
    pub(super) fn of(
        store: &Store,
        asker: &Asker,
        request: &HandoverRequest,
        now: WallTime,
    ) -> Self {
        let person = |id: &str| PersonName { id: id.to_owned(), name: name_of(store, id) };
        let over = request.pack.as_ref().is_some_and(|p| now >= p.expires);
        // It is over the moment it is, whenever it is swept.
        let state = match request.state {
            RequestState::Packed if over => RequestState::Expired,
            state => state,
        };
        let second = asker.may(Permission::ApproveHandover) && request.asked_by != asker.actor.user;
        let withdrawn = state == RequestState::Packed
            && matches!(still_confirmed(store, request), Err(HandoverError::NotConfirmed(_)));
        Self {
            id: request.id.clone(),
            state: word(&state),
            agency: request.agency.clone(),
            receiver: request.receiver.clone(),
            purpose: request.purpose.clone(),
            legal_basis: request.legal_basis.clone(),
            valid_days: request.valid_days,
            asked_by: person(&request.asked_by),
            asked_utc: request.asked.utc_rfc3339(),
            decided_by: request.decided_by.as_deref().map(person),
            decided_utc: request.decided.map(WallTime::utc_rfc3339),
            decision_note: request.decision_note.clone(),
            trouble: request.trouble.is_some(),
            withdrawn,
            may_decide: second && request.may_become(RequestState::Approved),
            may_refuse: second && request.may_become(RequestState::Refused),
            range: request.range.clone(),
            events: request.events.iter().map(|e| e.event.clone()).collect(),
            pack: request.pack.as_ref().map(PackRow::from),
            history: Vec::new(),
        }
    }

    /// The same with what was done with it.
    pub(super) fn with_history(mut self, store: &Store) -> Result<Self, Refusal> {
        let subject = Some(self.id.clone());
        let filter = AuditFilter { subject, limit: HISTORY, ..AuditFilter::default() };
        for entry in store.audit_entries(&filter)?.iter().rev() {
            let details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
            let by = details.get("by").and_then(Value::as_str).unwrap_or(&entry.actor);
            self.history.push(RequestStep {
                at: entry.at.utc_rfc3339(),
                action: entry.action.clone(),
                who: name_of(store, by),
                note: details.get("note").and_then(Value::as_str).map(str::to_owned),
            });
        }
        Ok(self)
    }
}
