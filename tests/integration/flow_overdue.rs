//! What is overdue is told: once an event and step, to the agency's own sinks, and many at once together.

use crate::alert_rig::web::Web;
use crate::alert_rig::{site, work};
use crate::sample::sample;
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use streetward::alert::{Courier, Escalated, Escalator};
use streetward::config::{Site, load_site};
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, change};
use streetward::store::{ActorKind, AuditFilter, EventRecord, EvidenceState, Outcome, Store};
use tempfile::TempDir;

/// Ward 1's cars have an agency that hears in both languages; what else there is has one that nobody
/// tells anything.
fn agencies(folder: &Path, url: &str) -> Site {
    let sink = |language: &str| {
        format!(
            "[[alerts]]\nname = \"{language}\"\nkind = \"webhook\"\nurl = \"{url}/{language}\"\n\
             language = \"{language}\"\nkinds = []\ncamera_states = []\n\
             link = \"https://streetward.example/events/{{id}}\"\n"
        )
    };
    let tables = format!(
        "{}{}[[agencies]]\nid = \"csgt-p1\"\nname = \"Cảnh sát giao thông Phường 1\"\n\
         wards = [\"Phường 1\"]\ndomains = [\"traffic\"]\nacknowledge_minutes = 60\n\
         decide_hours = 24\nsinks = [\"vi\", \"en\"]\n\
         [[agencies]]\nid = \"ubnd\"\nname = \"Ủy ban nhân dân\"\n",
        sink("vi"),
        sink("en")
    );
    site(folder, &tables);
    load_site(&folder.join("streetward.toml")).unwrap_or_else(|e| panic!("{e}"))
}

/// `minutes` after the first sample's day began.
fn at(minutes: i64) -> WallTime {
    let start: jiff::Timestamp = "2026-08-15T07:30:00Z".parse().unwrap();
    WallTime(start + SignedDuration::from_mins(minutes))
}

/// The `n`th car in ward 1, one every twelve minutes.
fn car(n: u32) -> EventRecord {
    EventRecord { evidence_state: EvidenceState::Whole, ..sample(n * 12) }
}

fn act(store: &Store, event: &EventRecord, by: &str, when: WallTime, ask: Ask) {
    let now = store.review(&event.id).unwrap().unwrap();
    let asked = Asked {
        by: by.to_owned(),
        at: when,
        seen: now.version,
        request_key: format!("overdue-{}-{}", event.id, now.version),
        ask,
        note: Some("xem lại".to_owned()),
        plate: None,
    };
    let event = EventRecord { status: now.status, ..event.clone() };
    let change = change(&now, &event, &asked, false).unwrap();
    assert!(matches!(store.decide(&change).unwrap(), Outcome::Done(_)));
}

fn told(alone: u64, together: u64) -> Escalated {
    Escalated { alone, together }
}

fn entries(store: &Store) -> Vec<(String, Value)> {
    let filter =
        AuditFilter { action: Some("escalated".to_owned()), limit: 500, ..AuditFilter::default() };
    let entries = store.audit_entries(&filter).unwrap();
    assert!(entries.iter().all(|e| (e.actor_kind, &*e.actor) == (ActorKind::Service, "service")));
    entries.into_iter().map(|e| (e.subject, serde_json::from_str(&e.details).unwrap())).collect()
}

