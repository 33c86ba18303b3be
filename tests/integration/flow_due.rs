//! The order of what is due first, against the rule said plainly.

use crate::sample::sample;
use proptest::prelude::*;
use streetward::config::{Agency, agency_for};
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, change};
use streetward::rules::Domain;
use streetward::store::{
    EventRecord, Outcome, QueueFilter, QueueOrder, ReviewState, Stage, Status, Store,
};
use tempfile::TempDir;

fn agency(n: usize, (ward, traffic, minutes, hours): (bool, bool, u32, u32)) -> Agency {
    Agency {
        id: format!("a{n}"),
        name: format!("A{n}"),
        wards: ward.then(|| vec!["Phường 1".to_owned()]),
        domains: traffic.then(|| vec![Domain::Traffic]),
        acknowledge_minutes: minutes,
        decide_hours: hours,
        sinks: Vec::new(),
    }
}

fn act(store: &Store, event: &EventRecord, minute: i64, ask: Ask) {
    let now = store.review(&event.id).unwrap().unwrap();
    let start: jiff::Timestamp = "2026-08-15T07:30:00Z".parse().unwrap();
    let asked = Asked {
        by: "lan".to_owned(),
        at: WallTime(start + jiff::SignedDuration::from_mins(minute)),
        seen: now.version,
        request_key: format!("due-{}-{}", event.id, now.version),
        ask,
        note: Some("xem lại".to_owned()),
        plate: None,
    };
    let done = store.decide(&change(&now, event, &asked, false).unwrap()).unwrap();
    assert!(matches!(done, Outcome::Done(_)));
}

/// When the next step is due, microseconds; what nothing is due of comes after all else.
fn due(agencies: &[Agency], event: &EventRecord, state: &ReviewState) -> (bool, i64) {
    let whose = match &state.agency {
        Some(id) => agencies.iter().find(|a| a.id == *id),
        None => agency_for(agencies, event.ward.as_deref(), event.domain),
    };
    let stage = match state.status {
        Status::Pending => Some(Stage::Acknowledge),
        Status::Acknowledged => Some(Stage::Decide),
        _ => None,
    };
    let counted = state.due_from.unwrap_or(event.moment_utc).0.as_microsecond();
    match whose.zip(stage) {
        Some((agency, stage)) => (false, counted + i64::from(stage.minutes(agency)) * 60_000_000),
        None => (true, event.moment_utc.0.as_microsecond()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_queue_has_every_event_once_in_the_order_of_what_is_due(
        wanted in proptest::collection::vec(
            (any::<bool>(), any::<bool>(), 1_u32..40, 1_u32..3), 0..4),
        steps in proptest::collection::vec((0_u8..6, 0_i64..300), 12),
        page in 1_u32..6,
        waiting in any::<bool>(),
    ) {
        let agencies: Vec<Agency> =
            wanted.into_iter().enumerate().map(|(n, a)| agency(n, a)).collect();
        let data = TempDir::new().unwrap();
        let store = Store::open(data.path()).unwrap();
        for (n, (step, minute)) in steps.into_iter().enumerate() {
            let event = sample(n as u32);
            store.put_event(&event).unwrap();
            let give = |agency: &str| Ask::Assign { agency: Some(agency.to_owned()), assignee: None };
            match step {
                1 => act(&store, &event, minute, Ask::Acknowledge),
                2 => act(&store, &event, minute, Ask::Confirm),
                3 => act(&store, &event, minute, give("a1")),
                4 => act(&store, &event, minute, give("gone")),
                5 => {
                    act(&store, &event, minute, Ask::Confirm);
                    act(&store, &event, minute, Ask::Reopen);
                }
                _ => {}
            }
        }
        let statuses =
            if waiting { vec![Status::Pending, Status::Acknowledged] } else { Vec::new() };
        let filter =
            QueueFilter { agencies: agencies.clone(), statuses: statuses.clone(), ..QueueFilter::default() };
        let mut found: Vec<String> = Vec::new();
        let mut after = None;
        loop {
            let part = store.queue(&filter, QueueOrder::Due, after.as_ref(), page).unwrap();
            prop_assert!(part.events.len() <= page as usize);
            found.extend(part.events.into_iter().map(|e| e.id));
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        let mut expected: Vec<((bool, i64), String)> = (0..12)
            .map(|n| (sample(n), store.review(&sample(n).id).unwrap().unwrap()))
            .filter(|(_, state)| statuses.is_empty() || statuses.contains(&state.status))
            .map(|(event, state)| (due(&agencies, &event, &state), event.id))
            .collect();
        expected.sort();
        let expected: Vec<String> = expected.into_iter().map(|(_, id)| id).collect();
        prop_assert_eq!(found, expected);
    }
}
