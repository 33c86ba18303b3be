//! A photograph of the view when it is clear, as a file gives it.

use super::small::MOST;
use image::imageops::FilterType;
use image::{ImageReader, Limits};
use std::path::{Path, PathBuf};

/// Sides of a photograph, in pixels, at most.
const LONGEST_SIDE: u32 = 16_384;

/// A photograph of the view when nothing stands in it, reduced to what is compared: luma, and chroma
/// halved both ways (BT.601, full range), without padding. At most 350 kB.
#[derive(Clone, PartialEq)]
pub struct Photograph {
    path: PathBuf,
    taken: (u32, u32),
    pub(super) size: (usize, usize),
    pub(super) planes: [Vec<u8>; 3],
}

/// Why a file is no photograph to compare with.
#[derive(Debug, thiserror::Error)]
pub enum PhotographError {
    /// It cannot be opened or read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is no picture.
    #[error("{} is no JPEG or PNG picture: {source}", path.display())]
    NoPicture {
        /// The file.
        path: PathBuf,
        /// What the decoder says.
        source: image::ImageError,
    },
}

impl Photograph {
    /// Reads a JPEG or PNG.
    ///
    /// # Errors
    /// [`PhotographError`]: it cannot be read, or is no such picture.
    pub fn open(path: &Path) -> Result<Self, PhotographError> {
        let unreadable = |source| PhotographError::Unreadable { path: path.to_owned(), source };
        let mut reader = ImageReader::open(path)
            .and_then(ImageReader::with_guessed_format)
            .map_err(unreadable)?;
        let mut limits = Limits::default();
        (limits.max_image_width, limits.max_image_height) =
            (Some(LONGEST_SIDE), Some(LONGEST_SIDE));
        reader.limits(limits);
        let picture = reader
            .decode()
            .map_err(|source| PhotographError::NoPicture { path: path.to_owned(), source })?;
        Ok(Self::of(path, &picture.into_rgb8()))
    }

    fn of(path: &Path, picture: &image::RgbImage) -> Self {
        let taken = picture.dimensions();
        let (w, h) = (taken.0 as f32, taken.1 as f32);
        let factor = (MOST.0 / w).min(MOST.1 / h).min(1.0);
        let even = |v: f32| ((v * factor / 2.0).round() as usize).max(4) * 2;
        let size = (even(w), even(h));
        let small =
            image::imageops::resize(picture, size.0 as u32, size.1 as u32, FilterType::Triangle);
        let half = image::imageops::thumbnail(&small, size.0 as u32 / 2, size.1 as u32 / 2);
        let of = |p: &image::Rgb<u8>, [r, g, b, plus]: [f32; 4]| {
            let [x, y, z] = p.0.map(f32::from);
            (r * x + g * y + b * z + plus).round().clamp(0.0, 255.0) as u8
        };
        // ITU-R BT.601-7, 2.5.1 to 2.5.3.
        let luma = small.pixels().map(|p| of(p, [0.299, 0.587, 0.114, 0.0])).collect();
        let u = half.pixels().map(|p| of(p, [-0.168_74, -0.331_26, 0.5, 128.0])).collect();
        let v = half.pixels().map(|p| of(p, [0.5, -0.418_69, -0.081_31, 128.0])).collect();
        Self { path: path.to_owned(), taken, size, planes: [luma, u, v] }
    }

    /// The file it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its own pixels across and down.
    pub fn taken_size(&self) -> (u32, u32) {
        self.taken
    }
}

impl std::fmt::Debug for Photograph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Photograph")
            .field("path", &self.path)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}
