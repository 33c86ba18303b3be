//! The store: kept events survive whatever happens to the process, and nothing is kept twice.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::postgres_rig::data_folder;
use crate::sample::{filled, sample, sample_run};
use jiff::Timestamp;
use proptest::prelude::*;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use streetward::media::WallTime;
use streetward::rules::{Closing, Domain, Kind};
use streetward::store::{
    Cursor, EventFilter, EventRecord, Put, RunRecord, RunSource, Status, Store, StoreError,
};
use tempfile::TempDir;

#[test]
fn the_same_event_is_kept_once_and_the_whole_one_is_to_be_looked_at_again() {
    let data = data_folder();
    let store = filled(data.path(), 3);
    let mut again = sample(1);
    again.source = "moved/le-loi.mp4".to_owned();
    assert_eq!(store.put_event(&again).unwrap(), Put::Same);
    again.complete = false;
    assert_eq!(store.put_event(&again).unwrap(), Put::Same);
    assert_eq!(store.events(&EventFilter::default()).unwrap(), [sample(0), sample(1), sample(2)]);

    let mut half = sample(7);
    half.complete = false;
    half.closing = Closing::Interrupted;
    half.end_media_seconds -= 10.0;
    half.status = Status::Dismissed;
    assert_eq!(store.put_event(&half).unwrap(), Put::New);
    assert_eq!(store.put_event(&half).unwrap(), Put::Same);
    assert_eq!(store.put_event(&sample(7)).unwrap(), Put::Completed);
    assert_eq!(store.put_event(&sample(7)).unwrap(), Put::Same);
    // What was decided of the half does not hold for the whole, which nobody has seen.
    let whole = EventRecord { status: Status::Acknowledged, ..sample(7) };
    assert_eq!(store.events(&EventFilter::default()).unwrap()[3], whole);
}

#[test]
fn filters_narrow_and_pages_join() {
    let data = data_folder();
    let store = filled(data.path(), 1203);
    let ids = |f: EventFilter| -> Vec<String> {
        store.events(&f).unwrap().into_iter().map(|e| e.id).collect()
    };
    let expect = |keep: &dyn Fn(u32) -> bool| -> Vec<String> {
        (0..1203).filter(|n| keep(*n)).map(|n| sample(n).id).collect()
    };
    let all = EventFilter::default;
    assert_eq!(
        ids(EventFilter { kind: Some(Kind::RestrictedArea), ..all() }),
        expect(&|n| n % 3 == 1)
    );
    assert_eq!(
        ids(EventFilter {
            domain: Some(Domain::UrbanOrder),
            camera: Some("p2-cho".into()),
            ..all()
        }),
        expect(&|n| n % 3 == 2 && n % 4 == 3)
    );
    assert_eq!(
        ids(EventFilter { source_fingerprint: Some("bb".repeat(32)), ..all() }),
        expect(&|n| n % 4 == 3)
    );
    assert!(ids(EventFilter { status: Some(Status::Confirmed), ..all() }).is_empty());
    assert_eq!(
        ids(EventFilter {
            from: Some(sample(5).start_utc),
            to: Some(sample(9).start_utc),
            ..all()
        }),
        expect(&|n| (5..9).contains(&n))
    );
    assert_eq!(
        ids(EventFilter { after: Some(Cursor::of(&sample(1200))), ..all() }),
        expect(&|n| n > 1200)
    );
    for limit in [None, Some(0), Some(500), Some(501), Some(5000)] {
        let mut seen = Vec::new();
        let flow = store.each_event(&EventFilter { limit, ..all() }, |e| {
            seen.push(e.id);
            std::ops::ControlFlow::<()>::Continue(())
        });
        assert!(flow.unwrap().is_continue());
        let most = limit.unwrap_or(u64::MAX);
        assert_eq!(seen, expect(&|n| u64::from(n) < most));
    }
}

