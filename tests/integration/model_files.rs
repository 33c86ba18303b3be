//! Model files of every family in real sessions: what loads and agrees with itself, and what is
//! refused with which words.

use crate::support::{fetched, root};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;
use streetward::media::{Frame, MediaTime, OpenOptions, Source, WallTime, YuvMatrix};
use streetward::vision::{
    Detector, InputType, Layout, Look, Model, Places, RawDetection, Region, Shelf, VisionError,
};

const LOOK: Look = Look { long_side: 640, min_score: 0.3 };

/// A folder of models with a manifest, as a user has it.
struct Models {
    folder: tempfile::TempDir,
    manifest: String,
}

impl Models {
    fn new() -> Self {
        fetched("models/nanodet-g.onnx"); // the runtime lies beside it
        Self { folder: tempfile::tempdir().unwrap(), manifest: "version = 1\n".into() }
    }

    /// Adds a file of fixtures/models (unpacked where it is) and its entry.
    fn add(&mut self, file: &str, entry: &str) {
        let from = root().join("fixtures/models").join(file);
        let mut bytes = std::fs::read(&from).unwrap();
        if from.extension().is_some_and(|e| e == "zst") {
            bytes = zstd::decode_all(&*bytes).unwrap();
        }
        let name = stem(file);
        std::fs::write(self.folder.path().join(format!("{name}.onnx")), &bytes).unwrap();
        let sha = hex::encode(Sha256::digest(&bytes));
        write!(
            self.manifest,
            "[[models]]\nname = \"{name}\"\nfile = \"{name}.onnx\"\nsha256 = \"{sha}\"\n\
             licence = \"\"\norigin = \"\"\n{entry}\n"
        )
        .unwrap();
    }

    fn load(&self, name: &str) -> Result<Model, VisionError> {
        let folder = self.folder.path();
        std::fs::write(folder.join("manifest.toml"), &self.manifest).unwrap();
        let places = Places { runtime: None, models: Some(folder.to_owned()) };
        Model::load(&Shelf::open(places)?, Some(name))
    }

    fn refused(&self, name: &str) -> String {
        match self.load(name) {
            Ok(_) => panic!("{name} was loaded"),
            Err(e) => e.to_string(),
        }
    }

    fn detector(&self, name: &str) -> Detector {
        Detector::new(Arc::new(self.load(name).unwrap())).unwrap()
    }
}

/// The name of a file of fixtures/models, without folder and endings.
fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap();
    name.split('.').next().unwrap()
}

/// Loads one of fixtures/models with this entry.
fn alone(file: &str, entry: &str) -> Models {
    let mut models = Models::new();
    models.add(file, entry);
    models
}

/// A grey picture.
fn grey(level: u8) -> Frame {
    let (luma, chroma) = (vec![level; 64 * 64], vec![128; 32 * 32]);
    let wall = WallTime::parse("2026-08-15T09:00:00").unwrap();
    let matrix = YuvMatrix { bt709: false, full_range: true };
    let planes: [&[u8]; 3] = [&luma, &chroma, &chroma];
    Frame::from_planes(0, MediaTime::ZERO, wall, (64, 64), planes, matrix).unwrap()
}

fn street() -> Frame {
    let mut source = Source::open(&fetched("clips/vtest.avi"), OpenOptions::default()).unwrap();
    source.next_frame().unwrap().unwrap()
}

const TWO: &str = "family = \"yolo\"\nclass_names = [\"lamp\", \"car\"]";

#[test]
fn a_graph_of_one_picture_a_run_still_takes_a_batch() {
    let mut detector = alone("tiny/brightness.onnx", TWO).detector("brightness");
    // Its size is fixed: what is asked for makes no difference.
    detector.begin(640, 384);
    assert_eq!(detector.input_size(), (64, 64));
    let levels = [255_u8, 102, 153];
    for level in levels {
        detector.add(&grey(level), Region::whole(64, 64));
    }
    let lists = detector.infer_batch(LOOK).unwrap();
    assert_eq!(lists.len(), 3);
    for (level, list) in levels.iter().zip(&lists) {
        let [car] = list.as_slice() else { panic!("{list:?}") };
        assert!((car.score - f32::from(*level) / 255.0).abs() < 1e-3, "{level}: {car:?}");
        assert_eq!(car.bbox, [22.0, 27.0, 42.0, 37.0].into());
    }
}

