//! Where the review of events stands, and what was done to get there.

use super::record::Status;
use crate::media::WallTime;
use serde::{Deserialize, Serialize};

/// What a person does with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Takes note of it: somebody is at it.
    Acknowledge,
    /// Finds that it is a violation.
    Confirm,
    /// Finds that it is none.
    Dismiss,
    /// Finds that it cannot be told.
    CannotTell,
    /// Takes a decision back.
    Reopen,
    /// Gives it to an agency or a person.
    Assign,
    /// Writes something down.
    Note,
    /// Enters or corrects the number plate.
    Plate,
    /// Says that it is the same as another event.
    Merge,
    /// Looks again at what somebody else decided, and agrees.
    SecondLook,
    /// Not a person's: what a whole run found took the place of what had been looked at.
    Replaced,
}

/// Where the review of one event stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReviewState {
    /// Which event.
    pub event: String,
    /// Where it stands.
    pub status: Status,
    /// How often it was touched: 0 never. Who changes it says which version he saw.
    pub version: u64,
    /// The agency it was given to by hand; `None`: the one whose ward and domain it is.
    pub agency: Option<String>,
    /// The user it was given to.
    pub assignee: Option<String>,
    /// When somebody first took note of it.
    pub acknowledged: Option<WallTime>,
    /// When it was decided.
    pub decided: Option<WallTime>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Why it was dismissed.
    pub reason: Option<String>,
    /// The number plate, as a person read it.
    pub plate: Option<String>,
    /// The event it is the same as.
    pub merged_into: Option<String>,
    /// Where a second look at it stands.
    pub second_look: Option<SecondLook>,
    /// From when its targets count, where not from its moment: it was opened again.
    pub due_from: Option<WallTime>,
    /// When somebody was last told that it is overdue. The store's to know; a change leaves it.
    pub escalated: Option<WallTime>,
}

/// Where a second look stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondLook {
    /// It is in the sample and nobody has looked again.
    Wanted,
    /// Somebody else looked and agreed.
    Agreed,
    /// Somebody else looked and took the decision back.
    Disagreed,
}

/// One thing done with one event. Never changed, never removed while the event is there; only a plate
/// goes with the evidence that it was read from, where nobody confirmed the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Counts all decisions, from 1.
    pub number: u64,
    /// Which event.
    pub event: String,
    /// The event's version after it.
    pub version: u64,
    /// When.
    pub at: WallTime,
    /// The user.
    pub by: String,
    /// What.
    pub action: Action,
    /// Where it stood before.
    pub from: Status,
    /// Where it stands after.
    pub to: Status,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// What was written down.
    pub note: Option<String>,
    /// The plate, where one was entered; empty: it was taken back.
    pub plate: Option<String>,
    /// The agency, person or event it was given to or merged with.
    pub other: Option<String>,
}

/// A change that a person asks for, worked out by `review`: the store only sees to it that nobody
/// else was quicker and that what is asked twice is done once.
#[derive(Debug, Clone)]
pub struct Change {
    /// What is done; `number` is the store's to give, `version` the one after it.
    pub decision: Decision,
    /// What the event's review is afterwards.
    pub after: ReviewState,
    /// Made by who asks, once for each thing done: the same key again changes nothing.
    pub request_key: String,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done, now or when it was asked first.
    Done(ReviewState),
    /// Somebody was quicker: how it stands, and what was done last.
    Conflict(ReviewState, Option<Decision>),
    /// There is no such event.
    NoEvent,
    /// The event that it was to be merged with was itself merged, with this one.
    OtherMerged(String),
    /// The event that it was to be merged with is a sighting of the same incident already.
    SameIncident,
}
