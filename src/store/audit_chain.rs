//! Whether the audit trail is as it was written: the chain, entry by entry.

use super::audit::{AuditEntry, AuditHead, FIRST_PREVIOUS};
use serde::Serialize;

/// The first thing that is wrong with the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum AuditBreak {
    /// An entry is not what was written.
    Changed {
        /// Which.
        number: u64,
    },
    /// Entries are missing.
    Removed {
        /// The first that is.
        first: u64,
        /// The last that is.
        last: u64,
    },
    /// An entry stands where another was written.
    Reordered {
        /// Where it stands.
        number: u64,
        /// Where it was written.
        written_as: u64,
    },
    /// The trail ends before the head that was given.
    Truncated {
        /// Its last entry; 0: it is empty.
        last: u64,
        /// The head's.
        head: u64,
    },
    /// The trail is whole, and is not the one the head is of.
    Rewritten {
        /// The head's number.
        number: u64,
    },
}

impl std::fmt::Display for AuditBreak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed { number } => write!(f, "entry {number} was changed"),
            Self::Removed { first, last } if first == last => {
                write!(f, "entry {first} was removed")
            }
            Self::Removed { first, last } => write!(f, "entries {first} to {last} were removed"),
            Self::Reordered { number, written_as } => write!(
                f,
                "entry {number} was written as entry {written_as}: entries were reordered or removed"
            ),
            Self::Truncated { last: 0, head } => {
                write!(f, "all entries were removed: the head given is entry {head}")
            }
            Self::Truncated { last, head } => {
                write!(f, "entries after {last} were removed: the head given is entry {head}")
            }
            Self::Rewritten { number } => write!(
                f,
                "entry {number} is not the one whose head was given: entries up to it were written anew"
            ),
        }
    }
}

/// What a look at the audit trail gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Entries found sound, up to the first fault.
    pub entries: u64,
    /// The last sound entry.
    pub head: Option<AuditHead>,
    /// What is wrong first.
    pub broken: Option<AuditBreak>,
}

/// Follows the chain.
#[derive(Debug, Default)]
pub(super) struct Chain {
    last: Option<AuditHead>,
}

impl Chain {
    pub(super) fn number(&self) -> u64 {
        self.last.as_ref().map_or(0, |l| l.number)
    }

    /// Takes the next entry, in the order of numbers; `most` is the highest number there is.
    pub(super) fn take(&mut self, entry: &AuditEntry, most: u64) -> Result<(), AuditBreak> {
        let expected = self.number() + 1;
        if entry.number > expected {
            return Err(AuditBreak::Removed { first: expected, last: entry.number - 1 });
        }
        if entry.computed_hash(entry.number) != entry.hash {
            // Its number is part of what is hashed: tried are all it could have been written as.
            let written_as = (1..=most.max(expected) + 1)
                .find(|n| *n != entry.number && entry.computed_hash(*n) == entry.hash);
            return Err(match written_as {
                Some(written_as) => AuditBreak::Reordered { number: entry.number, written_as },
                None => AuditBreak::Changed { number: entry.number },
            });
        }
        let previous = self.last.as_ref().map_or(FIRST_PREVIOUS, |l| l.hash.as_str());
        if entry.previous_hash != previous {
            // Sound in itself, and written after another: it was the one before that was changed,
            // and its hash made anew. Before the first there is none.
            return Err(AuditBreak::Changed { number: self.number().max(1) });
        }
        self.last = Some(entry.head());
        Ok(())
    }

    /// What came of it, held against a head known from before; `at_head` is the entry's hash there.
    pub(super) fn verdict(
        self,
        broken: Option<AuditBreak>,
        head: Option<&AuditHead>,
        at_head: Option<&str>,
    ) -> AuditVerdict {
        let entries = self.number();
        let broken = broken.or_else(|| {
            let head = head?;
            match at_head {
                None => Some(AuditBreak::Truncated { last: entries, head: head.number }),
                Some(hash) if hash != head.hash => {
                    Some(AuditBreak::Rewritten { number: head.number })
                }
                Some(_) => None,
            }
        });
        AuditVerdict { entries, head: self.last, broken }
    }
}