#[test]
fn runs_come_back() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let (run, sources) = sample_run("run-1");
    let begun = RunRecord { finished_utc: None, ..run.clone() };
    store.begin_run(&begun).unwrap();
    assert!(matches!(store.begin_run(&begun), Err(StoreError::RunExists(id)) if id == "run-1"));
    for s in &sources {
        store.put_run_source("run-1", &RunSource { frames: 1, ..s.clone() }).unwrap();
        store.put_run_source("run-1", s).unwrap();
    }
    assert_eq!(store.run("run-1").unwrap(), Some(begun));
    store.finish_run("run-1", run.finished_utc.unwrap()).unwrap();
    assert_eq!(store.run("run-1").unwrap(), Some(run));
    assert_eq!(store.run_sources("run-1").unwrap(), sources);
    assert_eq!(store.run("run-2").unwrap(), None);
    assert!(store.put_run_source("run-2", &sources[0]).is_err(), "foreign keys are off");
}

#[test]
fn only_one_writes_and_others_read_beside_it() {
    let data = data_folder();
    let writer = filled(data.path(), 2);
    match Store::open(data.path()).unwrap_err() {
        StoreError::Busy { holder, data: busy } => {
            assert_eq!(holder, format!("process {}", std::process::id()));
            assert_eq!(busy, data.path());
        }
        other => panic!("{other}"),
    }
    let said = Store::open(data.path()).unwrap_err().to_string();
    assert!(said.contains(&format!("process {}", std::process::id())), "{said}");
    let reader = Store::open_read(data.path()).unwrap();
    assert_eq!(reader.events(&EventFilter::default()).unwrap().len(), 2);
    writer.put_event(&sample(2)).unwrap();
    assert_eq!(reader.events(&EventFilter::default()).unwrap().len(), 3);
    let refused = reader.put_event(&sample(3)).unwrap_err();
    let read_only = matches!(refused, StoreError::NotWritable(_) | StoreError::ReadOnly { .. });
    assert!(read_only, "{refused}");
    drop((writer, reader));
    Store::open(data.path()).unwrap();
}

/// Not a test: the process that `what_was_answered_survives_a_kill` kills.
#[test]
#[ignore = "run by another test, in a process of its own"]
fn writer_until_killed() {
    let Some(data) = std::env::var_os("STREETWARD_TEST_DATA") else { return };
    let store = Store::open(Path::new(&data)).unwrap();
    let out = std::io::stdout();
    for n in 0.. {
        store.put_event(&sample(n)).unwrap();
        writeln!(out.lock(), "\nstored {n}").unwrap();
    }
}

#[test]
fn what_was_answered_survives_a_kill() {
    let data = TempDir::new().unwrap();
    for round in 0..3_u32 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "store::writer_until_killed"])
            .env("STREETWARD_TEST_DATA", data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let stored = |line: &String| line.strip_prefix("stored ").and_then(|n| n.parse().ok());
        let mut answered: u32 =
            lines.by_ref().filter_map(|l| stored(&l)).nth(20 + 17 * round as usize).unwrap();
        let pid = child.id();
        let said = Store::open(data.path()).unwrap_err().to_string();
        assert!(said.contains(&format!("process {pid}")), "{said}");
        child.kill().unwrap();
        child.wait().unwrap();
        answered = lines.filter_map(|l| stored(&l)).last().unwrap_or(answered);

        let store = Store::open(data.path()).unwrap();
        let kept = store.events(&EventFilter::default()).unwrap();
        assert!(kept.len() as u32 > answered, "{} kept, {answered} answered", kept.len());
        for (n, e) in (0..).zip(&kept) {
            assert_eq!(e, &sample(n));
        }
    }
}

