//! Judging: who is in a zone, who was lost and found there, and what only looks like somebody.

use super::rules::{closed, comes, film, person, rule, sight, told, unseen, visit};
use streetward::rules::{IncidentUpdate, Kind, RuleSpec};
use streetward::track::TrackSight;
use streetward::vision::Class;

#[test]
fn presence() {
    let area = || rule(Kind::RestrictedArea, "z");
    let once = film(area(), 20.0, |t| vec![visit(1, 300.0, t, 2.0, 8.0)]);
    assert_eq!(told(&once), "2.0 3.0 7.9 [1] Left; dropped 0");

    let there_from_the_start = film(area(), 5.0, |t| vec![comes(1, 300.0, 400.0, t)]);
    assert_eq!(told(&there_from_the_start), "0.0 1.0 5.0 [1] SourceEnded; dropped 0");

    let half_a_second = film(area(), 20.0, |t| vec![visit(1, 300.0, t, 2.0, 2.5)]);
    assert_eq!(told(&half_a_second), "dropped 1");

    let along_the_edge = film(area(), 20.0, |t| {
        let jitter = if (t * 10.0) as i64 % 3 == 0 { 10.0 } else { -4.0 };
        vec![person(1, 20.0 + 30.0 * t as f32, 300.0 + jitter)]
    });
    assert_eq!(told(&along_the_edge), "dropped 0");

    let cut_by_the_picture = film(area(), 5.0, |t| {
        let x = 300.0 + 40.0 * t as f32;
        vec![sight(1, Class::Person, [x, 500.0, x + 40.0, 576.0])]
    });
    assert_eq!(told(&cut_by_the_picture), "0.0 1.0 5.0 [1] SourceEnded; dropped 0");

    let a_dog = film(area(), 5.0, |_| vec![sight(1, Class::Animal, [300.0, 400.0, 340.0, 450.0])]);
    assert_eq!(told(&a_dog), "dropped 0");

    let only_predicted = film(area(), 5.0, |_| vec![unseen(person(1, 300.0, 400.0))]);
    assert_eq!(told(&only_predicted), "dropped 0");
}

#[test]
fn presence_of_the_lost_and_found() {
    let area = || rule(Kind::RestrictedArea, "z");
    let lost_for_two_seconds = film(area(), 20.0, |t| match t {
        t if t < 4.0 => vec![visit(1, 300.0, t, 2.0, 99.0)],
        t if t < 6.0 => vec![unseen(person(1, 300.0, 400.0))],
        t => vec![visit(7, 340.0, t, 2.0, 9.0)],
    });
    assert_eq!(told(&lost_for_two_seconds), "2.0 3.0 8.9 [1, 7] Left; dropped 0");

    let lost_while_entering = film(area(), 20.0, |t| match t {
        t if t < 2.5 => vec![visit(1, 300.0, t, 2.0, 99.0)],
        t if t < 3.5 => vec![],
        t => vec![visit(7, 340.0, t, 2.0, 9.0)],
    });
    assert_eq!(told(&lost_while_entering), "2.0 4.1 8.9 [1, 7] Left; dropped 0");

    // Two meet; one is hidden behind the other for a second and found as a third track; the first
    // two tracks may even have swapped bodies. Two people remain two incidents.
    let crossing = |swap: bool| {
        film(area(), 20.0, move |t| {
            let (a, b) = (100.0 + 40.0 * t as f32, 500.0 - 40.0 * t as f32);
            match t {
                t if t < 4.8 => vec![person(1, a, 400.0), person(2, b, 410.0)],
                t if t < 5.2 => vec![person(1, a, 400.0)],
                t if t < 9.0 && swap => vec![person(1, b, 410.0), person(3, a, 400.0)],
                t if t < 9.0 => vec![person(1, a, 400.0), person(3, b, 410.0)],
                _ => vec![],
            }
        })
    };
    for swap in [false, true] {
        let told = told(&crossing(swap));
        assert_eq!(told, "0.0 1.0 8.9 [1] Left; 0.0 1.0 8.9 [2, 3] Left; dropped 0");
    }

    // Somebody who was there by himself does not become the one who got lost.
    let another = film(area(), 30.0, |t| match t {
        t if t < 5.0 => vec![comes(1, 300.0, 400.0, t), person(2, 300.0, 250.0)],
        _ => vec![visit(2, 300.0, t, 6.0, 12.0)],
    });
    assert_eq!(told(&another), "0.0 1.0 4.9 [1] Left; 6.0 7.0 11.9 [2] Left; dropped 0");

    // A second box on one person is nobody.
    let two_boxes = film(area(), 10.0, |t| {
        let mut seen = vec![comes(1, 300.0, 400.0, t)];
        if t > 3.0 {
            seen.push(sight(2, Class::Person, [285.0, 300.0, 322.0, 390.0]));
        }
        if t > 6.0 {
            seen.remove(0);
        }
        seen
    });
    assert_eq!(told(&two_boxes), "0.0 1.0 10.0 [1, 2] SourceEnded; dropped 0");
}

