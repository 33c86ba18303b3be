//! Time of one tracker update, by the number of objects in the picture.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use streetward::media::MediaTime;
use streetward::track::{Tracker, TrackerConfig};
use streetward::vision::{BBox, Class, Detection};

/// `count` people on a 1920 × 1080 picture, walking on overlapping lanes, at time `t` in seconds.
fn crowd(count: usize, t: f32) -> Vec<Detection> {
    (0..count)
        .map(|i| {
            let turn = (i as f32 * 0.618).fract();
            let x = 960.0 + 800.0 * (t * 0.1 + turn * std::f32::consts::TAU).sin();
            let y = 150.0 + 800.0 * i as f32 / count as f32;
            let score = if i % 7 == 0 { 0.35 } else { 0.8 };
            let bbox = BBox { x1: x, y1: y, x2: x + 40.0, y2: y + 100.0 };
            Detection { bbox, class: Class::Person, score }
        })
        .collect()
}

fn update(c: &mut Criterion) {
    let mut group = c.benchmark_group("track/update");
    for count in [5, 20, 100] {
        let frames: Vec<_> = (0..600).map(|k| crowd(count, k as f32 / 10.0)).collect();
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            let mut tracker = Tracker::new(TrackerConfig::default()).with_bounds(1920.0, 1080.0);
            let mut k = 0i64;
            b.iter(|| {
                k += 1;
                black_box(tracker.update(MediaTime(k * 100_000), &frames[k as usize % 600]))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, update);
criterion_main!(benches);
