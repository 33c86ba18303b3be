//! What one run of each kind of export gives, and which family each must be.

use super::super::signature::ElementType;
use super::facts::{Answer, Given, Metadata};
use super::heads::recognise;

fn answer(size: (usize, usize), takes_size: bool, outputs: &[(&str, &[usize])]) -> Answer {
    let given = |&(name, dims): &(&str, &[usize])| Given {
        name: name.to_owned(),
        kind: ElementType::Float32,
        dims: dims.to_vec(),
        values: Vec::new(),
    };
    Answer { size, takes_size, outputs: outputs.iter().map(given).collect() }
}

/// What one run of each kind of export gives, as users' files have it.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_kind_of_export_is_recognised_by_its_outputs() {
    type Case<'a> =
        (&'a str, Option<usize>, (usize, usize), bool, Option<usize>, &'a [(&'a str, &'a [usize])]);
    let (large, nano) = ((640, 640), (416, 416));
    let cases: &[Case<'_>] = &[
        (
            "nanodet",
            Some(80),
            nano,
            false,
            None,
            &[("scores", &[1, 3549, 80]), ("dist", &[1, 3549, 44])],
        ),
        ("yolox", Some(80), nano, false, None, &[("output", &[1, 3549, 85])]),
        ("yolox", Some(3), large, false, None, &[("output", &[1, 8400, 8])]),
        ("yolox", Some(1), large, false, Some(1), &[("output", &[1, 8400, 6])]),
        // YOLOv5: three anchors to a cell.
        ("yolox", Some(80), large, false, None, &[("output0", &[1, 25200, 85])]),
        ("yolo", Some(80), large, false, None, &[("output0", &[1, 84, 8400])]),
        ("yolo", Some(1), large, false, None, &[("output0", &[1, 5, 8400])]),
        // With a fourth stride.
        ("yolo", Some(80), (1280, 1280), false, None, &[("output0", &[1, 84, 34000])]),
        ("yolo", Some(80), large, false, None, &[("output0", &[1, 8400, 84])]),
        ("yolo", Some(4), large, false, Some(4), &[("output0", &[1, 8400, 8])]),
        ("yolo", Some(2), large, false, Some(2), &[("output0", &[1, 8400, 6])]),
        ("yolo-end2end", None, large, false, None, &[("output0", &[1, 300, 6])]),
        ("yolo-end2end", None, large, false, Some(2), &[("output0", &[1, 300, 6])]),
        (
            "detr",
            Some(80),
            large,
            false,
            None,
            &[("logits", &[1, 300, 80]), ("pred_boxes", &[1, 300, 4])],
        ),
        (
            "detr",
            Some(91),
            (384, 384),
            false,
            None,
            &[("dets", &[1, 300, 4]), ("labels", &[1, 300, 91])],
        ),
        // With hidden states besides, and with names of somebody's own.
        (
            "detr",
            Some(80),
            large,
            false,
            None,
            &[
                ("logits", &[1, 300, 80]),
                ("pred_boxes", &[1, 300, 4]),
                ("last_hidden_state", &[1, 300, 256]),
            ],
        ),
        ("detr", Some(7), large, false, None, &[("a", &[1, 100, 4]), ("b", &[1, 100, 7])]),
        (
            "detr",
            None,
            large,
            true,
            None,
            &[("labels", &[1, 300]), ("boxes", &[1, 300, 4]), ("scores", &[1, 300])],
        ),
        (
            "boxes",
            None,
            large,
            false,
            None,
            &[("boxes", &[0, 4]), ("scores", &[0]), ("labels", &[0])],
        ),
        (
            "boxes",
            None,
            large,
            false,
            None,
            &[("boxes", &[57, 4]), ("labels", &[57]), ("scores", &[57])],
        ),
        (
            "boxes",
            None,
            (300, 300),
            false,
            None,
            &[("bboxes", &[1, 200, 4]), ("labels", &[1, 200]), ("scores", &[1, 200])],
        ),
        (
            "boxes",
            None,
            (320, 320),
            false,
            None,
            &[
                ("detection_boxes:0", &[1, 100, 4]),
                ("detection_classes:0", &[1, 100]),
                ("detection_scores:0", &[1, 100]),
                ("num_detections:0", &[1]),
            ],
        ),
        ("boxes", None, large, false, None, &[("dets", &[1, 100, 5]), ("labels", &[1, 100])]),
    ];
    for (family, classes, size, takes_size, names, outputs) in cases {
        let given = answer(*size, *takes_size, outputs);
        let head = recognise(&given, &Metadata::default(), *names, None).expect(family);
        assert_eq!((head.family, head.classes), (*family, *classes), "{outputs:?}");
        assert!(!head.because.is_empty());
    }
}

#[test]
fn what_is_asked_for_is_tried_even_where_another_family_is_likelier() {
    let given = answer((640, 640), false, &[("output", &[1, 8400, 85])]);
    let asked = |family| recognise(&given, &Metadata::default(), None, Some(family));
    assert_eq!(asked("yolo").unwrap().classes, Some(81));
    assert_eq!(asked("yolox").unwrap().classes, Some(80));
    assert_eq!(asked("detr"), Err(None));
}

#[test]
fn what_is_no_head_is_told_apart_where_it_can_be() {
    let told = |outputs: &[(&str, &[usize])]| {
        recognise(&answer((640, 640), false, outputs), &Metadata::default(), None, None)
            .unwrap_err()
    };
    assert!(told(&[("prob", &[1, 1000])]).unwrap().contains("classifier"));
    assert!(told(&[("output", &[17, 7])]).unwrap().contains("YOLOv7"));
    let masks: &[(&str, &[usize])] =
        &[("output0", &[1, 116, 8400]), ("output1", &[1, 32, 160, 160])];
    assert!(told(masks).unwrap().contains("segmentation"));
    let maps: &[(&str, &[usize])] =
        &[("a", &[1, 255, 80, 80]), ("b", &[1, 255, 40, 40]), ("c", &[1, 255, 20, 20])];
    assert!(told(maps).unwrap().contains("before decoding"));
    assert_eq!(told(&[("y", &[1, 3, 640, 640])]), None);
}
