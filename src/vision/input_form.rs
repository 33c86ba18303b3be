//! The forms a model's input can have.

use serde::{Deserialize, Serialize};

/// Order of the colours in the tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChannelOrder {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
}

/// Where the channels stand in the tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Planes: `[n, 3, height, width]`.
    Nchw,
    /// Pixels: `[n, height, width, 3]`.
    Nhwc,
}

/// Numbers of the tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InputType {
    /// 32-bit floating point, normalised.
    Float32,
    /// Bytes, 0 to 255; the graph normalises.
    Uint8,
}

impl InputType {
    pub(super) const fn bytes(self) -> usize {
        match self {
            Self::Float32 => 4,
            Self::Uint8 => 1,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Uint8 => "uint8",
        }
    }
}

/// How a region's picture lies in an input of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Its aspect kept, in the middle, border on two sides.
    Centre,
    /// Its aspect kept, at the left top, border to the right or below.
    TopLeft,
    /// Filled, its aspect given up.
    Stretch,
}
