//! The ledger of uptime: what the store keeps of cameras' states, added up.

use crate::postgres_rig::{data_folder, settle};
use assert_cmd::Command;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use streetward::config::Contract;
use streetward::media::WallTime;
use streetward::report::{Care, uptime};
use streetward::rules::HoursRange;
use streetward::scene::{CameraState, Detail, Reason, StateChange};
use streetward::store::{ServiceTime, StateRecord, Store};
use tempfile::TempDir;

/// 2026-08-15T00:00:00+07:00.
const MIDNIGHT: i64 = 1_786_726_800;

fn at(second: i64) -> WallTime {
    WallTime(Timestamp::from_second(MIDNIGHT + second).unwrap())
}

fn change(second: i64, state: CameraState, reasons: &[Reason]) -> StateChange {
    StateChange {
        at: at(second),
        state,
        reasons: reasons.to_vec(),
        detail: Detail::told("as told"),
    }
}

fn record(camera: &str, change: StateChange) -> StateRecord {
    StateRecord { camera: camera.to_owned(), camera_name: "Chợ".to_owned(), change }
}

#[test]
fn states_and_service_times_are_kept() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    store.begin_service(at(0)).unwrap();
    let seen = change(5, CameraState::Seeing, &[]);
    let blind = change(100, CameraState::Blind, &[Reason::Covered, Reason::Frozen]);
    let back = change(160, CameraState::Seeing, &[]);
    for (camera, change) in [("b", &seen), ("a", &seen), ("a", &blind), ("a", &back)] {
        store.put_state_change_with(camera, "Chợ", change, &[]).unwrap();
    }
    // The same news again changes nothing.
    store.put_state_change_with("a", "Chợ", &blind, &[]).unwrap();
    store.heartbeat(at(200)).unwrap();
    store.heartbeat(at(190)).unwrap();
    store.begin_service(at(300)).unwrap();
    store.heartbeat(at(310)).unwrap();
    store.end_service(at(320)).unwrap();
    drop(store);
    let store = Store::open_read(data.path()).unwrap();
    assert_eq!(
        store.state_changes(Some("a"), at(120), at(400)).unwrap(),
        [record("a", blind.clone()), record("a", back.clone())],
        "the state at the beginning is known"
    );
    assert_eq!(store.state_changes(None, at(0), at(400)).unwrap().len(), 4);
    assert_eq!(
        store.last_states().unwrap(),
        [record("a", back.clone()), record("b", seen.clone())]
    );
    let times = store.service_times(at(0), at(1000)).unwrap();
    let time = |from, to, stopped| ServiceTime { started: at(from), last: at(to), stopped };
    assert_eq!(times, [time(0, 200, false), time(300, 320, true)]);
    drop(store);
    let store = Store::open(data.path()).unwrap();
    assert_eq!(store.forget_health(at(250)).unwrap(), 3, "what holds is kept");
    assert_eq!(store.last_states().unwrap().len(), 2);
    assert_eq!(store.state_changes(None, at(0), at(400)).unwrap().len(), 2);
}

