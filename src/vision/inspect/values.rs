//! What the numbers of one run tell of a head that names and shapes do not: pixels or shares of the
//! input, offsets or boxes, probabilities or logits, the number of the first class.

use super::super::entry::{Activation, BoxFormat};
use super::facts::{Answer, Finding, Given};
use super::heads::Head;

/// Boxes whose largest coordinate is below this are shares of the input, not pixels.
const SHARE: f32 = 2.0;

/// A logarithm of a size above this is none: e^10 strides are wider than any picture.
const LOGARITHM: f32 = 10.0;

/// Refines `head` by the numbers it was recognised from.
///
/// # Errors
/// The output that holds a number that is not finite, where one would have to be read.
pub fn refine(head: &mut Head, answer: &Answer, class_count: usize) -> Result<(), String> {
    match head.family {
        "yolox" => yolox(head, answer),
        "yolo" => yolo(head, answer),
        "yolo-end2end" => end_to_end(head, answer, class_count),
        "detr" if head.classes.is_some() => detr(head, answer),
        "detr" | "boxes" => boxes(head, answer, class_count),
        _ => finite(&answer.outputs.iter().collect::<Vec<_>>()),
    }
}

fn finite(outputs: &[&Given]) -> Result<(), String> {
    let bad = outputs.iter().find(|o| o.values.iter().any(|v| !v.is_finite()));
    bad.map_or(Ok(()), |o| Err(o.name.clone()))
}

fn table(answer: &Answer) -> Option<&Given> {
    answer.outputs.iter().find(|o| o.dims.len() == 3)
}

/// Least and largest of some numbers; `None` of none.
fn range(values: impl Iterator<Item = f32>) -> Option<(f32, f32)> {
    values.fold(None, |r, v| Some(r.map_or((v, v), |(a, b): (f32, f32)| (a.min(v), b.max(v)))))
}

/// Sets the activation where scores are no probabilities.
fn probabilities(head: &mut Head, scores: impl Iterator<Item = f32>) {
    let Some((least, most)) = range(scores) else { return };
    if least < -1e-3 || most > 1.0 + 1e-3 {
        head.output.activation = Some(Activation::Sigmoid);
        head.findings.push(Finding::taken(
            "scores",
            "sigmoid",
            format!("scores ran from {least:.2} to {most:.2}, so they are logits"),
            "set output.activation",
        ));
    }
}

/// Tells pixels from shares of the input.
fn shares(head: &mut Head, usual: bool, coordinates: impl Iterator<Item = f32>) {
    let Some((_, most)) = range(coordinates) else {
        head.findings.push(Finding::taken(
            "boxes",
            if usual { "shares of the input" } else { "pixels of the input" },
            "the run gave no box to tell by",
            "set output.normalised",
        ));
        return;
    };
    let found = most < SHARE;
    if found != usual {
        head.output.normalised = Some(found);
        let value = if found { "shares of the input" } else { "pixels of the input" };
        let because = format!("the largest coordinate was {most:.1}");
        head.findings.push(Finding::taken("boxes", value, because, "set output.normalised"));
    }
}

fn yolox(head: &mut Head, answer: &Answer) -> Result<(), String> {
    let Some(table) = table(answer) else { return Ok(()) };
    finite(&[table])?;
    let sizes = || table.rows().flat_map(|row| [row[2], row[3]]);
    if let Some((least, most)) = range(sizes()) {
        let boxes = least > 0.0 && most > LOGARITHM;
        if boxes && head.output.decoded.is_none() {
            head.output.decoded = Some(true);
            head.findings.push(Finding::taken(
                "boxes",
                "decoded",
                format!("widths and heights ran from {least:.0} to {most:.0}, so they are pixels"),
                "remove output.decoded",
            ));
        }
    }
    probabilities(head, table.rows().flat_map(|row| row[4..].iter().copied()));
    Ok(())
}

