//! What retention may take and what it may not: nothing that nobody had time to look at, nothing that a
//! case, a request or a confirmed incident needs, and everything else although one folder is in trouble.

#![allow(clippy::unwrap_used)]

mod asked_for;
mod forgotten;

use crate::postgres_rig::data_folder;
use crate::sample::sample;
use crate::sightings::seen;
use serde_json::Value;
use std::fs::File;
use std::path::Path;
use streetward::config::StorageConfig;
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, Doer, Reason, change};
use streetward::rules::Domain;
use streetward::store::{
    Action, EventRecord, EvidenceState, Hold, HoldPut, Inventory, Outcome, Put, QueueFilter,
    QueueOrder, RetentionPlan, Status, Store, Tidied,
};
use tempfile::TempDir;

/// A store with evidence of next to no size, on a disk with room.
struct Kept {
    data: TempDir,
    store: Store,
}

impl Kept {
    fn new() -> Self {
        let data = data_folder();
        let store = Store::open(data.path()).unwrap();
        Self { data, store }
    }

    fn path(&self) -> &Path {
        self.data.path()
    }

    /// Lays an event's evidence down as it was sealed then, and stores the event.
    fn lay(&self, event: &EventRecord, sealed: WallTime) -> Put {
        let folder = self.path().join(&event.evidence);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("moment.jpg"), b"a picture").unwrap();
        let manifest = folder.join("manifest.json");
        std::fs::write(&manifest, format!("{{\"event\": \"{}\"}}", event.id)).unwrap();
        File::open(manifest).unwrap().set_modified(sealed.0.into()).unwrap();
        self.store.put_event(event).unwrap()
    }

    fn is_there(&self, event: &EventRecord) -> bool {
        self.path().join(&event.evidence).join("moment.jpg").exists()
    }

    fn decide(&self, event: &EventRecord, at: WallTime, ask: Ask) {
        self.decide_with(event, at, ask, None);
    }

    fn decide_with(&self, event: &EventRecord, at: WallTime, ask: Ask, plate: Option<&str>) {
        let now = self.store.review(&event.id).unwrap().unwrap();
        let note = matches!(ask, Ask::Reopen).then(|| "looked at it again".to_owned());
        let asked = Asked {
            by: "lan".into(),
            at,
            seen: now.version,
            request_key: format!("{}-{}", event.id, now.version),
            ask,
            note,
            plate: plate.map(str::to_owned),
        };
        let done = self.store.decide(&change(&now, event, &asked, false).unwrap()).unwrap();
        assert!(matches!(done, Outcome::Done(_)), "{done:?}");
    }

    fn hold(&self, event: &EventRecord, at: WallTime) -> String {
        let id = format!("h-{}", event.id);
        let hold = Hold {
            id: id.clone(),
            event: event.id.clone(),
            reason: "Hồ sơ 12/2026".into(),
            by: "uid 1".into(),
            at,
            until: None,
            lifted: None,
        };
        assert_eq!(self.store.put_hold(&hold, &entry(at)).unwrap(), HoldPut::Done);
        id
    }

    fn lift(&self, hold: &str, at: WallTime) {
        let lifted = streetward::store::Lifted { at, by: "uid 1".into(), reason: "xong".into() };
        self.store.lift_hold(hold, &lifted, &entry(at)).unwrap();
    }

    fn inventory(&self, now: WallTime) -> Inventory {
        let there = self.store.inventory(self.path(), now).unwrap();
        Inventory { free_bytes: u64::MAX / 4, total_bytes: u64::MAX / 2, ..there }
    }

    fn plan(&self, now: WallTime) -> RetentionPlan {
        RetentionPlan::new(&self.inventory(now), &StorageConfig::default())
    }

    /// The ids and rules of what would go.
    fn goes(&self, now: WallTime) -> Vec<(String, String)> {
        self.plan(now).removals.into_iter().map(|r| (r.item.id, r.rule)).collect()
    }

    fn tidied(&self, plan: &RetentionPlan) -> Tidied {
        self.store.tidy(self.path(), plan).unwrap()
    }
}