#[test]
fn classes_that_are_no_road_users_are_kept_by_name_and_number() {
    let entry = "family = \"yolo\"\nclass_names = [\"lamp\", \"xe_lam\"]";
    let mut models = alone("tiny/brightness.onnx", entry);
    let (frame, region) = (grey(255), Region::whole(64, 64));
    let mut detector = models.detector("brightness");
    detector.prepare(&frame, region, LOOK);
    assert!(detector.infer(LOOK).unwrap().is_empty());
    let raw = detector.infer_raw(LOOK).unwrap().remove(0);
    let classes = models.load("brightness").unwrap().classes().clone();
    assert_eq!(classes.index_of("Xe Lam"), Some(raw[0].class_index));
    // A user's map makes a road user of it.
    models.manifest += "[class_map]\n\"xe lam\" = \"motorcycle\"\n";
    let mut detector = models.detector("brightness");
    detector.prepare(&frame, region, LOOK);
    assert_eq!(detector.infer(LOOK).unwrap()[0].class.name(), "motorcycle");
    models.manifest = models.manifest.replace("\"motorcycle\"", "\"tram\"");
    let told = models.refused("brightness");
    assert!(told.contains("the class \"tram\", which is not known here"), "{told}");
}

#[test]
fn what_is_not_a_number_is_never_a_detection() {
    let mut detector = alone("tiny/nan.onnx", TWO).detector("nan");
    detector.prepare(&grey(200), Region::whole(64, 64), LOOK);
    let told = detector.infer(LOOK).unwrap_err();
    assert!(matches!(told, VisionError::NotFinite { .. }), "{told}");
    assert!(told.to_string().contains("not finite in its output \"output0\""), "{told}");
}

#[test]
fn weights_in_a_file_of_their_own_are_read_checked_and_missed() {
    let mut models = alone("tiny/outside.onnx", TWO);
    let told = models.refused("outside");
    assert!(told.contains("keeps weights in outside.onnx.data, which is not there"), "{told}");
    let data = models.folder.path().join("outside.onnx.data");
    std::fs::copy(root().join("fixtures/models/tiny/outside.onnx.data"), &data).unwrap();
    let mut detector = models.detector("outside");
    detector.prepare(&grey(255), Region::whole(64, 64), LOOK);
    assert_eq!(detector.infer(LOOK).unwrap().len(), 1);
    // With its checksum in the entry, another file is refused.
    let sha = hex::encode(Sha256::digest(std::fs::read(&data).unwrap()));
    writeln!(models.manifest, "data = [{{ file = \"outside.onnx.data\", sha256 = \"{sha}\" }}]")
        .unwrap();
    models.load("outside").unwrap();
    let mut bytes = std::fs::read(&data).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&data, bytes).unwrap();
    let told = models.refused("outside");
    assert!(told.contains("outside.onnx.data has SHA-256"), "{told}");
}

#[test]
fn each_mistake_of_an_entry_is_told() {
    let told = |file: &str, entry: &str| alone(file, entry).refused(stem(file));
    let rows = "yolo-v8-style.onnx.zst";
    let count = told(rows, "family = \"yolo\"\nclasses = \"coco91\"");
    assert!(count.contains("its output has 80 classes, the table coco91 has 91"), "{count}");
    let family = told(rows, "family = \"yolov8\"\nclasses = \"coco80\"");
    let known = "write one of nanodet, yolox, yolo, yolo-end2end, detr, boxes in the manifest";
    assert!(family.contains("its family \"yolov8\"") && family.contains(known), "{family}");
    let head = told(rows, "family = \"detr\"\nclasses = \"coco80\"");
    assert!(head.contains("its outputs are \"output0\" float32 [1, 84,"), "{head}");
    assert!(head.contains("it needs logits [n, queries, classes] and boxes"), "{head}");
    let other = told("tiny/brightness.onnx", "family = \"yolox\"\nclasses = \"coco80\"");
    assert!(other.contains("its output has 3 classes, the table coco80 has 80"), "{other}");
    let finished = told("yolo-v10-style.onnx.zst", "family = \"yolo\"\nclasses = \"coco80\"");
    assert!(finished.contains("write family = \"yolo-end2end\""), "{finished}");
    let huge = told("tiny/huge.onnx", TWO);
    assert!(huge.contains("takes 768 MiB, more than the 64 MiB allowed"), "{huge}");
    let half = told("tiny/half.onnx", TWO);
    assert!(half.contains("is float16") && half.contains("export it with float32"), "{half}");
    let twice = told(rows, "family = \"yolo\"\nclasses = \"coco80\"\nclass_names = [\"a\"]");
    assert!(twice.contains("write either classes ="), "{twice}");
    let size = told(rows, "family = \"yolo\"\nclasses = \"coco80\"\ninput = { size = [64, 32] }");
    assert!(size.contains("input.size is 64 × 32, and the graph wants"), "{size}");
    let key = told(rows, "family = \"yolo\"\nclasses = \"coco80\"\ninput = { chanels = \"rgb\" }");
    assert!(key.contains("unknown key \"chanels\"; did you mean \"channels\"?"), "{key}");
}

