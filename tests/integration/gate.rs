//! The gate: nothing that no person has confirmed leaves as a violation, by whatever command or route.
//! The commands come from the command line itself and the routes from the API's own description, so a
//! new one fails here until somebody has said what it lets out.

mod known;

use crate::api_rig::{Person, Rig};
use crate::sample::sample;
use assert_cmd::Command;
use clap::CommandFactory;
use known::Lets::{Exports, Names, Nothing, Shows};
use known::{COMMANDS, ROUTES};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use streetward::cli::Cli;
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, Reason, change};
use streetward::store::{EventRecord, EvidenceState, Outcome, SecondLook, Status, Store, word};
use tempfile::TempDir;

/// Words that say what is suspected.
const SUSPECTED: [&str; 3] = ["illegal_parking", "restricted_area", "sidewalk_parking"];

fn doing(store: &Store, n: u32, by: &str, ask: Ask, drawn: bool) {
    let event = store.event(&sample(n).id).unwrap().unwrap();
    let event = EventRecord { evidence_state: EvidenceState::Whole, ..event };
    let now = store.review(&event.id).unwrap().unwrap();
    let asked = Asked {
        by: by.to_owned(),
        at: WallTime("2026-08-15T09:00:00Z".parse().unwrap()),
        seen: now.version,
        request_key: format!("gate-{n:04}-{}", now.version),
        ask,
        note: Some("đã xem".to_owned()),
        plate: None,
    };
    let done = store.decide(&change(&now, &event, &asked, drawn).unwrap()).unwrap();
    assert!(matches!(done, Outcome::Done(_)), "{done:?}");
}

/// Brings events to every place where review can stand. Gives those that may leave, and where each
/// stands.
fn stand(store: &Store) -> (BTreeSet<String>, BTreeMap<String, Status>) {
    let half =
        EventRecord { complete: false, evidence_state: EvidenceState::Incomplete, ..sample(30) };
    store.put_event(&half).unwrap();
    doing(store, 1, "lan", Ask::Acknowledge, false);
    doing(store, 2, "lan", Ask::Confirm, false);
    doing(store, 3, "lan", Ask::Dismiss(Reason::NoViolation), false);
    doing(store, 4, "lan", Ask::CannotTell, false);
    doing(store, 5, "lan", Ask::Merge(sample(2).id), false);
    doing(store, 6, "lan", Ask::Confirm, false);
    doing(store, 6, "minh", Ask::Reopen, false);
    doing(store, 7, "lan", Ask::Confirm, true);
    doing(store, 8, "lan", Ask::Confirm, true);
    doing(store, 8, "minh", Ask::Reopen, false);
    doing(store, 9, "lan", Ask::Confirm, true);
    doing(store, 9, "minh", Ask::Agree, false);
    doing(store, 10, "lan", Ask::Merge(sample(2).id), false);
    doing(store, 10, "minh", Ask::Reopen, false);
    doing(store, 11, "lan", Ask::Confirm, false);
    doing(store, 11, "lan", Ask::Note, false);
    doing(store, 30, "lan", Ask::Confirm, false);
    // What was confirmed was half of it.
    store.put_event(&EventRecord { evidence_state: EvidenceState::Whole, ..sample(30) }).unwrap();
    let wanted = |n: u32| store.review(&sample(n).id).unwrap().unwrap().second_look;
    assert_eq!(wanted(7), Some(SecondLook::Wanted));
    assert_eq!(wanted(8), Some(SecondLook::Disagreed));
    let may_leave: BTreeSet<String> = [2, 7, 9, 11].map(|n| sample(n).id).into();
    let stands: BTreeMap<String, Status> = (0..31)
        .filter_map(|n| store.event(&sample(n).id).unwrap())
        .map(|e| (e.id, e.status))
        .collect();
    for (id, status) in &stands {
        assert_eq!(*status == Status::Confirmed, may_leave.contains(id), "{id}");
    }
    let all: BTreeSet<String> = stands.values().map(word).collect();
    assert_eq!(all.len(), 5, "every status stands for something: {all:?}");
    (may_leave, stands)
}

fn leaves(command: &clap::Command, above: &str, found: &mut BTreeSet<String>) {
    let below: Vec<_> = command.get_subcommands().filter(|c| c.get_name() != "help").collect();
    if below.is_empty() {
        found.insert(above.trim().to_owned());
    }
    for sub in below {
        leaves(sub, &format!("{above} {}", sub.get_name()), found);
    }
}

