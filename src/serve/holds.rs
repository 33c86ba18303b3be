//! Evidence that is kept for a case, over HTTP.

use super::account::session;
use super::asker::Asker;
use super::bilingual::Bilingual;
use super::desk::Desk;
use super::extract::{Asked, Named, Sent};
use super::keyed::keyed;
use super::person_name::name_of;
use super::refusal::Refusal;
use crate::media::WallTime;
use crate::review::{HoldError, hold_reason, new_hold};
use crate::store::{EventRecord, Hold, HoldFilter, HoldLifted, HoldPut, Lifted, Store, StoreError};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Holds of an answer at most.
const MOST: usize = 500;

/// A hold.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HoldRow {
    id: String,
    /// The event's id.
    event: String,
    /// What it is of.
    kind_name: Bilingual,
    /// Where.
    camera_name: String,
    /// Its moment, UTC.
    moment_utc: String,
    /// For which case.
    reason: String,
    /// Who said so: a user's id, or `uid …` of a command.
    by: String,
    /// What people call him.
    by_name: String,
    /// When, UTC.
    at_utc: String,
    /// Until when, UTC; none: until it is lifted.
    until_utc: Option<String>,
    /// Whether it keeps the evidence now.
    active: bool,
    /// When it was lifted, UTC.
    lifted_utc: Option<String>,
    /// Why it was lifted.
    lifted_reason: Option<String>,
}

impl HoldRow {
    fn of(store: &Store, about: &EventRecord, hold: Hold, now: WallTime) -> Self {
        let active = hold.is_active(now);
        let Hold { id, event, reason, by, at, until, lifted } = hold;
        let info = about.kind.info();
        Self {
            id,
            event,
            kind_name: Bilingual::new(info.name_vi, info.name_en),
            camera_name: about.camera_name.clone(),
            moment_utc: about.moment_utc.utc_rfc3339(),
            reason,
            by_name: name_of(store, &by),
            by,
            at_utc: at.utc_rfc3339(),
            until_utc: until.map(WallTime::utc_rfc3339),
            active,
            lifted_utc: lifted.as_ref().map(|l| l.at.utc_rfc3339()),
            lifted_reason: lifted.map(|l| l.reason),
        }
    }
}

/// Which holds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldsQuery {
    /// Of this event.
    event: Option<String>,
    /// Also those that are over or lifted.
    all: Option<bool>,
}

/// Evidence to be kept.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldBody {
    /// The event's id.
    event: String,
    /// For which case.
    reason: String,
    /// Until when, RFC 3339; none: until it is lifted.
    until: Option<String>,
    /// Made anew for each thing done: the same key again makes nothing more.
    request_key: Option<String>,
}

/// Why a hold is lifted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LiftBody {
    reason: String,
}

/// Which hold.
#[derive(Debug, Deserialize)]
pub(super) struct HoldPath {
    id: String,
}

/// `GET /holds`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<HoldsQuery>,
) -> Result<Json<Vec<HoldRow>>, Refusal> {
    let now = (desk.now)();
    let active_at = (!query.all.unwrap_or(false)).then_some(now);
    let filter = HoldFilter { event: query.event, active_at };
    let scope = asker.scope.clone();
    let holds = desk
        .reads
        .ask(move |store| {
            let mut seen = Vec::new();
            for hold in store.holds(&filter)? {
                let event = store.event(&hold.event)?;
                if let Some(event) = event.filter(|e| scope.holds(e.ward.as_deref(), e.domain)) {
                    seen.push(HoldRow::of(store, &event, hold, now));
                }
                if seen.len() == MOST {
                    break;
                }
            }
            Ok(seen)
        })
        .await?;
    Ok(Json(holds))
}

