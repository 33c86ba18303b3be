//! Time of decoding one frame, on the clip that scripts/setup fetches.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::Path;
use streetward::media::{OpenOptions, Source};

fn decode(c: &mut Criterion) {
    let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join(".streetward/clips/vtest.avi");
    let open = || Source::open(&clip, OpenOptions::default()).ok();
    let Some(mut source) = open() else { return };
    c.bench_function("media/decode/vtest", |b| {
        b.iter(|| {
            let frame = source.next_frame().ok().flatten();
            if frame.is_none() {
                // From the beginning again.
                source = open()?;
            }
            black_box(frame)
        });
    });
}

criterion_group!(benches, decode);
criterion_main!(benches);
