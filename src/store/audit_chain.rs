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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::WallTime;
    use crate::store::{ActorKind, NewEntry};
    use proptest::prelude::*;

    fn chain(count: u64) -> Vec<AuditEntry> {
        let mut entries: Vec<AuditEntry> = Vec::new();
        for n in 0..count {
            let new = NewEntry {
                at: WallTime(jiff::Timestamp::from_second(1_790_000_000 + n as i64).unwrap()),
                actor: format!("u-{}", n % 3),
                actor_kind: ActorKind::User,
                action: "decision".into(),
                subject: format!("e-{n}"),
                details: serde_json::json!({}),
                address: None,
            };
            let last = entries.last().map(|e| (e.number, e.hash.clone()));
            entries.push(AuditEntry::after(last, &new));
        }
        entries
    }

    fn follow(entries: &[AuditEntry], head: Option<&AuditHead>) -> AuditVerdict {
        let most = entries.iter().map(|e| e.number).max().unwrap_or(0);
        let mut chain = Chain::default();
        for entry in entries {
            if let Err(broken) = chain.take(entry, most) {
                return chain.verdict(Some(broken), None, None);
            }
        }
        let at_head = head.and_then(|h| entries.iter().find(|e| e.number == h.number));
        chain.verdict(None, head, at_head.map(|e| e.hash.as_str()))
    }

    proptest! {
        #[test]
        fn the_first_that_is_broken_is_named(count in 2..12_u64, at in 0..12_u64, other in 0..12_u64) {
            let whole = chain(count);
            let (at, other) = ((at % count) as usize, (other % count) as usize);
            let head = whole.last().unwrap().head();
            prop_assert_eq!(follow(&whole, Some(&head)).broken, None);

            let number = at as u64 + 1;
            let mut changed = whole.clone();
            changed[at].subject.push('x');
            let found = follow(&changed, None);
            prop_assert_eq!(found.broken, Some(AuditBreak::Changed { number }));
            prop_assert_eq!(found.entries, number - 1);

            let mut removed = whole.clone();
            removed.remove(at);
            let wanted = if number == count {
                AuditBreak::Truncated { last: count - 1, head: count }
            } else {
                AuditBreak::Removed { first: number, last: number }
            };
            prop_assert_eq!(follow(&removed, Some(&head)).broken, Some(wanted));

            if at != other {
                let mut swapped = whole.clone();
                swapped.swap(at, other);
                for (n, e) in swapped.iter_mut().enumerate() {
                    e.number = n as u64 + 1;
                }
                let (first, last) = (at.min(other) as u64 + 1, at.max(other) as u64 + 1);
                let wanted = AuditBreak::Reordered { number: first, written_as: last };
                prop_assert_eq!(follow(&swapped, None).broken, Some(wanted));
            }
        }
    }
}
