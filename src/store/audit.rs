//! An entry of the audit trail, and the hash that chains it to the one before.

use crate::media::WallTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The `previous_hash` of the first entry.
pub const FIRST_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What kind of actor did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person in the web application.
    User,
    /// A program with a person's token.
    Token,
    /// A command on the machine.
    Command,
    /// The service itself.
    Service,
}

/// What is to be entered.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// When, kept to the microsecond.
    pub at: WallTime,
    /// Who: a user's or token's id, `uid 1000` of a command.
    pub actor: String,
    /// What kind of actor that is.
    pub actor_kind: ActorKind,
    /// What was done, a word: `login`, `decision`, `user_added`.
    pub action: String,
    /// To what: an id.
    pub subject: String,
    /// More of it.
    pub details: serde_json::Value,
    /// The network address it came from.
    pub address: Option<String>,
}

/// An entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// Its place, from 1, without gaps.
    pub number: u64,
    /// When, UTC with microseconds.
    #[serde(serialize_with = "microseconds")]
    pub at: WallTime,
    /// Who.
    pub actor: String,
    /// What kind of actor that is.
    pub actor_kind: ActorKind,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// More of it: JSON, as text, so that it is hashed as it was written.
    pub details: String,
    /// The network address it came from.
    pub address: Option<String>,
    /// The hash of the entry before; of the first, [`FIRST_PREVIOUS`].
    pub previous_hash: String,
    /// SHA-256 over all of the above, see [`Self::computed_hash`].
    pub hash: String,
}

/// What is hashed, its keys in the order of the alphabet.
#[derive(Serialize)]
struct Canonical<'a> {
    action: &'a str,
    actor: &'a str,
    actor_kind: ActorKind,
    address: Option<&'a str>,
    #[serde(serialize_with = "microseconds")]
    at: WallTime,
    details: &'a str,
    number: u64,
    previous_hash: &'a str,
    subject: &'a str,
}

fn microseconds<S: serde::Serializer>(at: &WallTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{:.6}", at.0))
}

impl AuditEntry {
    /// The entry that follows `last` (its number and hash).
    pub(super) fn after(last: Option<(u64, String)>, new: &NewEntry) -> Self {
        let (number, previous_hash) = last.unwrap_or((0, FIRST_PREVIOUS.to_owned()));
        let mut entry = Self {
            number: number + 1,
            at: truncated(new.at),
            actor: new.actor.clone(),
            actor_kind: new.actor_kind,
            action: new.action.clone(),
            subject: new.subject.clone(),
            details: new.details.to_string(),
            address: new.address.clone(),
            previous_hash,
            hash: String::new(),
        };
        entry.hash = entry.computed_hash(entry.number);
        entry
    }

    /// The SHA-256 (hexadecimal) of its canonical JSON (RFC 8785; it holds no numbers but whole
    /// ones), as if it stood at `number`.
    pub fn computed_hash(&self, number: u64) -> String {
        let canonical = Canonical {
            action: &self.action,
            actor: &self.actor,
            actor_kind: self.actor_kind,
            address: self.address.as_deref(),
            at: self.at,
            details: &self.details,
            number,
            previous_hash: &self.previous_hash,
            subject: &self.subject,
        };
        // Texts and whole numbers can always be written.
        let text = serde_json::to_vec(&canonical).unwrap_or_default();
        hex::encode(Sha256::digest(text))
    }

    /// The head of the chain when this is its last entry.
    pub fn head(&self) -> AuditHead {
        AuditHead { number: self.number, hash: self.hash.clone() }
    }
}

/// To the microsecond, as the database keeps it.
fn truncated(at: WallTime) -> WallTime {
    jiff::Timestamp::from_microsecond(at.0.as_microsecond()).map_or(at, WallTime)
}

/// The last entry of a chain at some time: kept elsewhere, it shows later that the tail was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The entry's number.
    pub number: u64,
    /// Its hash.
    pub hash: String,
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for AuditHead {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write it as `audit verify` prints it, like 212:9f86d0…";
        let (number, hash) = text.trim().split_once(':').ok_or(wrong)?;
        let number = number.parse().map_err(|_| wrong)?;
        let sound = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if !sound || number == 0 {
            return Err(wrong);
        }
        Ok(Self { number, hash: hash.to_ascii_lowercase() })
    }
}

/// Which entries are asked for; the newest come first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this actor.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// About this.
    pub subject: Option<String>,
    /// At or after this time.
    pub from: Option<WallTime>,
    /// Before this time.
    pub to: Option<WallTime>,
    /// Before this number: the last one of the page before.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> AuditEntry {
        let new = NewEntry {
            at: WallTime("2026-08-15T07:30:00.123456789Z".parse().unwrap()),
            actor: "u-1".into(),
            actor_kind: ActorKind::User,
            action: "decision".into(),
            subject: "Lê Lợi \"\\\u{1}\n".into(),
            details: serde_json::json!({"to": "confirmed"}),
            address: None,
        };
        AuditEntry::after(None, &new)
    }

    /// The hash was computed by other means: Python's json (sorted keys, no spaces, UTF-8) and
    /// hashlib.
    #[test]
    fn the_hash_is_that_of_the_canonical_json() {
        let entry = entry();
        assert_eq!((entry.number, entry.previous_hash.as_str()), (1, FIRST_PREVIOUS));
        assert_eq!(entry.hash, "3572357797ac09130632dda2ac6a00909150d3637e935a9047f81e695bbfcfcc");
    }

    #[test]
    fn every_part_is_hashed() {
        let whole = entry();
        let changes: [fn(&mut AuditEntry); 8] = [
            |e| e.at = WallTime("2026-08-15T07:30:00.123457Z".parse().unwrap()),
            |e| e.actor.push('x'),
            |e| e.actor_kind = ActorKind::Token,
            |e| e.action.push('x'),
            |e| e.subject.push('x'),
            |e| e.details.push(' '),
            |e| e.address = Some(String::new()),
            |e| e.previous_hash = "1".repeat(64),
        ];
        for change in changes {
            let mut changed = whole.clone();
            change(&mut changed);
            assert_ne!(changed.computed_hash(1), whole.hash, "{changed:?}");
        }
        assert_ne!(whole.computed_hash(2), whole.hash);
    }

    #[test]
    fn heads_are_read_as_they_are_written() {
        let head = entry().head();
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in ["", "1", "0:", "1:abc", "x:y", ":"] {
            assert!(wrong.parse::<AuditHead>().is_err(), "{wrong}");
        }
    }
}
