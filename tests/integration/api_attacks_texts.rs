//! What an attacker tries, and what comes of it: scripts and formulas in every text, followed to
//! wherever it is shown.

use crate::api_attacks::{Tries, text};
use crate::api_rig::{PASSWORD, Rig};
use crate::sample::sample;
use serde_json::{Value, json};
use std::fmt::Write as _;
use streetward::store::{EventRecord, Store};

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}${7*7}";
const FORMULA: &str = "=HYPERLINK(\"http://evil.example\",\"x\")";

#[test]
#[allow(clippy::too_many_lines)] // It is a list.
fn what_people_write_is_text_wherever_it_is_shown() {
    let rig = Rig::new();
    let shown = |n: u32, name: &str, zone: &str| EventRecord {
        camera_name: name.to_owned(),
        zone: zone.to_owned(),
        ..sample(n)
    };
    // Names of cameras and zones come from files that people edit.
    let events =
        [shown(40, SCRIPT, SCRIPT), shown(41, FORMULA, "@SUM(1+1)"), shown(42, "+84", "-1+1")];
    for event in &events {
        rig.store().put_event(event).unwrap();
    }
    let mut t = Tries::new("Scripts and formulas in texts", rig);
    let person = t.rig.person("supervisor");
    let admin = t.rig.person("administrator");
    // Into every field that takes text.
    let path = format!("/events/{}/decision", events[0].id);
    let mut version = 0;
    for (name, body) in [
        ("a note", json!({ "action": "note", "note": SCRIPT })),
        ("a plate", json!({ "action": "plate", "plate": SCRIPT })),
        ("a plate that is a formula", json!({ "action": "plate", "plate": "=1+1" })),
        ("a reason", json!({ "action": "dismiss", "reason": SCRIPT })),
        ("an agency", json!({ "action": "assign", "agency": SCRIPT })),
        ("an assignee", json!({ "action": "assign", "assignee": SCRIPT })),
        ("the other event", json!({ "action": "merge", "into": SCRIPT })),
        ("an action", json!({ "action": SCRIPT })),
        ("a request's key", json!({ "action": "note", "note": "x", "request_key": SCRIPT })),
    ] {
        let mut body = body;
        if body["request_key"].is_null() {
            body["request_key"] = json!(format!("bbbbbbbb-{version}"));
        }
        let tag = format!("\"{version}\"");
        let answer = t.rig.tell(&person, &path, &[("If-Match", &tag)], &body);
        if answer.status == 200 {
            version += 1;
        }
        assert_eq!(answer.headers["content-type"], "application/json", "{name}");
        let kept = name == "a note";
        assert_eq!(answer.status == 200, kept, "{name}: {}", text(&answer));
        t.answered(&format!("a script as {name}"), Some(&answer));
    }
    for (name, method, path, body) in [
        (
            "a user's name",
            "POST",
            "/users",
            json!({ "name": SCRIPT, "full_name": "A", "role": "viewer", "scope": { "wards": "all", "domains": "all" }, "password": PASSWORD }),
        ),
        (
            "a full name",
            "POST",
            "/users",
            json!({ "name": "script", "full_name": SCRIPT, "role": "viewer", "scope": { "wards": "all", "domains": "all" }, "password": PASSWORD }),
        ),
        (
            "a full name of two lines",
            "POST",
            "/users",
            json!({ "name": "lines", "full_name": "A\r\nSet-Cookie: a=1", "role": "viewer", "scope": { "wards": "all", "domains": "all" }, "password": PASSWORD }),
        ),
        (
            "a user's ward",
            "POST",
            "/users",
            json!({ "name": "ward", "full_name": "A", "role": "viewer", "scope": { "wards": [SCRIPT], "domains": "all" }, "password": PASSWORD }),
        ),
    ] {
        let answer = t.rig.tell_by(method, &admin, path, &[], &body);
        t.answered(&format!("a script as {name}"), Some(&answer));
    }
    let query: String = SCRIPT.bytes().fold(String::new(), |mut s, b| {
        write!(s, "%{b:02X}").unwrap();
        s
    });
    for path in [
        "/events?text=",
        "/events?plate=",
        "/events?cursor=",
        "/events?ward=",
        "/figures?by=",
        "/events?",
    ] {
        let answer = t.rig.see(&person, &format!("{path}{query}"));
        assert_eq!(answer.headers["content-type"], "application/json", "{path}");
        t.answered(&format!("a script in GET {path}"), Some(&answer));
    }
    // Kept searches: their names and what they ask for.
    for (name, body) in [
        ("a kept search's name", json!({ "name": SCRIPT, "query": "status=pending" })),
        (
            "a kept search's name of two lines",
            json!({ "name": "A\r\nB", "query": "status=pending" }),
        ),
        ("a kept search's query", json!({ "name": "a", "query": SCRIPT })),
        ("a kept search's text", json!({ "name": "b", "query": format!("text={query}") })),
    ] {
        let answer = t.rig.tell(&person, "/searches", &[], &body);
        assert_eq!(answer.headers["content-type"], "application/json", "{name}");
        t.answered(&format!("a script as {name}"), Some(&answer));
    }
    let kept = t.rig.see(&person, "/searches");
    assert_eq!(kept.headers["content-type"], "application/json");
    assert_eq!(kept.headers["x-content-type-options"], "nosniff");
    assert!(kept.json().as_array().unwrap().iter().any(|s| s["name"] == SCRIPT), "{}", text(&kept));
    t.note("shown: kept searches", "JSON, nosniff, as they were written");
    // Shown as JSON: as data of a type that no browser runs.
    let whole = t.rig.see(&person, &format!("/events/{}", events[0].id));
    assert_eq!(whole.headers["content-type"], "application/json");
    assert_eq!(whole.json()["camera_name"], SCRIPT);
    let notes =
        whole.json()["history"].as_array().unwrap().iter().filter(|d| d["note"] == SCRIPT).count();
    assert_eq!(notes, 1, "a note is kept as it was written");
    t.note("shown: the event", "JSON, nosniff, as it was written");
    // Exported: nothing that a spreadsheet would calculate.
    for (event, seen) in events.iter().zip([version, 0, 0]) {
        let path = format!("/events/{}/decision", event.id);
        let confirm =
            json!({ "action": "confirm", "request_key": format!("cccccccc-{}", event.id) });
        let tag = format!("\"{seen}\"");
        assert_eq!(t.rig.tell(&person, &path, &[("If-Match", &tag)], &confirm).status, 200);
    }
    let answer = t.rig.see(&person, "/export?format=csv");
    assert!(answer.headers["content-disposition"].starts_with("attachment"));
    let mut reader = csv::ReaderBuilder::new().from_reader(&answer.body[..]);
    let mut cells = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            let formula =
                cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
            assert!(!formula, "a spreadsheet calculates {cell:?}");
            cells += usize::from(cell.starts_with('\''));
        }
    }
    assert!(cells >= 3, "{}", text(&answer));
    t.note("exported: CSV", "an attachment; what would be a formula begins with an apostrophe");
    let exported = t.rig.see(&person, "/export?format=json");
    assert_eq!(exported.json().as_array().unwrap().len(), 3);
    t.note("exported: JSON", "an attachment, as it was written");
    // The page of a run.
    let (run, sources) = crate::sample::sample_run("attack");
    let folder = tempfile::tempdir().unwrap();
    let summary = streetward::report::RunSummary { run, sources, events: events.to_vec() };
    let page = streetward::report::write_summary(folder.path(), &summary).unwrap();
    let page = std::fs::read_to_string(page).unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
    assert!(page.contains("alert(1)"), "it is shown, as text");
    t.note("reported: the page of a run", "escaped, as text");
    alerts(&mut t, &events[0]);
    let files: Vec<Store> = vec![t.rig.store_read()];
    assert!(files[0].event(&events[0].id).unwrap().is_some());
    t.end("attacks_texts");
}

