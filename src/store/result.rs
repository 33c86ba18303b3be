//! What became of a confirmed violation after it left the house.

use super::review::ReviewState;
use crate::media::WallTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an agency did about a violation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// Fined.
    Fined,
    /// Warned.
    Warned,
    /// Looked into, and nothing further done.
    NoAction,
    /// Nobody could be found who is answerable.
    Unidentified,
    /// Something else, told in a note.
    Other,
}

impl Handling {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Fined, Self::Warned, Self::NoAction, Self::Unidentified, Self::Other];
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventResult {
    /// Which event.
    pub event: String,
    /// The agency that has it: one of the site's ids, or a name.
    pub agency: Option<String>,
    /// When the first pack with it was made.
    pub handed_over: Option<WallTime>,
    /// What the agency did; `None`: not known yet.
    pub handling: Option<Handling>,
    /// What was written down with that.
    pub note: Option<String>,
    /// When it was entered.
    pub entered: Option<WallTime>,
    /// Who entered it.
    pub by: Option<String>,
}

/// A result that a person enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResult {
    /// Which event.
    pub event: String,
    /// The agency; `None`: as it is known.
    pub agency: Option<String>,
    /// What it did.
    pub handling: Handling,
    /// What is written down with that.
    pub note: Option<String>,
    /// When.
    pub at: WallTime,
    /// Who.
    pub by: String,
}

/// What came of entering a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultEntered {
    /// It is entered.
    Done(EventResult),
    /// Only what a person has confirmed has a result; how the event stands.
    NotConfirmed(ReviewState),
    /// There is no such event.
    NoEvent,
}
