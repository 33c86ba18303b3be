//! How much one user has at once, how long news is told, and what is entered of what is seen or leaves.

use crate::api_rig::{Answer, Person, Rig, now};
use crate::sample::sample;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use streetward::media::WallTime;
use streetward::serve::ServeTerms;
use streetward::store::{ActorKind, AuditEntry, AuditFilter, Store};

fn entered(rig: &Rig, action: &str) -> Vec<AuditEntry> {
    let filter =
        AuditFilter { action: Some(action.to_owned()), limit: 500, ..AuditFilter::default() };
    Store::open_read(&rig.data()).unwrap().audit_entries(&filter).unwrap()
}

fn after(seconds: &AtomicI64) -> WallTime {
    let moved = jiff::SignedDuration::from_secs(seconds.load(Relaxed));
    WallTime(now().0.checked_add(moved).unwrap())
}

fn listen(rig: &Rig, person: &Person, since: Option<&str>) -> BufReader<TcpStream> {
    let mut stream = rig.connect();
    let since = since.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
    let cookie = &person.cookie;
    write!(stream, "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n{since}\r\n")
        .unwrap();
    BufReader::new(stream)
}

fn status(stream: &mut BufReader<TcpStream>) -> u16 {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}

fn until(stream: &mut BufReader<TcpStream>, wanted: &str) -> String {
    let mut heard = String::new();
    while !heard.contains(wanted) {
        assert!(stream.read_line(&mut heard).unwrap() > 0, "ended after {heard}");
    }
    heard
}

/// What is heard until the stream ends, and how long that took.
fn to_the_end(mut stream: BufReader<TcpStream>) -> (String, Duration) {
    let began = Instant::now();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    (String::from_utf8(rest).unwrap(), began.elapsed())
}

static IDLE: AtomicI64 = AtomicI64::new(0);

fn idle() -> WallTime {
    after(&IDLE)
}

#[test]
fn listening_keeps_no_session_alive_and_ends_with_it() {
    let rig = Rig::with_clock(|_| {}, idle);
    let person = rig.person("viewer");
    let other = rig.person("viewer");
    for minute in [20, 40, 59] {
        IDLE.store(minute * 60, Relaxed);
        assert_eq!(status(&mut listen(&rig, &person, None)), 200);
        let quiet = rig.see_with(&person, "/cameras", &[("X-Background", "1")]);
        assert_eq!(quiet.status, 200);
        assert_eq!(rig.see(&other, "/me").status, 200);
    }
    let mut news = listen(&rig, &person, None);
    assert_eq!(status(&mut news), 200);
    let mut more = listen(&rig, &other, None);
    assert_eq!(status(&mut more), 200);
    IDLE.store(61 * 60, Relaxed);
    // The look comes round every two seconds; what was idle ends, what was used goes on.
    let (_, took) = to_the_end(news);
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_eq!(status(&mut listen(&rig, &person, None)), 401);
    assert_eq!(rig.see(&person, "/me").status, 401);
    until(&mut more, "text/event-stream");
    assert_eq!(rig.tell(&other, "/logout", &[], &json!({})).status, 200);
    let out = Instant::now();
    to_the_end(more);
    rig.store().put_event(&sample(40)).unwrap();
    assert!(out.elapsed() < Duration::from_secs(15), "{:?}", out.elapsed());
}