/// What letters make of a name that is a script.
fn alerts(t: &mut Tries, event: &EventRecord) {
    use crate::alert_rig::web::{Manner, Web};
    use crate::alert_rig::{at, open, sinks, work};
    use streetward::alert::{Alerter, Courier};
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "123:t0ken").unwrap();
    let web = Web::start();
    web.behaves(|_| Manner::Answers(200, "{\"ok\":true,\"result\":{\"message_id\":7}}".to_owned()));
    let table = format!(
        "[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{0}/hook\"\n\
         [[alerts]]\nname = \"group\"\nkind = \"telegram\"\nurl = \"{0}\"\ntoken_file = \"token\"\nchat = -1\n",
        web.url()
    );
    let post = crate::alert_rig::mail::Server::start(None);
    let table = format!(
        "{table}[[alerts]]\nname = \"mail\"\nkind = \"email\"\nhost = \"localhost\"\nport = {}\n\
         from = \"streetward@example.vn\"\nto = [\"truc@example.vn\"]\nsecurity = \"none\"\n",
        post.port
    );
    let sinks = sinks(folder.path(), &table);
    let alerter = Alerter::new(&sinks);
    let data = folder.path().join("data");
    let store = Store::open(&data).unwrap();
    // A name that would be a header of its own.
    let lines = EventRecord {
        id: crate::sample::sample(77).id,
        camera_name: format!("Chợ\r\nBcc: spy@evil.example\r\n\r\n{SCRIPT}"),
        ..event.clone()
    };
    open(&store, &alerter, event);
    open(&store, &alerter, &lines);
    for sink in &sinks {
        let mut courier = Courier::new(sink.clone(), &data).unwrap();
        assert_eq!(work(&mut courier, &store, at(3600.0), 60.0).1.sent, 2);
        if sink.name == "mail" {
            mails(t, &post.taken());
            continue;
        }
        let request = web.taken().remove(0);
        let said = request.text();
        if sink.name == "group" {
            assert!(
                !said.contains("<script>") && said.contains("&lt;script&gt;")
                    || said.contains("&#"),
                "{said}"
            );
            t.note("told: Telegram", "escaped, as text");
        } else {
            let told: Value = serde_json::from_str(&said).unwrap();
            assert!(!told["title"].as_str().unwrap().contains('\n'));
            t.note("told: a webhook", "JSON, a title of one line");
        }
    }
}

/// Mails in plain text, whose heads hold nothing that a name brought.
fn mails(t: &mut Tries, mails: &[crate::alert_rig::mail::Mail]) {
    assert_eq!(mails.len(), 2);
    for mail in mails {
        assert_eq!(mail.receivers.len(), 1, "{:?}", mail.receivers);
        assert!(mail.receivers[0].contains("truc@example.vn"));
        let (head, _) = mail.text.split_once("\r\n\r\n").or(mail.text.split_once("\n\n")).unwrap();
        let names: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        assert!(!names.iter().any(|n| n.eq_ignore_ascii_case("bcc")), "{head}");
        assert_eq!(names.iter().filter(|n| **n == "Subject").count(), 1, "{head}");
        assert!(head.to_lowercase().contains("content-type: text/plain; charset=utf-8"), "{head}");
        assert!(!head.to_lowercase().contains("text/html"), "{head}");
    }
    t.note("told: e-mail", "plain text; a head of its own lines alone, to its own receivers");
}
