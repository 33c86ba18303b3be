//! Who did what, and when, from recording to handing over: from the record, the reviews and the audit
//! trail, each step by the name that people know.

use super::error::HandoverError;
use crate::evidence::Event;
use crate::store::{ActorKind, AuditEntry, AuditFilter, HandoverRequest, Store, word};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Entries of the audit trail about one thing at most.
const MOST: u32 = 1000;
/// The step at which a plate was taken back: its decision's action is the one that enters them.
pub(super) const TAKEN_BACK: &str = "plate_taken_back";

/// The chain of custody of a pack.
#[derive(Debug, Serialize)]
pub(super) struct Custody {
    format: &'static str,
    /// The latest entry of the audit trail then: its number and hash.
    audit_head: Option<String>,
    /// What became of the request.
    request: Vec<Step>,
    events: Vec<EventCustody>,
}

#[derive(Debug, Serialize)]
struct EventCustody {
    event: String,
    steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Serialize)]
struct Step {
    /// When, UTC.
    at: String,
    /// What was done, a word.
    what: String,
    /// Who: a person's name, or what did it.
    who: String,
    /// More of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
    /// The number of its entry in the audit trail.
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<u64>,
}

/// Names of people, looked up once.
pub(super) struct Names<'a> {
    store: &'a Store,
    known: BTreeMap<String, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, known: BTreeMap::new() }
    }

    /// What a user is called; the id where he is not known.
    pub(super) fn of(&mut self, id: &str) -> Result<String, HandoverError> {
        if let Some(name) = self.known.get(id) {
            return Ok(name.clone());
        }
        let name = self.store.user(id)?.map_or_else(|| id.to_owned(), |u| u.full_name);
        self.known.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}

/// The custody of a request's events.
pub(super) fn custody(
    store: &Store,
    request: &HandoverRequest,
    events: &[Event],
) -> Result<Custody, HandoverError> {
    let mut names = Names::new(store);
    let mut all = Vec::new();
    for event in events {
        let id = event.id.to_string();
        let mut steps = vec![Step {
            at: event.moment.utc.clone(),
            what: "recorded".to_owned(),
            who: event.camera.name.clone(),
            details: Some(serde_json::json!({
                "camera": event.camera.id,
                "model": event.model.name,
                "software": format!("{} {}", event.software.name, event.software.version),
            })),
            audit: None,
        }];
        let stands = store.review(&id)?.and_then(|state| state.plate);
        for decision in store.decisions(&id)? {
            let mut details = serde_json::Map::new();
            for (key, text) in [("reason", &decision.reason), ("note", &decision.note)] {
                if let Some(text) = text {
                    details.insert(key.to_owned(), text.clone().into());
                }
            }
            let mut what = word(&decision.action);
            // A plate that was corrected may be of somebody who has nothing to do with it.
            match decision.plate.as_deref() {
                None => {}
                Some("") => TAKEN_BACK.clone_into(&mut what),
                Some(plate) if Some(plate) == stands.as_deref() => {
                    details.insert("plate".to_owned(), plate.into());
                }
                Some(_) => {
                    details.insert("plate_corrected".to_owned(), true.into());
                }
            }
            steps.push(Step {
                at: decision.at.utc_rfc3339(),
                what,
                who: names.of(&decision.by)?,
                details: (!details.is_empty()).then_some(Value::Object(details)),
                audit: None,
            });
        }
        // Decisions stand above, with what was written.
        let entries = entries(store, &id)?.into_iter().filter(|e| e.action != "decision");
        for entry in entries {
            steps.push(step(&entry, &mut names)?);
        }
        steps.sort_by(|a, b| a.at.cmp(&b.at));
        all.push(EventCustody { event: id, steps });
    }
    let mut asked = Vec::new();
    for entry in entries(store, &request.id)? {
        asked.push(step(&entry, &mut names)?);
    }
    Ok(Custody {
        format: "streetward.custody/1",
        audit_head: head(store)?,
        request: asked,
        events: all,
    })
}

/// The latest entry of the audit trail: its number and hash.
pub(super) fn head(store: &Store) -> Result<Option<String>, HandoverError> {
    let latest = store.audit_entries(&AuditFilter { limit: 1, ..AuditFilter::default() })?;
    Ok(latest.first().map(|e| e.head().to_string()))
}

/// The entries about something, the first first.
fn entries(store: &Store, subject: &str) -> Result<Vec<AuditEntry>, HandoverError> {
    let subject = Some(subject.to_owned());
    let filter = AuditFilter { subject, limit: MOST, ..AuditFilter::default() };
    let mut entries = store.audit_entries(&filter)?;
    entries.reverse();
    Ok(entries)
}

fn step(entry: &AuditEntry, names: &mut Names<'_>) -> Result<Step, HandoverError> {
    let details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
    // A command enters for whom it was given.
    let by = details.get("by").and_then(Value::as_str).unwrap_or(&entry.actor).to_owned();
    let who = match entry.actor_kind {
        ActorKind::User => names.of(&entry.actor)?,
        ActorKind::Command => format!("{} ({})", names.of(&by)?, entry.actor),
        ActorKind::Token | ActorKind::Service => entry.actor.clone(),
    };
    // What was asked for, and what was written with it.
    let told: serde_json::Map<String, Value> = (["note", "range"].into_iter())
        .filter_map(|key| {
            Some((key.to_owned(), details.get(key).filter(|d| !d.is_null())?.clone()))
        })
        .collect();
    Ok(Step {
        at: entry.at.utc_rfc3339(),
        what: entry.action.clone(),
        who,
        details: (!told.is_empty()).then_some(Value::Object(told)),
        audit: Some(entry.number),
    })
}