/// What a model sees on a street, by its own class numbers.
fn seen(models: &Models, name: &str, frame: &Frame, min_score: f32) -> Vec<RawDetection> {
    let look = Look { min_score, long_side: 160 };
    let mut detector = models.detector(name);
    detector.prepare(frame, Region::whole(frame.width(), frame.height()), look);
    let found = detector.infer_raw(look).unwrap().remove(0);
    for raw in &found {
        let b = raw.bbox;
        assert!(0.0 <= b.x1 && b.x1 < b.x2 && b.x2 <= frame.width() as f32, "{name}: {raw:?}");
        assert!(0.0 <= b.y1 && b.y1 < b.y2 && b.y2 <= frame.height() as f32, "{name}: {raw:?}");
        assert!((min_score..=1.0).contains(&raw.score), "{name}: {raw:?}");
    }
    found
}

/// Share of `a` that has its like in `b`.
fn agreement(a: &[RawDetection], b: &[RawDetection], score: f32) -> f32 {
    let like = |x: &&RawDetection| {
        b.iter().any(|y| {
            x.class_index == y.class_index
                && (x.score - y.score).abs() < score
                && x.bbox.iou(&y.bbox) > 0.9
        })
    };
    a.iter().filter(like).count() as f32 / a.len().max(1) as f32
}

#[test]
fn two_exports_of_one_network_see_the_same() {
    let mut models = Models::new();
    for name in ["d-fine", "d-fine-deployed"] {
        models.add(&format!("{name}.onnx.zst"), "family = \"detr\"\nclasses = \"coco80\"");
    }
    let frame = street();
    let plain = seen(&models, "d-fine", &frame, 0.3);
    let deployed = seen(&models, "d-fine-deployed", &frame, 0.3);
    assert!(!plain.is_empty() && plain.len() == deployed.len(), "{plain:?}\n{deployed:?}");
    assert!(agreement(&plain, &deployed, 1e-3) >= 1.0, "{plain:?}\n{deployed:?}");
    // The same detector fed with floats in planes and with bytes in pixels; outputs in pixels, in
    // shares of the input, and top before left.
    let boxes = "family = \"boxes\"\nclasses = \"coco91\"\ninput = { fit = \"centre\" }";
    for name in ["torchvision-ssd", "zoo-style", "tf-style"] {
        models.add(&format!("{name}.onnx.zst"), boxes);
    }
    let spec = *models.load("tf-style").unwrap().input();
    assert_eq!((spec.layout, spec.kind), (Layout::Nhwc, InputType::Uint8));
    let plain = seen(&models, "torchvision-ssd", &frame, 0.3);
    let zoo = seen(&models, "zoo-style", &frame, 0.3);
    let bytes = seen(&models, "tf-style", &frame, 0.3);
    assert!(plain.len() >= 3 && agreement(&plain, &zoo, 1e-3) >= 1.0, "{plain:?}\n{zoo:?}");
    // Bytes are rounded, so a few boxes differ.
    assert!(agreement(&plain, &bytes, 0.02) > 0.8, "{plain:?}\n{bytes:?}");
    assert!(agreement(&bytes, &plain, 0.02) > 0.8, "{plain:?}\n{bytes:?}");
}

#[test]
fn every_export_loads_with_its_family_and_runs() {
    let coco = "classes = \"coco80\"";
    let files = [
        ("yolox-nano", "yolox", coco),
        ("yolox-tiny", "yolox", coco),
        ("yolox-tiny-decoded", "yolox", "classes = \"coco80\"\noutput = { decoded = true }"),
        ("yolo-v8-style", "yolo", coco),
        ("yolo-v8-style-helmet", "yolo", "class_names = [\"a\", \"b\", \"c\", \"d\"]"),
        ("yolo-v8-style-rows", "yolo", "class_names = [\"a\", \"b\", \"c\", \"d\", \"e\"]"),
        ("yolo-v10-style", "yolo-end2end", coco),
        ("torchvision-retinanet", "boxes", "classes = \"coco91\""),
        ("rf-detr-nano", "detr", "classes = \"coco91\""),
    ];
    let mut models = Models::new();
    for (name, family, rest) in files {
        models.add(&format!("{name}.onnx.zst"), &format!("family = \"{family}\"\n{rest}"));
    }
    let frame = street();
    for (name, ..) in files {
        // Random weights see something in anything, if asked for little.
        assert!(!seen(&models, name, &frame, 0.05).is_empty(), "{name}");
    }
}
