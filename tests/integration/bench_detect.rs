//! `bench detect`: average precision is that of COCO's own evaluation, labels belong to their frames,
//! and what cannot be measured is named.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use streetward::bench::detect::{Clip, Evaluation, Labels};
use streetward::vision::{BBox, Class, Detection};

fn detect(args: &[&str], models: Option<&Path>, code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).args(["bench", "detect"]).args(args);
    command.env_remove("STREETWARD_MODELS").env_remove("STREETWARD_LOG");
    if let Some(models) = models {
        command.env("STREETWARD_MODELS", models);
    }
    let out = command.assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}

fn json_of(args: &[&str], models: Option<&Path>, code: i32) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    serde_json::from_str(&detect(&args, models, code).0).unwrap()
}

fn read(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// A video in name only, for labels to belong to.
fn clip(folder: &Path) -> Clip {
    let path = folder.join("clip.mp4");
    fs::write(&path, "").unwrap();
    Clip::find(&path).unwrap()
}

#[test]
fn average_precision_equals_that_of_coco() {
    let folder = tempfile::tempdir().unwrap();
    let labels =
        Labels::read(&root().join("fixtures/coco/labels.json"), &clip(folder.path())).unwrap();
    assert_eq!(labels.notes, ["labels of classes not known here were left out: kite"]);
    assert_eq!(labels.frames.keys().copied().collect::<Vec<_>>(), (0..12).collect::<Vec<_>>());
    let mut found: BTreeMap<u64, Vec<Detection>> = BTreeMap::new();
    for d in read("fixtures/coco/detections.json").as_array().unwrap() {
        let class = match d["category_id"].as_u64().unwrap() {
            1 => Class::Person,
            2 => Class::Car,
            3 => Class::Motorcycle,
            _ => continue,
        };
        let [x, y, w, h] = [0, 1, 2, 3].map(|i| d["bbox"][i].as_f64().unwrap() as f32);
        let bbox = BBox { x1: x, y1: y, x2: x + w, y2: y + h };
        let score = d["score"].as_f64().unwrap() as f32;
        let frame = d["image_id"].as_u64().unwrap() - 40;
        found.entry(frame).or_default().push(Detection { bbox, class, score });
    }
    // In two parts, as several clips are.
    let mut parts = [Evaluation::default(), Evaluation::default()];
    for (frame, boxes) in &labels.frames {
        let seen = found.get(frame).map_or(&[][..], Vec::as_slice);
        parts[usize::from(*frame >= 5)].add(&labels.classes, boxes, seen);
    }
    let [mut whole, rest] = parts;
    whole.merge(&rest);
    let accuracy = serde_json::to_value(whole.accuracy(0.5).unwrap()).unwrap();
    let wanted = read("fixtures/coco/expected.json");
    let near = |place: &str, a: &Value, b: &Value| {
        let (a, b) = (a.as_f64().expect(place), b.as_f64().unwrap());
        assert!((a - b).abs() < 0.0005, "{place}: {a}, and COCO's evaluation says {b}");
    };
    for key in ["mAP50", "mAP50_95"] {
        near(key, &accuracy[key], &wanted[key]);
    }
    for (class, wanted) in wanted["classes"].as_object().unwrap() {
        let found = &accuracy["classes"][class];
        for key in ["AP50", "AP50_95"] {
            near(&format!("{class} {key}"), &found[key], &wanted[key]);
        }
        for (i, p) in wanted["precision_at_recall"].as_array().unwrap().iter().enumerate() {
            near(&format!("{class} at recall {i} %"), &found["precision_at_recall"][i], p);
        }
    }
}

#[test]
fn wrong_labels_are_named_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let clip = clip(folder.path());
    let sound = json!({
        "images": [{"id": 7, "file_name": "f_0001.jpg"}, {"id": 8, "file_name": "f_0002.jpg"}],
        "categories": [{"id": 1, "name": "Pedestrian"}, {"id": 2, "name": "kite"}],
        "annotations": [{"image_id": 8, "category_id": 1, "bbox": [1, 2, 3, 4]}],
    });
    let read = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Labels::read(&path, &clip)
    };
    let labels = read("sound.json", &sound.to_string()).unwrap();
    assert_eq!((labels.frames[&0].len(), labels.frames[&1][0].class), (0, Class::Person));
    let mut told = BTreeMap::new();
    let mut wrong = |name: &str, text: String| {
        let e = read(name, &text).unwrap_err().to_string();
        told.insert(name.to_owned(), e.replace(folder.path().to_str().unwrap(), ""));
    };
    for (name, at, value) in [
        ("image.json", "/annotations/0/image_id", json!(9)),
        ("category.json", "/annotations/0/category_id", json!(5)),
        ("short.json", "/annotations/0/bbox", json!([1, 2, 3])),
        ("negative.json", "/annotations/0/bbox", json!([1, 2, -3, 4])),
        ("text.json", "/annotations/0/bbox", json!([1, 2, "three", 4])),
        ("twice.json", "/images/1/id", json!(7)),
        ("same-frame.json", "/images/1/file_name", json!("g_1.png")),
        ("no-number.json", "/images/1/file_name", json!("street.jpg")),
        ("unknown.json", "/categories/0/name", json!("balloon")),
        ("category-twice.json", "/categories/1/id", json!(1)),
    ] {
        let mut labels = sound.clone();
        *labels.pointer_mut(at).unwrap() = value;
        wrong(name, labels.to_string());
    }
    wrong("cut.json", sound.to_string()[..90].to_owned());
    wrong("list.json", "[]".to_owned());
    wrong("gt.txt", "1,1,10,20,30,40,1\n2,1,10,20,30,forty,1\n".to_owned());
    wrong("labels.xml", "<labels/>".to_owned());
    insta::assert_json_snapshot!("wrong-labels", told);
}

