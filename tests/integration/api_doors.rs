//! Who is let in to the desk's server, and what it says of itself.

use crate::api_rig::{PASSWORD, Person, Rig};
use crate::sample::sample;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use streetward::review::{Permission, Role};
use streetward::store::from_word;

/// A route as the API describes it.
#[derive(Debug)]
struct Route {
    method: String,
    path: String,
    permission: Option<Permission>,
    open: bool,
}

fn described(rig: &Rig) -> (Value, Vec<Route>) {
    let description = rig.get("/api/v1/openapi.json").json();
    let mut routes = Vec::new();
    for (path, ways) in description["paths"].as_object().unwrap() {
        for (method, said) in ways.as_object().unwrap() {
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.clone(),
                permission: said["x-permission"].as_str().map(|p| from_word(p).unwrap()),
                open: said["security"] == json!([]),
            });
        }
    }
    (description, routes)
}

/// The route's address with things that there are.
fn filled(path: &str, event: &str) -> String {
    let path = path.replace("{name}", "moment.jpg");
    let thing = if path.contains("/cameras/") { "p1-le-loi-01" } else { event };
    path.replace("{id}", thing)
}

fn ask(rig: &Rig, person: &Person, route: &Route, event: &str) -> u16 {
    let path = filled(&route.path, event);
    let path = path.strip_prefix("/api/v1").unwrap();
    if route.method == "GET" {
        // News never ends: its head is enough.
        if path == "/stream" {
            let mut stream = rig.connect();
            let cookie = &person.cookie;
            write!(stream, "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n")
                .unwrap();
            let mut head = [0; 12];
            stream.read_exact(&mut head).unwrap();
            return std::str::from_utf8(&head[9..]).unwrap().parse().unwrap();
        }
        return rig.see(person, path).status;
    }
    rig.tell_by(&route.method, person, path, &[("If-Match", "\"99\"")], &json!({})).status
}

#[test]
fn every_route_asks_who_it_is_and_allows_what_the_role_does() {
    let rig = Rig::new();
    let (_, routes) = described(&rig);
    assert!(routes.len() >= 18, "{routes:?}");
    for route in routes.iter().filter(|r| !r.open) {
        let path = filled(&route.path, &rig.event);
        let nobody = rig.ask(&route.method, &path, &[], "{}");
        assert_eq!((nobody.status, nobody.code().as_str()), (401, "not_signed_in"), "{route:?}");
        let old = [("Cookie", "streetward_session=0000"), ("X-CSRF-Token", "0")];
        assert_eq!(rig.ask(&route.method, &path, &old, "{}").status, 401, "{route:?}");
        let token = [("Authorization", "Bearer swt_0000")];
        assert_eq!(rig.ask(&route.method, &path, &token, "{}").status, 401, "{route:?}");
    }
    let mut seen = BTreeMap::<u16, u32>::new();
    for role in Role::ALL {
        let person = rig.person(role.name());
        for route in routes.iter().filter(|r| !r.open && !r.path.ends_with("/logout")) {
            let status = ask(&rig, &person, route, &rig.event);
            let allowed = route.permission.is_none_or(|p| role.permissions().has(p));
            assert_eq!(status == 403, !allowed, "{role:?} {route:?}: {status}");
            assert!(status < 500, "{role:?} {route:?}: {status}");
            *seen.entry(status).or_default() += 1;
        }
    }
    assert!(seen[&200] > 30 && seen[&403] > 10, "{seen:?}");
    // Out of scope there is nothing, whatever the role.
    let elsewhere = rig.person("elsewhere");
    let may = |p: Permission| Role::Supervisor.permissions().has(p);
    let narrow = |r: &&Route| r.path.contains("{id}") && r.permission.is_none_or(may);
    for route in routes.iter().filter(narrow) {
        let status = if route.method == "GET" {
            ask(&rig, &elsewhere, route, &rig.event)
        } else {
            let path = filled(&route.path, &rig.event);
            let body = json!({ "action": "confirm", "request_key": "66666666-f" });
            let path = path.strip_prefix("/api/v1").unwrap();
            rig.tell_by(&route.method, &elsewhere, path, &[("If-Match", "\"0\"")], &body).status
        };
        assert_eq!(status, 404, "{route:?}");
    }
    assert_eq!(rig.see(&elsewhere, "/events").json()["items"], json!([]));
    assert_eq!(rig.see(&elsewhere, "/export?format=json").json(), json!([]));
}

