//! What a plane is fitted to.

/// A place that is known in the picture and on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointPair {
    /// In pixels of the scene's `frame_size`.
    pub pixel: [f32; 2],
    /// In metres on the ground, from any origin, along two axes at right angles.
    pub metres: [f64; 2],
}

impl PointPair {
    pub(super) fn at(&self) -> [f64; 2] {
        self.pixel.map(f64::from)
    }
}
