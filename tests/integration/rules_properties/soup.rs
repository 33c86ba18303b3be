//! Any observations, on a scene that has everything rules look at.

use crate::rules::{observation, rule, scene as lower_half, sight};
use proptest::prelude::*;
use std::collections::BTreeMap;
use streetward::media::MediaTime;
use streetward::rules::{Day, HoursRange, Judge, Kind, Mechanism, RuleSpec, Terms};
use streetward::scene::{
    CellGrid, CellMask, Line, Observation, Plane, PointPair, Scene, Signal, SignalSight,
    SignalState, ThingId, ThingKind, ThingSight, ZoneCover,
};
use streetward::track::{Riding, TrackId, TrackSight};
use streetward::vision::{Class, Shift, View};

/// Zone `z` with a heading, lines `stop` and `exit`, signal `lamp`; no calibration.
pub(super) fn scene() -> Scene {
    let mut scene = lower_half();
    scene.zones[0].heading = Some((1.0, 0.0));
    let frame = scene.frame_size;
    let line = |name: &str, x: f32| {
        Line::new(name, &[[x, 310.0], [x, 570.0]], [x + 50.0, 440.0], frame).unwrap()
    };
    scene.lines = vec![line("stop", 300.0), line("exit", 500.0)];
    let bbox = [700.0, 20.0, 720.0, 60.0].into();
    scene.signals = vec![Signal { name: "lamp".into(), bbox, ..Signal::default() }];
    scene
}

/// The same, calibrated: twenty metres across, thirty deep.
pub(super) fn calibrated() -> Scene {
    let corners = [
        ([0.0, 300.0], [-10.0, 30.0]),
        ([767.0, 300.0], [30.0, 30.0]),
        ([0.0, 575.0], [0.0, 0.0]),
        ([767.0, 575.0], [20.0, 0.0]),
    ];
    let pairs = corners.map(|(pixel, metres)| PointPair { pixel, metres });
    Scene { plane: Some(Plane::from_points(&pairs).unwrap()), ..scene() }
}

/// Every kind that can be judged on the scene, each twice: with short times always, and at night
/// on Saturdays.
pub(super) fn every_rule(scene: &Scene) -> Vec<RuleSpec> {
    let mut rules = Vec::new();
    for kind in Kind::ALL {
        let always = short(kind);
        let night = RuleSpec {
            name: format!("{}@night", kind.name()),
            hours: vec![HoursRange { from_minute: 1320, to_minute: 300 }],
            days: vec![Day::Sat],
            ..always.clone()
        };
        if Judge::new(scene.clone(), vec![always.clone()]).is_ok() {
            rules.extend([always, night]);
        }
    }
    rules
}

/// A rule whose times are so short that random observations may break it.
fn short(kind: Kind) -> RuleSpec {
    let on_line = kind.info().mechanism == Mechanism::Crossing;
    let mut spec = rule(kind, if on_line { "stop" } else { "z" });
    spec.dwell_seconds = if spec.dwell_seconds > 0.0 { 4.0 } else { 0.0 };
    spec.enter_seconds = spec.enter_seconds.min(0.3);
    spec.leave_seconds = 2.0;
    match &mut spec.terms {
        Terms::Crossing(t) => {
            t.beyond_lengths = 0.1;
            match kind {
                Kind::RedLight => t.signal = Some("lamp".into()),
                Kind::BannedTurn => t.exit_line = Some("exit".into()),
                _ => {}
            }
        }
        Terms::Direction(t) => t.travel_lengths = 0.3,
        Terms::Riders(t) => t.most_people = 1,
        Terms::Left(t) => (t.stay_seconds, t.owner_gone_seconds) = (2.0, 1.0),
        Terms::Occupancy(t) => t.most_share = 0.05,
        Terms::Crowd(t) => t.most_people = 1,
        Terms::Speed(t) => (t.limit_kmh, t.margin_kmh) = (5.0, 0.0),
        Terms::None => {}
    }
    spec
}

/// One random sighting: track, class, place, size, seen, riding.
type Sight = (u32, Class, f32, f32, f32, u8, u8);
/// One random thing: id, place, size, how old, seen, kind.
type Seen = (u64, f32, f32, i64, bool, ThingKind);

