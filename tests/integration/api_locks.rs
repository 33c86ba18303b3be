//! Locks of the desk's server: passwords that others set, one-time codes, cookies, other sites.

use crate::api_rig::{Answer, PASSWORD, Person, Rig, now};
use serde_json::{Value, json};
use streetward::media::WallTime;
use streetward::review::Role;

const OTHER: &str = "năm con ngỗng qua sông";

fn login(rig: &Rig, body: &Value) -> Answer {
    rig.ask("POST", "/api/v1/login", &[], &body.to_string())
}

fn patch(rig: &Rig, person: &Person, user: &str, body: &Value) -> (u16, String) {
    let answer = rig.tell_by("PATCH", person, &format!("/users/{user}"), &[], body);
    (answer.status, if answer.status == 200 { String::new() } else { answer.code() })
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn whoever_has_a_password_from_another_must_change_it_before_all_else() {
    let rig = Rig::new();
    let (admin, before) = (rig.person("administrator"), rig.person("reviewer"));
    let token = rig.tell(&before, "/me/tokens", &[], &json!({ "name": "t" })).json();
    let bearer = format!("Bearer {}", token["secret"].as_str().unwrap());
    let by_token = || rig.ask("GET", "/api/v1/events", &[("Authorization", &bearer)], "").status;
    assert_eq!(by_token(), 200);
    assert_eq!(patch(&rig, &admin, "reviewer", &json!({ "password": OTHER })).0, 200);
    assert_eq!(rig.see(&before, "/me").status, 401, "sessions end");
    assert_eq!(by_token(), 401, "and tokens");

    let body = json!({ "user": "reviewer", "password": OTHER });
    let answer = login(&rig, &body);
    let person = Rig::signed_in(&answer);
    let me = answer.json();
    assert_eq!(me["must_change_password"], true);
    assert_eq!(me["reset_by"], "Người dùng administrator (administrator)");
    assert_eq!(me["reset_at"], "2026-08-15T12:00:00.000Z");
    assert_eq!(rig.see(&person, "/me").json()["reset_by"], me["reset_by"]);
    for path in ["/events", "/cameras", "/figures/today", "/stream", "/me/tokens"] {
        let answer = rig.see(&person, path);
        let told = (answer.status, answer.code());
        assert_eq!(told, refused(403, "password_change_needed"), "{path}");
    }
    let codes = rig.tell(&person, "/me/totp", &[], &json!({ "password": OTHER }));
    assert_eq!(codes.code(), "password_change_needed");
    let again = login(&rig, &body);
    assert_eq!((again.status, again.code()), refused(401, "password_over"));

    let change = |current: &str, new: &str| {
        rig.tell(&person, "/me/password", &[], &json!({ "current": current, "new": new }))
    };
    assert_eq!(change(OTHER, OTHER).code(), "same_password");
    assert_eq!(change(PASSWORD, "sáu quả dừa trên cây").code(), "wrong_password");
    let changed = change(OTHER, "sáu quả dừa trên cây");
    let own = Rig::signed_in(&changed);
    let me = changed.json();
    assert_eq!((&me["must_change_password"], &me["reset_by"]), (&json!(false), &Value::Null));
    assert_eq!(rig.see(&own, "/events").status, 200);
    assert_ne!(own.cookie, person.cookie);
    assert_eq!(rig.see(&person, "/me").status, 401, "the old cookie is replayed in vain");
    let stale = Person { csrf: person.csrf, ..own.clone() };
    assert_eq!(rig.tell(&stale, "/logout", &[], &json!({})).code(), "csrf", "and its word");
    assert_eq!(rig.tell(&own, "/logout", &[], &json!({})).status, 200);

    // So must who is new.
    let new = json!({
        "name": "moi", "full_name": "Người mới", "role": "viewer",
        "scope": { "wards": "all", "domains": "all" }, "password": PASSWORD,
    });
    assert_eq!(rig.tell(&admin, "/users", &[], &new).status, 200);
    let person = rig.person("moi");
    assert_eq!(rig.see(&person, "/events").code(), "password_change_needed");
}

#[test]
fn a_change_of_a_user_that_is_refused_changes_nothing_of_it() {
    let rig = Rig::new();
    let admin = rig.person("administrator");
    let of = || rig.see(&admin, "/users").json();
    let before = of();
    let change =
        json!({ "full_name": "Khác", "role": "viewer", "unlock": true, "password": "yếu" });
    assert_eq!(patch(&rig, &admin, "reviewer", &change), refused(422, "weak_password"));
    assert_eq!(of(), before);
    rig.person("reviewer");
}

#[test]
fn one_time_codes_need_password_and_present_code_and_another_administrator() {
    let rig = Rig::new();
    let admin = rig.person("administrator");
    let person = rig.person("reviewer");
    let tell = |person: &Person, body: Value| rig.tell(person, "/me/totp", &[], &body);
    assert_eq!(tell(&person, json!({})).status, 400);
    assert_eq!(tell(&person, json!({ "password": "x" })).code(), "wrong_password");
    let shown =
        |offer: &Answer| totp_rs::TOTP::from_url(offer.json()["url"].as_str().unwrap()).unwrap();
    let code = |of: &totp_rs::TOTP, later: i64| of.generate((now().0.as_second() + later) as u64);
    let offer = tell(&person, json!({ "password": PASSWORD }));
    assert_eq!(offer.headers["cache-control"], "no-store");
    let first = shown(&offer);
    let none = tell(&person, json!({ "code": code(&first, 0) }));
    assert_eq!(none.status, 400, "not without the password");
    let confirmed = tell(&person, json!({ "password": PASSWORD, "code": code(&first, -30) }));
    let renewed = Rig::signed_in(&confirmed);
    assert_eq!(confirmed.json()["totp_on"], true);
    assert_eq!(rig.see(&person, "/me").status, 401, "the secret of the session is rotated");
    // Another device: not by the session and the password alone.
    let second = shown(&tell(&renewed, json!({ "password": PASSWORD })));
    let fresh = json!({ "password": PASSWORD, "code": code(&second, 0) });
    let told = tell(&renewed, fresh);
    assert_eq!((told.status, told.code()), refused(422, "totp_needed"));
    let fresh = json!({
        "password": PASSWORD, "code": code(&second, 0), "present_code": code(&first, 0),
    });
    let renewed = Rig::signed_in(&tell(&renewed, fresh));
    assert_eq!(
        login(&rig, &json!({ "user": "reviewer", "password": PASSWORD })).code(),
        "totp_needed"
    );
    let body = json!({ "user": "reviewer", "password": PASSWORD, "totp": code(&second, 210) });
    let off = login(&rig, &body);
    assert_eq!((off.code().as_str(), &off.json()["minutes"]), ("clock_off", &json!(4)));
    assert!(!String::from_utf8_lossy(&off.body).contains("second"), "{off:?}");
    // Doing without, by password and code.
    let tell_off = |body: Value| rig.tell_by("DELETE", &renewed, "/me/totp", &[], &body);
    assert_eq!(tell_off(json!({ "password": PASSWORD })).status, 400);
    let without = tell_off(json!({ "password": PASSWORD, "code": code(&second, 30) }));
    assert_eq!(without.json()["totp_on"], false);

    // Who took the codes away does not set the password, and the other way round.
    let both = json!({ "password": OTHER, "totp_reset": true });
    let another = refused(422, "another_administrator");
    assert_eq!(patch(&rig, &admin, "reviewer", &both), another);
    assert_eq!(patch(&rig, &admin, "reviewer", &json!({ "password": OTHER })).0, 200);
    assert_eq!(patch(&rig, &admin, "reviewer", &json!({ "totp_reset": true })), another);
}

fn tomorrow() -> WallTime {
    WallTime("2026-08-16T12:00:00Z".parse().unwrap())
}

#[test]
fn a_first_password_is_good_for_a_week_and_one_set_later_for_a_day() {
    let rig = Rig::with_clock(|_| {}, tomorrow);
    // Set yesterday, by the rig's own clock, as an administrator would.
    let store = rig.store();
    let admin = store.user_named("administrator").unwrap().unwrap();
    let actor = streetward::review::User::of(&admin).unwrap().actor();
    let by = streetward::review::Doer::Person { actor: &actor, address: None };
    streetward::review::set_password(&store, &by, "viewer", OTHER, now()).unwrap();
    let new = streetward::review::NewUser {
        name: "moi".into(),
        full_name: "Người mới".into(),
        role: Role::Viewer,
        scope: streetward::review::Scope::default(),
        agency: None,
        language: streetward::config::Language::Vi,
    };
    streetward::review::add_user(&store, &by, &new, OTHER, now()).unwrap();
    drop(store);
    let told = login(&rig, &json!({ "user": "viewer", "password": OTHER }));
    assert_eq!((told.status, told.code()), refused(401, "password_over"));
    assert_eq!(login(&rig, &json!({ "user": "moi", "password": OTHER })).status, 200);
}

#[test]
fn over_tls_the_cookie_is_this_hosts_own_and_two_are_refused() {
    let rig = Rig::with(|terms| terms.behind_proxy = true);
    let answer = login(&rig, &json!({ "user": "viewer", "password": PASSWORD }));
    let cookie = &answer.headers["set-cookie"];
    assert!(cookie.starts_with("__Host-streetward_session="), "{cookie}");
    for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let person = Rig::signed_in(&answer);
    assert_eq!(rig.see(&person, "/me").status, 200);
    let plain = person.cookie.trim_start_matches("__Host-").to_owned();
    assert_eq!(rig.ask("GET", "/api/v1/me", &[("Cookie", &plain)], "").status, 401);
    for two in [
        format!("{0}; {0}", person.cookie),
        format!("__Host-streetward_session=x; {}", person.cookie),
    ] {
        let told = rig.ask("GET", "/api/v1/me", &[("Cookie", &two)], "");
        assert_eq!((told.status, told.code()), refused(400, "doubled_cookie"));
    }
    let apart = [("Cookie", person.cookie.as_str()), ("Cookie", person.cookie.as_str())];
    assert_eq!(rig.ask("GET", "/api/v1/me", &apart, "").status, 400);
    let description = rig.get("/api/v1/openapi.json").json();
    let scheme = &description["components"]["securitySchemes"]["session"];
    assert_eq!(scheme["name"], "__Host-streetward_session");
    let out = rig.tell(&person, "/logout", &[], &json!({}));
    assert!(out.headers["set-cookie"].starts_with("__Host-streetward_session=; "), "{out:?}");
}

#[test]
fn a_change_that_another_site_makes_is_refused_by_what_the_browser_says() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    let host = "desk";
    for (headers, status) in [
        (vec![("Origin", "https://evil.example")], 403),
        (vec![("Origin", "null")], 403),
        (vec![("Origin", "http://desk.evil.example")], 403),
        (vec![("Sec-Fetch-Site", "same-site")], 403),
        (vec![("Sec-Fetch-Site", "cross-site"), ("Origin", "http://desk")], 403),
        (vec![("Origin", "http://desk")], 200),
        (vec![("Sec-Fetch-Site", "same-origin"), ("Origin", "http://desk")], 200),
        (vec![], 200),
    ] {
        let answer = rig.tell(&person, "/me/tokens", &headers, &json!({ "name": host }));
        assert_eq!(answer.status, status, "{headers:?}");
        let body = json!({ "user": "viewer", "password": PASSWORD }).to_string();
        let answer = rig.ask("POST", "/api/v1/login", &headers, &body);
        assert_eq!(answer.status, status, "signing in as somebody else: {headers:?}");
    }
}

#[test]
fn wrong_passwords_from_elsewhere_keep_nobody_out() {
    let rig = Rig::with(|terms| terms.behind_proxy = true);
    let from = |address: &str, password: &str| {
        let body = json!({ "user": "auditor", "password": password }).to_string();
        rig.ask("POST", "/api/v1/login", &[("X-Forwarded-For", address)], &body).status
    };
    assert_eq!(from("192.0.2.7", PASSWORD), 200);
    let tried: Vec<u16> = (0..6).map(|_| from("198.51.100.1", "x")).collect();
    assert_eq!(tried, [401, 401, 401, 401, 401, 429]);
    assert_eq!(from("198.51.100.2", PASSWORD), 429, "that network waits");
    assert_eq!(from("192.0.2.8", PASSWORD), 200, "the bearer's does not");
    for n in 0..15 {
        assert_eq!(from(&format!("203.0.{n}.1"), "x"), 401, "{n}");
    }
    assert_eq!(from("203.1.1.1", PASSWORD), 429, "a strange one is delayed");
    assert_eq!(from("192.0.2.9", PASSWORD), 200);
}
