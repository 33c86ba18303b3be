//! Evidence that a request asks for: kept until it is refused or there is a pack.

use super::{Kept, after, entry, hours};
use crate::sample::sample;
use streetward::review::Ask;
use streetward::store::{HandoverRequest, RequestDecision, RequestState, RequestedEvent};

#[test]
fn evidence_that_is_asked_for_stays_until_its_pack_is_made() {
    let kept = Kept::new();
    let event = sample(0);
    kept.lay(&event, event.moment_utc);
    kept.decide(&event, hours(event.moment_utc, 1), Ask::Confirm);
    let now = after(event.moment_utc, 366);
    let unasked = kept.plan(now);
    assert_eq!(unasked.removals.len(), 1);
    let request = HandoverRequest {
        id: "hr-0000000000000001".into(),
        state: RequestState::Asked,
        agency: "Công an Phường 1".into(),
        receiver: "Đại úy Nguyễn Văn A".into(),
        purpose: "Xử lý".into(),
        legal_basis: "Nghị định 168/2024".into(),
        valid_days: 10,
        asked_by: "lan".into(),
        asked: hours(event.moment_utc, 24 * 364),
        decided_by: None,
        decided: None,
        decision_note: None,
        trouble: None,
        range: None,
        events: vec![RequestedEvent {
            event: event.id.clone(),
            ward: event.ward.clone(),
            domain: event.domain,
        }],
        pack: None,
    };
    kept.store.put_request(&request, &entry(now)).unwrap();
    assert_eq!(kept.goes(now), []);
    assert_eq!(kept.tidied(&unasked).events, 0, "a plan of before does not take it either");
    let decided = |to| RequestDecision { to, by: "minh".into(), at: now, note: None };
    let approved = decided(RequestState::Approved);
    assert!(kept.store.decide_request(&request.id, &approved, &entry(now)).unwrap());
    assert_eq!(kept.goes(now), [], "its pack is being made");
    assert_eq!(kept.plan(now).alarms, [] as [&str; 0]);
    let later = after(now, 30);
    let alarms = kept.plan(later).alarms;
    assert!(alarms[0].starts_with("1 request for evidence waits"), "{alarms:?}");
    // Refused is not asked for.
    let other = sample(3);
    kept.lay(&other, other.moment_utc);
    kept.decide(&other, hours(other.moment_utc, 1), Ask::Confirm);
    let events = vec![RequestedEvent { event: other.id.clone(), ..request.events[0].clone() }];
    let request = HandoverRequest { id: "hr-0000000000000002".into(), events, ..request };
    kept.store.put_request(&request, &entry(now)).unwrap();
    assert_eq!(kept.goes(now), []);
    let refused = decided(RequestState::Refused);
    assert!(kept.store.decide_request(&request.id, &refused, &entry(now)).unwrap());
    assert_eq!(kept.goes(now).len(), 1);
}
