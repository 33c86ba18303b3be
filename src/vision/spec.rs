//! What a model wants its input to be.

/// Order of the colour planes in the tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelOrder {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
}

/// What a model wants its input to be: planar floats, `(value − mean) / std` per plane, values
/// 0–255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputSpec {
    /// Order of planes.
    pub channels: ChannelOrder,
    /// Subtracted, in the order of planes.
    pub mean: [f32; 3],
    /// Divided by, in the order of planes.
    pub std: [f32; 3],
    /// Grey level, 0–255, around the picture.
    pub border: f32,
    /// Both sides must be multiples of this.
    pub multiple: usize,
}

/// How a region's picture lies in an input of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Its aspect kept, in the middle, border on two sides.
    Centre,
    /// Its aspect kept, at the left top, border to the right or below.
    TopLeft,
    /// Filled, its aspect given up.
    Stretch,
}

/// A rectangle of a frame to look at, in whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Left.
    pub x: u32,
    /// Top.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

impl Region {
    /// All of a picture.
    pub const fn whole(width: u32, height: u32) -> Self {
        Self { x: 0, y: 0, width, height }
    }
}
