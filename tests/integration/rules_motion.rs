//! Speed and direction: scripts with known answers, seen by a camera whose place is known.

use super::plane::{Pinhole, USUAL};
use super::rules::{closed, judged, observation, sight, zone};
use streetward::rules::{
    DirectionTerms, Incident, Judge, Kind, Quantity, RuleError, RuleSpec, SpeedTerms, Terms,
};
use streetward::scene::{Observation, Scene};
use streetward::track::{Riding, TrackId, TrackSight};
use streetward::vision::{BBox, Class};

/// The street as seen: all of the picture below the horizon is the zone; traffic may go away from the
/// camera.
fn street(calibrated: bool) -> Scene {
    let all = [(0.0, 20.0), (1279.0, 20.0), (1279.0, 719.0), (0.0, 719.0)];
    let mut road = zone("road", &all);
    road.heading = Some((0.0, -1.0));
    let plane = calibrated.then(|| USUAL.plane());
    Scene { frame_size: (1280, 720), zones: vec![road], plane, ..Scene::default() }
}

/// The box of something `size` (width, length, height) metres large whose rear is at `(x, y)`.
fn seen(camera: &Pinhole, (x, y): (f64, f64), size: (f64, f64, f64)) -> BBox {
    let mut b = BBox { x1: f32::MAX, y1: f32::MAX, x2: f32::MIN, y2: f32::MIN };
    for k in 0..8 {
        let side = |bit: i32| f64::from((k >> bit) & 1);
        let at = (x + (side(0) - 0.5) * size.0, y + side(1) * size.1, side(2) * size.2);
        let (px, py) = camera.sees(at.0, at.1, at.2).unwrap();
        b = BBox { x1: b.x1.min(px), y1: b.y1.min(py), x2: b.x2.max(px), y2: b.y2.max(py) };
    }
    b
}

fn car(id: u32, x: f64, y: f64) -> TrackSight {
    sight(id, Class::Car, seen(&USUAL, (x, y), (1.8, 4.5, 1.5)).into())
}

fn film(seconds: f64, tell: impl Fn(f64) -> Vec<TrackSight>) -> Vec<Observation> {
    (0..=(seconds * 10.0) as i64)
        .map(|k| observation(k, "2026-08-15T03:00:00Z", tell(k as f64 / 10.0)).rounded())
        .collect()
}

fn speeding(limit_kmh: f64) -> RuleSpec {
    let terms = Terms::Speed(SpeedTerms { limit_kmh, margin_kmh: 5.0 });
    RuleSpec { terms, ..RuleSpec::of(Kind::Speeding, "road") }
}

fn found(scene: &Scene, rule: RuleSpec, film: &[Observation]) -> Vec<Incident> {
    let updates = judged(scene, vec![rule], film);
    closed(&updates).into_iter().map(|(i, _)| i.clone()).collect()
}

fn measured(incident: &Incident, what: Quantity) -> (f64, Option<f64>) {
    let measure = incident.measured.iter().find(|m| m.what == what).unwrap();
    (measure.value, measure.uncertainty)
}

#[test]
fn a_car_is_measured_within_its_uncertainty() {
    for (kmh, towards) in [(70.0, false), (70.0, true), (100.0, false)] {
        let film = film(4.0, |t| {
            let way = kmh / 3.6 * t;
            let y = if towards { 60.0 - way } else { 13.0 + way };
            if y < 10.5 { vec![] } else { vec![car(1, 1.0, y)] }
        });
        let events = found(&street(true), speeding(50.0), &film);
        assert_eq!(events.len(), 1, "{kmh} km/h, towards the camera: {towards}");
        let (value, sigma) = measured(&events[0], Quantity::SpeedKmh);
        let sigma = sigma.unwrap();
        assert!((value - kmh).abs() <= 2.0 * sigma, "{value} ± {sigma} of {kmh}");
        assert!((value - kmh).abs() <= 0.05 * kmh, "{value} of {kmh}");
        assert!((0.3..8.0).contains(&sigma), "{sigma}");
        assert!((measured(&events[0], Quantity::LimitKmh).0 - 50.0).abs() < 1e-9);
    }
}

#[test]
fn what_is_not_surely_too_fast_is_no_violation() {
    let at = |kmh: f64| film(4.0, move |t| vec![car(1, 1.0, 13.0 + kmh / 3.6 * t)]);
    assert_eq!(found(&street(true), speeding(50.0), &at(48.0)).len(), 0);
    assert_eq!(found(&street(true), speeding(50.0), &at(54.0)).len(), 0, "within the margin");
    assert_eq!(found(&street(true), speeding(50.0), &at(75.0)).len(), 1);
    // Seen for less than a second of measured way.
    let brief = film(0.8, |t| vec![car(1, 1.0, 13.0 + 25.0 * t)]);
    assert_eq!(found(&street(true), speeding(50.0), &brief).len(), 0);
    // A jump of tracking from one car to another is no speed.
    let jump = film(4.0, |t| vec![car(1, 1.0, if t < 2.0 { 15.0 } else { 40.0 })]);
    assert_eq!(found(&street(true), speeding(50.0), &jump).len(), 0, "standing, taken for another");
    let impossible = film(4.0, |t| vec![car(1, 1.0, 13.0 + 75.0 * t)]);
    assert_eq!(found(&street(true), speeding(50.0), &impossible).len(), 0, "270 km/h");
    // Far away a pixel is metres: boxes that jitter move nobody.
    let jitter = film(6.0, |t| {
        let mut far = car(1, 1.0, 90.0);
        let by = if (t * 10.0) as i64 % 2 == 0 { 3.0 } else { -3.0 };
        far.bbox.y2 += by;
        vec![far]
    });
    assert_eq!(found(&street(true), speeding(20.0), &jitter).len(), 0);
}

