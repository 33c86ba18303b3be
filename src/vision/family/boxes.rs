//! Graphs that give finished boxes, scores and class numbers as outputs of their own: SSD,
//! EfficientDet and CenterNet as TensorFlow's Object Detection API exports them
//! (`detection_boxes`…, shares of the picture, top before left), torchvision's detectors (`boxes`,
//! `labels`, `scores`, pixels), SSD of the ONNX model zoo (`bboxes`), detectors of MMDetection
//! (`dets` with the score as a fifth number).

use super::super::classes::ClassTable;
use super::super::entry::{Activation, BoxFormat};
use super::super::input_form::Fit;
use super::super::model_entry::ModelEntry;
use super::super::signature::{Port, Signature};
use super::super::spec::InputSpec;
use super::ask::{Ask, RawDetection};
use super::fault::Fault;
use super::head::{Head, class_index, floats, named, unknown};
use super::outputs::Outputs;
use super::scores::{BoxReader, Scratch};

/// What its graphs give, in a few words.
pub(super) const NEEDS: &str = "boxes [n, boxes, 4], scores [n, boxes] and classes [n, boxes]";

/// RGB; graphs with a free input resize by themselves and take any size.
pub(super) const INPUT: InputSpec =
    InputSpec { multiple: 1, fit: Fit::Stretch, ..InputSpec::USUAL };

/// Names that exporters give, the most telling first.
const BOXES: [&str; 5] = ["detection_boxes", "boxes", "bboxes", "dets", "det_boxes"];
const SCORES: [&str; 3] = ["detection_scores", "scores", "det_scores"];
const CLASSES: [&str; 5] = ["detection_classes", "labels", "classes", "class_ids", "det_classes"];
const COUNTS: [&str; 2] = ["num_detections", "num_dets"];

/// The head of one model.
pub(super) struct Boxes {
    places: String,
    /// `None` where a box's fifth number is its score.
    scores: Option<String>,
    /// `None` where there is one class only.
    classes: Option<String>,
    count: Option<String>,
    known: usize,
    class_base: usize,
    reader: BoxReader,
    activation: Activation,
    /// Whether the outputs have no dimension for the batch.
    single: bool,
    nms_iou: Option<f32>,
}

impl Boxes {
    pub(super) fn new(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        let find = |said: &Option<String>, usual: &[&str]| -> Result<Option<Port>, String> {
            match said {
                Some(name) => named(signature, name).map(|p| Some(p.clone())),
                None => Ok(usual.iter().find_map(|name| signature.output(name)).cloned()),
            }
        };
        let out = &entry.output;
        let none = || unknown(signature, NEEDS);
        let boxes = find(&out.boxes, &BOXES)?.ok_or_else(none)?;
        let scores = find(&out.scores, &SCORES)?;
        let numbers = find(&out.classes, &CLASSES)?;
        let count = find(&out.count, &COUNTS)?;
        floats(&boxes)?;
        if let Some(scores) = &scores {
            floats(scores)?;
        }
        let last = boxes.dims.len().checked_sub(1).and_then(|i| boxes.fixed(i));
        let (wide, rank) = (scores.is_none(), boxes.dims.len());
        if !(2..=3).contains(&rank) || last.is_some_and(|n| n != 4 + usize::from(wide)) {
            return Err(none());
        }
        // Scores of every class for every box are another kind of head.
        let each = |p: &Port| p.dims.len() > 2 && p.fixed(2) != Some(1);
        if scores.iter().chain(&numbers).any(each) {
            return Err(none());
        }
        if numbers.is_none() && classes.len() != 1 {
            return Err(format!(
                "it has no output of class numbers, and the table {} has {} classes; its outputs \
                 are {}",
                classes.title(),
                classes.len(),
                signature.outputs_told()
            ));
        }
        let shares = boxes.name.starts_with("detection_boxes");
        let format = if shares { BoxFormat::Yxyx } else { BoxFormat::Xyxy };
        // With COCO's own numbers background is 0 itself; MMDetection and the suppression of
        // TensorRT have none.
        let from_zero = classes.title() == "coco91"
            || wide
            || numbers.is_none()
            || boxes.name.starts_with("det_");
        Ok(Self {
            reader: BoxReader::new(out, format, shares || boxes.name == "bboxes"),
            places: boxes.name,
            scores: scores.map(|p| p.name),
            classes: numbers.map(|p| p.name),
            count: count.map(|p| p.name),
            known: classes.len(),
            class_base: out.class_base.unwrap_or(usize::from(!from_zero)),
            activation: out.activation.unwrap_or(Activation::None),
            single: rank == 2,
            nms_iou: entry.thresholds.nms_iou,
        })
    }

