//! The desk's API as a browser sees it: pages, files, decisions, exports, news.

use crate::api_rig::{Person, Rig};
use crate::sample::sample;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use streetward::store::{AuditFilter, EventRecord, Store};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|e| e["id"].as_str().unwrap().to_owned()).collect()
}

/// All events that a query gives, page by page.
fn all(rig: &Rig, person: &Person, query: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = rig.see(person, &format!("/events?{query}&cursor={cursor}"));
        assert_eq!(answer.status, 200, "{query}: {}", String::from_utf8_lossy(&answer.body));
        let page = answer.json();
        found.extend(ids(&page));
        assert!(page["total_at_least"].as_u64().unwrap() as usize >= found.len());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return found,
        }
    }
}

#[test]
fn pages_join_in_every_order_and_filters_narrow() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    for order in ["newest", "oldest", "severity", "due"] {
        let found = all(&rig, &person, &format!("order={order}&limit=4"));
        let once: BTreeSet<_> = found.iter().collect();
        assert_eq!((found.len(), once.len()), (26, 26), "{order}");
        assert_eq!(found, all(&rig, &person, &format!("order={order}&limit=200")), "{order}");
    }
    let expect = |query: &str, keep: &dyn Fn(&EventRecord) -> bool| {
        let found: BTreeSet<String> = all(&rig, &person, query).into_iter().collect();
        let mut wanted: BTreeSet<String> =
            (0..25).map(sample).filter(|e| keep(e)).map(|e| e.id).collect();
        // The one with evidence is like the first sample, and later or earlier than all.
        if found.contains(&rig.event) {
            wanted.insert(rig.event.clone());
        }
        assert_eq!(found, wanted, "{query}");
        assert!(!found.is_empty() && found.len() < 26, "{query} narrows");
    };
    expect("kind=restricted_area,sidewalk_parking", &|e| e.kind != sample(0).kind);
    expect("domain=security", &|e| e.domain == sample(1).domain);
    expect("camera=p2-cho", &|e| e.camera == "p2-cho");
    expect("ward=Ph%C6%B0%E1%BB%9Dng%201&class=car", &|e| {
        e.ward.is_some() && e.subject_class == sample(0).subject_class
    });
    expect("from=2026-08-15T07:40:00Z&to=2026-08-15T07:45:00Z", &|e| {
        (sample(10).start_utc..sample(15).start_utc).contains(&e.start_utc)
    });
    expect("text=C%E1%BB%95ng", &|e| e.camera_name.starts_with("Cổng"));
    let one = sample(7).id;
    assert_eq!(all(&rig, &person, &format!("text={}", &one[..12])), [one]);
    // The samples began from 14:30 local time, minute by minute.
    assert_eq!(all(&rig, &person, "hour_from=14&hour_to=15&camera=p2-cho").len(), 6);
    assert!(all(&rig, &person, "hour_from=22&hour_to=6").len() < 2);
    assert!(all(&rig, &person, "status=confirmed").is_empty());
    for wrong in [
        "kind=flying",
        "limit=0",
        "limit=201",
        "cursor=x",
        "from=then",
        "hour_from=25",
        "order=up",
        "unknown=1",
        "text=%25%25%25%25%27%22--;&limit=x",
    ] {
        let answer = rig.see(&person, &format!("/events?{wrong}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad_request"), "{wrong}");
        assert!(!answer.json()["error"]["message_vi"].as_str().unwrap().is_empty());
    }
    // Twelve o'clock is hours after the samples: the first agency wanted them taken up within one.
    let first = |e: &EventRecord| e.ward.is_some() && e.domain == sample(0).domain;
    expect("agency=csgt-p1", &first);
    expect("agency=ubnd", &|e| !first(e));
    expect("overdue=true", &first);
    expect("status=pending,acknowledged&order=due&class=car", &|e| {
        e.subject_class == sample(0).subject_class
    });
    assert!(all(&rig, &person, "agency=unknown").is_empty());
    // What SQL and patterns mean is looked for as it is written.
    for text in ["%25", "_", "'", "%22", "%5C", "!"] {
        assert!(all(&rig, &person, &format!("text={text}%20x")).is_empty(), "{text}");
    }
}

