//! One day of the chain.

use super::super::signing::{Signature, SignatureState, SigningKey, Trusted};
use super::entry::ChainEntry;
use crate::media::WallTime;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The versions of the chain that this program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChainFormat {
    /// The first.
    #[serde(rename = "streetward.chain/1")]
    V1,
}

/// What was found sealed and what was removed on one local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainDay {
    /// Which version of the chain this is.
    pub format: ChainFormat,
    /// Which day, local (+07:00).
    pub day: Date,
    /// The day before it in the chain; none: the chain begins here.
    pub previous: Option<Previous>,
    /// SHA-256 of its lines, 64 hexadecimal digits.
    pub head: String,
    /// Over the same lines; none: there was no key.
    pub signature: Option<Signature>,
    /// In the order in which they were found.
    pub entries: Vec<ChainEntry>,
}

/// The day before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// Which.
    pub day: Date,
    /// Its head.
    pub head: String,
}

impl ChainDay {
    /// A day of these entries, signed where there is a key.
    pub fn new(
        day: Date,
        previous: Option<Previous>,
        entries: Vec<ChainEntry>,
        key: Option<&SigningKey>,
    ) -> Self {
        let (head, signature) = (String::new(), None);
        let mut this = Self { format: ChainFormat::V1, day, previous, head, signature, entries };
        let lines = this.lines();
        this.head = hex::encode(Sha256::digest(lines.as_bytes()));
        this.signature = key.map(|key| Signature::of(key, lines.as_bytes()));
        this
    }

    /// The text that is hashed, signed and time-stamped: a line each, the last one ended too.
    pub fn lines(&self) -> String {
        let mut text = format!("streetward.chain/1\nday {}\n", self.day);
        match &self.previous {
            Some(Previous { day, head }) => text.extend(["previous ", &day.to_string(), " ", head]),
            None => text.push_str("previous none"),
        }
        text.push('\n');
        for entry in &self.entries {
            text.push_str(&entry.line());
            text.push('\n');
        }
        text
    }

    /// What is wrong with it by itself, in words. It must be signed, by a key that was in use on that
    /// day, unless it is from before the first key: whoever has none could leave the signature out.
    pub fn fault(&self, trusted: &Trusted) -> Option<String> {
        if !self.entries.iter().all(ChainEntry::is_plain) {
            return Some("an entry is none".to_owned());
        }
        let lines = self.lines();
        if hex::encode(Sha256::digest(lines.as_bytes())) != self.head {
            let why = "its head is not what its entries give: one was changed, added or dropped";
            return Some(why.to_owned());
        }
        let Some(signature) = &self.signature else {
            let why =
                "it is not signed, and there was a key that day: whoever has none can write this";
            return trusted.must_sign(self.day).then(|| why.to_owned());
        };
        match trusted.judge(signature, lines.as_bytes()) {
            SignatureState::Signed(id) => (!trusted.covers_day(&id, self.day))
                .then(|| format!("it is signed by the key {id}, which was not in use that day")),
            SignatureState::UnknownKey(id) => Some(format!("it is signed by the unknown key {id}")),
            SignatureState::Bad(why) => Some(format!("its signature does not hold: {why}")),
            SignatureState::Unsigned => None,
        }
    }

    /// Reads a day.
    ///
    /// # Errors
    /// It is not JSON of this form.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// As it is stored: indented JSON, an entry a line.
    ///
    /// # Errors
    /// Never in practice: the encoder refuses.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let shell = Self { entries: Vec::new(), ..self.clone_head() };
        let mut text = serde_json::to_string_pretty(&shell)?;
        // The last key, empty: its entries follow in a form that people can still search.
        text.truncate(text.rfind("[]").unwrap_or(text.len()));
        text.push('[');
        for (n, entry) in self.entries.iter().enumerate() {
            text += if n == 0 { "\n    " } else { ",\n    " };
            text += &serde_json::to_string(entry)?;
        }
        text += if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" };
        Ok(text.into_bytes())
    }

    fn clone_head(&self) -> Self {
        Self {
            format: self.format,
            day: self.day,
            previous: self.previous.clone(),
            head: self.head.clone(),
            signature: self.signature.clone(),
            entries: Vec::new(),
        }
    }
}

impl Trusted {
    /// Whether what was written on a local day must be signed: some of the day is in the time of the
    /// first key, or nobody knows when that began.
    pub fn must_sign(&self, day: Date) -> bool {
        self.any && self.begins().is_none_or(|begun| begun.local().date() <= day)
    }

    /// Whether the first key's time begins on a local day.
    pub fn begins_on(&self, day: Date) -> bool {
        self.begins().is_some_and(|begun| begun.local().date() == day)
    }

    /// Whether a key's time touches a local day.
    pub fn covers_day(&self, id: &super::super::signing::KeyId, day: Date) -> bool {
        let zone = TimeZone::fixed(Offset::constant(7));
        let (Ok(from), Ok(to)) = (
            day.to_zoned(zone.clone()).map(|z| z.timestamp()),
            day.tomorrow().and_then(|d| d.to_zoned(zone)).map(|z| z.timestamp()),
        ) else {
            return false;
        };
        self.touches(id, WallTime(from), WallTime(to))
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::Tombstone;
    use super::*;
    use proptest::prelude::*;

    fn day() -> Date {
        jiff::civil::date(2026, 8, 15)
    }

    fn any_entry() -> impl Strategy<Value = ChainEntry> {
        let rule = prop::option::of("[a-z:0-9]{1,20}");
        ("[0-9a-f]{20}", "[0-9a-f]{64}", rule, any::<bool>()).prop_map(
            |(event, manifest_sha256, rule, interrupted)| ChainEntry {
                event,
                manifest_sha256,
                key_id: None,
                interrupted: interrupted && rule.is_none(),
                tombstone: rule
                    .map(|rule| Tombstone { removed_utc: "2026-08-15T07:30:00Z".into(), rule }),
            },
        )
    }

    proptest! {
        #[test]
        fn a_day_reads_back_as_it_was_written(
            entries in prop::collection::vec(any_entry(), 0..10),
            begins in any::<bool>(),
        ) {
            let key = SigningKey::generate().unwrap();
            let previous = (!begins).then(|| Previous { day: day(), head: "0a".repeat(32) });
            let made = ChainDay::new(day(), previous, entries, Some(&key));
            let read = ChainDay::parse(&made.to_json().unwrap()).unwrap();
            prop_assert_eq!(&read, &made);
            let trusted = Trusted::rooted_in(&[key.public()], None);
            prop_assert_eq!(read.fault(&trusted), None);
            let bare = ChainDay { signature: None, ..read };
            prop_assert!(bare.fault(&trusted).unwrap().contains("not signed"));
            prop_assert_eq!(bare.fault(&Trusted::default()), None);
        }

        #[test]
        fn whatever_is_dropped_changed_or_moved_shows(
            entries in prop::collection::vec(any_entry(), 2..8),
            at in 0_usize..8,
        ) {
            let at = at % entries.len();
            let trusted = Trusted::default();
            let made = ChainDay::new(day(), None, entries, None);
            let mut dropped = made.clone();
            dropped.entries.remove(at);
            prop_assert!(dropped.fault(&trusted).is_some());
            let mut moved = made.clone();
            moved.entries.rotate_left(1);
            prop_assume!(moved != made);
            prop_assert!(moved.fault(&trusted).is_some());
            let mut other_day = made;
            other_day.day = other_day.day.tomorrow().unwrap();
            prop_assert!(other_day.fault(&trusted).is_some());
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = ChainDay::parse(&bytes);
        }
    }
}
