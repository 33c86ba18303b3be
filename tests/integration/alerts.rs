//! Alerts: what is stored is told, in order, once at a receiver that honours the key, whatever
//! happens to the sink or to this program.

use crate::alert_rig::web::{Manner, Request, Web};
use crate::alert_rig::{at, close, open, sinks, work};
use crate::postgres_rig::settle;
use crate::sample::sample;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use streetward::alert::{Alerter, Courier};
use streetward::evidence::Appearance;
use streetward::store::{EventRecord, Store};
use streetward::vision::BBox;
use tempfile::TempDir;

/// A port that nothing listens at.
fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The first arrival of each letter: its key, subject and phase, in order.
fn first_arrivals(requests: &[Request]) -> Vec<(String, String, String)> {
    let mut known = BTreeSet::new();
    requests
        .iter()
        .filter(|r| known.insert(r.headers["idempotency-key"].clone()))
        .map(|r| {
            let body = r.json();
            let text = |key: &str| body[key].as_str().unwrap().to_owned();
            assert_eq!(text("key"), r.headers["idempotency-key"]);
            (text("key"), text("subject"), text("phase"))
        })
        .collect()
}

/// Each incident was told to open and to close, in this order, once.
fn assert_told_in_order(arrivals: &[(String, String, String)], incidents: u32) {
    let mut phases: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, subject, phase) in arrivals {
        phases.entry(subject).or_default().push(phase);
    }
    assert_eq!(phases.len(), incidents as usize);
    for (subject, told) in phases {
        assert_eq!(told, ["opened", "closed"], "{subject}");
    }
}

#[test]
fn a_sink_down_for_ten_minutes_misses_nothing_and_gets_nothing_twice() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let address = closed_port();
    let tables =
        format!("[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"http://{address}/in\"\n");
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let mut courier = Courier::new(sinks[0].clone(), &folder.path().join("data")).unwrap();
    // Forty incidents in ten minutes, each over when the next has begun.
    let mut now = at(0.0);
    let mut tries = 0;
    for n in 0..40 {
        open(&store, &alerter, &sample(n));
        if n > 0 {
            close(&store, &alerter, &sample(n - 1));
        }
        let (_, done) = work(&mut courier, &store, now, 15.0);
        now = at(f64::from(n + 1) * 15.0);
        assert_eq!((done.sent, done.dead), (0, 0));
        tries += done.failed;
        let trouble = done.trouble.unwrap();
        assert!(
            trouble.starts_with("the receiver refused the connection; next try at "),
            "{trouble}"
        );
    }
    close(&store, &alerter, &sample(39));
    assert!((15..60).contains(&tries), "{tries} tries in ten minutes");

    let web = Web::start_at(address);
    let (end, done) = work(&mut courier, &store, now, 300.0);
    assert_eq!((done.sent, done.failed, done.dead), (80, 0, 0), "{done:?}");
    assert_eq!((done.next_due, done.trouble), (None, None));
    let late = end.0.duration_since(now.0).as_secs_f64();
    assert!(late <= 61.0, "all were out {late} s after the sink's return");
    let requests = web.taken();
    assert_eq!(requests.len(), 80, "nothing came twice");
    assert_told_in_order(&first_arrivals(&requests), 40);

    // The same news again, as after a restart, is no news.
    for n in 0..40 {
        open(&store, &alerter, &sample(n));
        close(&store, &alerter, &sample(n));
    }
    assert_eq!(work(&mut courier, &store, end, 60.0).1.sent, 0);
}

const TEST_DATA: &str = "STREETWARD_TEST_ALERTS";
const INCIDENTS: u32 = 60;

/// Not a test: the process that `a_courier_killed_between_sending_and_marking_loses_nothing` kills.
#[test]
#[ignore = "run by another test, in a process of its own"]
fn courier_until_killed() {
    let Some(folder) = std::env::var_os(TEST_DATA) else { return };
    let folder = Path::new(&folder);
    let site = std::fs::read_to_string(folder.join("alerts.toml")).unwrap();
    let sinks = sinks(folder, &site);
    let alerter = Alerter::new(&sinks);
    let data = folder.join("data");
    let store = Store::open(&data).unwrap();
    let mut courier = Courier::new(sinks[0].clone(), &data).unwrap();
    for n in 0..INCIDENTS {
        open(&store, &alerter, &sample(n));
        close(&store, &alerter, &sample(n));
        courier.deliver_due(&store, at(0.0)).unwrap();
    }
    work(&mut courier, &store, at(0.0), 3600.0);
}

