//! A report against the period before, and against what is no longer kept.

#![allow(clippy::unwrap_used)]

use super::again::tables;
use super::{agencies, asked, now};
use crate::postgres_rig::data_folder;
use crate::sample::{sample, sample_run};
use jiff::SignedDuration;
use jiff::civil::date;
use streetward::media::WallTime;
use streetward::report::{Block, Cell, Document, FiguresAsked, Period, figures_document};
use streetward::review::{Ask, Asked, change};
use streetward::rules::{Domain, Kind};
use streetward::scene::{CameraState, Detail, StateChange};
use streetward::store::Store;

fn at(text: &str) -> WallTime {
    WallTime(text.parse().unwrap())
}

fn month(on: i8) -> Period {
    Period::of(streetward::report::PeriodKind::Month, date(2026, on, 1)).unwrap()
}

fn said(document: &Document) -> String {
    let blocks = document.sections.iter().flat_map(|s| &s.blocks);
    let words = blocks.filter_map(|b| match b {
        Block::Paragraph(words) => Some(words.vi.as_str()),
        _ => None,
    });
    words.collect::<Vec<_>>().join("\n")
}

/// A camera that sees from then on, while the service runs until `last`.
fn runs(store: &Store, from: &str, last: &str) {
    store.begin_service(at(from)).unwrap();
    let sees = StateChange {
        at: at(from),
        state: CameraState::Seeing,
        reasons: Vec::new(),
        detail: Detail::default(),
    };
    store.put_state_change_with("p1-le-loi-01", "Lê Lợi", &sees, &[]).unwrap();
    store.end_service(at(last)).unwrap();
}

/// Ten events of August 2026, taken up and decided.
fn august(store: &Store) {
    for n in 0..10 {
        let event = sample(n);
        store.put_event(&event).unwrap();
        confirm(store, &event.id, at("2026-08-16T01:00:00Z"));
    }
}

fn confirm(store: &Store, event: &str, at: WallTime) {
    let asked = Asked {
        ask: Ask::Confirm,
        by: "u-1".to_owned(),
        at,
        note: None,
        plate: None,
        request_key: format!("key-{event}"),
        seen: 0,
    };
    let now = store.review(event).unwrap().unwrap();
    store
        .decide(&change(&now, &store.event(event).unwrap().unwrap(), &asked, false).unwrap())
        .unwrap();
}

