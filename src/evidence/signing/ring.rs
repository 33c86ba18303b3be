//! `keys.json`: every key that a data folder ever had, and its time.
//!
//! Each key after the first is introduced by the one before it, the first by itself, and the end of
//! each key's time is signed by the one after it: whoever trusts the first trusts them all, nobody
//! without the key can have moved its start, and nobody but the holder of the next key can have
//! ended, or can lengthen, the time of an old one. What is not so signed is not believed.

use super::key::{PublicKey, SigningKey};
use super::key_id::KeyId;
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
    /// By the key before it: that this one follows. The first, and one made after a loss, say
    /// themselves when they begin.
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

    /// Whether it is introduced, and its start so signed, by that key.
    fn is_introduced_by(&self, key: &Self) -> bool {
        self.introduced.as_ref().is_some_and(|v| v.holds(key, &self.introduction()))
    }

    fn is_closed_by(&self, next: &Self) -> bool {
        self.until_utc.is_some()
            && self.closed.as_ref().is_some_and(|v| v.holds(next, &self.ending()))
    }
}

/// A key that is vouched for, and what of its time is.
#[derive(Debug, Clone, Copy)]
pub struct VouchedKey<'a> {
    /// The key.
    pub key: &'a KeyPeriod,
    /// When its time begins; none: nobody who counts has signed that, so it may be any time.
    pub from: Option<WallTime>,
    /// When it ends; none: it does not, or nobody who counts has signed that.
    pub until: Option<WallTime>,
}

impl VouchedKey<'_> {
    /// Whether its time may have a part between two instants.
    pub fn touches(&self, from: WallTime, to: WallTime) -> bool {
        self.from.is_none_or(|begun| begun < to) && self.until.is_none_or(|until| from <= until)
    }
}

impl KeyRing {
    /// The key in use.
    pub fn current(&self) -> Option<&KeyPeriod> {
        self.keys.last()
    }