#[test]
fn a_change_needs_the_sessions_own_word_and_ends_with_it() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    let path = format!("/api/v1/events/{}/decision", sample(0).id);
    let body = json!({ "action": "confirm", "request_key": "77777777-a" }).to_string();
    let cookie = ("Cookie", person.cookie.as_str());
    let seen = ("If-Match", "\"0\"");
    let other = rig.person("reviewer");
    for headers in [
        vec![cookie, seen],
        vec![cookie, seen, ("X-CSRF-Token", "")],
        vec![cookie, seen, ("X-CSRF-Token", other.csrf.as_str())],
        vec![cookie, seen, ("X-CSRF-Token", &person.csrf), ("Sec-Fetch-Site", "cross-site")],
    ] {
        let answer = rig.ask("POST", &path, &headers, &body);
        assert_eq!((answer.status, answer.code().as_str()), (403, "csrf"), "{headers:?}");
    }
    // Not by a form of another site either.
    let login = json!({ "user": "reviewer", "password": PASSWORD }).to_string();
    let from = [("Sec-Fetch-Site", "cross-site")];
    assert_eq!(rig.ask("POST", "/api/v1/login", &from, &login).status, 403);
    assert_eq!(rig.tell(&person, "/logout", &[], &json!({})).status, 200);
    assert_eq!(rig.see(&person, "/me").status, 401, "a cookie is replayed in vain");
    assert_eq!(rig.see(&other, "/me").json()["role"], "reviewer");
}

#[test]
fn wrong_names_and_passwords_are_answered_alike() {
    let rig = Rig::new();
    let attempt = |user: &str, password: &str| {
        let body = json!({ "user": user, "password": password }).to_string();
        rig.ask("POST", "/api/v1/login", &[], &body)
    };
    let (known, unknown) = (attempt("viewer", "wrong"), attempt("nobody", "wrong"));
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_eq!(known.json(), unknown.json());
    assert_eq!(known.code(), "wrong_credentials");
    let statuses: Vec<u16> = (0..30).map(|_| attempt("auditor", "wrong").status).collect();
    assert!(statuses.ends_with(&[429]), "{statuses:?}");
    let locked = attempt("auditor", PASSWORD).json();
    assert!(locked["retry_after_seconds"].as_u64().unwrap() > 0, "{locked}");
}

#[test]
fn the_description_is_whole_and_answers_are_as_it_says() {
    let rig = Rig::new();
    let (description, routes) = described(&rig);
    let text = description.to_string();
    let names: BTreeSet<&str> = text
        .split("\"#/components/schemas/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    for name in &names {
        assert!(schemas.contains_key(*name), "{name} is named and not described");
    }
    assert!(names.len() > 10);
    let people = [Role::Supervisor, Role::Administrator].map(|r| (r, rig.person(r.name())));
    let mut checked = 0;
    for route in routes.iter().filter(|r| r.method == "GET") {
        let operation = &description["paths"][&route.path]["get"];
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let path = filled(&route.path, &rig.event);
        let may = |role: Role| route.permission.is_none_or(|p| role.permissions().has(p));
        let (_, person) = people.iter().find(|(role, _)| may(*role)).unwrap();
        let answer = rig.see(person, path.strip_prefix("/api/v1").unwrap());
        assert_eq!(answer.status, 200, "{path}");
        let mut schema = json!({ "allOf": [schema] });
        schema["components"] = description["components"].clone();
        let wrong: Vec<String> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&answer.json())
            .map(|e| e.to_string())
            .collect();
        assert!(wrong.is_empty(), "{path}: {wrong:?}");
        checked += 1;
    }
    assert!(checked >= 10, "{checked}");
    // The page tells of each of them.
    let page = String::from_utf8(rig.get("/docs").body).unwrap();
    for route in &routes {
        assert!(page.contains(&format!("{} {}", route.method, route.path)), "{route:?}");
    }
}

