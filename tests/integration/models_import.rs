//! Files of users become models: every kind of export with no flag, every bad file by name.

mod place;
mod refused;

use crate::support::{fetched, root};
use place::{Place, small};
use serde_json::Value;
use std::fs;

/// Every export among the fixtures, and what must be found out about it: family, classes, and the
/// width and height of the input it is tried with.
const EXPORTS: [(&str, &str, &str, (u64, u64)); 16] = [
    ("yolox-nano", "yolox", "coco80", (160, 96)),
    ("yolox-tiny", "yolox", "coco80", (160, 96)),
    ("yolox-tiny-decoded", "yolox", "coco80", (160, 96)),
    ("yolo-v8-style", "yolo", "coco80", (160, 96)),
    ("yolo-v8-style-helmet", "yolo", "helmet, no helmet, person, licence plate", (640, 480)),
    ("yolo-v8-style-rows", "yolo", "car, van, pedestrian, motorbike, tricycle", (160, 96)),
    ("yolo-v10-style", "yolo-end2end", "coco80", (160, 96)),
    ("rt-detr", "detr", "coco80", (160, 128)),
    ("rt-detr-deployed", "detr", "coco80", (160, 128)),
    ("d-fine", "detr", "coco80", (160, 128)),
    ("d-fine-deployed", "detr", "coco80", (160, 128)),
    ("rf-detr-nano", "detr", "coco91", (128, 128)),
    ("torchvision-ssd", "boxes", "coco91", (160, 96)),
    ("torchvision-retinanet", "boxes", "coco91", (160, 96)),
    ("tf-style", "boxes", "coco91", (160, 96)),
    ("zoo-style", "boxes", "coco91", (160, 96)),
];