    /// The same outputs as RT-DETR's own exports have them: pixels, classes from 0.
    pub(super) fn of_detr(
        entry: &ModelEntry,
        signature: &Signature,
        classes: &ClassTable,
    ) -> Result<Self, String> {
        let mut head = Self::new(entry, signature, classes)?;
        head.class_base = entry.output.class_base.unwrap_or(0);
        Ok(head)
    }
}

impl Head for Boxes {
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        _: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault> {
        let boxes = outputs.table(&self.places, picture)?;
        let scores = self.scores.as_deref().map(|n| outputs.column(n, picture)).transpose()?;
        let classes = self.classes.as_deref().map(|n| outputs.column(n, picture)).transpose()?;
        let mut rows = boxes.rows;
        for column in [scores, classes].iter().flatten() {
            if column.len() != rows {
                let (found, boxes) = (column.len(), &self.places);
                return Err(Fault::Shape(format!(
                    "it gave {found} scores or classes for the {rows} boxes of \"{boxes}\""
                )));
            }
        }
        if boxes.columns != 4 + usize::from(scores.is_none()) {
            return Err(Fault::Shape(format!("it gave boxes of {} numbers", boxes.columns)));
        }
        if let Some(name) = &self.count {
            let count = outputs.number(name, picture)?;
            if !count.is_finite() {
                return Err(Fault::NotFinite(name.clone()));
            }
            rows = rows.min(count.max(0.0) as usize);
        }
        let scored = self.scores.as_ref().unwrap_or(&self.places);
        for i in 0..rows {
            let row = boxes.row(i);
            let raw = scores.map_or_else(|| row[4], |s| s.at(i));
            if !raw.is_finite() {
                return Err(Fault::NotFinite(scored.clone()));
            }
            let score = self.activation.of(raw);
            if score < ask.min_score {
                continue;
            }
            let index = match (&self.classes, classes) {
                (Some(name), Some(column)) => {
                    class_index(column.at(i), self.class_base, self.known, name)?
                }
                _ => Some(0),
            };
            let Some(class_index) = index.filter(|&i| ask.wants(i)) else { continue };
            let bbox = self
                .reader
                .read([row[0], row[1], row[2], row[3]], ask.size())
                .ok_or_else(|| Fault::NotFinite(self.places.clone()))?;
            out.push(RawDetection { bbox, class_index, score });
        }
        Ok(())
    }

    fn nms_iou(&self) -> Option<f32> {
        self.nms_iou
    }

    fn batch(&self) -> Option<usize> {
        self.single.then_some(1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::testing::{entry, read, told};

    #[test]
    fn tensorflow_counts_classes_from_one_and_says_how_many_boxes_count() {
        let boxes = [0.25, 0.0, 0.75, 0.5].repeat(3);
        let outputs = [
            ("detection_boxes", &[1, 3, 4][..], boxes),
            ("detection_classes", &[1, 3], vec![2.0, 0.0, 1.0]),
            ("detection_scores", &[1, 3], vec![0.75, 0.9, 0.9]),
            ("num_detections", &[1], vec![2.0]),
        ];
        let found = read(&entry("boxes"), &outputs, 0.3).unwrap();
        // The second is background, the third is beyond the count.
        assert_eq!(told(&found), [([0.0, 16.0, 32.0, 48.0], 0.75, 1)]);
    }

    #[test]
    fn a_fifth_number_is_the_score_and_one_class_needs_no_number() {
        let rows = vec![8.0, 8.0, 24.0, 40.0, 0.5];
        let wide = [("dets", &[1, 1, 5][..], rows.clone()), ("labels", &[1, 1], vec![2.0])];
        let found = read(&entry("boxes"), &wide, 0.3).unwrap();
        assert_eq!(told(&found), [([8.0, 8.0, 24.0, 40.0], 0.5, 2)]);
        let mut single = entry("boxes");
        let alone = [("dets", &[1, 1, 5][..], rows)];
        let told_off = read(&single, &alone, 0.3).unwrap_err().to_string();
        assert!(told_off.contains("no output of class numbers"), "{told_off}");
        single.class_names.truncate(1);
        assert_eq!(told(&read(&single, &alone, 0.3).unwrap())[0].2, 0);
    }
}
