//! Whether anything moved: work that shows nothing new is skipped.

use super::VisionError;
use crate::media::Frame;
use opencv::core::{self, Mat, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// Width of the small luma picture that is compared, in pixels.
const SMALL_WIDTH: i32 = 160;

/// Rows of the picture that are read, at least; of a lower one all.
const ROWS_READ: usize = 240;

/// A small pixel that differs by more grey levels than this has changed; sensor noise and
/// compression stay below after the area mean and blur.
const CHANGED_LEVELS: f64 = 12.0;

/// Compares each frame's luma, reduced by area mean, with that of the last frame looked at.
#[derive(Default)]
pub struct MotionGate {
    seen: Mat,
    small: Mat,
    blurred: Mat,
    difference: Mat,
}

impl MotionGate {
    /// Share of the picture, 0 to 1, that changed since the last frame passed to
    /// [`MotionGate::looked`]; 1 where there was none.
    ///
    /// # Errors
    /// [`VisionError::Motion`] where OpenCV refuses the picture.
    pub fn changed(&mut self, frame: &Frame) -> Result<f64, VisionError> {
        self.measure(frame).map_err(|e| VisionError::Motion(e.message))
    }

    /// The frame last measured is being looked at: later ones are compared with it.
    pub fn looked(&mut self) {
        std::mem::swap(&mut self.seen, &mut self.blurred);
    }

    fn measure(&mut self, frame: &Frame) -> opencv::Result<f64> {
        let plane = frame.plane(0);
        // Every so many rows tell as much of a picture that is reduced anyway. The last row may end
        // with its picture, short of the stride; nothing is missed without it.
        let step = (plane.height / ROWS_READ).max(1);
        let rows = (plane.height - 1) / step;
        if rows == 0 {
            return Ok(1.0);
        }
        let line = step * plane.stride;
        let whole =
            Mat::new_rows_cols_with_data(rows as i32, line as i32, &plane.data[..rows * line])?;
        let picture = whole.roi(core::Rect::new(0, 0, plane.width as i32, rows as i32))?;
        let height = (plane.height as i32 * SMALL_WIDTH / plane.width as i32).max(1);
        let size = Size::new(SMALL_WIDTH, height);
        imgproc::resize(&picture, &mut self.small, size, 0.0, 0.0, imgproc::INTER_AREA)?;
        let kernel = Size::new(3, 3);
        imgproc::blur_def(&self.small, &mut self.blurred, kernel)?;
        if self.seen.size()? != self.blurred.size()? {
            return Ok(1.0);
        }
        core::absdiff(&self.blurred, &self.seen, &mut self.difference)?;
        imgproc::threshold(
            &self.difference,
            &mut self.small,
            CHANGED_LEVELS,
            255.0,
            imgproc::THRESH_BINARY,
        )?;
        Ok(f64::from(core::count_non_zero(&self.small)?) / f64::from(SMALL_WIDTH * height))
    }
}
