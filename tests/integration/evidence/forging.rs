//! Evidence and chain written anew by somebody who has the files and the index, and no key.

use super::chaining::{Chained, date, on, problem};
use super::run;
use crate::postgres_rig;
use jiff::SignedDuration;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::fs;
use std::path::Path;
use streetward::evidence::chain::{ChainDay, ChainEntry, ChainWord, Previous, Tombstone};
use streetward::evidence::signing::{self, SIGNATURE_FILE, SigningError};
use streetward::media::WallTime;
use streetward::rules::Closing;
use streetward::store::Store;

/// Statements by somebody who has the index.
fn tamper(data: &Path, statement: &str) {
    if let Some(home) = std::env::var_os(postgres_rig::ON_SERVER) {
        postgres_rig::sql(Path::new(&home), &postgres_rig::database_of(data), statement);
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(data.join("streetward.db"));
        let mut db = SqliteConnection::connect_with(&options).await.unwrap();
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::query(statement).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
    });
}

/// Paints over a picture, makes the manifest agree, and leaves the signature out; the new manifest's
/// sum.
pub fn forge(folder: &Path) -> String {
    let picture = folder.join("moment.jpg");
    let mut painted = fs::read(&picture).unwrap();
    painted.push(0);
    let path = folder.join("manifest.json");
    let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for file in json["files"].as_array_mut().unwrap() {
        if file["name"] == "moment.jpg" {
            file["bytes"] = painted.len().into();
            file["sha256"] = hex::encode(Sha256::digest(&painted)).into();
        }
    }
    let manifest = serde_json::to_vec_pretty(&json).unwrap();
    fs::write(&picture, painted).unwrap();
    fs::write(&path, &manifest).unwrap();
    let _ = fs::remove_file(folder.join(SIGNATURE_FILE));
    hex::encode(Sha256::digest(&manifest))
}

/// Writes these days anew without signatures, each after the one before, and has the index agree.
fn rewrite(chained: &Chained, days: &[i8], change: impl Fn(&mut ChainEntry)) {
    let mut before: Option<Previous> = None;
    for day in days {
        let read = chained.read(*day);
        let mut entries = read.entries;
        entries.iter_mut().for_each(&change);
        let made = ChainDay::new(read.day, before.or(read.previous), entries, None);
        fs::write(chained.path(*day), made.to_json().unwrap()).unwrap();
        let set =
            format!("UPDATE chain_days SET head = '{}' WHERE day = '{}'", made.head, made.day);
        tamper(chained.data(), &set);
        before = Some(Previous { day: made.day, head: made.head });
    }
}

#[test]
fn whoever_has_no_key_cannot_leave_the_signatures_out() {
    let (mut chained, [_, _, c]) = Chained::three_days();
    let sum = forge(&chained.data().join(&c.1));
    rewrite(&chained, &[16, 17], |entry| {
        entry.manifest_sha256.clone_from(&sum);
        entry.key_id = None;
    });
    let days = [16, 17].map(|day| problem("chain_broken", "", &format!("2026-08-{day}.json")));
    let [day16, day17] = days.clone();
    let bare = problem("missing", &c.0, SIGNATURE_FILE);
    assert_eq!(chained.found().0, [day16, day17, bare.clone()]);
    // The same by the key that the city has published, and for people.
    let pem = chained.scene.folder.path().join("city.pub.pem");
    fs::write(&pem, signing::export_public(chained.data(), None).unwrap()).unwrap();
    let (data, pem) = (chained.data().to_str().unwrap().to_owned(), pem.display().to_string());
    let (_, text) = run(&["verify", "--data", &data, "--key", &pem]);
    assert!(text.contains("2 days of the chain without a signature"), "{text}");
    assert!(text.contains("3 problems") && text.contains("whoever has none"), "{text}");
    // A start of the key that is moved behind it all frees nothing, and is told.
    let ring = chained.data().join("keys/keys.json");
    let good = fs::read_to_string(&ring).unwrap();
    fs::write(&ring, good.replace("2026-08-15T05:00:00", "2026-09-15T05:00:00")).unwrap();
    let (found, json) = chained.found();
    assert!(found.contains(&problem("unknown_key", "", "keys.json")), "{json:#}");
    assert!(found.contains(&days[0]) && found.contains(&bare), "{json:#}");
    fs::write(&ring, good).unwrap();
    // The program does not go on from such a day either.
    chained.event("d");
    let error = chained.extend(17).unwrap_err().to_string();
    assert!(error.contains("it is not signed"), "{error}");
}

