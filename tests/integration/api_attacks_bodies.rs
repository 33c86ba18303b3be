//! What an attacker tries, and what comes of it: bodies, slow clients, sessions and other sites.

use crate::api_attacks::{Tries, text};
use crate::api_rig::{Answer, PASSWORD, Rig};
use crate::sample::sample;
use serde_json::json;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::time::Duration;

#[test]
fn large_deep_and_wrong_bodies_are_refused() {
    let mut t = Tries::new("Bodies", Rig::new());
    let person = t.rig.person("supervisor");
    let scene = "/api/v1/cameras/p1-le-loi-01/scene/check";
    let head = format!(
        "POST {scene} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {}\r\nX-CSRF-Token: {}\r\n",
        person.cookie, person.csrf
    );
    let send = |kind: &str, more: &str, body: &[u8]| {
        let length = body.len();
        let mut request =
            format!("{head}Content-Type: {kind}\r\n{more}Content-Length: {length}\r\n\r\n")
                .into_bytes();
        request.extend_from_slice(body);
        t.rig.raw(&request)
    };
    let json = "application/json";
    let deep = |n: usize| format!("{{\"scene\":{{\"zones\":{}{}}}}}", "[".repeat(n), "]".repeat(n));
    let objects = |n: usize| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n));
    let tries: Vec<(&str, &str, &str, Vec<u8>)> = vec![
        ("65 KiB of JSON", json, "", format!("\"{}\"", "x".repeat(65 * 1024)).into_bytes()),
        ("lists 100 deep", json, "", deep(100).into_bytes()),
        ("lists 30,000 deep", json, "", deep(30_000).into_bytes()),
        ("objects 9,000 deep", json, "", objects(9_000).into_bytes()),
        ("a list that never closes", json, "", "[".repeat(60_000).into_bytes()),
        ("a number without end", json, "", format!("1{}", "0".repeat(50_000)).into_bytes()),
        ("1e999999", json, "", b"{\"scene\":{\"zones\":1e999999}}".to_vec()),
        ("NaN", json, "", b"{\"scene\":NaN}".to_vec()),
        ("the same key twice", json, "", b"{\"scene\":{},\"scene\":{}}".to_vec()),
        ("a key that is none", json, "", b"{\"scene\":{},\"__proto__\":{\"admin\":true}}".to_vec()),
        ("no UTF-8", json, "", b"{\"scene\":{\"name\":\"\xff\xfe\"}}".to_vec()),
        ("NUL in a text", json, "", b"{\"scene\":{},\"note\":\"a\\u0000b\"}".to_vec()),
        ("half a surrogate", json, "", b"{\"scene\":{},\"note\":\"\\ud800\"}".to_vec()),
        ("nothing", json, "", Vec::new()),
        (
            "a form, as another site's page can send",
            "application/x-www-form-urlencoded",
            "",
            b"scene=1".to_vec(),
        ),
        ("text, as another site's page can send", "text/plain", "", b"{\"scene\":{}}".to_vec()),
        ("a form of many parts", "multipart/form-data; boundary=x", "", b"--x--".to_vec()),
        (
            "XML with an entity",
            "application/xml",
            "",
            b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_vec(),
        ),
        (
            "JSON that says it is packed",
            json,
            "Content-Encoding: gzip\r\n",
            vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0],
        ),
    ];
    let results: Vec<(&str, Option<Answer>)> =
        tries.iter().map(|(name, kind, more, body)| (*name, send(kind, more, body))).collect();
    for (name, answer) in results {
        let status = answer.as_ref().map_or(0, |a| a.status);
        assert!(status == 0 || status == 200 || (400..500).contains(&status), "{name}");
        t.answered(name, answer.as_ref());
    }
    // Announced, and never sent.
    let request = format!("{head}Content-Type: {json}\r\nContent-Length: 99999999999\r\n\r\n{{");
    let answer = t.rig.raw(request.as_bytes());
    assert_eq!(answer.as_ref().unwrap().status, 413);
    t.answered("100 GB announced", answer.as_ref());
    // In pieces, so that nothing is announced.
    let mut request = format!("{head}Content-Type: {json}\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..40 {
        write!(request, "1000\r\n{}\r\n", " ".repeat(0x1000)).unwrap();
    }
    request.push_str("0\r\n\r\n");
    let answer = t.rig.raw(request.as_bytes());
    assert!(answer.as_ref().is_none_or(|a| a.status == 413));
    t.note("160 KiB in unannounced pieces", "413 too_large, or closed");
    t.end("attacks_bodies");
}