#[test]
fn files_come_whole_in_ranges_and_small_and_only_those_that_are_listed() {
    let rig = Rig::new();
    let person = rig.person("reviewer");
    let whole = rig.see(&person, &format!("/events/{}", rig.event));
    assert_eq!((whole.status, whole.headers["etag"].as_str()), (200, "\"0\""));
    let whole = whole.json();
    assert_eq!(whole["record"]["id"], whole["id"]);
    assert!(whole["reasons"].as_array().unwrap().len() > 3 && whole["history"] == json!([]));
    let files = whole["files"].as_array().unwrap();
    assert_eq!(files.len(), 7);
    let base = format!("/events/{}/files", rig.event);
    for file in files {
        let name = file["name"].as_str().unwrap();
        let answer = rig.see(&person, &format!("{base}/{name}"));
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(answer.headers["content-type"], file["type"].as_str().unwrap());
        assert_eq!(hex::encode(Sha256::digest(&answer.body)), file["sha256"], "{name}");
    }
    let clip = format!("{base}/clip.mp4");
    let full = rig.see(&person, &clip);
    let tag = full.headers["etag"].clone();
    let part = rig.see_with(&person, &clip, &[("Range", "bytes=1000-1999")]);
    assert_eq!((part.status, part.body.as_slice()), (206, &full.body[1000..2000]));
    let length = full.body.len();
    assert_eq!(part.headers["content-range"], format!("bytes 1000-1999/{length}"));
    let end = rig.see_with(&person, &clip, &[("Range", "bytes=-10")]);
    assert_eq!(end.body, full.body[length - 10..]);
    assert_eq!(rig.see_with(&person, &clip, &[("Range", "bytes=99999999-")]).status, 416);
    let other = [("Range", "bytes=0-9"), ("If-Range", "\"other\"")];
    assert_eq!(rig.see_with(&person, &clip, &other).body.len(), length);
    let known = rig.see_with(&person, &clip, &[("If-None-Match", &tag)]);
    assert_eq!((known.status, known.body.len()), (304, 0));

    let small = rig.see(&person, &format!("{base}/moment.jpg?width=320"));
    assert_eq!(small.status, 200);
    let picture = image::load_from_memory(&small.body).unwrap();
    assert_eq!((picture.width(), picture.height()), (320, 180));
    let cached = || std::fs::read_dir(rig.data().join("cache/thumbnails")).unwrap().count();
    assert_eq!(cached(), 1);
    assert_eq!(rig.see(&person, &format!("{base}/moment.jpg?width=320")).body, small.body);
    assert_eq!(cached(), 1);
    for wrong in ["moment.jpg?width=321", "clip.mp4?width=320"] {
        assert_eq!(rig.see(&person, &format!("{base}/{wrong}")).status, 400, "{wrong}");
    }

    // Lies in the folder and is not listed.
    let folder = rig.data().join(whole_folder(&rig));
    std::fs::write(folder.join("secret.txt"), "x").unwrap();
    for name in [
        "secret.txt",
        "..",
        "../event.json",
        "%2e%2e%2fevent.json",
        "..%2f..%2f..%2f..%2fstreetward.db",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "moment.jpg%00",
        "..%5cevent.json",
        "",
        ".",
        "%ff",
    ] {
        let answer = rig.see(&person, &format!("{base}/{name}"));
        assert!(matches!(answer.status, 404 | 400), "{name}: {}", answer.status);
        assert!(!String::from_utf8_lossy(&answer.body).contains("root:"), "{name}");
    }
    // A link is refused even where its name is listed and what it shows has the right size.
    let moment = folder.join("moment.jpg");
    std::fs::rename(&moment, rig.data().join("moved.jpg")).unwrap();
    std::os::unix::fs::symlink(rig.data().join("moved.jpg"), &moment).unwrap();
    let answer = rig.see(&person, &format!("{base}/moment.jpg"));
    assert_eq!((answer.status, answer.code().as_str()), (410, "file_missing"));
    // A record that was altered is not shown as one.
    std::fs::write(folder.join("event.json"), "{}").unwrap();
    let told = rig.see(&person, &format!("/events/{}", rig.event)).json();
    assert_eq!(told["record"], Value::Null);
    assert!(told["record_missing"].as_str().unwrap().contains("sealed"), "{told}");
}

