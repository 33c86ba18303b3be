//! Time of non-maximum suppression, by the number of boxes and by how much they overlap.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use streetward::vision::{BBox, Class, Detection, nms};

/// `count` boxes around `objects` places of a 1920 × 1080 picture, of three classes; the golden
/// ratio spreads them without chance.
fn boxes(count: usize, objects: usize) -> Vec<Detection> {
    let spread = |i: usize, by: f32| (i as f32 * by).fract();
    (0..count)
        .map(|i| {
            let object = i % objects;
            let x = 1800.0 * spread(object, 0.618_034) + 12.0 * spread(i, 0.754_878);
            let y = 950.0 * spread(object, 0.569_84) + 12.0 * spread(i, 0.324_718);
            let class = [Class::Person, Class::Car, Class::Motorcycle][object % 3];
            let bbox = BBox { x1: x, y1: y, x2: x + 50.0, y2: y + 110.0 };
            Detection { bbox, class, score: 0.2 + 0.75 * spread(i, 0.414_214) }
        })
        .collect()
}

fn suppress(c: &mut Criterion) {
    let mut group = c.benchmark_group("suppress");
    for count in [100, 1000] {
        group.throughput(Throughput::Elements(count as u64));
        for (street, objects) in [("ten anchors an object", count / 10), ("scattered", count)] {
            let all = boxes(count, objects);
            group.bench_function(BenchmarkId::new(street, count), |b| {
                let work = |mut all: Vec<Detection>| {
                    nms::suppress(&mut all, 0.6);
                    black_box(all.len())
                };
                b.iter_batched(|| all.clone(), work, BatchSize::SmallInput);
            });
        }
    }
    group.finish();
}

criterion_group!(benches, suppress);
criterion_main!(benches);