fn entry(at: WallTime) -> streetward::store::NewEntry {
    Doer::Command { uid: 1 }.entry(at, "tested", "x", Value::Null)
}

fn after(from: WallTime, days: i64) -> WallTime {
    WallTime(from.0 + jiff::SignedDuration::from_hours(24 * days))
}

fn hours(from: WallTime, hours: i64) -> WallTime {
    WallTime(from.0 + jiff::SignedDuration::from_hours(hours))
}

#[test]
fn old_footage_is_kept_from_when_it_was_read_and_not_from_when_it_was_filmed() {
    let kept = Kept::new();
    let (unseen, dismissed) = (sample(0), sample(3));
    let read = after(unseen.moment_utc, 120);
    kept.lay(&unseen, read);
    kept.lay(&dismissed, after(dismissed.moment_utc, 1));
    kept.decide(&dismissed, read, Ask::Dismiss(Reason::PoorView));
    for days in [0, 2, 89] {
        assert_eq!(kept.goes(after(read, days)), [], "after {days} days");
    }
    let rule = |e: &EventRecord, rule: &str| (e.id.clone(), rule.to_owned());
    let over = after(read, 91);
    let both =
        [rule(&dismissed, "age:traffic:dismissed:90"), rule(&unseen, "age:traffic:pending:90")];
    assert_eq!(kept.goes(over), both);
    let plan = kept.plan(over);
    assert!(plan.alarms[0].contains("before anybody has looked"), "{:?}", plan.alarms);
    assert!(plan.alarms[0].starts_with("evidence of 1 event"), "{:?}", plan.alarms);
}

#[test]
fn plates_that_nobody_confirmed_go_with_what_shows_them() {
    let kept = Kept::new();
    let events = [sample(0), sample(3), sample(6)];
    let asks = [Ask::Dismiss(Reason::PoorView), Ask::Confirm];
    for (n, event) in events.iter().enumerate() {
        kept.lay(event, event.moment_utc);
        let plate = format!("84A-123.4{n}");
        kept.decide_with(event, event.moment_utc, Ask::Plate, Some(&plate));
        if let Some(ask) = asks.get(n) {
            kept.decide(event, event.moment_utc, ask.clone());
        }
    }
    let found = |plate: &str| -> Vec<String> {
        let filter = QueueFilter { plate: Some(plate.into()), ..QueueFilter::default() };
        let page = kept.store.queue(&filter, QueueOrder::Oldest, None, 10).unwrap();
        page.events.into_iter().map(|e| e.id).collect()
    };
    // However it is written.
    for written in ["84A-123.40", "84A12340", "84a-12340", "84A 123.40"] {
        assert_eq!(found(written), [events[0].id.as_str()], "{written}");
    }
    let now = after(events[2].moment_utc, 100);
    assert_eq!(kept.tidied(&kept.plan(now)).events, 2);
    for (n, event) in events.iter().enumerate() {
        let stays = n == 1;
        assert_eq!(found(&format!("84A1234{n}")).len(), usize::from(stays));
        let entered = &kept.store.decisions(&event.id).unwrap()[0];
        assert_eq!((entered.action, entered.plate.is_some()), (Action::Plate, stays));
    }
}

#[test]
fn what_is_confirmed_long_after_it_happened_stays_for_a_while_all_the_same() {
    let kept = Kept::new();
    let event = sample(0);
    let read = after(event.moment_utc, 400);
    kept.lay(&event, read);
    kept.decide(&event, hours(read, 30), Ask::Confirm);
    assert_eq!(kept.goes(hours(read, 31)), []);
    assert_eq!(kept.goes(hours(read, 53)), []);
    let gone = (event.id.clone(), "age:traffic:confirmed:365".to_owned());
    assert_eq!(kept.goes(hours(read, 55)), [gone], "its term in law counts from when it happened");
}