#[test]
fn without_its_secret_no_day_is_written_and_nothing_is_lost() {
    let (mut chained, _) = Chained::three_days();
    let id = signing::signer(chained.data()).unwrap().public().id();
    let path = chained.data().join(format!("keys/{id}.pem"));
    let good = fs::read(&path).unwrap();
    chained.event("d");
    fs::write(&path, "torn").unwrap();
    for day in [17, 18] {
        let error = chained.extend(day).unwrap_err().to_string();
        assert!(error.contains("it cannot be signed"), "{error}");
    }
    assert!(!chained.path(18).exists());
    // What was sealed meanwhile bears no signature, and is named while it waits and afterwards.
    let bare = chained.event("e").0;
    let wanted = [problem("missing", &bare, SIGNATURE_FILE)];
    assert_eq!(chained.found().0, wanted);
    fs::write(&path, good).unwrap();
    assert_eq!(chained.extend(18).unwrap(), 2);
    assert_eq!(chained.found().0, wanted);
}

#[test]
fn what_is_older_than_the_keys_needs_no_signature() {
    let mut chained = Chained::without_keys();
    let old = chained.event("old");
    signing::ensure(chained.data(), on(15)).unwrap().unwrap();
    chained.event("new");
    assert_eq!(chained.extend(15).unwrap(), 2);
    assert_eq!(chained.found().0, []);
    assert_eq!(chained.found().1["unsigned"], 1);
    // An index made anew has it entered again.
    tamper(
        chained.data(),
        &format!("INSERT INTO chain_waiting (event, sort, turn) VALUES ('{}', 'sealed', 1)", old.0),
    );
    assert_eq!(chained.extend(16).unwrap(), 1);
    assert_eq!(chained.found().0, []);
}

#[test]
fn a_folder_under_a_tombstone_is_named() {
    let (chained, [a, ..]) = Chained::three_days();
    let own = signing::signer(chained.data()).unwrap();
    // As a removal is entered, by the program.
    let day = chained.read(17);
    let gone = ChainEntry {
        event: a.0.clone(),
        manifest_sha256: chained.read(15).entries[0].manifest_sha256.clone(),
        key_id: None,
        interrupted: false,
        tombstone: Some(Tombstone {
            removed_utc: "2026-08-17T05:00:00Z".into(),
            rule: "room".into(),
        }),
    };
    let made = ChainDay::new(day.day, day.previous, vec![gone], Some(&own));
    fs::write(chained.path(17), made.to_json().unwrap()).unwrap();
    let set = format!("UPDATE chain_days SET head = '{}' WHERE day = '{}'", made.head, made.day);
    tamper(chained.data(), &set);
    // Its folder is there, and its row says whole.
    assert_eq!(chained.found().0, [problem("added", &a.0, &a.0)]);
}

#[test]
fn evidence_replaced_by_other_is_named_and_never_by_unsigned() {
    let (mut chained, [a, b, c]) = Chained::three_days();
    let wait = |chained: &Chained, event: &str| {
        let row = "INSERT INTO chain_waiting (event, sort, turn) VALUES";
        tamper(chained.data(), &format!("{row} ('{event}', 'sealed', 1)"));
    };
    forge(&chained.data().join(&a.1));
    wait(&chained, &a.0);
    let changed = problem("changed", &a.0, "manifest.json");
    assert_eq!(chained.found().0, std::slice::from_ref(&changed), "while it waits");
    let other = chained.event("d");
    assert_eq!(chained.extend(18).unwrap(), 1, "the others are entered");
    assert_eq!(chained.read(18).entries[0].event, other.0);
    assert_eq!(chained.found().0, std::slice::from_ref(&changed), "it goes on waiting");
    // A signature that is none does not help.
    let signature = chained.data().join(&c.1).join(SIGNATURE_FILE);
    fs::copy(signature, chained.data().join(&a.1).join(SIGNATURE_FILE)).unwrap();
    assert_eq!(chained.extend(19).unwrap(), 0);
    fs::remove_file(chained.data().join(&a.1).join(SIGNATURE_FILE)).unwrap();
    // Another manifest that is signed is entered, and named for good.
    let folder = chained.data().join(&b.1);
    forge(&folder);
    let manifest = fs::read(folder.join("manifest.json")).unwrap();
    assert!(signing::sign_manifest(chained.data(), &folder, &manifest).unwrap());
    wait(&chained, &b.0);
    assert_eq!(chained.extend(20).unwrap(), 1);
    let (found, json) = chained.found();
    let again = problem("changed", &b.0, "2026-08-20.json");
    let mut wanted = [changed, again];
    wanted.sort();
    assert_eq!(found, wanted, "{json:#}");
}