#[test]
fn a_car_found_again_is_one_event_and_cut_boxes_say_nothing() {
    let lost = film(5.0, |t| {
        let id = if t < 2.2 { 1 } else { 2 };
        if (2.0..2.4).contains(&t) { vec![] } else { vec![car(id, 1.0, 12.0 + 20.0 * t)] }
    });
    let events = found(&street(true), speeding(50.0), &lost);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].subject.tracks, [TrackId(1), TrackId(2)]);
    // The lower edge stays at the picture's border while the rest goes on.
    let cut = film(4.0, |t| {
        let mut near = car(1, 1.0, 14.0 + 25.0 * t);
        near.bbox.y2 = 719.0;
        vec![near]
    });
    assert_eq!(found(&street(true), speeding(30.0), &cut).len(), 0);
}

#[test]
fn without_a_calibration_speed_is_refused() {
    let refused = Judge::new(street(false), vec![speeding(50.0)]).unwrap_err();
    assert!(matches!(&refused, RuleError::Uncalibrated { rule } if rule == "speeding@road"));
    assert!(refused.to_string().contains("four points"), "{refused}");
    let mut aimless = street(true);
    aimless.zones[0].heading = None;
    let refused = Judge::new(aimless, vec![RuleSpec::of(Kind::WrongWay, "road")]).unwrap_err();
    assert!(matches!(refused, RuleError::NoHeading { .. }));
}

/// Moments of wrong-way driving, calibrated and not.
fn wrong(tell: impl Fn(f64) -> Vec<TrackSight> + Copy) -> [Vec<Incident>; 2] {
    let film = film(14.0, tell);
    [true, false].map(|c| found(&street(c), RuleSpec::of(Kind::WrongWay, "road"), &film))
}

fn counts(events: &[Vec<Incident>; 2]) -> [usize; 2] {
    [events[0].len(), events[1].len()]
}

#[test]
fn driving_against_the_heading_is_found_in_metres_and_without() {
    let coming = |t: f64| if t < 5.5 { vec![car(1, -2.0, 60.0 - 8.0 * t)] } else { vec![] };
    let both = wrong(coming);
    assert_eq!(counts(&both), [1, 1]);
    for events in &both {
        let (off, _) = measured(&events[0], Quantity::HeadingOffDegrees);
        assert!(off > 150.0, "{off}");
        assert!(measured(&events[0], Quantity::TravelLengths).0 >= 1.5);
    }
    let moment = both[0][0].moment.seconds();
    assert!((0.8..2.0).contains(&moment), "6.75 m at 8 m/s and smoothing: {moment}");
    assert_eq!(counts(&wrong(|t| vec![car(1, -2.0, 12.0 + 4.0 * t)])), [0, 0], "as allowed");
    assert_eq!(counts(&wrong(|t| vec![car(1, 6.0 - 1.0 * t, 30.0)])), [0, 0], "across");
}

#[test]
fn parking_jitter_and_pushing_are_no_wrong_way() {
    let reversing = |t: f64| vec![car(1, -2.0, 20.0 - (t - 3.0).clamp(0.0, 3.0))];
    assert_eq!(counts(&wrong(reversing)), [0, 0], "three metres back");
    let jitter = |t: f64| {
        let mut car = car(1, -2.0, 20.0);
        let by = [4.0, -3.0, 6.0, -5.0, 0.0][(t * 10.0) as usize % 5];
        (car.bbox.y1, car.bbox.y2) = (car.bbox.y1 + by, car.bbox.y2 + by);
        vec![car]
    };
    assert_eq!(counts(&wrong(jitter)), [0, 0]);
    let bike = |id, t: f64, speed: f64, rides: bool| {
        let y = 30.0 - speed * t;
        let at = seen(&USUAL, (0.0, y), (0.7, 2.0, 1.1));
        let mut man = sight(id + 1, Class::Person, seen(&USUAL, (0.3, y), (0.5, 0.5, 1.7)).into());
        man.riding = if rides { Riding::On(Some(TrackId(id))) } else { Riding::No };
        vec![sight(id, Class::Motorcycle, at.into()), man]
    };
    assert_eq!(counts(&wrong(|t| bike(1, t, 1.2, false))), [0, 0], "pushed");
    assert_eq!(counts(&wrong(|t| bike(1, t, 1.2, true)))[0], 1, "ridden as slowly");
    let standing_between = |t: f64| {
        let way = if t < 4.0 {
            5.0 * t
        } else if t < 9.0 {
            20.0
        } else {
            20.0 + 5.0 * (t - 9.0)
        };
        vec![car(1, -2.0, 60.0 - way)]
    };
    assert_eq!(counts(&wrong(standing_between)), [1, 1], "standing in between is the same event");
}

#[test]
fn tolerance_and_travel_are_the_rules() {
    let film = film(6.0, |t| vec![car(1, 6.0 - 2.0 * t, 45.0 - 3.0 * t)]);
    let rule = |tolerance_degrees, travel_lengths| {
        let terms = Terms::Direction(DirectionTerms { tolerance_degrees, travel_lengths });
        RuleSpec { terms, ..RuleSpec::of(Kind::WrongWay, "road") }
    };
    let scene = street(true);
    assert_eq!(found(&scene, rule(60.0, 1.5), &film).len(), 1, "34 degrees off");
    assert_eq!(found(&scene, rule(20.0, 1.5), &film).len(), 0);
    assert_eq!(found(&scene, rule(60.0, 6.0), &film).len(), 0, "18 m are four lengths");
}
