//! Left things and occupancy, judged from scripted observations with known answers.

use super::rules::{closed, person, scene, sight};
use streetward::media::{MediaTime, WallTime};
use streetward::rules::{
    Closing, Incident, IncidentUpdate, Judge, Kind, LeftTerms, OccupancyTerms, OwnerNeeded,
    Quantity, Role, RuleSpec, Terms,
};
use streetward::scene::{
    CellGrid, CellMask, Observation, ThingId, ThingKind, ThingSight, ZoneCover,
};
use streetward::track::{TrackId, TrackSight};
use streetward::vision::{BBox, Class, View};

/// What a moment shows: tracks, things, and whether the cover is told.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) tracks: Vec<TrackSight>,
    pub(crate) things: Vec<ThingSight>,
    pub(crate) cover: Option<CellMask>,
}

fn at(seconds: f64) -> MediaTime {
    MediaTime::from_seconds(seconds)
}

/// A bag of 24×20 pixels whose lower edge is at y = 450.
pub(crate) fn bag(x: f32, since: f64) -> ThingSight {
    let bbox = BBox { x1: x, y1: 430.0, x2: x + 24.0, y2: 450.0 };
    let (id, kind) = (ThingId(1), ThingKind::Appeared);
    ThingSight { id, bbox, since: at(since), area: 480.0, seen: true, kind }
}

pub(crate) fn left(kind: Kind) -> RuleSpec {
    let terms = LeftTerms {
        stay_seconds: 5.0,
        owner_gone_seconds: 2.0,
        reach_lengths: 1.5,
        grown_share: 0.5,
        owner: OwnerNeeded::Seen,
    };
    RuleSpec { terms: Terms::Left(terms), ..RuleSpec::of(kind, "z") }
}

/// Judges a film of ten moments a second, from half past nine in the morning.
pub(crate) fn film(
    rule: RuleSpec,
    seconds: f64,
    tell: impl Fn(f64) -> Shown,
) -> Vec<IncidentUpdate> {
    film_from(rule, "2026-08-15T02:30:00Z", seconds, tell)
}

fn film_from(
    rule: RuleSpec,
    from: &str,
    seconds: f64,
    tell: impl Fn(f64) -> Shown,
) -> Vec<IncidentUpdate> {
    let zone = rule.zone.clone();
    let mut judge = Judge::new(scene(), vec![rule]).unwrap();
    let from: jiff::Timestamp = from.parse().unwrap();
    let mut updates = Vec::new();
    for k in 0..=(seconds * 10.0) as i64 {
        let time = MediaTime(k * 100_000);
        let wall = WallTime(from + jiff::SignedDuration::from_micros(time.0));
        let shown = tell(k as f64 / 10.0);
        let mut o = Observation::new(time, wall, View::Steady, shown.tracks);
        o.things = shown.things;
        o.covers =
            shown.cover.map(|cells| ZoneCover { zone: zone.clone(), cells }).into_iter().collect();
        updates.extend(judge.observe(&o.rounded()));
    }
    updates.extend(judge.finish(Closing::SourceEnded));
    updates
}

pub(crate) fn one(updates: &[IncidentUpdate]) -> (&Incident, Closing) {
    let all = closed(updates);
    let [one] = all[..] else { panic!("{} incidents: {updates:#?}", all.len()) };
    one
}

fn dropped(updates: &[IncidentUpdate]) -> usize {
    updates.iter().filter(|u| matches!(u, IncidentUpdate::Dropped(_))).count()
}

/// Somebody who walks through at 60 pixels a second and is at x = 400 at the tenth second.
fn walker(t: f64) -> TrackSight {
    person(7, 400.0 + 60.0 * (t as f32 - 10.0), 450.0)
}

/// The bag lies from the tenth second on; the picture is sure of it 3.4 s later.
fn dropped_bag(t: f64, until: f64) -> Vec<ThingSight> {
    if (13.4..until).contains(&t) { vec![bag(405.0, 10.0)] } else { vec![] }
}

/// Somebody else, always there but far off.
fn other() -> TrackSight {
    person(3, 60.0, 330.0)
}

