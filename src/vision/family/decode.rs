//! From one picture's outputs to its detections, whatever the family.

use super::super::VisionError;
use super::super::classes::ClassMap;
use super::super::letterbox::Letterbox;
use super::super::model_entry::ModelEntry;
use super::super::nms;
use super::super::signature::Signature;
use super::ask::{Ask, RawDetection};
use super::catalogue::{self, Refusal};
use super::fault::Fault;
use super::head::Head;
use super::outputs::{Output, Outputs};
use super::scores::Scratch;
use std::path::PathBuf;

/// Boxes that go into suppression, the most confident: a bound on its time, far above what a street
/// shows.
const CANDIDATES: usize = 3000;

/// Overlap from which on two boxes are one object that the model gave two names of one class
/// (`car` and `van`), where the graph itself suppresses only within a name.
const SAME_OBJECT_IOU: f32 = 0.7;

/// Reads one picture: suppressed, in pixels of the frame, falling scores.
///
/// # Errors
/// Outputs that cannot be read.
pub fn finish(
    head: &dyn Head,
    agnostic: bool,
    outputs: &Outputs<'_>,
    picture: usize,
    ask: &Ask<'_>,
    scratch: &mut Scratch,
) -> Result<Vec<RawDetection>, Fault> {
    let mut found = Vec::new();
    head.decode(outputs, picture, ask, scratch, &mut found)?;
    nms::rank(&mut found, CANDIDATES);
    if let Some(iou) = head.nms_iou() {
        nms::suppress_where(&mut found, iou, |a, b| agnostic || ask.rivals(a, b));
    } else if ask.only.is_some() {
        nms::suppress_where(&mut found, SAME_OBJECT_IOU, |a, b| {
            a.class_index != b.class_index && ask.share_class(a, b).is_some()
        });
    }
    for raw in &mut found {
        raw.bbox = ask.letterbox.to_frame(raw.bbox);
    }
    // What lies in the border alone is nothing of the frame.
    found.retain(|raw| raw.bbox.width() > 0.0 && raw.bbox.height() > 0.0);
    Ok(found)
}

/// Reads outputs as a model of one entry would, without a session: for outputs that were recorded or
/// that another runtime gave.
pub struct Decoder {
    head: Box<dyn Head>,
    agnostic: bool,
    name: String,
    scratch: Scratch,
}

impl Decoder {
    /// For graphs of this signature.
    ///
    /// # Errors
    /// [`VisionError::ModelEntry`], [`VisionError::ModelClasses`], [`VisionError::ModelShape`].
    pub fn new(entry: &ModelEntry, signature: &Signature) -> Result<Self, VisionError> {
        let classes = entry.class_table(&ClassMap::default())?;
        let head = catalogue::build(entry, signature, &classes)
            .map_err(|refusal| refused(entry, PathBuf::from(&entry.file), refusal))?;
        let agnostic = entry.thresholds.class_agnostic.unwrap_or(false);
        Ok(Self { head, agnostic, name: entry.name.clone(), scratch: Scratch::default() })
    }

    /// Reads the first picture's outputs: boxes in pixels of the frame, falling scores, suppressed
    /// where the family needs it, every class of the model.
    ///
    /// # Errors
    /// [`VisionError::Inference`], [`VisionError::NotFinite`].
    pub fn decode(
        &mut self,
        outputs: &Outputs<'_>,
        letterbox: &Letterbox,
        min_score: f32,
    ) -> Result<Vec<RawDetection>, VisionError> {
        let ask = Ask { letterbox, min_score, only: None };
        finish(&*self.head, self.agnostic, outputs, 0, &ask, &mut self.scratch)
            .map_err(|fault| failed(&self.name, fault))
    }
}

