//! The store on PostgreSQL: what its own tests say of it holds there too, and what a server can do to
//! it is told plainly and loses nothing.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::postgres_rig::{ON_SERVER, Server, database_of, on_server, shared, sql, tried, url};
use crate::sample::{filled, sample};
use assert_cmd::Command as Streetward;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;
use streetward::store::{
    ActorKind, EventFilter, FaultKind, NewEntry, Put, Store, StoreError, TryBy, check,
};
use tempfile::TempDir;

/// Runs tests of this very binary again, their records in a server.
fn again(filters: &[&str]) {
    let Some(server) = shared() else { return };
    let done = Command::new(std::env::current_exe().unwrap())
        .args(filters)
        // What looks into the files of the folder's own database.
        .args(["--test-threads", "2", "--skip", "no_secret_is_in_the_data_folder"])
        .env(ON_SERVER, server.home())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    let passed = said.split("test result: ok. ").nth(1).and_then(|rest| rest.split(' ').next());
    let passed: u32 = passed.and_then(|n| n.parse().ok()).unwrap_or(0);
    assert!(done.status.success() && passed > 0, "{said}");
}

macro_rules! holds {
    ($($name:ident: $filters:expr;)*) => {$(
        #[test]
        fn $name() {
            again(&$filters);
        }
    )*};
}

holds! {
    the_index_holds: ["store::the_same", "store::filters", "store::runs", "store::only_one", "store::any_event"];
    review_holds: ["review::"];
    users_hold: ["users::", "users_login::", "users_powers::"];
    alerts_hold: ["alerts::", "alerts_manner::"];
    sightings_hold: ["sightings::"];
    retention_holds: ["retention::"];
    lists_hold: ["lists::"];
    counts_hold: ["tallies::counts_and_queues"];
    the_api_holds: ["api::"];
    the_register_holds: ["register::a_", "register::what_was", "register::who_", "view_fitness::looks"];
    scenes_hold: ["api_scenes::", "redrawing::"];
    evidence_is_kept: ["keeping::an_event", "keeping::what", "keeping::on_a_full"];
    a_killed_service_holds: ["keeping::kills::"];
    uptime_holds: ["uptime::states", "uptime::the_command"];
    figures_hold: ["figures::", "reports::figures_over", "reports::a_result", "reports::a_schedule"];
    the_chain_holds: ["evidence::chaining::each_day", "evidence::chaining::a_removal", "evidence::chaining::an_event"];
    holds_hold: ["holds::a_supervisor"];
    the_audit_trail_holds: ["audit::entries_of_many_writers"];
}

fn entry(n: u32) -> NewEntry {
    NewEntry {
        at: sample(n).start_utc,
        actor: "tests".into(),
        actor_kind: ActorKind::Service,
        action: "evidence_seen".into(),
        subject: sample(n).id,
        details: serde_json::json!({ "n": n }),
        address: None,
    }
}

/// A data folder in a server.
fn folder(server: &Server) -> TempDir {
    let data = TempDir::new().unwrap();
    on_server(server.home(), data.path());
    data
}

fn say(data: &Path, url: &str, more: &str) {
    std::fs::write(data.join("database.toml"), format!("version = 1\nurl = \"{url}\"\n{more}"))
        .unwrap();
}

#[test]
fn one_writes_whatever_folder_it_works_in_and_others_take_turns() {
    let Some(server) = shared() else { return };
    let data = folder(server);
    let writer = filled(data.path(), 2);
    let elsewhere = TempDir::new().unwrap();
    std::fs::copy(data.path().join("database.toml"), elsewhere.path().join("database.toml"))
        .unwrap();
    let refused = Store::open(elsewhere.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
    assert!(
        refused.to_string().contains(&format!("process {} on ", std::process::id())),
        "{refused}"
    );

    // Many at once: no number twice, the chain whole.
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let beside = Store::open_beside(elsewhere.path()).unwrap();
            scope.spawn(move || {
                for n in 0..20 {
                    beside.audit(&entry(n)).unwrap();
                    beside.put_event(&sample(100 + worker * 20 + n)).unwrap();
                }
            });
        }
        for n in 0..20 {
            writer.audit(&entry(n)).unwrap();
        }
    });
    let verdict = writer.verify_audit(None).unwrap();
    assert_eq!((verdict.entries, verdict.broken), (100, None));
    let counted = "SELECT COUNT(DISTINCT number) || '/' || MAX(number) FROM events";
    assert_eq!(sql(server.home(), &database_of(data.path()), counted), "82/82");
    drop(writer);
    Store::open(elsewhere.path()).unwrap();
}

