//! Who looked and who acted, as auditors read it: names beside ids, a list with small pictures as one
//! look, and what an account does after somebody else could have come in by it.

use crate::api_rig::{PASSWORD, Person, Rig};
use crate::postgres_rig::ON_SERVER;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use streetward::evidence::signing;
use streetward::media::WallTime;
use streetward::store::{AuditEntry, AuditFilter, Store, StoreError};

fn entered(rig: &Rig, action: &str) -> Vec<AuditEntry> {
    let filter =
        AuditFilter { action: Some(action.to_owned()), limit: 100, ..AuditFilter::default() };
    rig.store_read().audit_entries(&filter).unwrap()
}

fn trail(rig: &Rig, auditor: &Person, query: &str) -> Vec<Value> {
    let page = rig.see(auditor, &format!("/audit?{query}")).json();
    page["items"].as_array().unwrap().clone()
}

#[test]
fn the_trail_names_people_beside_their_ids() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    let id = rig.see(&person, "/me").json()["id"].as_str().unwrap().to_owned();
    let made = rig.tell(&person, "/me/tokens", &[], &json!({ "name": "báo cáo tuần" })).json();
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let path = format!("/api/v1/events/{}", rig.event);
    assert_eq!(rig.ask("GET", &path, &[("Authorization", &bearer)], "").status, 200);
    let auditor = rig.person("auditor");
    let entries = trail(&rig, &auditor, "limit=500");
    let of = |action: &str| entries.iter().find(|e| e["action"] == action).unwrap();
    let called = "Người dùng reviewer (reviewer)";
    let seen = of("evidence_seen");
    assert_eq!(seen["actor_name"], format!("{called}, báo cáo tuần"));
    assert_eq!(seen["actor"], made["id"], "the id stays what is chained");
    assert_eq!((&seen["subject_name"], &seen["after_reset"]), (&Value::Null, &Value::Null));
    let added = of("user_added");
    assert_eq!(added["actor_name"], Value::Null, "a command is no person");
    assert!(added["subject_name"].as_str().unwrap().starts_with("Người dùng "), "{added}");
    // Found by the name that people know as well as by the id.
    for actor in [id.as_str(), "reviewer"] {
        let found = trail(&rig, &auditor, &format!("actor={actor}"));
        assert!(!found.is_empty() && found.iter().all(|e| e["actor"] == id), "{found:?}");
        assert!(found.iter().all(|e| e["actor_name"] == called));
    }
}

#[test]
fn a_list_with_pictures_is_one_look_and_says_what_it_showed() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    let small = format!("/events/{}/files/moment.jpg?width=320", rig.event);
    // A list without its pictures is no look at evidence.
    let page = rig.see(&person, "/events?kind=illegal_parking&limit=200").json();
    let pictured: Vec<Value> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| !e["thumbnail"].is_null())
        .map(|e| e["id"].clone())
        .collect();
    assert!(pictured.contains(&json!(rig.event)));
    assert!(entered(&rig, "list_seen").is_empty());
    // Many pictures at once, as browsers fetch them.
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| assert_eq!(rig.see(&person, &small).status, 200));
        }
    });
    assert_eq!(rig.see(&person, "/events?kind=illegal_parking&limit=200").status, 200);
    assert_eq!(rig.see(&person, &small).status, 200);
    let lists = entered(&rig, "list_seen");
    assert_eq!(lists.len(), 1, "one list, one entry");
    let details: Value = serde_json::from_str(&lists[0].details).unwrap();
    assert_eq!(details["events"], json!(pictured));
    assert_eq!(details["asked"], json!({ "kind": "illegal_parking", "limit": 200 }));
    assert!(entered(&rig, "evidence_seen").is_empty());
    // Looking closer is a look of its own.
    let wide = format!("/events/{}/files/moment.jpg?width=640", rig.event);
    assert_eq!(rig.see(&person, &wide).status, 200);
    assert_eq!(entered(&rig, "evidence_seen").len(), 1);
    // Whoever was shown no list and fetches a small picture has looked at that event.
    let other = rig.person("reviewer");
    assert_eq!(rig.see(&other, &small).status, 200);
    let seen = entered(&rig, "evidence_seen");
    assert_eq!((seen.len(), seen[0].subject.as_str()), (2, rig.event.as_str()));
    assert_eq!(entered(&rig, "list_seen").len(), 1);
    assert!(rig.store_read().verify_audit(None).unwrap().broken.is_none());
}

