//! Riders, helmets and crowds: scripts with known answers.

use super::rules::{closed, judged, observation, person, scene, sight};
use streetward::rules::{
    CrowdTerms, Incident, IncidentUpdate, Kind, Quantity, RidersTerms, Role, RuleSpec, Terms,
};
use streetward::scene::Observation;
use streetward::track::{Riding, TrackId, TrackSight};
use streetward::vision::Class;

fn film(seconds: f64, tell: impl Fn(f64) -> Vec<TrackSight>) -> Vec<Observation> {
    (0..=(seconds * 10.0) as i64)
        .map(|k| observation(k, "2026-08-15T03:00:00Z", tell(k as f64 / 10.0)))
        .collect()
}

fn found(rule: RuleSpec, film: &[Observation]) -> Vec<Incident> {
    let updates = judged(&scene(), vec![rule], film);
    closed(&updates).into_iter().map(|(i, _)| i.clone()).collect()
}

/// A motorcycle going right at `x`, and the person on its seat number `seat`.
fn motorcycle(x: f32) -> TrackSight {
    sight(1, Class::Motorcycle, [x - 60.0, 390.0, x + 60.0, 470.0])
}

fn rider(id: u32, x: f32, seat: f32, riding: Riding) -> TrackSight {
    let middle = x + 20.0 - 30.0 * seat;
    let bbox = [middle - 18.0, 340.0 - 3.0 * seat, middle + 18.0, 450.0];
    TrackSight { riding, ..sight(id, Class::Person, bbox) }
}

const ON: Riding = Riding::On(Some(TrackId(1)));

fn overloading() -> RuleSpec {
    RuleSpec::of(Kind::Overloading, "z")
}

#[test]
fn three_on_a_motorcycle_are_one_too_many() {
    let ride = |people: u32| {
        film(4.0, move |t| {
            let x = 100.0 + 90.0 * t as f32;
            let mut all = vec![motorcycle(x)];
            all.extend((0..people).map(|k| rider(2 + k, x, k as f32, ON)));
            all
        })
    };
    let events = found(overloading(), &ride(3));
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!((event.subject.class, event.subject.tracks[0]), (Class::Motorcycle, TrackId(1)));
    assert_eq!(event.parties.len(), 3);
    assert!(event.parties.iter().all(|p| p.role == Role::Rider && !p.subject.path.is_empty()));
    assert_eq!((event.measured[0].what, event.measured[0].value), (Quantity::People, 3.0));
    assert!((0.9..1.3).contains(&event.moment.seconds()), "{:?}", event.moment);
    assert_eq!(found(overloading(), &ride(2)).len(), 0);
    let one = Terms::Riders(RidersTerms { most_people: 1 });
    assert_eq!(found(RuleSpec { terms: one, ..overloading() }, &ride(2)).len(), 1);
}

#[test]
fn one_ride_is_one_event_however_often_riders_are_hidden() {
    let film = film(30.0, |t| {
        let x = 100.0 + 20.0 * t as f32;
        let hidden = (8.0..14.0).contains(&t) || (18.0..20.0).contains(&t);
        let mut all = vec![motorcycle(x)];
        all.extend((0..if hidden { 1 } else { 3 }).map(|k| rider(2 + k, x, k as f32, ON)));
        all
    });
    let events = found(overloading(), &film);
    assert_eq!(events.len(), 1);
    assert!((events[0].last.seconds() - 7.9).abs() < 0.2);
}

#[test]
fn nobody_is_invented() {
    let third = |tell: &dyn Fn(f64) -> Option<TrackSight>| {
        found(
            overloading(),
            &film(5.0, |t| {
                let x = 100.0 + 90.0 * t as f32;
                let mut all = vec![motorcycle(x), rider(2, x, 0.0, ON), rider(3, x, 1.0, ON)];
                all.extend(tell(t));
                all
            }),
        )
        .len()
    };
    let x = |t: f64| 100.0 + 90.0 * t as f32;
    assert_eq!(third(&|t| Some(rider(4, x(t), 2.0, ON))), 1);
    assert_eq!(third(&|t| Some(rider(4, x(t), 2.0, Riding::Unknown))), 0, "may be");
    assert_eq!(third(&|t| Some(rider(4, x(t), 2.0, Riding::No))), 0, "beside it");
    let other = Riding::On(Some(TrackId(9)));
    assert_eq!(third(&|t| Some(rider(4, x(t), 2.0, other))), 0, "on another");
    assert_eq!(third(&|t| Some(rider(4, x(t), 1.1, ON))), 0, "a second box of one of them");
    assert_eq!(third(&|t| (t < 0.8).then(|| rider(4, x(t), 2.0, ON))), 0, "for a moment");
    let flicker = |t: f64| ((t * 10.0) as i64 % 3 == 0).then(|| rider(4, x(t), 2.0, ON));
    assert_eq!(third(&flicker), 0, "in every third picture");
    let missed = |t: f64| ((t * 10.0) as i64 % 4 != 0).then(|| rider(4, x(t), 2.0, ON));
    assert_eq!(third(&missed), 1, "missed in every fourth");
    let faint = |t: f64| Some(TrackSight { score: Some(0.25), ..rider(4, x(t), 2.0, ON) });
    assert_eq!(third(&faint), 0, "hardly seen");
}

/// A head on the seat's rider.
fn head(id: u32, x: f32, seat: f32, class: Class) -> TrackSight {
    let middle = x + 20.0 - 30.0 * seat;
    sight(id, class, [middle - 9.0, 338.0, middle + 9.0, 358.0])
}