#[test]
fn each_step_is_told_once_in_both_languages_and_noted() {
    let folder = TempDir::new().unwrap();
    let web = Web::start();
    let site = agencies(folder.path(), &web.url());
    let data = folder.path().join("data");
    let store = Store::open(&data).unwrap();
    for n in 0..3 {
        store.put_event(&car(n)).unwrap();
    }
    // Not the agency's: nobody hears of it.
    store.put_event(&sample(1)).unwrap();
    let mut escalator = Escalator::new(&site.agencies).unwrap();
    let mut look = |minutes| escalator.look(&store, at(minutes)).unwrap();
    assert_eq!(look(59), told(0, 0));
    assert_eq!(look(62), told(1, 0), "the first was to be taken up within an hour");
    assert_eq!(look(62), told(0, 0), "and is told once");
    let mut again = Escalator::new(&site.agencies).unwrap();
    assert_eq!(again.look(&store, at(63)).unwrap(), told(0, 0), "whoever looks");
    let escalated = |n| store.review(&car(n).id).unwrap().unwrap().escalated;
    assert_eq!((escalated(0), escalated(1)), (Some(at(62)), None));
    // The second was taken up in time, the third is late.
    act(&store, &car(1), "lan", at(65), Ask::Acknowledge);
    assert_eq!(look(90), told(1, 0));
    // A day after the first it should have been decided; in the meantime it was not even taken up.
    assert_eq!(look(24 * 60 + 2), told(1, 0));
    assert_eq!(look(24 * 60 + 30), told(2, 0), "those that follow it");
    assert_eq!(look(9 * 24 * 60), told(0, 0));
    // Opened again it has its time anew, and is told anew.
    act(&store, &car(2), "lan", at(9 * 24 * 60), Ask::Confirm);
    act(&store, &car(2), "minh", at(10 * 24 * 60), Ask::Reopen);
    assert_eq!(look(10 * 24 * 60 + 100), told(0, 0));
    assert_eq!(look(11 * 24 * 60 + 1), told(1, 0));

    let mut said = String::new();
    for sink in &site.alerts {
        let mut courier = Courier::new(sink.clone(), &data).unwrap();
        assert_eq!(work(&mut courier, &store, at(11 * 24 * 60 + 2), 60.0).1.sent, 6);
        let mut keys = BTreeSet::new();
        for request in web.taken() {
            let body = request.json();
            assert_eq!(body["phase"], "overdue");
            assert!(keys.insert(body["key"].as_str().unwrap().to_owned()));
            assert!(body["link"].as_str().unwrap().ends_with(body["subject"].as_str().unwrap()));
            if keys.len() < 4 {
                let text = |key: &str| body[key].as_str().unwrap().to_owned();
                writeln!(said, "# {}: {}\n{}\n", sink.name, text("title"), text("text")).unwrap();
            }
        }
    }
    insta::assert_snapshot!("overdue-texts", said);
    let entries = entries(&store);
    assert_eq!(entries.len(), 6);
    assert_eq!(entries[5].0, car(0).id);
    assert_eq!(entries[5].1["stage"], "acknowledge");
    assert_eq!(entries[5].1["due"], "2026-08-15T08:30:10.000Z");
    assert!(store.verify_audit(None).unwrap().broken.is_none());
}

#[test]
fn many_at_once_are_one_letter_and_no_flood() {
    let folder = TempDir::new().unwrap();
    let web = Web::start();
    let site = agencies(folder.path(), &web.url());
    let data = folder.path().join("data");
    let store = Store::open(&data).unwrap();
    for n in 0..400 {
        store.put_event(&sample(n)).unwrap();
    }
    let mut escalator = Escalator::new(&site.agencies).unwrap();
    // Cars come every three minutes, three of four of them in ward 1.
    let first = escalator.look(&store, at(150)).unwrap();
    assert_eq!(first.alone, 0);
    assert!(first.together > 20, "{first:?}");
    // Minute by minute more are late; within the hour nothing more is said.
    for minute in 151..210 {
        assert_eq!(escalator.look(&store, at(minute)).unwrap(), told(0, 0), "{minute}");
    }
    let second = escalator.look(&store, at(211)).unwrap();
    assert!(second.alone == 0 && second.together > 10, "{second:?}");
    let letters = store.letters(None, None, 100).unwrap();
    assert_eq!(letters.len(), 4, "two letters to two sinks");
    let entries = entries(&store);
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].0, "csgt-p1");
    assert_eq!(entries[1].1["acknowledge"], first.together);
    let noted = (0..400).filter(|n| {
        let state = store.review(&sample(*n).id).unwrap().unwrap();
        state.escalated.is_some()
    });
    assert_eq!(noted.count() as u64, first.together + second.together);
    let mut said = String::new();
    for sink in &site.alerts {
        let mut courier = Courier::new(sink.clone(), &data).unwrap();
        assert_eq!(work(&mut courier, &store, at(212), 60.0).1.sent, 2);
        let body = web.taken().remove(0).json();
        assert_eq!(body["phase"], "overdue_many");
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        writeln!(said, "# {}: {}\n{}\n", sink.name, text("title"), text("text")).unwrap();
    }
    insta::assert_snapshot!("overdue-many-texts", said);
    for line in said.lines() {
        let lower = line.to_lowercase();
        let denies =
            lower.contains("chưa được coi là vi phạm") || lower.contains("nothing is a violation");
        assert!(denies || !(lower.contains("vi phạm") || lower.contains("violation")), "{line}");
    }
}