fn yolo(head: &mut Head, answer: &Answer) -> Result<(), String> {
    let Some(table) = table(answer) else { return Ok(()) };
    finite(&[table])?;
    let (&[_, rows, columns], classes) = (&*table.dims, head.classes.unwrap_or(0)) else {
        return Ok(());
    };
    let transposed = columns == 4 + classes && rows != columns;
    let anchors = if transposed { rows } else { columns };
    let at = |i: usize, k: usize| {
        let place = if transposed { i * columns + k } else { k * columns + i };
        table.values.get(place).copied().unwrap_or_default()
    };
    if table.values.is_empty() {
        return Ok(());
    }
    // Corners are always in order; a centre and a size hardly ever are for all anchors.
    if (0..anchors).all(|i| at(i, 2) >= at(i, 0) && at(i, 3) >= at(i, 1)) {
        head.output.box_format = Some(BoxFormat::Xyxy);
        head.findings.push(Finding::taken(
            "boxes",
            "xyxy",
            "the last two numbers were never below the first two",
            "remove output.box_format for centre and size",
        ));
    }
    shares(head, false, (0..anchors).flat_map(|i| (0..4).map(move |k| at(i, k))));
    probabilities(head, (0..anchors).flat_map(|i| (4..4 + classes).map(move |k| at(i, k))));
    Ok(())
}

fn end_to_end(head: &mut Head, answer: &Answer, class_count: usize) -> Result<(), String> {
    let Some(table) = table(answer) else { return Ok(()) };
    finite(&[table])?;
    // Rows to fill up the table say nothing.
    let told = || table.rows().filter(|row| row[4] > 0.0);
    shares(head, false, told().flat_map(|row| row[..4].iter().copied()));
    if told().any(|row| row[2] < row[0] || row[3] < row[1]) {
        head.output.box_format = Some(BoxFormat::Cxcywh);
        head.findings.push(Finding::taken(
            "boxes",
            "cxcywh",
            "the last two numbers were sometimes below the first two",
            "remove output.box_format for corners",
        ));
    }
    base(head, told().map(|row| row[5]), 0, class_count);
    Ok(())
}

/// Tells whether classes are numbered from 0 or 1, where a number excludes what is usual.
fn base(head: &mut Head, numbers: impl Iterator<Item = f32>, usual: usize, class_count: usize) {
    let Some((least, most)) = range(numbers) else { return };
    let found = match usual {
        0 if least >= 1.0 && most as usize == class_count => 1,
        1 if least < 0.5 => 0,
        _ => return,
    };
    head.output.class_base = Some(found);
    let because = format!("class numbers ran from {least} to {most}, for {class_count} names");
    let finding = Finding::taken("class_base", found.to_string(), because, "set output.class_base");
    head.findings.push(finding);
}

fn detr(head: &mut Head, answer: &Answer) -> Result<(), String> {
    let find = |said: &Option<String>, usual: &[&str]| match said {
        Some(name) => answer.output(name),
        None => answer.any(usual),
    };
    let boxes = find(&head.output.boxes, &["pred_boxes", "dets", "boxes"]);
    let logits = find(&head.output.scores, &["logits", "pred_logits", "labels", "scores"]);
    let (Some(boxes), Some(logits)) = (boxes, logits) else { return Ok(()) };
    finite(&[boxes, logits])?;
    shares(head, true, boxes.values.iter().copied());
    let sums_to_one = |row: &[f32]| (row.iter().sum::<f32>() - 1.0).abs() < 1e-3;
    match range(logits.values.iter().copied()) {
        _ if head.classes == Some(92) => {
            head.output.activation = Some(Activation::Softmax);
            head.classes = Some(91);
            let because =
                "92 class scores are COCO's 91 and \"no object\", as the first DETR has them";
            let otherwise = "set output.activation";
            head.findings.push(Finding::taken("scores", "softmax", because, otherwise));
        }
        Some((least, most)) if least >= 0.0 && most <= 1.0 && !logits.rows().all(sums_to_one) => {
            head.output.activation = Some(Activation::None);
            let because = format!("scores ran from {least:.2} to {most:.2}: probabilities already");
            head.findings.push(Finding::taken("scores", "none", because, "set output.activation"));
        }
        _ => {}
    }
    Ok(())
}

