//! What `benches/peers` compares with is pinned to what the project itself uses.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use streetward::config::DetectorConfig;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers")
}

fn text(path: &str) -> String {
    fs::read_to_string(folder().join(path)).unwrap()
}

#[test]
fn both_sides_run_the_same_onnx_runtime() {
    let manifest: toml::Table = text("../../models/manifest.toml").parse().unwrap();
    let version = manifest["runtime"]["version"].as_str().unwrap();
    let pin = format!("onnxruntime=={version} \\");
    assert!(text("requirements.txt").lines().any(|line| line == pin), "no line {pin}");
}

#[test]
fn both_sides_look_alike() {
    let settings = text("rounds.py");
    let line = settings.lines().find(|l| l.starts_with("MIN_SCORE, FAINT_SHARE, LONG_SIDE"));
    let ours = DetectorConfig::default();
    let want = format!("= {}, 4 / 9, {}, 0.6", ours.min_score, ours.input_long_side);
    assert!(line.unwrap().ends_with(&want), "{line:?} does not end with {want:?}");
}

#[test]
fn every_python_package_is_pinned_by_hash() {
    let requirements = text("requirements.txt");
    let blocks: Vec<_> = requirements.lines().filter(|l| l.contains("==")).collect();
    assert!(blocks.len() > 10);
    for (i, line) in requirements.lines().enumerate().filter(|(_, l)| l.contains("==")) {
        let next = requirements.lines().nth(i + 1).unwrap_or_default();
        assert!(next.trim_start().starts_with("--hash=sha256:"), "{line}");
    }
}

#[test]
fn the_rust_peers_say_the_versions_they_are_built_with() {
    let manifest: toml::Table = text("rust/Cargo.toml").parse().unwrap();
    let source = text("rust/src/peers.rs");
    for package in ["edgefirst-tracker", "similari-trackers-rs"] {
        let pin = manifest["dependencies"][package]["version"].as_str().unwrap();
        let version = pin.strip_prefix('=').unwrap();
        let said = format!("package: \"{package}\",\n        version: \"{version}\"");
        assert!(source.contains(&said), "{package} {version}");
    }
}

#[test]
fn the_command_explains_itself_without_its_environment() {
    let run = Command::new(folder().join("run")).arg("--help").output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(said.contains("--mot") && said.contains("examples:"), "{said}");
}
