//! Occupancy against a photograph of the clear zone: what stands there from the first picture on.

use super::background::{Picture, SIZE};
use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use streetward::vision::background::{Background, CoverArea, Photograph, fits};
use streetward::vision::{BBox, View};
use tempfile::TempDir;

/// Where the stall stands; it covers the fifteen cells of the zone's left half.
const STALL: BBox = BBox { x1: 90.0, y1: 100.0, x2: 150.0, y2: 160.0 };

fn street() -> Picture {
    Picture::street(12.0)
}

/// The photograph of a picture, at this size.
fn photograph(dir: &Path, name: &str, of: &Picture, (w, h): (u32, u32)) -> Arc<Photograph> {
    let rgb = of.frame(0.5, 1.0).to_rgb().unwrap();
    let path = dir.join(name);
    image::imageops::resize(&rgb, w, h, image::imageops::FilterType::Triangle).save(&path).unwrap();
    Arc::new(Photograph::open(&path).unwrap())
}

/// Cells of 12 pixels over the left and right half of a zone.
fn cells() -> Vec<BBox> {
    let cell = |i: usize| {
        let (x1, y1) = (90.0 + 12.0 * (i % 10) as f32, 124.0 + 12.0 * (i / 10) as f32);
        BBox { x1, y1, x2: x1 + 12.0, y2: y1 + 12.0 }
    };
    (0..30).map(cell).collect()
}

/// What is covered after eight seconds of a picture that never changes; `None`: cannot be told.
fn covered(picture: &Picture, clear: Option<&Arc<Photograph>>) -> Option<usize> {
    let area = CoverArea { cells: cells(), clear: clear.cloned() };
    let mut background = Background::new(vec![area]);
    for k in 0..40 {
        let time = f64::from(k) * 0.2;
        background.update(&picture.frame(time, 2.0), View::Steady, false).unwrap();
    }
    let told = background.covers()[0].as_ref();
    assert_eq!(told.is_none(), background.unfit().count() == 1);
    told.map(|cover| cover.iter().filter(|c| **c).count())
}

#[test]
fn what_stands_from_the_first_picture_is_told_by_a_photograph() {
    let dir = TempDir::new().unwrap();
    let whole = (SIZE.0 as u32, SIZE.1 as u32);
    let clear = photograph(dir.path(), "clear.png", &street(), whole);
    let large = photograph(dir.path(), "large.jpg", &street(), (whole.0 * 2, whole.1 * 2));
    let stall = street().bag(STALL, 60.0);
    assert_eq!(covered(&stall, None), Some(0), "it was learnt as ground");
    assert_eq!(covered(&street(), Some(&clear)), Some(0));
    for clear in [&clear, &large] {
        let found = covered(&stall, Some(clear)).unwrap();
        assert!((12..=18).contains(&found), "{found}");
    }
}

#[test]
fn another_light_is_matched_and_shadows_do_not_count() {
    let dir = TempDir::new().unwrap();
    let clear = photograph(dir.path(), "clear.png", &street(), (SIZE.0 as u32, SIZE.1 as u32));
    for gain in [0.6, 0.8, 1.3, 1.7] {
        assert_eq!(covered(&street().lit(gain), Some(&clear)), Some(0), "light × {gain}");
        let found = covered(&street().bag(STALL, 60.0).lit(gain), Some(&clear)).unwrap();
        assert!((11..=19).contains(&found), "light × {gain}: {found}");
    }
    let shaded = |where_: BBox| {
        let mut shadow = street();
        shadow.change(where_, |_, _, [y, u, v]| [0.6 * y, u, v]);
        covered(&shadow, Some(&clear))
    };
    let small = BBox { x1: 90.0, y1: 120.0, x2: 180.0, y2: 170.0 };
    assert_eq!(shaded(small), Some(0), "a shadow");
    // One over a quarter of the picture may leave too little to match the light by; it is never goods.
    let wide = BBox { x1: 60.0, y1: 90.0, x2: 230.0, y2: 200.0 };
    assert!(matches!(shaded(wide), None | Some(0)), "{:?}", shaded(wide));
}

