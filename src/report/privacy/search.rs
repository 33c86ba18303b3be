//! Searches by a number plate: questions about somebody, whether or not anything was found.

use crate::store::AuditEntry;
use serde_json::Value;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// How a list that was shown, or asked for by a plate, is entered.
pub(super) const LIST: &str = "list_seen";

/// Questions that were counted.
#[derive(Debug, Default)]
pub(super) struct Searches {
    asked: HashSet<u64>,
}

impl Searches {
    /// How many questions by a plate an entry of a list adds; `None`: it is none. Further pages are
    /// entered, too, each with what it shows: one person's question counts once a day.
    pub(super) fn take(&mut self, entry: &AuditEntry) -> Option<u64> {
        let mut details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
        let asked = details.get_mut("asked")?.as_object_mut()?;
        asked.get("plate")?.as_str().filter(|plate| !plate.is_empty())?;
        asked.retain(|key, _| !matches!(key.as_str(), "cursor" | "limit"));
        let mut hash = DefaultHasher::new();
        let day = entry.at.local().date();
        (&entry.actor, day, Value::Object(asked.clone()).to_string()).hash(&mut hash);
        Some(u64::from(self.asked.insert(hash.finish())))
    }
}
