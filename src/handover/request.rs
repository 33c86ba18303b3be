//! A request for evidence: what it must say, who may ask, and that somebody else decides.

use super::doer::Doer;
use super::error::HandoverError;
use super::range::{MOST_EVENTS, Range, in_range};
use super::text::text;
use crate::media::WallTime;
use crate::review::{Permission, Target, Verdict, may};
use crate::store::{
    EventRecord, HandoverRequest, RequestDecision, RequestState, RequestedEvent, Status, Store,
};
use serde_json::json;
use std::collections::BTreeSet;

/// Days at most for which a pack may be taken.
pub const MOST_DAYS: u32 = 90;
/// Letters of the purpose, and of a note, at most.
const LONG: usize = 2000;
/// Letters of the other texts at most.
const SHORT: usize = 300;

/// A request as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Which agency asks.
    pub agency: String,
    /// Who there: name and office.
    pub receiver: String,
    /// What for.
    pub purpose: String,
    /// By which law or document.
    pub legal_basis: String,
    /// Days for which the pack may be taken.
    pub valid_days: u32,
    /// Ids of confirmed events.
    pub events: Vec<String>,
    /// The confirmed events of a range as well.
    pub range: Option<Range>,
}

/// Enters a request.
///
/// # Errors
/// Why it is not entered: what the draft lacks, events that are not there or not confirmed, each named.
pub fn ask(
    store: &Store,
    doer: &Doer<'_>,
    draft: &Draft,
    at: WallTime,
) -> Result<HandoverRequest, HandoverError> {
    ask_as(store, doer, draft, at, new_id()?)
}

/// The same with an id, `hr-` and 16 hexadecimal digits, that nothing else has.
///
/// # Errors
/// As of [`ask`].
pub fn ask_as(
    store: &Store,
    doer: &Doer<'_>,
    draft: &Draft,
    at: WallTime,
    id: String,
) -> Result<HandoverRequest, HandoverError> {
    if !doer.actor.permissions.has(Permission::AskHandover) {
        return Err(HandoverError::Forbidden);
    }
    let agency = text("agency", &draft.agency, SHORT, false)?;
    let receiver = text("receiver", &draft.receiver, SHORT, false)?;
    let purpose = text("purpose", &draft.purpose, LONG, true)?;
    let legal_basis = text("legal_basis", &draft.legal_basis, SHORT, false)?;
    if !(1..=MOST_DAYS).contains(&draft.valid_days) {
        return Err(HandoverError::BadDays(MOST_DAYS));
    }
    let ids: BTreeSet<String> = draft.events.iter().cloned().collect();
    let none = ids.is_empty() && draft.range.is_none();
    if none || ids.len() > MOST_EVENTS || ids.len() != draft.events.len() {
        return Err(HandoverError::BadEvents(MOST_EVENTS));
    }
    let mut events = confirmed(store, doer, ids.iter().cloned())?;
    let range = match &draft.range {
        Some(range) => {
            let found = in_range(store, doer, range)?;
            events.extend(found.events.into_iter().filter(|e| !ids.contains(&e.id)));
            Some(found.range)
        }
        None => None,
    };
    if events.len() > MOST_EVENTS {
        return Err(HandoverError::TooMany { most: MOST_EVENTS });
    }
    events.sort_by(|a, b| a.id.cmp(&b.id));
    let request = HandoverRequest {
        id,
        state: RequestState::Asked,
        agency,
        receiver,
        purpose,
        legal_basis,
        valid_days: draft.valid_days,
        asked_by: doer.actor.user.clone(),
        asked: at,
        decided_by: None,
        decided: None,
        decision_note: None,
        trouble: None,
        range,
        events: (events.into_iter())
            .map(|e| RequestedEvent { event: e.id, ward: e.ward, domain: e.domain })
            .collect(),
        pack: None,
    };
    let ids: Vec<&str> = request.events.iter().map(|e| e.event.as_str()).collect();
    let details = json!({
        "agency": request.agency, "receiver": request.receiver, "purpose": request.purpose,
        "legal_basis": request.legal_basis, "valid_days": request.valid_days, "events": ids, "range": request.range,
    });
    store.put_request(&request, &doer.entry(at, "handover_asked", &request.id, details))?;
    Ok(request)
}

/// Allows a request. Its events must be confirmed still.
///
/// # Errors
/// Why it is not allowed: the same person asked, somebody has decided, an event was opened again.
pub fn approve(
    store: &Store,
    doer: &Doer<'_>,
    id: &str,
    note: Option<&str>,
    at: WallTime,
) -> Result<HandoverRequest, HandoverError> {
    let request = to_decide(store, doer, id, RequestState::Approved)?;
    let note = note.map(str::trim).filter(|n| !n.is_empty());
    let note = note.map(|n| text("note", n, LONG, true)).transpose()?;
    confirmed(store, doer, request.events.into_iter().map(|e| e.event))?;
    let to = RequestState::Approved;
    let decision = RequestDecision { to, by: doer.actor.user.clone(), at, note };
    decide(store, doer, id, &decision, "handover_approved")
}

