//! The model and the way to it, against independent references.

use crate::support::{fetched, ffmpeg, root};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use streetward::media::{OpenOptions, Source};
use streetward::vision::{
    Detection, Detector, InputSpec, Letterbox, Look, Model, Places, Preprocessor, Region, Shelf,
    VisionError, family::nanodet,
};

fn shelf() -> Shelf {
    fetched("models/nanodet-g.onnx");
    Shelf::open(Places::default()).unwrap()
}

#[derive(Deserialize)]
struct Golden {
    min_score: f32,
    detections: Vec<Detection>,
}

/// The picture and TensorFlow's answer to it lie in fixtures/golden.
#[test]
fn nanodet_agrees_with_the_reference() {
    let folder = root().join("fixtures/golden");
    let golden: Golden =
        serde_json::from_slice(&std::fs::read(folder.join("nanodet-expected.json")).unwrap())
            .unwrap();
    let picture = image::open(folder.join("nanodet-input.png")).unwrap().to_rgb8();
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let mut tensor = vec![0.0; 3 * w * h];
    for (i, pixel) in picture.pixels().enumerate() {
        for plane in 0..3 {
            let value = f32::from(pixel.0[2 - plane]);
            tensor[plane * w * h + i] =
                (value - nanodet::INPUT.mean[plane]) / nanodet::INPUT.std[plane];
        }
    }
    let model = Arc::new(Model::load(&shelf(), None).unwrap());
    let mut detector = Detector::new(model).unwrap();
    let look = Look { long_side: w, min_score: golden.min_score };
    detector.load(&tensor, Letterbox::fit(Region::whole(w as u32, h as u32), w, 32));
    let found = detector.infer(look).unwrap();
    assert_eq!(found.len(), golden.detections.len());
    for (got, want) in found.iter().zip(&golden.detections) {
        assert_eq!(got.class, want.class);
        assert!((got.score - want.score).abs() < 1e-3, "{got:?} {want:?}");
        let corners = [got.bbox.x1, got.bbox.y1, got.bbox.x2, got.bbox.y2];
        let wanted = [want.bbox.x1, want.bbox.y1, want.bbox.x2, want.bbox.y2];
        for (g, w) in corners.iter().zip(wanted) {
            assert!((g - w).abs() < 1e-3, "{got:?} {want:?}");
        }
    }
}

/// What FFmpeg's scaler makes of a picture, as planar floats normalised for the model.
fn by_ffmpeg(clip: &Path, letterbox: &Letterbox, spec: &InputSpec) -> Vec<f32> {
    let dir = tempfile::tempdir().unwrap();
    let raw = dir.path().join("raw.rgb");
    let (left, top, w, h) = letterbox.content;
    let flags = "flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp";
    let filter = format!(
        "scale={w}:{h}:{flags},format=rgb24,pad={}:{}:{left}:{top}:black",
        letterbox.width, letterbox.height
    );
    let clip = clip.to_str().unwrap();
    ffmpeg(&["-i", clip, "-frames:v", "1", "-vf", &filter, "-f", "rawvideo"], &raw);
    let bytes = std::fs::read(raw).unwrap();
    let area = letterbox.width * letterbox.height;
    assert_eq!(bytes.len(), 3 * area);
    let mut out = vec![0.0; 3 * area];
    for (i, pixel) in bytes.chunks_exact(3).enumerate() {
        for plane in 0..3 {
            out[plane * area + i] =
                (f32::from(pixel[2 - plane]) - spec.mean[plane]) / spec.std[plane];
        }
    }
    out
}

