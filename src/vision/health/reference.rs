//! A picture of what a camera should show.

use std::path::{Path, PathBuf};

/// Why a reference picture cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the reference picture {} ({reason}): give a PNG or JPEG of the camera's view under [health] reference", .path.display())]
pub struct ReferenceError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

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
    /// Reads a picture file.
    ///
    /// # Errors
    /// [`ReferenceError`] where there is none, or it cannot be read as a picture.
    pub fn open(path: &Path) -> Result<Self, ReferenceError> {
        let picture = image::open(path)
            .map_err(|e| ReferenceError { path: path.to_owned(), reason: e.to_string() })?;
        Ok(Self::from_rgb(&picture.to_rgb8()))
    }

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
