//! Time of decoding one frame: the clip that scripts/setup fetches, and its picture enlarged to
//! 1920 × 1080 in each codec that `ffmpeg` here can write.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use streetward::media::{OpenOptions, Source};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".streetward/clips/vtest.avi")
}

/// Encoders with the arguments of an ordinary street camera; no B-frames, a keyframe every 50.
const CODECS: [(&str, &[&str]); 4] = [
    ("h264", &["-c:v", "libx264", "-preset", "fast", "-crf", "26", "-bf", "0", "-g", "50"]),
    ("hevc", &["-c:v", "libx265", "-preset", "fast", "-crf", "28", "-x265-params", "log-level=0"]),
    ("mpeg4", &["-c:v", "mpeg4", "-q:v", "5", "-g", "50"]),
    ("mjpeg", &["-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p"]),
];

/// Four seconds of the sample in another codec; `None` where it cannot be made.
fn encoded(folder: &Path, codec: &str, arguments: &[&str]) -> Option<PathBuf> {
    let clip = folder.join(format!("{codec}.mkv"));
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-t", "4", "-i"]).arg(sample());
    command.args(["-vf", "scale=1920:1080", "-an"]).args(arguments).arg(&clip);
    command.status().ok()?.success().then_some(clip)
}

fn clip(c: &mut Criterion, group: &str, name: &str, clip: &Path) {
    let open = || Source::open(clip, OpenOptions::default()).ok();
    let Some(mut source) = open() else { return };
    c.benchmark_group(group).bench_function(BenchmarkId::from_parameter(name), |b| {
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

fn decode(c: &mut Criterion) {
    clip(c, "media/decode", "vtest", &sample());
    let Ok(folder) = tempfile::tempdir() else { return };
    for (codec, arguments) in CODECS {
        if let Some(made) = encoded(folder.path(), codec, arguments) {
            clip(c, "media/decode 1920x1080", codec, &made);
        }
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
