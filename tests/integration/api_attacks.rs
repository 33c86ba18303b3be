//! What an attacker tries, and what comes of it: each try with its result stands in a snapshot, so
//! that a change of either is seen. What must never happen is asserted besides. Here: names, and paths.

use crate::api_rig::{Answer, Person, Rig};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Words that lie in files of this machine and belong in no answer.
const SECRETS: [&str; 6] =
    ["root:x:", "SQLite format", "$argon2id", "panicked at", "src/serve", "RUST_BACKTRACE"];

/// A table of tries.
pub struct Tries {
    pub rig: Rig,
    table: String,
}

impl Tries {
    pub fn new(title: &str, rig: Rig) -> Self {
        Self { rig, table: format!("# {title}\n\n| tried | result |\n|---|---|\n") }
    }

    pub fn note(&mut self, tried: &str, result: &str) {
        let tried = tried.replace('|', "\\|");
        writeln!(self.table, "| {tried} | {result} |").unwrap();
    }

    /// Notes an answer, and that it tells nothing that it should not.
    pub fn answered(&mut self, tried: &str, answer: Option<&Answer>) {
        let Some(answer) = answer else {
            return self.note(tried, "closed without an answer");
        };
        assert!(answer.status < 500, "{tried}: {} {}", answer.status, text(answer));
        self.unspoilt(tried, answer);
        let result = match code(answer) {
            Some(code) => format!("{} {code}", answer.status),
            None => answer.status.to_string(),
        };
        self.note(tried, &result);
    }

    pub fn unspoilt(&self, tried: &str, answer: &Answer) {
        let body = text(answer);
        for secret in SECRETS {
            assert!(!body.contains(secret), "{tried}: {body}");
        }
        let data = self.rig.data().display().to_string();
        assert!(!body.contains(&data), "{tried} tells a path of this machine: {body}");
        assert!(!body.contains("\r\nHTTP/1.1 "), "{tried}: answered twice");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{tried}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{tried}");
    }

    /// The server goes on, and what is stored is what it was.
    pub fn end(self, name: &str) {
        assert_eq!(self.rig.get("/docs").status, 200, "the server goes on");
        insta::assert_snapshot!(name, self.table);
    }
}

pub fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn code(answer: &Answer) -> Option<String> {
    let told: Value = serde_json::from_slice(&answer.body).ok()?;
    Some(told["error"]["code"].as_str()?.to_owned())
}

