//! One line of the chain.

use super::super::signing::KeyId;
use serde::{Deserialize, Serialize};

/// What was sealed, or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainEntry {
    /// The event's id.
    pub event: String,
    /// SHA-256 of its manifest, 64 hexadecimal digits.
    pub manifest_sha256: String,
    /// The key that signed the manifest; none: it has no signature, or was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<KeyId>,
    /// Its record is of an event that was broken off; it may give way to the whole one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// That it was removed, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tombstone: Option<Tombstone>,
}

/// That an event's evidence was removed as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// When, RFC 3339 in UTC.
    pub removed_utc: String,
    /// By which rule: `room`, `quota`, `age:traffic:confirmed:365`.
    pub rule: String,
}

/// A word of a line: nothing that could begin another word or line.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 200 && text.bytes().all(|b| b.is_ascii_graphic())
}

impl ChainEntry {
    /// Whether each part is one word, so that no two entries have the same line.
    pub fn is_plain(&self) -> bool {
        let digits = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let tombstone = self.tombstone.as_ref();
        is_word(&self.event)
            && self.manifest_sha256.len() == 64
            && self.manifest_sha256.bytes().all(digits)
            && tombstone.is_none_or(|t| is_word(&t.removed_utc) && is_word(&t.rule))
            && (tombstone.is_none() || self.key_id.is_none() && !self.interrupted)
    }

    /// Why this cannot follow what the chain said last of the same event; `None`: it can. Evidence
    /// that is sealed stays what it is, unless it was broken off and the whole of it came later, or
    /// it was removed; and what was signed stays signed.
    pub fn conflict(&self, before: &Self) -> Option<&'static str> {
        let completed = before.interrupted && !self.interrupted;
        if self.tombstone.is_some() || before.tombstone.is_some() {
            None
        } else if before.key_id.is_some() && self.key_id.is_none() {
            Some("it was signed before, and is not now")
        } else if before.manifest_sha256 != self.manifest_sha256 && !completed {
            Some("it has another manifest now, and nothing says that it was removed in between")
        } else {
            None
        }
    }

    /// The line that is hashed, without its end.
    pub fn line(&self) -> String {
        let Self { event, manifest_sha256, key_id, interrupted, tombstone } = self;
        if let Some(Tombstone { removed_utc, rule }) = tombstone {
            return format!("tombstone {event} {manifest_sha256} {removed_utc} {rule}");
        }
        let key = key_id.as_ref().map_or("unsigned", KeyId::as_str);
        let interrupted = if *interrupted { " interrupted" } else { "" };
        format!("event {event} {manifest_sha256} {key}{interrupted}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_cannot_pass_for_more() {
        let good = ChainEntry {
            event: "e1".into(),
            manifest_sha256: "0f".repeat(32),
            key_id: None,
            interrupted: false,
            tombstone: Some(Tombstone {
                removed_utc: "2026-08-15T07:30:00Z".into(),
                rule: "room".into(),
            }),
        };
        assert!(good.is_plain());
        for bad in ["", "a b", "a\nevent", "ngày"] {
            let mut entry = good.clone();
            entry.event = bad.into();
            assert!(!entry.is_plain(), "{bad:?}");
            let mut entry = good.clone();
            entry.tombstone = Some(Tombstone { removed_utc: "x".into(), rule: bad.into() });
            assert!(!entry.is_plain(), "{bad:?}");
        }
    }

    #[test]
    fn only_what_was_broken_off_or_removed_gives_way() {
        let key = KeyId::try_from("0f".repeat(8)).unwrap();
        let entry = |sum: &str, signed: bool, interrupted: bool| ChainEntry {
            event: "e1".into(),
            manifest_sha256: sum.repeat(32),
            key_id: signed.then(|| key.clone()),
            interrupted,
            tombstone: None,
        };
        let (whole, other) = (entry("0f", true, false), entry("1e", true, false));
        let broken = entry("2d", true, true);
        assert_eq!(whole.conflict(&whole), None, "entered again by an index made anew");
        assert!(other.conflict(&whole).unwrap().contains("another manifest"));
        assert_eq!(whole.conflict(&broken), None);
        assert!(
            broken.conflict(&whole).is_some()
                && entry("3c", true, true).conflict(&broken).is_some()
        );
        for before in [&whole, &broken] {
            assert!(entry("0f", false, false).conflict(before).unwrap().contains("signed before"));
        }
        assert_eq!(whole.conflict(&entry("0f", false, false)), None);
        let gone = ChainEntry {
            key_id: None,
            tombstone: Some(Tombstone { removed_utc: "x".into(), rule: "room".into() }),
            ..whole.clone()
        };
        assert_eq!((gone.conflict(&whole), other.conflict(&gone)), (None, None));
        assert_ne!(broken.line(), entry("2d", true, false).line());
    }
}