    /// The key in use, and those before it that its holder had in turn: each introduces the next, and has
    /// its end signed by it. To be slipped in here a key needs words by the secret of the one after it.
    pub(super) fn held(&self) -> Vec<PublicKey> {
        let mut held: Vec<PublicKey> = self.current().map(|k| k.public_key).into_iter().collect();
        for pair in self.keys.windows(2).rev() {
            let [old, new] = pair else { break };
            let own = [old, new].iter().all(|key| key.key_id == key.public_key.id());
            if !(own && new.is_introduced_by(old) && old.is_closed_by(new)) {
                break;
            }
            held.push(old.public_key);
        }
        held
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
        }
        new.introduced = Some(Vouched::by(before.unwrap_or(key), &new.introduction()));
        self.keys.push(new);
    }

    /// Lets the key in use begin at `now`: signed anew by the one before it where that introduced
    /// it, otherwise by itself.
    pub(super) fn begin(&mut self, key: &SigningKey, before: Option<&SigningKey>, now: WallTime) {
        if let Some(last) = self.keys.last_mut() {
            last.from_utc = now.utc_rfc3339();
            last.introduced = Some(Vouched::by(before.unwrap_or(key), &last.introduction()));
        }
    }

    /// The keys that the first one vouches for, and what is wrong with the others, a sentence each.
    pub fn vouched(&self) -> (Vec<VouchedKey<'_>>, Vec<String>) {
        let first: Vec<PublicKey> = self.keys.first().map(|k| k.public_key).into_iter().collect();
        self.vouched_from(&first)
    }

    /// The keys that are among `roots`, or that one of these vouches for through those between, and
    /// what is wrong with the others, a sentence each. Nothing is said of keys before the first root:
    /// whoever gave it did not ask for them.
    pub fn vouched_from(&self, roots: &[PublicKey]) -> (Vec<VouchedKey<'_>>, Vec<String>) {
        let mut doubts = Vec::new();
        let mut counts: Vec<bool> = Vec::with_capacity(self.keys.len());
        for (n, key) in self.keys.iter().enumerate() {
            let before = n.checked_sub(1).filter(|n| counts[*n]).and_then(|n| self.keys.get(n));
            let own = key.key_id == key.public_key.id();
            let known = roots.contains(&key.public_key)
                || before.is_some_and(|before| key.is_introduced_by(before));
            if !own {
                doubts.push(format!("key {}: its public half is another key's", key.key_id));
            } else if !known && counts.contains(&true) {
                doubts.push(format!(
                    "key {}: no key before it vouches for it; give its public half with --key if \
                     you know it from elsewhere",
                    key.key_id
                ));
            }
            counts.push(own && known);
        }
        let counted = self.keys.iter().enumerate().filter(|(n, _)| counts[*n]);
        let good = counted.map(|(n, key)| self.timed(n, key, &counts, &mut doubts)).collect();
        (good, doubts)
    }

    /// What of a key's time is signed by somebody who counts.
    fn timed<'a>(
        &'a self,
        n: usize,
        key: &'a KeyPeriod,
        counts: &[bool],
        doubts: &mut Vec<String>,
    ) -> VouchedKey<'a> {
        let next = self.keys.get(n + 1);
        let closed = next.is_some_and(|next| key.is_closed_by(next));
        if !closed && (key.until_utc.is_some() || next.is_some()) {
            let id = &key.key_id;
            doubts.push(format!("key {id}: the end of its time is not what the next key signed"));
        }
        let before = n.checked_sub(1).and_then(|n| self.keys.get(n));
        let by_before = before.is_some_and(|before| key.is_introduced_by(before));
        let by_itself = key.is_introduced_by(key);
        if key.introduced.is_some() && !by_before && !by_itself {
            let id = &key.key_id;
            doubts.push(format!("key {id}: the start of its time is not what was signed"));
        }
        let ended = closed && counts.get(n + 1) == Some(&true);
        let counted_before = n.checked_sub(1).is_some_and(|n| counts[n]);
        let begun = by_itself || by_before && counted_before || ended;
        let read = |text: &str| WallTime::parse(text).ok();
        VouchedKey {
            key,
            from: read(&key.from_utc).filter(|_| begun),
            until: key.until_utc.as_deref().and_then(read).filter(|_| ended),
        }
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
        let (good, _) = ring.vouched();
        let covers = |n: usize, day| good[n].touches(at(day), at(day + 1));
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

    #[test]
    fn who_holds_the_key_in_use_had_those_that_led_to_it_and_no_other() {
        let (mut ring, keys) = three();
        let public = |keys: &[&SigningKey]| keys.iter().map(|k| k.public()).collect::<Vec<_>>();
        assert_eq!(ring.held(), public(&[&keys[2], &keys[1], &keys[0]]));
        // After a loss what was before is another's, as far as anybody can tell.
        let [found, next, thief] = std::array::from_fn(|_| SigningKey::generate().unwrap());
        ring.take_up(&found, None, at(300), SignedDuration::ZERO);
        assert_eq!(ring.held(), public(&[&found]));
        ring.take_up(&next, Some(&found), at(400), SignedDuration::ZERO);
        assert_eq!(ring.held(), public(&[&next, &found]));
        // Slipped in behind the back of whoever holds the key in use.
        let mut slipped = KeyRing::default();
        slipped.take_up(&thief, None, at(350), SignedDuration::ZERO);
        let mut foreign = ring.clone();
        foreign.keys.insert(4, slipped.keys[0].clone());
        assert_eq!(foreign.held(), public(&[&next]));
        slipped.take_up(&next, Some(&thief), at(400), SignedDuration::ZERO);
        let mut foreign = ring;
        foreign.keys[3] = slipped.keys[0].clone();
        foreign.keys[3].closed = Some(Vouched::by(&thief, &foreign.keys[3].ending()));
        assert_eq!(foreign.held(), public(&[&next]));
        assert_eq!(KeyRing::default().held(), []);
    }

    #[test]
    fn who_trusts_a_key_trusts_those_it_vouches_for_and_no_time_that_nobody_signed() {
        let (ring, keys) = three();
        let root = |n: usize| [keys[n].public()];
        let (good, doubts) = ring.vouched_from(&root(0));
        assert_eq!((good.len(), doubts.len()), (3, 0), "{doubts:?}");
        assert_eq!((good[0].from, good[0].until), (Some(at(0)), Some(at(107))));
        // Those before it are not asked for.
        let (good, doubts) = ring.vouched_from(&root(1));
        assert_eq!((good.len(), doubts.len()), (2, 0), "{doubts:?}");

        // An end that was edited, or taken away, is told and not believed.
        for until in [Some(at(300).utc_rfc3339()), None] {
            let mut edited = ring.clone();
            edited.keys[0].until_utc = until;
            let (good, doubts) = edited.vouched_from(&root(0));
            assert!(doubts.iter().any(|d| d.contains("the end of its time")), "{doubts:?}");
            assert_eq!(good[0].until, None);
        }
        // A start that was moved frees nobody from signing.
        let mut alone = KeyRing::default();
        alone.take_up(&keys[0], None, at(0), SignedDuration::ZERO);
        assert_eq!(alone.vouched_from(&root(0)).0[0].from, Some(at(0)));
        alone.keys[0].from_utc = at(500).utc_rfc3339();
        let (good, doubts) = alone.vouched_from(&root(0));
        assert!(good[0].from.is_none() && doubts[0].contains("the start of its time"));
        alone.keys[0].introduced = None;
        assert_eq!(alone.vouched_from(&root(0)).0[0].from, None);
        // Its holder may move it.
        alone.begin(&keys[0], None, at(5));
        assert_eq!(alone.vouched_from(&root(0)).0[0].from, Some(at(5)));

        // After a loss both are given.
        let mut lost = ring;
        let found = SigningKey::generate().unwrap();
        lost.take_up(&found, None, at(300), SignedDuration::ZERO);
        let (good, doubts) = lost.vouched_from(&[keys[0].public(), found.public()]);
        assert_eq!((good.len(), doubts.len()), (4, 0), "{doubts:?}");
        assert_eq!((good[2].until, good[3].from), (Some(at(300)), Some(at(300))));
    }
}