#[test]
fn a_photograph_of_another_view_or_light_tells_nothing() {
    let dir = TempDir::new().unwrap();
    let whole = (SIZE.0 as u32, SIZE.1 as u32);
    let clear = photograph(dir.path(), "clear.png", &street(), whole);
    // The camera has moved a little since: the photograph is laid where it belongs.
    let mut moved = street();
    let old = street();
    let all = BBox { x1: 0.0, y1: 0.0, x2: SIZE.0 as f32, y2: SIZE.1 as f32 };
    moved.change(all, |x, y, c| {
        let (x, y) = ((x + 4).min(SIZE.0 - 1), (y + 3).min(SIZE.1 - 1));
        [old.luma(x, y), c[1], c[2]]
    });
    assert_eq!(covered(&moved, Some(&clear)), Some(0), "moved a little");
    let found = covered(&moved.bag(STALL, 60.0), Some(&clear)).unwrap();
    assert!((12..=18).contains(&found), "moved a little: {found}");
    let night = street().lit(0.07);
    let dark = photograph(dir.path(), "night.png", &night, whole);
    assert_eq!(covered(&street(), Some(&dark)), None, "a photograph of the night");
    assert_eq!(covered(&night, Some(&clear)), None, "a photograph of the day, at night");
    let mut other = street();
    other.change(all, |x, y, c| {
        let blocks = if (x / 33 + y / 21).is_multiple_of(2) { 60.0 } else { 190.0 };
        [blocks + 0.2 * c[0], c[1], c[2]]
    });
    let elsewhere = photograph(dir.path(), "other.png", &other, whole);
    assert_eq!(covered(&street(), Some(&elsewhere)), None, "another view");
    assert!(!fits(&elsewhere, &street().frame(0.0, 2.0)).unwrap());
    assert!(fits(&clear, &street().lit(0.8).frame(0.0, 2.0)).unwrap());
}

fn streetward() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).env_remove("STREETWARD_LOG");
    command
}

/// A camera over the campus, with goods forbidden on the ground at the right.
fn camera(dir: &Path, keys: &str) -> PathBuf {
    let text = format!(
        "version = 1\nid = \"street\"\nname = \"Street\"\nframe_size = [768, 576]\n[[zones]]\n\
         name = \"apron\"\n\
         polygon = [[500,330],[760,330],[760,490],[680,470],[580,435],[480,390]]\n\
         [[rules]]\nkind = \"sidewalk_encroachment\"\nzone = \"apron\"\nmost_share = 0.1\n\
         dwell_seconds = 6\n{keys}\n"
    );
    let file = dir.join("camera.toml");
    std::fs::write(&file, text).unwrap();
    file
}

/// Twelve seconds of the campus with a stall from the first picture on, in another light.
fn campus(dir: &Path, light: &str) -> PathBuf {
    let stall = "color=c=0x7a3a22:size=112x118:rate=10,noise=alls=40:all_seed=5,format=yuv420p[s]";
    let filter =
        format!("{stall};[0:v][s]overlay=x=584:y=334:shortest=1,{light},fps=5,format=yuv420p");
    let clip = fetched("clips/vtest.avi");
    let out = dir.join("stall.mp4");
    let arguments = ["-ss", "24", "-t", "12", "-i", clip.to_str().unwrap(), "-filter_complex"];
    ffmpeg(&[&arguments[..], &[&filter, "-c:v", "libx264", "-crf", "20"]].concat(), &out);
    out
}