#[test]
fn people_of_mot_files_are_labels() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gt.txt");
    // A car, a person on a vehicle, one not to be evaluated, a frame without anybody.
    let rows = "1,1,10,20,30,40,1,1,1\n1,2,50,20,30,40,1,3,1\n1,3,90,20,30,40,1,2,1\n\
                3,1,10,20,30,40,0,1,1\n3,4,10,20,30,40,1,-1,1\n";
    fs::write(&path, rows).unwrap();
    let labels = Labels::read(&path, &clip(folder.path())).unwrap();
    assert_eq!(labels.classes.iter().copied().collect::<Vec<_>>(), [Class::Person]);
    let ignored: Vec<Vec<bool>> =
        labels.frames.values().map(|f| f.iter().map(|l| l.ignored).collect()).collect();
    assert_eq!(ignored, [vec![false, true], vec![], vec![true, false]]);
    assert_eq!(labels.notes, ["1 labels of classes other than people were left out"]);
}

/// The first frames of the sample clip, as `short.avi`.
fn short(folder: &Path) -> PathBuf {
    let path = folder.join("short.avi");
    let vtest = fetched("clips/vtest.avi");
    ffmpeg(&["-i", vtest.to_str().unwrap(), "-frames:v", "8", "-c", "copy"], &path);
    path
}

/// What `--write` left, as rows of a ground-truth file; every `keep`th box alone.
fn as_labels(found: &Path, keep: usize) -> (String, usize) {
    let (mut rows, mut n, mut kept) = (String::new(), 0, 0);
    for line in fs::read_to_string(found).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        for d in line["detections"].as_array().unwrap().iter().filter(|d| d["class"] == "person") {
            n += 1;
            if n % keep == 0 {
                kept += 1;
                let [x1, y1, x2, y2] = [0, 1, 2, 3].map(|i| d["bbox"][i].as_f64().unwrap());
                let frame = line["frame"].as_u64().unwrap() + 1;
                writeln!(rows, "{frame},{n},{x1},{y1},{},{},1,-1,-1,-1", x2 - x1, y2 - y1).unwrap();
            }
        }
    }
    (rows, kept)
}

