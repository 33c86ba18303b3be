//! Decisions over HTTP: what a person asks is worked out by the review room and done by the store,
//! once, if the event still stands as he saw it.

use super::account::session;
use super::asker::Asker;
use super::desk::Desk;
use super::event_row::EventRow;
use super::extract::{Named, Sent};
use super::path::EventPath;
use super::person_name::name_of;
use super::refusal::Refusal;
use crate::review::{
    Ask, Asked, Permission, Reason, Refused, Target, User, Verdict, change, drawn, may,
};
use crate::store::{
    Action, Change, Decision, EventRecord, NewEntry, Outcome, ReviewState, Store, from_word,
};
use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::cmp::Ordering;
use std::sync::Arc;

/// What the trail says of a plate that a decision enters or takes back.
pub(super) const ENTERED: &str = "entered";
pub(super) const TAKEN_BACK: &str = "taken_back";
/// Letters of an id at most.
const ID_LENGTH: usize = 64;

/// What is to be done with an event.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionBody {
    /// `acknowledge`, `confirm`, `dismiss`, `cannot_tell`, `reopen`, `assign`, `note`, `plate`,
    /// `merge`, `agree` (having looked again; also written `second_look`).
    action: String,
    /// Of `dismiss`: one of the event's `reasons`.
    reason: Option<String>,
    /// What is written down with it.
    note: Option<String>,
    /// The number plate as read; of `plate`, an empty one takes back what was entered.
    plate: Option<String>,
    /// Of `assign`: the agency's id.
    agency: Option<String>,
    /// Of `assign`: the user's id.
    assignee: Option<String>,
    /// Of `merge`: the id of the event that it is the same as.
    #[serde(alias = "other")]
    into: Option<String>,
    /// Made anew for each thing done: the same key again changes nothing.
    request_key: String,
}

/// `POST /events/{id}/decision`
pub(super) async fn decision(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(EventPath { id }): Named<EventPath>,
    headers: HeaderMap,
    Sent(body): Sent<DecisionBody>,
) -> Result<Response, Refusal> {
    let (ask, needs) = body.ask()?;
    // A person decides, at a desk: a program's token does not, whatever it was given.
    session(&asker)?;
    let seen = seen(&headers)?;
    let event = desk.event(&asker, id).await?;
    let target = Target::Event { ward: event.ward.as_deref(), domain: event.domain };
    match may(&asker.actor, needs, &target) {
        Verdict::Allowed => {}
        Verdict::Forbidden => return Err(Refusal::not_allowed()),
        Verdict::NotThere => return Err(Refusal::not_there()),
    }
    if let Ask::Merge(into) = &ask {
        // What he may not see he cannot name.
        desk.event(&asker, into.clone()).await?;
    }
    if let Ask::Assign { agency, assignee } = &ask {
        desk.can_be_given(&event, agency.as_deref(), assignee.clone()).await?;
    }
    let asked = Asked {
        by: asker.actor.user.clone(),
        at: (desk.now)(),
        seen,
        request_key: body.request_key,
        ask,
        note: body.note,
        plate: body.plate,
    };
    let details = json!({
        "action": body.action, "reason": body.reason, "plate": plate_done(&asked), "note": asked.note,
        "agency": body.agency, "assignee": body.assignee, "into": body.into, "version": seen + 1,
    });
    let shared = Arc::clone(&desk);
    let entry = desk.entry(&asker, "decision", &event.id, details);
    let row = desk
        .writes
        .ask(move |store| {
            let (event, state) = decide(&shared, store, event, &asked, &entry)?;
            Ok(EventRow::of(&shared, store, &event, &state))
        })
        .await?;
    let tag = format!("\"{}\"", row.version);
    let mut answer = Json(row).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    Ok(answer)
}

/// What was done with the plate. The trail is for ever, a plate goes with the evidence it was read from:
/// which one it is stands in the decision of this version alone, while it is kept.
fn plate_done(asked: &Asked) -> Option<&'static str> {
    match (asked.plate.as_deref().map(str::trim)?, &asked.ask) {
        ("", Ask::Plate) => Some(TAKEN_BACK),
        ("", _) => None,
        _ => Some(ENTERED),
    }
}

