//! Time of judging one observation: a busy street with the rules of every mechanism.
//!
//! The aim is 100 tracks and 20 rules in less than a millisecond: at ten observations a second,
//! one per cent of a core.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use streetward::media::{MediaTime, WallTime};
use streetward::rules::{Judge, Kind, Mechanism, RuleSpec, Terms};
use streetward::scene::{
    CellGrid, CellMask, Line, Observation, Plane, PointPair, Scene, Signal, SignalSight,
    SignalState, ThingId, ThingKind, ThingSight, Zone, ZoneCover,
};
use streetward::track::{Riding, TrackId, TrackSight};
use streetward::vision::{BBox, Class, View};

const FRAME: (u32, u32) = (1920, 1080);

/// A street with a heading, a stop line, an exit, a signal, and a ground in metres.
fn scene() -> Option<Scene> {
    let corners = [[0.0, 300.0], [1919.0, 300.0], [1919.0, 800.0], [0.0, 800.0]];
    let mut zone = Zone::new("street", &corners, FRAME).ok()?;
    zone.heading = Some((1.0, 0.0));
    let line = |name: &str, x: f32| {
        Line::new(name, &[[x, 300.0], [x, 800.0]], [x + 50.0, 500.0], FRAME).ok()
    };
    let pair = |pixel, metres| PointPair { pixel, metres };
    let plane = Plane::from_points(&[
        pair([0.0, 300.0], [-10.0, 40.0]),
        pair([1919.0, 300.0], [50.0, 40.0]),
        pair([1919.0, 800.0], [30.0, 0.0]),
        pair([0.0, 800.0], [0.0, 0.0]),
    ]);
    let bbox = BBox { x1: 900.0, y1: 50.0, x2: 920.0, y2: 110.0 };
    Some(Scene {
        frame_size: FRAME,
        zones: vec![zone],
        lines: vec![line("stop", 700.0)?, line("exit", 1300.0)?],
        signals: vec![Signal { name: "lamp".into(), bbox, ..Signal::default() }],
        plane: plane.ok(),
    })
}

/// A rule of every kind that the scene allows, at most `most`.
fn rules(scene: &Scene, most: usize) -> Vec<RuleSpec> {
    let rule = |kind: Kind| {
        let crossing = kind.info().mechanism == Mechanism::Crossing;
        let mut rule = RuleSpec::of(kind, if crossing { "stop" } else { "street" });
        if let Terms::Crossing(terms) = &mut rule.terms {
            terms.signal = (kind == Kind::RedLight).then(|| "lamp".into());
            terms.exit_line = (kind == Kind::BannedTurn).then(|| "exit".into());
        }
        rule
    };
    let can = |rule: &RuleSpec| Judge::new(scene.clone(), vec![rule.clone()]).is_ok();
    Kind::ALL.into_iter().map(rule).filter(can).take(most).collect()
}

/// `count` people and vehicles, most of them in the zone, at frame `k` of ten a second.
fn observation(count: u32, k: u32, start: WallTime, cells: &CellMask) -> Observation {
    let classes = [Class::Car, Class::Person, Class::Motorcycle, Class::Person, Class::Truck];
    let sight = |i: u32| {
        let x = (i * 97 + k * (i % 5) * 2) as f32 % 1800.0;
        let y = 100.0 + (i * 53 % 600) as f32;
        let class = classes[i as usize % classes.len()];
        let bbox = BBox { x1: x, y1: y, x2: x + 60.0, y2: y + 120.0 };
        let riding = match i % 7 {
            3 if class == Class::Person => Riding::On(Some(TrackId(i - 1))),
            _ => Riding::No,
        };
        TrackSight { id: TrackId(i), class, bbox, score: Some(0.8), riding }
    };
    let time = MediaTime(i64::from(k) * 100_000);
    let mut o = Observation::new(time, start, View::Steady, (1..=count).map(sight).collect());
    let state = if k % 600 < 300 { SignalState::Red } else { SignalState::Green };
    o.signals.push(SignalSight { name: "lamp".into(), state });
    o.things = (1..=u64::from(count / 10))
        .map(|i| {
            let (x, y) = ((i * 170 % 1800) as f32, 400.0 + (i * 37 % 300) as f32);
            ThingSight {
                id: ThingId(i),
                bbox: BBox { x1: x, y1: y, x2: x + 30.0, y2: y + 25.0 },
                since: MediaTime(0),
                area: 500.0,
                seen: true,
                kind: ThingKind::Appeared,
            }
        })
        .collect();
    o.covers.push(ZoneCover { zone: "street".into(), cells: cells.clone() });
    o
}

fn observe(c: &mut Criterion) {
    let Some(scene) = scene() else { return };
    let Ok(start) = WallTime::parse("2026-08-15T09:00:00") else { return };
    let rules = rules(&scene, 20);
    let grid = CellGrid::of(&scene.zones[0], scene.frame_size);
    let fifth = grid.cells.iter().map(|(number, _)| *number).filter(|n| n % 5 == 0);
    let cells = CellMask::new(grid.columns, grid.rows, fifth);
    let mut group = c.benchmark_group(format!("judge/{}_rules", rules.len()));
    for count in [5, 20, 100] {
        let frames: Vec<_> = (0..3000).map(|k| observation(count, k, start, &cells)).collect();
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            let Ok(mut judge) = Judge::new(scene.clone(), rules.clone()) else { return };
            let mut k = 0;
            b.iter(|| {
                if k == frames.len() {
                    k = 0;
                    if let Ok(fresh) = Judge::new(scene.clone(), rules.clone()) {
                        judge = fresh;
                    }
                }
                k += 1;
                black_box(judge.observe(&frames[k - 1]).len())
            });
        });
    }
    group.finish();
    // Which rule the time goes to.
    let frames: Vec<_> = (0..3000).map(|k| observation(100, k, start, &cells)).collect();
    let mut group = c.benchmark_group("judge/one_rule_100_tracks");
    for rule in rules {
        group.bench_function(BenchmarkId::from_parameter(rule.kind.name()), |b| {
            let one = vec![rule.clone()];
            let Ok(mut judge) = Judge::new(scene.clone(), one.clone()) else { return };
            let mut k = 0;
            b.iter(|| {
                if k == frames.len() {
                    k = 0;
                    if let Ok(fresh) = Judge::new(scene.clone(), one.clone()) {
                        judge = fresh;
                    }
                }
                k += 1;
                black_box(judge.observe(&frames[k - 1]).len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, observe);
criterion_main!(benches);
