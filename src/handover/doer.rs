//! Who does something, and how the audit trail has it.

use crate::media::WallTime;
use crate::review::Actor;
use crate::store::{ActorKind, NewEntry};
use serde_json::Value;

/// Somebody who asks, allows or refuses.
#[derive(Debug, Clone)]
pub struct Doer<'a> {
    /// What they may, and where.
    pub actor: &'a Actor,
    /// The id that is entered: theirs, or that of the command by which it is done for them.
    pub id: String,
    /// What kind of actor that is.
    pub kind: ActorKind,
    /// From where.
    pub address: Option<String>,
}

impl Doer<'_> {
    pub(super) fn entry(
        &self,
        at: WallTime,
        action: &str,
        subject: &str,
        details: Value,
    ) -> NewEntry {
        let mut details = details;
        if let (ActorKind::Command, Value::Object(map)) = (self.kind, &mut details) {
            map.insert("by".to_owned(), self.actor.user.clone().into());
        }
        NewEntry {
            at,
            actor: self.id.clone(),
            actor_kind: self.kind,
            action: action.to_owned(),
            subject: subject.to_owned(),
            details,
            address: self.address.clone(),
        }
    }
}
