//! A request that was allowed and whose pack cannot be made is closed by refusing it.

use super::taking::steps;
use super::{as_user, confirm, draft};
use crate::api_rig::{Rig, now};
use serde_json::{Value, json};
use streetward::handover::{HandoverError, approve, ask, put_trouble, refuse};
use streetward::review;
use streetward::store::{RequestDecision, RequestState};

#[test]
fn what_was_allowed_is_refused_once_its_pack_could_not_be_made() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let at = now();
    let asked = as_user(&store, "reviewer", |by| ask(&store, by, &draft(&[&rig.event]), at));
    let id = asked.unwrap().id;
    as_user(&store, "supervisor", |by| approve(&store, by, &id, None, at)).unwrap();
    let refused = |name| as_user(&store, name, |by| refuse(&store, by, &id, "không lập được", at));
    // Its pack is being made.
    let early = refused("supervisor").unwrap_err();
    assert!(matches!(early, HandoverError::NotFromHere(RequestState::Approved)), "{early}");
    put_trouble(&store, &id, &HandoverError::OneSelf, at).unwrap();
    let other = refused("reviewer").unwrap_err();
    assert!(matches!(other, HandoverError::Forbidden), "{other}");

    let (lan, minh) = (rig.person("reviewer"), rig.person("supervisor"));
    let may = |person| {
        let shown: Value = rig.see(person, &format!("/requests?id={id}")).json();
        let one = &shown["items"][0];
        (one["may_decide"].as_bool().unwrap(), one["may_refuse"].as_bool().unwrap())
    };
    assert_eq!((may(&lan), may(&minh)), ((false, false), (false, true)));
    let tell =
        |step: &str, body: &Value| rig.tell(&minh, &format!("/requests/{id}/{step}"), &[], body);
    assert_eq!(tell("approve", &json!({})).code(), "not_from_here");
    assert_eq!(tell("refuse", &json!({})).code(), "note_needed");
    let done = tell("refuse", &json!({ "note": "vụ việc đã bị bác bỏ" })).json();
    assert_eq!((done["state"].as_str(), done["trouble"].as_bool()), (Some("refused"), Some(false)));
    assert_eq!(may(&minh), (false, false));
    for step in ["approve", "refuse", "pack"] {
        assert_eq!(tell(step, &json!({ "note": "nữa" })).code(), "not_from_here", "{step}");
    }
    let all = ["handover_asked", "handover_approved", "handover_failed", "handover_refused"];
    assert_eq!(steps(&store, &id), all);
    assert!(store.verify_audit(None).unwrap().broken.is_none());
}

#[test]
fn who_asked_does_not_refuse_what_somebody_else_allowed() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let at = now();
    let asked = as_user(&store, "supervisor", |by| ask(&store, by, &draft(&[&rig.event]), at));
    let id = asked.unwrap().id;
    // There is no other supervisor here.
    let decision =
        RequestDecision { to: RequestState::Approved, by: "u-hoa".to_owned(), at, note: None };
    let entry = review::Doer::Command { uid: 0 }.entry(at, "handover_approved", &id, json!({}));
    assert!(store.decide_request(&id, &decision, &entry).unwrap());
    put_trouble(&store, &id, &HandoverError::OneSelf, at).unwrap();
    let own = as_user(&store, "supervisor", |by| refuse(&store, by, &id, "không cần nữa", at));
    assert!(matches!(own, Err(HandoverError::OneSelf)), "{own:?}");
}