fn boxes(head: &mut Head, answer: &Answer, class_count: usize) -> Result<(), String> {
    let boxes = answer.any(&["detection_boxes", "boxes", "bboxes", "dets", "det_boxes"]);
    let scores = answer.any(&["detection_scores", "scores", "det_scores"]);
    let numbers =
        answer.any(&["detection_classes", "labels", "classes", "class_ids", "det_classes"]);
    let Some(boxes) = boxes else { return Ok(()) };
    let all: Vec<&Given> = [Some(boxes), scores, numbers].into_iter().flatten().collect();
    finite(&all)?;
    let usual = boxes.name.starts_with("detection_boxes") || boxes.name.starts_with("bboxes");
    let of_detr = head.family == "detr";
    if !of_detr {
        // A box with a score of its own has it as a fifth number.
        shares(head, usual, boxes.rows().flat_map(|row| row[..4.min(row.len())].iter().copied()));
    }
    let counted = scores.map_or(usize::MAX, |s| s.values.iter().filter(|v| **v > 0.0).count());
    let numbers = numbers.iter().flat_map(|o| o.values.iter().copied()).take(counted);
    let from_zero = of_detr || class_count == 91 || scores.is_none();
    base(head, numbers, usize::from(!from_zero), class_count);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::super::entry::OutputEntry;
    use super::super::super::signature::ElementType;
    use super::super::facts::Metadata;
    use super::super::heads::recognise;
    use super::*;

    fn answer(outputs: &[(&str, &[usize], Vec<f32>)]) -> Answer {
        let outputs = outputs
            .iter()
            .map(|(name, dims, values)| Given {
                name: (*name).into(),
                kind: ElementType::Float32,
                dims: dims.to_vec(),
                values: values.clone(),
            })
            .collect();
        Answer { size: (64, 64), takes_size: false, outputs }
    }

    fn refined(answer: &Answer, names: usize) -> Result<Head, String> {
        let mut head = recognise(answer, &Metadata::default(), Some(names), None).unwrap();
        refine(&mut head, answer, names).map(|()| head)
    }

    #[test]
    fn offsets_and_pixels_are_told_apart() {
        // 84 cells of a box, an objectness and two classes.
        let rows =
            |w: f32| (0..84).flat_map(|i| [0.5, 0.5, w, w + i as f32, 0.9, 0.1, 0.2]).collect();
        let raw = refined(&answer(&[("output", &[1, 84, 7], rows(-0.5))]), 2).unwrap();
        assert_eq!((raw.family, raw.output.decoded), ("yolox", None));
        let pixels = refined(&answer(&[("output", &[1, 84, 7], rows(9.0))]), 2).unwrap();
        assert_eq!((pixels.family, pixels.output.decoded), ("yolox", Some(true)));
    }

    #[test]
    fn corners_shares_and_logits_are_told_apart() {
        let planes = |box_: [f32; 4], score: f32| -> Vec<f32> {
            box_.into_iter().chain([score, 0.1]).flat_map(|v| [v; 84]).collect()
        };
        let one = |values| refined(&answer(&[("output0", &[1, 6, 84], values)]), 2).unwrap();
        let usual = one(planes([30.0, 30.0, 9.0, 9.0], 0.5));
        assert_eq!((usual.family, usual.output), ("yolo", OutputEntry::default()));
        assert_eq!(one(planes([3.0, 3.0, 9.0, 9.0], 0.5)).output.box_format, Some(BoxFormat::Xyxy));
        assert_eq!(one(planes([0.5, 0.5, 0.1, 0.2], 0.5)).output.normalised, Some(true));
        let logits = one(planes([30.0, 30.0, 9.0, 9.0], -4.0)).output.activation;
        assert_eq!(logits, Some(Activation::Sigmoid));
    }

    #[test]
    fn numbers_that_are_not_finite_are_named() {
        let mut values = vec![0.5; 6 * 84];
        values[77] = f32::NAN;
        let told = refined(&answer(&[("output0", &[1, 6, 84], values)]), 2).unwrap_err();
        assert_eq!(told, "output0");
    }

    #[test]
    fn classes_from_one_are_noticed() {
        let boxes = vec![1.0, 2.0, 30.0, 40.0, 5.0, 6.0, 50.0, 60.0];
        let outputs = |labels: Vec<f32>| {
            answer(&[
                ("boxes", &[2, 4], boxes.clone()),
                ("scores", &[2], vec![0.9, 0.8]),
                ("labels", &[2], labels),
            ])
        };
        // The family counts from 1 for lists without background, from 0 for COCO's own numbers.
        assert_eq!(refined(&outputs(vec![1.0, 3.0]), 3).unwrap().output, OutputEntry::default());
        let mut answer = outputs(vec![1.0, 3.0]);
        answer.takes_size = true;
        let deployed = refined(&answer, 3).unwrap();
        assert_eq!((deployed.family, deployed.output.class_base), ("detr", Some(1)));
        let zero = refined(&outputs(vec![0.0, 2.0]), 3).unwrap();
        assert_eq!((zero.family, zero.output.class_base), ("boxes", Some(0)));
    }
}
