//! From what a person asks to what changes: which step leads where, and what it needs.

use super::plate::{Plate, PlateError};
use super::reason::Reason;
use crate::media::WallTime;
use crate::rules::Kind;
use crate::store::{
    Action, Change, Decision, EventRecord, EvidenceState, ReviewState, SecondLook, Status, word,
};

/// Letters of a note at most.
pub const NOTE_LENGTH: usize = 2000;

const REOPEN_FOR_PLATE: Hint = Hint {
    en: "a supervisor can reopen it, then the plate can be corrected",
    vi: "Vụ việc đã có quyết định; sau khi lãnh đạo phụ trách mở lại mới sửa được biển số.",
};
const TAKEN_NOTE_OF: Hint = Hint {
    en: "it has been taken note of",
    vi: "Vụ việc đã có quyết định nên không cần tiếp nhận.",
};
const SOMEBODY_IS_AT_IT: Hint = Hint {
    en: "somebody is at it; decide, or leave a note",
    vi: "Đã có người tiếp nhận vụ việc; hãy quyết định hoặc ghi chú.",
};
const NOTHING_DECIDED: Hint = Hint {
    en: "nothing was decided yet",
    vi: "Vụ việc chưa có quyết định nên không có gì để mở lại.",
};
const REOPEN_FIRST: Hint = Hint {
    en: "reopen it first",
    vi: "Vụ việc đã có quyết định; phải mở lại trước khi giao.",
};
const MAY_BE_REOPENED: Hint = Hint {
    en: "a supervisor can reopen it",
    vi: "Vụ việc đã có quyết định; lãnh đạo phụ trách có thể mở lại.",
};

/// What a person asks to be done with an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Take note of it.
    Acknowledge,
    /// It is a violation.
    Confirm,
    /// It is none.
    Dismiss(Reason),
    /// It cannot be told.
    CannotTell,
    /// Take the decision back; the note says why.
    Reopen,
    /// Give it to an agency, a person, or neither.
    Assign {
        /// The agency's id.
        agency: Option<String>,
        /// The user's id.
        assignee: Option<String>,
    },
    /// Write something down.
    Note,
    /// Enter or correct the plate, or take it back: then what was typed is empty.
    Plate,
    /// It is the same as this event.
    Merge(String),
    /// Having looked again: agree with the decision.
    Agree,
}

/// What a person asks, and what he saw when he did.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The user.
    pub by: String,
    /// When.
    pub at: WallTime,
    /// The event's version that he saw.
    pub seen: u64,
    /// Made by who asks, once for each thing done.
    pub request_key: String,
    /// What.
    pub ask: Ask,
    /// What is to be written down with it.
    pub note: Option<String>,
    /// The plate he typed, if any.
    pub plate: Option<String>,
}

/// What can be done where something cannot, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// A part of a sentence.
    pub en: &'static str,
    /// A sentence.
    pub vi: &'static str,
}

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not from where it stands.
    #[error("an event that is {} cannot be made so: {}", word(.status), .hint.en)]
    NotFromHere {
        /// Where it stands.
        status: Status,
        /// What can be done.
        hint: Hint,
    },
    /// It still goes on.
    #[error(
        "the event still goes on and its evidence is not sealed: acknowledge it now, decide when it has ended"
    )]
    StillOpen,
    /// A note is missing.
    #[error("say why in a note")]
    NoteNeeded,
    /// A note is too long.
    #[error("a note has {NOTE_LENGTH} letters at most")]
    NoteTooLong,
    /// Another kind's reason.
    #[error("\"{}\" is no reason for an event of {}: choose one of those offered", .reason.en(), .kind.info().name)]
    NotOfKind {
        /// The reason.
        reason: Reason,
        /// The kind.
        kind: Kind,
    },
    /// What was typed is no plate.
    #[error(transparent)]
    Plate(#[from] PlateError),
    /// Merged with itself.
    #[error("an event cannot be merged with itself")]
    Itself,
    /// His own decision.
    #[error("a second look is for somebody else than who decided")]
    OwnDecision,
    /// No second look is wanted.
    #[error("no second look at this event is wanted")]
    NoSecondLook,
    /// A key that is none.
    #[error("a request needs a key of 8 to 64 letters, digits and -")]
    Key,
}

/// The change that `asked` makes of an event that stands as `now`. Where it is decided by that, a second
/// look is wanted if the caller has `drawn` it: by chance, so that nobody knows beforehand.
///
/// # Errors
/// Why it is not done.
pub fn change(
    now: &ReviewState,
    event: &EventRecord,
    asked: &Asked,
    drawn: bool,
) -> Result<Change, Refused> {
    let key = &asked.request_key;
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !(8..=64).contains(&key.len()) || !plain {
        return Err(Refused::Key);
    }
    let note = asked.note.as_deref().map(str::trim).filter(|n| !n.is_empty());
    if note.is_some_and(|n| n.chars().count() > NOTE_LENGTH) {
        return Err(Refused::NoteTooLong);
    }
    let mut after = now.clone();
    after.version = asked.seen + 1;
    let Step { action, reason, other } = step(now, event, asked, note, &mut after)?;
    let plate = plate(asked, event, now)?;
    if let Some(plate) = &plate {
        // What was decided was decided with the plate it had.
        undecided(now, REOPEN_FOR_PLATE)?;
        after.plate = Some(plate.clone()).filter(|plate| !plate.is_empty());
    }
    after.reason = if is_decided(after.status) { reason.clone().or(after.reason) } else { None };
    if after.acknowledged.is_none() && after.status != Status::Pending {
        after.acknowledged = Some(asked.at);
    }
    let fresh = is_decided(after.status) && !is_decided(now.status);
    if fresh && drawn {
        after.second_look = Some(SecondLook::Wanted);
    }
    Ok(Change {
        decision: Decision {
            number: 0,
            event: event.id.clone(),
            version: after.version,
            at: asked.at,
            by: asked.by.clone(),
            action,
            from: now.status,
            to: after.status,
            reason,
            note: note.map(str::to_owned),
            plate,
            other,
        },
        after,
        request_key: key.clone(),
    })
}

