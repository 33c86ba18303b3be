//! A line of text in a picture.

use crate::vision::BBox;

/// A line of text in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    /// Capital letters, digits, and `-` and `.` where they were seen.
    pub text: String,
    /// How sure its characters are on average, 0 to 1.
    pub score: f32,
    /// How sure the least sure of them is, 0 to 1.
    pub weakest: f32,
    /// Where it stands, in pixels of the picture.
    pub bbox: BBox,
}
