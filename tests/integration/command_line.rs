//! The command line teaches: its help texts, and the commands that only look.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use serde_json::Value;

fn streetward(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).args(args).env("COLUMNS", "100");
    command
}

fn said(command: &mut Command, code: i32) -> (String, String) {
    let out = command.assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}

#[test]
fn help_teaches() {
    let commands: [&[&str]; 12] = [
        &[],
        &["batch"],
        &["replay"],
        &["events"],
        &["events", "list"],
        &["events", "export"],
        &["evidence"],
        &["evidence", "verify"],
        &["bench", "pipeline"],
        &["models"],
        &["models", "verify"],
        &["check"],
    ];
    for command in commands {
        let args: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let name = if command.is_empty() { "top".into() } else { command.join("-") };
        insta::assert_snapshot!(format!("help-{name}"), said(&mut streetward(&args), 0).0);
    }
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let (_, unknown) = said(&mut streetward(&["btach"]), 2);
    assert!(unknown.contains("batch"), "{unknown}");
    let (_, missing) = said(&mut streetward(&["bench", "pipeline"]), 2);
    assert!(missing.contains("<CAMERA>"), "{missing}");
}

#[test]
fn models_are_listed_and_verified() {
    fetched("models/nanodet-g.onnx");
    let (listed, _) = said(&mut streetward(&["models", "list", "--json"]), 0);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["name"], "nanodet-g");
    assert!(said(&mut streetward(&["models", "list"]), 0).0.contains("Apache-2.0"));
    let (verified, _) = said(&mut streetward(&["models", "verify"]), 0);
    assert_eq!(verified.matches("ok ").count(), 2, "{verified}");

    let empty = tempfile::tempdir().unwrap();
    let mut without = streetward(&["models", "verify"]);
    without.env("STREETWARD_MODELS", empty.path());
    let (verified, _) = said(&mut without, 1);
    assert!(verified.contains("FAILED"), "{verified}");
}

#[test]
fn the_pipeline_bench_gives_its_figures() {
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("short.avi");
    let vtest = fetched("clips/vtest.avi");
    ffmpeg(&["-i", vtest.to_str().unwrap(), "-t", "4", "-c", "copy"], &clip);
    let mut bench = streetward(&["bench", "pipeline", "fixtures/cameras/vtest.toml"]);
    bench.arg(&clip).args(["--format", "json"]);
    let figures: Value = serde_json::from_str(&said(&mut bench, 0).0).unwrap();
    assert_eq!(figures["frames"], 40);
    let number = |key: &str| figures[key].as_f64().unwrap();
    let bound = number("bound_frames_per_second");
    assert!(bound > 0.0);
    assert!((number("frames_per_second") / bound - number("share_of_bound")).abs() < 0.01);
    for stage in ["decode", "preprocess", "infer", "track", "judge"] {
        assert!(figures["stages"][stage]["cpu_ms_per_frame"].as_f64().unwrap() > 0.0, "{stage}");
    }
}