/// `POST /holds`
pub(super) async fn add(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(body): Sent<HoldBody>,
) -> Result<Json<HoldRow>, Refusal> {
    session(&asker)?;
    let until = body.until.as_deref().map(WallTime::parse).transpose();
    let until = until.map_err(|e| Refusal::not_understood(format!("until: {e}")))?;
    let now = (desk.now)();
    let event = desk.event(&asker, body.event).await?;
    let hold = new_hold(&event.id, &body.reason, &asker.actor.user, now, until);
    let mut hold = hold.map_err(|e| refused(&e))?;
    if let Some(id) = keyed("h", &asker.actor.user, &event.id, body.request_key.as_deref())? {
        hold.id = id;
    }
    let until = hold.until.map(WallTime::utc_rfc3339);
    let details = json!({ "hold": hold.id, "reason": hold.reason, "until": until });
    let entry = desk.entry(&asker, "hold_added", &event.id, details);
    let (put, row) = desk
        .writes
        .ask(move |store| {
            if let Some(there) = store.hold(&hold.id)? {
                return Ok((HoldPut::Done, HoldRow::of(store, &event, there, now)));
            }
            let put = store.put_hold(&hold, &entry)?;
            Ok((put, HoldRow::of(store, &event, hold, now)))
        })
        .await?;
    match put {
        HoldPut::Done => Ok(Json(row)),
        HoldPut::NoEvent => Err(Refusal::not_there()),
        HoldPut::NoEvidence => Err(Refusal::told(
            StatusCode::UNPROCESSABLE_ENTITY,
            "no_evidence",
            "The event has neither evidence nor a plate that could be kept.".to_owned(),
            "Vụ việc này không còn chứng cứ hay biển số để giữ lại.",
        )),
    }
}

/// `POST /holds/{id}/lift`
pub(super) async fn lift(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(HoldPath { id }): Named<HoldPath>,
    sent: Result<Sent<LiftBody>, Refusal>,
) -> Result<Json<HoldRow>, Refusal> {
    session(&asker)?;
    let now = (desk.now)();
    let asked = id.clone();
    let hold = desk.reads.ask(move |store| Ok(store.hold(&asked)?)).await?;
    let hold = hold.ok_or_else(Refusal::not_there)?;
    // What he may not see he cannot lift.
    let event = desk.event(&asker, hold.event.clone()).await?;
    let Sent(body) = sent?;
    let reason = hold_reason(&body.reason).map_err(|e| refused(&e))?;
    let lifted = Lifted { at: now, by: asker.actor.user.clone(), reason };
    let details = json!({ "hold": id, "reason": lifted.reason });
    let entry = desk.entry(&asker, "hold_lifted", &hold.event, details);
    let (done, row) = desk
        .writes
        .ask(move |store| {
            let done = store.lift_hold(&id, &lifted, &entry)?;
            let hold = Hold { lifted: Some(lifted), ..hold };
            Ok((done, HoldRow::of(store, &event, hold, now)))
        })
        .await?;
    match done {
        HoldLifted::Done => Ok(Json(row)),
        HoldLifted::NoHold => Err(Refusal::not_there()),
        HoldLifted::Before => Err(Refusal::told(
            StatusCode::CONFLICT,
            "lifted_before",
            "This hold was lifted before.".to_owned(),
            "Yêu cầu giữ chứng cứ này đã được gỡ trước đó.",
        )),
    }
}

/// Whether an event's evidence is kept for a case now.
pub(super) fn is_held(store: &Store, event: &str, now: WallTime) -> Result<bool, StoreError> {
    let filter = HoldFilter { event: Some(event.to_owned()), active_at: Some(now) };
    Ok(!store.holds(&filter)?.is_empty())
}

fn refused(error: &HoldError) -> Refusal {
    let vi = match error {
        HoldError::Reason => "Hãy ghi hồ sơ cần giữ chứng cứ, từ 1 đến 500 ký tự.",
        HoldError::Past => "Thời hạn giữ đã qua; hãy chọn thời điểm muộn hơn.",
        HoldError::Random(_) => return Refusal::broken(),
    };
    Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, "hold", error.to_string(), vi)
}
