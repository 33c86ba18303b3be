//! The daily chain over a real store: continued, broken in every way, and what is said then.

use super::run;
use super::scene::Scene;
use crate::postgres_rig::settle;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use streetward::config::StorageConfig;
use streetward::evidence::chain::{self, ChainDay, latest_chain_head, read_day};
use streetward::evidence::signing::{self, SIGNATURE_FILE, Signature, SigningKey};
use streetward::media::WallTime;
use streetward::review::Doer;
use streetward::rules::{Closing, IncidentKey};
use streetward::store::{
    EventFilter, Hold, HoldPut, RetentionPlan, Status, Store, StoreError, Why,
};

/// An instant of that day of August 2026, at noon.
pub(super) fn on(day: i8) -> WallTime {
    WallTime(format!("2026-08-{day:02}T05:00:00Z").parse().unwrap())
}

pub(super) fn date(day: i8) -> jiff::civil::Date {
    jiff::civil::date(2026, 8, day)
}

/// A store with keys.
pub(super) struct Chained {
    pub(super) scene: Scene,
}

impl Chained {
    pub(super) fn new() -> Self {
        let chained = Self::on_files();
        settle(chained.data());
        chained
    }

    /// The same with records in files, wherever other tests keep theirs: they can be copied.
    pub(super) fn on_files() -> Self {
        let chained = Self::bare();
        signing::ensure(chained.data(), on(15)).unwrap().unwrap();
        chained
    }

    /// The same, and no keys.
    pub(super) fn without_keys() -> Self {
        let chained = Self::bare();
        settle(chained.data());
        chained
    }

    fn bare() -> Self {
        let scene = Scene::h264();
        fs::create_dir_all(&scene.ctx.data).unwrap();
        Self { scene }
    }

    pub(super) fn data(&self) -> &Path {
        &self.scene.ctx.data
    }

    /// Seals and stores an event of that name; its id and folder.
    pub(super) fn event(&mut self, name: &str) -> (String, PathBuf) {
        self.event_closed(name, Closing::Left)
    }

    pub(super) fn event_closed(&mut self, name: &str, closing: Closing) -> (String, PathBuf) {
        self.scene.incident.key = IncidentKey(name.into());
        let sealed = self.scene.store(closing);
        let store = Store::open(self.data()).unwrap();
        store.put_event(&self.scene.record(&sealed)).unwrap();
        (sealed.event.id.to_string(), sealed.folder)
    }

    /// Seals an event of that name, of which no index knows; its id and folder.
    pub(super) fn sealed(&mut self, name: &str) -> (String, PathBuf) {
        self.scene.incident.key = IncidentKey(name.into());
        let sealed = self.scene.store(Closing::Left);
        (sealed.event.id.to_string(), sealed.folder)
    }

    pub(super) fn extend(&self, day: i8) -> Result<usize, StoreError> {
        let store = Store::open(self.data()).unwrap();
        store.extend_chain(self.data(), on(day)).map(|grown| grown.map_or(0, |g| g.added))
    }

    /// Two events on the 15th, one on the 16th, none on the 17th.
    pub(super) fn three_days() -> (Self, [(String, PathBuf); 3]) {
        Self::new().filled()
    }

    /// The same as [`Chained::on_files`] has it.
    pub(super) fn three_days_on_files() -> (Self, [(String, PathBuf); 3]) {
        Self::on_files().filled()
    }

    fn filled(self) -> (Self, [(String, PathBuf); 3]) {
        let mut chained = self;
        let first = [chained.event("a"), chained.event("b")];
        assert_eq!(chained.extend(15).unwrap(), 2);
        let third = chained.event("c");
        assert_eq!(chained.extend(16).unwrap(), 1);
        assert_eq!(chained.extend(17).unwrap(), 0);
        let [a, b] = first;
        (chained, [a, b, third])
    }

    /// What the command finds: problem, event and the last part of the file; and the whole answer.
    pub(super) fn found(&self) -> (Vec<(String, String, String)>, Value) {
        let data = self.data().to_str().unwrap();
        let (code, out) = run(&["verify", "--data", data, "--format", "json"]);
        let json: Value = serde_json::from_str(&out).unwrap();
        let text = |p: &Value, key: &str| p[key].as_str().unwrap_or_default().to_owned();
        let mut found: Vec<_> = json["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| {
                let file = text(p, "file").rsplit('/').next().unwrap().to_owned();
                (text(p, "problem"), text(p, "event"), file)
            })
            .collect();
        found.sort();
        assert_eq!(code.unwrap(), ExitCode::from(u8::from(!found.is_empty())), "{json:#}");
        (found, json)
    }

    pub(super) fn path(&self, day: i8) -> PathBuf {
        self.data().join(chain::day_file(date(day)))
    }

    pub(super) fn read(&self, day: i8) -> ChainDay {
        read_day(self.data(), date(day)).unwrap().unwrap()
    }
}

