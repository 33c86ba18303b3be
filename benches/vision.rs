//! Time of one frame in the vision room: tensor filling by picture size, reading NanoDet's outputs,
//! and inference itself (which needs what scripts/setup fetches).

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ndarray::Array2;
use std::hint::black_box;
use std::sync::Arc;
use streetward::media::{Frame, MediaTime, WallTime, YuvMatrix};
use streetward::vision::{
    ClassTable, Detector, Letterbox, Look, Model, MotionMap, Places, Preprocessor, Region, Shelf,
    nanodet,
};

const LOOK: Look = Look { long_side: 640, min_score: 0.2 };

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

fn preprocess(c: &mut Criterion) {
    let mut group = c.benchmark_group("vision/preprocess");
    for (width, height) in [(768, 576), (1920, 1080), (3840, 2160)] {
        let Some(frame) = frame(width, height) else { continue };
        let fit = Letterbox::fit(Region::whole(width, height), LOOK.long_side, 32);
        let mut tensor = vec![0.0; 3 * fit.width * fit.height];
        let mut preprocessor = Preprocessor::default();
        group.bench_function(BenchmarkId::from_parameter(format!("{width}x{height}")), |b| {
            b.iter(|| preprocessor.fill(&frame, fit, &nanodet::INPUT, black_box(&mut tensor)));
        });
    }
    group.finish();
}

fn motion(c: &mut Criterion) {
    let Some(frame) = frame(1920, 1080) else { return };
    let mut map = MotionMap::default();
    c.bench_function("vision/motion/1920x1080", |b| {
        b.iter(|| {
            let measured = map.measure(&frame).is_ok();
            map.looked(Region::whole(1920, 1080));
            black_box(measured && map.changed().any())
        });
    });
}

fn postprocess(c: &mut Criterion) {
    let fit = Letterbox::fit(Region::whole(1920, 1080), LOOK.long_side, 32);
    let anchors = nanodet::anchors(fit.width, fit.height);
    // One anchor in fifty sees something, as on a busy street.
    let scores =
        Array2::from_shape_fn(
            (anchors, 80),
            |(a, c)| if a % 50 == 0 && c == 0 { 0.8 } else { 0.01 },
        );
    let dist = Array2::from_shape_fn((anchors, nanodet::SIDES), |(_, i)| (i % 11) as f32 / 3.0);
    let classes = ClassTable::coco80();
    let mut found = Vec::new();
    c.bench_function("vision/nanodet-decode", |b| {
        b.iter(|| {
            found.clear();
            nanodet::decode(
                &scores.view(),
                &dist.view(),
                &fit,
                &classes,
                LOOK.min_score,
                &mut found,
            );
            black_box(found.len())
        });
    });
}

fn infer(c: &mut Criterion) {
    let model = Shelf::open(Places::default()).and_then(|shelf| Model::load(&shelf, None));
    let (Ok(model), Some(frame)) = (model, frame(1920, 1080)) else { return };
    let Ok(mut detector) = Detector::new(Arc::new(model)) else { return };
    detector.prepare(&frame, Region::whole(1920, 1080), LOOK);
    let mut group = c.benchmark_group("vision/infer");
    group.sample_size(20);
    group.bench_function("nanodet-g/640x384", |b| b.iter(|| detector.infer(LOOK).is_ok()));
    group.finish();
}

criterion_group!(benches, preprocess, motion, postprocess, infer);
criterion_main!(benches);
