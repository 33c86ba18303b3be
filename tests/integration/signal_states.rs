//! Red lights by what the controller said, where no lamp can be seen: through the real pipeline.

use crate::support::{fetched, root};
use assert_cmd::Command;
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const START: &str = "2026-08-15T09:00:00+07:00";

fn streetward(args: &[&str], code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).args(args);
    let out = command
        .env_remove("STREETWARD_LOG")
        .env_remove("STREETWARD_SUITE_ROOT")
        .assert()
        .code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Makes one scenario; gives its clip.
fn scene(dir: &Path, name: &str) -> PathBuf {
    let clip = fetched("clips/vtest.avi");
    streetward(&["bench", "scenes", path(dir), "--only", name, "--clip", path(&clip)], 0);
    dir.join(format!("clips/{name}.mp4"))
}

fn change(time: &str, signal: &str, state: &str) -> String {
    format!("{{\"time\": \"{time}\", \"signal\": \"{signal}\", \"state\": \"{state}\"}}\n")
}

/// What the controller said of signals of which no lamp is seen: the box lies on a lawn.
fn states() -> String {
    change("2026-08-15T08:40:00+07:00", "stale", "red")
        + &change("2026-08-15T08:59:50+07:00", "red", "red")
        + &change("2026-08-15T08:59:50+07:00", "green", "green")
        + &change("2026-08-15T08:59:50+07:00", "switched", "red")
        + &change("2026-08-15T09:00:01+07:00", "switched", "green")
        + &change("2026-08-15T12:00:00+07:00", "other_hours", "red")
        + "{\"time\": \"2026-08-15T08:59:00+07:00\", \"signal\": \"cycle\", \
           \"cycle\": [[\"green\", 30], [\"red\", 60]]}\n"
}

/// A van drives over a line at 3.5 s of the clip, seen by the real detector; one run judges it by
/// signals of which different things are known.
#[test]
fn a_van_runs_a_red_that_only_the_controller_tells_of() {
    let dir = TempDir::new().unwrap();
    let clip = scene(dir.path(), "real_wrong_way_van");
    fs::write(dir.path().join("states.jsonl"), states()).unwrap();
    let mut camera = String::from(
        "version = 1\nid = \"street\"\nname = \"Street\"\nframe_size = [768, 576]\n[[lines]]\n\
         name = \"stop\"\npoints = [[560, 200], [560, 345]]\ntoward = [680, 290]\n",
    );
    for signal in ["red", "green", "switched", "cycle", "stale", "other_hours", "no_file"] {
        let file = if signal == "no_file" { "" } else { "states = \"states.jsonl\"\n" };
        let _ = write!(
            camera,
            "[[signals]]\nname = \"{signal}\"\nbox = [100, 480, 120, 540]\n{file}[[rules]]\n\
             kind = \"red_light\"\nname = \"by {signal}\"\nline = \"stop\"\n\
             signal = \"{signal}\"\n"
        );
    }
    let file = dir.path().join("camera.toml");
    fs::write(&file, camera).unwrap();
    let data = dir.path().join("data");
    let (out, err) = streetward(
        &[
            "batch",
            "--start-time",
            START,
            "--camera",
            path(&file),
            "--data",
            path(&data),
            path(&clip),
        ],
        0,
    );
    let said = out + &err;
    let (list, _) = streetward(&["events", "list", "--format", "jsonl", "--data", path(&data)], 0);
    let events: Vec<Value> = list
        .lines()
        .map(|line| {
            let event: Value = serde_json::from_str(line).unwrap();
            let folder = data.join(event["evidence"].as_str().unwrap());
            serde_json::from_slice(&fs::read(folder.join("event.json")).unwrap()).unwrap()
        })
        .collect();
    let mut rules: Vec<&str> = events.iter().map(|e| e["rule"]["name"].as_str().unwrap()).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["by cycle", "by red"], "{events:#?}");
    for event in &events {
        assert_eq!(event["kind"], "red_light");
        let moment = event["moment"]["media_seconds"].as_f64().unwrap();
        assert!((2.9..4.2).contains(&moment), "{event:#}");
        assert!(
            event["signals"].as_array().unwrap().iter().all(|s| s["state"] == "red"),
            "{event:#}"
        );
    }
    for signal in ["stale", "other_hours"] {
        let told = format!("the file of states of signal \"{signal}\" tells nothing of {}", "2026");
        assert!(said.contains(&told), "no word of {signal}: {said}");
    }
    assert!(!said.contains("signal \"red\" tells nothing"), "{said}");
}

