//! How often may be tried: per name and network, per name from everywhere (both kept in the store),
//! and per address (in memory, bounded).
//!
//! Whoever guesses waits; whoever's name it is comes in meanwhile: from where they came in before, tries
//! from elsewhere count for nothing.

use super::network::holder;
use crate::media::WallTime;
use crate::store::{LoginTries, TriesAfter, TriesBefore};
use std::collections::HashMap;
use std::net::IpAddr;

/// Tries by one name from one network before the first wait.
const FREE_HERE: u64 = 5;
/// Tries by one name from all networks that its bearer has not come in from, before the first wait.
const FREE_EVERYWHERE: u64 = 20;
/// Failures from one address before the first wait: an office may be behind one.
const FREE_BY_ADDRESS: u64 = 20;
/// The first wait, seconds; each further try doubles it.
const FIRST_WAIT: i64 = 30;
/// The longest wait, seconds: whoever locks others out by purpose does so for no longer.
pub(super) const LONGEST_WAIT: i64 = 900;
/// Tries are forgotten after so long without another, seconds.
const FORGOTTEN: i64 = 24 * 3600;
/// Addresses that are remembered.
const MOST_ADDRESSES: usize = 4096;

/// How long the wait is after so many tries, seconds; 0: none.
fn wait(tries: u64, free: u64) -> i64 {
    if tries < free {
        return 0;
    }
    let doublings = u32::try_from(tries - free).unwrap_or(u32::MAX).min(10);
    (FIRST_WAIT << doublings).min(LONGEST_WAIT)
}

/// Seconds until a lock ends; 0: it is over, or lies so far off that the clock was set back since.
fn left(until: WallTime, now: WallTime) -> u64 {
    let left = until.0.duration_since(now.0);
    let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
    if (1..=LONGEST_WAIT).contains(&seconds) { seconds.unsigned_abs() } else { 0 }
}

/// One more try by a name.
///
/// # Errors
/// Seconds to wait.
pub(super) fn one_more(before: TriesBefore, now: WallTime) -> Result<TriesAfter, u64> {
    let here = counted(before.here, FREE_HERE, now)?;
    let everywhere = if before.familiar {
        None
    } else {
        Some(counted(before.everywhere, FREE_EVERYWHERE, now)?)
    };
    Ok(TriesAfter { here, everywhere })
}

/// One try less: it was none. Whoever knows the password need not wait for those who guess.
pub(super) fn one_less(before: TriesBefore, now: WallTime) -> TriesAfter {
    let less = |before: Option<LoginTries>| {
        let tries = before.map_or(0, |b| b.tries.saturating_sub(1));
        LoginTries { tries, last: now, locked_until: now }
    };
    let everywhere = (!before.familiar).then(|| less(before.everywhere));
    TriesAfter { here: less(before.here), everywhere }
}

fn counted(before: Option<LoginTries>, free: u64, now: WallTime) -> Result<LoginTries, u64> {
    let before = before.filter(|b| now.0.duration_since(b.last.0).as_secs() < FORGOTTEN);
    // Fewer never wait, though the clock be set back.
    if let Some(before) = before.filter(|b| b.tries >= free) {
        match left(before.locked_until, now) {
            0 => {}
            seconds => return Err(seconds),
        }
    }
    let tries = before.map_or(0, |b| b.tries) + 1;
    Ok(LoginTries { tries, last: now, locked_until: now.plus_seconds(wait(tries, free)) })
}

/// Failures by address.
#[derive(Debug, Default)]
pub(super) struct Addresses(HashMap<IpAddr, LoginTries>);

impl Addresses {
    /// Seconds that this address must wait; 0: none.
    pub(super) fn wait(&self, address: IpAddr, now: WallTime) -> u64 {
        let tries = self.0.get(&holder(address)).filter(|t| t.tries >= FREE_BY_ADDRESS);
        tries.map_or(0, |t| left(t.locked_until, now))
    }