#[test]
fn what_was_dropped_is_littering_by_who_dropped_it() {
    let updates = film(left(Kind::Littering), 30.0, |t| Shown {
        tracks: if t < 16.0 { vec![other(), walker(t)] } else { vec![other()] },
        things: dropped_bag(t, 25.0),
        ..Shown::default()
    });
    let (incident, closing) = one(&updates);
    assert_eq!(closing, Closing::SourceEnded, "told to be gone for 5 s only");
    assert_eq!((incident.start, incident.subject.class), (at(10.0), Class::Thing));
    // He is 1.5 of his heights from its edge after 3.4 s, and gone 2 s later.
    assert!((incident.moment.seconds() - 15.4).abs() < 0.11, "{}", incident.moment.seconds());
    assert!((incident.last.seconds() - 24.9).abs() < 0.11);
    let [owner] = &incident.parties[..] else { panic!("{:?}", incident.parties) };
    assert_eq!((owner.role, owner.subject.tracks.clone()), (Role::Owner, vec![TrackId(7)]));
    assert!(owner.subject.path[0].time <= at(9.0), "his way before is told");
    let gone = incident.measured.iter().find(|m| m.what == Quantity::OwnerGoneSeconds).unwrap();
    assert!(gone.value >= 2.0, "{}", gone.value);
    assert_eq!(
        incident.start_wall.0.as_second()
            - "2026-08-15T02:30:10Z".parse::<jiff::Timestamp>().unwrap().as_second(),
        0
    );
}

#[test]
fn what_is_picked_up_in_time_is_no_litter() {
    let updates = film(left(Kind::Littering), 30.0, |t| Shown {
        tracks: vec![walker(if t < 14.0 { t } else { (28.0 - t).max(10.0) })],
        things: dropped_bag(t, 14.8),
        ..Shown::default()
    });
    assert!(closed(&updates).is_empty());
}

#[test]
fn whose_owner_stays_is_not_left_until_he_goes() {
    let stays = |t: f64| walker(t.clamp(0.0, 11.0));
    let waits = film(left(Kind::AbandonedObject), 60.0, |t| Shown {
        tracks: vec![stays(t)],
        things: dropped_bag(t, 99.0),
        ..Shown::default()
    });
    assert!(closed(&waits).is_empty());
    let leaves = film(left(Kind::AbandonedObject), 60.0, |t| Shown {
        tracks: vec![walker(if t < 40.0 { t.min(11.0) } else { t - 29.0 })],
        things: dropped_bag(t, 99.0),
        ..Shown::default()
    });
    let (incident, _) = one(&leaves);
    // From x = 460 he is more than 1.5 of his heights off after 1.5 s, and gone 2 s later.
    let moment = incident.moment.seconds();
    assert!((42.5..45.0).contains(&moment), "{moment}");
    assert_eq!(incident.parties[0].subject.tracks, [TrackId(7)]);
}

#[test]
fn who_comes_back_in_time_has_abandoned_nothing() {
    let terms = LeftTerms {
        stay_seconds: 5.0,
        owner_gone_seconds: 10.0,
        reach_lengths: 1.5,
        grown_share: 0.0,
        owner: OwnerNeeded::Seen,
    };
    let rule = RuleSpec { terms: Terms::Left(terms), ..RuleSpec::of(Kind::AbandonedObject, "z") };
    let updates = film(rule, 60.0, |t| {
        let away =
            if t < 10.0 { t } else { 10.0 + ((t - 10.0) % 16.0).min(16.0 - (t - 10.0) % 16.0) };
        Shown { tracks: vec![walker(away)], things: dropped_bag(t, 99.0), ..Shown::default() }
    });
    assert!(closed(&updates).is_empty());
}

#[test]
fn things_without_owner_or_nature_are_not_littering() {
    for (name, change) in [
        (
            "nobody near",
            (|b: &mut ThingSight| b.bbox = BBox { x1: 700.0, y1: 540.0, x2: 724.0, y2: 560.0 })
                as fn(&mut ThingSight),
        ),
        ("unclear", |b| b.kind = ThingKind::Unclear),
        ("uncovered", |b| b.kind = ThingKind::Uncovered),
        ("never seen", |b| b.seen = false),
        ("a speck", |b| b.bbox = BBox { x1: 405.0, y1: 447.0, x2: 409.0, y2: 450.0 }),
        ("as high as he", |b| b.bbox = BBox { x1: 380.0, y1: 350.0, x2: 420.0, y2: 450.0 }),
        ("outside the zone", |b| b.bbox = BBox { x1: 405.0, y1: 270.0, x2: 429.0, y2: 290.0 }),
    ] {
        let updates = film(left(Kind::Littering), 40.0, |t| Shown {
            tracks: if t < 15.0 { vec![walker(t)] } else { vec![] },
            things: dropped_bag(t, 99.0)
                .into_iter()
                .map(|mut b| {
                    change(&mut b);
                    b
                })
                .collect(),
            ..Shown::default()
        });
        assert!(closed(&updates).is_empty(), "{name}: {updates:?}");
    }
}

