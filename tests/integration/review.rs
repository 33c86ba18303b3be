//! What people decide of events: which steps lead where, that nobody's decision is lost or doubled,
//! and that nothing leaves as a violation that nobody confirmed.

use crate::postgres_rig::data_folder;
use crate::sample::{filled, sample};
use assert_cmd::Command;
use proptest::prelude::*;
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, PlateError, Reason, Refused, change, is_decided};
use streetward::store::{
    Action, EventRecord, EvidenceState, Outcome, ReviewState, SecondLook, Status, Store,
};

fn at(seconds: i64) -> WallTime {
    WallTime(jiff::Timestamp::from_second(1_780_000_000 + seconds).unwrap())
}

fn asked(by: &str, seen: u64, key: &str, ask: Ask) -> Asked {
    let note = matches!(ask, Ask::Reopen | Ask::Note).then(|| "looked at it again".to_owned());
    Asked {
        by: by.to_owned(),
        at: at(seen as i64),
        seen,
        request_key: format!("request-{key}"),
        ask,
        note,
        plate: None,
    }
}

/// An event whose evidence is sealed.
fn event() -> EventRecord {
    EventRecord { evidence_state: EvidenceState::Whole, ..sample(1) }
}

fn standing(status: Status, version: u64) -> ReviewState {
    ReviewState { event: event().id, status, version, ..ReviewState::default() }
}

#[test]
fn each_step_leads_where_it_should_or_says_why_not() {
    use Status::{Acknowledged, CannotTell, Confirmed, Dismissed, Pending};
    let steps = [
        (Ask::Acknowledge, [Some(Acknowledged), None, None, None, None]),
        (Ask::Confirm, [Some(Confirmed), Some(Confirmed), None, None, None]),
        (Ask::Dismiss(Reason::PoorView), [Some(Dismissed), Some(Dismissed), None, None, None]),
        (Ask::CannotTell, [Some(CannotTell), Some(CannotTell), None, None, None]),
        (Ask::Merge("another".into()), [Some(Dismissed), Some(Dismissed), None, None, None]),
        (Ask::Reopen, [None, None, Some(Acknowledged), Some(Acknowledged), Some(Acknowledged)]),
        (Ask::Note, [Pending, Acknowledged, Confirmed, Dismissed, CannotTell].map(Some)),
    ];
    for (ask, leads) in steps {
        for (from, to) in Status::ALL.into_iter().zip(leads) {
            let told =
                change(&standing(from, 3), &event(), &asked("lan", 3, "1", ask.clone()), false);
            match (told, to) {
                (Ok(change), Some(to)) => {
                    assert_eq!(change.after.status, to, "{ask:?} from {from:?}");
                    assert_eq!((change.decision.from, change.decision.to), (from, to));
                    assert_eq!(change.after.version, 4);
                    assert_eq!(change.after.decided.is_some(), is_decided(to) && !is_decided(from));
                }
                (Err(Refused::NotFromHere { status, .. }), None) => assert_eq!(status, from),
                (told, to) => panic!("{ask:?} from {from:?}: {told:?}, not {to:?}"),
            }
        }
    }
}