#[test]
fn an_interrupted_event_gives_way_to_the_whole_one() {
    let mut chained = Chained::new();
    let (id, _) = chained.event_closed("a", Closing::Interrupted);
    chained.extend(15).unwrap();
    let entry = chained.read(15).entries.remove(0);
    assert!(entry.interrupted && entry.line().ends_with(" interrupted"), "{entry:?}");
    assert_eq!(chained.found().0, []);
    assert_eq!(chained.event("a").0, id);
    assert_eq!(chained.found().0, [], "while it waits");
    assert_eq!(chained.extend(16).unwrap(), 1);
    assert!(!chained.read(16).entries[0].interrupted);
    assert_eq!(chained.found().0, []);
}

#[test]
fn one_folder_that_cannot_be_read_keeps_no_other_from_the_chain() {
    let mut chained = Chained::new();
    let (bad, folder) = chained.event("a");
    let good = chained.event("b").0;
    let manifest = chained.data().join(&folder).join("manifest.json");
    let aside = chained.scene.folder.path().join("manifest.json");
    fs::rename(&manifest, &aside).unwrap();
    fs::create_dir(&manifest).unwrap();
    assert_eq!(chained.extend(15).unwrap(), 1);
    assert_eq!(chained.read(15).entries[0].event, good);
    fs::remove_dir(&manifest).unwrap();
    fs::rename(&aside, &manifest).unwrap();
    assert_eq!(chained.extend(16).unwrap(), 1, "it waited");
    assert_eq!(chained.read(16).entries[0].event, bad);
    assert_eq!(chained.found().0, []);
}

#[test]
fn a_key_that_is_given_vouches_for_those_after_it_and_for_no_time_that_was_edited() {
    let (mut chained, _) = Chained::three_days();
    let first = chained.scene.folder.path().join("first.pem");
    fs::write(&first, signing::export_public(chained.data(), None).unwrap()).unwrap();
    signing::rotate(chained.data(), on(17), SignedDuration::from_hours(24)).unwrap();
    chained.event("d");
    chained.extend(18).unwrap();
    let data = chained.data().to_str().unwrap().to_owned();
    let first = first.display().to_string();
    let by_first = || {
        let (_, out) = run(&["verify", "--data", &data, "--key", &first, "--format", "json"]);
        serde_json::from_str::<Value>(&out).unwrap()
    };
    let json = by_first();
    assert_eq!((&json["problems"], &json["signed"]), (&Value::Array(vec![]), &4.into()));
    // The old key is used after its time, and its end moved so that nothing shows.
    let ring = chained.data().join("keys/keys.json");
    let good = fs::read_to_string(&ring).unwrap();
    assert!(good.contains("\"until_utc\": \"2026-08-18T05:00:00"), "{good}");
    fs::write(&ring, good.replace("\"until_utc\": \"2026-08-18", "\"until_utc\": \"2027-08-18"))
        .unwrap();
    let json = by_first();
    assert_eq!(json["problems"][0]["problem"], "unknown_key");
    let detail = json["problems"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("the end of its time is not what the next key signed"), "{detail}");
}