pub(super) fn problem(problem: &str, event: &str, file: &str) -> (String, String, String) {
    (problem.to_owned(), event.to_owned(), file.to_owned())
}

#[test]
fn each_day_is_bound_to_the_one_before_and_all_of_it_checks_out() {
    let (chained, events) = Chained::three_days();
    let days: Vec<ChainDay> = [15, 16, 17].map(|day| chained.read(day)).into();
    assert_eq!(days[0].previous, None, "the chain says where it begins");
    for pair in days.windows(2) {
        let previous = pair[1].previous.as_ref().unwrap();
        assert_eq!((previous.day, &previous.head), (pair[0].day, &pair[0].head));
    }
    let counts: Vec<usize> = days.iter().map(|d| d.entries.len()).collect();
    assert_eq!(counts, [2, 1, 0]);
    assert_eq!(days[1].entries[0].event, events[2].0);
    assert!(days.iter().all(|d| d.signature.is_some()));
    let (found, json) = chained.found();
    assert_eq!(found, []);
    assert_eq!(json["chain"]["days"], 3);
    assert_eq!(
        (&json["chain"]["from"], &json["chain"]["events"]),
        (&"2026-08-15".into(), &3.into())
    );
    assert_eq!(latest_chain_head(chained.data()), Some((date(17), days[2].head.clone())));
    assert_eq!(json["chain"]["head"], days[2].head.as_str());
    // Asked again, nothing is written anew; with the clock set back, the last day goes on.
    let before = fs::read(chained.path(17)).unwrap();
    assert_eq!(chained.extend(17).unwrap(), 0);
    assert_eq!(chained.extend(14).unwrap(), 0);
    assert_eq!(fs::read(chained.path(17)).unwrap(), before);
    assert!(!chained.path(14).exists());
}

#[test]
fn a_day_goes_on_while_it_lasts() {
    let mut chained = Chained::new();
    assert_eq!(chained.extend(15).unwrap(), 0);
    assert!(!chained.path(15).exists(), "nothing to begin with");
    let first = chained.event("a").0;
    assert_eq!(chained.found().1["chain"]["waiting"], 1);
    chained.extend(15).unwrap();
    let second = chained.event("b").0;
    assert_eq!(chained.found().0, [], "what waits is not missed");
    chained.extend(15).unwrap();
    let entries: Vec<String> = chained.read(15).entries.into_iter().map(|e| e.event).collect();
    assert_eq!(entries, [first, second]);
    assert_eq!(chained.found().0, []);
}

#[test]
fn an_event_taken_out_is_named() {
    let (chained, [a, b, _]) = Chained::three_days();
    // Its folder alone.
    let away = chained.scene.folder.path().join("away");
    fs::rename(chained.data().join(&a.1), &away).unwrap();
    let (found, json) = chained.found();
    let index = problem("missing", &a.0, &a.0);
    assert_eq!(found, [problem("missing", &a.0, "2026-08-15.json"), index], "{json:#}");
    fs::rename(&away, chained.data().join(&a.1)).unwrap();
    assert_eq!(chained.found().0, []);
    // Out of the chain's file, the head left.
    let good = fs::read(chained.path(15)).unwrap();
    let mut day = chained.read(15);
    day.entries.retain(|e| e.event != b.0);
    fs::write(chained.path(15), day.to_json().unwrap()).unwrap();
    let dropped = problem("not_in_chain", &b.0, &b.0);
    let broken = |day: i8| problem("chain_broken", "", &format!("2026-08-{day}.json"));
    assert_eq!(chained.found().0, [broken(15), dropped.clone()]);
    // The head made to agree, by somebody without the key.
    let forged = ChainDay::new(day.day, None, day.entries.clone(), None);
    fs::write(chained.path(15), forged.to_json().unwrap()).unwrap();
    let said = chained.found();
    // That day by the index and for its signature, and the next that names its head.
    let wanted = [broken(15), broken(15), broken(16), dropped.clone()];
    assert_eq!(said.0, wanted, "{:#}", said.1);
    // By somebody with another key, and at last with the key itself.
    let thief = SigningKey::generate().unwrap();
    let forged = ChainDay::new(day.day, None, day.entries.clone(), Some(&thief));
    fs::write(chained.path(15), forged.to_json().unwrap()).unwrap();
    let (found, json) = chained.found();
    assert!(json.to_string().contains(thief.public().id().as_str()), "{json:#}");
    assert_eq!(found.len(), 4, "{json:#}");
    let own = signing::signer(chained.data()).unwrap();
    let forged = ChainDay::new(day.day, None, day.entries, Some(&own));
    fs::write(chained.path(15), forged.to_json().unwrap()).unwrap();
    assert_eq!(chained.found().0, [broken(15), broken(16), dropped]);
    fs::write(chained.path(15), good).unwrap();
    assert_eq!(chained.found().0, []);
}

