//! Camera health over every clip at hand: each fault, made with FFmpeg, is found in time, and what is no
//! fault is not told.

use crate::support::{fetched, shared};
use assert_cmd::Command;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use tempfile::TempDir;

/// When a fault begins, and how long a clip is, in seconds.
const START: f64 = 5.0;
const LONG: f64 = 11.0;

/// What is done to a clip from [`START`] on, and what it is told as; a filter of one picture of the size
/// `{w}`×`{h}`.
const FAULTS: [(&str, &str, Option<&str>); 11] = [
    ("black", "drawbox=c=black:t=fill:enable='gte(t,5)'", Some("black")),
    ("frozen", "loop=loop={rest}:size=1:start={n},setpts=N/{fps}/TB", Some("frozen")),
    // Slides in within a second, until it hides 60 % of the view.
    (
        "covered",
        "null[view];color=c=0x605848:s={cover}x{h}:r={fps}[cover];[view][cover]\
         overlay=x='-w+w*min(1,max(0,t-5))':shortest=1",
        Some("covered"),
    ),
    ("defocused", "gblur=sigma={blur}:enable='gte(t,5)'", Some("defocused")),
    (
        "moved",
        "crop=iw*0.9:ih*0.9:x='iw*if(gte(t,5),0.095,0.05)':y=ih*0.05,scale={w}:{h}",
        Some("moved"),
    ),
    ("over-exposed", "lutyuv=y='clip(val*3+150,16,235)':enable='gte(t,5)'", Some("over_exposed")),
    ("untouched", "null", None),
    (
        "dimmed",
        "eq=brightness='-0.3*clip((t-5)/3,0,1)':contrast='1-0.4*clip((t-5)/3,0,1)':eval=frame",
        None,
    ),
    ("haze", "lutyuv=y='val*0.5+95':enable='gte(t,5)'", None),
    ("rain", "noise=alls=30:allf=t:enable='gte(t,5)'", None),
    (
        "shake",
        "crop=iw*0.94:ih*0.94:x='iw*(0.03+0.012*sin(8*t))':y='ih*(0.03+0.012*sin(11*t))',scale={w}:{h}",
        None,
    ),
];

/// The clips at hand. Clips that were made with faults are left out.
fn clips() -> Vec<PathBuf> {
    let mut clips = vec![fetched("clips/vtest.avi")];
    let Some(folder) = shared("data/clips") else {
        eprintln!("skipped: the shared clips are not at hand");
        return clips;
    };
    for kind in ["roxa", "otvision", "roboflow-inference", "intel-sample", "scenescape"] {
        let Ok(entries) = std::fs::read_dir(folder.join(kind)) else { continue };
        let mut found: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
        found.sort();
        clips.extend(found.into_iter().filter(|p| p.extension().is_some_and(|e| e == "mp4")));
    }
    clips
}

