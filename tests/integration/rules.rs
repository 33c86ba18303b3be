//! Judging: scripts with known answers.

use streetward::media::{MediaTime, WallTime};
use streetward::rules::{
    Closing, Day, HoursRange, Incident, IncidentUpdate, Judge, Kind, RuleError, RuleSpec,
};
use streetward::scene::{Observation, Scene, Zone};
use streetward::track::{Riding, TrackId, TrackSight};
use streetward::vision::{BBox, Class, View};

/// Sightings a second.
const FPS: i64 = 10;

pub(crate) fn zone(name: &str, corners: &[(f32, f32)]) -> Zone {
    let ring = geo::LineString::from(corners.to_vec());
    Zone { name: name.into(), polygon: geo::Polygon::new(ring, vec![]), heading: None }
}

/// A picture of 768×576 whose lower half, from y = 300 on, is zone `z`.
pub(crate) fn scene() -> Scene {
    let half = [(0.0, 300.0), (767.0, 300.0), (767.0, 575.0), (0.0, 575.0)];
    Scene { frame_size: (768, 576), zones: vec![zone("z", &half)], ..Scene::default() }
}

pub(crate) fn rule(kind: Kind, zone: &str) -> RuleSpec {
    RuleSpec::of(kind, zone)
}

/// An upright person of 100 pixels whose foot is at (x, y).
pub(crate) fn person(id: u32, x: f32, y: f32) -> TrackSight {
    sight(id, Class::Person, [x - 20.0, y - 100.0, x + 20.0, y])
}

/// A car of 120×80 whose lower edge is at y = 400 and whose left one at `x`.
pub(crate) fn car(id: u32, x: f32) -> TrackSight {
    sight(id, Class::Car, [x, 320.0, x + 120.0, 400.0])
}

pub(crate) fn sight(id: u32, class: Class, bbox: [f32; 4]) -> TrackSight {
    TrackSight { id: TrackId(id), class, bbox: bbox.into(), score: Some(0.8), riding: Riding::No }
}

pub(crate) fn unseen(mut sight: TrackSight) -> TrackSight {
    sight.score = None;
    sight
}

pub(crate) fn observation(frame: i64, from: &str, tracks: Vec<TrackSight>) -> Observation {
    let time = MediaTime(frame * 1_000_000 / FPS);
    let wall = from.parse::<jiff::Timestamp>().unwrap();
    let wall = WallTime(wall + jiff::SignedDuration::from_micros(time.0));
    Observation::new(time, wall, View::Steady, tracks)
}

/// All updates of a film of so many seconds, told frame by frame as seconds since its beginning.
pub(crate) fn film(
    rule: RuleSpec,
    seconds: f64,
    tell: impl Fn(f64) -> Vec<TrackSight>,
) -> Vec<IncidentUpdate> {
    film_from(rule, "2026-08-15T03:00:00Z", seconds, tell)
}

fn film_from(
    rule: RuleSpec,
    from: &str,
    seconds: f64,
    tell: impl Fn(f64) -> Vec<TrackSight>,
) -> Vec<IncidentUpdate> {
    let frames = (seconds * FPS as f64) as i64;
    let observations: Vec<_> =
        (0..=frames).map(|k| observation(k, from, tell(k as f64 / FPS as f64))).collect();
    judged(&scene(), vec![rule], &observations)
}

pub(crate) fn judged(
    scene: &Scene,
    rules: Vec<RuleSpec>,
    observations: &[Observation],
) -> Vec<IncidentUpdate> {
    let mut judge = Judge::new(scene.clone(), rules).unwrap();
    let mut updates: Vec<_> = observations.iter().flat_map(|o| judge.observe(o)).collect();
    updates.extend(judge.finish(Closing::SourceEnded));
    updates
}

pub(crate) fn closed(updates: &[IncidentUpdate]) -> Vec<(&Incident, Closing)> {
    updates
        .iter()
        .filter_map(|u| match u {
            IncidentUpdate::Closed(i, c) => Some((i.as_ref(), *c)),
            _ => None,
        })
        .collect()
}