fn whole_folder(rig: &Rig) -> String {
    let store = Store::open_read(&rig.data()).unwrap();
    store.event(&rig.event).unwrap().unwrap().evidence
}

#[test]
fn one_decision_wins_and_is_made_once() {
    let rig = Rig::new();
    let (one, other) = (rig.person("reviewer"), rig.person("supervisor"));
    let path = format!("/events/{}/decision", rig.event);
    let confirm = json!({ "action": "confirm", "request_key": "11111111-aaaa" });
    let answer = rig.tell(&one, &path, &[], &confirm);
    assert_eq!((answer.status, answer.code().as_str()), (428, "if_match_needed"));
    let first = rig.tell(&one, &path, &[("If-Match", "\"0\"")], &confirm);
    assert_eq!(first.status, 200, "{}", String::from_utf8_lossy(&first.body));
    assert_eq!(
        (&first.json()["status"], &first.json()["version"]),
        (&json!("confirmed"), &json!(1))
    );
    assert_eq!(first.headers["etag"], "\"1\"");
    // The answer was lost and the request comes again.
    let again = rig.tell(&one, &path, &[("If-Match", "\"0\"")], &confirm);
    assert_eq!((again.status, again.json()["version"].as_u64()), (200, Some(1)));
    // Somebody else decides on what he saw before.
    let dismiss =
        json!({ "action": "dismiss", "reason": "no_violation", "request_key": "22222222-bbbb" });
    let late = rig.tell(&other, &path, &[("If-Match", "\"0\"")], &dismiss);
    assert_eq!((late.status, late.code().as_str()), (409, "conflict"));
    let told = late.json();
    assert_eq!(told["current"]["status"], "confirmed");
    assert_eq!(told["decided_by"], "Người dùng reviewer");
    // A reviewer takes nothing back; a supervisor does, and says why.
    let reopen = json!({ "action": "reopen", "note": "xem lại", "request_key": "33333333-cccc" });
    assert_eq!(rig.tell(&one, &path, &[("If-Match", "\"1\"")], &reopen).status, 403);
    assert_eq!(rig.tell(&other, &path, &[("If-Match", "\"1\"")], &reopen).status, 200);
    for (wrong, status) in [
        (json!({ "action": "fly", "request_key": "44444444" }), 400),
        (json!({ "action": "dismiss", "request_key": "44444444" }), 400),
        (json!({ "action": "dismiss", "reason": "other", "request_key": "44444444" }), 422),
        (json!({ "action": "dismiss", "reason": "miscounted", "request_key": "44444444" }), 422),
        (json!({ "action": "confirm", "request_key": "x" }), 422),
        (json!({ "action": "plate", "plate": "ABC", "request_key": "44444444" }), 422),
        (json!({ "action": "merge", "into": "unknown", "request_key": "44444444" }), 404),
    ] {
        let person = if wrong["action"] == "merge" { &other } else { &one };
        let answer = rig.tell(person, &path, &[("If-Match", "\"2\"")], &wrong);
        assert_eq!(answer.status, status, "{wrong}: {}", String::from_utf8_lossy(&answer.body));
    }
    // A letter that older plates bear is typed, and found, however it is written.
    let plate =
        json!({ "action": "plate", "plate": "29mđ1 12345", "request_key": "55555555-dddd" });
    let typed = rig.tell(&one, &path, &[("If-Match", "\"2\"")], &plate);
    assert_eq!(typed.status, 200, "{}", String::from_utf8_lossy(&typed.body));
    for part in ["m%C4%911", "M%C4%90", "123.4"] {
        let found = rig.see(&one, &format!("/events?plate={part}&status=acknowledged")).json();
        assert_eq!(found["items"][0]["plate"], "29-MĐ1 123.45", "{part}: {found}");
    }
    let whole = rig.see(&one, &format!("/events/{}", rig.event)).json();
    let actions: Vec<_> =
        whole["history"].as_array().unwrap().iter().map(|d| &d["action"]).collect();
    assert_eq!(actions, ["confirm", "reopen", "plate"]);
    let entries = rig_audit(&rig, "decision");
    assert_eq!(entries, 3, "a request that came twice is entered once");
}

