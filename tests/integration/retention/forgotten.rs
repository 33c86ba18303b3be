//! What a decision may forget: its plate, once and wholly, and nothing else of it; and that it does in
//! its time, whatever became of the evidence, unless a case needs it.

use super::{Kept, after, entry, hours, incident};
use crate::audit::tamper;
use crate::postgres_rig::{ON_SERVER, database_of, tried};
use crate::sample::sample;
use std::path::Path;
use streetward::media::WallTime;
use streetward::review::{Ask, Reason};
use streetward::store::{
    EventRecord, EvidenceState, Hold, HoldPut, QueueFilter, QueueOrder, Tidied,
};

/// A statement by somebody who has the database, past the program; what the database said if it refused.
fn statement(kept: &Kept, sql: &str) -> Result<(), String> {
    let Some(home) = std::env::var_os(ON_SERVER) else { return tamper(kept.path(), &[sql]) };
    let done = tried(Path::new(&home), &database_of(kept.path()), sql);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    if done.status.success() { Ok(()) } else { Err(said) }
}

#[test]
fn a_decision_forgets_its_plate_and_nothing_else() {
    let kept = Kept::new();
    let event = sample(0);
    kept.lay(&event, event.moment_utc);
    kept.decide_with(&event, event.moment_utc, Ask::Plate, Some("84A-123.45"));
    kept.decide(&event, event.moment_utc, Ask::Confirm);
    let before = kept.store.decisions(&event.id).unwrap();
    for wrong in [
        "UPDATE decisions SET plate = '84A-999.99'",
        "UPDATE decisions SET plate = ''",
        "UPDATE decisions SET note = 'x'",
        "UPDATE decisions SET by_whom = 'x'",
        "UPDATE decisions SET at_utc_us = at_utc_us + 1",
        "UPDATE decisions SET action = 'dismiss' WHERE action = 'confirm'",
        "UPDATE decisions SET to_status = 'dismissed'",
        "UPDATE decisions SET plate = NULL, by_whom = 'x' WHERE plate IS NOT NULL",
        "UPDATE decisions SET plate = NULL, number = number + 100 WHERE plate IS NOT NULL",
        "DELETE FROM decisions WHERE plate IS NULL",
        "DELETE FROM decisions",
    ] {
        let said = statement(&kept, wrong).expect_err(wrong);
        assert!(said.contains("decisions are append-only"), "{wrong}: {said}");
    }
    assert_eq!(kept.store.decisions(&event.id).unwrap(), before);
    statement(&kept, "UPDATE decisions SET plate = NULL WHERE plate IS NOT NULL").unwrap();
    let after = kept.store.decisions(&event.id).unwrap();
    assert_eq!((after[0].plate.as_deref(), after.len()), (None, before.len()));
    assert_eq!(
        (&after[0].by, after[0].action, &after[1]),
        (&before[0].by, before[0].action, &before[1])
    );
    // What was forgotten is not put in again.
    let again = "UPDATE decisions SET plate = '84A-123.45' WHERE action = 'plate'";
    assert!(statement(&kept, again).is_err());
}

const PLATE: &str = "84A-123.45";

/// How an event can have a plate and no evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Without {
    /// It was removed in its time, and somebody typed a plate later.
    TypedAfter,
    /// Its folder was lost.
    Lost,
    /// It was removed by a version that left plates behind.
    RemovedBefore,
    /// There never was any.
    Never,
}

impl Without {
    const ALL: [Self; 4] = [Self::TypedAfter, Self::Lost, Self::RemovedBefore, Self::Never];

    /// Makes it so; gives back when the plate was typed.
    fn make(self, kept: &Kept, event: &EventRecord) -> WallTime {
        let early = hours(event.moment_utc, 1);
        if self == Self::Never {
            let none = EventRecord { evidence_state: EvidenceState::None, ..event.clone() };
            kept.store.put_event(&none).unwrap();
            type_in(kept, event, early);
            return early;
        }
        kept.lay(event, event.moment_utc);
        if self == Self::TypedAfter {
            let over = after(event.moment_utc, 91);
            assert_eq!(kept.tidied(&kept.plan(over)).events, 1);
            type_in(kept, event, over);
            return over;
        }
        type_in(kept, event, early);
        std::fs::remove_dir_all(kept.path().join(&event.evidence)).unwrap();
        if self == Self::Lost {
            assert_eq!(kept.store.repair(kept.path()).unwrap().len(), 1);
        } else {
            let by_an_old_one = format!(
                "UPDATE events SET evidence_state = 'removed', evidence_note = 'x' WHERE id = '{}'",
                event.id
            );
            statement(kept, &by_an_old_one).unwrap();
        }
        early
    }
}