#[test]
fn a_decision_made_while_evidence_is_removed_counts() {
    let kept = Kept::new();
    let (event, other) = (sample(0), sample(3));
    for e in [&event, &other] {
        kept.lay(e, e.moment_utc);
    }
    let now = after(event.moment_utc, 100);
    let plan = kept.plan(now);
    assert_eq!(plan.removals.len(), 2);
    kept.decide(&event, now, Ask::Confirm);
    assert_eq!(kept.tidied(&plan).events, 1);
    assert!(kept.is_there(&event) && !kept.is_there(&other));
    // Decided otherwise is not what was planned either.
    let event = sample(6);
    kept.lay(&event, event.moment_utc);
    kept.decide(&event, event.moment_utc, Ask::Confirm);
    let now = after(event.moment_utc, 400);
    let plan = kept.plan(now);
    assert_eq!(plan.removals.len(), 2, "the one of before, and this");
    kept.decide(&event, now, Ask::Reopen);
    assert_eq!(kept.tidied(&plan).events, 1);
    assert!(kept.is_there(&event));
}

/// Two sightings of one parked car, another event, and one that was found to be the same.
fn incident() -> [EventRecord; 4] {
    let place = |n: u32, e: EventRecord| EventRecord {
        evidence: format!("evidence/2026/08/06/{n:04}"),
        domain: Domain::Traffic,
        ..e
    };
    [
        place(1, seen(1, 0, 60, 140, 300.0)),
        place(2, seen(2, 90, 60, 140, 300.0)),
        place(3, seen(3, 20, 60, 140, 600.0)),
        place(4, seen(4, 95, 60, 140, 600.0)),
    ]
}

#[test]
fn all_that_shows_a_confirmed_incident_is_kept_as_long_as_it_is() {
    let kept = Kept::new();
    let all = incident();
    let [first, again, other, same] = &all;
    for e in &all[..3] {
        kept.lay(e, e.moment_utc);
    }
    // Merged by hand; it was no sighting by itself.
    let same = &EventRecord { place: None, ..same.clone() };
    kept.lay(same, same.moment_utc);
    let start = first.moment_utc;
    kept.decide(same, hours(start, 1), Ask::Merge(first.id.clone()));
    let days_100 = after(start, 100);
    let before_anybody = kept.plan(days_100);
    assert_eq!(before_anybody.removals.len(), 4);
    // A case that needs one of them needs all.
    for e in [first, again, same] {
        let hold = kept.hold(e, start);
        assert_eq!(kept.goes(days_100).iter().map(|g| &g.0).collect::<Vec<_>>(), [&other.id]);
        kept.lift(&hold, hours(start, 2));
    }
    kept.decide(first, hours(start, 3), Ask::Confirm);
    assert_eq!(kept.goes(days_100).iter().map(|g| &g.0).collect::<Vec<_>>(), [&other.id]);
    assert_eq!(kept.tidied(&before_anybody).events, 1);
    assert!([first, again, same].iter().all(|e| kept.is_there(e)) && !kept.is_there(other));
    let mut rules: Vec<String> =
        kept.goes(after(start, 367)).into_iter().map(|(_, rule)| rule).collect();
    rules.dedup();
    assert_eq!(rules, ["age:traffic:confirmed:365"]);
    let done = kept.tidied(&kept.plan(after(start, 367)));
    assert_eq!(done.events, 3);
}

#[test]
fn further_sightings_of_what_was_dismissed_are_dismissed() {
    let kept = Kept::new();
    let all = incident();
    let [first, again, ..] = &all;
    kept.lay(first, first.moment_utc);
    kept.lay(again, again.moment_utc);
    kept.decide(first, first.moment_utc, Ask::Dismiss(Reason::PoorView));
    let plan = kept.plan(after(first.moment_utc, 100));
    let rules: Vec<&str> = plan.removals.iter().map(|r| r.rule.as_str()).collect();
    assert_eq!(rules, ["age:traffic:dismissed:90"; 2]);
    assert_eq!(plan.alarms, [""; 0], "somebody has looked");
}