#[test]
fn every_command_and_route_is_known_for_what_it_lets_out() {
    let mut commands = BTreeSet::new();
    leaves(&Cli::command(), "", &mut commands);
    assert!(commands.len() > 30, "{commands:?}");
    let known: BTreeSet<String> = COMMANDS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let new: Vec<_> = commands.difference(&known).collect();
    assert!(new.is_empty(), "say in tests/integration/gate.rs what these let out: {new:?}");
    let rig = Rig::new();
    let known: BTreeSet<&str> = ROUTES.iter().map(|(route, _)| *route).collect();
    let new: Vec<String> =
        routes(&rig).into_iter().filter(|r| !known.contains(r.as_str())).collect();
    assert!(new.is_empty(), "say in tests/integration/gate.rs what these let out: {new:?}");
}

/// Runs a command; gives what it printed and wrote.
fn ran(name: &str, way: &str, data: &Path, out: &Path) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.args(name.split(' '));
    for part in way.split_whitespace() {
        let part = part.replace("{data}", data.to_str().unwrap());
        command.arg(part.replace("{out}", out.join("out").to_str().unwrap()));
    }
    let done = command.output().unwrap();
    assert_ne!(done.status.code(), Some(101), "{name} {way}");
    let mut text = String::from_utf8_lossy(&done.stdout).into_owned();
    let made = out.join("out");
    let folder = if made.is_dir() { made.as_path() } else { out };
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            for file in std::fs::read_dir(&path).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                text += &String::from_utf8_lossy(&bytes);
            }
            std::fs::remove_dir_all(path).unwrap();
            continue;
        }
        text += &std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(path).unwrap();
    }
    // A report's folder must not be taken for the next command's.
    let _ = std::fs::remove_dir(&made);
    (done.status.success(), text)
}

#[test]
fn no_command_lets_out_what_nobody_confirmed() {
    let (folder, out) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let data = folder.path().join("data");
    let (may_leave, stands) = {
        let store = Store::open(&data).unwrap();
        for n in 0..25 {
            store.put_event(&sample(n)).unwrap();
        }
        stand(&store)
    };
    for (name, lets, ways) in COMMANDS {
        for way in *ways {
            let (well, text) = ran(name, way, &data, out.path());
            let named: Vec<&String> = stands.keys().filter(|id| text.contains(*id)).collect();
            let told = format!("{name} {way}: {text}");
            match lets {
                Nothing => assert!(named.is_empty(), "{told}"),
                Names => assert!(!SUSPECTED.iter().any(|word| text.contains(word)), "{told}"),
                Shows => {
                    assert!(well, "{told}");
                    for line in text.lines() {
                        for id in stands.keys().filter(|id| line.contains(*id)) {
                            assert!(line.contains(&word(&stands[id])), "{name} {way}: {line}");
                        }
                    }
                }
                Exports => {
                    assert!(well, "{told}");
                    assert!(!named.is_empty(), "{told}");
                    assert!(named.iter().all(|id| may_leave.contains(*id)), "{told}");
                }
            }
        }
    }
    // Whoever asks for more is refused, or gets each with where it stands, and nothing in between.
    for status in Status::ALL.iter().filter(|s| **s != Status::Confirmed) {
        let way = format!("--data {{data}} --output {{out}}.csv --status {}", word(status));
        let (well, text) = ran("events export", &way, &data, out.path());
        assert!(!well && text.is_empty(), "{status:?}: {text}");
    }
    let way = "--data {data} --output {out}.jsonl --any-status";
    let (well, text) = ran("events export", way, &data, out.path());
    assert!(well && text.lines().count() == stands.len());
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["status"], word(&stands[event["id"].as_str().unwrap()]).as_str());
    }
}

/// The routes as the API describes them.
fn routes(rig: &Rig) -> Vec<String> {
    let description = rig.get("/api/v1/openapi.json").json();
    let paths = description["paths"].as_object().unwrap();
    let named = |(path, ways): (&String, &Value)| {
        let path = path.strip_prefix("/api/v1").unwrap().to_owned();
        let ways: Vec<String> = ways.as_object().unwrap().keys().cloned().collect();
        ways.into_iter().map(move |way| format!("{} {path}", way.to_uppercase()))
    };
    paths.iter().flat_map(named).collect()
}