#[test]
fn the_manifest_is_not_said_to_be_whole_where_nothing_vouches_for_it() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    let states = || -> Vec<(String, String)> {
        let whole = rig.see(&person, &format!("/events/{}", rig.event)).json();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        whole["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (text(&f["name"]), text(&f["state"])))
            .collect()
    };
    let manifest = || {
        let states = states();
        assert!(states.len() > 4, "{states:?}");
        for (name, state) in &states[..states.len() - 1] {
            assert_eq!(state, "whole", "{name}");
        }
        let (name, state) = states.last().unwrap().clone();
        assert_eq!(name, "manifest.json");
        state
    };
    assert_eq!(manifest(), "not_checked", "nobody has signed it");
    // Signed by the data folder's own key; then by the same, and changed since.
    let data = rig.data();
    let record = rig.store_read().event(&rig.event).unwrap().unwrap();
    let folder = data.join(&record.evidence);
    let bytes = std::fs::read(folder.join("manifest.json")).unwrap();
    signing::ensure(&data, crate::api_rig::now()).unwrap();
    signing::sign_manifest(&data, &folder, &bytes).unwrap();
    assert_eq!(manifest(), "whole");
    std::fs::write(folder.join("manifest.json"), [&bytes[..], b"\n"].concat()).unwrap();
    assert_eq!(manifest(), "altered");
}

static CLOCK: AtomicI64 = AtomicI64::new(0);

fn clock() -> WallTime {
    let by = jiff::SignedDuration::from_secs(CLOCK.load(Relaxed));
    WallTime(crate::api_rig::now().0 + by)
}

const SET: &str = "sáu quả dừa trên cây";