/// Does it, with its entry in the audit trail, unless it was done when it was asked before.
fn decide(
    desk: &Desk,
    store: &Store,
    event: EventRecord,
    asked: &Asked,
    entry: &NewEntry,
) -> Result<(EventRecord, ReviewState), Refusal> {
    let now = store.review(&event.id)?.ok_or_else(Refusal::not_there)?;
    let change = match now.version.cmp(&asked.seen) {
        Ordering::Equal => {
            let drawn = drawn(desk.site().review.second_look_percent)?;
            change(&now, &event, asked, drawn).map_err(|e| refused(&e))?
        }
        // Too late, unless it is the same request once more: the store knows its key.
        Ordering::Greater => asked_before(&now, &event, asked),
        Ordering::Less => return Err(conflict(desk, store, &event, &now, None)),
    };
    match store.decide_entered(&change, Some(entry))? {
        Outcome::Done(state) => {
            let event = EventRecord { status: state.status, ..event };
            Ok((event, state))
        }
        Outcome::Conflict(state, last) => Err(conflict(desk, store, &event, &state, last)),
        Outcome::NoEvent => Err(Refusal::not_there()),
        Outcome::OtherMerged(into) => Err(already_merged(&into)),
        Outcome::SameIncident => Err(same_incident()),
    }
}

/// A change that the store never makes, because the event has moved on, and that bears the key.
fn asked_before(now: &ReviewState, event: &EventRecord, asked: &Asked) -> Change {
    let decision = Decision {
        number: 0,
        event: event.id.clone(),
        version: asked.seen + 1,
        at: asked.at,
        by: asked.by.clone(),
        action: Action::Note,
        from: now.status,
        to: now.status,
        reason: None,
        note: None,
        plate: None,
        other: None,
    };
    Change { decision, after: now.clone(), request_key: asked.request_key.clone() }
}

fn conflict(
    desk: &Desk,
    store: &Store,
    event: &EventRecord,
    state: &ReviewState,
    last: Option<Decision>,
) -> Refusal {
    let event = EventRecord { status: state.status, ..event.clone() };
    let by = last.as_ref().map(|d| name_of(store, &d.by));
    Refusal::told(
        StatusCode::CONFLICT,
        "conflict",
        "Somebody else was quicker: the event is not as you saw it. Look at it again.".to_owned(),
        "Người khác đã xử lý trước: vụ việc không còn như bạn thấy. Hãy xem lại.",
    )
    .beside("current", json!(EventRow::of(desk, store, &event, state)))
    .beside("decided_by", json!(by))
    .beside("decided_at", json!(last.map(|d| d.at.utc_rfc3339())))
}

/// The version that `If-Match` names.
pub(super) fn seen(headers: &HeaderMap) -> Result<u64, Refusal> {
    let given = headers.get(header::IF_MATCH).ok_or_else(Refusal::which_version)?;
    let number = given.to_str().ok().and_then(|g| g.trim().trim_matches('"').parse().ok());
    number.ok_or_else(|| Refusal::not_understood("If-Match: give the event's ETag, as \"3\""))
}

impl Desk {
    /// Whether an event can be given to these: an agency of the site, a user who may decide it.
    async fn can_be_given(
        &self,
        event: &EventRecord,
        agency: Option<&str>,
        assignee: Option<String>,
    ) -> Result<(), Refusal> {
        let wrong = |what: &str| Refusal::not_understood(what.to_owned());
        if agency.is_some_and(|id| !self.site().agencies.iter().any(|a| a.id == id)) {
            return Err(wrong("agency: the site has none of this id"));
        }
        let Some(id) = assignee else { return Ok(()) };
        if id.len() > ID_LENGTH {
            return Err(wrong("assignee: nobody of this id"));
        }
        let user = self.reads.ask(move |store| Ok(store.user(&id)?)).await?;
        let user = user.filter(|u| !u.disabled);
        let user = User::of(&user.ok_or_else(|| wrong("assignee: nobody of this id"))?)?;
        let target = Target::Event { ward: event.ward.as_deref(), domain: event.domain };
        match may(&user.actor(), Permission::Decide, &target) {
            Verdict::Allowed => Ok(()),
            _ => Err(cannot_decide()),
        }
    }
}