#[test]
fn what_belongs_to_others_is_not_reached_by_its_name() {
    let mut t = Tries::new("Direct object references", Rig::new());
    let event = t.rig.event.clone();
    let people: Vec<(&str, Person)> =
        ["elsewhere", "viewer", "reviewer", "supervisor", "administrator", "auditor"]
            .map(|name| (name, t.rig.person(name)))
            .into();
    let of = |name: &str| people.iter().find(|(n, _)| *n == name).unwrap().1.clone();
    let elsewhere = of("elsewhere");
    for path in [
        "/events/{event}",
        "/events/{event}/files/moment.jpg",
        "/events/{event}/files/manifest.json",
        "/events/{event}/view.mp4",
        "/cameras/p1-le-loi-01",
        "/cameras/p1-le-loi-01/still.jpg",
        "/cameras/p1-le-loi-01/history",
        "/cameras/p1-le-loi-01/uptime",
        "/cameras/p1-le-loi-01/scene",
        "/cameras/p1-le-loi-01/scene/versions",
    ] {
        let answer = t.rig.see(&elsewhere, &path.replace("{event}", &event));
        assert_eq!(answer.status, 404, "{path}");
        t.answered(&format!("of another ward: GET {path}"), Some(&answer));
    }
    let confirm = json!({ "action": "confirm", "request_key": "99999999-a" });
    let seen = [("If-Match", "\"0\"")];
    let scene = json!({ "scene": {}, "note": "x" });
    for (method, path, body) in [
        ("POST", format!("/events/{event}/decision"), &confirm),
        ("PUT", "/cameras/p1-le-loi-01/scene".to_owned(), &scene),
        ("POST", "/cameras/p1-le-loi-01/scene/preview".to_owned(), &scene),
        ("POST", "/cameras/p1-le-loi-01/scene/restore".to_owned(), &json!({ "version": 1 })),
    ] {
        let answer = t.rig.tell_by(method, &elsewhere, &path, &seen, body);
        assert_eq!(answer.status, 404, "{method} {path}");
        t.answered(
            &format!("of another ward: {method} {}", path.replace(&event, "{event}")),
            Some(&answer),
        );
    }
    for query in
        ["ward=Phường 1", "camera=p1-le-loi-01", "text=Lê Lợi", "sightings=true", "limit=200"]
    {
        let query = query.replace(' ', "%20");
        let answer = t.rig.see(&elsewhere, &format!("/events?{query}"));
        assert_eq!(answer.json()["items"], json!([]), "{query}");
        t.note(&format!("of another ward: GET /events?{query}"), "200, an empty list");
    }
    let cursor = t.rig.see(&of("supervisor"), "/events?limit=2").json()["next"].clone();
    let answer = t.rig.see(&elsewhere, &format!("/events?cursor={}", cursor.as_str().unwrap()));
    assert_eq!(answer.json()["items"], json!([]));
    t.note("of another ward: the cursor of somebody else's list", "200, an empty list");
    let answer = t.rig.see(&elsewhere, "/export?format=json&ward=Ph%C6%B0%E1%BB%9Dng%201");
    assert_eq!(answer.json(), json!([]));
    t.note("of another ward: GET /export of that ward", "200, an empty list");
    // Beyond the role.
    for (name, method, path, body) in [
        ("viewer", "POST", format!("/events/{event}/decision"), confirm.clone()),
        ("auditor", "POST", format!("/events/{event}/decision"), confirm.clone()),
        ("administrator", "POST", format!("/events/{event}/decision"), confirm.clone()),
        ("reviewer", "PATCH", "/users/reviewer".to_owned(), json!({ "role": "administrator" })),
        ("supervisor", "POST", "/users".to_owned(), json!({})),
        ("reviewer", "PUT", "/cameras/p1-le-loi-01/scene".to_owned(), scene.clone()),
        ("auditor", "POST", "/me/tokens".to_owned(), json!({})),
        (
            "administrator",
            "PATCH",
            "/users/administrator".to_owned(),
            json!({ "role": "supervisor" }),
        ),
    ] {
        let answer = t.rig.tell_by(method, &of(name), &path, &seen, &body);
        assert!((400..500).contains(&answer.status), "{name} {method} {path}");
        t.answered(&format!("{name}: {method} {}", path.replace(&event, "{event}")), Some(&answer));
    }
    for (name, path) in [
        ("administrator", "/events"),
        ("administrator", "/export"),
        ("viewer", "/export"),
        ("viewer", "/users"),
        ("reviewer", "/audit"),
        ("supervisor", "/users"),
        ("viewer", "/site"),
    ] {
        let answer = t.rig.see(&of(name), path);
        assert_eq!(answer.status, 403, "{name} {path}");
        t.answered(&format!("{name}: GET {path}"), Some(&answer));
    }
    // Another's token.
    let soon = "2026-08-20T00:00:00Z";
    let mine = json!({ "name": "mine", "expires_at": soon, "permissions": ["see_events"] });
    let made = t.rig.tell(&of("reviewer"), "/me/tokens", &[], &mine);
    if made.status == 200 {
        let id = made.json()["id"].as_str().unwrap_or_default().to_owned();
        let path = format!("/me/tokens/{id}");
        let answer = t.rig.tell_by("DELETE", &of("supervisor"), &path, &[], &json!({}));
        assert_eq!(answer.status, 404);
    }
    let answer = t.rig.tell_by("DELETE", &of("supervisor"), "/me/tokens/none", &[], &json!({}));
    t.answered("supervisor: DELETE /me/tokens/{another's}", Some(&answer));
    // Names that are none.
    let one = of("supervisor");
    for id in [
        "0",
        "*",
        "%25",
        "null",
        "-1",
        "'%20OR%201=1%20--",
        "%00",
        "..%2f..",
        "%F0%9F%98%80",
        "{id}",
    ] {
        let answer = t.rig.see(&one, &format!("/events/{id}"));
        assert!(matches!(answer.status, 400 | 404), "{id}: {}", answer.status);
        t.answered(&format!("GET /events/{id}"), Some(&answer));
    }
    let long = t.rig.see(&one, &format!("/events/{}", "a".repeat(20_000)));
    t.answered("GET /events/{20,000 letters}", Some(&long));
    let state = t.rig.store_read().review(&event).unwrap().unwrap();
    assert_eq!(state.version, 0, "nothing was decided by all that");
    t.end("attacks_objects");
}