#[test]
fn a_missing_day_and_a_cut_end_are_named() {
    let (chained, _) = Chained::three_days();
    let good = fs::read(chained.path(16)).unwrap();
    fs::remove_file(chained.path(16)).unwrap();
    let (found, json) = chained.found();
    let kinds: Vec<&str> = found.iter().map(|f| f.0.as_str()).collect();
    assert_eq!(kinds, ["chain_broken", "chain_broken", "not_in_chain"], "{json:#}");
    assert!(json.to_string().contains("it follows 2026-08-16, and there is no file of that day"));
    fs::write(chained.path(16), good).unwrap();
    // The last day: only the index, or a head kept elsewhere, knows of it.
    fs::remove_file(chained.path(17)).unwrap();
    assert_eq!(chained.found().0, [problem("chain_broken", "", "2026-08-17.json")]);
    // And it is not written anew as if nothing had been there.
    let error = chained.extend(17).unwrap_err().to_string();
    assert!(error.contains("its file is not there"), "{error}");
    assert_eq!(chained.extend(18).unwrap(), 0);
    assert_eq!(chained.read(18).previous.unwrap().day, date(17));
}

#[test]
fn an_altered_day_is_left_as_it_is_and_the_next_goes_on() {
    let (mut chained, _) = Chained::three_days();
    let mut day = chained.read(17);
    day.head = "0".repeat(64);
    let altered = day.to_json().unwrap();
    fs::write(chained.path(17), &altered).unwrap();
    chained.event("d");
    let error = chained.extend(17).unwrap_err().to_string();
    assert!(error.contains("not what was written"), "{error}");
    assert_eq!(fs::read(chained.path(17)).unwrap(), altered);
    assert_eq!(chained.extend(18).unwrap(), 1, "what waited is entered");
    fs::write(chained.path(18), "{").unwrap();
    assert!(chained.extend(18).is_err());
    assert!(chained.found().0.contains(&problem("chain_broken", "", "2026-08-18.json")));
}

#[test]
fn a_crash_between_file_and_index_loses_and_doubles_nothing() {
    let mut chained = Chained::new();
    chained.event("a");
    chained.extend(15).unwrap();
    chained.event("b");
    let database = chained.data().join("streetward.db");
    let before = fs::read(&database).unwrap();
    for day in [15, 16] {
        // The file is written; the index is as it was.
        chained.extend(15).unwrap();
        assert_eq!(chained.read(15).entries.len(), 2);
        fs::write(&database, &before).unwrap();
        chained.extend(day).unwrap();
        assert_eq!(chained.read(15).entries.len(), 2);
        assert_eq!(chained.found().0, [], "day {day}");
        assert_eq!(chained.found().1["chain"]["waiting"], 0);
    }
    assert_eq!(chained.read(16).entries, []);
}