#[test]
fn what_is_believed_late_though_nobody_hid_it_sways() {
    let told = |hidden: bool| {
        film(left(Kind::Littering), 40.0, move |t| {
            let hides = hidden && (12.0..22.0).contains(&t);
            Shown {
                tracks: if t < 15.0 && !hides {
                    vec![walker(t)]
                } else if hides {
                    vec![walker(t), sight(8, Class::Person, [395.0, 360.0, 440.0, 470.0])]
                } else {
                    vec![]
                },
                things: if t >= 20.0 { vec![bag(405.0, 10.0)] } else { vec![] },
                ..Shown::default()
            }
        })
    };
    assert!(closed(&told(false)).is_empty());
    assert_eq!(one(&told(true)).0.start, at(10.0));
}

#[test]
fn a_vehicle_that_stands_is_no_thing_even_when_missed() {
    let parked = BBox { x1: 300.0, y1: 350.0, x2: 420.0, y2: 430.0 };
    let shape = BBox { x1: 306.0, y1: 352.0, x2: 416.0, y2: 428.0 };
    for kind in [Kind::Littering, Kind::Dumping, Kind::AbandonedObject] {
        let updates = film(left(kind), 60.0, |t| {
            let x = (10.0 - t).max(0.0) as f32 * 40.0;
            let car = sight(5, Class::Car, [parked.x1 - x, parked.y1, parked.x2 - x, parked.y2]);
            let thing = ThingSight { bbox: shape, area: 8000.0, ..bag(0.0, 10.0) };
            let missed = t > 12.0 && (t as i64) % 5 != 0;
            Shown {
                tracks: if missed { vec![other()] } else { vec![other(), car] },
                things: if t > 13.0 { vec![thing] } else { vec![] },
                ..Shown::default()
            }
        });
        assert!(closed(&updates).is_empty(), "{kind:?}: {updates:?}");
    }
}

#[test]
fn a_heap_is_dumping_by_the_lorry_that_brought_it() {
    let updates = film(left(Kind::Dumping), 40.0, |t| {
        // The lorry stops at x = 200 until the twelfth second and drives off to the right.
        let x = 200.0 + (t - 12.0).max(0.0) as f32 * 80.0;
        let lorry = sight(9, Class::Truck, [x, 330.0, x + 160.0, 450.0]);
        let bbox = BBox { x1: 150.0, y1: 390.0, x2: 230.0, y2: 450.0 };
        let heap = ThingSight { bbox, area: 4000.0, ..bag(0.0, 10.0) };
        Shown {
            tracks: if x < 620.0 { vec![lorry] } else { vec![] },
            things: if t >= 13.4 { vec![heap] } else { vec![] },
            ..Shown::default()
        }
    });
    let (incident, _) = one(&updates);
    assert_eq!(incident.parties[0].role, Role::Brought);
    assert_eq!(incident.parties[0].subject.tracks, [TrackId(9)]);
    assert_eq!(incident.start, at(10.0));
}

#[test]
fn a_pile_that_grows_is_dumping_and_one_small_bag_is_not() {
    let pile = |grows: bool| {
        film(left(Kind::Dumping), 60.0, move |t| {
            let mut things = dropped_bag(t, 99.0);
            if grows && t >= 30.0 {
                things.push(ThingSight { id: ThingId(2), ..bag(432.0, 27.0) });
            }
            let t = if t < 20.0 { t } else { t - 17.0 };
            Shown { tracks: vec![walker(t)], things, ..Shown::default() }
        })
    };
    assert!(closed(&pile(false)).is_empty());
    let updates = pile(true);
    let (incident, _) = one(&updates);
    assert!((30.0..38.0).contains(&incident.moment.seconds()), "{}", incident.moment.seconds());
    let grown = incident.measured.iter().find(|m| m.what == Quantity::GrownShare).unwrap();
    assert!((grown.value - 1.0).abs() < 0.05, "{}", grown.value);
}

/// Cells of the zone from its left edge to a share of its width.
pub(crate) fn covered(share: f32) -> CellMask {
    let scene = scene();
    let grid = CellGrid::of(scene.zone("z").unwrap(), scene.frame_size);
    let inside = |b: &BBox| b.centre().0 < share * 768.0;
    grid.mask(&grid.cells.iter().map(|(_, b)| inside(b)).collect::<Vec<_>>())
}

pub(crate) fn stalls() -> RuleSpec {
    let terms = Terms::Occupancy(OccupancyTerms { most_share: 0.2, reference: None });
    let of = RuleSpec::of(Kind::SidewalkEncroachment, "z");
    RuleSpec { terms, dwell_seconds: 20.0, leave_seconds: 10.0, ..of }
}