#[test]
fn no_path_leads_out_of_an_events_folder_or_the_web_app() {
    let mut t = Tries::new("Path traversal", Rig::new());
    let person = t.rig.person("viewer");
    let base = format!("/events/{}/files", t.rig.event);
    std::fs::write(t.rig.data().join("secret.txt"), "root:x:0").unwrap();
    for name in [
        "../event.json",
        "..%2fevent.json",
        "%2e%2e%2fevent.json",
        "%252e%252e%252fevent.json",
        "..%5cevent.json",
        "..\\event.json",
        "..%2f..%2f..%2f..%2f..%2fsecret.txt",
        "....//....//secret.txt",
        "..;/secret.txt",
        "%2fetc%2fpasswd",
        "//etc/passwd",
        "file:%2f%2f%2fetc%2fpasswd",
        "moment.jpg%00.txt",
        "moment.jpg%20",
        "moment.jpg/",
        "moment.jpg/..",
        "MOMENT.JPG",
        "%c0%ae%c0%ae%c0%afevent.json",
        "%ef%bc%8e%ef%bc%8e%ef%bc%8fevent.json",
        "%ff%fe",
        ".",
        "..",
        "",
        "%2e",
        "~",
        "manifest.json%0d%0aX-Injected:%201",
        "con",
        "*",
    ] {
        let answer = t.rig.see(&person, &format!("{base}/{name}"));
        assert!(matches!(answer.status, 400 | 404), "{name}: {}", answer.status);
        assert!(!answer.headers.contains_key("x-injected"), "{name}");
        t.answered(&format!("GET /events/{{event}}/files/{name}"), Some(&answer));
    }
    for camera in
        ["..%2f..%2fstreetward", "%2e%2e", "..%5c..%5cstatus.json%00", "p1-le-loi-01%2f.."]
    {
        let answer = t.rig.see(&person, &format!("/cameras/{camera}/still.jpg"));
        assert!(matches!(answer.status, 400 | 404), "{camera}: {}", answer.status);
        t.answered(&format!("GET /cameras/{camera}/still.jpg"), Some(&answer));
    }
    // What the web app does not hold is a page of its own or nothing; never a file of this machine.
    for path in [
        "/../../etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/assets/../../Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e%5c%2e%2e%5cCargo.toml",
        "/index.html%00",
        "/.git/config",
        "/streetward.db",
        "/view/",
        "/evidence/",
    ] {
        let answer = t.rig.get(path);
        t.unspoilt(path, &answer);
        let page = answer.status == 404 || text(&answer).contains("<title>Streetward");
        assert!(page && !text(&answer).contains("[package]"), "{path}: {}", text(&answer));
        t.note(&format!("GET {path}"), "nothing, or the web app's own page");
    }
    t.end("attacks_paths");
}
