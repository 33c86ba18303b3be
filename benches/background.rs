//! Time of one picture in the background of two time scales, by what the street shows.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use streetward::media::{Frame, MediaTime, WallTime, YuvMatrix};
use streetward::vision::View;
use streetward::vision::background::{Background, CoverArea};
use streetward::vision::{BBox, Shift};

/// A textured picture; from `moved` on, so many of its columns show something else every time, and
/// where `bag` is, something stands.
fn frame(n: u64, size: (u32, u32), moved: u32, bag: bool) -> Option<Frame> {
    let (width, height) = size;
    let mut luma = Vec::with_capacity((width * height) as usize);
    for y in 0..height {
        for x in 0..width {
            let ground = 90 + ((x * 7 + y * 13) / 3 % 24) as u8;
            let sways = x < moved;
            let stands = bag && (width / 2..width / 2 + width / 8).contains(&x) && y > height / 2;
            luma.push(if sways {
                (u64::from(x / 9 + y / 7) * 37 + n * 61) as u8
            } else if stands {
                40 + (x % 9) as u8
            } else {
                ground + (u64::from(x * y) * (n % 5) % 4) as u8
            });
        }
    }
    let chroma = vec![128; (width.div_ceil(2) * height.div_ceil(2)) as usize];
    let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
    let matrix = YuvMatrix { bt709: false, full_range: true };
    let time = MediaTime::from_seconds(n as f64 / 5.0);
    Frame::from_planes(n, time, wall, size, [&luma, &chroma, &chroma], matrix).ok()
}

fn update(c: &mut Criterion) {
    let mut group = c.benchmark_group("vision/background");
    let shaken = View::Shaken(Shift { a: 1.0, b: 0.0005, dx: 2.3, dy: -1.2 });
    let cases = [
        ("still", (640, 360), 0, false, View::Steady),
        ("busy", (640, 360), 200, true, View::Steady),
        ("shaken", (640, 360), 200, true, shaken),
        ("busy-1080", (1920, 1080), 600, true, View::Steady),
    ];
    for (name, size, moved, bag, view) in cases {
        let area = BBox { x1: 0.0, y1: 0.0, x2: size.0 as f32 / 2.0, y2: size.1 as f32 };
        let mut background =
            Background::new(vec![CoverArea { cells: vec![area; 24], clear: None }]);
        let frames: Vec<Frame> =
            (0..100).filter_map(|n| frame(n, size, moved, bag && n > 20)).collect();
        for frame in &frames {
            if background.update(frame, view, true).is_err() {
                return;
            }
        }
        let mut time = 100;
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| {
                time += 1;
                let mut frame = frames[60 + time % 40].clone();
                frame.time = MediaTime::from_seconds(time as f64 / 5.0);
                black_box(background.update(&frame, view, true)).is_ok()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, update);
criterion_main!(benches);
