//! A box, a class and a score in one frame.

use super::class::Class;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// An upright box in pixels, x to the right and y down: `(x1, y1)` its left top, `(x2, y2)` its
/// right bottom corner. Whose pixels (frame or scene) is said where one is used. Serialised as
/// `[x1, y1, x2, y2]`, rounded to a tenth where it is for people to
/// read (JSON), exact where it is not (CBOR).
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(from = "[f32; 4]")]
#[schemars(with = "[f32; 4]")]
pub struct BBox {
    /// Left.
    pub x1: f32,
    /// Top.
    pub y1: f32,
    /// Right.
    pub x2: f32,
    /// Bottom.
    pub y2: f32,
}

impl From<[f32; 4]> for BBox {
    fn from([x1, y1, x2, y2]: [f32; 4]) -> Self {
        Self { x1, y1, x2, y2 }
    }
}

impl From<BBox> for [f32; 4] {
    fn from(b: BBox) -> Self {
        [b.x1, b.y1, b.x2, b.y2].map(|v| (v * 10.0).round() / 10.0)
    }
}

impl Serialize for BBox {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let exact = [self.x1, self.y1, self.x2, self.y2];
        let corners = if to.is_human_readable() { (*self).into() } else { exact };
        corners.serialize(to)
    }
}

impl BBox {
    /// Width, in pixels.
    pub fn width(&self) -> f32 {
        self.x2 - self.x1
    }

    /// Height, in pixels.
    pub fn height(&self) -> f32 {
        self.y2 - self.y1
    }

    /// Area in square pixels, 0 for an inverted box.
    pub fn area(&self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// The middle.
    pub fn centre(&self) -> (f32, f32) {
        (f32::midpoint(self.x1, self.x2), f32::midpoint(self.y1, self.y2))
    }

    /// Where the object meets the ground: the middle of the lower edge.
    pub fn contact(&self) -> (f32, f32) {
        (f32::midpoint(self.x1, self.x2), self.y2)
    }

    /// Area shared with `other`, in square pixels.
    pub fn intersection(&self, other: &Self) -> f32 {
        let w = self.x2.min(other.x2) - self.x1.max(other.x1);
        let h = self.y2.min(other.y2) - self.y1.max(other.y1);
        w.max(0.0) * h.max(0.0)
    }

    /// Intersection over union, 0 to 1.
    pub fn iou(&self, other: &Self) -> f32 {
        let shared = self.intersection(other);
        let union = self.area() + other.area() - shared;
        if union > 0.0 { shared / union } else { 0.0 }
    }

    /// The box with x scaled by `sx` and y by `sy`.
    #[must_use]
    pub fn scaled(&self, sx: f32, sy: f32) -> Self {
        Self { x1: self.x1 * sx, y1: self.y1 * sy, x2: self.x2 * sx, y2: self.y2 * sy }
    }
}

/// What a detector saw in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Where, in pixels of the frame (after tracking: of the scene).
    pub bbox: BBox,
    /// What.
    pub class: Class,
    /// The model's confidence, 0 to 1.
    pub score: f32,
}