fn compare_with_ffmpeg(source: &str, pixels: &str, extra: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let clip = dir.path().join("clip.mkv");
    let mut args = vec!["-f", "lavfi", "-i", source, "-frames:v", "1", "-c:v", "ffv1"];
    args.extend(["-pix_fmt", pixels]);
    args.extend(extra);
    ffmpeg(&args, &clip);
    let mut opened = Source::open(&clip, OpenOptions::default()).unwrap();
    let frame = opened.next_frame().unwrap().unwrap();
    let letterbox =
        Letterbox::fit(Region::whole(frame.width(), frame.height()), 416, nanodet::INPUT.multiple);
    let mut tensor = vec![0.0; 3 * letterbox.width * letterbox.height];
    Preprocessor::default().fill(&frame, letterbox, &nanodet::INPUT, &mut tensor);
    let wanted = by_ffmpeg(&clip, &letterbox, &nanodet::INPUT);
    let mean =
        tensor.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).sum::<f32>() / tensor.len() as f32;
    // One grey level is 0.0175 here.
    assert!(mean < 0.02, "{source} {pixels}: mean difference {mean}");
}

#[test]
fn preprocessing_agrees_with_an_independent_scaler() {
    let soft = "testsrc2=size=768x576:rate=1,gblur=sigma=4";
    compare_with_ffmpeg(soft, "yuv420p", &["-colorspace", "smpte170m", "-color_range", "tv"]);
    compare_with_ffmpeg(soft, "yuv420p", &["-colorspace", "smpte170m", "-color_range", "pc"]);
    let portrait = "testsrc2=size=360x640:rate=1,gblur=sigma=4";
    compare_with_ffmpeg(portrait, "yuv420p", &["-colorspace", "smpte170m", "-color_range", "tv"]);
    let large = "testsrc2=size=1920x1080:rate=1,gblur=sigma=8";
    compare_with_ffmpeg(large, "yuv420p", &["-colorspace", "smpte170m", "-color_range", "tv"]);
}

fn shelf_with(folder: &Path, entry: &str) -> Result<Model, VisionError> {
    std::fs::write(folder.join("manifest.toml"), entry).unwrap();
    let places = Places { runtime: None, models: Some(folder.to_owned()) };
    Model::load(&Shelf::open(places).unwrap(), Some("mine"))
}

fn entry(file: &Path) -> String {
    use sha2::{Digest, Sha256};
    let sha = std::fs::read(file).map(|b| hex::encode(Sha256::digest(b))).unwrap_or_default();
    let name = file.file_name().unwrap().to_str().unwrap();
    format!(
        "version = 1\n[[models]]\nname = \"mine\"\nfile = \"{name}\"\nsha256 = \"{sha}\"\n\
         family = \"nanodet\"\nclasses = \"coco80\"\nlicence = \"\"\norigin = \"\"\n"
    )
}

#[test]
fn a_bad_model_is_one_clear_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("m.onnx");
    let missing = shelf_with(dir.path(), &entry(&file)).err().unwrap().to_string();
    assert!(missing.contains("m.onnx was not found") && missing.contains("run scripts/setup"));

    std::fs::write(&file, b"not a model").unwrap();
    let corrupt = shelf_with(dir.path(), &entry(&file)).err().unwrap().to_string();
    assert!(corrupt.contains("is not a model ONNX Runtime can load"), "{corrupt}");

    let good = std::fs::read(fetched("models/nanodet-g.onnx")).unwrap();
    std::fs::write(&file, &good).unwrap();
    let right = entry(&file);
    std::fs::write(&file, &good[..good.len() - 1]).unwrap();
    let checksum = shelf_with(dir.path(), &right).err().unwrap().to_string();
    assert!(checksum.contains("has SHA-256") && checksum.contains("run scripts/setup"));

    for (key, known) in [("classes", "coco80"), ("family", "nanodet")] {
        std::fs::write(&file, &good).unwrap();
        let other =
            entry(&file).replace(&format!("{key} = \"{known}\""), &format!("{key} = \"x\""));
        let told = shelf_with(dir.path(), &other).err().unwrap().to_string();
        assert!(told.contains(&format!("its {key} \"x\" is not known here")), "{told}");
    }

    // A real graph of another shape: one Identity from input to output.
    std::fs::copy(root().join("fixtures/models/identity.onnx"), &file).unwrap();
    let shape = shelf_with(dir.path(), &entry(&file)).err().unwrap().to_string();
    assert!(shape.contains("does not fit its family \"nanodet\""), "{shape}");
}