#[test]
fn every_answer_is_guarded_and_no_page_runs_what_is_not_ours() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    let mut nonces = BTreeSet::new();
    for path in ["/", "/desk", "/docs", "/api/v1/me", "/api/v1/nothing", "/assets/none.js", "/x"] {
        let answer = rig.ask("GET", path, &[("Cookie", &person.cookie)], "");
        let policy = &answer.headers["content-security-policy"];
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(nonces.insert(nonce.to_owned()), "a nonce came twice");
        for wanted in [
            "default-src 'self'",
            "script-src 'self';",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(wanted), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["x-frame-options"], "DENY");
        assert_eq!(answer.headers["x-request-id"].len(), 16);
        let body = String::from_utf8_lossy(&answer.body);
        assert!(!body.contains("<script>") && !body.contains("onclick="), "{path}");
        for style in body.split("<style").skip(1) {
            assert!(style.starts_with(&format!(" nonce=\"{nonce}\"")), "{path}: {style}");
        }
        assert!(!body.contains("http://") && !body.contains("https://"), "{path}: {body}");
    }
    assert_eq!(rig.get("/api/v1/nothing").code(), "not_found");
    assert_eq!(rig.ask("DELETE", "/api/v1/events", &[], "").code(), "method_not_allowed");
    assert_eq!(rig.ask("POST", "/", &[], "{}").status, 405);
    let login = rig.ask("POST", "/api/v1/login", &[], &login_of("viewer"));
    let cookie = &login.headers["set-cookie"];
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert_eq!(login.headers["cache-control"], "no-store");
}

fn login_of(name: &str) -> String {
    json!({ "user": name, "password": PASSWORD }).to_string()
}

#[test]
fn users_are_looked_after_and_tokens_reach_no_further_than_their_maker() {
    let rig = Rig::new();
    let (admin, reviewer) = (rig.person("administrator"), rig.person("reviewer"));
    let new = json!({
        "name": "nguyen.an", "full_name": "Nguyễn Văn An", "role": "reviewer",
        "scope": { "wards": ["Phường 1"], "domains": "all" }, "password": PASSWORD,
    });
    let answer = rig.tell(&admin, "/users", &[], &new);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/users/{id}");
    let promoted = json!({ "role": "supervisor" });
    let late = rig.tell_by("PATCH", &admin, &path, &[("If-Match", "\"9\"")], &promoted);
    assert_eq!((late.status, late.code().as_str()), (422, "conflict"));
    let done = rig.tell_by("PATCH", &admin, &path, &[("If-Match", "\"1\"")], &promoted);
    assert_eq!((done.status, &done.json()["role"]), (200, &json!("supervisor")));
    assert_eq!(rig.tell(&admin, "/users", &[], &new).code(), "name_taken");
    let weak = json!({ "password": "matkhau" });
    let path = "/users/nguyen.an";
    let told = rig.tell_by("PATCH", &admin, path, &[], &weak);
    assert_eq!((told.status, told.code().as_str()), (422, "weak_password"));
    let me = rig.see(&rig.person("nguyen.an"), "/me").json();
    assert_eq!(
        (&me["scope"]["wards"][0], &me["must_change_password"]),
        (&json!("Phường 1"), &json!(true))
    );
    let off = rig.tell_by("PATCH", &admin, path, &[], &json!({ "disabled": true }));
    assert_eq!(off.json()["disabled"], true);
    let login = rig.ask("POST", "/api/v1/login", &[], &login_of("nguyen.an"));
    assert_eq!(login.code(), "wrong_credentials");
    let users = rig.see(&admin, "/users").json();
    assert_eq!(users.as_array().unwrap().len(), 7);
    assert!(!users.to_string().contains("argon2"), "no secret leaves");

    let token = |permissions: Value| {
        let body = json!({
            "name": "báo cáo", "permissions": permissions, "expires": "2026-09-01T00:00:00Z",
        });
        rig.tell(&reviewer, "/me/tokens", &[], &body)
    };
    assert_eq!(token(json!(["export_confirmed"])).code(), "too_much");
    let made = token(json!(["see_events"])).json();
    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let by_token = |method: &str, path: &str| {
        rig.ask(method, &format!("/api/v1{path}"), &[("Authorization", &bearer)], "").status
    };
    assert_eq!(by_token("GET", "/events"), 200);
    assert_eq!(by_token("GET", &format!("/events/{}", rig.event)), 403, "evidence was not given");
    assert_eq!(by_token("GET", "/users"), 403);
    let plain = rig.tell(&reviewer, "/me/tokens", &[], &json!({ "name": "khác", "days": 30 }));
    assert_eq!(plain.json()["expires_at"], "2026-09-14T12:00:00.000Z");
    let id = made["id"].as_str().unwrap();
    let gone = rig.tell_by("DELETE", &reviewer, &format!("/me/tokens/{id}"), &[], &json!({}));
    assert_eq!(gone.status, 200);
    assert_eq!(by_token("GET", "/events"), 401);
}
