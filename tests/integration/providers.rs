//! What inference runs on: asked for, fallen back to, required.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use std::path::{Path, PathBuf};
use streetward::config::load_site;
use streetward::vision::{Model, Places, Provider, Providers, Shelf};

fn short_clip(dir: &Path) -> PathBuf {
    let clip = dir.join("short.avi");
    let vtest = fetched("clips/vtest.avi");
    ffmpeg(&["-i", vtest.to_str().unwrap(), "-t", "2", "-c", "copy"], &clip);
    clip
}

/// `streetward batch` with the plain runtime that set-up fetched, which can do nothing but `cpu`.
fn batch(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).env_remove("STREETWARD_RUNTIME").env_remove("STREETWARD_LOG");
    command.args(["batch", "--camera", "fixtures/cameras/vtest.toml", "--data"]);
    command.arg(dir.join("data")).args(args).arg(short_clip(dir));
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn what_is_not_there_is_fallen_back_from_and_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let (code, told, said) = batch(dir.path(), &["--provider", "cuda,cpu"]);
    assert_eq!(code, Some(0), "{said}");
    let line = "cpu (cuda: not in this runtime library)";
    let starts = said.lines().next().unwrap();
    assert!(starts.contains("nanodet-g") && starts.ends_with(&format!("runs on {line}")), "{said}");
    assert!(told.contains(&format!("ran on {line}")), "{told}");
}

#[test]
fn what_is_required_and_not_there_stops_the_start_with_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |args: &[&str], words: &[&str]| {
        let (code, told, said) = batch(dir.path(), args);
        assert_eq!((code, told.as_str(), said.trim().lines().count()), (Some(2), "", 1), "{said}");
        for word in words {
            assert!(said.contains(word), "{said}");
        }
    };
    refused(
        &["--provider", "cuda,cpu", "--require-provider", "cuda"],
        &["required to run on cuda", "not in this runtime library", "STREETWARD_RUNTIME"],
    );
    // Required alone is wanted too.
    refused(&["--require-provider", "coreml"], &["required to run on coreml"]);
    refused(&["--provider", "cuda,openvino"], &["none of the providers", "add \"cpu\""]);
    refused(&["--provider", "cpu,cuda"], &["put \"cpu\" at the end"]);
    assert!(!dir.path().join("data").exists(), "nothing may be begun");
}

#[test]
fn the_main_processor_can_be_required() {
    fetched("models/nanodet-g.onnx");
    let shelf = Shelf::open(Places::default()).unwrap();
    let providers = Providers::new(None, Some(Provider::Cpu)).unwrap();
    let model = Model::load_with(&shelf, Some("nanodet-g"), &providers).unwrap();
    assert_eq!(model.placement().on, [Provider::Cpu]);
    assert_eq!(model.placement().to_string(), "cpu");
}

fn site(dir: &Path, inference: &str) -> PathBuf {
    let cameras = dir.join("cameras");
    std::fs::create_dir_all(&cameras).unwrap();
    std::fs::copy(root().join("fixtures/cameras/vtest.toml"), cameras.join("vtest.toml")).unwrap();
    let file = dir.join("streetward.toml");
    std::fs::write(&file, format!("version = 1\nname = \"S\"\n\n[inference]\n{inference}\n"))
        .unwrap();
    file
}

#[test]
fn a_site_says_what_it_runs_on() {
    let dir = tempfile::tempdir().unwrap();
    let read = |text: &str| load_site(&site(dir.path(), text)).unwrap().inference;
    let order =
        |names: &[Provider], require| Providers::new(Some(names.to_vec()), require).unwrap();
    let listed = read("providers = [\"tensorrt\", \"cuda\", \"cpu\"]\nrequire = \"cuda\"");
    let all = [Provider::TensorRt, Provider::Cuda, Provider::Cpu];
    assert_eq!(listed, order(&all, Some(Provider::Cuda)));
    let required = read("require = \"openvino\"");
    assert_eq!(required, order(&[Provider::OpenVino, Provider::Cpu], Some(Provider::OpenVino)));
    assert_eq!(read(""), Providers::default());
}

#[test]
fn a_site_that_cannot_be_meant_is_shown_its_mistakes() {
    let dir = tempfile::tempdir().unwrap();
    let cases = [
        "providers = [\"cuad\", \"cpu\"]\nrequire = \"gpu\"",
        "providers = []",
        "providers = [\"cuda\", \"cpu\"]\nrequire = \"openvino\"",
        "providers = [\"cpu\", \"cuda\"]",
        "providers = [\"cuda\", \"cuda\"]",
        "providers = \"cuda\"",
        "providers = [1]\nrequire = true",
        "provider = [\"cpu\"]",
    ];
    let mut shown = String::new();
    for text in cases {
        let error = load_site(&site(dir.path(), text)).unwrap_err().to_string();
        shown += &error.replace(dir.path().to_str().unwrap(), "SITE");
        shown += "\n\n";
    }
    insta::assert_snapshot!(shown);
}
