//! Contributors who did not agree to be named, in the figures of a period.

#![allow(clippy::unwrap_used)]

use super::asked;
use crate::postgres_rig::data_folder;
use crate::sample::sample;
use jiff::SignedDuration;
use jiff::civil::date;
use streetward::media::WallTime;
use streetward::register::{ImportPlan, ImportTerms, Sheet, carry_out};
use streetward::report::{Period, PeriodKind, figures_document};
use streetward::review::{Ask, Asked, Doer, change};
use streetward::store::Store;

const CAMERA: &str = "p1-nguyen-van-an";

/// Two cameras: of a household that did not agree, and of one that did.
fn enlist(store: &Store) {
    let csv = format!(
        "Mã camera;Tên camera;Phường/xã;Tình trạng;Người đóng góp;Đồng ý nêu tên\n\
         {CAMERA};Trước nhà ông Nguyễn Văn An;Phường 1;đã lắp đặt;Hộ ông Nguyễn Văn An;không\n\
         p1-hiep;Trước nhà bà Trần Thị Hiệp;Phường 1;đã lắp đặt;Hộ bà Trần Thị Hiệp;có\n"
    );
    let sheet = Sheet::read(csv.as_bytes()).unwrap();
    let today = date(2026, 8, 1);
    let terms = ImportTerms { bounds: None, moves: false, today, contracts: &[] };
    let plan = ImportPlan::new(&sheet, &[], store.register_version().unwrap(), &terms);
    assert_eq!(plan.problems, []);
    let at = WallTime("2026-08-01T03:00:00Z".parse().unwrap());
    carry_out(store, &plan, &Doer::Command { uid: 7 }, at, ("cameras.csv", "ab")).unwrap();
}

/// Confirmed at a place of repeats: on two days, in a zone that bears the household's name.
fn confirmed(store: &Store, n: u32, camera: [&str; 3]) {
    let mut event = sample(n);
    let later = SignedDuration::from_hours(i64::from(n % 2) * 24);
    let on = |at: WallTime| WallTime(at.0 + later);
    event.start_utc = on(event.start_utc);
    event.moment_utc = on(event.moment_utc);
    event.end_utc = on(event.end_utc);
    [event.camera, event.camera_name, event.zone] = camera.map(str::to_owned);
    event.ward = Some("Phường 1".to_owned());
    store.put_event(&event).unwrap();
    let asked = Asked {
        ask: Ask::Confirm,
        by: "u-1".to_owned(),
        at: WallTime("2026-08-20T01:00:00Z".parse().unwrap()),
        note: None,
        plate: None,
        request_key: format!("unnamed-{n}"),
        seen: 0,
    };
    let now = store.review(&event.id).unwrap().unwrap();
    store.decide(&change(&now, &event, &asked, false).unwrap()).unwrap();
}

#[test]
fn a_contributor_who_did_not_agree_is_named_in_no_report() {
    let folder = data_folder();
    let store = Store::open(folder.path()).unwrap();
    enlist(&store);
    for n in 0..4 {
        let name = "Trước nhà ông Nguyễn Văn An";
        confirmed(&store, n, [CAMERA, name, "vỉa hè nhà Nguyễn Văn An"]);
        let name = "Trước nhà bà Trần Thị Hiệp";
        confirmed(&store, n + 10, ["p1-hiep", name, "vỉa hè nhà Trần Thị Hiệp"]);
    }
    let mut asked = asked(Period::of(PeriodKind::Month, date(2026, 8, 1)).unwrap());
    for cameras in [vec![], vec![CAMERA.to_owned(), "p1-hiep".to_owned()]] {
        asked.filter.cameras = cameras;
        let text = serde_json::to_string(&figures_document(&store, &asked).unwrap()).unwrap();
        // Name and zone of the place of repeats, among others.
        assert!(text.contains("repeat_places"), "{text}");
        assert!(text.matches("\"(không nêu tên)\"").count() >= 4, "{text}");
        for name in ["Nguyễn Văn An", "nguyen-van-an"] {
            assert!(!text.contains(name), "{name}: {text}");
        }
        for name in ["Trước nhà bà Trần Thị Hiệp", "vỉa hè nhà Trần Thị Hiệp", "p1-hiep"]
        {
            assert!(text.contains(name), "{name}: {text}");
        }
    }
}