/// A stall over the zone's left 30 %, as a thing.
fn stall(since: f64) -> ThingSight {
    let bbox = BBox { x1: 0.0, y1: 300.0, x2: 231.0, y2: 576.0 };
    ThingSight { bbox, area: 60_000.0, ..bag(0.0, since) }
}

#[test]
fn goods_over_a_third_of_the_zone_occupy_it() {
    let updates = film(stalls(), 60.0, |t| Shown {
        things: if t >= 8.0 { vec![stall(5.0)] } else { vec![] },
        cover: Some(covered(if (8.0..40.0).contains(&t) { 0.3 } else { 0.0 })),
        ..Shown::default()
    });
    let (incident, closing) = one(&updates);
    assert_eq!((incident.start, closing), (at(5.0), Closing::Left));
    assert!((incident.moment.seconds() - 25.0).abs() < 0.11, "{}", incident.moment.seconds());
    assert!((incident.last.seconds() - 41.0).abs() < 0.3, "{}", incident.last.seconds());
    let share = incident.measured.iter().find(|m| m.what == Quantity::CoverShare).unwrap();
    assert!((share.value - 0.3).abs() < 0.03, "{}", share.value);
    assert!(incident.bbox_moment.x2 < 260.0 && incident.bbox_moment.height() > 250.0);
}

#[test]
fn a_share_about_the_limit_is_one_occupation() {
    let updates = film(stalls(), 90.0, |t| {
        let share = if (t as i64 / 6) % 2 == 0 { 0.26 } else { 0.17 };
        Shown { cover: Some(covered(if t < 10.0 { 0.0 } else { share })), ..Shown::default() }
    });
    assert_eq!(one(&updates).1, Closing::SourceEnded);
}

#[test]
fn people_passing_standing_or_lost_do_not_occupy() {
    let crowd = |t: f64| -> Vec<TrackSight> {
        (0..12)
            .map(|k| {
                let x =
                    20.0 + 20.0 * k as f32 + if k % 2 == 0 { 0.0 } else { (t * 9.0) as f32 % 30.0 };
                let mut p = sight(k + 1, Class::Person, [x - 30.0, 300.0, x + 30.0, 576.0]);
                p.score = ((t * 10.0) as u32 % 7 != k % 7).then_some(0.6);
                p
            })
            .collect()
    };
    let updates = film(stalls(), 90.0, |t| Shown {
        tracks: crowd(t),
        cover: Some(covered(0.3)),
        ..Shown::default()
    });
    assert!(closed(&updates).is_empty(), "{updates:?}");
    // The same cover with nobody there is an occupation: the check can fail.
    let bare = film(stalls(), 90.0, |_| Shown { cover: Some(covered(0.3)), ..Shown::default() });
    assert_eq!(closed(&bare).len(), 1);
}

#[test]
fn parked_motorcycles_occupy_though_the_picture_knows_no_change() {
    let parked = |t: f64| -> Vec<TrackSight> {
        let x = |k: u32| 40.0 + 40.0 * k as f32 + if t < 10.0 { 400.0 } else { 0.0 };
        (0..12)
            .map(|k| sight(k + 1, Class::Motorcycle, [x(k) - 20.0, 330.0, x(k) + 20.0, 570.0]))
            .collect()
    };
    let told = |rule: RuleSpec| {
        film(rule, 60.0, |t| Shown {
            tracks: if t < 9.0 { vec![] } else { parked(t) },
            cover: Some(covered(0.0)),
            ..Shown::default()
        })
    };
    let updates = told(stalls());
    let (incident, _) = one(&updates);
    assert!((incident.start.seconds() - 10.0).abs() < 0.11, "{}", incident.start.seconds());
    let mut exempt = stalls();
    exempt.classes.retain(|c| *c != Class::Motorcycle);
    assert!(closed(&told(exempt)).is_empty());
}

#[test]
fn what_cannot_be_told_is_no_occupation_and_hours_count() {
    let blind = film(stalls(), 60.0, |_| Shown { things: vec![stall(1.0)], ..Shown::default() });
    assert!(blind.is_empty());
    let hours = vec![streetward::rules::HoursRange { from_minute: 600, to_minute: 1200 }];
    let rule = RuleSpec { hours, ..stalls() };
    // From 09:59:30 on: the stall stood before the hours, which begin at ten.
    let updates = film_from(rule, "2026-08-15T02:59:30Z", 90.0, |t| Shown {
        things: if t >= 8.0 { vec![stall(5.0)] } else { vec![] },
        cover: Some(covered(if t >= 8.0 { 0.3 } else { 0.0 })),
        ..Shown::default()
    });
    let (incident, _) = one(&updates);
    assert_eq!((incident.start, incident.moment), (at(30.0), at(50.0)));
    assert_eq!(dropped(&updates), 0);
}
