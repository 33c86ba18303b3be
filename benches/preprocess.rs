//! Time of filling the model's input from a frame: whole pictures, and regions of several sizes as
//! attention cuts them out. The model (which scripts/setup fetches) says what its input is like.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;
use streetward::media::{Frame, MediaTime, WallTime, YuvMatrix};
use streetward::vision::{Detector, Look, Model, Places, Region, Shelf};

/// A textured picture.
fn frame(width: u32, height: u32) -> Option<Frame> {
    let plane = |w: u32, h: u32| -> Vec<u8> {
        (0..w * h).map(|i| ((i % w) * 7 + (i / w) * 13 + i / 977) as u8).collect()
    };
    let chroma = plane(width.div_ceil(2), height.div_ceil(2));
    let wall = WallTime::parse("2026-08-15T09:00:00").ok()?;
    let matrix = YuvMatrix { bt709: false, full_range: false };
    let planes: [&[u8]; 3] = [&plane(width, height), &chroma, &chroma];
    Frame::from_planes(0, MediaTime::ZERO, wall, (width, height), planes, matrix).ok()
}

fn detector() -> Option<Detector> {
    let shelf = Shelf::open(Places::default()).ok()?;
    Detector::new(Arc::new(Model::load(&shelf, Some("nanodet-g")).ok()?)).ok()
}

fn bench(c: &mut Criterion, group: &str, cases: &[((u32, u32), Region, usize)]) {
    let Some(mut detector) = detector() else { return };
    let mut group = c.benchmark_group(group);
    for &((width, height), region, long_side) in cases {
        let Some(frame) = frame(width, height) else { continue };
        let look = Look { long_side, min_score: 0.2 };
        detector.prepare(&frame, region, look);
        let (w, h) = detector.input_size();
        let name = format!("{}x{} of {width}x{height} to {w}x{h}", region.width, region.height);
        group.throughput(Throughput::Elements((w * h) as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| {
                detector.prepare(&frame, region, look);
                black_box(detector.tensor().first().copied())
            });
        });
    }
    group.finish();
}

fn whole(c: &mut Criterion) {
    let cases = [
        ((768, 576), 640),
        ((1280, 720), 640),
        ((1920, 1080), 640),
        ((1920, 1080), 320),
        ((3840, 2160), 640),
    ];
    let cases = cases.map(|(size, side)| (size, Region::whole(size.0, size.1), side));
    bench(c, "preprocess/whole", &cases);
}

fn regions(c: &mut Criterion) {
    let cases = [160, 320, 640, 960].map(|side| {
        let region = Region { x: 300, y: 100, width: side, height: side };
        ((1920, 1080), region, 320)
    });
    bench(c, "preprocess/region", &cases);
}

criterion_group!(benches, whole, regions);
criterion_main!(benches);
