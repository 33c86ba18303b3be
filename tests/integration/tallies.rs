//! Counts and searches that do not look at every event say what looking at every event says, whatever
//! was stored, decided and replaced before.

use crate::postgres_rig::data_folder;
use crate::sample::sample;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, Reason, change};
use streetward::rules::{Domain, Kind};
use streetward::store::{
    Counted, EventFilter, EventRecord, EvidenceState, FaultKind, Place, QueueFilter, QueueOrder,
    QueueScope, Status, Store, TallyBy, check, word,
};
use streetward::vision::{BBox, Class};
use tempfile::TempDir;

const HOUR: i64 = 3_600_000_000;

/// One thing that happens to a store.
#[derive(Debug, Clone)]
enum Step {
    /// An event of that number is stored so many hours after the first, of a camera; whole or not;
    /// whether it goes on with the one before.
    Put { n: u32, hours: i64, camera: u8, whole: bool, goes_on: bool },
    /// Somebody does something with it.
    Decide { n: u32, what: u8 },
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0u32..12, 0i64..90, 0u8..4, any::<bool>(), any::<bool>()).prop_map(
            |(n, hours, camera, whole, goes_on)| Step::Put { n, hours, camera, whole, goes_on }
        ),
        (0u32..12, 0u8..5).prop_map(|(n, what)| Step::Decide { n, what }),
    ]
}

/// Where the cameras stand: the fourth is the first with another name.
fn placed(event: EventRecord, camera: u8) -> EventRecord {
    let (id, name, ward) = [
        ("p1-01", "Ngã tư Lê Lợi", Some("Phường 1")),
        ("p2-02", "Cổng chợ Đông", Some("Phường 2")),
        ("x-03", "Bến xe", None),
        ("p1-01", "Ngã tư Trần Phú", Some("Phường 1")),
    ][usize::from(camera)];
    EventRecord {
        camera: id.to_owned(),
        camera_name: name.to_owned(),
        ward: ward.map(str::to_owned),
        ..event
    }
}

fn made(n: u32, hours: i64, camera: u8, whole: bool, goes_on: bool) -> EventRecord {
    let later = |t: WallTime| WallTime(t.0 + jiff::SignedDuration::from_hours(hours));
    let of = sample(n);
    let bbox = BBox { x1: 1.0, y1: 1.0, x2: 9.0, y2: 9.0 };
    // The same camera and rule, so that some do go on with others.
    let before = (goes_on && n > 0).then(|| sample(n - 1).id);
    placed(
        EventRecord {
            start_utc: later(of.start_utc),
            moment_utc: later(of.moment_utc),
            end_utc: later(of.end_utc),
            rule: "rule".to_owned(),
            complete: whole,
            evidence_state: if whole { EvidenceState::Whole } else { EvidenceState::Incomplete },
            place: Some(Place { start: bbox, last: bbox, appearance: None, continues: before }),
            ..of
        },
        camera,
    )
}

fn play(store: &Store, steps: &[Step]) {
    for (key, step) in steps.iter().enumerate() {
        match step {
            Step::Put { n, hours, camera, whole, goes_on } => {
                store.put_event(&made(*n, *hours, *camera, *whole, *goes_on)).unwrap();
            }
            Step::Decide { n, what } => {
                let id = sample(*n).id;
                let (Some(event), Some(now)) =
                    (store.event(&id).unwrap(), store.review(&id).unwrap())
                else {
                    continue;
                };
                let ask = match what {
                    0 => Ask::Acknowledge,
                    1 => Ask::Confirm,
                    2 => Ask::Dismiss(Reason::NoViolation),
                    3 => Ask::CannotTell,
                    _ => Ask::Reopen,
                };
                let vehicle = event.subject_class == Class::Car;
                let asked = Asked {
                    by: ["u-lan", "u-minh"][key % 2].to_owned(),
                    at: event.end_utc,
                    seen: now.version,
                    request_key: format!("request-{key}"),
                    note: Some("said".to_owned()),
                    plate: (*what == 1 && vehicle).then(|| format!("84A-1234{}", key % 10)),
                    ask,
                };
                if let Ok(change) = change(&now, &event, &asked, false) {
                    store.decide(&change).unwrap();
                }
            }
        }
    }
}

fn all(store: &Store) -> Vec<EventRecord> {
    let mut events = Vec::new();
    let _ = store
        .each_event(&EventFilter::default(), |event| {
            events.push(event);
            ControlFlow::<()>::Continue(())
        })
        .unwrap();
    events
}

fn key(event: &EventRecord, by: TallyBy) -> String {
    let local = event.start_utc.0.as_microsecond() + 7 * HOUR;
    match by {
        TallyBy::Domain => word(&event.domain),
        TallyBy::Ward => event.ward.clone().unwrap_or_default(),
        TallyBy::Camera => event.camera.clone(),
        TallyBy::Kind => word(&event.kind),
        TallyBy::Hour => (local / HOUR % 24).to_string(),
        TallyBy::Day => (local / HOUR / 24).to_string(),
    }
}