fn rig_audit(rig: &Rig, action: &str) -> usize {
    let store = Store::open_read(&rig.data()).unwrap();
    let filter =
        AuditFilter { action: Some(action.to_owned()), limit: 500, ..AuditFilter::default() };
    store.audit_entries(&filter).unwrap().len()
}

#[test]
fn only_what_a_person_confirmed_is_exported() {
    let rig = Rig::new();
    let person = rig.person("supervisor");
    let lines = |format: &str| {
        let answer = rig.see(&person, &format!("/export?format={format}"));
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.body).unwrap()
    };
    let told = |id: &str, body: &Value| {
        let path = format!("/events/{id}/decision");
        let answer = rig.tell(&person, &path, &[("If-Match", "\"0\"")], body);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    };
    assert_eq!(serde_json::from_str::<Value>(&lines("json")).unwrap(), json!([]));
    let reason = "no_violation";
    told(&sample(0).id, &json!({ "action": "acknowledge", "request_key": "00000000-0" }));
    told(&sample(1).id, &json!({ "action": "cannot_tell", "request_key": "00000000-1" }));
    told(
        &sample(2).id,
        &json!({ "action": "dismiss", "reason": reason, "request_key": "00000000-2" }),
    );
    let plate = "84A-123.45";
    told(
        &sample(3).id,
        &json!({ "action": "confirm", "plate": plate, "request_key": "00000000-3" }),
    );
    let exported: Value = serde_json::from_str(&lines("json")).unwrap();
    let exported = exported.as_array().unwrap();
    assert_eq!(exported.len(), 1);
    assert_eq!((&exported[0]["id"], &exported[0]["plate"]), (&json!(sample(3).id), &json!(plate)));
    let csv = lines("csv");
    assert!(csv.contains(&sample(3).id) && csv.trim_end().ends_with(plate), "{csv}");
    for n in (0..25).filter(|n| *n != 3) {
        assert!(!csv.contains(&sample(n).id), "{n}");
    }
    for status in ["pending", "acknowledged", "dismissed", "cannot_tell", "confirmed,pending"] {
        let answer = rig.see(&person, &format!("/export?status={status}"));
        assert_eq!(answer.status, 400, "{status}");
    }
    assert_eq!(rig.see(&person, "/export?status=confirmed&kind=illegal_parking").status, 200);
    assert!(rig_audit(&rig, "export") >= 4, "every export is entered");
}

#[test]
fn a_look_at_evidence_is_entered_once_a_session_and_event() {
    let rig = Rig::new();
    let person = rig.person("viewer");
    let base = format!("/events/{}", rig.event);
    for path in ["", "/files/moment.jpg", "/files/before.jpg", "/files/moment.jpg?width=160"] {
        assert_eq!(rig.see(&person, &format!("{base}{path}")).status, 200);
    }
    assert_eq!(rig_audit(&rig, "evidence_seen"), 1);
    let again = rig.person("viewer");
    assert_eq!(rig.see(&again, &base).status, 200);
    assert_eq!(rig_audit(&rig, "evidence_seen"), 2);
    let auditor = rig.person("auditor");
    let page = rig.see(&auditor, "/audit?limit=2").json();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let next = rig.see(&auditor, &format!("/audit?limit=2&cursor={}", page["next"])).json();
    assert_ne!(page["items"][1]["number"], next["items"][0]["number"]);
}

