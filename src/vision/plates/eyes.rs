//! Both models at work on pictures of vehicles.

use super::finder::Finder;
use super::line::TextLine;
use super::reader::Reader;
use crate::vision::provider::Provider;
use crate::vision::session::{self, Graph};
use crate::vision::shelf::{self, Shelf};
use crate::vision::text_entry::{TextEntry, TextRole};
use crate::vision::{BBox, VisionError};
use image::RgbImage;
use image::imageops::crop_imm;
use ort::session::Session;

/// Lines lower than this, in pixels of the picture, cannot be read.
const LOWEST: u32 = 8;

/// Finds and reads lines of text. `Send`, not shared.
pub struct PlateEyes {
    finder: Finder,
    reader: Reader,
    models: Vec<(String, String)>,
}

impl std::fmt::Debug for PlateEyes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlateEyes").field("models", &self.models).finish_non_exhaustive()
    }
}

impl PlateEyes {
    /// Loads both models where both are there; `None`: one is not, or no runtime is.
    ///
    /// # Errors
    /// A file that is not what the manifest says, or cannot be loaded.
    pub fn open(shelf: &Shelf) -> Result<Option<Self>, VisionError> {
        let Some(lines) = shelf.text_model(TextRole::Lines) else { return Ok(None) };
        let Some(reader) = shelf.text_model(TextRole::Reader) else { return Ok(None) };
        let library = match shelf.runtime_file() {
            Err(VisionError::RuntimeMissing(_)) => return Ok(None),
            found => found?,
        };
        let environment = session::environment(&library)?;
        let load = |(entry, path): &(&TextEntry, std::path::PathBuf)| {
            let bytes = shelf::read_sha256(path, &entry.sha256)?;
            let corrupt = |reason| VisionError::ModelCorrupt { path: path.clone(), reason };
            let graph = Graph::new(environment.clone(), bytes, Vec::new());
            graph.session(&[Provider::Cpu]).map_err(corrupt)
        };
        let (found, read): (Session, Session) = (load(&lines)?, load(&reader)?);
        let models = [&lines, &reader].map(|(e, _)| (e.name.clone(), e.sha256.clone())).to_vec();
        let path = reader.1.clone();
        let reader = Reader::new(read, &reader.0.name)
            .map_err(|reason| VisionError::ModelCorrupt { path, reason })?;
        Ok(Some(Self { finder: Finder::new(found, &lines.0.name), reader, models }))
    }

    /// Names and SHA-256 of the models.
    pub fn models(&self) -> &[(String, String)] {
        &self.models
    }

    /// The lines of text in a picture of one vehicle, from top to bottom. What is too low to be read
    /// is left out.
    ///
    /// # Errors
    /// [`VisionError::Inference`].
    pub fn read(&mut self, picture: &RgbImage) -> Result<Vec<TextLine>, VisionError> {
        let mut lines = Vec::new();
        for bbox in self.finder.find(picture)? {
            let Some(strip) = strip(picture, bbox) else { continue };
            let read = self.reader.read(&strip)?;
            if read.sure.is_empty() {
                continue;
            }
            let score = read.sure.iter().sum::<f32>() / read.sure.len() as f32;
            let weakest = read.sure.iter().copied().fold(1.0, f32::min);
            lines.push(TextLine { text: read.text, score, weakest, bbox });
        }
        lines.sort_by(|a, b| a.bbox.y1.total_cmp(&b.bbox.y1));
        Ok(lines)
    }
}

/// The part of a picture, where it is high enough.
fn strip(picture: &RgbImage, bbox: BBox) -> Option<RgbImage> {
    let (x, y) = (bbox.x1.max(0.0) as u32, bbox.y1.max(0.0) as u32);
    let width = (bbox.x2.ceil() as u32).min(picture.width()).checked_sub(x)?;
    let height = (bbox.y2.ceil() as u32).min(picture.height()).checked_sub(y)?;
    (height >= LOWEST && width >= LOWEST).then(|| crop_imm(picture, x, y, width, height).to_image())
}