#[test]
fn slow_clients_hold_nothing_for_long() {
    let rig = Rig::with(|terms| {
        terms.head_within = Duration::from_millis(300);
        terms.answer_within = Duration::from_millis(600);
        terms.taken_within = Duration::from_millis(600);
        terms.connections_each = 12;
    });
    let mut t = Tries::new("Slow clients", rig);
    let ended = |mut stream: std::net::TcpStream| {
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        String::from_utf8_lossy(&said).chars().skip(9).take(3).collect::<String>()
    };
    for (name, sent) in [
        ("says nothing", ""),
        ("half a line", "GET /do"),
        ("a head without an end", "GET /docs HTTP/1.1\r\nHost: x\r\nX: "),
        (
            "a body that does not come",
            "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
        ),
        (
            "a piece that does not come",
            "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        ),
    ] {
        let mut stream = t.rig.connect();
        stream.write_all(sent.as_bytes()).unwrap();
        assert_eq!(t.rig.get("/docs").status, 200, "others are answered meanwhile");
        let said = ended(stream);
        assert!(matches!(said.as_str(), "" | "408"), "{name}: {said}");
        t.note(name, if said.is_empty() { "closed" } else { "408, closed" });
    }
    // A letter every now and then.
    let mut drip = t.rig.connect();
    let mut letters = 0;
    for _ in 0..40 {
        if drip.write_all(b"G").is_err() {
            break;
        }
        letters += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(letters < 40, "it was let go");
    t.note("a letter every 50 ms for 2 s", "closed before it had said all");
    let idle: Vec<_> = (0..40).map(|_| t.rig.connect()).collect();
    std::thread::sleep(Duration::from_millis(900));
    assert_eq!(t.rig.get("/docs").status, 200);
    drop(idle);
    t.note(
        "40 connections of one address that say nothing",
        "those over its share are closed, the rest in time",
    );
    t.end("attacks_slow");
}

#[test]
fn no_request_of_another_site_or_another_session_changes_anything() {
    let mut t = Tries::new("Sessions and other sites", Rig::new());
    let (one, other) = (t.rig.person("reviewer"), t.rig.person("supervisor"));
    let event = sample(0).id;
    let path = format!("/api/v1/events/{event}/decision");
    let body = json!({ "action": "confirm", "request_key": "aaaaaaaa-9" }).to_string();
    let cookie = one.cookie.clone();
    let own = one.csrf.clone();
    let turned: String = own.chars().rev().collect();
    let tries: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("no word against forgery", vec![("Cookie", &cookie)]),
        ("an empty one", vec![("Cookie", &cookie), ("X-CSRF-Token", "")]),
        ("another session's", vec![("Cookie", &cookie), ("X-CSRF-Token", &other.csrf)]),
        ("its own backwards", vec![("Cookie", &cookie), ("X-CSRF-Token", &turned)]),
        ("its own cut short", vec![("Cookie", &cookie), ("X-CSRF-Token", &own[..own.len() - 1])]),
        ("one that stands in a cookie", vec![("Cookie", &cookie), ("Cookie", "X-CSRF-Token=1")]),
        (
            "its own, from another site",
            vec![("Cookie", &cookie), ("X-CSRF-Token", &own), ("Sec-Fetch-Site", "cross-site")],
        ),
        (
            "its own, from a site beside",
            vec![("Cookie", &cookie), ("X-CSRF-Token", &own), ("Sec-Fetch-Site", "same-site")],
        ),
        ("no session", vec![("X-CSRF-Token", &own)]),
        ("a made-up token", vec![("Authorization", "Bearer swt_00000000")]),
        ("a cookie as a token", vec![("Authorization", "Bearer reviewer")]),
        (
            "a name and password with each request",
            vec![("Authorization", "Basic cmV2aWV3ZXI6eA==")],
        ),
    ];
    let results: Vec<(&str, Answer)> = tries
        .into_iter()
        .map(|(name, mut headers)| {
            headers.push(("If-Match", "\"0\""));
            (name, t.rig.ask("POST", &path, &headers, &body))
        })
        .collect();
    for (name, answer) in results {
        assert!(matches!(answer.status, 401 | 403), "{name}: {}", answer.status);
        t.answered(&format!("a decision with {name}"), Some(&answer));
    }
    let login = json!({ "user": "viewer", "password": PASSWORD }).to_string();
    for site in ["cross-site", "same-site"] {
        let answer = t.rig.ask("POST", "/api/v1/login", &[("Sec-Fetch-Site", site)], &login);
        assert_eq!(answer.status, 403);
        t.answered(&format!("signing in from a page elsewhere ({site})"), Some(&answer));
    }
    // A session that somebody chose for another is not taken up.
    let chosen = cookie.split('=').next().unwrap().to_owned() + "=0123456789abcdef0123456789abcdef";
    let answer = t.rig.ask("POST", "/api/v1/login", &[("Cookie", &chosen)], &login);
    let given = answer.headers.get("set-cookie").cloned().unwrap_or_default();
    assert!(answer.status == 200 && !given.contains("0123456789abcdef0123"), "{given}");
    t.note("signing in with a session that was chosen before", "200, another session is given");
    // Ways round the method and the address.
    for (name, method, path, header) in [
        ("the method by a header", "GET", path.as_str(), ("X-HTTP-Method-Override", "POST")),
        ("the method by a query", "GET", "/api/v1/logout?_method=POST", ("X-A", "1")),
        ("TRACE", "TRACE", "/api/v1/me", ("X-A", "1")),
        ("CONNECT", "CONNECT", "/api/v1/me", ("X-A", "1")),
        ("a method of one's own", "HACK", "/api/v1/me", ("X-A", "1")),
        (
            "asking first, as a browser does",
            "OPTIONS",
            path.as_str(),
            ("Origin", "https://evil.example"),
        ),
        ("the address by a header", "GET", "/api/v1/me", ("X-Original-URL", "/api/v1/users")),
    ] {
        let answer = t.rig.ask(method, path, &[("Cookie", &cookie), header], "");
        assert!(!text(&answer).contains("administrator"), "{name}");
        t.answered(name, Some(&answer));
    }
    let answer = t.rig.get(&format!("/api/v1/me?{cookie}"));
    assert_eq!(answer.status, 401);
    t.answered("a session in the address", Some(&answer));
    // A cookie is worth nothing once its session is over.
    assert_eq!(t.rig.tell(&one, "/logout", &[], &json!({})).status, 200);
    let answer = t.rig.see(&one, "/me");
    assert_eq!(answer.status, 401);
    t.answered("a cookie replayed after signing out", Some(&answer));
    let answer = t.rig.tell(
        &one,
        &format!("/events/{event}/decision"),
        &[("If-Match", "\"0\"")],
        &serde_json::from_str(&body).unwrap(),
    );
    t.answered("a decision replayed after signing out", Some(&answer));
    // Guessing is slowed down whatever address is pretended.
    let wrong = json!({ "user": "auditor", "password": "wrong" }).to_string();
    let statuses: Vec<u16> = (0..40)
        .map(|n| {
            let from = format!("203.0.113.{n}");
            t.rig.ask("POST", "/api/v1/login", &[("X-Forwarded-For", &from)], &wrong).status
        })
        .collect();
    assert!(statuses.ends_with(&[429]), "{statuses:?}");
    t.note("40 passwords, each as if from another address", "429 in the end");
    assert_eq!(t.rig.store_read().review(&event).unwrap().unwrap().version, 0);
    t.end("attacks_sessions");
}
