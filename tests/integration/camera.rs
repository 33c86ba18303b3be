//! `streetward camera`: snapshots, calibration, and what a view is good for.

use super::plane::USUAL;
use crate::support::{fetched, root};
use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn camera_command(what: &str, camera: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).env_remove("STREETWARD_LOG").args(["camera", what]).arg(camera);
    command
}

fn campus(dir: &Path, more: &str) -> PathBuf {
    let file = dir.join("camera.toml");
    let text = format!(
        "version = 1\nid = \"campus\"\nname = \"Campus\"\nframe_size = [768, 576]\n{more}\n"
    );
    std::fs::write(&file, text).unwrap();
    file
}

fn json(command: &mut Command, code: i32) -> Value {
    let out = command.args(["--format", "json"]).assert().code(code);
    serde_json::from_slice(&out.get_output().stdout).unwrap()
}

const STREET: &str = "
[[zones]]
name = \"road\"
polygon = [[100, 200], [700, 200], [700, 500], [100, 500]]
heading = [[300, 300], [500, 300]]
[[lines]]
name = \"stop\"
points = [[150, 450], [650, 450]]
toward = [400, 300]
[[signals]]
name = \"through\"
box = [20, 40, 60, 120]
[[rules]]
kind = \"red_light\"
line = \"stop\"
signal = \"through\"
";

#[test]
fn a_snapshot_shows_what_is_drawn() {
    let dir = TempDir::new().unwrap();
    let camera = campus(dir.path(), STREET);
    let png = dir.path().join("out.png");
    let clip = fetched("clips/vtest.avi");
    camera_command("snapshot", &camera)
        .args(["--at", "2", "--from"])
        .arg(&clip)
        .arg("-o")
        .arg(&png)
        .assert()
        .success();
    let picture = image::open(&png).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (768, 576));
    let is = |x: u32, y: u32, ink: [u8; 3]| {
        let off = picture.get_pixel(x, y).0.iter().zip(ink).map(|(a, b)| a.abs_diff(b)).max();
        off.is_some_and(|off| off < 60)
    };
    let (yellow, pink) = ([255, 214, 10], [255, 70, 200]);
    assert!(is(400, 200, yellow), "the zone's edge");
    assert!(is(200, 450, pink), "the line");
    assert!(is(400, 440, pink), "its arrow goes to the side of toward");
    assert!(!is(400, 458, pink), "and not to the other");
    assert!(is(40, 40, [90, 255, 120]), "the traffic light");
    let blue = picture.pixels().filter(|p| p.0 == [64, 210, 255]).count();
    assert!(blue > 8, "the heading: {blue}");
    let refused = |command: &mut Command| {
        let out = command.assert().code(2);
        String::from_utf8(out.get_output().stderr.clone()).unwrap()
    };
    let late =
        refused(camera_command("snapshot", &camera).args(["--at", "9999", "--from"]).arg(&clip));
    assert!(late.contains("ends at") && late.contains("--at"), "{late}");
    let none = refused(&mut camera_command("snapshot", &camera));
    assert!(none.contains("--from"), "{none}");
}