#[test]
fn a_bare_head_seen_for_long_is_no_helmet() {
    let ride = |tell: &dyn Fn(f64, f32) -> Vec<TrackSight>| {
        found(
            RuleSpec::of(Kind::NoHelmet, "z"),
            &film(5.0, |t| {
                let x = 100.0 + 90.0 * t as f32;
                let mut all = vec![motorcycle(x), rider(2, x, 0.0, ON)];
                all.extend(tell(t, x));
                all
            }),
        )
    };
    let bare = ride(&|_, x| vec![head(5, x, 0.0, Class::BareHead)]);
    assert_eq!(bare.len(), 1);
    assert_eq!(bare[0].parties[0].subject.tracks, [TrackId(2)]);
    assert_eq!(ride(&|_, x| vec![head(5, x, 0.0, Class::Helmet)]).len(), 0);
    assert_eq!(ride(&|_, _| vec![]).len(), 0, "no head is seen");
    let brief = ride(&|t, x| if t < 0.7 { vec![head(5, x, 0.0, Class::BareHead)] } else { vec![] });
    assert_eq!(brief.len(), 0, "for a moment");
    let both = ride(&|t, x| {
        let half = (t * 10.0) as i64 % 2 == 0;
        vec![head(5, x, 0.0, if half { Class::Helmet } else { Class::BareHead })]
    });
    assert_eq!(both.len(), 0, "cannot be told");
    let pillion = ride(&|_, x| {
        vec![rider(3, x, 1.2, ON), head(5, x, 0.0, Class::Helmet), head(6, x, 1.2, Class::BareHead)]
    });
    assert_eq!(pillion.len(), 1);
    assert_eq!(pillion[0].parties.len(), 1);
    assert_eq!(pillion[0].parties[0].subject.tracks, [TrackId(3)], "who sits behind");
    let between = ride(&|_, x| vec![rider(3, x, 0.6, ON), head(6, x, 0.3, Class::BareHead)]);
    assert_eq!(between.len(), 0, "whose head it is cannot be told");
    let walker = ride(&|_, x| {
        let man = person(8, x + 130.0, 450.0);
        let (mx, my) = (x + 130.0, 352.0);
        vec![man, sight(9, Class::BareHead, [mx - 9.0, my, mx + 9.0, my + 20.0])]
    });
    assert_eq!(walker.len(), 0, "who goes on foot needs none");
}

fn crowd(most_people: u32) -> RuleSpec {
    let terms = Terms::Crowd(CrowdTerms { most_people });
    RuleSpec { terms, ..RuleSpec::of(Kind::Crowd, "z") }
}

fn people(n: u32) -> Vec<TrackSight> {
    (0..n).map(|k| person(1 + k, 40.0 + 55.0 * k as f32, 420.0)).collect()
}

#[test]
fn a_crowd_is_one_event_after_its_time() {
    let film = film(60.0, |t| people(if (5.0..25.0).contains(&t) { 8 } else { 3 }));
    let events = found(crowd(6), &film);
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert!((event.start.seconds() - 5.0).abs() < 0.2, "{:?}", event.start);
    assert!((event.moment.seconds() - 15.0).abs() < 0.3, "ten seconds: {:?}", event.moment);
    assert!((event.last.seconds() - 25.0).abs() < 1.2, "{:?}", event.last);
    assert_eq!((event.measured[0].what, event.measured[0].value), (Quantity::People, 8.0));
    assert_eq!((event.subject.tracks.len(), event.parties.len()), (8, 8));
    assert!(event.bbox_moment.width() > 300.0);
}

#[test]
fn a_crowd_is_not_told_by_flicker_double_boxes_or_passers() {
    assert_eq!(found(crowd(6), &film(40.0, |_| people(6))).len(), 0, "as many as may be");
    let brief = film(40.0, |t| people(if (5.0..12.0).contains(&t) { 9 } else { 2 }));
    assert_eq!(found(crowd(6), &brief).len(), 0, "for seven seconds");
    let doubles = film(40.0, |_| {
        let mut all = people(5);
        all.extend((0..4).map(|k| person(50 + k, 43.0 + 55.0 * k as f32, 421.0)));
        all
    });
    assert_eq!(found(crowd(6), &doubles).len(), 0, "boxes twice");
    let outside = film(40.0, |_| {
        let mut all = people(5);
        all.extend((0..4).map(|k| person(50 + k, 43.0 + 55.0 * k as f32, 250.0)));
        all
    });
    assert_eq!(found(crowd(6), &outside).len(), 0, "not in the zone");
    // Every half second somebody else is missed for two pictures.
    let missed = film(40.0, |t| {
        let k = (t * 10.0) as u32;
        let gone = (k / 5) % 8;
        people(8).into_iter().filter(|p| k % 5 >= 2 || p.id != TrackId(1 + gone)).collect()
    });
    assert_eq!(found(crowd(6), &missed).len(), 1, "one event, misses bridged");
    // Tracks that break and begin anew are no second people.
    let broken = film(40.0, |t| {
        let k = (t * 2.0) as u32;
        people(5).into_iter().map(|p| TrackSight { id: TrackId(p.id.0 + 100 * k), ..p }).collect()
    });
    assert_eq!(found(crowd(6), &broken).len(), 0, "five, found again and again");
}

#[test]
fn a_gap_in_the_footage_is_no_time_spent() {
    let mut film = film(6.0, |_| people(8));
    film.extend((0..60).map(|k| observation(300 + k, "2026-08-15T03:00:00Z", people(8))));
    let updates = judged(&scene(), vec![crowd(6)], &film);
    let opened = updates.iter().filter(|u| matches!(u, IncidentUpdate::Opened(_))).count();
    assert_eq!(opened, 0, "six seconds, and six others");
}
