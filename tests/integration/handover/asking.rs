//! Who may ask, who may allow, and what is refused, each with what is wrong.

use super::{SCRIPT, allowed, as_user, asked, body, confirm};
use crate::api_rig::{Rig, now};
use crate::sample::sample;
use serde_json::json;
use streetward::store::AuditFilter;

#[test]
fn one_asks_and_another_allows() {
    let rig = Rig::new();
    confirm(&rig.store(), &rig.event);
    let (lan, minh) = (rig.person("reviewer"), rig.person("supervisor"));
    let id = asked(&rig, &lan, &[&rig.event]);
    let approve = format!("/requests/{id}/approve");
    assert_eq!(rig.tell(&lan, &approve, &[], &json!({})).code(), "forbidden");
    // Whoever could allow does not allow what he asked himself.
    let own = asked(&rig, &minh, &[&rig.event]);
    let refused = rig.tell(&minh, &format!("/requests/{own}/approve"), &[], &json!({}));
    assert_eq!((refused.status, refused.code().as_str()), (422, "own_request"));
    let shown = rig.see(&minh, "/requests").json();
    let may = |id: &str| {
        let one = shown["items"].as_array().unwrap().iter().find(|r| r["id"] == id).unwrap();
        one["may_decide"].as_bool().unwrap()
    };
    assert_eq!((may(&own), may(&id)), (false, true), "{shown}");
    // A refusal says why.
    let refuse = format!("/requests/{id}/refuse");
    assert_eq!(rig.tell(&minh, &refuse, &[], &json!({})).code(), "note_needed");
    let done = rig.tell(&minh, &refuse, &[], &json!({ "note": "thiếu công văn" })).json();
    assert_eq!(
        (done["state"].as_str(), done["decision_note"].as_str()),
        (Some("refused"), Some("thiếu công văn"))
    );
    let late = rig.tell(&minh, &approve, &[], &json!({}));
    assert_eq!((late.status, late.code().as_str()), (409, "not_from_here"));
    // Each step is in the trail, and the trail is whole.
    let store = rig.store_read();
    let filter = AuditFilter { subject: Some(id.clone()), limit: 9, ..AuditFilter::default() };
    let steps: Vec<String> =
        store.audit_entries(&filter).unwrap().into_iter().map(|e| e.action).collect();
    assert_eq!(steps, ["handover_refused", "handover_asked"]);
    assert!(store.verify_audit(None).unwrap().broken.is_none());
    let history = rig.see(&lan, &format!("/requests?id={id}")).json();
    assert_eq!(history["items"][0]["history"].as_array().unwrap().len(), 2, "{history}");
}

#[test]
fn what_is_sent_again_is_asked_once() {
    let rig = Rig::new();
    confirm(&rig.store(), &rig.event);
    let lan = rig.person("reviewer");
    let mut body = body(&[&rig.event]);
    body["request_key"] = json!("12345678-aaaa");
    let ask =
        |body: &serde_json::Value| rig.tell(&lan, "/requests", &[], body).json()["id"].clone();
    let first = ask(&body);
    assert!(first.as_str().is_some_and(|id| id.starts_with("hr-")), "{first}");
    assert_eq!(ask(&body), first);
    body["request_key"] = json!("12345678-bbbb");
    assert_ne!(ask(&body), first);
    let all = rig.see(&lan, "/requests").json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all}");
}

#[test]
fn a_pack_that_failed_is_ordered_again_once() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let request = allowed(&store, &[&rig.event], now());
    let entry = streetward::review::Doer::Command { uid: 0 };
    let entry = entry.entry(now(), "handover_again", &request.id, json!({}));
    assert!(store.forget_request_trouble(&request.id, &entry).unwrap());
    assert!(!store.forget_request_trouble(&request.id, &entry).unwrap(), "it waits already");
    let filter = AuditFilter {
        action: Some("handover_again".to_owned()),
        limit: 9,
        ..AuditFilter::default()
    };
    assert_eq!(store.audit_entries(&filter).unwrap().len(), 1);
}