#[test]
fn what_is_missing_is_said() {
    let ask = |ask, note: Option<&str>, plate: Option<&str>| {
        let asked = Asked {
            note: note.map(str::to_owned),
            plate: plate.map(str::to_owned),
            ..asked("lan", 0, "1", ask)
        };
        change(&standing(Status::Pending, 0), &event(), &asked, false).map(|c| c.after.plate)
    };
    assert_eq!(ask(Ask::Dismiss(Reason::Other), None, None), Err(Refused::NoteNeeded));
    assert_eq!(ask(Ask::Dismiss(Reason::Other), Some("  "), None), Err(Refused::NoteNeeded));
    assert_eq!(ask(Ask::Dismiss(Reason::Other), Some("a wedding"), None), Ok(None));
    assert!(matches!(
        ask(Ask::Dismiss(Reason::CalibrationWrong), None, None),
        Err(Refused::NotOfKind { .. })
    ));
    assert_eq!(ask(Ask::Note, Some(&"a".repeat(2001)), None), Err(Refused::NoteTooLong));
    assert_eq!(ask(Ask::Merge(event().id), None, None), Err(Refused::Itself));
    assert_eq!(ask(Ask::Agree, None, None), Err(Refused::NoSecondLook));
    assert!(matches!(ask(Ask::Confirm, None, Some("no plate")), Err(Refused::Plate(_))));
    assert_eq!(ask(Ask::Confirm, None, Some("84a 12345")), Ok(Some("84A-123.45".into())));
    // A plate is taken back by an empty one, where there is one.
    let none = || Err(Refused::Plate(PlateError::Length));
    assert_eq!(ask(Ask::Plate, None, None), none());
    assert_eq!(ask(Ask::Plate, None, Some(" ")), none());
    let with = ReviewState { plate: Some("84A-123.45".into()), ..standing(Status::Pending, 0) };
    let empty = |ask| Asked { plate: Some(String::new()), ..asked("lan", 0, "1", ask) };
    let back = change(&with, &event(), &empty(Ask::Plate), false).unwrap();
    assert_eq!((back.after.plate, back.decision.plate), (None, Some(String::new())));
    let kept = change(&with, &event(), &empty(Ask::Confirm), false).unwrap();
    assert_eq!((kept.after.plate, kept.decision.plate), (with.plate, None));
    let open = EventRecord { evidence_state: EvidenceState::Open, ..event() };
    let told =
        change(&standing(Status::Pending, 0), &open, &asked("lan", 0, "1", Ask::Confirm), false);
    assert_eq!(told.err(), Some(Refused::StillOpen));
}

#[test]
fn a_second_look_is_somebody_elses() {
    let first = standing(Status::Pending, 0);
    let decided =
        change(&first, &event(), &asked("lan", 0, "1", Ask::Confirm), true).unwrap().after;
    assert_eq!(decided.second_look, Some(SecondLook::Wanted));
    let own = change(&decided, &event(), &asked("lan", 1, "2", Ask::Agree), true);
    assert_eq!(own.err(), Some(Refused::OwnDecision));
    let agreed = change(&decided, &event(), &asked("minh", 1, "2", Ask::Agree), true).unwrap();
    assert_eq!(agreed.after.second_look, Some(SecondLook::Agreed));
    assert_eq!(agreed.after.status, Status::Confirmed);
    let back = change(&decided, &event(), &asked("minh", 1, "2", Ask::Reopen), true).unwrap();
    assert_eq!(back.after.second_look, Some(SecondLook::Disagreed));
}

#[test]
fn of_two_who_decide_one_wins_and_the_other_is_told_who() {
    let data = data_folder();
    let event = event();
    // Both have looked at the same before either decides.
    let now = filled(data.path(), 3).review(&event.id).unwrap().unwrap();
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let both = ["lan", "minh"].map(|by| {
            let (data, event, now) = (data.path(), &event, &now);
            scope.spawn(move || {
                let store = Store::open_beside(data).unwrap();
                let ask = if by == "lan" { Ask::Confirm } else { Ask::CannotTell };
                store.decide(&change(now, event, &asked(by, 0, by, ask), false).unwrap()).unwrap()
            })
        });
        both.map(|b| b.join().unwrap()).into()
    });
    let store = Store::open_read(data.path()).unwrap();
    let stands = store.review(&event.id).unwrap().unwrap();
    let won = outcomes.iter().filter(|o| **o == Outcome::Done(stands.clone())).count();
    assert_eq!((won, stands.version), (1, 1), "{outcomes:?}");
    let told = outcomes.iter().find_map(|o| match o {
        Outcome::Conflict(now, Some(last)) => Some((now.clone(), last.by.clone())),
        _ => None,
    });
    assert_eq!(told, Some((stands.clone(), stands.decided_by.unwrap())));
    assert_eq!(store.decisions(&event.id).unwrap().len(), 1);
}

