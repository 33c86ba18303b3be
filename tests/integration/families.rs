//! Model families and batches, on real sessions.

use crate::support::{fetched, root};
use ndarray::{ArrayD, IxDyn};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use streetward::media::{OpenOptions, Source};
use streetward::vision::family::{self, Output, Values};
use streetward::vision::{
    ChannelOrder, Detection, Detector, Fit, Layout, Letterbox, Look, Model, ModelEntry,
    OutputEntry, Places, Region, Shelf, Thresholds,
};

const LOOK: Look = Look { long_side: 416, min_score: 0.3 };

fn close(a: &[Detection], b: &[Detection]) -> bool {
    let near = |a: &Detection, b: &Detection| {
        a.class == b.class
            && (a.score - b.score).abs() < 1e-3
            && (a.bbox.x1 - b.bbox.x1).abs() < 0.1
            && (a.bbox.y2 - b.bbox.y2).abs() < 0.1
    };
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(a, b))
}

#[test]
fn a_batch_sees_what_its_pictures_show_one_by_one() {
    let clip = fetched("clips/vtest.avi");
    fetched("models/nanodet-g.onnx");
    let model = Arc::new(Model::load(&Shelf::open(Places::default()).unwrap(), None).unwrap());
    assert_eq!(model.batch(), None);
    let mut detector = Detector::new(model).unwrap();
    let mut source = Source::open(&clip, OpenOptions::default()).unwrap();
    let frames: Vec<_> = (0..2).map(|_| source.next_frame().unwrap().unwrap()).collect();
    let whole = Region::whole(frames[0].width(), frames[0].height());
    let right = Region { x: 384, y: 100, width: 384, height: 384 };
    let left = Region { x: 0, y: 0, width: 400, height: 300 };
    let pictures = [(&frames[0], whole), (&frames[1], right), (&frames[0], left)];
    let alone: Vec<Vec<Detection>> = pictures
        .iter()
        .map(|&(frame, region)| {
            detector.begin(416, 320);
            detector.add(frame, region);
            detector.infer(LOOK).unwrap()
        })
        .collect();
    detector.begin(416, 320);
    for (frame, region) in pictures {
        detector.add(frame, region);
    }
    assert_eq!(detector.batch_len(), 3);
    let together = detector.infer_batch(LOOK).unwrap();
    assert_eq!(together.len(), 3);
    for (a, b) in alone.iter().zip(&together) {
        assert!(!a.is_empty() && close(a, b), "{a:?}\n{b:?}");
    }
    assert!(!close(&together[0], &together[1]), "each picture has its own answer");
    assert_eq!(detector.infer(LOOK).unwrap(), together.concat());
    detector.begin(416, 320);
    assert!(detector.infer_batch(LOOK).unwrap().is_empty());
}

/// A golden: what a reference's own code made of the outputs that lie beside it.
#[derive(Deserialize)]
struct Golden {
    family: String,
    architecture: String,
    input: Size,
    frame: Size,
    prepare: Prepare,
    settings: Settings,
    outputs: Vec<Tensor>,
    expected: Vec<Expected>,
}

#[derive(Deserialize)]
struct Size {
    width: usize,
    height: usize,
}

#[derive(Deserialize)]
struct Prepare {
    fit: Fit,
    layout: Layout,
    channels: ChannelOrder,
    mean: [f32; 3],
    std: [f32; 3],
}

#[derive(Deserialize)]
struct Settings {
    score: f32,
    nms_iou: Option<f32>,
    classes: Option<String>,
    decoded: Option<bool>,
    /// What a person reads; says whether boxes are pixels of the frame.
    boxes: Option<String>,
}

#[derive(Deserialize)]
struct Tensor {
    name: String,
    shape: Vec<usize>,
    #[serde(rename = "type")]
    kind: String,
    file: String,
}

#[derive(Deserialize)]
struct Expected {
    #[serde(rename = "box")]
    bbox: [f32; 4],
    score: f32,
    class_index: usize,
}

enum Numbers {
    F32(ArrayD<f32>),
    I64(ArrayD<i64>),
    I32(ArrayD<i32>),
}

impl Numbers {
    fn read(folder: &Path, tensor: &Tensor) -> Self {
        let packed = std::fs::read(folder.join(&tensor.file)).unwrap();
        let bytes = zstd::decode_all(&*packed).unwrap();
        let shape = IxDyn(&tensor.shape);
        macro_rules! array {
            ($kind:ty, $n:literal) => {
                ArrayD::from_shape_vec(
                    shape,
                    bytes.as_chunks::<$n>().0.iter().map(|b| <$kind>::from_le_bytes(*b)).collect(),
                )
                .unwrap()
            };
        }
        match tensor.kind.as_str() {
            "f32" => Self::F32(array!(f32, 4)),
            "i64" => Self::I64(array!(i64, 8)),
            "i32" => Self::I32(array!(i32, 4)),
            other => panic!("{other}"),
        }
    }

