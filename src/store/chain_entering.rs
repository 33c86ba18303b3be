//! What becomes of something that waits for the chain.

use super::chain_table::{Waiting, WaitingFor};
use crate::evidence::chain::{ChainEntry, Tombstone, last_entries};
use crate::evidence::signing::{SignatureState, Trusted};
use crate::evidence::{is_interrupted, sealed_as};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What becomes of it.
pub(super) enum Entering {
    /// It is entered.
    Now(ChainEntry),
    /// It goes on waiting: its folder is not there although it should be, which `evidence verify`
    /// says, or cannot be read now, or must not be entered.
    Later,
    /// It was removed, and its removal is entered instead.
    Never,
}

/// The entry of something that waits. What is wrong with one event is logged and keeps no other
/// from being entered.
pub(super) fn entering(data: &Path, waiting: &Waiting) -> Entering {
    let event = waiting.event.clone();
    let made = match &waiting.what {
        WaitingFor::Removed { manifest_sha256, at, rule } => ChainEntry {
            event,
            manifest_sha256: manifest_sha256.clone(),
            key_id: None,
            interrupted: false,
            tombstone: Some(Tombstone { removed_utc: at.utc_rfc3339(), rule: rule.clone() }),
        },
        WaitingFor::Sealed(None) => return Entering::Never,
        WaitingFor::Sealed(Some(folder)) => {
            let folder = Path::new(folder);
            match sealed_as(data, folder) {
                Ok(Some((manifest_sha256, key_id))) => {
                    let interrupted = is_interrupted(data, folder);
                    ChainEntry { event, manifest_sha256, key_id, interrupted, tombstone: None }
                }
                Ok(None) => return Entering::Later,
                Err(e) => {
                    tracing::error!(event, "this waits for the chain and cannot be entered: {e}");
                    return Entering::Later;
                }
            }
        }
    };
    if made.is_plain() {
        return Entering::Now(made);
    }
    tracing::error!(
        event = waiting.event,
        "this cannot be entered into the chain: its id is no word"
    );
    Entering::Later
}

/// What the chain says already of the events that wait.
pub(super) struct Earlier(BTreeMap<String, ChainEntry>);

impl Earlier {
    /// Looks from the day before the first of their folders' days on: nothing is sealed before it
    /// happened, and clocks are put right by hours. Verifying looks at all of the chain.
    pub(super) fn of(data: &Path, waiting: &[Waiting]) -> Self {
        let mut events = BTreeSet::new();
        let mut from: Option<Date> = None;
        for one in waiting {
            if let WaitingFor::Sealed(Some(folder)) = &one.what {
                let day = day_of(folder).and_then(|day| day.yesterday().ok()).unwrap_or(Date::MIN);
                from = Some(from.map_or(day, |from| from.min(day)));
                events.insert(one.event.as_str());
            }
        }
        Self(from.map(|from| last_entries(data, from, &events)).unwrap_or_default())
    }

    /// Takes up a removal that is entered before what was sealed after it.
    pub(super) fn hear(&mut self, entry: &ChainEntry) {
        if entry.tombstone.is_some() {
            self.0.insert(entry.event.clone(), entry.clone());
        }
    }

    /// Whether an entry may be made: what the chain says was signed is not entered again without a
    /// signature that holds. Another manifest is entered, as something is there, and told.
    pub(super) fn lets_in(
        &self,
        data: &Path,
        waiting: &Waiting,
        entry: &ChainEntry,
        trusted: &Trusted,
    ) -> bool {
        let (Some(before), WaitingFor::Sealed(Some(folder))) =
            (self.0.get(&entry.event), &waiting.what)
        else {
            return true;
        };
        let event = &entry.event;
        let other = before.manifest_sha256 != entry.manifest_sha256 || entry.key_id.is_none();
        if other && before.key_id.is_some() && before.tombstone.is_none() {
            let state = trusted.judge_folder(&data.join(folder));
            if !matches!(state, Ok(SignatureState::Signed(_))) {
                tracing::error!(
                    event,
                    "this was entered into the chain as signed, and what is in its place has no \
                     signature that holds: it is not entered again"
                );
                return false;
            }
        }
        if let Some(why) = entry.conflict(before) {
            tracing::error!(event, "the chain names this already: {why}");
        }
        true
    }
}

/// The day of a folder `evidence/YYYY/MM/DD/EVENT`.
fn day_of(folder: &str) -> Option<Date> {
    let parts: Vec<&str> = folder.split('/').collect();
    let [.., year, month, day, _] = parts[..] else { return None };
    format!("{year}-{month}-{day}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_a_folder_is_that_of_its_name() {
        let day = jiff::civil::date(2026, 8, 15);
        assert_eq!(day_of("evidence/2026/08/15/e1"), Some(day));
        assert_eq!(day_of("evidence/2026/08/e1"), None);
        assert_eq!(day_of("e1"), None);
    }
}