#[test]
fn a_transaction_that_came_to_nothing_keeps_nobody_waiting() {
    let Some(server) = shared() else { return };
    let data = folder(server);
    let writer = filled(data.path(), 1);
    let beside = Store::open_beside(data.path()).unwrap();
    let by = TryBy { name_sha256: "name", network: "192.0.2.0/24", known: true };
    // Refused in the middle of its transaction.
    let refused = beside.count_login_try(&by, |_| Err::<_, ()>(()));
    assert_eq!(refused.unwrap(), Err(()));
    writer.audit(&entry(1)).unwrap();
}

#[test]
fn the_audit_trail_is_only_added_to_and_a_missing_guard_is_a_fault() {
    let Some(server) = shared() else { return };
    let data = folder(server);
    let writer = filled(data.path(), 1);
    for n in 0..3 {
        writer.audit(&entry(n)).unwrap();
    }
    let name = database_of(data.path());
    for wrong in [
        "UPDATE audit SET actor = 'x' WHERE number = 2",
        "DELETE FROM audit WHERE number = 3",
        "TRUNCATE audit",
        "TRUNCATE decisions",
        "INSERT INTO audit SELECT 9, at_utc_us, actor, actor_kind, action, subject, details, address,
         previous_hash, 'x' FROM audit WHERE number = 1",
        "SET session_replication_role = replica; DELETE FROM audit",
    ] {
        let refused = tried(server.home(), &name, wrong);
        assert!(!refused.status.success(), "{wrong}");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("append-only"), "{wrong}: {said}");
    }
    assert_eq!(writer.verify_audit(None).unwrap().entries, 3);
    let database_faults = || {
        let faults = check(data.path(), false).unwrap().faults;
        faults.iter().filter(|f| f.kind == FaultKind::Database).count()
    };
    assert_eq!(database_faults(), 0);
    sql(
        server.home(),
        &name,
        "DROP TRIGGER audit_not_changed ON audit; UPDATE audit SET actor = 'x' WHERE number = 2",
    );
    assert_eq!(database_faults(), 1);
    assert!(writer.verify_audit(None).unwrap().broken.is_some());
    drop(writer);
    Store::open(data.path()).unwrap();
    assert_eq!(database_faults(), 0);
}

#[test]
fn a_server_that_was_away_loses_nothing_and_is_told_of() {
    let Some(server) = Server::start() else { return };
    let data = folder(&server);
    let writer = filled(data.path(), 3);
    let reader = Store::open_read(data.path()).unwrap();
    let beside = Store::open_beside(data.path()).unwrap();

    // Away for good: plainly told, with what to do.
    server.stop();
    let said = reader.events(&EventFilter::default()).unwrap_err();
    assert!(matches!(said, StoreError::Away { .. }), "{said}");
    assert!(said.to_string().contains("cannot be reached"), "{said}");
    assert!(matches!(beside.audit(&entry(0)), Err(StoreError::Away { .. })));

    // Away for some seconds: who writes waits, as many as do.
    let (put, is_put) = mpsc::sync_channel(3);
    std::thread::scope(|scope| {
        for n in 3..6 {
            let (writer, put) = (&writer, put.clone());
            scope.spawn(move || put.send(writer.put_event(&sample(n))).unwrap());
        }
        assert!(is_put.recv_timeout(Duration::from_secs(2)).is_err(), "the server is away");
        server.begin();
        for _ in 3..6 {
            assert_eq!(is_put.recv().unwrap().unwrap(), Put::New);
        }
    });
    assert_eq!(reader.events(&EventFilter::default()).unwrap().len(), 6);
    beside.audit(&entry(0)).unwrap();
    // The writer's lock came back with the writer.
    let elsewhere = TempDir::new().unwrap();
    std::fs::copy(data.path().join("database.toml"), elsewhere.path().join("database.toml"))
        .unwrap();
    assert!(matches!(Store::open(elsewhere.path()), Err(StoreError::Busy { .. })));

    // Thrown out in between, with a session that the server has not missed yet.
    let throw = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name LIKE 'streetward%'";
    // The refused one may still be leaving.
    let thrown: u32 = sql(server.home(), "postgres", throw).parse().unwrap();
    assert!(thrown >= 3, "{thrown}");
    std::thread::sleep(Duration::from_millis(1200));
    assert_eq!(writer.put_event(&sample(6)).unwrap(), Put::New);
    assert_eq!(reader.events(&EventFilter::default()).unwrap().len(), 7);
    let verdict = writer.verify_audit(None).unwrap();
    assert_eq!((verdict.entries, verdict.broken), (1, None));
}