#[test]
fn a_courier_killed_between_sending_and_marking_loses_nothing() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let web = Web::start();
    let tables =
        format!("[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{}/in\"\n", web.url());
    std::fs::write(folder.path().join("alerts.toml"), &tables).unwrap();
    let child = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "alerts::courier_until_killed"])
            .env(TEST_DATA, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut requests = Vec::new();
    for round in 0..6_u32 {
        let mut child = child();
        // Killed when a letter has just come in, which the child has not had time to mark.
        let (wanted, until) = (3 + 5 * round as usize, Instant::now() + Duration::from_secs(20));
        let mut came = Vec::new();
        while came.len() < wanted && Instant::now() < until {
            came.extend(web.taken());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(came.len() >= wanted, "round {round}: {} came", came.len());
        requests.extend(came);
    }
    assert!(child().wait().unwrap().success());
    requests.extend(web.taken());

    let arrivals = first_arrivals(&requests);
    assert_eq!(arrivals.len(), 2 * INCIDENTS as usize);
    assert_told_in_order(&arrivals, INCIDENTS);
    // A letter comes again at most once a kill.
    assert!(requests.len() <= arrivals.len() + 6, "{} came", requests.len());
    let store = Store::open(&folder.path().join("data")).unwrap();
    let count = &store.outbox_counts().unwrap()[0];
    assert_eq!((count.sent, count.waiting, count.dead), (120, 0, 0));
}

#[test]
fn every_trouble_is_one_sentence_and_the_other_sinks_go_on() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let (bad, good) = (Web::start(), Web::start());
    let tables = format!(
        "[[alerts]]\nname = \"bad\"\nkind = \"webhook\"\nurl = \"{}\"\ntimeout_seconds = 0.3\n\
         [[alerts]]\nname = \"good\"\nkind = \"webhook\"\nurl = \"{}\"\n\
         [[alerts]]\nname = \"nowhere\"\nkind = \"webhook\"\nurl = \"http://no-such-host.invalid/\"\n",
        bad.url(),
        good.url()
    );
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let mut couriers: Vec<Courier> =
        sinks.iter().map(|s| Courier::new(s.clone(), folder.path()).unwrap()).collect();
    let manners = [
        (
            Manner::Answers(500, "out of order".into()),
            "the receiver answered 500 (\"out of order\")",
        ),
        (Manner::Answers(503, String::new()), "the receiver answered 503"),
        (Manner::Answers(401, String::new()), "the receiver answered 401: check its key or token"),
        (Manner::Hangs, "no answer from the receiver within 0.3 s"),
        (Manner::Babbles, "the receiver's answer is no HTTP"),
        (Manner::HangsUp, "the receiver closed the connection without an answer"),
    ];
    open(&store, &alerter, &sample(0));
    let mut now = at(0.0);
    for (n, (manner, wanted)) in manners.into_iter().enumerate() {
        bad.behaves(move |_| manner.clone());
        let done = couriers[0].deliver_due(&store, now).unwrap();
        let trouble = done.trouble.unwrap();
        let (why, next) = trouble.split_once("; next try at ").unwrap();
        assert_eq!(why, wanted);
        let due = done.next_due.unwrap();
        assert_eq!(next, due.local().strftime("%H:%M:%S").to_string());
        assert!(due > now);
        let kept = &store.letters(None, Some("bad"), 9).unwrap()[0];
        assert_eq!((kept.why.as_deref(), kept.tries as usize), (Some(wanted), n + 1));
        now = due;
    }
    let lost = couriers[2].deliver_due(&store, now).unwrap().trouble.unwrap();
    assert!(lost.starts_with("the host of the receiver is not known: check its name"), "{lost}");
    let done = couriers[1].deliver_due(&store, now).unwrap();
    assert_eq!((done.sent, done.trouble), (1, None));
    assert_eq!(good.taken().len(), 1);

    bad.behaves(|_| Manner::Answers(409, "had it".into()));
    let (_, done) = work(&mut couriers[0], &store, now, 120.0);
    assert_eq!((done.sent, done.trouble), (1, None), "409 says that it has had the key");
}