fn type_in(kept: &Kept, event: &EventRecord, at: WallTime) {
    kept.decide_with(event, at, Ask::Plate, Some(PLATE));
}

/// Whether an event's plate is known: as it stands, from its history, and to a search alike.
fn knows(kept: &Kept, event: &EventRecord) -> bool {
    let stands = kept.store.review(&event.id).unwrap().unwrap().plate.is_some();
    let entered = kept.store.decisions(&event.id).unwrap();
    let entered = entered.iter().any(|d| d.plate.as_deref() == Some(PLATE));
    let filter = QueueFilter { plate: Some(PLATE.into()), ..QueueFilter::default() };
    let found = kept.store.queue(&filter, QueueOrder::Oldest, None, 10).unwrap();
    let found = found.events.iter().any(|e| e.id == event.id);
    assert_eq!((stands, found), (entered, entered), "{}", event.id);
    entered
}

/// How many events' plates a tidying then forgets.
fn forgets(kept: &Kept, now: WallTime) -> usize {
    let done = kept.tidied(&kept.plan(now));
    assert_eq!((done.events, done.failed.as_slice()), (0, [].as_slice()));
    done.plates
}

#[test]
fn a_plate_without_evidence_is_forgotten_in_its_time_and_once() {
    for without in Without::ALL {
        let (kept, event) = (Kept::new(), sample(0));
        let typed = without.make(&kept, &event);
        assert_eq!(forgets(&kept, hours(typed, 23)), 0, "{without:?}: just typed");
        if without != Without::TypedAfter {
            assert_eq!(forgets(&kept, after(event.moment_utc, 89)), 0, "{without:?}");
        }
        assert!(knows(&kept, &event), "{without:?}");
        let before = kept.store.decisions(&event.id).unwrap();
        let over = after(event.moment_utc, 93);
        assert_eq!(forgets(&kept, over), 1, "{without:?}");
        assert!(!knows(&kept, &event), "{without:?}");
        // That something was typed, when and by whom, stays.
        let is = kept.store.decisions(&event.id).unwrap();
        assert_eq!((is.len(), &is[0].by, is[0].at), (before.len(), &before[0].by, before[0].at));
        assert_eq!(kept.tidied(&kept.plan(over)), Tidied::default(), "{without:?}: once");
        assert_eq!(kept.store.decisions(&event.id).unwrap(), is);
    }
}

#[test]
fn what_is_held_keeps_its_plate_whatever_became_of_its_evidence() {
    for without in Without::ALL {
        let (kept, event) = (Kept::new(), sample(0));
        let typed = without.make(&kept, &event);
        let hold = kept.hold(&event, hours(typed, 2));
        for days in [93, 400, 4000] {
            assert_eq!(forgets(&kept, after(event.moment_utc, days)), 0, "{without:?}");
        }
        assert!(knows(&kept, &event), "{without:?}");
        let over = after(event.moment_utc, 4001);
        kept.lift(&hold, over);
        assert_eq!(forgets(&kept, over), 1, "{without:?}");
        assert!(!knows(&kept, &event), "{without:?}");
    }
}

#[test]
fn a_hold_from_when_there_was_evidence_goes_on() {
    let (kept, event) = (Kept::new(), sample(0));
    kept.lay(&event, event.moment_utc);
    type_in(&kept, &event, event.moment_utc);
    let hold = kept.hold(&event, hours(event.moment_utc, 2));
    std::fs::remove_dir_all(kept.path().join(&event.evidence)).unwrap();
    kept.store.repair(kept.path()).unwrap();
    assert_eq!(forgets(&kept, after(event.moment_utc, 400)), 0);
    assert!(knows(&kept, &event));
    kept.lift(&hold, after(event.moment_utc, 400));
    assert_eq!(forgets(&kept, after(event.moment_utc, 400)), 1);
}

