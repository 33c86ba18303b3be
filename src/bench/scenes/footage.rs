//! Real footage that composites are made of: OpenCV's sample clip vtest.avi (PETS 2009, S2.L1, view
//! 1: people on a campus, a van parked in the background), and what it shows when nobody is there.

use super::canvas::Canvas;
use super::error::SceneError;
use crate::media::{OpenOptions, Source};
use std::path::Path;

/// Its pictures' size.
pub(super) const SIZE: (u32, u32) = (768, 576);
/// Its pictures a second.
pub(super) const FPS: u32 = 10;
/// Its pictures.
const FRAMES: usize = 795;
/// Every so manieth picture makes the background.
const STEP: usize = 20;

/// The clip in memory, as bytes, and its background.
pub(super) struct Footage {
    frames: Vec<image::RgbImage>,
    pub(super) background: Canvas,
}

impl Footage {
    /// Reads the clip.
    ///
    /// # Errors
    /// It cannot be read, or is another one.
    pub(super) fn read(path: &Path) -> Result<Self, SceneError> {
        let other = |problem: String| SceneError::OtherFootage { path: path.to_owned(), problem };
        let mut source = Source::open(path, OpenOptions::default())?;
        let size = (source.info().width, source.info().height);
        if size != SIZE {
            return Err(other(format!("its pictures are {}×{}", size.0, size.1)));
        }
        let mut frames = Vec::with_capacity(FRAMES);
        while let Some(frame) = source.next_frame()? {
            if frames.len() == FRAMES {
                return Err(other("it is longer".to_owned()));
            }
            frames.push(frame.to_rgb()?);
        }
        if frames.len() < FRAMES {
            return Err(other(format!("it has {} pictures", frames.len())));
        }
        let background = median(&frames);
        Ok(Self { frames, background })
    }

    /// The picture at a time of the clip, seconds.
    pub(super) fn at(&self, seconds: f32) -> Canvas {
        let number = (seconds * FPS as f32).round().max(0.0) as usize;
        canvas(&self.frames[number.min(self.frames.len() - 1)])
    }
}

fn canvas(picture: &image::RgbImage) -> Canvas {
    let mut canvas = Canvas::new(picture.dimensions());
    for (to, from) in canvas.pixels.iter_mut().zip(picture.pixels()) {
        *to = from.0.map(f32::from);
    }
    canvas
}

/// Of each pixel and colour the middle over time: what stands there.
fn median(frames: &[image::RgbImage]) -> Canvas {
    let taken: Vec<&[u8]> = frames.iter().step_by(STEP).map(|f| f.as_raw().as_slice()).collect();
    let mut canvas = Canvas::new(SIZE);
    let mut values = vec![0_u8; taken.len()];
    for (i, pixel) in canvas.pixels.iter_mut().enumerate() {
        for (k, colour) in pixel.iter_mut().enumerate() {
            for (value, frame) in values.iter_mut().zip(&taken) {
                *value = frame[i * 3 + k];
            }
            let middle = values.len() / 2;
            *colour = f32::from(*values.select_nth_unstable(middle).1);
        }
    }
    canvas
}