/// Every object that is an event says truly where it stands.
fn says_where_it_stands(value: &Value, stands: &BTreeMap<String, Status>, route: &str) -> u32 {
    match value {
        Value::Array(list) => list.iter().map(|v| says_where_it_stands(v, stands, route)).sum(),
        Value::Object(fields) => {
            let status = fields.get("id").and_then(Value::as_str).and_then(|id| stands.get(id));
            // The sealed record was made before anybody had looked, and says nothing of review.
            let sealed = fields.get("format").is_some();
            let mut events = 0;
            if let Some(status) = status.filter(|_| !sealed) {
                assert_eq!(fields["status"], word(status).as_str(), "{route}: {value}");
                events = 1;
            }
            events + fields.values().map(|v| says_where_it_stands(v, stands, route)).sum::<u32>()
        }
        _ => 0,
    }
}

#[test]
fn no_route_lets_out_what_nobody_confirmed() {
    let rig = Rig::new();
    let (may_leave, stands) = stand(&rig.store());
    let people = ["supervisor", "auditor", "administrator"].map(|name| rig.person(name));
    let as_somebody = |path: &str| -> crate::api_rig::Answer {
        let see = |person: &Person| rig.see(person, path);
        people.iter().map(see).find(|a| a.status != 403).unwrap()
    };
    let mut shown = 0;
    for route in routes(&rig) {
        let Some(path) =
            route.strip_prefix("GET ").filter(|p| !matches!(*p, "/stream" | "/packs/{id}"))
        else {
            continue;
        };
        let (_, lets) = ROUTES.iter().find(|(known, _)| *known == route).unwrap();
        let thing = if path.contains("/cameras/") { "p1-le-loi-01" } else { &rig.event };
        let path = path.replace("{id}", thing).replace("{name}", "moment.jpg");
        let answer = as_somebody(&path);
        assert!(matches!(answer.status, 200 | 202), "{path}: {}", answer.status);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let named: Vec<&String> = stands.keys().filter(|id| text.contains(*id)).collect();
        match lets {
            Nothing => assert!(named.is_empty(), "{path}: {text}"),
            Names => assert!(!SUSPECTED.iter().any(|word| text.contains(word)), "{path}: {text}"),
            Shows if answer.headers["content-type"].contains("json") => {
                shown += says_where_it_stands(&answer.json(), &stands, &path);
            }
            Shows => {}
            Exports => assert!(named.iter().all(|id| may_leave.contains(*id)), "{path}: {text}"),
        }
    }
    assert!(shown > 20, "{shown}");
    // By whatever is asked of the one way out, whoever asks.
    let token = {
        let body = json!({
            "name": "xuất", "permissions": ["export_confirmed"], "expires": "2026-09-01T00:00:00Z",
        });
        rig.tell(&people[0], "/me/tokens", &[], &body).json()["secret"].as_str().unwrap().to_owned()
    };
    let bearer = format!("Bearer {token}");
    for query in [
        "",
        "format=json",
        "status=confirmed",
        "kind=illegal_parking,restricted_area",
        "domain=security,traffic,urban_order",
        "camera=p1-le-loi-01,p2-cho",
        "class=car,person,motorcycle",
        "from=2020-01-01&to=2030-01-01",
        "hour_from=0&hour_to=24",
        "text=e",
        "agency=csgt-p1",
        "reviewer=lan",
    ] {
        let by_person = rig.see(&people[0], &format!("/export?{query}"));
        let path = format!("/api/v1/export?{query}");
        let by_program = rig.ask("GET", &path, &[("Authorization", &bearer)], "");
        for answer in [by_person, by_program] {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert_eq!(answer.status, 200, "{query}: {text}");
            for id in stands.keys().filter(|id| text.contains(*id)) {
                assert!(may_leave.contains(id), "{query}: {id} is {:?}", stands[id]);
            }
        }
    }
    let whole = String::from_utf8(rig.see(&people[0], "/export").body).unwrap();
    assert!(may_leave.iter().all(|id| whole.contains(id)), "{whole}");
    for query in [
        "status=pending",
        "status=acknowledged",
        "status=dismissed",
        "status=cannot_tell",
        "status=confirmed,pending",
        "status=",
        "status=CONFIRMED",
        "sightings=true",
        "second_look=wanted",
        "overdue=true",
        "any_status=true",
        "status=confirmed&status=pending",
    ] {
        let answer = rig.see(&people[0], &format!("/export?{query}"));
        assert_eq!(answer.status, 400, "{query}");
    }
}