/// What looking at every event says.
fn looked_at(events: &[EventRecord], store: &Store, f: &QueueFilter) -> Vec<EventRecord> {
    let fits = |e: &&EventRecord| {
        let hour = key(e, TallyBy::Hour).parse::<u8>().unwrap();
        let lower = |t: &str| t.to_lowercase();
        let review = store.review(&e.id).unwrap().unwrap();
        let text = f.text.as_deref().map(lower);
        let names = [&e.camera, &e.camera_name, e.ward.as_ref().unwrap_or(&e.zone), &e.zone];
        f.scope.holds(e.ward.as_deref(), e.domain)
            && (f.statuses.is_empty() || f.statuses.contains(&e.status))
            && (f.kinds.is_empty() || f.kinds.contains(&e.kind))
            && (f.wards.is_empty() || e.ward.as_ref().is_some_and(|w| f.wards.contains(w)))
            && (f.cameras.is_empty() || f.cameras.contains(&e.camera))
            && (f.classes.is_empty() || f.classes.contains(&e.subject_class))
            && f.from.is_none_or(|t| e.start_utc >= t)
            && f.to.is_none_or(|t| e.start_utc < t)
            && f.hours.is_none_or(|(a, b)| {
                if a < b { (a..b).contains(&hour) } else { hour >= a || hour < b }
            })
            && (f.sightings || e.same_as.is_none())
            && text
                .is_none_or(|t| names.iter().any(|n| lower(n).contains(&t)) || e.id.starts_with(&t))
            && f.reviewer.as_ref().is_none_or(|r| review.decided_by.as_ref() == Some(r))
            && f.plate.as_ref().is_none_or(|p| review.plate.is_some_and(|q| q.contains(p)))
    };
    events.iter().filter(fits).cloned().collect()
}

fn some<T: Clone + std::fmt::Debug + 'static>(of: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    let most = of.len();
    prop_oneof![3 => Just(Vec::new()), 1 => proptest::sample::subsequence(of, 1..=most)]
}

fn any_filter() -> impl Strategy<Value = QueueFilter> {
    let wards = || vec!["Phường 1".to_owned(), "Phường 2".to_owned()];
    let texts = ["lê lợi", "Bến", "phường", "p1-01", "vỉa hè", "nobody", "chợ"];
    let ids: Vec<String> = (0..4).map(|n| sample(n).id[..5].to_owned()).collect();
    let texts: Vec<String> = texts.into_iter().map(str::to_owned).chain(ids).collect();
    let maybe = |of: Vec<String>| prop_oneof![3 => Just(None), 1 => proptest::sample::select(of).prop_map(Some)];
    let time = || {
        let at = |h: i64| WallTime(sample(0).start_utc.0 + jiff::SignedDuration::from_hours(h));
        prop_oneof![1 => Just(None), 1 => (-30i64..120).prop_map(move |h| Some(at(h)))]
    };
    (
        (some(wards()), some(vec![Domain::Traffic, Domain::Security]), any::<bool>()),
        (some(Status::ALL.to_vec()), some(vec![Kind::IllegalParking, Kind::RestrictedArea])),
        (some(wards()), some(vec!["p1-01".to_owned(), "x-03".to_owned()])),
        (some(vec![Class::Car, Class::Person]), time(), time()),
        (maybe(texts), maybe(vec!["u-lan".to_owned(), "u-none".to_owned()])),
        (maybe(vec!["84A".to_owned(), "45".to_owned()]), any::<bool>(), any::<bool>()),
    )
        .prop_map(|(scope, status, place, class, named, last)| QueueFilter {
            scope: QueueScope {
                wards: (scope.2 && !scope.0.is_empty()).then_some(scope.0),
                domains: (scope.2 && !scope.1.is_empty()).then_some(scope.1),
            },
            statuses: status.0,
            kinds: status.1,
            wards: place.0,
            cameras: place.1,
            classes: class.0,
            from: class.1,
            to: class.2,
            hours: last.1.then_some((22, 9)),
            text: named.0,
            reviewer: named.1,
            plate: last.0,
            sightings: last.2,
            ..QueueFilter::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn counts_and_queues_say_what_the_events_say(
        steps in prop::collection::vec(any_step(), 1..40),
        filters in prop::collection::vec(any_filter(), 1..12),
    ) {
        let folder = data_folder();
        let store = Store::open(folder.path()).unwrap();
        play(&store, &steps);
        let events = all(&store);
        for filter in &filters {
            let wanted = looked_at(&events, &store, filter);
            let ids: BTreeSet<&str> = wanted.iter().map(|e| e.id.as_str()).collect();
            let counted = Counted { at_least: wanted.len() as u64, exact: true };
            prop_assert_eq!(store.queue_count(filter, 1000).unwrap(), counted, "{:?}", filter);
            let bounded = store.queue_count(filter, 2).unwrap();
            prop_assert!(bounded.at_least <= counted.at_least);
            prop_assert!(bounded.at_least >= counted.at_least.min(2), "{:?}", filter);
            prop_assert!(!bounded.exact || bounded == counted, "{:?}", filter);
            for order in [QueueOrder::Newest, QueueOrder::Oldest, QueueOrder::Severity] {
                let mut had: Vec<EventRecord> = Vec::new();
                let mut after = None;
                loop {
                    let page = store.queue(filter, order, after.as_ref(), 3).unwrap();
                    had.extend(page.events);
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                let told: BTreeSet<&str> = had.iter().map(|e| e.id.as_str()).collect();
                prop_assert_eq!(&told, &ids, "{:?} {:?}", order, filter);
                prop_assert_eq!(had.len(), ids.len(), "each once");
                let sorted = had.windows(2).all(|two| {
                    let [a, b] = [&two[0], &two[1]].map(|e| (e.start_utc, e.id.clone()));
                    match order {
                        QueueOrder::Newest => a > b,
                        QueueOrder::Severity => (two[0].severity, a) > (two[1].severity, b),
                        _ => a < b,
                    }
                });
                prop_assert!(sorted, "{:?}", order);
            }
            for by in [
                TallyBy::Domain,
                TallyBy::Ward,
                TallyBy::Camera,
                TallyBy::Kind,
                TallyBy::Hour,
                TallyBy::Day,
            ] {
                let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
                for event in &wanted {
                    *counts.entry((key(event, by), word(&event.status))).or_insert(0) += 1;
                }
                let told: BTreeMap<(String, String), u64> = store
                    .tally(filter, by)
                    .unwrap()
                    .into_iter()
                    .map(|row| ((row.key, word(&row.status)), row.count))
                    .collect();
                prop_assert_eq!(told, counts, "{:?} {:?}", by, filter);
            }
        }
        drop(store);
        let report = check(folder.path(), false).unwrap();
        prop_assert!(report.faults.iter().all(|f| f.kind != FaultKind::Counts));
    }
}

/// Does something to the database behind the store's back.
fn meddle(folder: &std::path::Path, sql: &'static str) {
    use sqlx::Connection;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("streetward.db"));
        let mut on = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut on).await.unwrap();
        on.close().await.unwrap();
    });
}