/// Two administrators together can come in as somebody else: slowly, and not unseen.
#[test]
fn an_account_that_two_administrators_take_over_is_told_of_and_marked() {
    use streetward::config::Language;
    use streetward::review::{Doer, NewUser, Role, Scope, add_user};
    let rig = Rig::with_clock(|_| {}, clock);
    let second = NewUser {
        name: "second".into(),
        full_name: "Quản trị hai".into(),
        role: Role::Administrator,
        scope: Scope::default(),
        agency: None,
        language: Language::Vi,
    };
    let store = Store::open_beside(&rig.data()).unwrap();
    for (name, role) in [("second", Role::Administrator), ("third", Role::Administrator)] {
        let new = NewUser { name: name.into(), role, ..second.clone() };
        add_user(&store, &Doer::Command { uid: 0 }, &new, PASSWORD, clock()).unwrap();
    }
    // Whose account has codes.
    let owner = rig.person("supervisor");
    let id = rig.see(&owner, "/me").json()["id"].as_str().unwrap().to_owned();
    let begun = rig.tell(&owner, "/me/totp", &[], &json!({ "password": PASSWORD })).json();
    let codes = totp_rs::TOTP::from_url(begun["url"].as_str().unwrap()).unwrap();
    let code = codes.generate(clock().0.as_second() as u64);
    let done = rig.tell(&owner, "/me/totp", &[], &json!({ "password": PASSWORD, "code": code }));
    let owner = Rig::signed_in(&done);
    assert_eq!(rig.see(&owner, "/me").json()["notices"], json!([]));
    // One takes the codes away, the other sets a password.
    let (one, other) = (rig.person("administrator"), rig.person("second"));
    let patch = |by: &Person, body: &Value| {
        rig.tell_by("PATCH", by, &format!("/users/{id}"), &[], body).status
    };
    assert_eq!(patch(&one, &json!({ "totp_reset": true })), 200);
    CLOCK.store(600, Relaxed);
    assert_eq!(patch(&other, &json!({ "password": SET })), 200);
    // It does not let in for an hour.
    let sign_in = || {
        let body = json!({ "user": "supervisor", "password": SET }).to_string();
        rig.ask("POST", "/api/v1/login", &[], &body)
    };
    let early = sign_in();
    assert_eq!((early.status, early.code().as_str()), (401, "held"), "{:?}", early.json());
    assert_eq!(early.json()["minutes"], 60);
    // Every administrator is told meanwhile, and nobody else.
    for (name, told) in [("third", 1), ("administrator", 1), ("reviewer", 0), ("auditor", 0)] {
        let person = rig.person(name);
        let notices = rig.see(&person, "/me").json()["notices"].clone();
        assert_eq!(notices.as_array().unwrap().len(), told, "{name}: {notices}");
        if told == 1 {
            assert_eq!((&notices[0]["what"], &notices[0]["own"]), (&json!("both"), &json!(false)));
            assert_eq!(notices[0]["user_name"], "Người dùng supervisor (supervisor)");
            let by = ["Người dùng administrator (administrator)", "Quản trị hai (second)"];
            assert_eq!(notices[0]["by"], json!(by));
        }
    }
    // An hour later it lets in; what the account does is marked, also after whoever came in has
    // made the password their own.
    CLOCK.store(600 + 3600, Relaxed);
    let taken = sign_in();
    assert_eq!(taken.json()["notices"][0]["own"], true, "{:?}", taken.json());
    let taken = Rig::signed_in(&taken);
    let own = json!({ "current": SET, "new": "bảy con thuyền ra khơi" });
    let taken = Rig::signed_in(&rig.tell(&taken, "/me/password", &[], &own));
    assert_eq!(rig.see(&taken, &format!("/events/{}", rig.event)).status, 200);
    let auditor = rig.person("auditor");
    let seen = trail(&rig, &auditor, "actor=supervisor&action=evidence_seen");
    assert_eq!(seen[0]["after_reset"]["what"], "both", "{seen:?}");
    assert_eq!(seen[0]["after_reset"]["by"].as_array().unwrap().len(), 2);
    let before = trail(&rig, &auditor, "actor=supervisor&action=user_totp_set");
    assert_eq!(before[0]["after_reset"], Value::Null, "what was before is nobody else's");
    let others = trail(&rig, &auditor, "actor=reviewer");
    assert!(others.iter().all(|e| e["after_reset"].is_null()));
    // Whoever owns it is told whenever they come in, for a month; a day later nothing is marked.
    CLOCK.store(600 + 86_400, Relaxed);
    let body = json!({ "user": "supervisor", "password": "bảy con thuyền ra khơi" }).to_string();
    let again = rig.ask("POST", "/api/v1/login", &[], &body);
    assert_eq!(again.json()["notices"][0]["what"], "both");
    let again = Rig::signed_in(&again);
    assert_eq!(rig.see(&again, &format!("/events/{}", rig.event)).status, 200);
    let auditor = rig.person("auditor");
    let seen = trail(&rig, &auditor, "actor=supervisor&action=evidence_seen");
    assert_eq!((seen.len(), &seen[0]["after_reset"]), (2, &Value::Null));
    CLOCK.store(600 + 31 * 86_400, Relaxed);
    assert_eq!(rig.ask("POST", "/api/v1/login", &[], &body).json()["notices"], json!([]));
}

/// Who only reads is told soon that somebody keeps the whole database to themselves.
#[test]
fn a_reader_that_is_kept_out_is_told_soon() {
    if std::env::var_os(ON_SERVER).is_some() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    drop(crate::sample::filled(data.path(), 1));
    let held = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _holder = held.block_on(async {
        use sqlx::{ConnectOptions, Executor};
        let file = data.path().join("streetward.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(file)
            .locking_mode(sqlx::sqlite::SqliteLockingMode::Exclusive);
        let mut holder = options.connect().await.unwrap();
        holder.execute("BEGIN EXCLUSIVE").await.unwrap();
        holder
    });
    let begun = std::time::Instant::now();
    let told = Store::open_read(data.path()).unwrap_err();
    let waited = begun.elapsed().as_secs_f64();
    assert!(matches!(told, StoreError::Held(_)), "{told}");
    assert!((1.0..8.0).contains(&waited), "{waited}");
}