#[test]
fn only_what_a_person_confirmed_is_asked_for() {
    let rig = Rig::new();
    confirm(&rig.store(), &rig.event);
    let lan = rig.person("reviewer");
    let ask = |events: &[&str]| rig.tell(&lan, "/requests", &[], &body(events));
    let (pending, other) = (sample(1).id, sample(2).id);
    let refused = ask(&[&rig.event, &pending, &other]);
    assert_eq!((refused.status, refused.code().as_str()), (422, "not_confirmed"));
    let mut named = [pending.as_str(), other.as_str()];
    named.sort_unstable();
    assert_eq!(refused.json()["events"], json!(named), "each is named");
    let text = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(text.contains("pending") && !text.contains(&rig.event), "{text}");
    for wrong in ["0123456789abcdef0123", "../../etc/passwd", "..%2f..", "a'; DROP TABLE events;--"]
    {
        let refused = ask(&[wrong]);
        assert_eq!((refused.status, refused.code().as_str()), (422, "unknown_events"), "{wrong}");
    }
    for (events, code) in [(vec![], "bad_events"), (vec![rig.event.as_str(); 2], "bad_events")] {
        assert_eq!(ask(&events).code(), code);
    }
    // Somebody of another ward knows nothing of it.
    let elsewhere = rig.person("elsewhere");
    assert_eq!(
        rig.tell(&elsewhere, "/requests", &[], &body(&[&rig.event])).code(),
        "unknown_events"
    );
    let id = asked(&rig, &lan, &[&rig.event]);
    assert_eq!(rig.see(&elsewhere, "/requests").json()["items"], json!([]));
    assert_eq!(rig.see(&elsewhere, &format!("/requests?id={id}")).status, 404);
    // Reopened between asking and allowing.
    let minh = rig.person("supervisor");
    let version = rig.store_read().review(&rig.event).unwrap().unwrap().version;
    let reopen = json!({ "action": "reopen", "note": "xem lại", "request_key": "reopen-0001" });
    let path = format!("/events/{}/decision", rig.event);
    let seen = format!("\"{version}\"");
    assert_eq!(rig.tell(&minh, &path, &[("If-Match", &seen)], &reopen).status, 200);
    let late = rig.tell(&minh, &format!("/requests/{id}/approve"), &[], &json!({}));
    assert_eq!((late.status, late.code().as_str()), (422, "not_confirmed"));
}

#[test]
fn what_is_typed_stays_text_and_ids_lead_nowhere() {
    let rig = Rig::new();
    confirm(&rig.store(), &rig.event);
    let lan = rig.person("reviewer");
    let id = asked(&rig, &lan, &[&rig.event]);
    let shown = rig.see(&lan, &format!("/requests?id={id}"));
    assert_eq!(shown.json()["items"][0]["purpose"], SCRIPT);
    assert!(shown.headers["content-type"].starts_with("application/json"));
    for (field, wrong) in [
        ("purpose", ""),
        ("purpose", "a\u{202e}b"),
        ("agency", "dòng\nhai"),
        ("receiver", "\u{0}"),
        ("legal_basis", &"x".repeat(301)),
    ] {
        let mut body = body(&[&rig.event]);
        body[field] = json!(wrong);
        let refused = rig.tell(&lan, "/requests", &[], &body);
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (422, "bad_text"),
            "{field} {wrong:?}"
        );
    }
    let mut days = body(&[&rig.event]);
    days["valid_days"] = json!(91);
    assert_eq!(rig.tell(&lan, "/requests", &[], &days).code(), "bad_days");
    for path in [
        "/packs/..%2f..%2fstreetward.db",
        "/packs/%2e%2e",
        "/packs/pk-0000000000000000",
        "/packs/pk-%00",
        "/requests?id=..%2f..",
        "/requests?id=%27%20OR%201=1--",
    ] {
        assert_eq!(rig.see(&lan, path).status, 404, "{path}");
    }
    assert_eq!(rig.see(&lan, "/requests?state=all").status, 400);
    assert_eq!(rig.see(&lan, "/requests?before=none").json()["items"], json!([]));
    // A program asks for nothing and allows nothing.
    let supervisor = rig.person("supervisor");
    for permission in ["ask_handover", "approve_handover"] {
        let body = json!({
            "name": "máy", "permissions": [permission], "expires": "2026-09-01T00:00:00Z",
        });
        assert_ne!(rig.tell(&supervisor, "/me/tokens", &[], &body).status, 200, "{permission}");
    }
    as_user(&rig.store_read(), "viewer", |viewer| {
        assert!(!viewer.actor.permissions.iter().any(|p| format!("{p:?}").contains("Handover")));
    });
}
