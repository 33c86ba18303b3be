//! `keys.json`: every key that a data folder ever had, and its time.
//!
//! Each key after the first is introduced by the one before it, and the end of each key's time is
//! signed by the one after it: whoever trusts the first trusts them all, and nobody but the holder
//! of the next key can have ended, or can lengthen, the time of an old one.

use super::key::{KeyId, PublicKey, SigningKey};
use crate::media::WallTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// The versions of `keys.json` that this program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum RingFormat {
    /// The first.
    #[default]
    #[serde(rename = "streetward.keys/1")]
    V1,
}

/// Every key, in order of time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRing {
    format: RingFormat,
    /// The keys, the one in use last.
    pub keys: Vec<KeyPeriod>,
}

/// A key and its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPeriod {
    /// What it is called.
    pub key_id: KeyId,
    /// Its public half.
    pub public_key: PublicKey,
    /// From when on it signs, RFC 3339 in UTC.
    pub from_utc: String,
    /// Until when what it signed may be taken into the chain, the overlap included; none: in use.
    pub until_utc: Option<String>,
    /// By the key before it: that this one follows. The first has none, nor has one made after a loss.
    pub introduced: Option<Vouched>,
    /// By the key after it: that its time ends then.
    pub closed: Option<Vouched>,
}

/// What one key says of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouched {
    /// Which key says so.
    pub key_id: KeyId,
    /// 64 bytes as hexadecimal digits.
    pub signature: String,
}

impl Vouched {
    fn by(key: &SigningKey, text: &str) -> Self {
        Self { key_id: key.public().id(), signature: hex::encode(key.sign(text.as_bytes())) }
    }

    fn holds(&self, key: &KeyPeriod, text: &str) -> bool {
        let mut raw = [0; 64];
        self.key_id == key.key_id
            && hex::decode_to_slice(&self.signature, &mut raw).is_ok()
            && key.public_key.signed(text.as_bytes(), &raw)
    }
}

impl KeyPeriod {
    fn of(key: &PublicKey, from: WallTime) -> Self {
        Self {
            key_id: key.id(),
            public_key: *key,
            from_utc: from.utc_rfc3339(),
            until_utc: None,
            introduced: None,
            closed: None,
        }
    }

    fn introduction(&self) -> String {
        let Self { key_id, public_key, from_utc, .. } = self;
        format!("streetward.key/1\n{key_id}\n{}\nfrom {from_utc}\n", public_key.hex())
    }

    fn ending(&self) -> String {
        let until = self.until_utc.as_deref().unwrap_or_default();
        format!("{}until {until}\n", self.introduction())
    }

    /// Whether its time has a part between two instants; what cannot be read has none.
    pub fn touches(&self, from: WallTime, to: WallTime) -> bool {
        let read = |text: &str| WallTime::parse(text).ok();
        let until = self.until_utc.as_deref().map(read);
        read(&self.from_utc).is_some_and(|begun| begun < to)
            && until.is_none_or(|until| until.is_some_and(|until| from <= until))
    }
}

impl KeyRing {
    /// The key in use.
    pub fn current(&self) -> Option<&KeyPeriod> {
        self.keys.last()
    }

    /// The key of that name.
    pub fn key(&self, id: &KeyId) -> Option<&KeyPeriod> {
        self.keys.iter().find(|k| k.key_id == *id)
    }

    /// Takes up a key that signs from `now` on. The time of the one before it ends after `overlap`:
    /// what it signed just before `now` must still find its way into the chain. Without the one
    /// before, which is lost, nobody vouches for the new one.
    pub(super) fn take_up(
        &mut self,
        key: &SigningKey,
        before: Option<&SigningKey>,
        now: WallTime,
        overlap: SignedDuration,
    ) {
        let mut new = KeyPeriod::of(&key.public(), now);
        if let Some(old) = self.keys.last_mut() {
            let until = now.0.checked_add(overlap).map_or(now, WallTime);
            old.until_utc = Some(until.utc_rfc3339());
            old.closed = Some(Vouched::by(key, &old.ending()));
            new.introduced = before.map(|before| Vouched::by(before, &new.introduction()));
        }
        self.keys.push(new);
    }