#[test]
fn out_and_back_in_is_one_alert_and_staying_is_two() {
    let area = || rule(Kind::RestrictedArea, "z");
    let seen = |t: f64, back: f64, until: f64| {
        let inside = (1.0..4.0).contains(&t) || (back..until).contains(&t);
        vec![person(1, 300.0, if inside { 400.0 } else { 250.0 })]
    };
    let within_leave = film(area(), 40.0, |t| seen(t, 7.0, 12.0));
    assert_eq!(told(&within_leave), "1.0 2.0 11.9 [1] Left; dropped 0");
    // Last at it at 3.9, closed after 8.9, cool until 18.9.
    let while_cooling = film(area(), 40.0, |t| seen(t, 11.0, 18.0));
    assert_eq!(told(&while_cooling), "1.0 2.0 3.9 [1] Left; dropped 0");
    let stays = film(area(), 40.0, |t| seen(t, 11.0, 30.0));
    assert_eq!(told(&stays), "1.0 2.0 3.9 [1] Left; 19.0 20.0 29.9 [1] Left; dropped 0");
}

fn loitering() -> RuleSpec {
    RuleSpec { dwell_seconds: 5.0, ..rule(Kind::Loitering, "z") }
}

/// The moments of what the same film comes to as one that may not be there, and as one that may not
/// stay there.
fn moments(tell: impl Fn(f64) -> Vec<TrackSight>) -> [Vec<f64>; 2] {
    [rule(Kind::RestrictedArea, "z"), loitering()].map(|rule| {
        let updates: Vec<IncidentUpdate> = film(rule, 40.0, &tell);
        closed(&updates).iter().map(|(i, _)| i.moment.seconds()).collect()
    })
}

const NEVER: [Vec<f64>; 2] = [vec![], vec![]];

#[test]
fn a_bin_that_looks_like_a_person_is_nobody() {
    // Its box trembles by a tenth of its height, and is lost and found as another track.
    let tremble = |t: f64| if (t * 10.0) as i64 % 3 == 0 { 8.0 } else { -2.0 };
    let bin = |id: u32, t: f64| person(id, 300.0 + tremble(t), 400.0 - tremble(t + 0.1));
    assert_eq!(moments(|t| vec![bin(1, t)]), NEVER);
    let flickers =
        |t: f64| if (t as i64) % 7 < 3 { vec![] } else { vec![bin(1 + t as u32 / 7, t)] };
    assert_eq!(moments(flickers), NEVER);
    // Somebody passes behind it: he is, it is not.
    let passed = |t: f64| vec![bin(1, t), person(2, 100.0 + 60.0 * t as f32, 395.0)];
    let [area, _] = moments(passed);
    assert_eq!(area.len(), 1, "{area:?}");
}

#[test]
fn who_walked_in_and_stands_still_is_somebody() {
    // From above the zone to a fifth of his height inside it, and not one step more.
    let walks_in = |id: u32, t: f64| person(id, 300.0, 240.0 + (60.0 * t as f32).min(80.0));
    let entered = moments(|t| vec![walks_in(1, t)]);
    assert!(entered[0].len() == 1 && entered[0][0] < 3.0, "{entered:?}");
    assert!(entered[1].len() == 1 && entered[1][0] < 7.0, "{entered:?}");
    // Lost and found as another track where he stands, he is still the one who walked in.
    let found_again = moments(|t| match t {
        t if t < 3.0 => vec![walks_in(1, t)],
        t if t < 4.0 => vec![],
        t => vec![walks_in(2, t)],
    });
    assert_eq!(found_again[1].len(), 1, "{found_again:?}");
}

#[test]
fn who_stands_there_from_the_start_cannot_be_told_until_he_goes() {
    let goes_at = |from: f64| {
        move |t: f64| vec![person(1, 300.0 + ((t - from) * 60.0).clamp(0.0, 60.0) as f32, 400.0)]
    };
    assert_eq!(moments(goes_at(99.0)), NEVER);
    for moments in moments(goes_at(20.0)) {
        assert!(matches!(moments[..], [m] if (20.3..21.5).contains(&m)), "{moments:?}");
    }
}

#[test]
fn what_is_parked_needs_no_moving() {
    let van = film(rule(Kind::BannedVehicle, "z"), 20.0, |_| {
        vec![sight(1, Class::Truck, [300.0, 320.0, 420.0, 400.0])]
    });
    assert_eq!(closed(&van).len(), 1);
}