/// `start moment last tracks closing`, an incident a line, then the number of dropped candidates.
pub(crate) fn told(updates: &[IncidentUpdate]) -> String {
    let mut lines: Vec<String> = closed(updates)
        .iter()
        .map(|(i, c)| {
            let tracks: Vec<u32> = i.subject.tracks.iter().map(|t| t.0).collect();
            let (a, b, z) = (i.start.seconds(), i.moment.seconds(), i.last.seconds());
            format!("{a:.1} {b:.1} {z:.1} {tracks:?} {c:?}")
        })
        .collect();
    let dropped = updates.iter().filter(|u| matches!(u, IncidentUpdate::Dropped(_))).count();
    lines.push(format!("dropped {dropped}"));
    lines.join("; ")
}

/// Where someone is who walks down into the zone at `enter`, and up out of it at `leave`.
pub(crate) fn visit(id: u32, x: f32, t: f64, enter: f64, leave: f64) -> TrackSight {
    person(id, x, if (enter..leave).contains(&t) { 400.0 } else { 250.0 })
}

/// Somebody who comes half a body's height along within the first half second and stands at (x, y).
pub(crate) fn comes(id: u32, x: f32, y: f32, t: f64) -> TrackSight {
    person(id, x - (50.0 - 100.0 * t as f32).max(0.0), y)
}

#[test]
fn hours() {
    // 2026-08-15T03:00:00Z is 10:00 in Vietnam.
    let between = |from, to| RuleSpec {
        hours: vec![HoursRange { from_minute: from, to_minute: to }],
        ..rule(Kind::RestrictedArea, "z")
    };
    let there = |t: f64| vec![comes(1, 300.0, 400.0, t)];
    let ends = film_from(between(0, 601), "2026-08-15T03:00:50Z", 30.0, there);
    assert_eq!(told(&ends), "0.0 1.0 9.9 [1] HoursEnded; dropped 0");
    let begins = film_from(between(601, 700), "2026-08-15T03:00:50Z", 30.0, there);
    assert_eq!(told(&begins), "10.0 11.0 30.0 [1] SourceEnded; dropped 0");
    let night = film_from(between(1320, 600), "2026-08-15T03:00:50Z", 30.0, there);
    assert_eq!(told(&night), "dropped 0");
    let over_midnight = film_from(between(1320, 600), "2026-08-15T16:59:50Z", 30.0, there);
    assert_eq!(told(&over_midnight), "0.0 1.0 30.0 [1] SourceEnded; dropped 0");
}

#[test]
fn days() {
    // 2026-08-15 is a Saturday; 17:30Z of the 14th is half past midnight in Vietnam.
    let on = |day, hours: &[(u16, u16)]| RuleSpec {
        days: vec![day],
        hours: hours.iter().map(|&(a, b)| HoursRange { from_minute: a, to_minute: b }).collect(),
        ..rule(Kind::RestrictedArea, "z")
    };
    let film = |rule| {
        let there = |t: f64| vec![comes(1, 300.0, 400.0, t)];
        closed(&film_from(rule, "2026-08-14T17:30:00Z", 5.0, there)).len()
    };
    assert_eq!((film(on(Day::Sat, &[])), film(on(Day::Fri, &[]))), (1, 0));
    let night = [(1320, 300)];
    assert_eq!((film(on(Day::Sat, &night)), film(on(Day::Fri, &night))), (0, 1), "Friday's night");
}