fn counts_are_wrong(folder: &std::path::Path) -> bool {
    check(folder, false).unwrap().faults.iter().any(|f| f.kind == FaultKind::Counts)
}

#[test]
fn events_that_go_are_counted_away_and_wrong_counts_are_found_and_mended() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let store = Store::open(path).unwrap();
    for n in 0..12 {
        store.put_event(&made(n, i64::from(n) * 5, (n % 4) as u8, true, false)).unwrap();
    }
    drop(store);
    meddle(path, "DELETE FROM events WHERE camera = 'p1-01'");
    assert!(!counts_are_wrong(path), "the counts went with them");
    for sql in [
        "UPDATE totals SET firsts = firsts + 1 WHERE camera = 'x-03'",
        "UPDATE tallies SET firsts = firsts - 1 WHERE sort = 'all_hour'",
        "DELETE FROM places",
    ] {
        meddle(path, sql);
        assert!(counts_are_wrong(path), "{sql}");
        let store = Store::open(path).unwrap();
        let done = store.repair(path).unwrap();
        assert!(done.iter().any(|d| d.contains("counted anew")), "{done:?}");
        drop(store);
        assert!(!counts_are_wrong(path), "{sql}");
    }
    // Where the triggers were away, nobody knows what was missed.
    meddle(path, "DROP TRIGGER event_removed; DELETE FROM events WHERE camera = 'x-03'");
    assert!(counts_are_wrong(path));
    drop(Store::open(path).unwrap());
    assert!(!counts_are_wrong(path));
}

#[test]
fn a_text_without_marks_means_names_with_them() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for n in 0..4 {
        store.put_event(&made(n, 0, n as u8, true, false)).unwrap();
    }
    let found = |text: &str| {
        let filter = QueueFilter { text: Some(text.to_owned()), ..QueueFilter::default() };
        let page = store.queue(&filter, QueueOrder::Oldest, None, 50).unwrap();
        page.events.into_iter().map(|e| e.camera_name).collect::<Vec<_>>()
    };
    assert_eq!(found("le loi"), ["Ngã tư Lê Lợi"]);
    assert_eq!(found("CHO DONG"), ["Cổng chợ Đông"]);
    assert_eq!(found("phuong 1"), ["Ngã tư Lê Lợi", "Ngã tư Trần Phú"]);
    assert_eq!(found("lê loi"), [""; 0]);
    let fourth = sample(3).id;
    assert_eq!(found(&fourth[..6]), ["Ngã tư Trần Phú"]);
    // A camera that comes later is found by what was asked before.
    let event =
        EventRecord { camera_name: "Cầu Long Bình".to_owned(), ..made(5, 0, 1, true, false) };
    assert_eq!(found("long binh"), [""; 0]);
    store.put_event(&event).unwrap();
    assert_eq!(found("long binh"), ["Cầu Long Bình"]);
}
