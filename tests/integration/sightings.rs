//! One parked car is one incident, through the end of a recording too; another car is another.

use crate::postgres_rig::data_folder;
use crate::sample::sample;
use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;
use streetward::evidence::Appearance;
use streetward::media::{ClockQuality, WallTime};
use streetward::review::{Ask, Asked, Reason, change};
use streetward::rules::Kind;
use streetward::store::{
    EventFilter, EventRecord, FaultKind, Outcome, Place, Put, QueueFilter, QueueOrder, Status,
    Store, TallyBy, check,
};
use streetward::vision::BBox;
use tempfile::TempDir;

fn streetward() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).env_remove("STREETWARD_LOG");
    command
}

/// A stretch of the campus clip through a filter, five pictures a second.
fn campus(from: &str, filter: &str, out: &Path) {
    let clip = fetched("clips/vtest.avi");
    let args = ["-ss", from, "-t", "14", "-i", clip.to_str().unwrap(), "-filter_complex", filter];
    let coding = ["-r", "5", "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p"];
    ffmpeg(&[&args[..], &coding[..]].concat(), out);
}

fn batch(dir: &Path, start: &str, clip: &str) {
    let mut batch = streetward();
    batch.args(["batch", "--start-time", start, "--camera"]).arg(dir.join("camera.toml"));
    batch.arg("--data").arg(dir.join("data")).arg(dir.join(clip)).assert().success();
}

