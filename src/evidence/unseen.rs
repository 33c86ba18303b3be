//! What an event that went on through a restart says of the time between.

use super::facts::EventTime;
use super::id::EventId;
use crate::rules::Incident;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stretch in which nothing was seen, as the program, or the camera's session, was started anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unseen {
    /// When the subject was last seen before. Before the source's beginning, media time is negative.
    pub from: EventTime,
    /// When it was found again.
    pub to: EventTime,
}

impl Unseen {
    /// Of an incident whose subject stood there before the session.
    pub(super) fn of(incident: &Incident) -> Option<Self> {
        let over = incident.carried.as_ref()?;
        Some(Self {
            from: EventTime::new(over.seen, over.seen_wall),
            to: EventTime::new(over.found, over.found_wall),
        })
    }

    /// The same, in a sentence.
    fn said(&self) -> String {
        format!(
            "From {} to {} nothing was seen, as the program, or this camera's session, was started \
             anew; that the same subject stood there all the while is concluded from its place and \
             its look.",
            self.from.local, self.to.local
        )
    }
}

/// The event that an incident goes on with.
pub(super) fn continues(incident: &Incident) -> Option<EventId> {
    EventId::try_from(incident.carried.as_ref()?.continues.clone()?).ok()
}

/// All that is not as it should be with a record, in sentences.
pub(super) fn note(unseen: Option<&Unseen>, note: Option<String>) -> Option<String> {
    let said: Vec<String> = unseen.map(Unseen::said).into_iter().chain(note).collect();
    (!said.is_empty()).then(|| said.join(" "))
}
