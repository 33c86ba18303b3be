//! Files of users become models: every kind of export with no flag, every bad file by name.

use crate::support::{fetched, root};
use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Every export among the fixtures, and what must be found out about it: family, classes, channels
/// of the input where they are not the family's, and the width and height of the input.
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

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        fetched("runtime");
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("models")).unwrap();
        Self { dir }
    }

    fn models(&self) -> PathBuf {
        self.dir.path().join("models")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A real export out of the fixtures, as a user would have it.
    fn export(&self, name: &str) -> PathBuf {
        let packed =
            fs::File::open(root().join(format!("fixtures/models/{name}.onnx.zst"))).unwrap();
        let mut decoder = zstd::Decoder::new(packed).unwrap();
        decoder.window_log_max(27).unwrap();
        let path = self.file(&format!("{name}.onnx"));
        std::io::copy(&mut decoder, &mut fs::File::create(&path).unwrap()).unwrap();
        path
    }

    fn streetward(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
        command.current_dir(root()).args(args).env("COLUMNS", "100");
        for name in ["DATA", "RUNTIME", "LOG"] {
            command.env_remove(format!("STREETWARD_{name}"));
        }
        let out = command.env("STREETWARD_MODELS", self.models()).output().unwrap();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(self.dir.path().to_str().unwrap(), "DIR")
        };
        (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
    }

    fn import(&self, file: &Path, more: &[&str]) -> (i32, String, String) {
        let args = [&["models", "import", file.to_str().unwrap()], more].concat();
        self.streetward(&args)
    }

    /// The error of a file that is refused; nothing may have been left behind.
    fn refused(&self, file: &Path, more: &[&str]) -> String {
        let (code, out, error) = self.import(file, more);
        assert_eq!((code, out.as_str()), (1, ""), "{error}");
        let left: Vec<_> =
            fs::read_dir(self.models()).unwrap().map(|e| e.unwrap().path()).collect();
        assert!(left.is_empty(), "{left:?}");
        error
    }

    fn manifest(&self) -> String {
        fs::read_to_string(self.models().join("manifest.toml")).unwrap()
    }
}

