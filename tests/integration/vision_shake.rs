//! Camera shake, measured on clips whose true shifts are known: a street picture seen through a
//! window that FFmpeg moves by half pixels.

use crate::support::{fetched, ffmpeg};
use std::path::{Path, PathBuf};
use streetward::media::{Frame, MediaTime, OpenOptions, Source, WallTime, YuvMatrix};
use streetward::vision::{Move, Steady, View};
use tempfile::TempDir;

/// Pictures of 640×480 are reduced by this to be analysed.
const FACTOR: f64 = 2.0;

/// A street of 768×576 seen through a window of 640×480 that stands at (`x`, `y`) half pixels, both
/// expressions of `t`, ten pictures a second; something as high as a lorry drives through.
fn clip(dir: &Path, seconds: u32, x: &str, y: &str) -> PathBuf {
    let out = dir.join("shaken.mp4");
    let street = fetched("clips/vtest.avi");
    let lorry = "color=c=0x6080a0:size=420x360:rate=10,noise=alls=60:all_seed=7:allf=t";
    let filter = format!(
        "[0:v]trim=end_frame=1,scale=1536:1152,loop=-1:1:0,setpts=N/10/TB,fps=10[still];\
         [1:v]format=yuv420p[lorry];\
         [still][lorry]overlay=x='-500+260*mod(t,9)':y=500[street];\
         [street]crop=w=1280:h=960:x='{x}':y='{y}':exact=1,scale=640:480:flags=area[out]"
    );
    let length = seconds.to_string();
    ffmpeg(
        &[
            "-i",
            street.to_str().unwrap(),
            "-f",
            "lavfi",
            "-i",
            lorry,
            "-filter_complex",
            &filter,
            "-map",
            "[out]",
            "-t",
            &length,
            "-c:v",
            "libx264",
            "-crf",
            "20",
            "-pix_fmt",
            "yuv420p",
        ],
        &out,
    );
    out
}

/// Every picture's time and view, and the moves told.
fn views(clip: &Path) -> (Vec<(f64, View)>, Vec<Move>) {
    let mut source = Source::open(clip, OpenOptions::default()).unwrap();
    let mut steady = Steady::default();
    let (mut views, mut moves) = (Vec::new(), Vec::new());
    while let Some(frame) = source.next_frame().unwrap() {
        views.push((frame.time.seconds(), steady.view(&frame).unwrap()));
        moves.extend(steady.moved());
    }
    (views, moves)
}

/// Root of the mean square of the error, in pixels of the analysed picture, at its middle.
fn error(views: &[(f64, View)], truth: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (x0, y0) = truth(0.0);
    let square = |(t, view): &(f64, View)| {
        let (x, y) = truth(*t);
        let (mx, my) = view.shift().apply((320.0, 240.0));
        let off = (f64::from(mx) - 320.0 - (x - x0)).hypot(f64::from(my) - 240.0 - (y - y0));
        (off / FACTOR).powi(2)
    };
    (views.iter().map(square).sum::<f64>() / views.len() as f64).sqrt()
}

#[test]
fn a_swaying_camera_is_followed_within_half_a_pixel() {
    let dir = TempDir::new().unwrap();
    let clip =
        clip(dir.path(), 12, "128+26*sin(2*PI*0.7*t)+9*sin(2*PI*2.3*t)", "96+18*sin(2*PI*1.1*t+1)");
    let (views, moves) = views(&clip);
    let tau = std::f64::consts::TAU;
    let truth = |t: f64| {
        let x = 128.0 + 26.0 * (tau * 0.7 * t).sin() + 9.0 * (tau * 2.3 * t).sin();
        (
            x.round_ties_even() / 2.0,
            (96.0 + 18.0 * (tau * 1.1 * t + 1.0).sin()).round_ties_even() / 2.0,
        )
    };
    assert_eq!((views.len(), moves.len()), (120, 0));
    let told = views.iter().filter(|(_, v)| *v != View::Unknown).count();
    assert!(told >= 118, "told in {told} of 120");
    let rms = error(&views, truth);
    assert!(rms < 0.5, "{rms} pixels");
    // The same clip taken as steady is wrong by far more: the check can fail.
    let still: Vec<_> = views.iter().map(|(t, _)| (*t, View::Steady)).collect();
    assert!(error(&still, truth) > 4.0);
}

#[test]
fn a_camera_that_stands_still_is_left_alone() {
    let dir = TempDir::new().unwrap();
    let (views, moves) = views(&clip(dir.path(), 12, "128", "96"));
    assert!(views.iter().all(|(_, v)| v.is_steady()), "{views:?}");
    assert!(moves.is_empty());
}