fn listed(dir: &Path, more: &[&str]) -> Vec<Value> {
    let mut list = streetward();
    list.args(["events", "list", "--format", "jsonl", "--data"]).arg(dir.join("data")).args(more);
    let out = list.assert().success().get_output().stdout.clone();
    let text = String::from_utf8(out).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn a_van_parked_through_two_recordings_is_one_and_one_repainted_is_another() {
    let dir = TempDir::new().unwrap();
    let camera = "version = 1\nid = \"street\"\nname = \"Campus\"\nframe_size = [768, 576]\n\
         [[zones]]\nname = \"lines\"\npolygon = [[640,60],[735,55],[740,105],[645,110]]\n\
         [[rules]]\nkind = \"illegal_parking\"\nzone = \"lines\"\ndwell_seconds = 10\n";
    std::fs::write(dir.path().join("camera.toml"), camera).unwrap();
    // The van stands through all of the clip. In the second recording the light is less and bluer; in
    // the third, a while later, a red one stands in its place.
    campus("0", "[0:v]null", &dir.path().join("one.mp4"));
    campus("20", "[0:v]lutrgb=r=val*0.6:g=val*0.6:b=val*0.7", &dir.path().join("two.mp4"));
    let red = "[0:v]split[a][b];[b]crop=72:56:650:44,colorchannelmixer=.55:.1:.1:0:.1:.08:.0:0:.1:.0:.1[c];\
               [a][c]overlay=650:44";
    campus("40", red, &dir.path().join("three.mp4"));
    // Worked through out of order.
    batch(dir.path(), "2026-08-15T09:00:20+07:00", "two.mp4");
    batch(dir.path(), "2026-08-15T09:00:00+07:00", "one.mp4");
    batch(dir.path(), "2026-08-15T09:00:40+07:00", "three.mp4");

    let all = listed(dir.path(), &["--all"]);
    assert_eq!(all.len(), 3, "{all:#?}");
    let sightings: Vec<_> = all.iter().map(|e| e["sightings"].as_u64().unwrap()).collect();
    assert_eq!(sightings, [2, 2, 1], "{all:#?}");
    assert_eq!((&all[0]["same_as"], &all[1]["same_as"]), (&Value::Null, &all[0]["id"]));
    let merged = listed(dir.path(), &[]);
    assert_eq!(merged.len(), 2);
    assert_eq!((&merged[0]["id"], &merged[1]["id"]), (&all[0]["id"], &all[2]["id"]));
    // What begins later than the first sighting is listed by the next.
    let later = listed(dir.path(), &["--from", "2026-08-15T09:00:18"]);
    assert_eq!(later[0]["id"], all[1]["id"]);

    let record = dir.path().join("data").join(all[0]["evidence"].as_str().unwrap());
    let record = std::fs::read(record.join("event.json")).unwrap();
    let record: Value = serde_json::from_slice(&record).unwrap();
    assert_eq!(record["subjects"][0]["appearance"].as_str().map(str::len), Some(96));
}

/// A parked car seen from `start` on for so many seconds, painted so.
pub fn seen(n: u32, start: i64, seconds: i64, paint: u8, x: f32) -> EventRecord {
    let at = |s: i64| WallTime(jiff::Timestamp::from_second(1_786_000_000 + s).unwrap());
    let bbox = BBox { x1: x, y1: 100.0, x2: x + 80.0, y2: 150.0 };
    let appearance = Appearance::try_from(hex::encode([paint; 48])).unwrap();
    EventRecord {
        id: format!("{n:020x}"),
        kind: Kind::IllegalParking,
        rule: "parking".into(),
        camera: "c".into(),
        clock_quality: ClockQuality::Given,
        start_utc: at(start),
        moment_utc: at(start),
        end_utc: at(start + seconds),
        place: Some(Place {
            start: bbox,
            last: bbox,
            appearance: Some(appearance),
            continues: None,
        }),
        ..sample(0)
    }
}

/// The first of the sightings that the lists show, each with its status.
fn shown(store: &Store, filter: EventFilter) -> Vec<(String, Status)> {
    let shown = store.events(&EventFilter { merged: true, ..filter }).unwrap();
    shown.into_iter().map(|e| (e.id, e.status)).collect()
}

fn decide(store: &Store, event: &EventRecord, ask: Ask) -> Outcome {
    let now = store.review(&event.id).unwrap().unwrap();
    let asked = Asked {
        by: "lan".into(),
        at: event.end_utc,
        seen: now.version,
        request_key: format!("{}-{}", event.id, now.version),
        ask,
        note: None,
        plate: None,
    };
    store.decide(&change(&now, event, &asked, false).unwrap()).unwrap()
}

/// What desks list, reports count and tallies say, each of which must be the same incidents.
fn counted(store: &Store) -> Vec<(String, Status)> {
    let all = QueueFilter::default();
    let queue = store.queue(&all, QueueOrder::Newest, None, 10).unwrap().events;
    let queue: Vec<_> = queue.into_iter().rev().map(|e| (e.id, e.status)).collect();
    let tallied: u64 = store.tally(&all, TallyBy::Kind).unwrap().iter().map(|t| t.count).sum();
    assert_eq!(tallied, queue.len() as u64);
    queue
}

/// How many incidents figures count, and how many of them were handed over.
fn figures(store: &Store) -> (u64, u64) {
    let second = |s| WallTime(jiff::Timestamp::from_second(s).unwrap());
    let whole = (second(1_785_000_000), second(1_787_000_000));
    let (mut flagged, mut handed) = (0, 0);
    store
        .each_figure_row(&QueueFilter::default(), whole, &mut |row| {
            flagged += 1;
            handed += u64::from(row.handed_over_utc_us.is_some());
        })
        .unwrap();
    (flagged, handed)
}

#[test]
fn merging_a_further_sighting_takes_no_incident_out_of_sight() {
    let (early, late) = (seen(1, 0, 60, 140, 300.0), seen(2, 90, 60, 140, 300.0));
    let other = seen(3, 90, 60, 190, 600.0);
    let both = || {
        let data = data_folder();
        let store = Store::open(data.path()).unwrap();
        for event in [&late, &early, &other] {
            assert_eq!(store.put_event(event).unwrap(), Put::New);
        }
        (data, store)
    };
    let waits = |e: &EventRecord| (e.id.clone(), Status::Pending);
    // Into the one that stands, or the other way round: they are one already.
    let (_data, store) = both();
    for (event, into) in [(&late, &early), (&early, &late)] {
        assert_eq!(decide(&store, event, Ask::Merge(into.id.clone())), Outcome::SameIncident);
        assert_eq!(counted(&store), [waits(&early), waits(&other)]);
        assert_eq!(figures(&store).0, 2);
    }
    // Into another: the first goes on waiting, whatever is seen of it after that.
    assert!(matches!(decide(&store, &late, Ask::Merge(other.id.clone())), Outcome::Done(_)));
    assert_eq!(counted(&store), [waits(&early), waits(&other)]);
    store.put_event(&seen(4, 180, 60, 140, 300.0)).unwrap();
    assert_eq!(counted(&store), [waits(&early), waits(&other)]);
    assert_eq!(figures(&store).0, 2);
    // The one that stands into another: all of it went there, and no sighting brings it back.
    let (_data, store) = both();
    decide(&store, &early, Ask::Merge(other.id.clone()));
    store.put_event(&seen(4, 180, 60, 140, 300.0)).unwrap();
    assert_eq!(figures(&store).0, 1);
    assert_eq!(counted(&store), [(early.id.clone(), Status::Dismissed), waits(&other)]);
    let told = decide(&store, &other, Ask::Merge(late.id.clone()));
    assert_eq!(told, Outcome::OtherMerged(other.id.clone()), "round in a circle");
    // What was merged before it was known to be the same.
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let far = seen(5, 600, 60, 140, 300.0);
    for event in [&early, &far] {
        store.put_event(event).unwrap();
    }
    decide(&store, &early, Ask::Merge(far.id.clone()));
    store.put_event(&seen(6, 300, 60, 140, 300.0)).unwrap();
    assert_eq!(counted(&store).len(), 1);
    assert_eq!(figures(&store).0, 1);
}

#[test]
fn who_dismisses_a_sighting_hides_none_that_somebody_is_at() {
    let (early, late) = (seen(1, 0, 60, 140, 300.0), seen(2, 90, 60, 140, 300.0));
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    for event in [&late, &early] {
        store.put_event(event).unwrap();
    }
    decide(&store, &early, Ask::Acknowledge);
    decide(&store, &late, Ask::Dismiss(Reason::PoorView));
    assert_eq!(counted(&store), [(early.id.clone(), Status::Acknowledged)]);
}

#[test]
fn a_second_confirmation_leaves_handing_over_in_the_figures() {
    let (early, late) = (seen(1, 0, 60, 140, 300.0), seen(2, 90, 60, 140, 300.0));
    for handed in [true, false] {
        let data = data_folder();
        let store = Store::open(data.path()).unwrap();
        for event in [&late, &early] {
            store.put_event(event).unwrap();
        }
        decide(&store, &late, Ask::Confirm);
        if handed {
            store.handed_over(std::slice::from_ref(&late.id), "csgt", late.end_utc).unwrap();
        }
        decide(&store, &early, Ask::Confirm);
        assert_eq!(counted(&store), [(late.id.clone(), Status::Confirmed)]);
        assert_eq!(figures(&store), (1, u64::from(handed)));
    }
}

#[test]
fn an_earlier_recording_read_later_hides_nothing_that_was_decided() {
    let (early, late) = (seen(1, 0, 60, 140, 300.0), seen(2, 90, 60, 140, 300.0));
    for order in [[&early, &late], [&late, &early]] {
        let data = data_folder();
        let store = Store::open(data.path()).unwrap();
        assert_eq!(store.put_event(order[0]).unwrap(), Put::New);
        decide(&store, order[0], Ask::Confirm);
        assert_eq!(store.put_event(order[1]).unwrap(), Put::New);
        let decided = (order[0].id.clone(), Status::Confirmed);
        assert_eq!(shown(&store, EventFilter::default()), std::slice::from_ref(&decided));
        let all = store.events(&EventFilter::default()).unwrap();
        let second = all.iter().find(|e| e.id == order[1].id).unwrap();
        assert_eq!((second.same_as.as_ref(), second.sightings), (Some(&decided.0), 2));
        // Who asks for a time that only one of them was in gets that one.
        let until = EventFilter { to: Some(late.start_utc), ..EventFilter::default() };
        assert_eq!(shown(&store, until)[0].0, early.id);
        let from = EventFilter { from: Some(late.start_utc), ..EventFilter::default() };
        assert_eq!(shown(&store, from)[0].0, late.id);
        drop(store);
        let faults = check(data.path(), false).unwrap().faults;
        assert!(faults.iter().all(|f| f.kind != FaultKind::Counts), "{faults:?}");
    }
}

#[test]
fn of_two_that_were_decided_before_they_were_one_the_confirmed_stays() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let [early, between, late] =
        [(1, 0), (2, 300), (3, 600)].map(|(n, start)| seen(n, start, 60, 140, 300.0));
    for (event, ask) in [(&early, Ask::Dismiss(Reason::PoorView)), (&late, Ask::Confirm)] {
        store.put_event(event).unwrap();
        decide(&store, event, ask);
    }
    assert_eq!(shown(&store, EventFilter::default()).len(), 2);
    store.put_event(&between).unwrap();
    assert_eq!(shown(&store, EventFilter::default()), [(late.id.clone(), Status::Confirmed)]);
}

