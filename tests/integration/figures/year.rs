//! A city over some months: what was found, decided and handled, and how its cameras were. The same
//! generator fills the large stores that are measured.

#![allow(clippy::unwrap_used)]

use super::aftermath::{Ledger, result_of};
use super::city::Cities;
use super::decided::decided;
use fastrand::Rng;
use jiff::Timestamp;
use std::path::Path;
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, change};
use streetward::store::{EventRecord, Outcome, Store};

/// When all of it ends: 1 January 2027 in Vietnam.
pub const UNTIL: &str = "2026-12-31T17:00:00Z";
/// Drawn by.
pub const SEED: u64 = 7;

/// Fills a store with `events` of 120 cameras over the `days` before [`UNTIL`].
pub fn fill(data: &Path, events: u64, days: u32) -> Store {
    let until: Timestamp = UNTIL.parse().unwrap();
    let mut cities = Cities::new(SEED, Some("tv"));
    let store = Store::open(data).unwrap();
    let people: Vec<String> = ["lan", "minh", "hoa"].map(str::to_owned).into();
    let (mut rng, mut after) = (Rng::with_seed(SEED), Rng::with_seed(SEED + 1));
    let (mut all, mut results) = (Vec::new(), Vec::new());
    for n in 0..days {
        let so_far = |n: u32| events * u64::from(n) / u64::from(days);
        let midnight = until - jiff::SignedDuration::from_hours(24 * i64::from(days - n));
        for mut event in cities.day(midnight, so_far(n + 1) - so_far(n), until) {
            // Some stand in no ward.
            if event.camera.ends_with("007") {
                event.ward = None;
            }
            let changes = decided(&mut rng, &event, &people, until);
            results.extend(result_of(&mut after, &changes, until));
            all.push((event, changes));
        }
    }
    store.put_all(&all).unwrap();
    store.put_results(&results).unwrap();
    let ledger = Ledger { days: days - 40, until, seed: SEED };
    let states: Vec<_> =
        cities.cameras.iter().flat_map(|camera| ledger.of(&camera.id, &camera.name)).collect();
    store.put_health(&states, &ledger.service()).unwrap();
    let events: Vec<EventRecord> = all.into_iter().map(|(event, _)| event).collect();
    unusual(&store, &events);
    store
}

/// What happens seldom: events merged, opened again after a result was entered, and given to another
/// agency by hand.
fn unusual(store: &Store, events: &[EventRecord]) {
    let doing = |event: &EventRecord, n: usize, ask: Ask| {
        let now = store.review(&event.id).unwrap().unwrap();
        let asked = Asked {
            by: "chief".to_owned(),
            at: WallTime(UNTIL.parse().unwrap()),
            seen: now.version,
            request_key: format!("unusual-{n:04}-{}", now.version),
            ask,
            note: Some("xem lại".to_owned()),
            plate: None,
        };
        let Ok(change) = change(&now, event, &asked, false) else { return false };
        matches!(store.decide(&change).unwrap(), Outcome::Done(_))
    };
    let (mut merged, mut reopened, mut given) = (0, 0, 0);
    for (n, event) in events.iter().enumerate() {
        match n % 40 {
            3 => reopened += u32::from(doing(event, n, Ask::Reopen)),
            7 => {
                doing(event, n, Ask::Reopen);
                let into = events[n - 7].id.clone();
                merged += u32::from(doing(event, n, Ask::Merge(into)));
            }
            11 => {
                doing(event, n, Ask::Reopen);
                let ask = Ask::Assign { agency: Some("ubnd".to_owned()), assignee: None };
                given += u32::from(doing(event, n, ask));
            }
            _ => {}
        }
    }
    assert!(merged > 5 && reopened > 5 && given > 5, "{merged} {reopened} {given}");
}