#[test]
fn what_holds_another_sighting_or_what_was_merged_holds_the_plate() {
    for without in [Without::Lost, Without::RemovedBefore, Without::Never] {
        let kept = Kept::new();
        let [first, again, _, same] = incident();
        let same = EventRecord { place: None, ..same };
        without.make(&kept, &first);
        for e in [&again, &same] {
            kept.lay(e, e.moment_utc);
        }
        kept.decide(&same, hours(first.moment_utc, 3), Ask::Merge(first.id.clone()));
        let over = after(first.moment_utc, 100);
        for other in [&again, &same] {
            let hold = kept.hold(other, hours(first.moment_utc, 4));
            assert_eq!(forgets(&kept, over), 0, "{without:?}");
            assert!(knows(&kept, &first) && kept.is_there(other), "{without:?}");
            kept.lift(&hold, hours(first.moment_utc, 5));
        }
        let done = kept.tidied(&kept.plan(over));
        assert_eq!((done.events, done.plates), (2, 1), "{without:?}");
        assert!(!knows(&kept, &first), "{without:?}");
    }
}

#[test]
fn without_evidence_and_plate_there_is_nothing_to_hold() {
    let (kept, event) = (Kept::new(), sample(0));
    let none = EventRecord { evidence_state: EvidenceState::None, ..event.clone() };
    kept.store.put_event(&none).unwrap();
    let hold = Hold {
        id: "h-1".into(),
        event: event.id.clone(),
        reason: "Hồ sơ 12/2026".into(),
        by: "uid 1".into(),
        at: event.moment_utc,
        until: None,
        lifted: None,
    };
    let put = || kept.store.put_hold(&hold, &entry(event.moment_utc)).unwrap();
    assert_eq!(put(), HoldPut::NoEvidence);
    type_in(&kept, &event, event.moment_utc);
    assert_eq!(put(), HoldPut::Done);
}

#[test]
fn what_was_decided_and_when_it_was_stored_count_as_for_evidence() {
    // A violation's plate outlives its evidence, as where that is removed.
    let (kept, event) = (Kept::new(), sample(0));
    Without::Lost.make(&kept, &event);
    kept.decide(&event, hours(event.moment_utc, 2), Ask::Confirm);
    assert_eq!(forgets(&kept, after(event.moment_utc, 4000)), 0);
    assert!(knows(&kept, &event));
    // Dismissed late.
    let event = sample(3);
    Without::Never.make(&kept, &event);
    kept.decide(&event, after(event.moment_utc, 50), Ask::Dismiss(Reason::PoorView));
    assert_eq!(forgets(&kept, after(event.moment_utc, 139)), 0);
    assert_eq!(forgets(&kept, after(event.moment_utc, 141)), 1);
    // Read late, and lost.
    let event = sample(6);
    let read = after(event.moment_utc, 120);
    kept.lay(&event, read);
    type_in(&kept, &event, read);
    assert_eq!(kept.goes(read), []);
    std::fs::remove_dir_all(kept.path().join(&event.evidence)).unwrap();
    kept.store.repair(kept.path()).unwrap();
    assert_eq!(forgets(&kept, after(read, 89)), 0);
    assert!(knows(&kept, &event));
    assert_eq!(forgets(&kept, after(read, 91)), 1);
}

#[test]
fn a_plate_that_was_taken_back_is_forgotten_and_that_it_was_stays() {
    let (kept, event) = (Kept::new(), sample(0));
    Without::Never.make(&kept, &event);
    kept.decide_with(&event, hours(event.moment_utc, 2), Ask::Plate, Some(""));
    for forgotten in [1, 0] {
        assert_eq!(forgets(&kept, after(event.moment_utc, 100)), forgotten);
        let plates: Vec<Option<String>> =
            kept.store.decisions(&event.id).unwrap().into_iter().map(|d| d.plate).collect();
        assert_eq!(plates, [None, Some(String::new())]);
    }
}

#[test]
fn many_plates_are_forgotten_some_at_a_time_and_held_ones_keep_no_turn() {
    let kept = Kept::new();
    let none = |n| EventRecord { evidence_state: EvidenceState::None, ..sample(n) };
    let all: Vec<(EventRecord, Vec<_>)> = (0..520).map(|n| (none(n), vec![])).collect();
    kept.store.put_all(&all).unwrap();
    statement(&kept, "INSERT INTO reviews (event, version, plate) SELECT id, 1, 'X' FROM events")
        .unwrap();
    for (event, _) in &all[..10] {
        kept.hold(event, event.moment_utc);
    }
    let over = after(all[519].0.moment_utc, 100);
    let each = [0; 3].map(|_| forgets(&kept, over));
    assert_eq!(each, [500, 10, 0]);
}
