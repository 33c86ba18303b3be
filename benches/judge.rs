//! Time of judging one observation, with the rules of a busy scene.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use streetward::media::{MediaTime, WallTime};
use streetward::rules::{Judge, Kind, RuleSpec};
use streetward::scene::{Observation, Riding, Scene, TrackSight, Zone};
use streetward::track::TrackId;
use streetward::vision::{BBox, Class, View};

fn rule(kind: Kind) -> RuleSpec {
    RuleSpec::of(kind, "street")
}

/// `count` people and vehicles, half of them in the zone, at frame `k` of ten a second.
fn observation(count: u32, k: u32, start: WallTime) -> Observation {
    let sight = |i: u32| {
        let x = (i * 97 + k * (i % 5)) as f32 % 1800.0;
        let y = (i * 53) as f32 % 900.0;
        let class = if i.is_multiple_of(3) { Class::Car } else { Class::Person };
        let bbox = BBox { x1: x, y1: y, x2: x + 60.0, y2: y + 120.0 };
        TrackSight { id: TrackId(i), class, bbox, score: Some(0.8), riding: Riding::No }
    };
    let time = MediaTime(i64::from(k) * 100_000);
    Observation::new(time, start, View::Steady, (1..=count).map(sight).collect())
}

fn observe(c: &mut Criterion) {
    let corners = [[0.0, 300.0], [1919.0, 300.0], [1919.0, 800.0], [0.0, 800.0]];
    let Ok(zone) = Zone::new("street", &corners, (1920, 1080)) else { return };
    let scene = Scene { frame_size: (1920, 1080), zones: vec![zone], ..Scene::default() };
    let kinds = [Kind::RestrictedArea, Kind::IllegalParking, Kind::Loitering, Kind::Jaywalking];
    let Ok(start) = WallTime::parse("2026-08-15T09:00:00") else { return };
    let mut group = c.benchmark_group("judge/observe");
    for count in [5, 20, 100] {
        let frames: Vec<_> = (0..3000).map(|k| observation(count, k, start)).collect();
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            let rules = || kinds.into_iter().map(rule).collect();
            let Ok(mut judge) = Judge::new(scene.clone(), rules()) else { return };
            let mut k = 0;
            b.iter(|| {
                if k == frames.len() {
                    k = 0;
                    if let Ok(fresh) = Judge::new(scene.clone(), rules()) {
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