#[test]
fn news_is_told_to_who_may_see_it_and_goes_on_where_it_broke_off() {
    let mut rig = Rig::new();
    let (one, elsewhere) = (rig.person("supervisor"), rig.person("elsewhere"));
    let listen = |person: &Person, since: Option<&str>| {
        let mut stream = rig.connect();
        let since = since.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let cookie = &person.cookie;
        write!(stream, "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n{since}\r\n")
            .unwrap();
        BufReader::new(stream)
    };
    let until = |reader: &mut BufReader<std::net::TcpStream>, wanted: &str| {
        let mut heard = String::new();
        while !heard.contains(wanted) {
            assert!(reader.read_line(&mut heard).unwrap() > 0, "ended after {heard}");
        }
        heard
    };
    let mut news = listen(&one, None);
    let mut silence = listen(&elsewhere, None);
    until(&mut news, "text/event-stream");
    until(&mut silence, "text/event-stream");
    // The look for news comes round once more, now with listeners.
    std::thread::sleep(std::time::Duration::from_millis(300));
    rig.store().put_event(&sample(30)).unwrap();
    let heard = until(&mut news, &sample(30).id);
    assert!(heard.contains("event: event_new"), "{heard}");
    let rest = until(&mut news, "id: ");
    let mark = rest.lines().last().unwrap().trim_start_matches("id: ").trim().to_owned();
    let path = format!("/events/{}/decision", sample(30).id);
    let confirm = json!({ "action": "confirm", "request_key": "55555555-e" });
    assert_eq!(rig.tell(&one, &path, &[("If-Match", "\"0\"")], &confirm).status, 200);
    let heard = until(&mut news, "\"version\":1");
    assert!(heard.contains("event: event_changed"), "{heard}");
    // Who was away hears of it when he comes back.
    let mut back = listen(&one, Some(&mark));
    let heard = until(&mut back, "\"version\":1");
    assert!(heard.contains("event_changed"), "{heard}");
    // Who may not see the ward heard nothing of the event.
    rig.stop();
    let mut rest = String::new();
    let _ = std::io::Read::read_to_string(&mut silence, &mut rest);
    assert!(!rest.contains(&sample(30).id), "{rest}");
}

#[test]
fn cameras_and_figures_are_told_within_the_scope() {
    let rig = Rig::new();
    let (one, elsewhere) = (rig.person("viewer"), rig.person("elsewhere"));
    let ids = |person| {
        let cameras = rig.see(person, "/cameras").json();
        let cameras = cameras.as_array().unwrap().clone();
        cameras.iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&one), ["p1-le-loi-01", "p3-ben-xe"]);
    assert_eq!(ids(&elsewhere), ["p3-ben-xe"]);
    let camera = rig.see(&one, "/cameras/p1-le-loi-01").json();
    assert_eq!((&camera["state"], &camera["ward"]), (&json!("unknown"), &json!("Phường 1")));
    let still = rig.see(&one, "/cameras/p1-le-loi-01/still.jpg");
    assert_eq!((still.status, still.headers["content-type"].as_str()), (200, "image/jpeg"));
    for path in ["", "/still.jpg", "/uptime", "/history"] {
        let path = format!("/cameras/p1-le-loi-01{path}");
        assert_eq!(rig.see(&elsewhere, &path).status, 404, "{path}");
        assert_eq!(rig.see(&one, &path).status, 200, "{path}");
    }
    assert_eq!(rig.see(&one, "/cameras/unknown").status, 404);
    let today = rig.see(&one, "/figures/today").json();
    assert_eq!(today["date"], "2026-08-15");
    assert_eq!(today["waiting"], 26);
    let domains = today["by_domain"].as_array().unwrap();
    let total: u64 = domains.iter().map(|b| b["total"].as_u64().unwrap()).sum();
    assert_eq!(today["events"]["pending"].as_u64(), Some(total));
    assert!(total >= 25);
    assert_eq!(rig.see(&elsewhere, "/figures/today").json()["waiting"], 0);
    for by in ["domain", "ward", "camera", "kind", "hour", "day"] {
        let path = format!("/figures?by={by}&from=2026-08-15&to=2026-08-16");
        let bars = rig.see(&one, &path).json()["bars"].as_array().unwrap().clone();
        let sum: u64 = bars.iter().map(|b| b["total"].as_u64().unwrap()).sum();
        assert_eq!(sum, total, "{by}");
    }
}
