//! A picture of what a camera should show.

/// A picture of what a camera should show: luma, full range or limited as the camera gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Luma, row by row, `width × height` bytes.
    pub luma: Vec<u8>,
}

impl Reference {
    /// From a picture file's pixels, as BT.601 weighs them.
    pub fn from_rgb(picture: &image::RgbImage) -> Self {
        let luma = picture
            .pixels()
            .map(|p| {
                let [r, g, b] = p.0.map(f32::from);
                0.114f32.mul_add(b, 0.299f32.mul_add(r, 0.587 * g)).round() as u8
            })
            .collect();
        Self { width: picture.width(), height: picture.height(), luma }
    }
}