#[test]
fn two_who_look_at_once_tell_once() {
    let folder = TempDir::new().unwrap();
    let site = agencies(folder.path(), "http://127.0.0.1:9");
    let data = folder.path().join("data");
    let store = Store::open(&data).unwrap();
    for n in 0..4 {
        store.put_event(&car(n)).unwrap();
    }
    let told: u64 = std::thread::scope(|scope| {
        let looks = [0, 1, 2].map(|_| {
            let (site, data) = (&site, &data);
            scope.spawn(move || {
                let store = Store::open_beside(data).unwrap();
                Escalator::new(&site.agencies).unwrap().look(&store, at(200)).unwrap().alone
            })
        });
        looks.map(|look| look.join().unwrap()).iter().sum()
    });
    assert_eq!(told, 4);
    assert_eq!(store.letters(None, None, 100).unwrap().len(), 8);
    assert_eq!(entries(&store).len(), 4);
}

#[test]
fn nobody_is_told_where_nobody_is_named() {
    let folder = TempDir::new().unwrap();
    let site = agencies(folder.path(), "http://127.0.0.1:9");
    assert!(Escalator::new(&site.agencies[1..]).is_none());
    assert!(Escalator::new(&[]).is_none());
}

/// A desk that is served alone tells what is overdue, and delivers it.
#[test]
fn a_desk_that_is_served_alone_reminds_and_delivers() {
    let folder = TempDir::new().unwrap();
    let web = Web::start();
    let site = agencies(folder.path(), &web.url());
    let data = folder.path().join("data");
    let store = Store::open(&data).unwrap();
    store.put_event(&car(0)).unwrap();
    let reminder = streetward::pipeline::Reminder::open(&site, &data).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let stop = &stop;
        scope.spawn(move || reminder.run(stop, || at(100)));
        let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
        let wait = |done: &dyn Fn() -> bool| {
            while !done() && std::time::Instant::now() < until {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            assert!(done());
        };
        // While somebody else writes, delivering is theirs.
        wait(&|| store.letters(None, None, 10).unwrap().len() == 2);
        assert!(Store::is_written(&data));
        std::thread::sleep(std::time::Duration::from_millis(700));
        assert!(web.taken().is_empty());
        drop(store);
        let mut taken = Vec::new();
        while taken.len() < 2 && std::time::Instant::now() < until {
            taken.extend(web.taken());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert_eq!(taken.len(), 2);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// Targets and sinks hold as the site file says them now, not as it did at the start.
#[test]
fn an_edited_site_changes_who_is_told_and_when() {
    let folder = TempDir::new().unwrap();
    let web = Web::start();
    let file = folder.path().join("streetward.toml");
    let mut site = agencies(folder.path(), &web.url());
    let named = std::fs::read_to_string(&file).unwrap();
    // At first nobody is named, and the desk looks at its files ten times a second.
    let silent = named.replace("sinks = [\"vi\", \"en\"]\n", "");
    assert_ne!(silent, named);
    std::fs::write(&file, &silent).unwrap();
    site.live.reload_seconds = 0.1;
    site.agencies = load_site(&file).unwrap().agencies;
    let data = folder.path().join("data");
    let store = Store::open(&data).unwrap();
    store.put_event(&car(0)).unwrap();
    drop(store);
    let reminder = streetward::pipeline::Reminder::open(&site, &data).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let stop = &stop;
        // Half an hour is within the hour that the agency has.
        scope.spawn(move || reminder.run(stop, || at(30)));
        let told = || Store::open_read(&data).unwrap().letters(None, None, 10).unwrap().len();
        let wait = |letters: usize| {
            let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
            while told() != letters && std::time::Instant::now() < until {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            assert_eq!(told(), letters);
        };
        std::fs::write(&file, &named).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1500));
        assert_eq!(told(), 0, "it is not late yet");
        // What cannot be meant changes nothing.
        std::fs::write(&file, "version = 9").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(700));
        assert_eq!(told(), 0);
        let sooner = named.replace("acknowledge_minutes = 60", "acknowledge_minutes = 10");
        std::fs::write(&file, sooner).unwrap();
        wait(2);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    // Both sinks heard, by couriers that were made for them when the file named them.
    assert_eq!(web.taken().len(), 2);
}