#[test]
fn dwell() {
    let stopping = || rule(Kind::IllegalStopping, "z");
    // Drives in at 60 px/s, stops from 5 s to 25 s, drives on.
    let route = |t: f64| match t {
        t if t < 5.0 => 60.0 * t as f32,
        t if t < 25.0 => 300.0,
        t => 300.0 + 60.0 * (t - 25.0) as f32,
    };
    let stops = film(stopping(), 45.0, |t| if t < 31.0 { vec![car(1, route(t))] } else { vec![] });
    let (stop, _) = closed(&stops)[0];
    assert!((4.5..5.2).contains(&stop.start.seconds()), "{}", told(&stops));
    assert!((14.5..15.2).contains(&stop.moment.seconds()), "{}", told(&stops));
    assert!((24.9..25.6).contains(&stop.last.seconds()), "{}", told(&stops));

    let parked = film(stopping(), 30.0, |_| vec![car(1, 300.0)]);
    assert_eq!(told(&parked), "0.0 10.0 30.0 [1] SourceEnded; dropped 0");

    let jitters = film(stopping(), 30.0, |t| {
        vec![car(1, 300.0 + if (t * 10.0) as i64 % 2 == 0 { 8.0 } else { -8.0 })]
    });
    assert_eq!(told(&jitters), "0.0 10.0 30.0 [1] SourceEnded; dropped 0");

    // One wild box is an outlier, not a drive.
    let outlier = film(stopping(), 30.0, |t| {
        vec![car(1, if (t - 6.0).abs() < 0.01 { 380.0 } else { 300.0 })]
    });
    assert_eq!(told(&outlier), "0.0 10.0 30.0 [1] SourceEnded; dropped 0");

    let queue = film(stopping(), 60.0, |t| vec![car(1, 100.0 + 35.0 * (t / 7.0).floor() as f32)]);
    assert_eq!(closed(&queue).len(), 0, "{}", told(&queue));

    let too_short = film(stopping(), 30.0, |t| if t < 9.5 { vec![car(1, 300.0)] } else { vec![] });
    assert_eq!(told(&too_short), "dropped 1");

    let walker_in_front = film(stopping(), 30.0, |t| match t {
        t if (4.0..5.0).contains(&t) => {
            vec![sight(1, Class::Car, [300.0, 320.0, 370.0, 400.0]), person(2, 390.0, 420.0)]
        }
        t if (5.0..6.0).contains(&t) => {
            vec![sight(1, Class::Car, [300.0, 320.0, 420.0, 345.0]), person(2, 350.0, 420.0)]
        }
        _ => vec![car(1, 300.0)],
    });
    assert_eq!(told(&walker_in_front), "0.0 10.0 30.0 [1] SourceEnded; dropped 0");

    let outside =
        film(stopping(), 30.0, |_| vec![sight(1, Class::Car, [300.0, 200.0, 420.0, 299.0])]);
    assert_eq!(told(&outside), "dropped 0");
}

#[test]
fn one_parked_car_is_one_incident() {
    let stopping = || rule(Kind::IllegalStopping, "z");
    let with_gaps = film(stopping(), 40.0, |t| match t {
        t if (3.0..6.0).contains(&t) => vec![unseen(car(1, 300.0))],
        t if (15.0..22.0).contains(&t) => vec![],
        _ => vec![car(1, 300.0)],
    });
    assert_eq!(told(&with_gaps), "0.0 10.0 40.0 [1] SourceEnded; dropped 0");

    let found_again = film(stopping(), 40.0, |t| match t {
        t if t < 5.0 => vec![car(1, 300.0)],
        t if t < 8.0 => vec![],
        t if t < 20.0 => vec![car(2, 303.0)],
        t if t < 29.0 => vec![],
        _ => vec![car(3, 296.0)],
    });
    assert_eq!(told(&found_again), "0.0 10.0 40.0 [1, 2, 3] SourceEnded; dropped 0");

    // Hidden for longer than an incident lives: over, but the same parking alerts no more.
    let long_hidden = film(stopping(), 120.0, |t| match t {
        t if t < 20.0 => vec![car(1, 300.0)],
        t if t < 38.0 => vec![],
        _ => vec![car(2, 300.0)],
    });
    assert_eq!(told(&long_hidden), "0.0 10.0 19.9 [1] Left; dropped 0");

    let two_boxes = film(stopping(), 30.0, |t| {
        let mut van = vec![car(1, 300.0), sight(2, Class::Truck, [304.0, 318.0, 418.0, 398.0])];
        if (12.0..20.0).contains(&t) {
            van.remove(0);
        }
        van
    });
    assert_eq!(told(&two_boxes), "0.0 10.0 30.0 [1, 2] SourceEnded; dropped 0");

    let moved_up = film(stopping(), 60.0, |t| vec![car(1, if t < 20.0 { 300.0 } else { 350.0 })]);
    assert_eq!(told(&moved_up), "0.0 10.0 60.0 [1] SourceEnded; dropped 0");

    // Another that takes the place of one seen to leave is another.
    let next_please = film(stopping(), 60.0, |t| match t {
        t if t < 20.0 => vec![car(1, 300.0), car(2, 30.0 - 200.0)],
        t if t < 24.0 => vec![car(1, 300.0 + 100.0 * (t - 20.0) as f32)],
        _ => vec![car(2, 300.0)],
    });
    assert_eq!(closed(&next_please).len(), 2, "{}", told(&next_please));
}

