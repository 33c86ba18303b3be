//! Records carried over from a data folder's own database into a server, and a server without room.

use crate::api_rig::Rig;
use crate::postgres_rig::{ON_SERVER, database_of, on_server, shared, sql, url};
use crate::sample::{filled, sample};
use assert_cmd::Command;
use serde_json::json;
use std::path::Path;
use streetward::store::{EventFilter, FaultKind, Store, StoreError, check};
use tempfile::TempDir;

/// An empty database of a server: its address.
fn empty(home: &Path) -> String {
    let folder = TempDir::new().unwrap();
    on_server(home, folder.path());
    url(home, "streetward", &database_of(folder.path()))
}

fn moved(data: &Path, url: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    let done = command.args(["store", "move", "--url", url, "--data"]).arg(data).output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap() + &String::from_utf8_lossy(&done.stderr);
    (done.status.code(), said)
}

#[test]
fn all_records_are_carried_over_and_the_file_is_kept() {
    if std::env::var_os(ON_SERVER).is_some() {
        return;
    }
    let Some(server) = shared() else { return };
    // A desk at which people came in, looked and decided.
    let mut rig = Rig::new();
    let person = rig.person("supervisor");
    let body = json!({ "action": "confirm", "request_key": "88888888-m", "note": "Đã xem" });
    let path = format!("/events/{}/decision", rig.event);
    assert_eq!(rig.tell(&person, &path, &[("If-Match", "\"0\"")], &body).status, 200);
    let data = rig.data();
    let to = empty(server.home());
    let (code, said) = moved(&data, "postgresql:///no_such?host=/nowhere&user=u");
    assert_eq!(code, Some(2), "{said}");
    assert!(!data.join("database.toml").exists(), "a server that is away changes nothing");
    rig.stop();
    let before = {
        let store = rig.store();
        // More than one page of rows.
        for n in 100..1300 {
            store.put_event(&sample(n)).unwrap();
        }
        all(&store)
    };
    let (code, said) = moved(&data, &to);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&to) && said.contains("1226  events"), "{said}");
    assert!(data.join("streetward.db").exists(), "the file is kept");
    assert_eq!(all(&Store::open_read(&data).unwrap()), before, "and the same is read from there");
    let faults = check(&data, false).unwrap().faults;
    let of_records =
        faults.iter().filter(|f| matches!(f.kind, FaultKind::Database | FaultKind::Counts));
    assert_eq!(of_records.count(), 0, "{faults:?}");
    // The desk goes on where it was; what is stored from now on is numbered on.
    let store = Store::open(&data).unwrap();
    store.put_event(&sample(2000)).unwrap();
    let last = sql(server.home(), &database_of(&data), "SELECT MAX(number) FROM events");
    assert_eq!(last, "1227");
    drop(store);
    // A second time there is nothing to move, and another folder is not mixed in.
    let (code, said) = moved(&data, &to);
    assert!(code == Some(2) && said.contains("nothing to move"), "{said}");
    let other = TempDir::new().unwrap();
    drop(filled(other.path(), 3));
    let (code, said) = moved(other.path(), &to);
    assert!(code == Some(2) && said.contains("holds records already"), "{said}");
    assert!(!other.path().join("database.toml").exists());
    assert_eq!(
        Store::open_read(other.path()).unwrap().events(&EventFilter::default()).unwrap().len(),
        3
    );
    let (code, said) = moved(TempDir::new().unwrap().path(), &to);
    assert!(code == Some(2) && said.contains("nothing to move"), "{said}");
}

/// Everything that a reader asks for: events, what was decided, people, the trail.
fn all(store: &Store) -> String {
    let events = store.events(&EventFilter::default()).unwrap();
    let decided: Vec<_> = events.iter().map(|e| store.decisions(&e.id).unwrap()).collect();
    let users: Vec<_> = store
        .users()
        .unwrap()
        .into_iter()
        .map(|u| (u.id, u.name, u.password, u.last_login))
        .collect();
    let trail = store.verify_audit(None).unwrap();
    format!("{events:?}\n{decided:?}\n{users:?}\n{trail:?}")
}

#[test]
fn what_does_not_arrive_whole_is_not_there_at_all() {
    if std::env::var_os(ON_SERVER).is_some() {
        return;
    }
    let Some(server) = shared() else { return };
    let data = TempDir::new().unwrap();
    drop(filled(data.path(), 20));
    let to = empty(server.home());
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("database.toml"), format!("version = 1\nurl = \"{to}\"\n"))
        .unwrap();
    drop(Store::open(folder.path()).unwrap());
    // The server swallows one row.
    let name = database_of(folder.path());
    sql(
        server.home(),
        &name,
        &format!(
            "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF NEW.id = '{}' THEN RETURN NULL; END IF; RETURN NEW; END $$;
             CREATE TRIGGER swallowed BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION swallow()",
            sample(7).id
        ),
    );
    let (code, said) = moved(data.path(), &to);
    assert!(
        code == Some(2) && said.contains("of 20 rows of the table events 19 arrived"),
        "{said}"
    );
    assert_eq!(sql(server.home(), &name, "SELECT COUNT(*) FROM events"), "0");
    assert!(!data.path().join("database.toml").exists());
}

#[test]
fn a_server_without_room_is_told_as_a_full_disk() {
    let Some(server) = shared() else { return };
    let data = TempDir::new().unwrap();
    on_server(server.home(), data.path());
    let writer = filled(data.path(), 2);
    let name = database_of(data.path());
    // What the server says where a file cannot grow.
    sql(
        server.home(),
        &name,
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
         END $$;
         CREATE TRIGGER no_room BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION no_room()",
    );
    let refused = writer.put_event(&sample(5)).unwrap_err();
    assert!(matches!(refused, StoreError::Full(_)), "{refused:?}");
    let said = refused.to_string();
    assert!(
        said.contains("no space left") && said.contains(&name) && said.contains("kept"),
        "{said}"
    );
    assert_eq!(writer.events(&EventFilter::default()).unwrap().len(), 2, "it is still read");
    sql(server.home(), &name, "DROP TRIGGER no_room ON events");
    writer.put_event(&sample(5)).unwrap();
}