/// Refuses a request, saying why; one that was allowed too, once its pack could not be made.
///
/// # Errors
/// Why it cannot be refused.
pub fn refuse(
    store: &Store,
    doer: &Doer<'_>,
    id: &str,
    note: &str,
    at: WallTime,
) -> Result<HandoverRequest, HandoverError> {
    let to = RequestState::Refused;
    to_decide(store, doer, id, to)?;
    let note = text("note", note, LONG, true).map_err(|_| HandoverError::NoteNeeded(LONG))?;
    let decision = RequestDecision { to, by: doer.actor.user.clone(), at, note: Some(note) };
    decide(store, doer, id, &decision, "handover_refused")
}

/// Writes something down at a request: an entry of the audit trail, which shows at the request.
///
/// # Errors
/// The text cannot be one, or the request is not there.
pub fn note(
    store: &Store,
    doer: &Doer<'_>,
    id: &str,
    note: &str,
    at: WallTime,
) -> Result<(), HandoverError> {
    visible(store, doer, id)?;
    let note = text("note", note, LONG, true).map_err(|_| HandoverError::NoteNeeded(LONG))?;
    store.audit(&doer.entry(at, "handover_note", id, json!({ "note": note })))?;
    Ok(())
}

fn decide(
    store: &Store,
    doer: &Doer<'_>,
    id: &str,
    decision: &RequestDecision,
    action: &str,
) -> Result<HandoverRequest, HandoverError> {
    let details = json!({ "note": decision.note });
    let done = store.decide_request(id, decision, &doer.entry(decision.at, action, id, details))?;
    let now = store.request(id)?.ok_or_else(|| HandoverError::NoRequest(id.to_owned()))?;
    if done { Ok(now) } else { Err(HandoverError::NotFromHere(now.state)) }
}

/// The request, where this person may see all that it asks for.
fn visible(store: &Store, doer: &Doer<'_>, id: &str) -> Result<HandoverRequest, HandoverError> {
    let request = store.request(id)?;
    request
        .filter(|r| {
            let scope = &doer.actor.scope;
            r.events.iter().all(|e| scope.holds(e.ward.as_deref(), e.domain))
        })
        .ok_or_else(|| HandoverError::NoRequest(id.to_owned()))
}

/// Whether somebody may take what a request asks for.
pub(super) fn may_take(doer: &Doer<'_>, request: &HandoverRequest) -> Result<(), HandoverError> {
    let scope = &doer.actor.scope;
    if !request.events.iter().all(|e| scope.holds(e.ward.as_deref(), e.domain)) {
        return Err(HandoverError::NoRequest(request.id.clone()));
    }
    let may = doer.actor.permissions.has(Permission::AskHandover);
    if may { Ok(()) } else { Err(HandoverError::Forbidden) }
}

fn to_decide(
    store: &Store,
    doer: &Doer<'_>,
    id: &str,
    to: RequestState,
) -> Result<HandoverRequest, HandoverError> {
    if !doer.actor.permissions.has(Permission::ApproveHandover) {
        return Err(HandoverError::Forbidden);
    }
    let request = visible(store, doer, id)?;
    if !request.may_become(to) {
        return Err(HandoverError::NotFromHere(request.state));
    }
    if request.asked_by == doer.actor.user {
        return Err(HandoverError::OneSelf);
    }
    Ok(request)
}

/// The events, all of them confirmed and with their evidence on the disk.
fn confirmed(
    store: &Store,
    doer: &Doer<'_>,
    ids: impl Iterator<Item = String>,
) -> Result<Vec<EventRecord>, HandoverError> {
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for id in ids {
        let event = if is_plain(&id) { store.event(&id)? } else { None };
        match event {
            Some(event) if is_theirs(doer, &event) => found.push(event),
            _ => unknown.push(id.chars().filter(|c| !c.is_control()).take(64).collect()),
        }
    }
    if !unknown.is_empty() {
        return Err(HandoverError::UnknownEvents(unknown));
    }
    ready(&found)?;
    Ok(found)
}

/// Whether events may leave: confirmed, and with what can be handed over.
///
/// # Errors
/// Those that may not, each named.
pub(super) fn ready(events: &[EventRecord]) -> Result<(), HandoverError> {
    let open: Vec<_> = (events.iter())
        .filter(|e| e.status != Status::Confirmed)
        .map(|e| (e.id.clone(), e.status))
        .collect();
    if !open.is_empty() {
        return Err(HandoverError::NotConfirmed(open));
    }
    let gone = events.iter().filter(|e| !e.evidence_state.has_folder());
    let gone: Vec<String> = gone.map(|e| e.id.clone()).collect();
    if gone.is_empty() { Ok(()) } else { Err(HandoverError::NoEvidence(gone)) }
}

fn is_theirs(doer: &Doer<'_>, event: &EventRecord) -> bool {
    let target = Target::Event { ward: event.ward.as_deref(), domain: event.domain };
    may(doer.actor, Permission::SeeEvents, &target) == Verdict::Allowed
}

fn is_plain(id: &str) -> bool {
    id.len() <= 64 && !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn new_id() -> Result<String, HandoverError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|e| HandoverError::Random(e.to_string()))?;
    Ok(format!("hr-{}", hex::encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_id_leads_anywhere(id in "\\PC{0,70}") {
            if is_plain(&id) {
                prop_assert!(!id.contains(['/', '\\', '.', '%']));
            }
        }
    }
}