fn size(clip: &Path) -> (f64, f64) {
    let out = Process::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height"])
        .args(["-of", "csv=p=0"])
        .arg(clip)
        .output()
        .expect("ffprobe runs");
    let text = String::from_utf8(out.stdout).unwrap();
    let mut numbers = text.trim().trim_end_matches(',').split(',').map(|n| n.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// Makes all variants of a clip in one run of FFmpeg, no wider than `most` pixels.
fn make(clip: &Path, most: f64, fps: u32, into: &Path) {
    let (w, h) = size(clip);
    let shrunk = (most / w).min(1.0);
    let even = |v: f64| 2 * (v / 2.0).round() as u32;
    let (w, h) = (even(w * shrunk), even(h * shrunk));
    let at = (START * f64::from(fps)) as u32;
    let mut graph = format!("[0:v]fps={fps},scale={w}:{h},format=yuv420p,split={}", FAULTS.len());
    for (name, ..) in FAULTS {
        let _ = write!(graph, "[in-{name}]");
    }
    for (name, filter, _) in FAULTS {
        let filter = filter
            .replace("{w}", &w.to_string())
            .replace("{h}", &h.to_string())
            .replace("{cover}", &even(f64::from(w) * 0.6).to_string())
            .replace("{blur}", &(f64::from(w) / 160.0).to_string())
            .replace("{rest}", &(60 * fps).to_string())
            .replace("{fps}", &fps.to_string())
            .replace("{n}", &at.to_string());
        let _ = write!(graph, ";[in-{name}]{filter},format=yuv420p[{name}]");
    }
    let mut ffmpeg = Process::new("ffmpeg");
    ffmpeg.args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-stream_loop", "8"]);
    ffmpeg.arg("-i").arg(clip).args(["-filter_complex", &graph]);
    for (name, ..) in FAULTS {
        ffmpeg.args(["-map", &format!("[{name}]"), "-t", &LONG.to_string(), "-an"]);
        ffmpeg.args(["-c:v", "libx264", "-preset", "ultrafast", "-crf", "24", "-threads", "1"]);
        ffmpeg.arg(into.join(format!("{name}.mp4")));
    }
    assert!(ffmpeg.status().expect("ffmpeg runs").success(), "{}", clip.display());
}

/// What is told of a clip: when, and the gravest reason of each change; and what a look costs, in ms.
fn told(clip: &Path) -> (Vec<(f64, String)>, f64) {
    let out = Command::new(env!("CARGO_BIN_EXE_streetward"))
        .args(["camera", "health", "--format", "json"])
        .arg(clip)
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    let changes = told["changes"].as_array().unwrap().iter().skip(1).map(|c| {
        let reason = c["reasons"][0].as_str().unwrap_or("seeing").to_owned();
        (c["at_seconds"].as_f64().unwrap(), reason)
    });
    (changes.collect(), told["cpu_ms_per_examined"].as_f64().unwrap())
}

/// One clip's line of the table, and what is wrong in it.
fn line(clip: &Path, most: f64, fps: u32) -> (String, Vec<String>) {
    let dir = TempDir::new().unwrap();
    make(clip, most, fps, dir.path());
    let name = clip.file_stem().unwrap().to_string_lossy().into_owned();
    let (mut line, mut wrong, mut dear) = (format!("| {name} |"), Vec::new(), 0.0_f64);
    for (fault, _, reason) in FAULTS {
        let (told, cost) = told(&dir.path().join(format!("{fault}.mp4")));
        dear = dear.max(cost);
        let cell = match (told.first(), reason) {
            (None, None) => "–".to_owned(),
            (None, Some(_)) => "not told".to_owned(),
            (Some((at, said)), Some(reason)) if said == reason => {
                let after = at - START;
                let late = if (0.0..=3.0).contains(&after) { "" } else { " (!)" };
                format!("{after:.1} s{late}")
            }
            (Some((at, said)), _) => format!("{said} at {at:.1} s (!)"),
        };
        if cell.ends_with("(!)") || cell == "not told" {
            wrong.push(format!("{name}, {fault}: {cell}: {told:?}"));
        }
        let _ = write!(line, " {cell} |");
    }
    let _ = write!(line, " {dear:.2} |");
    (line, wrong)
}

fn table(clips: &[PathBuf], most: f64, fps: u32) -> Vec<String> {
    let names: Vec<_> = FAULTS.iter().map(|(name, ..)| *name).collect();
    eprintln!("| clip | {} | ms a look |", names.join(" | "));
    eprintln!("|{}", "---|".repeat(names.len() + 2));
    let mut all_wrong = Vec::new();
    for clip in clips {
        let (line, wrong) = line(clip, most, fps);
        eprintln!("{line}");
        all_wrong.extend(wrong);
    }
    all_wrong
}

#[test]
fn faults_are_found_in_busy_bare_and_dark_views_and_nothing_else() {
    // All others: below.
    let telling = ["vtest", "car-detection", "example_video"];
    let mut clips = clips();
    clips.retain(|clip| clip.file_stem().is_some_and(|n| telling.iter().any(|t| n == *t)));
    let wrong = table(&clips, 640.0, 10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// For the record of results: `cargo test --test integration the_matrix -- --ignored --nocapture`.
#[test]
#[ignore = "minutes: every clip at its own size"]
fn the_matrix_of_health_over_every_clip() {
    let wrong = table(&clips(), 4096.0, 10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
