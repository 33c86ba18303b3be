//! What all families are to the rest: a head that reads outputs, chosen and checked when the model
//! is loaded.

use super::super::classes::ClassTable;
use super::super::shelf::ModelEntry;
use super::super::signature::{ElementType, Port, Signature};
use super::super::spec::InputSpec;
use super::decode::{Ask, RawDetection};
use super::outputs::Outputs;
use super::scores::Scratch;
use super::{boxes, detr, nanodet, yolo, yolo_end2end, yolox};

/// Why outputs could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// They are not what the family promises; the end of a sentence about the model.
    Shape(String),
    /// An output has NaN or infinity where a box or a score belongs; its name.
    NotFinite(String),
}

/// Reads the outputs of one loaded model.
pub trait Head: Send + Sync {
    /// Appends what picture `picture` of the batch shows at `ask.min_score` or above, boxes in
    /// pixels of the input.
    ///
    /// # Errors
    /// Outputs that cannot be read.
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        scratch: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault>;

    /// Overlap from which on the less confident of two boxes goes; `None` where the graph has seen
    /// to it.
    fn nms_iou(&self) -> Option<f32>;

    /// The input that takes each picture's width and height, where the graph has one.
    fn size_input(&self) -> Option<&str> {
        None
    }

    /// Pictures in a run, where the outputs leave no room for a batch.
    fn batch(&self) -> Option<usize> {
        None
    }
}

type Builder = fn(&ModelEntry, &Signature, &ClassTable) -> Result<Box<dyn Head>, String>;

/// A family: its name, its usual input, what its graphs give, how to build its head.
struct Family {
    name: &'static str,
    input: InputSpec,
    needs: &'static str,
    build: Builder,
}

const FAMILIES: [Family; 6] = [
    Family {
        name: "nanodet",
        input: nanodet::INPUT,
        needs: "scores [n, anchors, classes] and dist [n, anchors, 44]",
        build: |e, s, c| Ok(Box::new(nanodet::NanoDet::new(e, s, c)?)),
    },
    Family {
        name: "yolox",
        input: yolox::INPUT,
        needs: "one output [n, anchors, 5 + classes]",
        build: |e, s, c| Ok(Box::new(yolox::Yolox::new(e, s, c)?)),
    },
    Family {
        name: "yolo",
        input: InputSpec::USUAL,
        needs: "one output [n, 4 + classes, anchors] or [n, anchors, 4 + classes]",
        build: |e, s, c| Ok(Box::new(yolo::Yolo::new(e, s, c)?)),
    },
    Family {
        name: "yolo-end2end",
        input: InputSpec::USUAL,
        needs: "one output [n, boxes, 6]",
        build: |e, s, c| Ok(Box::new(yolo_end2end::YoloEnd2End::new(e, s, c)?)),
    },
    Family {
        name: "detr",
        input: detr::INPUT,
        needs: "logits [n, queries, classes] and boxes [n, queries, 4], or labels, boxes and scores",
        build: |e, s, c| Ok(Box::new(detr::Detr::new(e, s, c)?)),
    },
    Family {
        name: "boxes",
        input: boxes::INPUT,
        needs: "boxes [n, boxes, 4], scores [n, boxes] and classes [n, boxes]",
        build: |e, s, c| Ok(Box::new(boxes::Boxes::new(e, s, c)?)),
    },
];

fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|f| f.name == name)
}

/// The families there are, as manifests name them.
pub fn names() -> [&'static str; 6] {
    FAMILIES.each_ref().map(|f| f.name)
}

/// The outputs a family's graphs have, in a few words; `None` for an unknown family.
pub fn needs(name: &str) -> Option<&'static str> {
    family(name).map(|f| f.needs)
}

/// A family's usual input; `None` for an unknown family.
pub fn input(name: &str) -> Option<InputSpec> {
    family(name).map(|f| f.input)
}

/// Why no head was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such family.
    Family,
    /// The graph is not of it; the end of a sentence about the model.
    Shape(String),
}

/// The head of an entry's family, after a look at whether the graph's outputs are of it.
pub fn build(
    entry: &ModelEntry,
    signature: &Signature,
    classes: &ClassTable,
) -> Result<Box<dyn Head>, Refusal> {
    let family = family(&entry.family).ok_or(Refusal::Family)?;
    let nms = entry.thresholds.nms_iou;
    if let Some(iou) = nms.filter(|iou| !(*iou > 0.0 && *iou <= 1.0)) {
        return Err(Refusal::Shape(format!("thresholds.nms_iou is {iou}, not above 0 up to 1")));
    }
    let head = (family.build)(entry, signature, classes).map_err(Refusal::Shape)?;
    let taken = 1 + usize::from(head.size_input().is_some());
    let inputs = signature.inputs.len();
    if inputs > taken {
        let told: Vec<String> = signature.inputs.iter().map(ToString::to_string).collect();
        let told = told.join(", ");
        return Err(Refusal::Shape(format!("it has {inputs} inputs, not {taken}: {told}")));
    }
    Ok(head)
}

/// The one output of a graph, or the one the entry names.
pub(super) fn only<'a>(entry: &ModelEntry, signature: &'a Signature) -> Result<&'a Port, String> {
    if let Some(name) = &entry.output.boxes {
        return named(signature, name);
    }
    let mut tables = signature.outputs.iter().filter(|p| p.dims.len() == 3);
    match (tables.next(), tables.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(unknown(entry, signature)),
        (Some(_), Some(_)) => Err(format!(
            "{}; where one of them has all of it, name it as output.boxes",
            unknown(entry, signature)
        )),
    }
}

/// The output of that name.
pub(super) fn named<'a>(signature: &'a Signature, name: &str) -> Result<&'a Port, String> {
    signature.output(name).ok_or_else(|| {
        format!("it has no output \"{name}\"; its outputs are {}", signature.outputs_told())
    })
}

/// That the outputs are not the family's.
pub(super) fn unknown(entry: &ModelEntry, signature: &Signature) -> String {
    let needs = needs(&entry.family).unwrap_or_default();
    format!("its outputs are {}, and it needs {needs}", signature.outputs_told())
}

/// That an output must be of 32-bit floating point.
pub(super) fn floats(port: &Port) -> Result<&str, String> {
    match port.kind {
        ElementType::Float32 => Ok(&port.name),
        ElementType::Float16 => Err(format!(
            "its output {port} is float16, which is not read here; export it with float32 inputs \
             and outputs"
        )),
        _ => Err(format!("its output {port} is not float32")),
    }
}

/// That an output has as many classes as the table.
pub(super) fn counted(found: usize, classes: &ClassTable) -> Result<(), String> {
    let (title, known) = (classes.title(), classes.len());
    if found == known {
        return Ok(());
    }
    let is = if found == 1 { "class" } else { "classes" };
    Err(format!("its output has {found} {is}, the table {title} has {known}"))
}

/// The index of class number `raw` in the table; `None` for a number below the first, which means
/// background.
pub(super) fn class_index(
    raw: f32,
    base: usize,
    classes: usize,
    output: &str,
) -> Result<Option<usize>, Fault> {
    if !raw.is_finite() {
        return Err(Fault::NotFinite(output.to_owned()));
    }
    let index = raw.round() as i64 - base as i64;
    match usize::try_from(index) {
        Ok(index) if index < classes => Ok(Some(index)),
        Ok(_) => Err(Fault::Shape(format!(
            "its output \"{output}\" has class number {raw}, and the table has {classes} classes \
             from {base} on; correct classes or output.class_base in the manifest"
        ))),
        Err(_) => Ok(None),
    }
}