fn linked(events: &[EventRecord]) -> Vec<(String, Option<String>, u64)> {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    for e in events {
        assert_eq!(store.put_event(e).unwrap(), Put::New);
    }
    let all = store.events(&EventFilter::default()).unwrap();
    let merged = store.events(&EventFilter { merged: true, ..EventFilter::default() }).unwrap();
    let firsts: Vec<_> = all.iter().filter(|e| e.same_as.is_none()).collect();
    assert_eq!(merged.iter().collect::<Vec<_>>(), firsts);
    let total: u64 = merged.iter().map(|e| e.sightings).sum();
    assert_eq!(total, all.len() as u64);
    all.into_iter().map(|e| (e.id, e.same_as, e.sightings)).collect()
}

#[test]
fn same_place_alike_and_soon_is_the_same() {
    let first = seen(1, 0, 60, 140, 300.0);
    let same = |other: EventRecord| linked(&[first.clone(), other])[1].1.is_some();
    assert!(same(seen(2, 90, 60, 145, 305.0)));
    assert!(same(seen(2, 359, 60, 140, 300.0)));
    assert!(!same(seen(2, 361, 60, 140, 300.0)), "too long after");
    assert!(!same(seen(2, 90, 60, 190, 300.0)), "another colour");
    assert!(!same(seen(2, 90, 60, 140, 345.0)), "another place");
    let with = |change: &dyn Fn(&mut EventRecord)| {
        let mut other = seen(2, 90, 60, 140, 300.0);
        change(&mut other);
        same(other)
    };
    assert!(with(&|_| ()));
    assert!(!with(&|e| e.camera = "d".into()));
    assert!(!with(&|e| e.rule = "stopping".into()));
    assert!(!with(&|e| e.kind = Kind::RedLight), "who drives is another every time");
    assert!(!with(&|e| e.clock_quality = ClockQuality::Guessed));
    assert!(!with(&|e| e.place = None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_order_of_storing_is_nothing(
        cars in proptest::collection::vec((0i64..2000, 1i64..200, 0u8..2, 0u8..2), 1..10),
        turn in 0usize..10,
    ) {
        let events: Vec<_> = cars
            .iter()
            .enumerate()
            .map(|(n, (start, seconds, paint, place))| {
                let (paint, x) = (130 + 60 * paint, 300.0 + 200.0 * f32::from(*place));
                seen(n as u32, *start, *seconds, paint, x)
            })
            .collect();
        let mut turned = events.clone();
        turned.rotate_left(turn % events.len());
        turned.reverse();
        prop_assert_eq!(linked(&events), linked(&turned));
    }
}