/// A calibration of the exact camera of the geometry tests, in a picture of its size; `wrong` metres
/// are added to the sixth point's distance.
fn calibrated(dir: &Path, wrong: f64) -> PathBuf {
    let places = [
        (-4.0, 12.0),
        (4.0, 12.0),
        (4.0, 25.0),
        (-4.0, 25.0),
        (4.0, 45.0),
        (-4.0, 45.0),
        (0.0, 18.0),
        (0.0, 35.0),
    ];
    let points: Vec<String> = places
        .iter()
        .enumerate()
        .map(|(i, &(x, y))| {
            let [px, py] = USUAL.pair(x, y).pixel;
            let y = if i == 5 { y + wrong } else { y };
            format!("{{ pixel = [{px}, {py}], metres = [{x}, {y}] }}")
        })
        .collect();
    let file = dir.join("calibrated.toml");
    let text = format!(
        "version = 1\nid = \"road\"\nname = \"Road\"\nframe_size = [1280, 720]\n\
         [calibration]\npoints = [\n{}\n]\n\
         [[zones]]\nname = \"near\"\npolygon = [[300, 400], [980, 400], [1100, 700], [200, 700]]\n\
         [[zones]]\nname = \"far\"\npolygon = [[600, 5], [680, 5], [690, 30], [590, 30]]\n\
         [[rules]]\nkind = \"speeding\"\nzone = \"near\"\n\
         [[rules]]\nkind = \"speeding\"\nzone = \"far\"\nlimit_kmh = 30\n\
         [[rules]]\nkind = \"no_helmet\"\nzone = \"near\"\n\
         [[rules]]\nkind = \"crowd\"\nzone = \"near\"\n",
        points.join(",\n")
    );
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_calibration_is_told_and_its_worst_point_named() {
    let dir = TempDir::new().unwrap();
    let good = json(&mut camera_command("calibrate", &calibrated(dir.path(), 0.0)), 0);
    assert!(good["rms_pixels"].as_f64().unwrap() < 0.1, "{good:#}");
    assert_eq!(good["points"].as_array().unwrap().len(), 8);
    let near = good["points"][0]["sigma_metres"].as_f64().unwrap();
    let far = good["points"][5]["sigma_metres"].as_f64().unwrap();
    assert!(near < 0.2 && far > 2.0 * near, "{near} {far}");
    let off = calibrated(dir.path(), 6.0);
    let told = json(&mut camera_command("calibrate", &off), 0);
    assert_eq!(told["worst_point"], 6, "{told:#}");
    let out = camera_command("calibrate", &off).assert().success();
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    insta::assert_snapshot!("calibrate", text);
    let none = campus(dir.path(), "");
    let out = camera_command("calibrate", &none).assert().code(2);
    let said = String::from_utf8(out.get_output().stderr.clone()).unwrap();
    assert!(said.contains("has no calibration") && said.contains("measure 4 points"), "{said}");
}

#[test]
fn check_says_without_pictures_what_can_be_said() {
    let dir = TempDir::new().unwrap();
    let out = camera_command("check", &calibrated(dir.path(), 0.0)).assert().code(1);
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    insta::with_settings!({filters => vec![(r"nanodet-g(-int8)?", "nanodet-g")]}, {
        insta::assert_snapshot!("check", text);
    });
}

#[test]
fn check_measures_pixels_on_target() {
    let dir = TempDir::new().unwrap();
    let rules = "
[[zones]]
name = \"grass\"
polygon = [[0, 300], [767, 300], [767, 575], [0, 575]]
[[zones]]
name = \"sliver\"
polygon = [[100, 400], [600, 400], [600, 408], [100, 408]]
[[zones]]
name = \"far\"
polygon = [[300, 4], [312, 4], [312, 14], [300, 14]]
[[signals]]
name = \"nothing\"
box = [500, 480, 520, 520]
[[signals]]
name = \"tiny\"
box = [500, 80, 504, 90]
[[lines]]
name = \"stop\"
points = [[150, 450], [650, 450]]
toward = [400, 300]
[[rules]]
kind = \"restricted_area\"
zone = \"grass\"
[[rules]]
kind = \"jaywalking\"
zone = \"sliver\"
[[rules]]
kind = \"red_light\"
line = \"stop\"
signal = \"tiny\"
classes = [\"car\"]
[[rules]]
kind = \"littering\"
zone = \"grass\"
[[rules]]
kind = \"littering\"
zone = \"far\"
[[rules]]
kind = \"sidewalk_encroachment\"
zone = \"far\"
";
    let camera = campus(dir.path(), rules);
    let clip = fetched("clips/vtest.avi");
    let found =
        json(camera_command("check", &camera).args(["--looks", "4", "--from"]).arg(&clip), 1);
    let verdict = |rule: &str| {
        let all = found["rules"].as_array().unwrap();
        all.iter().find(|r| r["rule"] == rule).unwrap().clone()
    };
    assert_eq!(verdict("restricted_area@grass")["verdict"], "works", "{found:#}");
    let sliver = verdict("jaywalking@sliver");
    assert_eq!(sliver["verdict"], "cannot");
    assert!(sliver["reasons"][0].as_str().unwrap().contains("draw it wider"), "{sliver:#}");
    let tiny = verdict("red_light@stop");
    assert_eq!(tiny["verdict"], "cannot");
    assert!(tiny["reasons"].to_string().contains("4 pixels wide"), "{tiny:#}");
    let signal = found["signals"].as_array().unwrap().iter().find(|s| s["signal"] == "nothing");
    let signal = signal.unwrap();
    assert_eq!((&signal["unknown"], &signal["red"]), (&4.into(), &0.into()), "{signal:#}");
    assert!(signal["mostly"].is_string(), "{signal:#}");
    let far = verdict("littering@far");
    assert_eq!(far["verdict"], "poor", "a bag of about four pixels: {far:#}");
    assert!(far["reasons"].to_string().contains("a bag in \\\"far\\\" is about"), "{far:#}");
    let small = verdict("sidewalk_encroachment@far");
    assert_eq!(small["verdict"], "cannot");
    assert!(small["reasons"].to_string().contains("cells in the picture"), "{small:#}");
    assert_eq!(verdict("littering@grass")["verdict"], "works", "{found:#}");
    let grass = found["zones"].as_array().unwrap().iter().find(|z| z["place"] == "grass").unwrap();
    let tall = grass["height_pixels"].as_f64().unwrap();
    assert!((50.0..160.0).contains(&tall), "people on the lawn are {tall} pixels high");
    assert_eq!((&found["sample"], &found["looks"]), (&"pictures".into(), &4.into()));
}

/// What is wrong with a camera file, with its places.
fn mistakes(more: &str) -> String {
    let dir = TempDir::new().unwrap();
    let error = streetward::config::load_camera(&campus(dir.path(), more)).unwrap_err();
    error.to_string()
}

#[test]
fn a_wrong_calibration_is_refused_at_its_place() {
    let points = |written: &str| mistakes(&format!("[calibration]\npoints = [\n{written}\n]"));
    let line = points(
        "{ pixel = [10, 10], metres = [0, 0] },\n{ pixel = [20, 20], metres = [0, 1] },\n\
         { pixel = [30, 30], metres = [0, 2] },\n{ pixel = [40, 40], metres = [0, 3] },",
    );
    assert!(line.contains("toml:6:10") && line.contains("the points lie on one line"), "{line}");
    let twice = points(
        "{ pixel = [10, 10], metres = [0, 0] },\n{ pixel = [90, 20], metres = [4, 1] },\n\
         { pixel = [90, 20], metres = [4, 2] },\n{ pixel = [40, 90], metres = [0, 3] },",
    );
    assert!(twice.contains("toml:9:1") && twice.contains("points 2 and 3"), "{twice}");
    let outside = points("{ pixel = [10, 1000], metres = [0, 0] }, { pixel = [10] }, 7,");
    for part in ["outside the picture", "\"metres\"", "\"pixel\" must be", "must be written"] {
        assert!(outside.contains(part), "no word of {part}: {outside}");
    }
    let crossed = mistakes(
        "[calibration]\nrectangle = { corners = [[100, 400], [500, 400], [200, 200], [420, 200]], \
         width_metres = 4, length_metres = 12 }",
    );
    assert!(crossed.contains("in another order"), "{crossed}");
    assert!(mistakes("[calibration]\n").contains("needs either \"points\" or a \"rectangle\""));
    let rule = "[[zones]]\nname = \"z\"\npolygon = [[0, 0], [100, 0], [0, 100]]\n[[rules]]\n";
    let speed = mistakes(&format!("{rule}kind = \"speeding\"\nzone = \"z\""));
    assert!(speed.contains("speeding needs metres") && speed.contains("toml:9:"), "{speed}");
    let way = mistakes(&format!("{rule}kind = \"wrong_way\"\nzone = \"z\""));
    assert!(way.contains("add heading ="), "{way}");
}