/// The store keeps figures, not sentences; a sentence that an earlier version kept is read as it stands,
/// from the database and from a letter that waits.
#[test]
fn figures_are_kept_and_old_sentences_read() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let moved = Detail::Shifted { across: -64.0, down: 3.5, degrees: 0.4 };
    let stored = StateChange { detail: moved, ..change(5, CameraState::Blind, &[Reason::Moved]) };
    store.put_state_change_with("a", "Chợ", &stored, &[]).unwrap();
    let old = change(9, CameraState::Blind, &[Reason::Moved]);
    store.put_state_change_with("b", "Chợ", &old, &[]).unwrap();
    drop(store);
    let sentence = "the view lies 3 pixels across and 4 down from its place";
    let sql = |sql: String| {
        use sqlx::{ConnectOptions, Connection};
        let file = data.path().join("streetward.db");
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(
            async {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
                let mut db = options.connect().await.unwrap();
                let kept: Option<(String,)> =
                    sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_optional(&mut db).await.unwrap();
                db.close().await.unwrap();
                kept.map(|(kept,)| kept)
            },
        )
    };
    let kept = sql("SELECT detail FROM camera_states WHERE camera = 'a'".to_owned()).unwrap();
    assert!(kept.starts_with("{\"what\":\"shifted\""), "{kept}");
    sql(format!("UPDATE camera_states SET detail = '{sentence}' WHERE camera = 'b'"));
    let store = Store::open(data.path()).unwrap();
    let states = store.last_states().unwrap();
    assert_eq!(states[0].change, stored);
    assert_eq!(states[1].change.detail, Detail::told(sentence));
    let letter = format!(
        "{{\"at\":\"2026-08-15T00:00:00Z\",\"state\":\"blind\",\"reasons\":[\"moved\"],\"detail\":\"{sentence}\"}}"
    );
    let read: StateChange = serde_json::from_str(&letter).unwrap();
    assert_eq!(read.detail, Detail::told(sentence));
    let again = serde_json::to_string(&stored).unwrap();
    assert_eq!(serde_json::from_str::<StateChange>(&again).unwrap(), stored);
}

#[test]
fn a_day_is_added_up_against_the_contract() {
    let contract = |degraded: bool, hours: Vec<HoursRange>| Contract {
        name: "Lot 1".to_owned(),
        vendor: "Acme".to_owned(),
        agreed_seeing_percent: 99.0,
        counts_degraded_as_seeing: degraded,
        cameras: vec!["a".to_owned()],
        hours,
    };
    let records = [
        record("a", change(0, CameraState::Offline, &[Reason::Starting])),
        record("a", change(10, CameraState::Seeing, &[])),
        record("a", change(3600, CameraState::Offline, &[Reason::NoPackets])),
        record("a", change(3900, CameraState::Blind, &[Reason::Covered])),
        record("a", change(4500, CameraState::Seeing, &[])),
        record("a", change(7200, CameraState::Blind, &[Reason::Stalled])),
        record("a", change(7210, CameraState::Degraded, &[Reason::Flicker])),
        record("a", change(8000, CameraState::Seeing, &[])),
    ];
    let ran = [
        ServiceTime { started: at(0), last: at(40_000), stopped: false },
        ServiceTime { started: at(50_000), last: at(86_400), stopped: true },
    ];
    let ledger = |contract: Contract| {
        let care = Care { vendor: Some("Acme".to_owned()), contract: Some(contract) };
        uptime(&records, &ran, &|_| care.clone(), at(0), at(86_400))
    };
    let told = ledger(contract(true, Vec::new()));
    assert_eq!(told.days.len(), 1);
    let day = &told.days[0];
    assert_eq!(day.day.as_deref(), Some("2026-08-15"));
    let sums = (day.counted_seconds, day.unknown_seconds, day.offline_seconds, day.blind_seconds);
    assert_eq!(sums, (86_400.0, 10_010.0, 300.0, 610.0));
    assert_eq!((day.degraded_seconds, day.excused_seconds), (790.0, 10.0));
    assert_eq!((day.incidents, day.longest_outage_seconds), (1, 900.0));
    assert_eq!(day.longest_outage_reason, Some(Reason::Covered));
    let percent = 100.0 * (76_380.0 - 900.0) / 76_380.0;
    assert!((day.seeing_percent.unwrap() - percent).abs() < 1e-9);
    assert_eq!(day.kept, Some(false));
    assert_eq!(told.vendors[0].vendor.as_deref(), Some("Acme"));
    let strict = ledger(contract(false, Vec::new()));
    assert_eq!(strict.days[0].incidents, 2, "a degraded view is an outage where so agreed");
    let day_hours = ledger(contract(true, vec![HoursRange { from_minute: 120, to_minute: 180 }]));
    assert_eq!((day_hours.days[0].counted_seconds, day_hours.days[0].incidents), (3600.0, 0));
    assert_eq!(day_hours.days[0].kept, Some(true));
}

/// Whole seconds are exact; this says so without comparing floats.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