#[test]
fn a_key_from_a_clock_that_was_ahead_begins_when_the_clock_is_right() {
    let mut chained = Chained::without_keys();
    let ahead = on(15).0 + SignedDuration::from_hours(31 * 24);
    signing::ensure(chained.data(), streetward::media::WallTime(ahead)).unwrap().unwrap();
    chained.event("a");
    assert_eq!(chained.extend(15).unwrap(), 1);
    assert_eq!(chained.found().0, []);
    assert_eq!(signing::trusted(chained.data()).unwrap().begins(), Some(on(15)));
    chained.event("b");
    assert_eq!(chained.extend(15).unwrap(), 1, "the day goes on");
    assert_eq!(chained.found().0, []);
    // Rotated while it was ahead, and the old secret put away since: nobody can sign the new start.
    let old = signing::signer(chained.data()).unwrap().public().id();
    signing::rotate(chained.data(), streetward::media::WallTime(ahead), SignedDuration::ZERO)
        .unwrap();
    fs::remove_file(chained.data().join(format!("keys/{old}.pem"))).unwrap();
    let error = chained.extend(16).unwrap_err().to_string();
    assert!(error.contains("clock was ahead") && error.contains("2026-08-16"), "{error}");
    assert!(!chained.path(16).exists());
}

#[test]
fn after_a_loss_the_chain_goes_on_by_the_new_key() {
    let (mut chained, _) = Chained::three_days();
    let first = signing::export_public(chained.data(), None).unwrap();
    let id = signing::signer(chained.data()).unwrap().public().id();
    fs::remove_file(chained.data().join(format!("keys/{id}.pem"))).unwrap();
    signing::new_key(chained.data(), on(18), true).unwrap();
    for name in ["d", "e"] {
        chained.event(name);
        assert_eq!(chained.extend(18).unwrap(), 1, "{name}: the day goes on");
    }
    let store = Store::open(chained.data()).unwrap();
    assert_eq!(store.chain_known().unwrap().heads.len(), 4);
    drop(store);
    let (found, _) = chained.found();
    assert!(found.contains(&problem("unknown_key", "", "keys.json")), "nobody vouches for it");
    let file = |name: &str, pem: String| {
        let path = chained.scene.folder.path().join(name);
        fs::write(&path, pem).unwrap();
        path.display().to_string()
    };
    let second = signing::export_public(chained.data(), None).unwrap();
    let (first, second) = (file("first.pem", first), file("second.pem", second));
    let data = chained.data().to_str().unwrap();
    let (code, out) = run(&["verify", "--data", data, "--key", &first, "--key", &second]);
    assert_eq!(code.unwrap(), std::process::ExitCode::SUCCESS, "{out}");
    assert!(out.contains("all is as sealed"), "{out}");
    assert_eq!(chained.read(18).day, date(18));
    // Replaced later, the one between is still the holder's: its day goes on, and what it sealed counts.
    signing::rotate(chained.data(), on(18), SignedDuration::from_hours(24)).unwrap();
    chained.event("f");
    assert_eq!(chained.extend(18).unwrap(), 1);
    chained.event("g");
    assert_eq!(chained.extend(19).unwrap(), 1);
    let (data, writing) = (chained.data(), signing::writing(chained.data()).unwrap().unwrap());
    let entered = chained.read(18).entries;
    let ids = entered.iter().map(|entry| entry.event.as_str()).collect();
    let word = ChainWord::read(data, writing, &ids).unwrap();
    for id in ids {
        let folder =
            data.join(Store::open_read(data).unwrap().event(id).unwrap().unwrap().evidence);
        assert_eq!(word.doubt(id, &folder).unwrap(), None, "{id}");
    }
}

#[test]
fn a_clock_set_back_changes_no_key() {
    let (mut chained, _) = Chained::three_days();
    let data = chained.data().to_owned();
    let (ring, day) = (data.join("keys/keys.json"), SignedDuration::from_hours(24));
    let before = fs::read(&ring).unwrap();
    let boot = WallTime(jiff::Timestamp::UNIX_EPOCH);
    // Before the key, and before the last day of the chain.
    for now in [boot, on(14), on(16)] {
        let refused = signing::rotate(&data, now, day);
        assert!(matches!(refused, Err(SigningError::Behind { .. })), "{refused:?}");
    }
    chained.event("d");
    let grown = Store::open(&data).unwrap().extend_chain(&data, boot).unwrap().unwrap();
    assert_eq!((grown.day, grown.added), (date(17), 1), "it does not go back in the chain");
    assert_eq!(fs::read(&ring).unwrap(), before);
    assert_eq!(chained.found().0, []);
    signing::rotate(&data, on(17), day).unwrap();
    chained.event("e");
    assert_eq!(chained.extend(18).unwrap(), 1);
    assert_eq!(chained.found().0, []);
}