/// Figures of a drawn scene whose signal has these states besides its lamps.
fn drawn(dir: &Path, name: &str, state: &str) -> Value {
    scene(dir, name);
    fs::write(
        dir.join("cameras/states.jsonl"),
        change("2026-08-15T08:59:50+07:00", "through", state),
    )
    .unwrap();
    let camera = dir.join(format!("cameras/{name}.toml"));
    let text = fs::read_to_string(&camera).unwrap();
    let text = text.replace("name = \"through\"", "name = \"through\"\nstates = \"states.jsonl\"");
    fs::write(&camera, text).unwrap();
    let suite = dir.join("suite.toml");
    let text = fs::read_to_string(&suite).unwrap() + &format!("start_time = \"{START}\"\n");
    fs::write(&suite, text).unwrap();
    serde_json::from_str(&streetward(&["bench", "events", path(&suite), "--format", "json"], 0).0)
        .unwrap()
}

#[test]
fn lamp_and_controller_that_differ_are_unknown_and_a_dark_lamp_is_helped() {
    let dir = TempDir::new().unwrap();
    let both = drawn(dir.path(), "red_light_runs", "red");
    assert_eq!(both["totals"]["found"], 1, "{both:#}");
    let differ = drawn(dir.path(), "red_light_runs", "green");
    assert_eq!(differ["totals"]["found"], 0, "{differ:#}");
    assert_eq!(differ["totals"]["missed"], 1, "{differ:#}");
    let notes = differ["clips"][0]["notes"].to_string();
    assert!(
        notes.contains("shows red in the picture but its file of states says green"),
        "{notes}"
    );
    // The other way round nothing is invented.
    let green = drawn(dir.path(), "red_light_on_green_negative", "red");
    assert_eq!(green["totals"]["false_alarms"], 0, "{green:#}");
    let dark = drawn(dir.path(), "red_light_lamps_dark_negative", "red");
    assert_eq!(dark["false_alarms"][0]["kind"], "red_light", "the controller tells: {dark:#}");
    let stale = drawn(dir.path(), "red_light_lamps_dark_negative", "unknown");
    assert_eq!(stale["totals"]["false_alarms"], 0, "{stale:#}");
}

#[test]
fn check_tells_what_is_wrong_with_a_file_of_states() {
    let dir = TempDir::new().unwrap();
    let clip = fetched("clips/vtest.avi");
    let file = dir.path().join("camera.toml");
    let text = format!(
        "version = 1\nid = \"street\"\nname = \"Street\"\nframe_size = [768, 576]\n[[signals]]\n\
         name = \"through\"\nbox = [100, 480, 120, 540]\nstates = \"states.jsonl\"\n[[lines]]\n\
         name = \"stop\"\npoints = [[680, 200], [680, 345]]\ntoward = [560, 300]\n[[rules]]\n\
         kind = \"red_light\"\nline = \"stop\"\nsignal = \"through\"\n[source]\npath = \"{}\"\n",
        clip.display()
    );
    fs::write(&file, text).unwrap();
    let check = |code: i32| streetward(&["check", "--camera", path(&file)], code).0;
    let states = dir.path().join("states.jsonl");
    let missing = check(1);
    assert!(
        missing.contains(":8:") && missing.contains("states.jsonl cannot be read"),
        "{missing}"
    );
    fs::write(&states, change(START, "through", "red") + "{\"time\": \"soon\"}\n").unwrap();
    let malformed = check(1);
    assert!(malformed.contains("states.jsonl, line 2: "), "{malformed}");
    fs::write(&states, change(START, "left", "red")).unwrap();
    let other = check(1);
    assert!(other.contains("has no line for signal \"through\""), "{other}");
    // The clip's own time is that of its file, which is not in the year 2020.
    fs::write(&states, change("2020-08-15T09:00:00+07:00", "through", "red")).unwrap();
    let silent = check(0);
    assert!(silent.contains("tells nothing of the recording, which begins"), "{silent}");
    let cycle = "{\"time\": \"2001-01-01T00:00:00+07:00\", \"signal\": \"through\", \
                 \"cycle\": [[\"green\", 30], [\"red\", 60]]}\n";
    fs::write(&states, cycle).unwrap();
    assert!(!check(0).contains("of the recording"), "a cycle tells of all times");
}
