//! Which families there are, and the choice of one when a model is loaded.

use super::super::classes::ClassTable;
use super::super::model_entry::ModelEntry;
use super::super::signature::Signature;
use super::super::spec::InputSpec;
use super::head::Head;
use super::{boxes, detr, nanodet, yolo, yolo_end2end, yolox};

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
        needs: nanodet::NEEDS,
        build: |e, s, c| Ok(Box::new(nanodet::NanoDet::new(e, s, c)?)),
    },
    Family {
        name: "yolox",
        input: yolox::INPUT,
        needs: yolox::NEEDS,
        build: |e, s, c| Ok(Box::new(yolox::Yolox::new(e, s, c)?)),
    },
    Family {
        name: "yolo",
        input: InputSpec::USUAL,
        needs: yolo::NEEDS,
        build: |e, s, c| Ok(Box::new(yolo::Yolo::new(e, s, c)?)),
    },
    Family {
        name: "yolo-end2end",
        input: InputSpec::USUAL,
        needs: yolo_end2end::NEEDS,
        build: |e, s, c| Ok(Box::new(yolo_end2end::YoloEnd2End::new(e, s, c)?)),
    },
    Family {
        name: "detr",
        input: detr::INPUT,
        needs: detr::NEEDS,
        build: |e, s, c| Ok(Box::new(detr::Detr::new(e, s, c)?)),
    },
    Family {
        name: "boxes",
        input: boxes::INPUT,
        needs: boxes::NEEDS,
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
