//! The small picture that is analysed: luma and chroma reduced by area, laid on the steady view.

use crate::media::{Frame, Plane};
use crate::vision::lend::lend;
use crate::vision::shift::Shift;
use opencv::core::{self, Mat, Rect, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// The most columns and rows of the small picture.
pub const MOST: (f32, f32) = (640.0, 360.0);

/// A picture of at most 640×360 with chroma halved both ways. Buffers are kept and reused.
#[derive(Default)]
pub(super) struct Small {
    planes: [Mat; 3],
    scratch: Mat,
    /// Columns and rows of luma; both even.
    pub(super) size: (usize, usize),
    /// Small pixels per frame pixel, across and down.
    pub(super) scale: (f32, f32),
    /// Rows and columns that the picture covers once it is laid on the steady view; outside is not
    /// known. `(x1, y1, x2, y2)`, the ends not part of it.
    pub(super) valid: (usize, usize, usize, usize),
}

impl Small {
    /// Takes a frame in, seen as `shift` (frame pixels to steady frame pixels) says.
    pub(super) fn take(&mut self, frame: &Frame, shift: Shift) -> opencv::Result<()> {
        let (w, h) = (frame.width() as f32, frame.height() as f32);
        let factor = (MOST.0 / w).min(MOST.1 / h).min(1.0);
        let even = |v: f32| ((v * factor / 2.0).round() as usize).max(4) * 2;
        self.size = (even(w), even(h));
        self.scale = (self.size.0 as f32 / w, self.size.1 as f32 / h);
        for i in 0..3 {
            let half = usize::from(i > 0) + 1;
            let size = Size::new((self.size.0 / half) as i32, (self.size.1 / half) as i32);
            let (sx, sy) =
                (f64::from(self.scale.0) / half as f64, f64::from(self.scale.1) / half as f64);
            reduce(&frame.plane(i), size, &mut self.planes[i])?;
            if shift != Shift::NONE {
                let s = shift.scaled(sx, sy);
                let matrix = Mat::from_slice_2d(&[[s.a, -s.b, s.dx], [s.b, s.a, s.dy]])?;
                imgproc::warp_affine(
                    &self.planes[i],
                    &mut self.scratch,
                    &matrix,
                    size,
                    imgproc::INTER_LINEAR,
                    core::BORDER_REPLICATE,
                    core::Scalar::default(),
                )?;
                std::mem::swap(&mut self.planes[i], &mut self.scratch);
            }
        }
        let (sx, sy) = (f64::from(self.scale.0), f64::from(self.scale.1));
        let gap = if shift == Shift::NONE {
            0
        } else {
            shift.scaled(sx, sy).reach(self.size.0 as f32, self.size.1 as f32).ceil() as usize + 1
        };
        self.valid = (
            gap.min(self.size.0 / 2),
            gap.min(self.size.1 / 2),
            self.size.0.saturating_sub(gap).max(self.size.0 / 2),
            self.size.1.saturating_sub(gap).max(self.size.1 / 2),
        );
        Ok(())
    }

    /// Luma, then both chroma planes, without padding.
    pub(super) fn planes(&self) -> opencv::Result<[&[u8]; 3]> {
        Ok([
            self.planes[0].data_typed::<u8>()?,
            self.planes[1].data_typed::<u8>()?,
            self.planes[2].data_typed::<u8>()?,
        ])
    }
}

/// One plane reduced by area, then freed of the sharpest compression noise.
fn reduce(plane: &Plane<'_>, size: Size, small: &mut Mat) -> opencv::Result<()> {
    // The last row may end with its picture, short of the stride.
    let whole = plane.data.len() >= plane.stride * plane.height;
    let rows = if whole { plane.height } else { plane.height.saturating_sub(1) };
    let data = lend(rows, plane.stride, &plane.data[..rows * plane.stride])?;
    let picture = data.roi(Rect::new(0, 0, plane.width as i32, rows as i32))?;
    imgproc::resize(&picture, small, size, 0.0, 0.0, imgproc::INTER_AREA)
}