/// Events of the clip, and what the run said.
fn worked(dir: &Path, clip: &Path, keys: &str) -> (Vec<Value>, String) {
    let data = dir.join(format!("data-{}", keys.len() + clip.as_os_str().len()));
    let _ = std::fs::remove_dir_all(&data);
    let mut batch = streetward();
    batch.args(["batch", "--start-time", "2026-08-15T09:00:00+07:00", "--camera"]);
    let done = batch.arg(camera(dir, keys)).arg("--data").arg(&data).arg(clip).assert().success();
    let out = done.get_output();
    let said =
        format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    let out =
        streetward().args(["events", "list", "--format", "jsonl", "--data"]).arg(&data).assert();
    let text = String::from_utf8(out.success().get_output().stdout.clone()).unwrap();
    (text.lines().map(|l| serde_json::from_str(l).unwrap()).collect(), said)
}

/// A picture of the campus later, half its size, as `clear.jpg`.
fn reference(dir: &Path, light: &str) {
    let clip = fetched("clips/vtest.avi");
    let filter = format!("{light},scale=384:288");
    let arguments = ["-ss", "44", "-i", clip.to_str().unwrap(), "-frames:v", "1", "-vf", &filter];
    ffmpeg(&[&arguments[..], &["-q:v", "2"]].concat(), &dir.join("clear.jpg"));
}

#[test]
fn a_stall_that_stands_as_the_recording_begins_is_found_on_the_campus() {
    let dir = TempDir::new().unwrap();
    reference(dir.path(), "null");
    let key = "reference = \"clear.jpg\"";
    for light in ["null", "lutyuv=y=val*0.7"] {
        let clip = campus(dir.path(), light);
        let (events, said) = worked(dir.path(), &clip, key);
        let [event] = &events[..] else { panic!("{light}: {events:#?}\n{said}") };
        assert_eq!(event["kind"], "sidewalk_encroachment");
        let start = event["start_media_seconds"].as_f64().unwrap();
        assert!(start < 0.5, "{light}: {start}");
    }
    let clip = campus(dir.path(), "null");
    let (events, _) = worked(dir.path(), &clip, "");
    assert!(events.is_empty(), "without a photograph it is learnt as ground: {events:#?}");
    // By night, nothing is known of the zone, and that is said.
    let night = campus(dir.path(), "lutyuv=y=16+(val-16)*0.06");
    let (events, said) = worked(dir.path(), &night, key);
    assert!(events.is_empty(), "{events:#?}");
    assert!(said.contains("clear.jpg does not fit the picture"), "{said}");
}

fn check(dir: &Path, keys: &str, code: i32) -> String {
    let mut command = streetward();
    let out = command.args(["check", "--camera"]).arg(camera(dir, keys)).assert().code(code);
    String::from_utf8(out.get_output().stdout.clone()).unwrap()
}

#[test]
fn check_refuses_a_photograph_that_cannot_serve() {
    let dir = TempDir::new().unwrap();
    let key = "reference = \"clear.jpg\"";
    let none = check(dir.path(), key, 1);
    assert!(
        none.contains("camera.toml:13:") && none.contains("clear.jpg cannot be read"),
        "{none}"
    );
    std::fs::write(dir.path().join("clear.jpg"), "no picture").unwrap();
    let text = check(dir.path(), key, 1);
    assert!(text.contains("is no JPEG or PNG picture"), "{text}");
    image::RgbImage::new(640, 360).save(dir.path().join("clear.jpg")).unwrap();
    let shape = check(dir.path(), key, 1);
    assert!(shape.contains("640×360, another shape than this camera's 768×576"), "{shape}");
    let number = check(dir.path(), "reference = 3", 1);
    assert!(number.contains("a path in quotes"), "{number}");
    // With a recording at hand, the photograph is compared with it.
    let clip = fetched("clips/vtest.avi");
    let source = format!("{key}\n[source]\npath = \"{}\"", clip.display());
    reference(dir.path(), "null");
    check(dir.path(), &source, 0);
    reference(dir.path(), "hflip,vflip");
    let other = check(dir.path(), &source, 1);
    assert!(other.contains("does not show the view of"), "{other}");
}
