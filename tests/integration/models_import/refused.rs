//! Every file, list, name and folder that cannot be used, by name.

use super::place::{Place, small};
use crate::support::root;
use std::fs;

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
