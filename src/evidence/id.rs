//! The name of an event.

use crate::rules::IncidentKey;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Names an event: 20 lower-case hexadecimal digits. The same footage judged by the same rule of
/// the same camera gives the same id, whenever and wherever it is judged. Safe as a folder name.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9a-f]{20}$"))]
pub struct EventId(String);

/// Text that is not an event id.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an event id (20 digits of 0-9 and a-f)")]
pub struct NotAnEventId(String);

impl EventId {
    /// Digits of an id.
    pub const DIGITS: usize = 20;

    /// The id of an incident: the first digits of SHA-256 over what names it, each part ended by a
    /// zero byte so that no two lists of parts read the same.
    pub fn of(camera: &str, rule: &str, key: &IncidentKey, fingerprint: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [camera, rule, &key.0, fingerprint] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut digits = hex::encode(hash.finalize());
        digits.truncate(Self::DIGITS);
        Self(digits)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first eight digits: enough for people to tell events apart.
    pub fn short(&self) -> &str {
        &self.0[..8]
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.0
    }
}

impl TryFrom<String> for EventId {
    type Error = NotAnEventId;

    fn try_from(text: String) -> Result<Self, NotAnEventId> {
        let good = text.len() == Self::DIGITS
            && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if good { Ok(Self(text)) } else { Err(NotAnEventId(text)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(camera: &str, rule: &str, key: &str, fingerprint: &str) -> EventId {
        EventId::of(camera, rule, &IncidentKey(key.into()), fingerprint)
    }

    #[test]
    fn the_id_is_the_documented_hash() {
        let hash = Sha256::digest(b"cam\0rule\0key\0print\0");
        assert_eq!(id("cam", "rule", "key", "print").as_str(), &hex::encode(hash)[..20]);
    }

    #[test]
    fn every_part_counts_and_parts_do_not_run_together() {
        let base = id("ab", "c", "d", "e");
        for other in [
            id("a", "bc", "d", "e"),
            id("ab", "cd", "", "e"),
            id("ab", "c", "de", ""),
            id("xb", "c", "d", "e"),
            id("ab", "c", "d", "f"),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn only_twenty_lower_case_digits_are_read() {
        assert!(EventId::try_from("0123456789abcdef0123".to_owned()).is_ok());
        for bad in ["", "0123456789ABCDEF0123", "../../../etc/passwd0", "0123456789abcdef01234"] {
            assert!(EventId::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