#[test]
fn the_first_month_is_compared_with_nothing() {
    let folder = data_folder();
    let store = Store::open(folder.path()).unwrap();
    august(&store);
    let first = figures_document(&store, &asked(month(8))).unwrap();
    let text = said(&first);
    assert!(text.contains("Kỳ trước không có số liệu"), "{text}");
    assert!(text.contains("ghi nhận 10 vụ việc nghi vấn; đã xác nhận 10 vi phạm, "), "{text}");
    let blank = ["before", "change", "flagged_change", "confirmed_change"];
    let mut seen = 0;
    for table in tables(&first).values() {
        for row in table.rows.iter().chain(&table.total) {
            for (column, cell) in table.columns.iter().zip(row) {
                if blank.contains(&column.key.as_str()) {
                    assert_eq!(*cell, Cell::Nothing, "{}: {}", table.key, column.key);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 20, "{seen}");
    // The month after has one before it, with its medians.
    let second = figures_document(&store, &asked(month(9))).unwrap();
    assert!(!said(&second).contains("Kỳ trước không có số liệu"));
    let (was, is) = (&tables(&first)["summary"].rows, &tables(&second)["summary"].rows);
    assert_eq!(is[0][1..], [Cell::Count(0), Cell::Count(10), Cell::Change(-10)]);
    for row in [9, 10] {
        assert!(matches!(was[row][1], Cell::Seconds(_)), "{:?}", was[row]);
        assert_eq!(is[row][2], was[row][1]);
    }
    // Where the service ran and nothing was found, that is a 0.
    runs(&store, "2026-07-03T00:00:00Z", "2026-07-04T00:00:00Z");
    let first = figures_document(&store, &asked(month(8))).unwrap();
    let row = tables(&first)["summary"].rows[0].clone();
    assert_eq!(row[1..], [Cell::Count(10), Cell::Count(0), Cell::Change(10)]);
    assert!(said(&first).contains("(kỳ trước: 0)"), "{}", said(&first));
}

#[test]
fn a_ward_in_which_a_batch_found_nothing_had_none() {
    let folder = data_folder();
    let store = Store::open(folder.path()).unwrap();
    august(&store);
    let mut ward = asked(month(8));
    ward.filter.wards = vec!["Phường 1".to_owned()];
    let first = || tables(&figures_document(&store, &ward).unwrap())["summary"].rows[0].clone();
    let alone = first();
    assert_eq!(alone[2], Cell::Nothing);
    // Elsewhere something was found in July, and no service ran.
    let mut elsewhere = sample(40);
    let back = |at: WallTime| WallTime(at.0 - SignedDuration::from_hours(31 * 24));
    elsewhere.start_utc = back(elsewhere.start_utc);
    elsewhere.moment_utc = back(elsewhere.moment_utc);
    elsewhere.end_utc = back(elsewhere.end_utc);
    elsewhere.ward = Some("Phường 2".to_owned());
    store.put_event(&elsewhere).unwrap();
    let Cell::Count(flagged) = alone[1] else { panic!("{alone:?}") };
    let all = Cell::Change(i64::try_from(flagged).unwrap());
    assert_eq!(first()[1..], [Cell::Count(flagged), Cell::Count(0), all]);
}

#[test]
fn a_month_in_which_a_batch_found_nothing_had_none() {
    let folder = data_folder();
    let store = Store::open(folder.path()).unwrap();
    let told = || said(&figures_document(&store, &asked(month(9))).unwrap());
    let (run, sources) = sample_run("run-1");
    store.begin_run(&run).unwrap();
    // The first source could not be read: nothing was looked at.
    store.put_run_source(&run.id, &sources[0]).unwrap();
    assert!(told().contains("Kỳ trước không có số liệu"), "{}", told());
    store.put_run_source(&run.id, &sources[1]).unwrap();
    assert!(!told().contains("Kỳ trước không có số liệu"), "{}", told());
}

#[test]
fn what_is_no_longer_kept_of_cameras_is_said() {
    let folder = data_folder();
    let store = Store::open(folder.path()).unwrap();
    runs(&store, "2026-01-05T00:00:00Z", "2026-01-20T00:00:00Z");
    runs(&store, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
    let year = Period::range(date(2026, 1, 1), date(2026, 12, 31)).unwrap();
    let told =
        |now: WallTime| figures_document(&store, &FiguresAsked { now, ..asked(year) }).unwrap();
    assert!(!said(&told(now())).contains("chỉ được lưu"));
    let later = at("2027-03-15T03:00:00Z");
    let before = WallTime(later.0 - SignedDuration::from_hours(400 * 24));
    store.forget_health(before).unwrap();
    let text = said(&told(later));
    assert!(text.contains("chỉ được lưu 400 ngày: số giờ trước ngày 08/02/2026"), "{text}");
    let for_ever = FiguresAsked { now: later, health_days: 0, ..asked(year) };
    assert!(!said(&figures_document(&store, &for_ever).unwrap()).contains("chỉ được lưu"));
}

#[test]
fn what_cameras_tell_is_told_apart_and_what_is_counted_is_named() {
    let folder = data_folder();
    let store = Store::open(folder.path()).unwrap();
    august(&store);
    let none = said(&figures_document(&store, &asked(month(8))).unwrap());
    assert!(none.contains("dịch vụ trực tuyến không chạy"), "{none}");
    runs(&store, "2026-08-03T00:00:00Z", "2026-08-04T00:00:00Z");
    let mut narrow = asked(month(8));
    narrow.filter.cameras = vec!["p2-cho".to_owned()];
    let text = said(&figures_document(&store, &narrow).unwrap());
    assert!(text.contains("dù dịch vụ trực tuyến có chạy"), "{text}");
    assert!(text.contains("Chỉ tính – camera: p2-cho."), "{text}");
    let mut narrow = asked(month(8));
    narrow.filter.domains = vec![Domain::Traffic];
    narrow.filter.kinds = vec![Kind::IllegalParking];
    narrow.filter.agency = Some(agencies()[0].id.clone());
    let document = figures_document(&store, &narrow).unwrap();
    let text = said(&document);
    let beside = "cơ quan: Cảnh sát giao thông (các bảng về camera không giới hạn theo";
    assert!(text.contains(beside), "{text}");
    let name = "report-2026-08-domain-traffic-kind-illegal-parking-agency-csgt";
    assert_eq!(document.name, name);
}