#[test]
fn news_counts_nothing_that_may_not_be_seen() {
    let rig = Rig::new();
    let (one, elsewhere) = (rig.person("supervisor"), rig.person("elsewhere"));
    let mut news = listen(&rig, &one, None);
    let mut silence = listen(&rig, &elsewhere, None);
    until(&mut news, "text/event-stream");
    until(&mut silence, "text/event-stream");
    std::thread::sleep(Duration::from_millis(300));
    let mut ids = Vec::new();
    for n in 50..53 {
        rig.store().put_event(&sample(n * 3)).unwrap();
        let heard = until(&mut news, "event: figures");
        assert!(heard.contains(&sample(n * 3).id), "{heard}");
        let id = until(&mut news, "id: ");
        let id = id.lines().find_map(|l| l.strip_prefix("id: ")).unwrap().to_owned();
        assert_eq!(id.len(), 16, "{id}");
        assert!(id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        ids.push(id);
    }
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
    // One that is known tells what was missed; a made-up one, or one of another run, begins anew.
    let heard = until(&mut listen(&rig, &one, Some(&ids[0])), &sample(52 * 3).id);
    assert!(!heard.contains("reload"), "{heard}");
    for strange in ["28-0", "0000000000000000", "x"] {
        until(&mut listen(&rig, &one, Some(strange)), "event: reload");
    }
    // Who may see none of it hears nothing, not even that figures changed.
    assert_eq!(rig.tell(&elsewhere, "/logout", &[], &json!({})).status, 200);
    let (heard, _) = to_the_end(silence);
    assert!(!heard.contains("event:") && !heard.contains("\nid:"), "{heard}");
}

#[test]
fn one_user_has_so_many_streams_and_questions_and_others_wait_for_none_of_them() {
    let rig = Rig::with(|terms: &mut ServeTerms| {
        terms.questions_each = 2;
        terms.turn_within = Duration::from_millis(300);
    });
    let (one, other) = (rig.person("reviewer"), rig.person("viewer"));
    let again = rig.person("reviewer");
    let mut streams: Vec<_> = (0..6).map(|_| listen(&rig, &one, None)).collect();
    for stream in &mut streams {
        assert_eq!(status(stream), 200);
    }
    for person in [&one, &again] {
        let told = rig.see(person, "/stream");
        assert_eq!((told.status, told.code().as_str()), (429, "too_much_at_once"));
        assert_eq!(told.headers["retry-after"], "5");
    }
    assert_eq!(status(&mut listen(&rig, &other, None)), 200);
    drop(streams);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(status(&mut listen(&rig, &one, None)), 200, "who goes leaves room");
    // Two bodies that never come hold two turns, by whatever session.
    let slow: Vec<TcpStream> = [&one, &again]
        .map(|person| {
            let mut stream = rig.connect();
            write!(
                stream,
                "POST /api/v1/me/tokens HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nX-CSRF-Token: {}\r\n\
                 Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
                person.cookie, person.csrf
            )
            .unwrap();
            stream
        })
        .into();
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(rig.see(&one, "/events").code(), "too_much_at_once");
    assert_eq!(rig.see(&other, "/events").status, 200);
    drop(slow);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(rig.see(&one, "/events").status, 200, "turns come back");
}

/// Puts a file of 16 MiB beside an event's evidence: more than lies in a socket on its way.
fn big(rig: &Rig) -> String {
    let record = rig.store().event(&rig.event).unwrap().unwrap();
    let folder = rig.data().join(&record.evidence);
    let bytes = vec![7_u8; 16 << 20];
    let manifest = folder.join("manifest.json");
    let mut said: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    let file = json!({
        "name": "big.mp4", "bytes": bytes.len(), "sha256": hex::encode(Sha256::digest(&bytes)),
    });
    said["files"].as_array_mut().unwrap().push(file);
    std::fs::write(manifest, said.to_string()).unwrap();
    std::fs::write(folder.join("big.mp4"), bytes).unwrap();
    format!("/events/{}/files/big.mp4", rig.event)
}

#[test]
fn one_user_takes_so_many_files_at_once_and_who_takes_nothing_is_given_up() {
    let rig = Rig::with(|terms: &mut ServeTerms| {
        terms.downloads_each = 2;
        terms.turn_within = Duration::from_millis(300);
        terms.taken_within = Duration::from_millis(1500);
    });
    let path = big(&rig);
    let (one, other) = (rig.person("viewer"), rig.person("reviewer"));
    let take = |person: &Person| {
        let mut stream = rig.connect();
        let cookie = &person.cookie;
        write!(stream, "GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n")
            .unwrap();
        let mut reader = BufReader::new(stream);
        (status(&mut reader), reader)
    };
    // They are answered, and take nothing of it.
    let held = [take(&one), take(&one)];
    assert!(held.iter().all(|(status, _)| *status == 200));
    assert_eq!(take(&one).0, 429);
    assert_eq!(take(&other).0, 200);
    assert_eq!(rig.see(&one, "/events").status, 200, "the queue is no file");
    std::thread::sleep(Duration::from_millis(2500));
    let whole = rig.see(&one, &path);
    assert_eq!((whole.status, whole.body.len()), (200, 16 << 20), "given up, and the turn is back");
    drop(held);
}

static LOOKS: AtomicI64 = AtomicI64::new(0);

fn looks() -> WallTime {
    after(&LOOKS)
}

#[test]
fn every_look_is_entered_whoever_looks() {
    let rig = Rig::with_clock(|_| {}, looks);
    let person = rig.person("reviewer");
    let made = rig.tell(&person, "/me/tokens", &[], &json!({ "name": "lưu trữ" })).json();
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let look = |name: &str| -> Answer {
        let path = format!("/api/v1/events/{}/files/{name}", rig.event);
        rig.ask("GET", &path, &[("Authorization", &bearer)], "")
    };
    for name in ["before.jpg", "moment.jpg", "after.jpg"] {
        assert_eq!(look(name).status, 200);
    }
    assert_eq!(entered(&rig, "evidence_seen").len(), 1, "one look takes several files");
    LOOKS.store(11 * 60, Relaxed);
    assert_eq!(look("moment.jpg").status, 200);
    let entries = entered(&rig, "evidence_seen");
    assert_eq!(entries.len(), 2, "a later look is another");
    assert!(entries.iter().all(|e| e.actor_kind == ActorKind::Token && e.subject == rig.event));
    let again = rig.tell(&person, "/me/tokens", &[], &json!({ "name": "khác" })).json();
    let other = format!("Bearer {}", again["secret"].as_str().unwrap());
    let path = format!("/api/v1/events/{}", rig.event);
    assert_eq!(rig.ask("GET", &path, &[("Authorization", &other)], "").status, 200);
    assert_eq!(entered(&rig, "evidence_seen").len(), 3, "another token looks for itself");
}

#[test]
fn what_leaves_is_entered_with_filter_count_and_checksum() {
    let rig = Rig::new();
    let person = rig.person("supervisor");
    for n in [0, 3] {
        let path = format!("/events/{}/decision", sample(n).id);
        let body = json!({ "action": "confirm", "request_key": format!("88888888-{n}") });
        assert_eq!(rig.tell(&person, &path, &[("If-Match", "\"0\"")], &body).status, 200);
    }
    let answer =
        rig.see(&person, "/export?format=json&kind=illegal_parking&ward=Ph%C6%B0%E1%BB%9Dng%201");
    assert_eq!(answer.status, 200);
    let told: Value = serde_json::from_str(&entered(&rig, "export")[0].details).unwrap();
    assert_eq!(told["events"], answer.json().as_array().unwrap().len());
    assert_eq!(told["sha256"], hex::encode(Sha256::digest(&answer.body)));
    let filter = json!({ "format": "json", "kind": "illegal_parking", "ward": "Phường 1" });
    assert_eq!(told["filter"], filter);
    assert_eq!(told["scope"]["wards"], "all");

    // By command too; and where it cannot be entered, nothing leaves.
    let out = rig.scene.folder.path().join("out.csv");
    let export = |more: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_streetward"));
        command.args(["events", "export", "--data"]).arg(rig.data());
        command.arg("--output").arg(&out).args(more);
        command
    };
    export(&["--kind", "illegal_parking"]).assert().success();
    let last = &entered(&rig, "export")[0];
    assert_eq!((last.actor_kind, last.subject.as_str()), (ActorKind::Command, "out.csv"));
    assert!(last.actor.starts_with("uid "), "{}", last.actor);
    let told: Value = serde_json::from_str(&last.details).unwrap();
    let written = std::fs::read(&out).unwrap();
    assert_eq!(told["sha256"], hex::encode(Sha256::digest(&written)));
    assert_eq!(told["events"], 2);
    assert_eq!(told["filter"], json!({ "kind": "illegal_parking", "status": "confirmed" }));
    export(&["--any-status"]).assert().success();
    let told: Value = serde_json::from_str(&entered(&rig, "export")[0].details).unwrap();
    assert_eq!(told["filter"], json!({ "any_status": true }));
    assert_eq!(told["events"], 26);
}
