//! What a service that was stopped left behind: finished, or said to be incomplete.

use super::PipelineError;
use crate::alert::{Alerter, News};
use crate::evidence::{self, Case, CaseOutcome, EvidenceError};
use crate::store::{self, EventRecord, StandingState, Store};
use std::path::Path;

/// What recovery did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovery {
    /// Events whose evidence was finished.
    pub finished: usize,
    /// Events that have none.
    pub lost: usize,
    /// Cases that wait until there is room on the disk.
    pub waiting: usize,
    /// Other remains that were put away.
    pub remains: usize,
    /// Observation records that were finished.
    pub records: usize,
}

/// Finishes what was begun when the service was last stopped, however it was: every event still open
/// in the store is sealed from what is on the disk, or said to have no evidence and why. To be
/// called before any incident is staged, by the one process that works in the data folder. What a
/// full disk keeps from being finished, the evidence stage finishes when there is room.
///
/// # Errors
/// The store or the data folder cannot be read or written.
pub fn recover(store: &Store, data: &Path, alerter: &Alerter) -> Result<Recovery, PipelineError> {
    let mut done = Recovery { remains: evidence::sweep(data)?, ..Recovery::default() };
    match store::finish_records(data) {
        Ok(records) => done.records = records,
        // A record in trouble keeps no service from starting.
        Err(error) => tracing::warn!("{error}; it is tried again later"),
    }
    for folder in Case::left(data)? {
        match finish(store, data, alerter, &folder)? {
            Finished::Sealed => done.finished += 1,
            Finished::Lost => done.lost += 1,
            Finished::PutAway => done.remains += 1,
            Finished::Waits => done.waiting += 1,
        }
    }
    for record in store.open_events()? {
        let id = &record.id;
        if Case::is_left(data, id) {
            continue;
        }
        match evidence::sealed_event(data, Path::new(&record.evidence)) {
            Ok(Some(event)) => {
                let source = Path::new(&record.source);
                put(store, alerter, &EventRecord::of(&event, source, Path::new(&record.evidence)))?;
                done.finished += 1;
            }
            other => {
                let why = match other {
                    Err(error) => error.to_string(),
                    Ok(_) => "the program stopped before its packets were on the disk".to_owned(),
                };
                let seen = stood(data, &record.camera).of_event(id).map(|thing| thing.seen);
                let record = seen.map_or(record.clone(), |seen| record.clone().seen_until(seen));
                put(store, alerter, &record.without_evidence(&why))?;
                done.lost += 1;
            }
        }
    }
    for done in store.adopt(data)? {
        tracing::warn!("{done}");
    }
    Ok(done)
}

/// What became of a case that was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finished {
    /// Its evidence is sealed.
    Sealed,
    /// Its event says why it has none.
    Lost,
    /// It could not be read.
    PutAway,
    /// The disk is full.
    Waits,
}

/// Finishes one case that was left, from what is on the disk.
pub(super) fn finish(
    store: &Store,
    data: &Path,
    alerter: &Alerter,
    folder: &Path,
) -> Result<Finished, PipelineError> {
    let mut case = match Case::take_up(data, folder) {
        Ok(case) => case,
        Err(error) => {
            tracing::warn!(folder = %folder.display(), %error, "a case cannot be taken up");
            evidence::put_away(data, folder)?;
            return Ok(Finished::PutAway);
        }
    };
    if let Some(thing) = stood(data, &case.context().camera.id).of_event(case.id().as_str()) {
        case.saw_until(thing.seen, thing.place);
    }
    let finished = match case.recover() {
        Ok(CaseOutcome::Sealed(sealed)) => {
            let record = EventRecord::of(&sealed.event, case.source(), &sealed.folder);
            put(store, alerter, &record)?;
            Finished::Sealed
        }
        Ok(CaseOutcome::Lost(why)) => {
            let (incident, closing) = case.last_known();
            let open = EventRecord::open(case.context(), incident, Some(closing), case.source());
            put(store, alerter, &open.without_evidence(&why))?;
            Finished::Lost
        }
        Err(EvidenceError::DiskFull { .. }) => return Ok(Finished::Waits),
        Err(error) => {
            // One case in trouble keeps no service from starting.
            tracing::warn!(event = %case.id(), %error, "a case cannot be finished yet");
            return Ok(Finished::Waits);
        }
    };
    case.remove()?;
    Ok(finished)
}

/// What stood in a camera's view when the service was last stopped, as far as that can be told.
fn stood(data: &Path, camera: &str) -> StandingState {
    StandingState::load(data, camera).unwrap_or_default()
}

fn put(store: &Store, alerter: &Alerter, record: &EventRecord) -> Result<(), PipelineError> {
    // Made complete once: a letter is made again, and its key is known.
    let letters = alerter.letters(News::Closed(record));
    store.put_event_with(record, &letters)?;
    Ok(())
}
