//! The command line teaches: its help texts, and the commands that only look.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn streetward(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).args(args).env("COLUMNS", "100");
    for name in ["DATA", "RUNTIME", "MODELS", "LOG"] {
        command.env_remove(format!("STREETWARD_{name}"));
    }
    command
}

fn said(command: &mut Command, code: i32) -> (String, String) {
    let out = command.assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}

/// Every command there is, as the help texts name them.
fn commands() -> Vec<Vec<String>> {
    let mut found = vec![vec![]];
    let mut next = 0;
    while next < found.len() {
        let above: Vec<String> = found[next].clone();
        let args: Vec<&str> = above.iter().map(String::as_str).chain(["-h"]).collect();
        let (help, _) = said(&mut streetward(&args), 0);
        let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default();
        for line in listed.lines().take_while(|l| !l.is_empty()) {
            let Some(name) = line.strip_prefix("  ").filter(|l| !l.starts_with(' ')) else {
                continue;
            };
            let name = name.split_whitespace().next().unwrap();
            if name != "help" {
                found.push(above.iter().cloned().chain([name.to_owned()]).collect());
            }
        }
        next += 1;
    }
    found
}

#[test]
fn help_teaches() {
    let commands = commands();
    assert!(commands.len() >= 14, "{commands:?}");
    for command in commands {
        let args: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let name = if command.is_empty() { "top".into() } else { command.join("-") };
        let (help, _) = said(&mut streetward(&args), 0);
        let example = format!("\n  streetward {}", command.join(" "));
        let (_, examples) = help.split_once("Example").expect(&name);
        assert!(examples.contains(example.trim_end()), "{name} shows no example of itself");
        insta::assert_snapshot!(format!("help-{name}"), help);
    }
    for command in ["batch", "replay", "check"] {
        let (short, _) = said(&mut streetward(&[command, "-h"]), 0);
        let (long, _) = said(&mut streetward(&[command, "--help"]), 0);
        assert!(long.contains("Exit codes:") && !short.contains("Exit codes:"), "{short}");
    }
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let (_, unknown) = said(&mut streetward(&["btach"]), 2);
    assert!(unknown.contains("batch"), "{unknown}");
    let (_, missing) = said(&mut streetward(&["bench", "pipeline"]), 2);
    assert!(missing.contains("<CAMERA>"), "{missing}");
    let (_, none) = said(&mut streetward(&["batch", "--workers", "0", "clip.mp4"]), 2);
    assert!(none.contains("write a whole number, 1 or more"), "{none}");
    let (_, kind) =
        said(&mut streetward(&["events", "list", "--data", "data", "--kind", "ilegal_parking"]), 2);
    assert!(kind.contains("similar value exists: 'illegal_parking'"), "{kind}");
    assert!(kind.contains("restricted_area"), "{kind}");
}

#[test]
fn what_is_no_folder_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("data");
    std::fs::write(&file, "").unwrap();
    let wanted = format!("{} is a file, not a folder; give another --data\n", file.display());
    let camera = ["--camera", "fixtures/cameras/vtest.toml"];
    let below = file.join("below");
    for data in [&file, &below] {
        for command in [
            &["events", "list"][..],
            &["evidence", "verify"],
            &["replay", camera[0], camera[1]],
            &["batch", camera[0], camera[1], "clip.mp4"],
        ] {
            let mut asked = streetward(command);
            let (_, error) = said(asked.env("STREETWARD_DATA", data), 2);
            assert_eq!(error, format!("streetward: {wanted}"), "{command:?}");
        }
    }
    let export = |output: &str| {
        let mut asked = streetward(&["events", "export", "-d", "nowhere", "--output", output]);
        said(asked.current_dir(dir.path()), 2).1
    };
    assert_eq!(
        export("august/events.csv"),
        "streetward: the folder august does not exist; create it, or give another --output\n"
    );
    assert_eq!(
        export("data/events.csv"),
        "streetward: data is a file, not a folder; give another --output\n"
    );
}

/// A library that says it is ONNX Runtime of this version, and can do nothing else.
fn false_runtime(folder: &Path, code: &str) -> PathBuf {
    let (source, library) = (folder.join("runtime.c"), folder.join("libruntime.so"));
    std::fs::write(&source, code).unwrap();
    let built = std::process::Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status()
        .unwrap();
    assert!(built.success());
    library
}