#[test]
fn a_detector_agrees_with_its_own_labels() {
    let folder = tempfile::tempdir().unwrap();
    let (clip, path) = (short(folder.path()), folder.path().to_str().unwrap());
    let clip_text = clip.to_str().unwrap();
    let size = ["--input-long-side", "416"];
    let first = json_of(&[clip_text, size[0], size[1], "--write", path], None, 0);
    let figures = &first["models"][0]["clips"][0];
    assert_eq!((&figures["frames"], &figures["input"][0]), (&json!(8), &json!(416)));
    assert!(figures["accuracy"].is_null());
    let latency = &figures["latency_ms"];
    for kind in ["infer", "look"] {
        let ms = |key: &str| latency[kind][key].as_f64().unwrap();
        assert!(0.0 < ms("p50") && ms("p50") <= ms("p95") && ms("p95") <= ms("p99"), "{latency}");
    }
    assert_eq!(
        latency["histogram"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum::<u64>(),
        8
    );
    for stage in ["decode", "preprocess", "infer"] {
        assert!(figures["cpu_ms_per_frame"][stage].as_f64().unwrap() > 0.0, "{stage}");
    }
    let memory = |key: &str| first["models"][0][key].as_f64().unwrap();
    assert!(memory("peak_memory_mib") > memory("base_memory_mib") + 15.0);

    let model = first["models"][0]["model"].as_str().unwrap();
    let found = folder.path().join(format!("{model}-416/short.jsonl"));
    let judge = |labels: &str| {
        let text = json_of(&[clip_text, size[0], size[1], "--labels", labels], None, 0);
        text["models"][0]["accuracy"].clone()
    };
    let gt = folder.path().join("all.txt");
    let (rows, labels) = as_labels(&found, 1);
    assert!(labels > 20, "{labels} people in 8 frames");
    fs::write(&gt, rows).unwrap();
    let all = judge(gt.to_str().unwrap());
    assert_eq!(
        (&all["precision"], &all["recall"], &all["labels"]),
        (&json!(1.0), &json!(1.0), &json!(labels))
    );
    assert!(all["mAP50"].as_f64().unwrap() > 0.98, "{all}");

    // Every second person alone is labelled: half of what is found is false. Found beside the clip.
    let (rows, half) = as_labels(&found, 2);
    fs::write(clip.with_extension("gt.txt"), rows).unwrap();
    let text = json_of(&[clip_text, size[0], size[1]], None, 0);
    let accuracy = &text["models"][0]["accuracy"];
    let precision = accuracy["precision"].as_f64().unwrap();
    assert!(
        (precision - half as f64 / labels as f64).abs() < 0.02,
        "{precision} of {half} in {labels}"
    );
    assert_eq!(accuracy["recall"], 1.0);

    // The same frames as pictures, labelled as the MOT Challenge has it.
    let pictures = folder.path().join("seq/img1");
    fs::create_dir_all(&pictures).unwrap();
    fs::create_dir_all(folder.path().join("seq/gt")).unwrap();
    fs::copy(&gt, folder.path().join("seq/gt/gt.txt")).unwrap();
    ffmpeg(&["-i", clip_text], &pictures.join("%06d.png"));
    let text = json_of(&[pictures.to_str().unwrap(), size[0], size[1]], None, 0);
    let accuracy = &text["models"][0]["accuracy"];
    assert_eq!(accuracy["frames"], 8);
    assert!(accuracy["f1"].as_f64().unwrap() > 0.95, "{accuracy}");
}

#[test]
fn one_bad_model_or_clip_is_named_and_the_others_are_measured() {
    let folder = tempfile::tempdir().unwrap();
    let models = folder.path().join("models");
    fs::create_dir(&models).unwrap();
    let sound = fetched("models/nanodet-g.onnx");
    fs::copy(&sound, models.join("nanodet-g.onnx")).unwrap();
    fs::copy(&sound, models.join("strange.onnx")).unwrap();
    fs::write(models.join("damaged.onnx"), "no model").unwrap();
    let listed = json_manifest();
    let entry = |name: &str, family: &str| {
        format!(
            "[[models]]\nname = \"{name}\"\nfile = \"{name}.onnx\"\nsha256 = \"{listed}\"\n\
             family = \"{family}\"\nclasses = \"coco80\"\nlicence = \"x\"\norigin = \"x\"\n"
        )
    };
    let manifest =
        entry("damaged", "nanodet") + &entry("strange", "unheard") + &entry("gone", "nanodet");
    fs::write(models.join("manifest.toml"), format!("version = 1\n{manifest}")).unwrap();

    let clip = short(folder.path());
    let broken = folder.path().join("broken.json");
    fs::write(&broken, "{").unwrap();
    let labels = format!("short.avi={}", broken.display());
    let names = "strange,damaged,gone,nowhere,nanodet-g";
    let args = [
        "--model",
        names,
        "--input-long-side",
        "320",
        "--max-frames",
        "2",
        "--labels",
        &labels,
        clip.to_str().unwrap(),
        "no-such-clip.mp4",
    ];
    let found = json_of(&args, Some(&models), 1);
    assert_eq!(found["models"].as_array().unwrap().len(), 1);
    assert_eq!(found["models"][0]["model"], "nanodet-g");
    assert_eq!(found["models"][0]["clips"][0]["frames"], 2);
    let failed: BTreeMap<&str, &str> = found["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["name"].as_str().unwrap(), f["reason"].as_str().unwrap()))
        .collect();
    let told = |name: &str, part: &str| assert!(failed[name].contains(part), "{name}: {failed:?}");
    told("strange at 320", "unheard");
    told("damaged at 320", "has SHA-256");
    told("gone at 320", "gone.onnx was not found");
    told("nowhere at 320", "there is no model named \"nowhere\"");
    told("nanodet-g on no-such-clip.mp4", "No such file");
    told(&format!("nanodet-g on {}", clip.display()), "line 1, column 1");
    assert_eq!(failed.len(), 6);

    let (_, apart) = detect(&["a.mp4", "b.mp4", "--labels", "gt.txt"], None, 2);
    assert!(apart.contains("write --labels CLIP=gt.txt"), "{apart}");
    let (_, other) = detect(&["a.mp4", "b.mp4", "--labels", "c.mp4=gt.txt"], None, 2);
    assert!(other.contains("no clip \"c.mp4\""), "{other}");
    let (_, same) = detect(&["a/x.mp4", "b/x.avi", "--write", "found"], None, 2);
    assert!(same.contains("into one file"), "{same}");
    let (_, side) = detect(&["a.mp4", "--input-long-side", "100"], None, 2);
    assert!(side.contains("a multiple of 32"), "{side}");
}

/// The checksum the project pins for the sample model.
fn json_manifest() -> String {
    let text = fs::read_to_string(root().join("models/manifest.toml")).unwrap();
    let entry = text.split("file = \"nanodet-g.onnx\"").nth(1).unwrap();
    entry.split("sha256 = \"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
