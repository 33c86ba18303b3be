//! What an attacker tries, and what comes of it: shapes of HTTP, headers, ranges.

use crate::api_attacks::{Tries, text};
use crate::api_rig::Rig;

#[test]
fn odd_shapes_of_http_are_refused_and_answered_once() {
    let mut t = Tries::new("Shapes of HTTP", Rig::new());
    let person = t.rig.person("viewer");
    let hidden = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let length = hidden.len();
    let json = "Content-Type: application/json\r\nConnection: close\r\n";
    let tries: Vec<(&str, String)> = vec![
        (
            "a length and pieces",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "pieces and a length",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "two lengths",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}"
            ),
        ),
        (
            "a length of two numbers",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Content-Length: 0, {length}\r\n\r\n{hidden}"
            ),
        ),
        (
            "a length with a sign",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Content-Length: +2\r\n\r\n{{}}{hidden}"
            ),
        ),
        (
            "a length below nothing",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Content-Length: -1\r\n\r\n{hidden}"
            ),
        ),
        (
            "pieces that are no pieces",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "pieces not last",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "a space before the colon",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Content-Length : {length}\r\n\r\n{hidden}"
            ),
        ),
        (
            "a folded line",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}X-A: 1\r\n Content-Length: {length}\r\n\r\n{hidden}"
            ),
        ),
        (
            "a piece of a wrong size",
            format!(
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n{json}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{hidden}"
            ),
        ),
        ("a head with NUL", "GET /docs HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n".to_owned()),
        ("a line break in the address", "GET /docs\r\nX: 1 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned()),
        ("no HTTP", "HELO desk\r\n\r\n".to_owned()),
        ("HTTP/0.9", "GET /docs\r\n\r\n".to_owned()),
        ("HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        (
            "TLS where there is none",
            "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}\r\n\r\n".to_owned(),
        ),
        (
            "an address of another server",
            "GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                .to_owned(),
        ),
        (
            "a host of one's own",
            "GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_owned(),
        ),
        (
            "an address of 40 KB",
            format!("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a".repeat(40_000)),
        ),
        (
            "300 header lines",
            format!("GET /docs HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: 1\r\n".repeat(300)),
        ),
        (
            "a header of 100 KB",
            format!("GET /docs HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "a".repeat(100_000)),
        ),
    ];
    for (name, request) in tries {
        let answer = t.rig.raw(request.as_bytes());
        if let Some(answer) = &answer {
            assert!(
                !text(answer).contains("\"openapi\""),
                "{name}: the hidden request was answered"
            );
            assert!(!text(answer).contains("evil.example"), "{name}");
        }
        let Some(answer) = answer else {
            t.note(name, "closed without an answer");
            continue;
        };
        // What the HTTP library itself refuses has no headers of ours and no body.
        if answer.body.is_empty() && !answer.headers.contains_key("x-request-id") {
            assert!((400..500).contains(&answer.status), "{name}: {}", answer.status);
            t.note(name, &format!("{}, closed", answer.status));
        } else {
            t.answered(name, Some(&answer));
        }
    }
    // Headers that come back.
    for (name, path) in [
        ("in a path", "/api/v1/events/x%0d%0aSet-Cookie:%20a=1"),
        ("in a query", "/api/v1/events?text=%0d%0aSet-Cookie:%20a=1"),
        ("in a cursor", "/api/v1/events?cursor=%0d%0aSet-Cookie:%20a=1"),
        ("in the app's address", "/x%0d%0aSet-Cookie:%20a=1"),
        ("in an export's format", "/api/v1/export?format=csv%0d%0aSet-Cookie:%20a=1"),
    ] {
        let answer = t.rig.ask("GET", path, &[("Cookie", &person.cookie)], "");
        assert!(!answer.headers.contains_key("set-cookie"), "{name}");
        t.unspoilt(name, &answer);
        t.note(&format!("a line break {name}"), &format!("{}, no header of it", answer.status));
    }
    // Ranges.
    let clip = format!("/events/{}/files/clip.mp4", t.rig.event);
    let whole = t.rig.see(&person, &clip).body.len();
    let many = format!("bytes={}", vec!["0-1"; 3000].join(","));
    for (name, range) in [
        ("to the largest number", "bytes=0-18446744073709551615"),
        ("to a larger one than there is", "bytes=0-99999999999999999999999999"),
        ("from behind the end", "bytes=99999999999-"),
        ("the last of all", "bytes=-99999999999999999999"),
        ("none of the last", "bytes=-0"),
        ("backwards", "bytes=9-3"),
        ("with a sign", "bytes=+1-+2"),
        ("three thousand", many.as_str()),
        ("overlapping", "bytes=0-,0-,0-"),
        ("of another unit", "lines=0-5"),
    ] {
        let answer = t.rig.see_with(&person, &clip, &[("Range", range)]);
        assert!(matches!(answer.status, 200 | 206 | 416), "{name}: {}", answer.status);
        assert!(answer.body.len() <= whole, "{name}: more than there is");
        let all = if answer.body.len() == whole { ", all of it once" } else { "" };
        t.note(&format!("a range {name}"), &format!("{}{all}", answer.status));
    }
    t.end("attacks_http");
}
