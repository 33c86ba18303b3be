//! The ground as a plane: where a point of the picture lies, in metres.

/// A homography from the picture to the ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Row by row: pixels of the scene's `frame_size` to metres on the ground.
    pub(crate) matrix: [f64; 9],
}