#[test]
fn a_letter_that_is_refused_is_given_up_and_can_be_tried_again() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let data = folder.path().join("data");
    let web = Web::start();
    let tables =
        format!("[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{}\"\n", web.url());
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&data).unwrap();
    let mut courier = Courier::new(sinks[0].clone(), &data).unwrap();
    let victim = sample(0).id;
    let poisoned = victim.clone();
    web.behaves(move |r| {
        let refused = r.text().contains(&poisoned);
        if refused {
            Manner::Answers(422, "no such ward".into())
        } else {
            Manner::Answers(204, String::new())
        }
    });
    for n in 0..5 {
        open(&store, &alerter, &sample(n));
        close(&store, &alerter, &sample(n));
    }
    let first = courier.deliver_due(&store, at(0.0)).unwrap();
    assert_eq!((first.sent, first.failed), (8, 1), "others do not wait for it");
    let (_, done) = work(&mut courier, &store, first.next_due.unwrap(), 7200.0);
    assert_eq!((done.sent, done.dead), (0, 2), "its closing was refused too: {done:?}");
    let dead = store.dead_letters(None, 10).unwrap();
    assert_eq!(
        dead[0].why.as_deref(),
        Some("given up after 5 tries: the receiver answered 422 (\"no such ward\")")
    );

    let streetward = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_streetward"))
            .args(args)
            .env("STREETWARD_DATA", &data)
            .output()
            .unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stdout).unwrap())
    };
    // While this process holds the folder, as the service would.
    let (code, listed) = streetward(&["alerts", "dead"]);
    assert_eq!(code, 0);
    assert!(listed.contains(&dead[0].letter.key) && listed.contains("no such ward"), "{listed}");
    assert!(listed.contains("hook: 0 waiting, 8 sent, 2 given up"), "{listed}");
    let (code, said) = streetward(&["alerts", "retry", &dead[0].letter.key]);
    assert_eq!((code, &*said), (0, "1 alert will be tried again.\n"));
    assert_eq!(streetward(&["alerts", "retry", "nonsense"]).0, 1);
    assert_eq!(streetward(&["alerts", "retry"]).0, 2, "neither --all nor keys");
    assert_eq!(streetward(&["alerts", "retry", "--all"]).1, "1 alert will be tried again.\n");
    let (code, json) = streetward(&["alerts", "list", "--state", "waiting", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, json.as_array().unwrap().len()), (0, 2));
    assert_eq!(json[0]["letter"]["subject"], *victim);

    web.behaves(|_| Manner::Answers(200, String::new()));
    web.taken();
    let (_, done) = work(&mut courier, &store, at(9000.0), 60.0);
    assert_eq!((done.sent, done.dead), (2, 0));
    let phases: Vec<String> = first_arrivals(&web.taken()).into_iter().map(|(_, _, p)| p).collect();
    assert_eq!(phases, ["opened", "closed"]);
}

#[test]
fn a_letter_that_nobody_takes_for_days_is_given_up() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let tables = format!(
        "[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"http://{}\"\ngive_up_days = 0.5\n",
        closed_port()
    );
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let mut courier = Courier::new(sinks[0].clone(), folder.path()).unwrap();
    open(&store, &alerter, &sample(0));
    courier.deliver_due(&store, at(0.0)).unwrap();
    let late = courier.deliver_due(&store, at(43_000.0)).unwrap();
    assert_eq!((late.failed, late.dead), (1, 0));
    let later = courier.deliver_due(&store, at(43_300.0)).unwrap();
    assert_eq!((later.failed, later.dead, later.next_due), (0, 1, None));
    let why = store.dead_letters(None, 1).unwrap()[0].why.clone().unwrap();
    assert!(why.starts_with("given up after 0.5 days and 3 tries: the receiver refused"), "{why}");
}

#[test]
fn what_goes_on_is_an_update_and_not_a_second_alert() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let web = Web::start();
    let tables =
        format!("[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{}\"\n", web.url());
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let mut courier = Courier::new(sinks[0].clone(), folder.path()).unwrap();
    let stands = |n: u32, from: f64| {
        let bbox = BBox::from([100.0, 100.0, 200.0, 180.0]);
        let appearance = Appearance::try_from(hex::encode([90_u8; 48])).unwrap();
        EventRecord {
            id: sample(n).id,
            start_utc: at(from),
            moment_utc: at(from + 60.0),
            end_utc: at(from + 120.0),
            place: Some(streetward::store::Place {
                start: bbox,
                last: bbox,
                appearance: Some(appearance),
                continues: None,
            }),
            ..sample(0)
        }
    };
    let (before, after) = (stands(0, 0.0), stands(3, 150.0));
    open(&store, &alerter, &before);
    close(&store, &alerter, &before);
    open(&store, &alerter, &after);
    close(&store, &alerter, &after);
    open(&store, &alerter, &sample(6));
    work(&mut courier, &store, at(300.0), 60.0);
    let told: Vec<(String, String)> =
        first_arrivals(&web.taken()).into_iter().map(|(_, s, p)| (s, p)).collect();
    let of = |id: &str| -> Vec<&str> {
        told.iter().filter(|(s, _)| s == id).map(|(_, p)| &**p).collect()
    };
    assert_eq!(of(&before.id), ["opened", "closed"]);
    assert_eq!(of(&after.id), ["continued", "closed"]);
    assert_eq!(of(&sample(6).id), ["opened"]);
    open(&store, &alerter, &sample(9));
    assert_eq!(alerter.abandon_strangers(&store, at(400.0)).unwrap(), 0, "its sink is there");
    assert_eq!(Alerter::new(&[]).abandon_strangers(&store, at(400.0)).unwrap(), 1);
    let dead = store.dead_letters(None, 9).unwrap();
    assert_eq!(dead[0].why.as_deref(), Some("the site file names no such alerts any more"));
    let threads: BTreeSet<String> =
        store.letters(None, None, 9).unwrap().into_iter().map(|l| l.thread).collect();
    assert_eq!(threads, BTreeSet::from([before.id, sample(6).id, sample(9).id]));
}
