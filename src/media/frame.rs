//! A decoded picture: reference-counted YUV planes with their times.

use super::time::{MediaTime, WallTime};
use std::sync::Arc;

/// How the planes of a frame are laid out. Every other pixel format is converted while decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelLayout {
    /// Three planes, 8 bit, chroma halved both ways (I420).
    Yuv420,
    /// Two planes, 8 bit: Y, then U and V interleaved, halved both ways.
    Nv12,
}

/// What turns Y, U and V into red, green and blue (ITU-R BT.601 or BT.709, limited or full range).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YuvMatrix {
    /// BT.709 rather than BT.601.
    pub bt709: bool,
    /// Full range (0–255) rather than limited (16–235).
    pub full_range: bool,
}

/// One plane: rows of `stride` bytes, of which the first `width` are picture.
#[derive(Debug, Clone, Copy)]
pub struct Plane<'a> {
    /// Bytes, `stride * height` at least up to the last row's picture.
    pub data: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
    /// Samples a row (for NV12 chroma: pairs).
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// A decoded picture. Cloning it copies no pixels.
#[derive(Clone)]
pub struct Frame {
    /// Counts the frames of this source in presentation order, from 0. For identity, never for time.
    pub index: u64,
    /// Where it stands in the source.
    pub time: MediaTime,
    /// When it happened.
    pub wall: WallTime,
    pub(super) picture: Arc<ffmpeg_next::frame::Video>,
    pub(super) layout: PixelLayout,
    pub(super) matrix: YuvMatrix,
}

impl Frame {
    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.picture.width()
    }
    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.picture.height()
    }
    /// Layout.
    pub fn layout(&self) -> PixelLayout {
        self.layout
    }
    /// Matrix.
    pub fn matrix(&self) -> YuvMatrix {
        self.matrix
    }
    /// Plane.
    pub fn plane(&self, i: usize) -> Plane<'_> {
        Plane {
            data: self.picture.data(i),
            stride: self.picture.stride(i),
            width: self.picture.plane_width(i) as usize,
            height: self.picture.plane_height(i) as usize,
        }
    }
}