impl DecisionBody {
    /// What is asked, and what it needs.
    fn ask(&self) -> Result<(Ask, Permission), Refusal> {
        let wrong = |what: &str| Refusal::not_understood(what.to_owned());
        let action: Action = match self.action.as_str() {
            "agree" => Action::SecondLook,
            word => from_word(word).map_err(|e| wrong(&format!("action: {e}")))?,
        };
        if self.reason.is_some() && action != Action::Dismiss {
            return Err(wrong("reason: only what is dismissed has one"));
        }
        Ok(match action {
            Action::Acknowledge => (Ask::Acknowledge, Permission::Decide),
            Action::Confirm => (Ask::Confirm, Permission::Decide),
            Action::Dismiss => {
                let reason = self.reason.as_deref().ok_or_else(|| wrong("reason: say why"))?;
                let reason: Reason =
                    from_word(reason).map_err(|e| wrong(&format!("reason: {e}")))?;
                (Ask::Dismiss(reason), Permission::Decide)
            }
            Action::CannotTell => (Ask::CannotTell, Permission::Decide),
            Action::Reopen => (Ask::Reopen, Permission::Reopen),
            Action::Assign => {
                let (agency, assignee) = (self.agency.clone(), self.assignee.clone());
                (Ask::Assign { agency, assignee }, Permission::Assign)
            }
            Action::Note => (Ask::Note, Permission::Decide),
            Action::Plate => (Ask::Plate, Permission::Decide),
            Action::Merge => {
                let into = self.into.clone().ok_or_else(|| wrong("into: name the event"))?;
                (Ask::Merge(into), Permission::Merge)
            }
            // Who could not disagree does not agree either: disagreeing is reopening.
            Action::SecondLook => (Ask::Agree, Permission::Reopen),
            Action::Replaced => return Err(wrong("action: this is not a person's")),
        })
    }
}

/// What it was to be merged with is itself merged.
fn already_merged(into: &str) -> Refusal {
    Refusal::told(
        StatusCode::UNPROCESSABLE_ENTITY,
        "already_merged",
        format!("That event was itself merged with another, {into}: merge with that one."),
        "Vụ việc đó đã được gộp vào vụ việc khác; hãy gộp vào vụ việc được nêu.",
    )
    .beside("merged_into", json!(into))
}

/// Both are sightings of one incident.
fn same_incident() -> Refusal {
    Refusal::told(
        StatusCode::UNPROCESSABLE_ENTITY,
        "same_incident",
        "These two are sightings of one incident already: there is nothing to merge.".to_owned(),
        "Hai lần ghi nhận này đã thuộc cùng một vụ việc, không cần gộp.",
    )
}

/// Who may not decide it cannot be given it.
fn cannot_decide() -> Refusal {
    Refusal::told(
        StatusCode::UNPROCESSABLE_ENTITY,
        "cannot_decide",
        "This user may not decide this event: give it to one of those in /people.".to_owned(),
        "Người này không có quyền xử lý vụ việc này; hãy giao cho người khác.",
    )
}

fn refused(why: &Refused) -> Refusal {
    let (code, vi) = match why {
        Refused::NotFromHere { hint, .. } => ("not_from_here", hint.vi),
        Refused::StillOpen => (
            "still_open",
            "Vụ việc còn đang diễn ra, chứng cứ chưa niêm phong; hãy tiếp nhận trước, quyết định sau.",
        ),
        Refused::NoteNeeded => ("note_needed", "Hãy ghi rõ lý do."),
        Refused::NoteTooLong => ("note_too_long", "Ghi chú quá dài."),
        Refused::NotOfKind { .. } => {
            ("reason_not_of_kind", "Lý do này không áp dụng cho loại vi phạm này.")
        }
        Refused::Plate(wrong) => ("bad_plate", wrong.vi()),
        Refused::Itself => ("itself", "Không thể gộp một vụ việc với chính nó."),
        Refused::OwnDecision => ("own_decision", "Người xem lại phải khác người đã quyết định."),
        Refused::NoSecondLook => ("no_second_look", "Vụ việc này không cần xem lại."),
        Refused::Key => ("bad_key", "Khóa yêu cầu không hợp lệ."),
    };
    Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, code, why.to_string(), vi)
}