#[test]
fn what_is_asked_twice_is_done_once() {
    let data = data_folder();
    let store = filled(data.path(), 3);
    let event = event();
    let now = store.review(&event.id).unwrap().unwrap();
    assert_eq!((now.version, now.status), (0, Status::Pending));
    let wanted = change(&now, &event, &asked("lan", 0, "a", Ask::Confirm), false).unwrap();
    let first = store.decide(&wanted).unwrap();
    assert!(matches!(&first, Outcome::Done(s) if s.status == Status::Confirmed && s.version == 1));
    assert_eq!(store.decide(&wanted).unwrap(), first, "the answer had been lost on its way");
    // The same key for another event is no answer to it.
    let other = EventRecord { evidence_state: EvidenceState::Whole, ..sample(2) };
    let now = store.review(&other.id).unwrap().unwrap();
    let wanted = change(&now, &other, &asked("lan", 0, "a", Ask::Confirm), false).unwrap();
    assert!(matches!(store.decide(&wanted).unwrap(), Outcome::Conflict(s, None) if s.version == 0));
    let history = store.decisions(&event.id).unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].action, history[0].by.as_str()), (Action::Confirm, "lan"));
    let nobody = ReviewState { event: "nothing".into(), ..ReviewState::default() };
    let strange = EventRecord { id: "nothing".into(), ..other };
    let wanted = change(&nobody, &strange, &asked("lan", 0, "b", Ask::Confirm), false).unwrap();
    assert_eq!(store.decide(&wanted).unwrap(), Outcome::NoEvent);
}

/// What was confirmed was what could be seen then. A whole run's evidence in its place has been seen by
/// nobody.
#[test]
fn what_was_decided_on_half_an_event_is_open_again_when_the_whole_comes() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let half =
        EventRecord { complete: false, evidence_state: EvidenceState::Incomplete, ..sample(1) };
    store.put_event(&half).unwrap();
    let now = store.review(&half.id).unwrap().unwrap();
    let confirm = |seen, key| change(&now, &half, &asked("lan", seen, key, Ask::Confirm), true);
    store.decide(&confirm(0, "a").unwrap()).unwrap();
    store.put_event(&event()).unwrap();
    let stands = store.review(&half.id).unwrap().unwrap();
    assert_eq!((stands.status, stands.version), (Status::Acknowledged, 2));
    assert_eq!((stands.decided_by, stands.second_look), (None, None));
    let last = store.decisions(&half.id).unwrap().pop().unwrap();
    assert_eq!((last.action, last.by.as_str()), (Action::Replaced, "service"));
    assert_eq!((last.from, last.to), (Status::Confirmed, Status::Acknowledged));
    // Who still looks at the old one is told.
    let late = store.decide(&confirm(1, "b").unwrap()).unwrap();
    assert!(matches!(late, Outcome::Conflict(_, Some(d)) if d.action == Action::Replaced));
    // The same again changes nothing.
    store.put_event(&event()).unwrap();
    assert_eq!(store.review(&half.id).unwrap().unwrap().version, 2);
}

/// A plate is part of what was decided.
#[test]
fn a_plate_is_not_changed_behind_a_decision() {
    for status in [Status::Confirmed, Status::Dismissed, Status::CannotTell] {
        for ask in [Ask::Plate, Ask::Note, Ask::Agree] {
            let now = ReviewState {
                second_look: Some(SecondLook::Wanted),
                decided_by: Some("lan".into()),
                ..standing(status, 1)
            };
            let asked = Asked { plate: Some("84A-123.45".into()), ..asked("minh", 1, "1", ask) };
            let told = change(&now, &event(), &asked, false);
            assert!(matches!(told, Err(Refused::NotFromHere { .. })), "{told:?}");
        }
    }
}

