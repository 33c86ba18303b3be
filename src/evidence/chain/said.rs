//! What the chain says of an event, day after day, and whether its folder is that.

use super::super::signing::{SIGNATURE_FILE, Trusted};
use super::super::verify_report::{ProblemKind, SealedAs};
use super::day::ChainDay;
use super::entry::ChainEntry;
use super::known::ChainKnown;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What the chain says last of an event.
pub(super) struct Said {
    pub day: Date,
    pub entry: ChainEntry,
    /// It was entered without a signature, and there was a key that day.
    unsigned: bool,
}

/// Of each event.
#[derive(Default)]
pub(super) struct Sayings(pub BTreeMap<String, Said>);

/// Something wrong with a folder: what, with which file of it (none: itself), and why.
pub(super) type Fault = (ProblemKind, Option<&'static str>, String);

impl Said {
    pub(super) fn is_removed(&self) -> bool {
        self.entry.tombstone.is_some()
    }
}

impl Sayings {
    /// Takes up an entry of a day; gives why it cannot follow what was said before.
    pub(super) fn hear(
        &mut self,
        read: &ChainDay,
        entry: ChainEntry,
        trusted: &Trusted,
    ) -> Option<String> {
        let before = self.0.get(&entry.event);
        let conflict = before.and_then(|before| {
            let why = entry.conflict(&before.entry)?;
            Some(format!("the chain of {} names it already: {why}", before.day))
        });
        let bare = entry.key_id.is_none() && entry.tombstone.is_none();
        // What is older than the first key was entered on the chain's first day, which is the key's
        // too; an index made anew has it entered again.
        let is_old = read.previous.is_none() && trusted.begins_on(read.day)
            || before.is_some_and(|before| {
                !before.unsigned && before.entry.line() == entry.line() && !before.is_removed()
            });
        let unsigned = bare && !is_old && trusted.must_sign(read.day);
        self.0.insert(entry.event.clone(), Said { day: read.day, entry, unsigned });
        conflict
    }

    /// Why a manifest of that sum is not what was sealed of an event. `any`: there are keys.
    pub(super) fn doubt(&self, event: &str, sum: &str, signed: bool, any: bool) -> Option<String> {
        // What was removed and is there again is like what was never entered.
        let Some(said) = self.0.get(event).filter(|said| !said.is_removed()) else {
            let why = "it is not signed, there is a key, and the chain does not name it";
            return (any && !signed).then(|| why.to_owned());
        };
        let (day, entry) = (said.day, &said.entry);
        // The whole of what was broken off comes later, and waits for the chain.
        let completed = entry.interrupted && signed;
        if entry.manifest_sha256 != sum && !completed {
            Some(format!("it is not the manifest that the chain of {day} names"))
        } else if entry.key_id.is_some() && !signed {
            Some(format!("it is not signed, and the chain of {day} says that it was"))
        } else if said.unsigned && !signed {
            let why = "it was not signed when the chain of";
            Some(format!("{why} {day} took it up, and there was a key that day"))
        } else {
            None
        }
    }

    /// What is wrong with the folder of an event, as it is sealed now.
    pub(super) fn fault(
        &self,
        event: &str,
        seal: Option<&SealedAs>,
        trusted: &Trusted,
        known: &ChainKnown,
    ) -> Option<Fault> {
        let waits = known.waiting.contains(event);
        let manifest = Some(super::super::place::MANIFEST_FILE);
        let said = self.0.get(event);
        let was_removed = known.removals.contains(event) || said.is_some_and(Said::is_removed);
        let bare = |why: String| Some((ProblemKind::Missing, Some(SIGNATURE_FILE), why));
        match (said.filter(|_| !(waits && was_removed)), seal) {
            (None, _) if !waits => {
                let why = "the chain does not name it: it was dropped, or never entered";
                Some((ProblemKind::NotInChain, None, why.to_owned()))
            }
            // It will be entered; by then there is a key.
            (None, Some(seal)) if !seal.signed && trusted.any => {
                bare("it is not signed, and there is a key".to_owned())
            }
            (Some(said), _) if said.is_removed() => {
                let why = format!("the chain of {} says that it was removed", said.day);
                Some((ProblemKind::Added, None, why))
            }
            (Some(said), Some(seal)) if !waits => {
                let day = said.day;
                if seal.manifest_sha256 != said.entry.manifest_sha256 {
                    let why = format!("it is not the manifest that the chain of {day} names");
                    Some((ProblemKind::Changed, manifest, why))
                } else if said.entry.key_id.is_some() && !seal.signed {
                    bare(format!("the chain of {day} says that it was signed"))
                } else if said.unsigned && !seal.signed {
                    bare(format!(
                        "it was not signed when the chain of {day} took it up, and there was a key that day"
                    ))
                } else {
                    None
                }
            }
            (Some(said), Some(seal)) => {
                let now = ChainEntry {
                    key_id: said.entry.key_id.clone().filter(|_| seal.signed),
                    manifest_sha256: seal.manifest_sha256.clone(),
                    interrupted: seal.interrupted,
                    ..said.entry.clone()
                };
                let why = now.conflict(&said.entry)?;
                let why = format!("the chain of {} names it already: {why}", said.day);
                Some((ProblemKind::Changed, manifest, why))
            }
            _ => None,
        }
    }
}