#[test]
fn a_runtime_that_cannot_serve_is_one_clear_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let verified = |runtime: &Path, cwd: &Path| {
        let mut command = streetward(&["models", "verify"]);
        command.current_dir(cwd).env("STREETWARD_RUNTIME", runtime);
        command.env("STREETWARD_MODELS", root().join(".streetward/models"));
        let (out, _) = said(&mut command, 1);
        let line = out.lines().find(|l| l.contains("onnxruntime")).unwrap();
        line.strip_prefix("FAILED  onnxruntime: ").unwrap().to_owned()
    };
    let remedy = "run scripts/setup, or name another library in STREETWARD_RUNTIME";

    let old = "static const char *version(void) { return \"1.10.0\"; }\n\
               static const void *api(unsigned v) { (void)v; return 0; }\n\
               static const struct { const void *(*a)(unsigned); const char *(*v)(void); } base =\n\
               { api, version };\n\
               const void *OrtGetApiBase(void) { return &base; }\n";
    let library = false_runtime(dir.path(), old);
    let wanted = format!(
        "{} is ONNX Runtime 1.10.0, and 1.24 or newer is needed; {remedy}",
        library.display()
    );
    assert_eq!(verified(&library, &root()), wanted);
    assert_eq!(verified(Path::new("libruntime.so"), dir.path()), wanted, "a name alone is here");

    let library = false_runtime(dir.path(), "int other(void) { return 0; }\n");
    let told = verified(&library, &root());
    assert!(told.contains("it is another library") && told.ends_with(remedy), "{told}");

    let text = root().join("README.md");
    let told = verified(&text, &root());
    assert!(told.contains("it is not a shared library") && told.ends_with(remedy), "{told}");
    assert!(told.contains("invalid ELF header"), "{told}");
    assert_eq!(told.matches("README.md").count(), 1, "{told}");

    let told = verified(dir.path(), &root());
    assert!(told.ends_with("is a folder, not ONNX Runtime; name the .so file in it"), "{told}");

    let mut batch = streetward(&["batch", "--camera", "fixtures/cameras/vtest.toml", "c.mp4"]);
    batch.env("STREETWARD_RUNTIME", &text).env("STREETWARD_DATA", dir.path().join("data"));
    assert!(said(&mut batch, 2).1.contains("it is not a shared library"));
}

#[test]
fn check_without_a_file_asks_for_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut check = streetward(&["check"]);
    let (_, error) = said(check.current_dir(dir.path()), 2);
    assert!(error.contains("name a camera file with --camera, or a site file with"), "{error}");
}

#[test]
fn models_are_listed_and_verified() {
    fetched("models/nanodet-g.onnx");
    let (listed, _) = said(&mut streetward(&["models", "list", "--format", "json"]), 0);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["name"], "nanodet-g");
    let here: Vec<_> =
        listed.as_array().unwrap().iter().filter(|e| e["default_here"] == true).collect();
    let [default] = here.as_slice() else { panic!("one default, {listed}") };
    let (table, _) = said(&mut streetward(&["models", "list"]), 0);
    let name = default["name"].as_str().unwrap();
    assert!(table.contains(&format!("The default here is {name}: this processor")), "{table}");
    assert!(said(&mut streetward(&["models", "list"]), 0).0.contains("Apache-2.0"));
    let (verified, _) = said(&mut streetward(&["models", "verify"]), 0);
    assert_eq!(verified.matches("ok ").count(), 3, "{verified}");

    let empty = tempfile::tempdir().unwrap();
    let mut without = streetward(&["models", "verify"]);
    without.env("STREETWARD_MODELS", empty.path());
    let (verified, _) = said(&mut without, 1);
    assert!(verified.contains("FAILED"), "{verified}");
}

#[test]
fn a_runtime_other_than_the_pinned_one_is_told() {
    // Set-up's folder, with another library under the pinned name.
    let dir = tempfile::tempdir().unwrap();
    let pinned = std::fs::read_dir(fetched("runtime")).unwrap().find_map(|f| {
        let name = f.unwrap().file_name().into_string().unwrap();
        name.starts_with("libonnxruntime.so.").then_some(name)
    });
    let folder = dir.path().join(".streetward/runtime");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(pinned.unwrap()), "exchanged").unwrap();
    let (verified, _) = said(streetward(&["models", "verify"]).current_dir(dir.path()), 1);
    assert!(verified.contains("FAILED  onnxruntime: ") && verified.contains("has SHA-256"));
    assert!(verified.contains("ok      nanodet-g: "), "{verified}");
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