/// What one thing asked is, and what it names.
struct Step {
    action: Action,
    reason: Option<String>,
    other: Option<String>,
}

/// Takes `after` where the step leads.
fn step(
    now: &ReviewState,
    event: &EventRecord,
    asked: &Asked,
    note: Option<&str>,
    after: &mut ReviewState,
) -> Result<Step, Refused> {
    let (mut reason, mut other) = (None, None);
    let action = match &asked.ask {
        Ask::Acknowledge => {
            undecided(now, TAKEN_NOTE_OF)?;
            if now.status == Status::Acknowledged {
                return Err(not_from(now, SOMEBODY_IS_AT_IT));
            }
            after.status = Status::Acknowledged;
            Action::Acknowledge
        }
        Ask::Confirm => {
            decided(now, event, after, asked, Status::Confirmed)?;
            Action::Confirm
        }
        Ask::Dismiss(why) => {
            if !Reason::of(event.kind).contains(why) {
                return Err(Refused::NotOfKind { reason: *why, kind: event.kind });
            }
            if why.needs_note() && note.is_none() {
                return Err(Refused::NoteNeeded);
            }
            decided(now, event, after, asked, Status::Dismissed)?;
            reason = Some(word(why));
            Action::Dismiss
        }
        Ask::CannotTell => {
            decided(now, event, after, asked, Status::CannotTell)?;
            Action::CannotTell
        }
        Ask::Reopen => {
            if !is_decided(now.status) {
                return Err(not_from(now, NOTHING_DECIDED));
            }
            note.ok_or(Refused::NoteNeeded)?;
            after.status = Status::Acknowledged;
            (after.decided, after.decided_by, after.merged_into) = (None, None, None);
            // The agency has its time anew: who opens it again does not make it late.
            after.due_from = Some(asked.at);
            if now.second_look == Some(SecondLook::Wanted) {
                after.second_look = Some(SecondLook::Disagreed);
            }
            Action::Reopen
        }
        Ask::Assign { agency, assignee } => {
            undecided(now, REOPEN_FIRST)?;
            (after.agency, after.assignee) = (agency.clone(), assignee.clone());
            other = assignee.clone().or_else(|| agency.clone());
            Action::Assign
        }
        Ask::Note => {
            note.ok_or(Refused::NoteNeeded)?;
            Action::Note
        }
        Ask::Plate => Action::Plate,
        Ask::Merge(into) => {
            if *into == event.id {
                return Err(Refused::Itself);
            }
            decided(now, event, after, asked, Status::Dismissed)?;
            reason = Some(word(&Reason::Duplicate));
            (after.merged_into, other) = (Some(into.clone()), Some(into.clone()));
            Action::Merge
        }
        Ask::Agree => {
            if now.second_look != Some(SecondLook::Wanted) {
                return Err(Refused::NoSecondLook);
            }
            if now.decided_by.as_ref() == Some(&asked.by) {
                return Err(Refused::OwnDecision);
            }
            after.second_look = Some(SecondLook::Agreed);
            Action::SecondLook
        }
    };
    Ok(Step { action, reason, other })
}

/// Whether a person has decided.
pub const fn is_decided(status: Status) -> bool {
    matches!(status, Status::Confirmed | Status::Dismissed | Status::CannotTell)
}

fn undecided(now: &ReviewState, hint: Hint) -> Result<(), Refused> {
    if is_decided(now.status) { Err(not_from(now, hint)) } else { Ok(()) }
}

const fn not_from(now: &ReviewState, hint: Hint) -> Refused {
    Refused::NotFromHere { status: now.status, hint }
}

fn decided(
    now: &ReviewState,
    event: &EventRecord,
    after: &mut ReviewState,
    asked: &Asked,
    status: Status,
) -> Result<(), Refused> {
    undecided(now, MAY_BE_REOPENED)?;
    if event.evidence_state == EvidenceState::Open {
        return Err(Refused::StillOpen);
    }
    after.status = status;
    after.decided = Some(asked.at);
    after.decided_by = Some(asked.by.clone());
    after.due_from = None;
    Ok(())
}

/// The plate that is entered; an empty one takes back what was.
fn plate(asked: &Asked, event: &EventRecord, now: &ReviewState) -> Result<Option<String>, Refused> {
    match (asked.plate.as_deref().map(str::trim), &asked.ask) {
        (Some(""), Ask::Plate) if now.plate.is_some() => Ok(Some(String::new())),
        (None | Some(""), Ask::Plate) => Err(Refused::Plate(PlateError::Length)),
        (None | Some(""), _) => Ok(None),
        (Some(typed), _) => Ok(Some(Plate::read(typed, Some(event.subject_class))?.text)),
    }
}
