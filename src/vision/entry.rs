//! The parts of a model's manifest entry that say how its numbers are to be read. Everything is
//! optional: a family knows its usual ways, and the graph tells what it fixes.

use super::input_form::{ChannelOrder, Fit, InputType, Layout};
use serde::{Deserialize, Serialize};

/// `[models.input]`: what differs from the family's usual input.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct InputEntry {
    /// Where the channels stand; else as the graph's dimensions say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Its numbers; else as the graph says.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<InputType>,
    /// Order of the colours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<ChannelOrder>,
    /// Subtracted, in the order of channels, for values 0 to 255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<[f32; 3]>,
    /// Divided by, in the order of channels, for values 0 to 255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std: Option<[f32; 3]>,
    /// Grey level around the picture, 0 to 255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border: Option<f32>,
    /// Both sides are multiples of this, in pixels, where the size is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple: Option<usize>,
    /// Width and height, in pixels; else as the graph says, or free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<[usize; 2]>,
    /// How a picture of another shape lies in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
}

/// What the four numbers of a box are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BoxFormat {
    /// Left, top, right, bottom.
    Xyxy,
    /// Top, left, bottom, right.
    Yxyx,
    /// Centre, width and height.
    Cxcywh,
    /// Left top corner, width and height.
    Xywh,
}

/// What makes a probability of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// It is one already.
    None,
    /// Each class for itself.
    Sigmoid,
    /// One of all classes; the last one is "nothing".
    Softmax,
}

/// `[models.output]`: what differs from the family's usual outputs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutputEntry {
    /// Name of the output with the boxes (or with everything, where there is one output).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boxes: Option<String>,
    /// Name of the output with the scores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<String>,
    /// Name of the output with the class numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<String>,
    /// Name of the output with the number of boxes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// What the four numbers of a box are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub box_format: Option<BoxFormat>,
    /// Whether boxes are shares of the input's sides, 0 to 1, instead of its pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalised: Option<bool>,
    /// The class number of the first name, 0 or 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_base: Option<usize>,
    /// What makes a probability of a score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// YOLOX: whether the graph already turns offsets into boxes in pixels, as YOLOv5 exports do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoded: Option<bool>,
}

/// `[models.thresholds]`: what differs from the family's usual thresholds.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Overlap, 0 to 1, from which on the less confident of two boxes of one class goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nms_iou: Option<f32>,
    /// Whether boxes of different classes suppress one another too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_agnostic: Option<bool>,
}

/// A file with weights that lie outside the model's own file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DataEntry {
    /// Its path from the model's folder, as the graph writes it.
    pub file: String,
    /// Lower-case hex of the whole file.
    pub sha256: String,
}

/// Whether a part of an entry says nothing.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
