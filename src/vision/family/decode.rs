//! From one picture's outputs to its detections, whatever the family.

use super::super::class::Class;
use super::super::classes::{ClassMap, ClassTable};
use super::super::letterbox::Letterbox;
use super::super::nms::{self, Scored};
use super::super::shelf::ModelEntry;
use super::super::{BBox, VisionError};
use super::head::{self, Fault, Head, Refusal};
use super::outputs::{Output, Outputs};
use super::scores::Scratch;
use std::path::PathBuf;

/// Boxes that go into suppression, the most confident: a bound on its time, far above what a street
/// shows.
const CANDIDATES: usize = 3000;

/// Overlap from which on two boxes are one object that the model gave two names of one class
/// (`car` and `van`), where the graph itself suppresses only within a name.
const SAME_OBJECT_IOU: f32 = 0.7;

/// What a model saw, its class by the model's own number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RawDetection {
    /// Where; whose pixels is said where one is used.
    pub bbox: BBox,
    /// The model's class number, from 0: its place in the [`ClassTable`].
    pub class_index: usize,
    /// The model's confidence, 0 to 1.
    pub score: f32,
}

impl Scored for RawDetection {
    fn bbox(&self) -> &BBox {
        &self.bbox
    }

    fn score(&self) -> f32 {
        self.score
    }
}

/// What is asked of a picture's outputs.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Where the picture lies in the input.
    pub letterbox: &'a Letterbox,
    /// Nothing below this score, 0 to 1.
    pub min_score: f32,
    /// Only classes that stand for something here; `None` for all.
    pub only: Option<&'a ClassTable>,
}

impl Ask<'_> {
    /// Whether class number `i` is wanted.
    pub(super) fn wants(&self, i: usize) -> bool {
        self.only.is_none_or(|classes| classes.get(i).is_some())
    }

    /// Width and height of the input.
    pub(super) const fn size(&self) -> (usize, usize) {
        (self.letterbox.width, self.letterbox.height)
    }

    /// What boxes of one class are to suppression: the project's class where only those are wanted,
    /// else the model's.
    fn rivals(&self, a: &RawDetection, b: &RawDetection) -> bool {
        a.class_index == b.class_index || self.share_class(a, b).is_some()
    }

    fn share_class(&self, a: &RawDetection, b: &RawDetection) -> Option<Class> {
        let classes = self.only?;
        classes.get(a.class_index).filter(|&class| Some(class) == classes.get(b.class_index))
    }
}

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

/// Reads the outputs of one picture (a batch of one) as a model of this entry would: boxes in pixels
/// of the frame, falling scores, suppressed where the family needs it, every class of the model.
///
/// # Errors
/// [`VisionError::ModelEntry`], [`VisionError::ModelShape`], [`VisionError::Inference`],
/// [`VisionError::NotFinite`].
pub fn decode(
    entry: &ModelEntry,
    outputs: &[Output<'_>],
    letterbox: &Letterbox,
    min_score: f32,
) -> Result<Vec<RawDetection>, VisionError> {
    let classes = entry.class_table(&ClassMap::default())?;
    let outputs = Outputs(outputs.to_vec());
    let head = head::build(entry, &outputs.signature(), &classes)
        .map_err(|refusal| refused(entry, PathBuf::from(&entry.file), refusal))?;
    let ask = Ask { letterbox, min_score, only: None };
    let agnostic = entry.thresholds.class_agnostic.unwrap_or(false);
    finish(&*head, agnostic, &outputs, 0, &ask, &mut Scratch::default())
        .map_err(|fault| failed(&entry.name, fault))
}

/// Why the model of `path` cannot be used.
pub fn refused(entry: &ModelEntry, path: PathBuf, refusal: Refusal) -> VisionError {
    match refusal {
        Refusal::Family => VisionError::ModelEntry {
            name: entry.name.clone(),
            key: "family",
            found: entry.family.clone(),
            known: head::names().join(", "),
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