#[test]
fn footage_read_again_after_its_evidence_went_keeps_what_was_decided() {
    let kept = Kept::new();
    let event = sample(0);
    kept.lay(&event, event.moment_utc);
    kept.decide(&event, hours(event.moment_utc, 1), Ask::Confirm);
    let now = after(event.moment_utc, 366);
    assert_eq!(kept.tidied(&kept.plan(now)).events, 1);
    assert!(!kept.is_there(&event));
    let was = kept.store.review(&event.id).unwrap().unwrap();
    assert_eq!(kept.lay(&event, now), Put::Completed);
    let is = kept.store.review(&event.id).unwrap().unwrap();
    assert_eq!((is.status, &is.decided_by), (Status::Confirmed, &Some("lan".to_owned())));
    assert_eq!((is.decided, is.version), (was.decided, was.version + 1));
    let last = kept.store.decisions(&event.id).unwrap().pop().unwrap();
    assert_eq!((last.action, last.from, last.to), (Action::Replaced, is.status, is.status));
    assert!(last.note.as_ref().unwrap().contains("removed"), "{last:?}");
    let there = kept.store.events(&streetward::store::EventFilter::default()).unwrap();
    assert_eq!(there[0].evidence_state, EvidenceState::Whole);
    // It goes again when there was time to see it, as what it is.
    assert_eq!(kept.goes(hours(now, 20)), []);
    let rule = "age:traffic:confirmed:365".to_owned();
    assert_eq!(kept.goes(hours(now, 25)), [(event.id.clone(), rule)]);
}

#[test]
fn a_folder_in_trouble_keeps_nothing_else() {
    let kept = Kept::new();
    let events = [sample(0), sample(3), sample(6), sample(9)];
    for e in &events {
        kept.lay(e, e.moment_utc);
    }
    // A manifest that cannot be read, and a folder that cannot.
    let folder = |e: &EventRecord| kept.path().join(&e.evidence);
    let manifest = folder(&events[0]).join("manifest.json");
    std::fs::remove_file(&manifest).unwrap();
    std::fs::create_dir(&manifest).unwrap();
    File::open(&manifest).unwrap().set_modified(events[0].moment_utc.0.into()).unwrap();
    std::fs::remove_dir_all(folder(&events[1])).unwrap();
    std::fs::write(folder(&events[1]), b"").unwrap();
    let plan = kept.plan(after(events[3].moment_utc, 200));
    let told = plan.alarms.last().unwrap();
    assert!(told.starts_with("1 things cannot be read") && told.contains("0003"), "{told}");
    let done = kept.tidied(&plan);
    assert_eq!((done.events, done.failed.len()), (2, 1));
    assert!(done.failed[0].contains("manifest.json"), "{done:?}");
    assert!(!kept.is_there(&events[2]) && !kept.is_there(&events[3]));
    assert!(kept.is_there(&events[0]), "without a tombstone nothing goes");
}

/// A stall stands for days: each of its sightings goes, or is named.
#[test]
fn an_incident_of_many_sightings_goes_whole() {
    let kept = Kept::new();
    let all: Vec<EventRecord> = (0..60)
        .map(|n| {
            let event = seen(n, i64::from(n) * 90, 60, 140, 300.0);
            let evidence = format!("evidence/2026/08/06/{n:04}");
            EventRecord { evidence, domain: Domain::Traffic, ..event }
        })
        .collect();
    for event in &all {
        kept.lay(event, event.end_utc);
    }
    kept.decide(&all[0], all[59].end_utc, Ask::Dismiss(Reason::NoViolation));
    let plan = kept.plan(after(all[59].end_utc, 400));
    assert_eq!(plan.removals.len(), 60);
    let done = kept.tidied(&plan);
    assert_eq!((done.events, done.failed.as_slice()), (60, [].as_slice()));
    assert!(all.iter().all(|e| !kept.is_there(e)));
}