#[test]
fn a_view_moved_for_good_is_told_and_not_compensated_for_ever() {
    let dir = TempDir::new().unwrap();
    for (by, within) in [(100.0, 3.5), (26.0, 12.0)] {
        let x = format!("128+if(gte(t,4),{by},0)");
        let (views, moves) = views(&clip(dir.path(), 18, &x, "96"));
        let [Move { time, shift: Some(shift) }] = moves[..] else { panic!("{by}: {moves:?}") };
        let late = time.seconds() - 4.0;
        assert!((0.0..within).contains(&late), "{by}: noticed after {late} s");
        assert!((shift.dx - by / 2.0).abs() < 1.0 && shift.dy.abs() < 1.0, "{by}: {shift:?}");
        for (t, view) in &views {
            let moved = matches!(view, View::Moved(_));
            assert_eq!(moved, *t >= time.seconds(), "{by}: {view:?} at {t} s");
            assert!(!moved || view.shift().reach(640.0, 480.0) < 1.5, "{by}: {view:?} at {t} s");
        }
    }
}

#[test]
fn a_small_lasting_shift_is_compensated_and_seen() {
    let dir = TempDir::new().unwrap();
    let (views, moves) = views(&clip(dir.path(), 15, "128+if(gte(t,3),8,0)", "96"));
    assert!(moves.is_empty(), "{moves:?}");
    let late = views.iter().filter(|(t, _)| *t > 4.0);
    for (t, view) in late {
        assert!((view.shift().dx - 4.0).abs() < 1.0, "{view:?} at {t} s");
    }
}

fn grey(k: i64, level: impl Fn(usize, usize) -> u8) -> Frame {
    grey_of((640, 480), k, level)
}

fn grey_of((w, h): (usize, usize), k: i64, level: impl Fn(usize, usize) -> u8) -> Frame {
    let y: Vec<u8> = (0..w * h).map(|i| level(i % w, i / w)).collect();
    let chroma = vec![128; w * h / 4];
    let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
    let matrix = YuvMatrix { bt709: false, full_range: true };
    let size = (w as u32, h as u32);
    let time = MediaTime(k * 100_000);
    Frame::from_planes(k as u64, time, wall, size, [&y, &chroma, &chroma], matrix).unwrap()
}

#[test]
fn a_picture_without_corners_tells_nothing() {
    let mut steady = Steady::default();
    let checks = |x: usize, y: usize| if (x / 37 + y / 29).is_multiple_of(2) { 40 } else { 190 };
    for k in 0..300 {
        let view = match k {
            0..50 => steady.view(&grey(k, |_, _| 16)),
            50..100 => steady.view(&grey(k, checks)),
            _ => steady.view(&grey(k, |x, _| (x / 4) as u8)),
        };
        let wanted = if (50..100).contains(&k) { View::Steady } else { View::Unknown };
        assert_eq!(view.unwrap(), wanted, "picture {k}");
        assert_eq!(steady.moved(), None, "picture {k}");
    }
    // What covered the view is gone.
    assert_eq!(steady.view(&grey(300, checks)).unwrap(), View::Steady);
}

#[test]
fn large_pictures_are_measured_as_small_ones_are() {
    // Squares of 28 pixels, each with its own grey, behind a window that moves.
    let street = |x: usize, y: usize| {
        let n = ((x / 28) as u32).wrapping_mul(0x9e37_79b9)
            ^ ((y / 28) as u32).wrapping_mul(0x85eb_ca6b);
        (n.wrapping_mul(0xc2b2_ae35) >> 24) as u8
    };
    for size in [(426, 240), (1280, 720), (1920, 1080), (2560, 1440)] {
        let mut steady = Steady::default();
        for (k, (x, y)) in [(0, 0), (7, 4), (13, 18), (16, 3), (2, 9)].into_iter().enumerate() {
            let picture = grey_of(size, k as i64, |i, j| street(200 + i + x, 200 + j + y));
            let shift = steady.view(&picture).unwrap().shift();
            let off = (shift.dx - x as f64).hypot(shift.dy - y as f64);
            let pixel = (size.0 as f64 / 400.0).max(1.0);
            assert!(off < 0.5 * pixel, "{size:?}: {shift:?}, not {x} {y}");
        }
    }
}

#[test]
fn a_view_is_written_in_few_letters() {
    let json = |v: View| serde_json::to_string(&v).unwrap();
    assert_eq!(json(View::Steady), "\"steady\"");
    assert_eq!(json(View::Unknown), "\"unknown\"");
    let shift = streetward::vision::Shift { a: 1.0, b: 0.0, dx: 3.25, dy: -1.0 };
    assert_eq!(json(View::Shaken(shift)), r#"{"shaken":[1.0,0.0,3.25,-1.0]}"#);
    let back: View = serde_json::from_str(&json(View::Moved(shift))).unwrap();
    assert_eq!(back, View::Moved(shift));
}
