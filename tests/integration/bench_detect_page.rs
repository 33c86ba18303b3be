//! The page of `bench detect`, made of made-up figures.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use std::collections::BTreeMap;
use streetward::bench::detect::{
    Accuracy, ClassAccuracy, ClipFigures, DetectFigures, Latency, Milliseconds, ModelFigures,
};
use streetward::bench::page::detect_page;
use streetward::bench::{Failed, Machine, Report};
use streetward::media::WallTime;
use streetward::vision::Class;

fn made_up() -> Report<DetectFigures> {
    let ms =
        |p50: f64| Milliseconds { mean: p50, p50, p95: p50 * 1.2, p99: p50 * 1.5, max: p50 * 2.0 };
    let curve: Vec<f64> = (0..101).map(|i| 1.0 - f64::from(i * i) / 1e4).collect();
    let accuracy = |map: f64| Accuracy {
        frames: 60,
        labels: 283,
        precision: 0.9,
        recall: 0.8,
        f1: 0.847,
        map50: Some(map),
        map: Some(map / 2.0),
        precision_at_recall: curve.iter().map(|p| p * map).collect(),
        classes: BTreeMap::from([(
            Class::Person,
            ClassAccuracy {
                labels: 283,
                precision: 0.9,
                recall: 0.8,
                f1: 0.847,
                ap50: Some(map),
                ap: None,
                precision_at_recall: Vec::new(),
            },
        )]),
    };
    let clip = |clip: &str, p50: f64, accuracy| ClipFigures {
        clip: clip.to_owned(),
        frames: 100,
        size: (1920, 1080),
        input: (640, 384),
        frames_per_second: 900.0 / p50,
        looks_per_second: 1000.0 / p50,
        latency_ms: Latency {
            infer: ms(p50 * 0.9),
            look: ms(p50),
            histogram: vec![0, 0, 10, 60, 20, 8, 2, 0],
            step_ms: p50 / 3.0,
        },
        cpu_ms_per_frame: BTreeMap::from([
            ("infer".to_owned(), p50 * 0.9),
            ("decode".to_owned(), 1.25),
        ]),
        detections_per_frame: 3.5,
        accuracy,
        notes: vec!["3 labelled frames lie after the last that was looked at".into()],
    };
    let model = |name: &str, side: usize, p50: f64, map: Option<f64>| ModelFigures {
        model: name.to_owned(),
        sha256: "ab".repeat(32),
        family: "nanodet".into(),
        licence: "Apache-2.0".into(),
        input_long_side: side,
        peak_memory_mib: Some(148.2),
        base_memory_mib: None,
        clips: vec![clip("day<1>.mp4", p50, map.map(accuracy)), clip("night.mp4", p50 * 1.1, None)],
        accuracy: map.map(accuracy),
        failed: Vec::new(),
    };
    let figures = DetectFigures {
        min_score: 0.45,
        models: vec![
            model("small", 416, 12.0, Some(0.71)),
            model("small", 640, 30.0, Some(0.78)),
            model("unlabelled", 640, 45.0, None),
        ],
        failed: vec![Failed { name: "bad at 640".into(), reason: "its file <x> is gone".into() }],
    };
    let mut report = Report::new(figures, WallTime("2026-08-16T08:00:00Z".parse().unwrap()));
    report.version = "0";
    report.machine = Machine { processor: "Acme 9".into(), cores: 1, features: Vec::new() };
    report
}

#[test]
fn the_page_shows_what_was_found() {
    let page = detect_page(&made_up()).unwrap();
    let (head, body) = page.split_once("</style>").unwrap();
    insta::assert_snapshot!("detect-page", body);
    for colour in page.split("=\"#").skip(1).map(|c| &c[..6]) {
        assert!(head.contains(&format!("\"#{colour}\"")), "no style for {colour}");
    }
    for outside in ["<script", "https://", "src=", "@import", "url(", "<1>", "<x>"] {
        assert!(!page.contains(outside), "the page has {outside}");
    }
    let mut nothing = made_up();
    nothing.figures.models.clear();
    let page = detect_page(&nothing).unwrap();
    assert!(page.contains("bad at 640") && !page.contains("<svg"));
}

#[test]
fn the_pipelines_page_shows_its_stages() {
    let folder = tempfile::tempdir().unwrap();
    let clip = folder.path().join("short.avi");
    let vtest = fetched("clips/vtest.avi");
    ffmpeg(&["-i", vtest.to_str().unwrap(), "-frames:v", "6", "-c", "copy"], &clip);
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).args(["bench", "pipeline", "fixtures/cameras/vtest.toml"]);
    let out = command.arg(&clip).args(["--format", "html"]).assert().code(0);
    let page = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    for word in ["frames a second", "of the bound", "<dt>decode</dt>", "<dt>infer</dt>", "640×480"]
    {
        assert!(page.contains(word), "no {word}");
    }
    assert!(!page.contains("<script"));
}
