//! Whether clips show their moments: by what their records say, by how long the files are, and by the
//! pictures in them.

use crate::live_support::Site;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use streetward::store::EventRecord;

/// Pictures are compared in this size, grey.
const SIDE: (usize, usize) = (192, 144);
/// Mean difference of grey levels up to which two pictures of this size show the same: JPEG and H.264
/// of one frame differ by less than two.
const SAME: f64 = 4.0;
/// Clips whose pictures are compared, at most.
const MOST_COMPARED: usize = 40;

/// What was found.
#[derive(Debug, Default)]
pub struct Moments {
    /// Clips.
    pub clips: usize,
    /// Of those, the moment lies within the file.
    pub inside: usize,
    /// Clips whose pictures were compared.
    pub compared: usize,
    /// Of those, the picture at the moment is the still of the moment, and none is liker it.
    pub same: usize,
    /// What was wrong.
    pub wrong: Vec<String>,
}

/// Looks at every event's clip.
pub fn moments(site: &Site, events: &[EventRecord]) -> Moments {
    let mut found = Moments::default();
    let each = events.len().div_ceil(MOST_COMPARED).max(1);
    for (n, event) in events.iter().enumerate() {
        let folder = site.data().join(&event.evidence);
        let record: Value =
            serde_json::from_slice(&std::fs::read(folder.join("event.json")).unwrap()).unwrap();
        let from = record["clip"]["starts_media_seconds"].as_f64().unwrap();
        let file = folder.join("clip.mp4");
        let (length, offset) = (length(&file), event.moment_media_seconds - from);
        found.clips += 1;
        if offset >= -0.05 && offset <= length + 0.05 {
            found.inside += 1;
        } else {
            found.wrong.push(format!("{}: {length:.2} s long, moment at {offset:.2} s", event.id));
            continue;
        }
        if n % each == 0 {
            found.compared += 1;
            match compare(&folder, offset) {
                Ok(()) => found.same += 1,
                Err(why) => found.wrong.push(format!("{}: {why}", event.id)),
            }
        }
    }
    found
}

/// Whether the clip shows at `offset` seconds what the still of the moment shows.
fn compare(folder: &Path, offset: f64) -> Result<(), String> {
    let still = grey(&folder.join("moment.jpg"));
    let clip = grey(&folder.join("clip.mp4"));
    let pixels = SIDE.0 * SIDE.1;
    let count = clip.len() / pixels;
    let differences: Vec<f64> = clip
        .chunks_exact(pixels)
        .map(|frame| {
            let sum: u64 = frame.iter().zip(&still).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            sum as f64 / pixels as f64
        })
        .collect();
    let times = times(&folder.join("clip.mp4"));
    let nearest = times
        .iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| (*a - offset).abs().total_cmp(&(*b - offset).abs()));
    // One beside it is as good: which one is nearest is a matter of rounding.
    let at = nearest.map_or(0, |(n, _)| n).min(count - 1);
    let near = &differences[at.saturating_sub(2)..(at + 3).min(count)];
    let least = |d: &[f64]| d.iter().copied().fold(f64::MAX, f64::min);
    let (here, anywhere) = (least(near), least(&differences));
    if here <= SAME && here <= anywhere + 1.0 {
        return Ok(());
    }
    Err(format!("picture {at} of {count} differs by {here:.1}, the likest by {anywhere:.1}"))
}

/// All pictures of a file, grey and small.
fn grey(file: &Path) -> Vec<u8> {
    let size = format!("scale={}:{},format=gray", SIDE.0, SIDE.1);
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args(["-vf", &size, "-fps_mode", "passthrough", "-f", "rawvideo", "-"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// When each picture of a file is shown, in seconds, as another program reads it.
fn times(file: &Path) -> Vec<f64> {
    let mut times = probe(file, "packet=pts_time");
    times.sort_by(f64::total_cmp);
    times
}

/// A file's length in seconds, likewise.
fn length(file: &Path) -> f64 {
    probe(file, "stream=duration").first().copied().unwrap_or(f64::NAN)
}

fn probe(file: &Path, entry: &str) -> Vec<f64> {
    let done = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v", "-show_entries", entry, "-of", "csv=p=0"])
        .arg(file)
        .output()
        .unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    text.lines().filter_map(|line| line.trim().trim_end_matches(',').parse().ok()).collect()
}