fn small(name: &str) -> PathBuf {
    root().join(format!("fixtures/models/import/{name}.onnx"))
}

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
fn every_file_that_is_no_detector_is_named_with_what_to_do() {
    let place = Place::new();
    let told = |name: &str| place.refused(&small(name), &[]);
    assert!(told("classifier").contains("how a classifier answers"));
    let maps = told("raw-maps");
    assert!(
        maps.contains("export with the decoding inside")
            && maps.contains("\"map0\" float32 [1, 24, 12, 20]")
    );
    assert!(maps.contains("yolo-end2end needs one output [n, boxes, 6]"), "{maps}");
    assert!(told("segmenter").contains("its task is \"segment\", and only \"detect\" is read"));
    assert!(told("nan").contains("not finite in its output \"output1\""));
    assert!(told("external").contains("copy external.bin into the same folder as the model"));
    assert!(told("huge").contains("takes 3072 MiB, more than the 64 MiB allowed"));
    assert!(told("no-batch").contains("export it with a batch of one"));
    assert!(told("grey").contains("[1, 1, 96, 160], not [n, 3, height, width]"));
    assert!(told("half").contains("export it with float32 inputs and outputs"));
    assert!(told("two-pictures").contains("the picture as its only input"));
    let identity = place.refused(&root().join("fixtures/models/identity.onnx"), &[]);
    assert!(identity.contains("it gives \"y\" float32"), "{identity}");
    insta::assert_snapshot!("unknown_head", identity.replace(root().to_str().unwrap(), "ROOT"));

    for (name, bytes, wanted) in [
        ("empty.onnx", &b""[..], "it is empty"),
        ("best.onnx", b"PK\x03\x04 torch", "PyTorch's .pt and .pth"),
        ("lfs.onnx", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("model.onnx", b"\x1c\0\0\0TFL3", "TensorFlow Lite"),
        ("notes.onnx", b"not a model", "finds no graph in it"),
    ] {
        let path = place.file(name);
        fs::write(&path, bytes).unwrap();
        let error = place.refused(&path, &[]);
        assert!(error.contains("is not ONNX") && error.contains(wanted), "{error}");
    }
    let large = place.file("large.onnx");
    fs::File::create(&large).unwrap().set_len(1 << 31).unwrap();
    assert!(place.refused(&large, &[]).contains("larger than 2 GiB"));
    // Cut off in the middle.
    let whole = fs::read(place.export("yolo-v8-style-rows")).unwrap();
    let path = place.file("cut.onnx");
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(place.refused(&path, &[]).contains("cut.onnx is not ONNX"));
}

#[test]
fn a_list_of_classes_must_fit() {
    let place = Place::new();
    let list = place.file("classes.txt");
    fs::write(&list, "car\nbus\n").unwrap();
    let export = place.export("yolo-v8-style");
    let error = place.refused(&export, &["--classes", list.to_str().unwrap()]);
    assert!(error.contains("has 80 classes, and DIR/classes.txt has 2 names"), "{error}");
    let forced = place.refused(&export, &["--family", "yolo", "--classes", "coco91"]);
    assert!(forced.contains("the table coco91 has 91 names"), "{forced}");
    let wrong = place.refused(&export, &["--family", "detr"]);
    assert!(wrong.contains("detr needs logits") && !wrong.contains("yolox needs"), "{wrong}");
    fs::write(&list, "# nothing\n").unwrap();
    let (code, _, error) = place.import(&export, &["--classes", list.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(error.contains("holds no class names"), "{error}");

    // Five names, two of them others than the file's own.
    fs::write(&list, "car\nvan\nxe máy\nxe ba gác\nperson\n").unwrap();
    let rows = place.export("yolo-v8-style-rows");
    let (code, out, error) = place.import(&rows, &["--classes", list.to_str().unwrap()]);
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(out.contains("car, van, xe máy, xe ba gác, person"), "{out}");
    assert!(place.manifest().contains("\"xe máy\""), "{}", place.manifest());
}

#[test]
fn a_name_is_taken_once() {
    let place = Place::new();
    let file = small("one-size");
    let first = ["--name", "mine", "--licence", "MIT"];
    assert_eq!(place.import(&file, &first).0, 0);
    let written =
        format!("# by hand\n{}\n[class_map]\n\"xe lam\" = \"motorcycle\"\n", place.manifest());
    fs::write(place.models().join("manifest.toml"), &written).unwrap();

    let (code, _, error) = place.import(&file, &first);
    assert_eq!(code, 2);
    assert!(
        error.contains("a model named \"mine\" already (in DIR/models/manifest.toml)"),
        "{error}"
    );
    let (code, _, error) = place.import(&file, &["--name", "nanodet-g", "--replace"]);
    assert_eq!(code, 2);
    assert!(error.contains("name of a model that set-up fetches"), "{error}");
    let (code, _, error) = place.import(&file, &["--name", "my model"]);
    assert_eq!(code, 2);
    assert!(error.contains("\"my model\" cannot be a model's name"), "{error}");
    fs::write(place.models().join("other.onnx"), "another").unwrap();
    let (code, _, error) = place.import(&file, &["--name", "other"]);
    assert_eq!(code, 2);
    assert!(
        error.contains("DIR/models/other.onnx is there already and is another file"),
        "{error}"
    );
    assert_eq!(place.manifest(), written, "what failed changed nothing");

    let other = small("yolov5-style");
    assert_eq!(place.import(&other, &["--name", "mine", "--replace"]).0, 0);
    let manifest = place.manifest();
    assert!(manifest.starts_with("# by hand\n") && manifest.contains("\"xe lam\""), "{manifest}");
    assert_eq!(manifest.matches("name = \"mine\"").count(), 1, "{manifest}");
    assert!(manifest.contains("decoded = true"), "{manifest}");
    assert_eq!(
        fs::read(place.models().join("mine.onnx")).unwrap(),
        fs::read(&other).unwrap(),
        "its file was exchanged as well"
    );
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

#[test]
fn what_cannot_be_read_or_written_is_named() {
    let place = Place::new();
    let (code, _, error) = place.import(&place.file("nowhere.onnx"), &[]);
    assert_eq!(code, 2);
    assert!(error.contains("DIR/nowhere.onnx cannot be read"), "{error}");
    let (code, _, error) = place.import(place.dir.path(), &[]);
    assert_eq!(code, 2);
    assert!(error.contains("cannot be read"), "{error}");
    let file = small("one-size");
    let (code, _, error) = place.import(&file, &["--family", "yolo9"]);
    assert_eq!(code, 2);
    assert!(error.contains("no family \"yolo9\"; name one of nanodet, yolox"), "{error}");
    let (code, _, error) = place.import(&file, &["--picture", "nowhere.png"]);
    assert_eq!(code, 2);
    assert!(error.contains("nowhere.png cannot be read"), "{error}");
    let blocked = place.file("blocked");
    fs::write(&blocked, "").unwrap();
    let (code, _, error) = place.import(&file, &["--models", blocked.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(error.contains("DIR/blocked cannot be written"), "{error}");
    let manifest = place.models().join("manifest.toml");
    fs::write(&manifest, "models = 3\n").unwrap();
    let (code, _, error) = place.import(&file, &[]);
    assert_eq!(code, 2);
    assert!(error.contains("manifest.toml") && error.contains("correct it"), "{error}");
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
