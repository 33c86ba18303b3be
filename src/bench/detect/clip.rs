//! What is looked at: a video, or a folder of pictures.

use super::error::DetectError;
use crate::media::{Frame, OpenOptions, Source};
use std::iter::Enumerate;
use std::path::{Path, PathBuf};
use std::slice::Iter;

const PICTURES: [&str; 3] = ["jpg", "jpeg", "png"];

/// A video, or a folder of pictures in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    path: PathBuf,
    pictures: Option<Vec<PathBuf>>,
}

impl Clip {
    /// Looks what stands there; opens no video.
    ///
    /// # Errors
    /// [`DetectError::Clip`] where there is nothing.
    pub fn find(path: &Path) -> Result<Self, DetectError> {
        let failed = |reason: String| DetectError::Clip { path: path.to_owned(), reason };
        let meta = std::fs::metadata(path).map_err(|e| failed(e.to_string()))?;
        let mut pictures = Vec::new();
        if meta.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|e| failed(e.to_string()))?;
            pictures.extend(entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| {
                let ending = p.extension().and_then(|e| e.to_str()).unwrap_or_default();
                PICTURES.contains(&ending.to_ascii_lowercase().as_str())
            }));
            pictures.sort();
        }
        // A folder without pictures may be one of segments, which the source knows.
        let pictures = (!pictures.is_empty()).then_some(pictures);
        Ok(Self { path: path.to_owned(), pictures })
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The pictures, where it is a folder of them.
    pub fn pictures(&self) -> Option<&[PathBuf]> {
        self.pictures.as_deref()
    }

    /// A label file beside a video (`<name>.coco.json`, `<name>.gt.txt`), in a folder of pictures
    /// (`coco.json`, `gt.txt`), or where the MOT Challenge has it (`../gt/gt.txt`).
    pub fn labels_beside(&self) -> Option<PathBuf> {
        let places = if self.path.is_dir() {
            ["coco.json", "gt.txt", "../gt/gt.txt"].map(|name| self.path.join(name)).to_vec()
        } else {
            ["coco.json", "gt.txt"].map(|ending| self.path.with_extension(ending)).to_vec()
        };
        places.into_iter().find(|p| p.is_file())
    }

    pub(super) fn frames(&self) -> Result<Frames<'_>, DetectError> {
        Ok(match &self.pictures {
            Some(pictures) => Frames::Pictures(pictures.iter().enumerate()),
            None => Frames::Video(Box::new(Source::open(&self.path, OpenOptions::default())?)),
        })
    }
}

/// The frames of a clip, one after the other.
pub(super) enum Frames<'a> {
    Video(Box<Source>),
    Pictures(Enumerate<Iter<'a, PathBuf>>),
}

impl Frames<'_> {
    pub(super) fn next(&mut self) -> Result<Option<Frame>, DetectError> {
        match self {
            Self::Video(source) => Ok(source.next_frame()?),
            Self::Pictures(paths) => {
                let Some((index, path)) = paths.next() else { return Ok(None) };
                let failed = |e: image::ImageError| DetectError::Clip {
                    path: path.clone(),
                    reason: format!("the picture cannot be decoded ({e})"),
                };
                let rgb = image::open(path).map_err(failed)?.into_rgb8();
                Ok(Some(Frame::from_rgb(index as u64, &rgb)?))
            }
        }
    }
}