#[test]
fn loitering_needs_no_standing_still() {
    let loitering = || RuleSpec { dwell_seconds: 30.0, ..rule(Kind::Loitering, "z") };
    let about = |t: f64| 300.0 + 100.0 * (t / 5.0).sin() as f32;
    let walks_about = film(loitering(), 60.0, |t| vec![person(1, about(t), 400.0)]);
    assert_eq!(told(&walks_about), "0.0 30.0 60.0 [1] SourceEnded; dropped 0");
    let passes = film(loitering(), 60.0, |t| vec![visit(1, 300.0, t, 2.0, 20.0)]);
    assert_eq!(told(&passes), "dropped 1");
}

#[test]
fn what_cannot_be_judged_is_said() {
    let refused = |change: &dyn Fn(&mut RuleSpec)| {
        let mut bad = rule(Kind::IllegalParking, "z");
        change(&mut bad);
        Judge::new(scene(), vec![bad]).unwrap_err()
    };
    insta::assert_snapshot!(refused(&|r| r.zone = "y".into()), @"rule `illegal_parking@z` names zone `y`, which the scene does not have; its zones are: z");
    insta::assert_snapshot!(refused(&|r| r.dwell_seconds = 0.0), @"rule `illegal_parking@z`: `dwell_seconds` is 0; give a number of seconds above 0");
    insta::assert_snapshot!(refused(&|r| r.leave_seconds = f64::NAN), @"rule `illegal_parking@z`: `leave_seconds` is NaN; give a number of seconds above 0");
    assert!(matches!(refused(&|r| r.classes.clear()), RuleError::NoClasses { .. }));
    let twice = vec![rule(Kind::Jaywalking, "z"), rule(Kind::Jaywalking, "z")];
    assert!(matches!(Judge::new(scene(), twice), Err(RuleError::SameName { .. })));

    let mut judge = Judge::new(scene(), vec![rule(Kind::Jaywalking, "z")]).unwrap();
    let o = observation(5, "2026-08-15T03:00:00Z", vec![person(1, 300.0, 400.0)]);
    assert_eq!(judge.observe(&o).len(), 1);
    assert_eq!((judge.observe(&o).len(), judge.late()), (0, 1));

    let crowd: Vec<_> =
        (0..100).map(|i| person(i, 7.0 * i as f32, 300.0 + 2.7 * i as f32)).collect();
    let mut judge = Judge::new(scene(), vec![rule(Kind::Jaywalking, "z")]).unwrap();
    let candidates = judge.observe(&observation(0, "2026-08-15T03:00:00Z", crowd)).len();
    assert!(candidates <= 64 && judge.unjudged() > 0, "{candidates}");
}

#[test]
fn boxes_are_judged_as_the_record_keeps_them() {
    let mut o = observation(3, "2026-08-15T03:00:00.000499Z", vec![person(1, 300.04, 400.06)]);
    o.tracks[0].score = Some(0.876_54);
    let kept = o.rounded();
    assert_eq!(kept.tracks[0].bbox, BBox { x1: 280.0, y1: 300.1, x2: 320.0, y2: 400.1 });
    assert_eq!(kept.clone().rounded(), kept);
    let json = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<Observation>(&json).unwrap(), kept);
}
