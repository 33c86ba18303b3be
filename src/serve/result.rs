//! What became of confirmed violations, entered over HTTP.

use super::account::session;
use super::asker::Asker;
use super::desk::Desk;
use super::extract::{Named, Sent};
use super::path::EventPath;
use super::person_name::name_of;
use super::refusal::Refusal;
use crate::media::WallTime;
use crate::review::{NOTE_LENGTH, Permission, Target, Verdict, may};
use crate::store::{EventResult, Handling, NewResult, ResultEntered, Store, from_word, word};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// Letters of an agency's name at most.
const AGENCY_LENGTH: usize = 200;

/// What became of an event.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResultBody {
    /// The agency that has it: one of the site's by its id, or another by its name.
    agency: Option<String>,
    /// `fined`, `warned`, `no_action`, `unidentified`, `other`; of `other` the note says what.
    result: String,
    /// What is written down with it.
    note: Option<String>,
}

/// What became of a confirmed event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ResultRow {
    /// The agency that has it: an id of the site's, or a name.
    agency: Option<String>,
    /// What people call it.
    agency_name: Option<String>,
    /// When the first pack with it, to be handed over, was made.
    handed_over: Option<String>,
    /// What the agency did; `null`: not known yet.
    result: Option<String>,
    note: Option<String>,
    /// When that was entered.
    entered: Option<String>,
    /// Who entered it.
    by_name: Option<String>,
}

impl ResultRow {
    pub(super) fn of(desk: &Desk, store: &Store, result: EventResult) -> Self {
        let agencies = &desk.site().agencies;
        let named = result.agency.as_ref().map(|id| {
            let known = agencies.iter().find(|a| a.id == *id);
            known.map_or_else(|| id.clone(), |a| a.name.clone())
        });
        Self {
            agency: result.agency,
            agency_name: named,
            handed_over: result.handed_over.map(WallTime::utc_rfc3339),
            result: result.handling.as_ref().map(word),
            note: result.note,
            entered: result.entered.map(WallTime::utc_rfc3339),
            by_name: result.by.map(|by| name_of(store, &by)),
        }
    }
}

/// `POST /events/{id}/result`
pub(super) async fn enter(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(EventPath { id }): Named<EventPath>,
    Sent(body): Sent<Value>,
) -> Result<Json<ResultRow>, Refusal> {
    // A person says what an agency has told him; a program's token does not.
    session(&asker)?;
    let event = desk.event(&asker, id).await?;
    let target = Target::Event { ward: event.ward.as_deref(), domain: event.domain };
    match may(&asker.actor, Permission::EnterResult, &target) {
        Verdict::Allowed => {}
        Verdict::Forbidden => return Err(Refusal::not_allowed()),
        Verdict::NotThere => return Err(Refusal::not_there()),
    }
    // Whoever may not know of the event learns nothing of what is wrong with the body either.
    let body: ResultBody =
        serde_json::from_value(body).map_err(|e| Refusal::not_understood(e.to_string()))?;
    let new = body.read(&desk, &asker, event.id.clone())?;
    let details = json!({ "agency": new.agency, "result": word(&new.handling), "note": new.note });
    let entry = desk.entry(&asker, "result", &event.id, details);
    let shared = Arc::clone(&desk);
    let done = desk.writes.ask(move |store| match store.enter_result(&new, &entry)? {
        ResultEntered::Done(result) => Ok(ResultRow::of(&shared, store, result)),
        ResultEntered::NotConfirmed(_) => Err(not_confirmed()),
        ResultEntered::NoEvent => Err(Refusal::not_there()),
    });
    done.await.map(Json)
}

impl ResultBody {
    fn read(self, desk: &Desk, asker: &Asker, event: String) -> Result<NewResult, Refusal> {
        let wrong = |what: &str| Refusal::not_understood(what.to_owned());
        let handling: Handling =
            from_word(&self.result).map_err(|e| wrong(&format!("result: {e}")))?;
        let plain =
            |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let (agency, note) = (plain(self.agency), plain(self.note));
        let unsound =
            |a: &String| a.chars().count() > AGENCY_LENGTH || a.chars().any(char::is_control);
        if agency.as_ref().is_some_and(unsound) {
            return Err(wrong("agency: one line of 200 letters at most"));
        }
        if note.as_ref().is_some_and(|n| n.chars().count() > NOTE_LENGTH) {
            return Err(note_refused(
                "note_too_long",
                format!("a note has {NOTE_LENGTH} letters at most"),
                "Ghi chú quá dài.",
            ));
        }
        if handling == Handling::Other && note.is_none() {
            return Err(note_refused(
                "note_needed",
                "say in a note what was done".to_owned(),
                "Hãy ghi rõ kết quả xử lý.",
            ));
        }
        Ok(NewResult {
            event,
            agency,
            handling,
            note,
            at: (desk.now)(),
            by: asker.actor.user.clone(),
        })
    }
}

fn note_refused(code: &'static str, en: String, vi: &'static str) -> Refusal {
    Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, code, en, vi)
}

/// Nothing is a violation before a person has confirmed it, so nothing else has a result.
fn not_confirmed() -> Refusal {
    Refusal::told(
        StatusCode::CONFLICT,
        "not_confirmed",
        "Only a confirmed event has a result: it is not confirmed, or no longer.".to_owned(),
        "Chỉ nhập kết quả cho vụ việc đã xác nhận; vụ việc này chưa hoặc không còn được xác nhận.",
    )
}