#[test]
fn a_removal_leaves_a_tombstone_and_what_is_held_stays() {
    let (chained, [a, b, c]) = Chained::three_days();
    let data = chained.data();
    let store = Store::open(data).unwrap();
    let hold = Hold {
        id: "h-1".into(),
        event: a.0.clone(),
        reason: "Hồ sơ 12/2026".into(),
        by: "uid 1".into(),
        at: on(17),
        until: None,
        lifted: None,
    };
    let entry = |action| Doer::Command { uid: 1 }.entry(on(17), action, &a.0, Value::Null);
    assert_eq!(store.put_hold(&hold, &entry("hold_added")).unwrap(), HoldPut::Done);
    let none = Hold { event: "nobody".into(), id: "h-2".into(), ..hold.clone() };
    assert_eq!(store.put_hold(&none, &entry("hold_added")).unwrap(), HoldPut::NoEvent);
    for (_, folder) in [&a, &b, &c] {
        let manifest = data.join(folder).join("manifest.json");
        fs::File::open(manifest).unwrap().set_modified(on(17).0.into()).unwrap();
    }
    // A year later, and no room at all.
    let now = WallTime("2027-08-20T05:00:00Z".parse().unwrap());
    let mut inventory = store.inventory(data, now).unwrap();
    inventory.free_bytes = 0;
    let plan = RetentionPlan::new(&inventory, &StorageConfig::default());
    let mut gone: Vec<&str> = plan.removals.iter().map(|r| r.item.id.as_str()).collect();
    gone.sort_unstable();
    let mut wanted = [b.0.as_str(), c.0.as_str()];
    wanted.sort_unstable();
    assert_eq!(gone, wanted);
    assert!(plan.removals.iter().all(|r| r.why == Why::Age));
    assert_eq!(plan.removals[0].rule, "age:traffic:pending:90");
    assert_eq!(store.tidy(data, &plan).unwrap().events, 2);
    drop(store);
    // The tombstones wait, then stand in the chain; nothing is wrong either way.
    assert_eq!(chained.found().0, []);
    let store = Store::open(data).unwrap();
    let grown = store.extend_chain(data, now).unwrap().unwrap();
    drop(store);
    assert_eq!(grown.added, 2);
    let day = read_day(data, grown.day).unwrap().unwrap();
    assert!(day.entries.iter().all(|e| e.tombstone.as_ref().unwrap().rule.starts_with("age:")));
    assert_eq!(day.entries[0].manifest_sha256.len(), 64);
    let (found, json) = chained.found();
    assert_eq!((found, &json["chain"]["tombstones"]), (vec![], &2.into()));
    // A plan made before somebody held the event does not take it either.
    let store = Store::open(data).unwrap();
    let unheld = streetward::store::Removal {
        item: inventory.items.iter().find(|i| i.id == a.0).unwrap().clone(),
        why: Why::Age,
        rule: "age".into(),
    };
    let plan = RetentionPlan { at: Some(now), removals: vec![unheld], ..RetentionPlan::default() };
    assert_eq!(store.tidy(data, &plan).unwrap().events, 0);
    assert!(data.join(&a.1).is_dir());
    assert_eq!(store.events(&EventFilter::default()).unwrap()[0].status, Status::Pending);
}

#[test]
fn after_a_rotation_old_days_hold_and_an_old_key_signs_no_new_day() {
    let (mut chained, _) = Chained::three_days();
    let old = signing::signer(chained.data()).unwrap();
    signing::rotate(chained.data(), on(17), jiff::SignedDuration::from_hours(24)).unwrap();
    chained.extend(18).unwrap();
    assert_eq!(chained.found().0, []);
    // Long after its time, the old key is used once more.
    let late = ChainDay::new(date(25), chained.read(18).previous.clone(), vec![], Some(&old));
    let trusted = signing::trusted(chained.data()).unwrap();
    assert!(late.fault(&trusted).unwrap().contains("not in use that day"));
    let day = ChainDay::new(date(18), None, vec![], Some(&old));
    assert_eq!(day.fault(&trusted), None, "the overlap");
    // So does a manifest that it signed then.
    let id = chained.event("late").0;
    let folder = chained.data().join("evidence/2026/08/15").join(&id);
    let manifest = fs::read(folder.join("manifest.json")).unwrap();
    let forged = Signature::of(&old, &manifest).to_json().unwrap();
    fs::write(folder.join(SIGNATURE_FILE), forged).unwrap();
    assert_eq!(chained.found().0, [], "nobody knows yet when it came");
    chained.extend(25).unwrap();
    assert_eq!(chained.found().0, [problem("unknown_key", &id, "2026-08-25.json")]);
}

#[test]
fn the_head_is_what_sha256sum_gives_and_openssl_verifies_its_signature() {
    use std::process::Command;
    let tools = ["jq", "sha256sum", "openssl"];
    if tools.iter().any(|t| Command::new(t).arg("--help").output().is_err()) {
        eprintln!("skipped: one of {tools:?} is not here");
        return;
    }
    let (chained, _) = Chained::three_days();
    let pem = signing::export_public(chained.data(), None).unwrap();
    fs::write(chained.scene.folder.path().join("city.pub.pem"), pem).unwrap();
    // As the help text gives it.
    let script = streetward::cli::evidence::CHAIN_BY_HAND
        .replace("DAY.json", chained.path(16).to_str().unwrap());
    let done = Command::new("bash")
        .args(["-ec", &script])
        .current_dir(chained.scene.folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains(&chained.read(16).head), "{said}");
    assert!(said.contains("Signature Verified Successfully"), "{said}");
}