    /// The keys that the first one vouches for, and what is wrong with the others, a sentence each.
    pub fn vouched(&self) -> (Vec<&KeyPeriod>, Vec<String>) {
        let mut good: Vec<&KeyPeriod> = Vec::new();
        let mut doubts = Vec::new();
        for (n, key) in self.keys.iter().enumerate() {
            let before = n.checked_sub(1).and_then(|n| self.keys.get(n));
            let introduced = before.is_none_or(|before| {
                good.iter().any(|k| k.key_id == before.key_id)
                    && key.introduced.as_ref().is_some_and(|v| v.holds(before, &key.introduction()))
            });
            if key.key_id != key.public_key.id() {
                doubts.push(format!("key {}: its public half is another key's", key.key_id));
                continue;
            }
            if !introduced {
                doubts.push(format!(
                    "key {}: no key before it vouches for it; give its public half with --key if \
                     you know it from elsewhere",
                    key.key_id
                ));
                continue;
            }
            let ended = match (&key.until_utc, self.keys.get(n + 1)) {
                (None, None) => true,
                (Some(_), Some(next)) => {
                    key.closed.as_ref().is_some_and(|v| v.holds(next, &key.ending()))
                }
                _ => false,
            };
            if !ended {
                let id = &key.key_id;
                doubts
                    .push(format!("key {id}: the end of its time is not what the next key signed"));
            }
            good.push(key);
        }
        (good, doubts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> WallTime {
        WallTime(jiff::Timestamp::from_second(1_790_000_000 + day * 86_400).unwrap())
    }

    fn three() -> (KeyRing, [SigningKey; 3]) {
        let keys: [SigningKey; 3] = std::array::from_fn(|_| SigningKey::generate().unwrap());
        let mut ring = KeyRing::default();
        let week = SignedDuration::from_hours(7 * 24);
        ring.take_up(&keys[0], None, at(0), week);
        ring.take_up(&keys[1], Some(&keys[0]), at(100), week);
        ring.take_up(&keys[2], Some(&keys[1]), at(200), week);
        (ring, keys)
    }

    #[test]
    fn each_key_is_vouched_for_by_the_one_before() {
        let (ring, keys) = three();
        let (good, doubts) = ring.vouched();
        assert_eq!((good.len(), doubts.len()), (3, 0), "{doubts:?}");
        assert_eq!(ring.current().unwrap().key_id, keys[2].public().id());
        let json = serde_json::to_string(&ring).unwrap();
        assert_eq!(serde_json::from_str::<KeyRing>(&json).unwrap(), ring);
    }

    #[test]
    fn times_overlap_and_end() {
        let (ring, _) = three();
        let covers = |n: usize, day| ring.keys[n].touches(at(day), at(day + 1));
        assert!(covers(0, 0) && covers(0, 107) && !covers(0, 108) && !covers(0, -1));
        assert!(covers(1, 100) && !covers(1, 99) && covers(2, 5000));
    }

    #[test]
    fn a_foreign_key_a_longer_time_and_a_dropped_key_are_found() {
        let (ring, _) = three();
        let mut longer = ring.clone();
        longer.keys[0].until_utc = Some(at(300).utc_rfc3339());
        assert!(longer.vouched().1[0].contains("the end of its time"));

        let mut foreign = ring.clone();
        let thief = SigningKey::generate().unwrap();
        foreign.take_up(&thief, Some(&thief), at(300), SignedDuration::ZERO);
        let (good, doubts) = foreign.vouched();
        assert_eq!(good.len(), 3);
        assert!(doubts.iter().any(|d| d.contains("no key before it vouches")), "{doubts:?}");

        let mut dropped = ring.clone();
        dropped.keys.remove(1);
        assert_eq!(dropped.vouched().0.len(), 1);

        let mut lost = ring;
        lost.take_up(&thief, None, at(300), SignedDuration::ZERO);
        assert_eq!(lost.vouched().0.len(), 3, "nobody can vouch for it");
    }
}