/// Reads the outputs of one picture as a model of this entry would: a [`Decoder`] for one use.
///
/// # Errors
/// As [`Decoder::new`] and [`Decoder::decode`].
pub fn decode(
    entry: &ModelEntry,
    outputs: &[Output<'_>],
    letterbox: &Letterbox,
    min_score: f32,
) -> Result<Vec<RawDetection>, VisionError> {
    let outputs = Outputs(outputs.to_vec());
    Decoder::new(entry, &outputs.signature())?.decode(&outputs, letterbox, min_score)
}

/// Why the model of `path` cannot be used.
pub fn refused(entry: &ModelEntry, path: PathBuf, refusal: Refusal) -> VisionError {
    match refusal {
        Refusal::Family => VisionError::ModelEntry {
            name: entry.name.clone(),
            key: "family",
            found: entry.family.clone(),
            known: catalogue::names().join(", "),
        },
        Refusal::Shape(reason) => {
            VisionError::ModelShape { path, family: entry.family.clone(), reason }
        }
    }
}

/// Why a run of `model` gave nothing.
pub fn failed(model: &str, fault: Fault) -> VisionError {
    let model = model.to_owned();
    match fault {
        Fault::Shape(reason) => VisionError::Inference { model, reason },
        Fault::NotFinite(output) => VisionError::NotFinite { model, output },
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::vision::family::Values;
    use crate::vision::{BBox, Region};
    use ndarray::{ArrayD, IxDyn};

    /// An entry of this family whose classes are `a`, `b`, `c`.
    pub(in super::super) fn entry(family: &str) -> ModelEntry {
        let class_names = ["a", "b", "c"].map(str::to_owned).to_vec();
        ModelEntry { name: "m".into(), family: family.into(), class_names, ..Default::default() }
    }

    /// What an entry reads from float outputs of one picture of 64 × 64, shown as it is.
    pub(in super::super) fn read(
        entry: &ModelEntry,
        outputs: &[(&str, &[usize], Vec<f32>)],
        min_score: f32,
    ) -> Result<Vec<RawDetection>, VisionError> {
        let fit = Letterbox::fit(Region::whole(64, 64), 64, 32);
        let arrays: Vec<ArrayD<f32>> = outputs
            .iter()
            .map(|(_, shape, v)| ArrayD::from_shape_vec(IxDyn(shape), v.clone()).unwrap())
            .collect();
        let outputs: Vec<Output<'_>> = outputs
            .iter()
            .zip(&arrays)
            .map(|((name, ..), a)| Output { name, values: Values::F32(a.view()) })
            .collect();
        decode(entry, &outputs, &fit, min_score)
    }

    /// Corners, score and class of each.
    pub(in super::super) fn told(found: &[RawDetection]) -> Vec<([f32; 4], f32, usize)> {
        let corners = |b: BBox| [b.x1, b.y1, b.x2, b.y2];
        found.iter().map(|r| (corners(r.bbox), r.score, r.class_index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{entry, read};
    use super::*;
    use crate::vision::Region;
    use crate::vision::classes::ClassTable;
    use crate::vision::family::Values;
    use ndarray::ArrayD;
    use proptest::prelude::*;

    /// Shapes that each family takes for 64 × 64 pixels and three classes.
    fn outputs_of(family: &str) -> Vec<(&'static str, Vec<usize>)> {
        match family {
            "nanodet" => vec![("scores", vec![1, 84, 3]), ("dist", vec![1, 84, 44])],
            "yolox" => vec![("o", vec![1, 84, 8])],
            "yolo" => vec![("o", vec![1, 7, 84])],
            "yolo-end2end" => vec![("o", vec![1, 9, 6])],
            "detr" => vec![("logits", vec![1, 9, 3]), ("pred_boxes", vec![1, 9, 4])],
            _ => vec![("boxes", vec![1, 9, 4]), ("scores", vec![1, 9]), ("labels", vec![1, 9])],
        }
    }

    fn number() -> impl Strategy<Value = f32> {
        prop_oneof![
            40 => -3.0_f32..3.0,
            10 => 0.0_f32..1.0,
            5 => -200.0_f32..200.0,
            1 => prop::sample::select(vec![f32::MAX, f32::MIN, 1e30, 0.0]),
        ]
    }

    proptest! {
        #[test]
        fn whatever_a_graph_gives_boxes_lie_in_the_frame_and_are_numbers(
            family in prop::sample::select(super::catalogue::names().to_vec()),
            pool in prop::collection::vec(number(), 61),
            bad in prop_oneof![4 => Just(None), 1 => prop::sample::select(vec![
                Some(f32::NAN), Some(f32::INFINITY), Some(f32::NEG_INFINITY)])],
            at in 0_usize..80, min_score in 0.0_f32..1.0) {
            let outputs: Vec<_> = outputs_of(family).into_iter().map(|(name, shape)| {
                let n: usize = shape.iter().product();
                let mut values: Vec<f32> = (0..n).map(|i| pool[i * 7 % pool.len()]).collect();
                if let Some(bad) = bad {
                    values[at % n] = bad;
                }
                (name, shape, values)
            }).collect();
            let outputs: Vec<_> =
                outputs.iter().map(|(name, shape, v)| (*name, &shape[..], v.clone())).collect();
            if let Ok(found) = read(&entry(family), &outputs, min_score) {
                for raw in &found {
                    let b = raw.bbox;
                    prop_assert!(0.0 <= b.x1 && b.x1 < b.x2 && b.x2 <= 64.0, "{family} {raw:?}");
                    prop_assert!(0.0 <= b.y1 && b.y1 < b.y2 && b.y2 <= 64.0, "{family} {raw:?}");
                    prop_assert!(raw.score >= min_score && raw.class_index < 3, "{raw:?}");
                }
                prop_assert!(found.is_sorted_by(|a, b| a.score >= b.score));
            }
        }
    }

    #[test]
    fn two_names_of_one_class_are_one_object() {
        // A finished table: a van that is a car as well, and a car elsewhere.
        let rows = [
            [10.0, 10.0, 30.0, 30.0, 0.9, 1.0],
            [10.0, 10.0, 30.0, 31.0, 0.8, 0.0],
            [40.0, 40.0, 60.0, 60.0, 0.7, 0.0],
        ];
        let table = ArrayD::from_shape_vec(vec![1, 3, 6], rows.concat()).unwrap();
        let names = ["car", "van"].map(str::to_owned);
        let classes = ClassTable::new("t", &names, &ClassMap::default());
        let entry = ModelEntry { class_names: names.to_vec(), ..entry("yolo-end2end") };
        let outputs = Outputs(vec![Output { name: "o", values: Values::F32(table.view()) }]);
        let head = catalogue::build(&entry, &outputs.signature(), &classes).unwrap();
        let letterbox = &Letterbox::fit(Region::whole(64, 64), 64, 32);
        let count = |only| {
            let ask = Ask { letterbox, min_score: 0.5, only };
            finish(&*head, false, &outputs, 0, &ask, &mut Scratch::default()).unwrap().len()
        };
        assert_eq!((count(Some(&classes)), count(None)), (2, 3));
    }
}
