//! What people decided of what cameras found.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, Reason, change};
use streetward::store::{Change, EventRecord, ReviewState};
use streetward::vision::Class;

const DAY: i64 = 86_400;

/// What was decided of an event: all but a few after three days, little on the day itself.
pub fn decided(
    rng: &mut Rng,
    event: &EventRecord,
    people: &[String],
    until: Timestamp,
) -> Vec<Change> {
    let age = until.duration_since(event.end_utc.0).as_secs();
    let chance = match age {
        ..=3600 => 5,
        3601..=DAY => 55,
        86_401..=259_200 => 85,
        _ => 97,
    };
    if rng.u32(..100) >= chance {
        return Vec::new();
    }
    let by = &people[rng.usize(..people.len())];
    let mut at = age.clamp(2, 3 * DAY);
    let mut state = ReviewState { event: event.id.clone(), ..ReviewState::default() };
    let mut changes = Vec::new();
    let decision = match rng.u32(..100) {
        0..36 => Ask::Confirm,
        36..94 => Ask::Dismiss(Reason::of(event.kind)[rng.usize(..3)]),
        94..97 => Ask::CannotTell,
        _ => Ask::Acknowledge,
    };
    let first = (rng.u32(..100) < 15).then_some(Ask::Acknowledge);
    for ask in first.into_iter().chain([decision]) {
        at = rng.i64(at / 2..=at);
        let plate = (matches!(ask, Ask::Confirm) && rng.u32(..100) < 40).then(|| plate(rng, event));
        let asked = Asked {
            by: by.clone(),
            at: WallTime(until - SignedDuration::from_secs(age - at.min(age))),
            seen: state.version,
            request_key: format!("{:016x}{:016x}", rng.u64(..), rng.u64(..)),
            ask,
            note: None,
            plate: plate.flatten(),
        };
        // Acknowledging twice is refused, as it should be.
        let Ok(change) = change(&state, event, &asked, rng.u32(..100) < 5) else { break };
        state = change.after.clone();
        changes.push(change);
    }
    changes
}

/// A plate as it is typed.
fn plate(rng: &mut Rng, event: &EventRecord) -> Option<String> {
    let letter = [b'A', b'B', b'C', b'D', b'E', b'F', b'G', b'H'][rng.usize(..8)] as char;
    let number = rng.u32(..100_000);
    match event.subject_class {
        Class::Motorcycle => Some(format!("84-{letter}{} {number:05}", rng.u32(1..10))),
        Class::Car | Class::Truck | Class::Bus => Some(format!("65{letter}-{number:05}")),
        _ => None,
    }
}
