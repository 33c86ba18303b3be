//! Small copies of stills for lists: made once, kept in the data folder's `cache/thumbnails`, which
//! never grows beyond a bound and may be removed at any time.

use super::refusal::Refusal;
use crate::store::{StoreError, write_atomically};
use image::ImageFormat;
use image::codecs::jpeg::JpegEncoder;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Widths that are made, in pixels: few, so that nobody fills the disk with all of them.
pub(super) const WIDTHS: [u32; 4] = [160, 320, 640, 1280];

/// Bytes that are kept.
const MOST: u64 = 256 << 20;
/// A still is never as long.
const LONGEST: u64 = 64 << 20;

/// The thumbnails of a data folder.
#[derive(Debug)]
pub(super) struct Thumbnails {
    folder: PathBuf,
    most: u64,
    /// Bytes kept; `None`: not counted yet.
    kept: Mutex<Option<u64>>,
}

impl Thumbnails {
    pub(super) fn of(data: &Path) -> Self {
        let folder = data.join("cache").join("thumbnails");
        Self { folder, most: MOST, kept: Mutex::new(None) }
    }

    /// The thumbnail of the still in `file`, whose content has this SHA-256.
    pub(super) fn get(&self, file: File, sha256: &str, width: u32) -> Result<Vec<u8>, Refusal> {
        let path = self.folder.join(format!("{sha256}-{width}.jpg"));
        if let Ok(known) = fs::read(&path) {
            return Ok(known);
        }
        let made = make(file, width)?;
        // Where it cannot be kept it is shown all the same.
        if let Err(e) = self.keep(&path, &made) {
            tracing::warn!("a thumbnail could not be kept: {e}");
        }
        Ok(made)
    }

    fn keep(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        fs::create_dir_all(&self.folder).map_err(|e| StoreError::from_io(&self.folder, e))?;
        write_atomically(path, |out| {
            out.write_all(bytes).map_err(|e| StoreError::from_io(path, e))
        })?;
        let before = kept.unwrap_or_else(|| total(&self.files()));
        let now = before + bytes.len() as u64;
        *kept = Some(if now > self.most { self.sweep() } else { now });
        Ok(())
    }

    /// Removes the oldest until three quarters of the bound are left; what is left.
    fn sweep(&self) -> u64 {
        let mut files = self.files();
        files.sort();
        let mut left = total(&files);
        for (_, path, bytes) in files {
            if left <= self.most / 4 * 3 {
                break;
            }
            if fs::remove_file(&path).is_ok() {
                left -= bytes;
            }
        }
        left
    }

    fn files(&self) -> Vec<(SystemTime, PathBuf, u64)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| {
                let facts = entry.metadata().ok()?;
                Some((facts.modified().ok()?, entry.path(), facts.len()))
            })
            .collect()
    }
}

fn total(files: &[(SystemTime, PathBuf, u64)]) -> u64 {
    files.iter().map(|(_, _, bytes)| bytes).sum()
}

fn make(file: File, width: u32) -> Result<Vec<u8>, Refusal> {
    let unreadable = |e: String| Refusal::gone(format!("the still cannot be read: {e}"));
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).map_err(|e| unreadable(e.to_string()))?;
    let still = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)
        .map_err(|e| unreadable(e.to_string()))?;
    let small = if still.width() > width { still.thumbnail(width, u32::MAX) } else { still };
    let mut made = Vec::new();
    JpegEncoder::new_with_quality(&mut made, 80)
        .encode_image(&small.to_rgb8())
        .map_err(|e| unreadable(e.to_string()))?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;
    use tempfile::TempDir;

    fn still(folder: &Path, width: u32, height: u32) -> PathBuf {
        let path = folder.join("still.jpg");
        RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8]))
            .save(&path)
            .unwrap();
        path
    }

    #[test]
    fn it_is_made_once_and_keeps_its_shape() {
        let data = TempDir::new().unwrap();
        let path = still(data.path(), 1280, 720);
        let thumbnails = Thumbnails::of(data.path());
        let made = thumbnails.get(File::open(&path).unwrap(), "aa", 320).unwrap();
        let seen = image::load_from_memory(&made).unwrap();
        assert_eq!((seen.width(), seen.height()), (320, 180));
        // The second time the still is not looked at.
        let empty = File::open("/dev/null").unwrap();
        assert_eq!(thumbnails.get(empty, "aa", 320).unwrap(), made);
        let empty = File::open("/dev/null").unwrap();
        assert!(thumbnails.get(empty, "bb", 320).is_err());
    }

    #[test]
    fn they_never_take_more_than_the_bound() {
        let data = TempDir::new().unwrap();
        let path = still(data.path(), 640, 480);
        let one = make(File::open(&path).unwrap(), 160).unwrap().len() as u64;
        let thumbnails = Thumbnails { most: one * 4, ..Thumbnails::of(data.path()) };
        for n in 0..20 {
            thumbnails.get(File::open(&path).unwrap(), &format!("{n:02}"), 160).unwrap();
            assert!(total(&thumbnails.files()) <= one * 4);
        }
        assert!(!thumbnails.files().is_empty());
    }
}