#[test]
fn every_export_is_imported_with_no_flag_but_the_file_and_can_be_used() {
    let place = Place::new();
    for (name, family, classes, size) in EXPORTS {
        let (code, out, error) = place.import(&place.export(name), &["--format", "json"]);
        assert_eq!((code, error.as_str()), (0, ""), "{name}: {out}");
        let told: Value = serde_json::from_str(&out).unwrap();
        let entry = &told["entry"];
        assert_eq!((entry["name"].as_str(), entry["family"].as_str()), (Some(name), Some(family)));
        let own = entry["class_names"]
            .as_array()
            .map(|names| names.iter().map(|n| n.as_str().unwrap()).collect::<Vec<_>>().join(", "));
        assert_eq!(own.as_deref().or(entry["classes"].as_str()), Some(classes), "{name}");
        assert_eq!(told["trial"]["input"], serde_json::json!([size.0, size.1]), "{name}");
        let about: Vec<&str> = told["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["about"].as_str().unwrap())
            .collect();
        assert!(
            ["family", "input", "colours", "classes"].iter().all(|a| about.contains(a)),
            "{about:?}"
        );
    }
    // Loaded from where they lie now, by what their entries say.
    let (_, out, _) = place.streetward(&["models", "verify"]);
    let verified =
        out.lines().filter(|l| l.starts_with("ok ") && l.contains("DIR/models/")).count();
    assert_eq!(verified, EXPORTS.len(), "{out}");
    let (_, out, _) = place.streetward(&["models", "list", "--format", "json"]);
    let listed: Value = serde_json::from_str(&out).unwrap();
    for (name, ..) in EXPORTS {
        assert!(listed.as_array().unwrap().iter().any(|e| e["name"] == name), "{name}: {out}");
    }
    let left: Vec<String> = fs::read_dir(place.models())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Overlap of two boxes of corners.
fn iou(a: [f64; 4], b: [f64; 4]) -> f64 {
    let area = |b: [f64; 4]| (b[2] - b[0]).max(0.0) * (b[3] - b[1]).max(0.0);
    let both = area([a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]);
    both / (area(a) + area(b) - both)
}

/// What import concluded of layout, scale, colours and place leads to the boxes of the reference: the
/// same picture, through planes, preprocessing and runtime. The picture has the size of the input
/// already, for no two scalers agree, and networks of random weights forgive nothing.
#[test]
fn an_imported_model_sees_what_its_reference_saw() {
    let place = Place::new();
    let goldens = [
        ("yolox/yolox-nano", "yolox-nano", "160x90"),
        ("yolox/yolox-tiny-decoded", "yolox-tiny-decoded", "160x90"),
        ("yolo/v8-style", "yolo-v8-style", "160x90"),
        ("yolo/v8-style-rows", "yolo-v8-style-rows", "160x90"),
        ("yolo-end2end/v10-style", "yolo-v10-style", "160x90"),
        ("detr/rt-detr", "rt-detr", "160x128"),
        // D-FINE and RF-DETR of random weights choose other queries at a change of one grey level.
    ];
    for (golden, name, content) in goldens {
        let folder = root().join("fixtures/golden");
        let text = fs::read(folder.join(golden).join("golden.json")).unwrap();
        let told: Value = serde_json::from_slice(&text).unwrap();
        let picture = folder.join(format!("content-{content}.png"));
        let (width, height) = image::image_dimensions(&picture).unwrap();
        let side = |key: &str| told["frame"][key].as_f64().unwrap();
        let scale = [f64::from(width) / side("width"), f64::from(height) / side("height")];
        let args = ["--format", "json", "--dry-run", "--picture", picture.to_str().unwrap()];
        let (code, out, error) = place.import(&place.export(name), &args);
        assert_eq!(code, 0, "{error}");
        let seen: Value = serde_json::from_str(&out).unwrap();
        let seen = seen["trial"]["boxes"].as_array().unwrap();
        let corners = |v: &Value, scale: [f64; 2]| -> [f64; 4] {
            std::array::from_fn(|i| v[i].as_f64().unwrap() * scale[i % 2])
        };
        let wanted = told["expected"].as_array().unwrap().iter();
        let sure: Vec<[f64; 4]> = wanted
            .filter(|e| e["score"].as_f64().unwrap() > 0.6)
            .map(|e| corners(&e["box"], scale))
            .collect();
        let near = |want: &&[f64; 4]| {
            seen.iter().any(|got| iou(corners(&got["box"], [1.0; 2]), **want) > 0.6)
        };
        let found = sure.iter().filter(near).count();
        eprintln!("{golden}: {found} of {}", sure.len());
        assert!(
            sure.len() >= 3 && found * 3 >= sure.len() * 2,
            "{golden}: {found} of {}",
            sure.len()
        );
    }
}

/// A graph with the same answer to every picture: what is said of it never changes.
#[test]
fn what_was_found_out_is_told_in_plain_words() {
    let place = Place::new();
    let (code, out, error) = place.import(&small("yolov5-style"), &["--licence", "MIT"]);
    assert_eq!((code, error.as_str()), (0, ""));
    insta::assert_snapshot!("told", out.replace(root().to_str().unwrap(), "ROOT"));
    insta::assert_snapshot!("manifest", place.manifest());
    let args = ["--format", "json", "--dry-run", "--name", "second", "--origin", "a test"];
    let (code, out, _) = place.import(&small("yolov5-style"), &args);
    assert_eq!(code, 0);
    insta::assert_snapshot!("told_json", out.replace(root().to_str().unwrap(), "ROOT"));
    assert!(!place.manifest().contains("second"), "a dry run changes nothing");
}

#[test]
fn a_graph_that_takes_one_size_only_is_held_to_it() {
    let place = Place::new();
    let (code, out, error) = place.import(&small("one-size"), &[]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(
        out.contains("the graph says that it takes any size, and failed with another"),
        "{out}"
    );
    assert!(out.contains("motorcycle (xe máy)"), "{out}");
    assert!(place.manifest().contains("size = [160, 96]"), "{}", place.manifest());
}

#[test]
fn weights_beside_the_file_come_along() {
    let place = Place::new();
    let file = place.file("external.onnx");
    fs::copy(small("external"), &file).unwrap();
    // A box and two classes for each of 315 anchors: 6 × 315 numbers.
    let numbers: Vec<u8> = (0..6 * 315_u32)
        .flat_map(|i| {
            let of = i / 315;
            let value = if of < 4 { 20.0 + (i % 315) as f32 } else { 0.002 * (i % 315) as f32 };
            value.to_le_bytes()
        })
        .collect();
    fs::write(place.file("external.bin"), numbers).unwrap();
    let (code, _, error) = place.import(&file, &[]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(place.models().join("external.bin").is_file());
    assert!(place.manifest().contains("file = \"external.bin\""), "{}", place.manifest());
    let (_, out, _) = place.streetward(&["models", "verify"]);
    assert!(out.lines().any(|l| l.starts_with("ok ") && l.contains("external")), "{out}");
    // A file that lies among the models is entered where it is.
    let (code, out, _) = place.import(&place.models().join("external.onnx"), &["--name", "again"]);
    assert_eq!(code, 0);
    assert!(out.contains("its file is DIR/models/external.onnx"), "{out}");
}

/// From a user's file to observations of a clip, through the command that judges footage.
#[test]
fn a_batch_runs_with_an_imported_model() {
    let place = Place::new();
    let export = place.export("yolo-v8-style-rows");
    assert_eq!(place.import(&export, &["--name", "mine"]).0, 0);
    let clip = place.file("clip.mp4");
    let picture = root().join("models/trial.jpg");
    let loops = ["-loop", "1", "-i", picture.to_str().unwrap(), "-t", "2", "-r", "5"];
    crate::support::ffmpeg(&[&loops[..], &["-pix_fmt", "yuv420p"]].concat(), &clip);
    let camera = place.file("camera.toml");
    let text = "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [416, 312]\n\
        [detector]\nmodel = \"mine\"\n\
        [[zones]]\nname = \"all\"\npolygon = [[0,0],[416,0],[416,312],[0,312]]\n\
        [[rules]]\nkind = \"banned_vehicle\"\nzone = \"all\"\n";
    fs::write(&camera, text).unwrap();
    let data = place.file("data");
    let args = [
        "batch",
        "--camera",
        camera.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
        clip.to_str().unwrap(),
    ];
    let (code, out, error) = place.streetward(&args);
    assert_eq!(code, 0, "{out}{error}");
    let observed =
        fs::read_dir(data.join("observations/c")).unwrap().next().unwrap().unwrap().path();
    let text = zstd::decode_all(fs::File::open(observed).unwrap()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.lines().count() >= 10 && text.contains("\"mine\""), "{text}");
}

/// A trained detector, as if it were anybody's: it must see the people in the embedded picture.
#[test]
fn a_trained_detector_sees_people_after_import() {
    let place = Place::new();
    let file = fetched("models/nanodet-g.onnx");
    let (code, out, error) = place.import(&file, &["--name", "mine", "--format", "json"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&told["entry"]["family"], &told["entry"]["classes"]),
        (&"nanodet".into(), &"coco80".into())
    );
    let people = told["trial"]["boxes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|b| b["class"] == "person")
        .count();
    assert!(people >= 4, "{out}");
    // Held to a wrong family it is refused, not misread.
    let (code, _, error) = place.import(&file, &["--name", "second", "--family", "detr"]);
    assert_eq!(code, 1);
    assert!(error.contains("not of the family \"detr\""), "{error}");
}
