//! Time of one frame in the vision room: tensor filling by picture size and kind of tensor, reading
//! each family's outputs, and inference itself (which needs what scripts/setup fetches).

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ndarray::{ArrayD, Dimension, IxDyn};
use std::hint::black_box;
use std::sync::Arc;
use streetward::media::{Frame, MediaTime, WallTime, YuvMatrix};
use streetward::vision::family::{Decoder, Output, Outputs, Values, nanodet};
use streetward::vision::{
    Detector, InputSpec, InputType, Layout, Letterbox, Look, Model, ModelEntry, MotionMap, Places,
    Preprocessor, Region, Shelf,
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
        let mut tensor = vec![0.0_f32; 3 * fit.width * fit.height];
        let mut preprocessor = Preprocessor::default();
        group.bench_function(BenchmarkId::from_parameter(format!("{width}x{height}")), |b| {
            b.iter(|| preprocessor.fill(&frame, fit, &nanodet::INPUT, black_box(&mut tensor)));
        });
    }
    let Some(frame) = frame(1920, 1080) else { return };
    let mut preprocessor = Preprocessor::default();
    let planar = InputSpec::USUAL;
    let pixels = InputSpec { layout: Layout::Nhwc, ..planar };
    let whole = Region::whole(1920, 1080);
    for (name, spec) in [("nchw-float32", planar), ("nhwc-float32", pixels)] {
        let fit = spec.letterbox(whole, LOOK.long_side);
        let mut tensor = vec![0.0_f32; 3 * fit.width * fit.height];
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| preprocessor.fill(&frame, fit, &spec, black_box(&mut tensor)));
        });
    }
    let spec = InputSpec { kind: InputType::Uint8, std: [1.0; 3], ..pixels };
    let fit = spec.letterbox(whole, LOOK.long_side);
    let mut tensor = vec![0_u8; 3 * fit.width * fit.height];
    group.bench_function(BenchmarkId::from_parameter("nhwc-uint8"), |b| {
        b.iter(|| preprocessor.fill(&frame, fit, &spec, black_box(&mut tensor)));
    });
    group.finish();
}

/// Tensors by name.
type Named<'a> = Vec<(&'a str, &'a ArrayD<f32>)>;

/// Outputs of one family at the size it is usually run with, one anchor in fifty seeing something, as
/// on a busy street.
fn decoding(c: &mut Criterion) {
    let mut group = c.benchmark_group("vision/decode");
    let floats = |shape: &[usize], number: &dyn Fn(&[usize]) -> f32| {
        ArrayD::from_shape_fn(IxDyn(shape), |at| number(at.slice()))
    };
    let seen = |anchor: usize| if anchor.is_multiple_of(50) { 0.8_f32 } else { 0.01 };
    let place =
        |anchor: usize, k: usize| [(anchor % 600) as f32, (anchor % 500) as f32, 40.0, 90.0][k];
    let n = 5040; // anchors of 640 × 384
    let scores = floats(&[1, n, 80], &|at| if at[2] == 0 { seen(at[1]) } else { 0.01 });
    let dist = floats(&[1, n, nanodet::SIDES], &|at| (at[2] % 11) as f32 / 3.0);
    let yolox = floats(&[1, n, 85], &|at| match at[2] {
        0..4 => 0.5,
        4 => seen(at[1]),
        5 => 0.9,
        _ => 0.01,
    });
    let yolo = floats(&[1, 84, n], &|at| match at[1] {
        k @ 0..4 => place(at[2], k),
        4 => seen(at[2]),
        _ => 0.01,
    });
    let finished = floats(&[1, 300, 6], &|at| match at[2] {
        k @ 0..2 => place(at[1], k),
        k @ 2..4 => place(at[1], k - 2) + 50.0,
        4 => seen(at[1]),
        _ => 0.0,
    });
    let logits =
        floats(&[1, 300, 80], &|at| if at[2] == 0 { 20.0 * seen(at[1]) - 9.0 } else { -9.0 });
    let boxes = floats(&[1, 300, 4], &|at| (at[1] % 100) as f32 / 200.0 + 0.1);
    let listed = floats(&[1, 300], &|at| seen(at[1]));
    let numbers = floats(&[1, 300], &|_| 1.0);
    let cases: [(&str, Named<'_>); 6] = [
        ("nanodet", vec![("scores", &scores), ("dist", &dist)]),
        ("yolox", vec![("output", &yolox)]),
        ("yolo", vec![("output0", &yolo)]),
        ("yolo-end2end", vec![("output0", &finished)]),
        ("detr", vec![("logits", &logits), ("pred_boxes", &boxes)]),
        (
            "boxes",
            vec![
                ("detection_boxes", &boxes),
                ("detection_scores", &listed),
                ("detection_classes", &numbers),
            ],
        ),
    ];
    for (family, outputs) in cases {
        let entry =
            ModelEntry { family: family.into(), classes: "coco80".into(), ..Default::default() };
        let fit = Letterbox::fit(Region::whole(1920, 1080), LOOK.long_side, 32);
        let outputs = outputs
            .iter()
            .map(|(name, array)| Output { name, values: Values::F32(array.view()) })
            .collect();
        let outputs = Outputs(outputs);
        let Ok(mut decoder) = Decoder::new(&entry, &outputs.signature()) else { continue };
        group.bench_function(BenchmarkId::from_parameter(family), |b| {
            b.iter(|| black_box(decoder.decode(&outputs, &fit, LOOK.min_score)).is_ok());
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

criterion_group!(benches, preprocess, decoding, motion, infer);
criterion_main!(benches);
