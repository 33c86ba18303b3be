//! Model families and batches, on real sessions.

use crate::support::fetched;
use std::sync::Arc;
use streetward::media::{OpenOptions, Source};
use streetward::vision::{Detection, Detector, Look, Model, Places, Region, Shelf};

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