/// Judging the footage again leaves what people decided.
#[test]
fn what_was_decided_stays_when_the_footage_is_judged_again() {
    let data = data_folder();
    let store = filled(data.path(), 3);
    let event = event();
    let now = store.review(&event.id).unwrap().unwrap();
    store
        .decide(&change(&now, &event, &asked("lan", 0, "a", Ask::Confirm), false).unwrap())
        .unwrap();
    store.put_event(&sample(1)).unwrap();
    assert_eq!(store.review(&event.id).unwrap().unwrap().status, Status::Confirmed);
}

#[test]
fn nothing_unreviewed_is_exported_as_a_violation() {
    let data = data_folder();
    let store = filled(data.path(), 6);
    let asks = [Ask::Acknowledge, Ask::Confirm, Ask::Dismiss(Reason::PoorView), Ask::CannotTell];
    let mut confirmed = Vec::new();
    for (n, ask) in asks.into_iter().enumerate() {
        let event = EventRecord { evidence_state: EvidenceState::Whole, ..sample(n as u32) };
        let now = store.review(&event.id).unwrap().unwrap();
        if ask == Ask::Confirm {
            confirmed.push(event.id.clone());
        }
        let change = change(&now, &event, &asked("lan", 0, &n.to_string(), ask), false).unwrap();
        assert!(matches!(store.decide(&change).unwrap(), Outcome::Done(_)));
    }
    drop(store);
    for ending in ["csv", "json", "jsonl"] {
        let out = data.path().join(format!("out.{ending}"));
        let mut export = Command::new(env!("CARGO_BIN_EXE_streetward"));
        export.args(["events", "export", "--data"]).arg(data.path()).arg("--output").arg(&out);
        export.assert().success();
        let text = std::fs::read_to_string(out).unwrap();
        for n in 0..6 {
            let id = sample(n).id;
            assert_eq!(text.contains(&id), confirmed.contains(&id), "{ending}: {id}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is asked, in whatever order, by whomever: versions count up by one, nothing is
    /// confirmed but by a confirmation, and the history leads from the first state to the last.
    #[test]
    fn any_order_of_steps_leaves_a_history_that_holds_together(
        steps in proptest::collection::vec((0_usize..8, 0_u64..3, 0_usize..2), 1..14),
    ) {
        let data = data_folder();
        let store = filled(data.path(), 3);
        let event = event();
        for (n, (what, behind, who)) in steps.into_iter().enumerate() {
            let ask = [
                Ask::Acknowledge, Ask::Confirm, Ask::Dismiss(Reason::NoViolation), Ask::CannotTell,
                Ask::Reopen, Ask::Note, Ask::Agree, Ask::Merge("another".into()),
            ][what].clone();
            let now = store.review(&event.id).unwrap().unwrap();
            let seen = now.version.saturating_sub(behind);
            let asked = asked(["lan", "minh"][who], seen, &format!("k{n}"), ask);
            if let Ok(wanted) = change(&now, &event, &asked, n % 2 == 0) {
                match store.decide(&wanted).unwrap() {
                    Outcome::Done(after) => prop_assert_eq!(after.version, now.version + 1),
                    Outcome::Conflict(stands, _) => prop_assert_eq!(stands, now),
                    Outcome::NoEvent | Outcome::OtherMerged(_) | Outcome::SameIncident => {
                        prop_assert!(false);
                    }
                }
            }
        }
        let history = store.decisions(&event.id).unwrap();
        let stands = store.review(&event.id).unwrap().unwrap();
        let mut status = Status::Pending;
        for (n, d) in history.iter().enumerate() {
            prop_assert_eq!(d.version, n as u64 + 1);
            prop_assert_eq!(d.from, status);
            prop_assert!(d.to != Status::Confirmed || d.from == d.to || d.action == Action::Confirm);
            status = d.to;
        }
        prop_assert_eq!(stands.status, status);
        prop_assert_eq!(stands.version, history.len() as u64);
        prop_assert_eq!(is_decided(status), stands.decided_by.is_some());
    }
}