    /// A failure from this address.
    pub(super) fn failed(&mut self, address: IpAddr, now: WallTime) {
        let address = holder(address);
        if self.0.len() >= MOST_ADDRESSES && !self.0.contains_key(&address) {
            // Those that wait are the last to go.
            let oldest = self.0.iter().min_by_key(|(_, t)| (left(t.locked_until, now) > 0, t.last));
            if let Some(oldest) = oldest.map(|(a, _)| *a) {
                self.0.remove(&oldest);
            }
        }
        let tries =
            self.0.entry(address).or_insert(LoginTries { tries: 0, last: now, locked_until: now });
        if now.0.duration_since(tries.last.0).as_secs() >= FORGOTTEN {
            tries.tries = 0;
        }
        tries.tries += 1;
        tries.last = now;
        tries.locked_until = now.plus_seconds(wait(tries.tries, FREE_BY_ADDRESS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> WallTime {
        WallTime(jiff::Timestamp::from_second(1_780_000_000 + seconds).unwrap())
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=12).map(|n| wait(n, 5)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(wait(u64::MAX, 5), 900);
    }

    #[test]
    fn a_name_waits_here_and_is_forgiven_in_time() {
        let more = |here: Option<LoginTries>, now| {
            let before = TriesBefore { here, familiar: true, everywhere: None };
            one_more(before, now).map(|after| after.here)
        };
        let mut tries = None;
        for n in 0..5 {
            tries = Some(more(tries, at(n)).unwrap());
        }
        assert_eq!(more(tries, at(4)), Err(30));
        assert_eq!(more(tries, at(33)), Err(1));
        let sixth = more(tries, at(34)).unwrap();
        assert_eq!((sixth.tries, more(Some(sixth), at(35))), (6, Err(59)));
        assert_eq!(more(Some(sixth), at(35 + FORGOTTEN)).unwrap().tries, 1);
        // A clock that was set back by a day locks nobody for a day.
        assert_eq!(more(Some(sixth), at(-FORGOTTEN)).unwrap().tries, 7);
        let before = TriesBefore { here: Some(sixth), ..TriesBefore::default() };
        let after = one_less(before, at(40));
        assert_eq!((after.here.tries, after.everywhere.unwrap().tries), (5, 0));
    }

    #[test]
    fn tries_from_elsewhere_delay_strange_networks_alone() {
        let mut everywhere = None;
        let strange = |everywhere| TriesBefore { everywhere, ..TriesBefore::default() };
        for n in 0..20 {
            everywhere = one_more(strange(everywhere), at(n)).unwrap().everywhere;
        }
        assert_eq!(one_more(strange(everywhere), at(20)), Err(29));
        let familiar = TriesBefore { familiar: true, ..strange(everywhere) };
        let after = one_more(familiar, at(20)).unwrap();
        assert_eq!((after.here.tries, after.everywhere), (1, None));
        assert_eq!(one_less(familiar, at(20)).everywhere, None);
        assert!(one_more(strange(everywhere), at(49)).is_ok(), "delayed, not locked out");
    }

    #[test]
    fn addresses_are_bounded_and_those_that_wait_stay() {
        let mut addresses = Addresses::default();
        let bad: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..20 {
            assert_eq!(addresses.wait(bad, at(0)), 0);
            addresses.failed(bad, at(0));
        }
        assert_eq!(addresses.wait("2001:db8::ffff:2".parse().unwrap(), at(0)), 30);
        assert_eq!(addresses.wait("2001:db8:0:1::1".parse().unwrap(), at(0)), 0);
        for n in 0..(2 * MOST_ADDRESSES as u32) {
            addresses.failed(IpAddr::V4(n.into()), at(1));
        }
        assert_eq!(addresses.0.len(), MOST_ADDRESSES);
        assert_eq!(addresses.wait(bad, at(1)), 29);
        assert_eq!(addresses.wait(bad, at(31)), 0);
    }
}