fn state() -> impl Strategy<Value = (CameraState, Vec<Reason>)> {
    prop_oneof![
        Just((CameraState::Seeing, vec![])),
        Just((CameraState::Degraded, vec![Reason::Flicker])),
        Just((CameraState::Degraded, vec![Reason::Overloaded])),
        Just((CameraState::Blind, vec![Reason::Black])),
        Just((CameraState::Blind, vec![Reason::Stalled])),
        Just((CameraState::Offline, vec![Reason::NoPackets, Reason::Moved])),
        Just((CameraState::Offline, vec![Reason::Starting])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Second by second, by brute force.
    #[test]
    fn the_ledger_is_what_counting_seconds_gives(
        mut changes in prop::collection::btree_map(-90_000..90_000_i64, state(), 0..40),
        cuts in prop::collection::btree_set(-90_000..95_000_i64, 2..8),
        (from, length) in (-90_000..0_i64, 1..170_000_i64),
        hours in prop_oneof![Just(None), (0..1440_u16, 1..1440_u16).prop_map(Some)],
        degraded in any::<bool>(),
    ) {
        changes.insert(-95_000, (CameraState::Seeing, vec![]));
        let records: Vec<_> =
            changes.iter().map(|(t, (s, r))| record("a", change(*t, *s, r))).collect();
        let cuts: Vec<i64> = cuts.into_iter().collect();
        let ran: Vec<_> = cuts.chunks_exact(2)
            .map(|c| ServiceTime { started: at(c[0]), last: at(c[1]), stopped: false })
            .collect();
        let hours: Vec<_> = hours.into_iter()
            .filter(|(a, b)| a != b)
            .map(|(from_minute, to_minute)| HoursRange { from_minute, to_minute })
            .collect();
        let contract = Contract {
            name: "c".into(), vendor: "v".into(), agreed_seeing_percent: 99.0,
            counts_degraded_as_seeing: degraded, cameras: vec![], hours: hours.clone(),
        };
        let care = Care { vendor: None, contract: Some(contract) };
        let to = from + length;
        let told = uptime(&records, &ran, &|_| care.clone(), at(from), at(to));
        // By day: counted, seeing, degraded, blind, offline, unknown, held, out.
        let mut days = std::collections::BTreeMap::<String, [f64; 8]>::new();
        for second in from..to {
            let minute = (second.rem_euclid(86_400) / 60) as u16;
            if !hours.is_empty() && !hours.iter().any(|h| h.contains(minute)) {
                continue;
            }
            let day = at(second).local().date().to_string();
            let sum = days.entry(day).or_default();
            sum[0] += 1.0;
            let runs = ran.iter().any(|r| r.started <= at(second) && at(second) < r.last);
            let (state, reasons) = changes.range(..=second).next_back().unwrap().1;
            if !runs || reasons.contains(&Reason::Starting) {
                sum[5] += 1.0;
                continue;
            }
            sum[match state {
                CameraState::Seeing => 1,
                CameraState::Degraded => 2,
                CameraState::Blind => 3,
                CameraState::Offline => 4,
            }] += 1.0;
            if !matches!(reasons.as_slice(), [Reason::Overloaded | Reason::Stalled]) {
                sum[6] += 1.0;
                let worst = if degraded { CameraState::Blind } else { CameraState::Degraded };
                sum[7] += f64::from(u8::from(*state >= worst));
            }
        }
        prop_assert_eq!(told.days.len(), days.len());
        let mut whole = 0.0;
        for row in &told.days {
            let sum = days[row.day.as_ref().unwrap()];
            let got = [row.counted_seconds, row.seeing_seconds, row.degraded_seconds,
                row.blind_seconds, row.offline_seconds, row.unknown_seconds];
            prop_assert_eq!(&got[..], &sum[..6]);
            prop_assert!(same(got[0], got[1..].iter().sum()));
            match row.seeing_percent {
                None => prop_assert!(same(sum[6], 0.0)),
                Some(p) => prop_assert!((p - 100.0 * (sum[6] - sum[7]) / sum[6]).abs() < 1e-9),
            }
            whole += got[0];
        }
        prop_assert!(same(told.cameras[0].counted_seconds, whole));
        if hours.is_empty() {
            prop_assert!(same(whole, length as f64));
        }
    }
}

#[test]
fn the_command_tells_in_both_languages() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    settle(&data);
    let store = Store::open(&data).unwrap();
    store.begin_service(at(0)).unwrap();
    for (second, state, reasons) in [
        (0, CameraState::Offline, &[Reason::Starting][..]),
        (10, CameraState::Seeing, &[]),
        (1000, CameraState::Blind, &[Reason::Covered]),
        (4000, CameraState::Seeing, &[]),
    ] {
        let known = match state {
            CameraState::Blind => Detail::Hidden { share: 0.62 },
            _ => Detail::None,
        };
        let change = StateChange { detail: known, ..change(second, state, reasons) };
        store.put_state_change_with("cho", "Chợ", &change, &[]).unwrap();
    }
    store.heartbeat(at(7200)).unwrap();
    drop(store);
    std::fs::create_dir(dir.path().join("cameras")).unwrap();
    let camera = "version = 1\nid = \"cho\"\nname = \"Chợ\"\nframe_size = [640, 480]\ncontract = \"Lot 1\"\n";
    std::fs::write(dir.path().join("cameras/cho.toml"), camera).unwrap();
    let site = "version = 1\nname = \"S\"\n[[contracts]]\nname = \"Lot 1\"\nvendor = \"Acme\"\nagreed_seeing_percent = 99.5\n";
    std::fs::write(dir.path().join("streetward.toml"), site).unwrap();
    let run = |args: &[&str], code: i32| {
        let out = Command::new(env!("CARGO_BIN_EXE_streetward"))
            .current_dir(dir.path())
            .env_remove("STREETWARD_DATA")
            .args(["camera", "uptime"])
            .args(args)
            .assert()
            .code(code);
        String::from_utf8(out.get_output().stdout.clone()).unwrap()
    };
    insta::assert_snapshot!("uptime-en", run(&[], 1));
    insta::assert_snapshot!("uptime-vi", run(&["--language", "vi"], 1));
    let csv = run(&["--format", "csv", "--from", "2026-08-15T00:30"], 1);
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let json: Value = serde_json::from_str(&run(&["--format", "json"], 1)).unwrap();
    assert_eq!(json["cameras"][0]["blind_seconds"], 3000.0);
    assert_eq!(json["cameras"][0]["longest_outage_reason"], "covered");
    assert_eq!(json["cameras"][0]["longest_outage_figures"]["share"], 0.62);
    assert_eq!(json["cameras"][0]["longest_outage_from"], "2026-08-14T17:16:40.000Z");
    let nothing = run(&["--from", "2026-08-16"], 2);
    assert_eq!(nothing, "");
}

#[test]
fn contracts_that_do_not_fit_are_doubted() {
    let dir = TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("cameras")).unwrap();
    let camera = "version = 1\nid = \"cho\"\nname = \"Chợ\"\nframe_size = [640, 480]\ncontract = \"Lot 9\"\n";
    std::fs::write(dir.path().join("cameras/cho.toml"), camera).unwrap();
    let contract = |name: &str, more: &str| {
        format!(
            "[[contracts]]\nname = \"{name}\"\nvendor = \"Acme\"\nagreed_seeing_percent = 99.5\n{more}\n"
        )
    };
    let site = format!(
        "version = 1\nname = \"S\"\n{}{}",
        contract("Lot 1", ""),
        contract("Lot 2", "cameras = [\"x\"]")
    );
    let file = dir.path().join("streetward.toml");
    std::fs::write(&file, site).unwrap();
    let site = streetward::config::load_site(&file).unwrap();
    let doubts = site.warnings(site.cameras.iter()).join("\n");
    for part in ["\"Lot 1\" has no cameras", "names a camera \"x\"", "names a contract \"Lot 9\""] {
        assert!(doubts.contains(part), "{doubts}");
    }
    assert!(site.contract("x", None).is_some_and(|c| c.name == "Lot 2"));
}