/// Five regulars that stand or go along the street, mostly seen; some that jump about, or are only
/// predicted; lamps, things, cover and views as they come.
pub(super) fn soup() -> impl Strategy<Value = Vec<Observation>> {
    let class = prop_oneof![
        Just(Class::Person),
        Just(Class::Car),
        Just(Class::Truck),
        Just(Class::Motorcycle),
        Just(Class::Bag)
    ];
    let track = (2u32..9, class, 0f32..700.0, 100f32..560.0, 20f32..150.0, 0u8..6, 0u8..8);
    let kind = prop_oneof![
        16 => Just(ThingKind::Appeared),
        1 => Just(ThingKind::Uncovered),
        1 => Just(ThingKind::Unclear)
    ];
    let thing = (1u64..4, 20f32..700.0, 330f32..560.0, 0i64..40, any::<bool>(), kind);
    let frame = (
        proptest::array::uniform5(prop::bool::weighted(0.85)),
        proptest::collection::vec(track, 0..4),
        proptest::collection::vec(thing, 0..3),
        proptest::option::of((0f32..0.4, 0f32..0.4)),
        0u8..8,
        0u8..60,
        1i64..6,
    );
    let scene = scene();
    let grid = CellGrid::of(&scene.zones[0], scene.frame_size);
    proptest::collection::vec(frame, 1..70).prop_map(move |frames| {
        let mut at = 0;
        let mut observations = Vec::new();
        for (regulars, tracks, things, cover, light, view, gap) in frames {
            at += gap;
            let there = (1..=5).zip(regulars).filter(|(id, seen)| *seen && is_there(*id, at));
            let mut tracks: BTreeMap<u32, TrackSight> =
                tracks.iter().map(|t| (t.0, track_of(t, at))).collect();
            for (id, _) in there {
                tracks.entry(id).or_insert_with(|| regular(id, at));
            }
            // Two ride the motorcycle that stands there.
            for id in 20..22 {
                tracks.insert(id, rider(id));
            }
            let mut o = observation(at, "2026-08-15T14:59:50Z", tracks.into_values().collect());
            let things: BTreeMap<u64, ThingSight> =
                things.iter().map(|t| (t.0, thing_of(t, o.time))).collect();
            o.things = things.into_values().collect();
            o.covers.extend(cover.map(|(from, share)| cover_of(&grid, from, share)));
            // Lights hold for a while, so that red may last.
            let state = match (at / 60 + i64::from(light == 0)) % 4 {
                0 => SignalState::Green,
                1 | 2 => SignalState::Red,
                _ => SignalState::Unknown,
            };
            o.signals = vec![SignalSight { name: "lamp".into(), state }];
            o.view = match view {
                0 => View::Unknown,
                1 => View::Moved(Shift { dx: 90.0, ..Shift::NONE }),
                2..6 => View::Shaken(Shift { dx: 2.0, ..Shift::NONE }),
                _ => View::Steady,
            };
            observations.push(o.rounded());
        }
        observations
    })
}

/// Covered from a share of the zone's width on, by a share of it.
fn cover_of(grid: &CellGrid, from: f32, share: f32) -> ZoneCover {
    let columns = f32::from(grid.columns);
    let covered = |number: &usize| {
        let at = (number % usize::from(grid.columns)) as f32 / columns;
        (from..from + share).contains(&at)
    };
    let numbers = grid.cells.iter().map(|(number, _)| *number).filter(covered);
    ZoneCover { zone: "z".into(), cells: CellMask::new(grid.columns, grid.rows, numbers) }
}

/// The second walks off for a quarter of a minute now and then.
fn is_there(id: u32, at: i64) -> bool {
    id != 2 || at / 100 % 2 == 0
}

fn regular(id: u32, at: i64) -> TrackSight {
    let class =
        [Class::Car, Class::Person, Class::Motorcycle, Class::Car, Class::Truck][id as usize - 1];
    track_of(&(id, class, 0.0, 0.0, 0.0, 5, 7), at)
}

fn rider(id: u32) -> TrackSight {
    let x = 300.0 + 20.0 * (id - 20) as f32;
    let riding = Riding::On(Some(TrackId(3)));
    TrackSight { riding, ..sight(id, Class::Person, [x, 340.0, x + 30.0, 405.0]) }
}

/// Tracks 1 to 3 stand where they are, 4 and 5 go along the street either way, others jump.
fn track_of(&(id, class, x, y, size, seen, riding): &Sight, at: i64) -> TrackSight {
    let along = (at * 12 % 700) as f32;
    let (x, y, size) = match id {
        1..4 => (100.0 * id as f32, 420.0, 60.0),
        4 => (along, 450.0, 60.0),
        5 => (700.0 - along, 500.0, 60.0),
        6 => (105.0, 415.0, 55.0),
        _ => (x, y, size),
    };
    let mut s = sight(id, class, [x, y - size, x + size, y]);
    s.score = (seen > 0).then_some(0.7);
    if class == Class::Person {
        s.riding = match riding {
            0 => Riding::Unknown,
            1 => Riding::On(None),
            2..4 => Riding::On(Some(TrackId(3))),
            _ => Riding::No,
        };
    }
    s
}

fn thing_of(&(id, x, y, age, seen, kind): &Seen, now: MediaTime) -> ThingSight {
    let (x, y) = if id < 3 { (205.0 + 40.0 * id as f32, 450.0) } else { (x, y) };
    ThingSight {
        id: ThingId(id),
        bbox: [x, y - 20.0, x + 25.0, y].into(),
        // Mostly the same instant; when it is thought to be another, it varies.
        since: MediaTime(
            if id < 3 { id as i64 * 500_000 } else { now.0 - age * 100_000 }.clamp(0, now.0),
        ),
        area: 400.0 + age as f32 * 10.0,
        seen,
        kind,
    }
}
