//! Rust trackers over MOT-format folders, timed as `trackers_peer.py` times the Python ones.
//!
//! `streetward-peers DIR OUT PASSES`: for each tracker, writes `OUT/<tracker>/<sequence>.txt` in MOT
//! format and prints a line of JSON with its times. Detections are read beforehand and results
//! written afterwards; only updates are timed.

mod mot;
mod peers;

use mot::{Sequence, Sighting};
use peers::Peer;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dir, out, passes] = arguments.as_slice() else {
        return Err("usage: DIR OUT PASSES".into());
    };
    let sequences = mot::read(Path::new(dir))?;
    let passes: usize = passes.parse()?;
    let frames: usize = sequences.iter().map(|s| s.frames.len()).sum();
    for peer in peers::ALL {
        let mut times = Vec::new();
        for pass in 0..passes {
            let (mut wall, mut cpu) = (Duration::ZERO, Duration::ZERO);
            for sequence in &sequences {
                let (seen, took) = follow(peer, sequence);
                wall += took.0;
                cpu += took.1;
                if pass == 0 {
                    mot::write(&Path::new(out).join(peer.name), sequence, &seen)?;
                }
            }
            let a_frame = |d: Duration| d.as_secs_f64() * 1e6 / frames as f64;
            times.push([a_frame(wall), a_frame(cpu)]);
        }
        let line = serde_json::json!({
            "name": peer.name, "package": peer.package, "version": peer.version,
            "frames": frames, "passes": times,
        });
        println!("{line}");
    }
    Ok(())
}

/// One pass over a sequence: what was seen frame by frame, wall time, and processor time of all
/// threads (one of the peers works in threads of its own).
fn follow(peer: &Peer, sequence: &Sequence) -> (Vec<Vec<Sighting>>, (Duration, Duration)) {
    let mut tracker = (peer.make)(sequence);
    let mut seen = Vec::with_capacity(sequence.frames.len());
    let (wall, cpu) = (Instant::now(), cpu_time());
    for (number, detections) in sequence.frames.iter().enumerate() {
        seen.push(tracker(number, detections));
    }
    (seen, (wall.elapsed(), cpu_time() - cpu))
}

/// Processor time of this process.
fn cpu_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}