#[test]
fn a_damaged_database_is_named() {
    let data = TempDir::new().unwrap();
    let path = data.path().join("streetward.db");
    std::fs::write(&path, b"these are not the bytes of a database, not one of them ".repeat(40))
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    for opened in [Store::open(data.path()), Store::open_read(data.path())] {
        match opened.unwrap_err() {
            e @ StoreError::Corrupt { .. } => {
                assert!(e.to_string().contains("streetward.db"), "{e}");
                assert!(e.to_string().contains("restore"), "{e}");
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(std::fs::read(&path).unwrap(), before, "the damaged file was touched");
}

#[test]
fn a_torn_database_is_refused() {
    let data = TempDir::new().unwrap();
    drop(filled(data.path(), 300));
    let path = data.path().join("streetward.db");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(Store::open(data.path()), Err(StoreError::Corrupt { .. })));
}

#[test]
fn a_newer_schema_is_refused_and_nothing_missing_is_made() {
    let data = TempDir::new().unwrap();
    drop(filled(data.path(), 1));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        use sqlx::{ConnectOptions, Connection};
        let mut db = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(data.path().join("streetward.db"))
            .connect()
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'to come', TRUE, x'00', 0)",
        )
        .execute(&mut db)
        .await
        .unwrap();
        db.close().await.unwrap();
    });
    for opened in [Store::open(data.path()), Store::open_read(data.path())] {
        let said = opened.unwrap_err().to_string();
        assert!(said.contains("newer streetward") && said.contains("9999"), "{said}");
    }

    let empty = TempDir::new().unwrap();
    let said = Store::open_read(empty.path()).unwrap_err().to_string();
    assert!(said.contains("holds no streetward data"), "{said}");
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let parent = TempDir::new().unwrap();
    let file = parent.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let said = Store::open(&file.join("data")).unwrap_err().to_string();
    assert!(said.contains("/file is a file, not a folder"), "{said}");

    let data = parent.path().join("data");
    drop(filled(&data, 2));
    let lock = |mode| {
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    lock(0o555);
    if std::fs::write(data.join("probe"), b"").is_ok() {
        lock(0o755);
        eprintln!("skipped: this user may write everywhere, so no folder is read-only");
        return;
    }
    std::fs::set_permissions(data.join(".lock"), std::fs::Permissions::from_mode(0o444)).unwrap();
    let refused = Store::open(&data);
    let read = Store::open_read(&data).and_then(|s| s.events(&EventFilter::default()));
    lock(0o755);
    assert!(matches!(refused, Err(StoreError::NotWritable(_))), "{refused:?}");
    assert_eq!(read.unwrap().len(), 2, "reading needs no right to write");
}

fn any_event() -> impl Strategy<Value = EventRecord> {
    let text = || "\\PC{0,20}";
    let media = || (0_i64..10_000_000_000).prop_map(|us| us as f64 / 1e6);
    let wall = || {
        (-1_000_000_000_000_i64..4_000_000_000_000_000)
            .prop_map(|us| WallTime(Timestamp::from_microsecond(us).unwrap()))
    };
    (
        (0_u32..12, any::<bool>(), "[0-9a-f]{20}"),
        (text(), text(), proptest::option::of(text()), text(), text(), text(), text()),
        (media(), media(), media(), wall(), wall(), wall()),
        (text(), text(), proptest::option::of(text())),
        proptest::sample::select(vec![Status::Pending, Status::Confirmed, Status::Dismissed]),
    )
        .prop_map(|((n, complete, id), t, m, u, status)| EventRecord {
            id,
            camera: t.0,
            camera_name: t.1,
            ward: t.2,
            zone: t.3,
            rule: t.4,
            source: t.5,
            incident_key: t.6,
            start_media_seconds: m.0,
            moment_media_seconds: m.1,
            end_media_seconds: m.2,
            start_utc: m.3,
            moment_utc: m.4,
            end_utc: m.5,
            complete,
            status,
            evidence: u.0,
            model: u.1,
            provision: u.2,
            ..sample(n)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_event_comes_back_as_it_went_in(events in proptest::collection::vec(any_event(), 1..12)) {
        let data = data_folder();
        let store = Store::open(data.path()).unwrap();
        let mut first: Vec<EventRecord> = Vec::new();
        for e in events {
            if first.iter().all(|f| f.id != e.id) {
                prop_assert_eq!(store.put_event(&e).unwrap(), Put::New);
                first.push(e);
            }
        }
        first.sort_by(|a, b| (a.start_utc, &a.id).cmp(&(b.start_utc, &b.id)));
        prop_assert_eq!(store.events(&EventFilter::default()).unwrap(), first);
    }
}