#[test]
fn what_a_server_refuses_is_told_with_what_to_do_and_no_password() {
    let Some(server) = shared() else { return };
    let data = folder(server);
    let (home, name) = (server.home(), database_of(data.path()));
    drop(filled(data.path(), 1));
    let told = |data: &Path| Store::open_read(data).unwrap_err().to_string();

    let password = data.path().join("password");
    std::fs::write(&password, "hidden\n").unwrap();
    say(data.path(), &url(home, "guarded", &name), "password_file = \"password\"\n");
    let said = told(data.path());
    assert!(said.contains("does not let its user in") && !said.contains("hidden"), "{said}");
    std::fs::write(&password, "right\n").unwrap();
    let said = told(data.path());
    assert!(said.contains("takes no changes") || said.contains("permission denied"), "{said}");

    say(data.path(), &url(home, "streetward", "no_such"), "");
    let said = told(data.path());
    assert!(said.contains("\"no_such\" does not exist") && said.contains("createdb"), "{said}");

    say(data.path(), &url(&home.join("nowhere"), "streetward", &name), "");
    assert!(told(data.path()).contains("cannot be reached"));

    say(data.path(), &url(home, "streetward", &name), "");
    let reader = Store::open_read(data.path()).unwrap();
    let said = reader.put_event(&sample(5)).unwrap_err().to_string();
    assert!(said.contains("takes no changes"), "{said}");
    sql(
        home,
        &name,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9000, 'later', TRUE, '\\x00', 0)",
    );
    for said in [told(data.path()), Store::open(data.path()).unwrap_err().to_string()] {
        assert!(said.contains("written by a newer streetward"), "{said}");
    }
}

#[test]
fn a_data_folder_is_told_where_its_records_lie() {
    let Some(server) = shared() else { return };
    let data = folder(server);
    let url = url(server.home(), "streetward", &database_of(data.path()));
    std::fs::remove_file(data.path().join("database.toml")).unwrap();
    let run = |args: &[&str]| {
        let mut command = Streetward::cargo_bin("streetward").unwrap();
        let done = command.args(["store", "use", "--data"]).arg(data.path()).args(args).output();
        let done = done.unwrap();
        let said = String::from_utf8(done.stdout).unwrap() + &String::from_utf8_lossy(&done.stderr);
        (done.status.code(), said)
    };
    let (code, said) = run(&["--url", "postgresql://u:hidden@h/d"]);
    assert!(
        code == Some(2) && said.contains("holds a password") && !said.contains("hidden"),
        "{said}"
    );
    let (code, said) = run(&["--url", &url]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&url), "{said}");
    drop(filled(data.path(), 2));
    assert!(!data.path().join("streetward.db").exists());

    // Records that lie in the folder are not left behind by mistake.
    let old = TempDir::new().unwrap();
    drop(filled(old.path(), 1));
    let mut command = Streetward::cargo_bin("streetward").unwrap();
    let refused = command.args(["store", "use", "--url", &url, "--data"]).arg(old.path()).output();
    let said = String::from_utf8(refused.unwrap().stderr).unwrap();
    assert!(said.contains("holds records") && said.contains("store move"), "{said}");
    assert!(!old.path().join("database.toml").exists());
}

#[test]
fn the_order_of_records_does_not_depend_on_the_database_s_language() {
    let Some(server) = shared() else { return };
    let data = folder(server);
    drop(filled(data.path(), 1));
    let others = "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = 'public'
        AND data_type = 'text' AND table_name <> '_sqlx_migrations' AND collation_name IS DISTINCT FROM 'C'";
    assert_eq!(sql(server.home(), &database_of(data.path()), others), "0");
}