    fn values(&self) -> Values<'_> {
        match self {
            Self::F32(a) => Values::F32(a.view()),
            Self::I64(a) => Values::I64(a.view()),
            Self::I32(a) => Values::I32(a.view()),
        }
    }
}

/// Every golden with its folder, `fixtures/golden/<family>/<architecture>`.
fn goldens() -> Vec<(PathBuf, Golden)> {
    let mut all = Vec::new();
    for family in std::fs::read_dir(root().join("fixtures/golden")).unwrap() {
        let Ok(architectures) = std::fs::read_dir(family.unwrap().path()) else { continue };
        for folder in architectures {
            let folder = folder.unwrap().path();
            let text = std::fs::read(folder.join("golden.json")).unwrap();
            all.push((folder, serde_json::from_slice(&text).unwrap()));
        }
    }
    all.sort_by(|a: &(PathBuf, Golden), b| a.0.cmp(&b.0));
    all
}

impl Golden {
    /// The manifest entry a user of that file would write.
    fn entry(&self) -> ModelEntry {
        let yolo_classes = |skip: usize| {
            let shape = &self.outputs[0].shape;
            shape[1].min(shape[2]) - skip
        };
        let names = |n: usize| (0..n).map(|i| format!("class {i}")).collect();
        let (classes, class_names) = match (&self.settings.classes, self.family.as_str()) {
            (Some(table), _) => (table.clone(), Vec::new()),
            (None, "yolo") => (String::new(), names(yolo_classes(4))),
            (None, _) => ("coco80".to_owned(), Vec::new()),
        };
        ModelEntry {
            name: self.architecture.clone(),
            file: format!("{}.onnx", self.architecture),
            family: self.family.clone(),
            classes,
            class_names,
            thresholds: Thresholds { nms_iou: self.settings.nms_iou, ..Thresholds::default() },
            output: OutputEntry { decoded: self.settings.decoded, ..OutputEntry::default() },
            ..ModelEntry::default()
        }
    }

    /// Where the reference laid the picture.
    fn letterbox(&self) -> Letterbox {
        let region = Region::whole(self.frame.width as u32, self.frame.height as u32);
        // A deployment export that was told the frame's size speaks of the frame's pixels.
        if self.settings.boxes.as_deref().is_some_and(|b| b.contains("frame's")) {
            return Letterbox::into(region, self.frame.width, self.frame.height, Fit::Stretch);
        }
        Letterbox::into(region, self.input.width, self.input.height, self.prepare.fit)
    }
}

#[test]
fn every_family_agrees_with_its_references() {
    let goldens = goldens();
    for (folder, golden) in &goldens {
        let numbers: Vec<Numbers> =
            golden.outputs.iter().map(|tensor| Numbers::read(folder, tensor)).collect();
        let outputs: Vec<Output<'_>> = golden
            .outputs
            .iter()
            .zip(&numbers)
            .map(|(tensor, numbers)| Output { name: &tensor.name, values: numbers.values() })
            .collect();
        let (entry, letterbox) = (golden.entry(), golden.letterbox());
        let found = family::decode(&entry, &outputs, &letterbox, golden.settings.score).unwrap();
        let name = &golden.architecture;
        assert_eq!(found.len(), golden.expected.len(), "{name}");
        // Scores that are equal but for rounding may stand in another order.
        let mut left: Vec<&Expected> = golden.expected.iter().collect();
        for got in &found {
            let corners = [got.bbox.x1, got.bbox.y1, got.bbox.x2, got.bbox.y2];
            let same = |want: &&Expected| {
                let off = corners.iter().zip(want.bbox).map(|(a, b)| (a - b).abs());
                got.class_index == want.class_index
                    && (got.score - want.score).abs() < 1e-4
                    && off.fold(0.0, f32::max) < 0.02
            };
            let at = left.iter().position(same).unwrap_or_else(|| panic!("{name}: {got:?}"));
            left.remove(at);
        }
    }
    let families: BTreeSet<&str> = goldens.iter().map(|(_, g)| g.family.as_str()).collect();
    for family in ["boxes", "detr", "yolo", "yolo-end2end", "yolox"] {
        assert!(families.contains(family), "no golden of {family}");
    }
}

#[test]
fn the_usual_input_of_a_family_is_what_its_reference_prepares() {
    for (_, golden) in goldens() {
        let usual = family::input(&golden.family).unwrap();
        let prepare = &golden.prepare;
        // Plain boxes come from anywhere, and RF-DETR normalises as its backbone was trained.
        if golden.family == "boxes" || golden.architecture.starts_with("rf-detr") {
            continue;
        }
        let wanted = (prepare.layout, prepare.channels, prepare.mean, prepare.std, prepare.fit);
        let got = (usual.layout, usual.channels, usual.mean, usual.std, usual.fit);
        assert_eq!(got, wanted, "{}", golden.architecture);
    }
}
