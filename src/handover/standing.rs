//! How the events of a request stand now: what was opened again or dismissed since must not leave.

use super::error::HandoverError;
use crate::store::{EventRecord, HandoverRequest, Status, Store};

/// The events of a request, as they stand.
pub(super) fn events_of(
    store: &Store,
    request: &HandoverRequest,
) -> Result<Vec<EventRecord>, HandoverError> {
    let (mut found, mut gone) = (Vec::new(), Vec::new());
    for asked in &request.events {
        match store.event(&asked.event)? {
            Some(event) => found.push(event),
            None => gone.push(asked.event.clone()),
        }
    }
    if gone.is_empty() { Ok(found) } else { Err(HandoverError::UnknownEvents(gone)) }
}

/// Whether all of a request's events are confirmed still. Their sealed evidence may have gone meanwhile:
/// a pack has its own.
///
/// # Errors
/// [`HandoverError::NotConfirmed`] names those that are not.
pub fn still_confirmed(store: &Store, request: &HandoverRequest) -> Result<(), HandoverError> {
    // In one question: a list of requests asks it of each.
    let ids: Vec<&str> = request.events.iter().map(|e| e.event.as_str()).collect();
    let states = store.reviews(&ids)?;
    let gone: Vec<String> =
        ids.iter().filter(|id| !states.contains_key(**id)).map(|id| (*id).to_owned()).collect();
    if !gone.is_empty() {
        return Err(HandoverError::UnknownEvents(gone));
    }
    let open: Vec<(String, Status)> = (ids.iter().filter_map(|id| states.get(*id)))
        .filter(|s| s.status != Status::Confirmed)
        .map(|s| (s.event.clone(), s.status))
        .collect();
    if open.is_empty() { Ok(()) } else { Err(HandoverError::NotConfirmed(open)) }
}
