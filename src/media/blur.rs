//! Making parts of a picture unrecognisable, and leaving all others exactly as they are.
//!
//! A patch is replaced by the mean colours of a few large cells, drawn with smooth passages between
//! them: what is left are four samples across, of which nothing can be computed back.

use super::{
    convert::{new_i420, plane_size},
    error::MediaError,
    frame::Frame,
    raw,
};
use image::RgbImage;
use std::sync::Arc;

/// Cells across the shorter side of a patch.
const CELLS: f32 = 3.0;
/// No cell is smaller, in pixels of the plane.
const SMALLEST: f32 = 4.0;

/// An upright area in pixels of a picture; it may reach beyond it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left.
    pub x1: f32,
    /// Top.
    pub y1: f32,
    /// Right.
    pub x2: f32,
    /// Bottom.
    pub y2: f32,
}

/// An area to be made unrecognisable, and what of it stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Where.
    pub area: Area,
    /// Parts that keep their pixels.
    pub spared: Vec<Area>,
}

/// Whole pixels: from the first to before the last.
#[derive(Debug, Clone, Copy)]
struct Cut {
    x1: usize,
    y1: usize,
    x2: usize,
    y2: usize,
}

impl Area {
    fn scaled(&self, by: f32) -> Self {
        Self { x1: self.x1 * by, y1: self.y1 * by, x2: self.x2 * by, y2: self.y2 * by }
    }

    /// Every pixel that it touches.
    fn cut(&self, width: usize, height: usize) -> Option<Cut> {
        let within = |v: f32, most: usize| v.clamp(0.0, most as f32) as usize;
        let cut = Cut {
            x1: within(self.x1.floor(), width),
            y1: within(self.y1.floor(), height),
            x2: within(self.x2.ceil(), width),
            y2: within(self.y2.ceil(), height),
        };
        (cut.x1 < cut.x2 && cut.y1 < cut.y2).then_some(cut)
    }
}

/// Samples of a picture: `channels` of them a pixel, `stride` from row to row.
struct Samples<'a> {
    data: &'a mut [u8],
    stride: usize,
    channels: usize,
    width: usize,
    height: usize,
}

impl Samples<'_> {
    fn blur(&mut self, patch: &Patch, scale: f32) {
        let Some(cut) = patch.area.scaled(scale).cut(self.width, self.height) else { return };
        let spared: Vec<Cut> = (patch.spared.iter())
            .filter_map(|a| a.scaled(scale).cut(self.width, self.height))
            .collect();
        for channel in 0..self.channels {
            self.blur_channel(cut, &spared, channel);
        }
    }

    fn blur_channel(&mut self, cut: Cut, spared: &[Cut], channel: usize) {
        let (width, height) = (cut.x2 - cut.x1, cut.y2 - cut.y1);
        let side = (width.min(height) as f32 / CELLS).max(SMALLEST);
        let across = ((width as f32 / side).round() as usize).max(1);
        let down = ((height as f32 / side).round() as usize).max(1);
        let at = |x: usize, y: usize| y * self.stride + x * self.channels + channel;
        let mut means = vec![0.0_f32; across * down];
        for (n, mean) in means.iter_mut().enumerate() {
            let (column, row) = (n % across, n / across);
            let (x1, x2) = (column * width / across, ((column + 1) * width).div_ceil(across));
            let (y1, y2) = (row * height / down, ((row + 1) * height).div_ceil(down));
            let (mut sum, mut count) = (0_u64, 0_u64);
            for y in y1..y2 {
                for x in x1..x2 {
                    let sample = self.data.get(at(cut.x1 + x, cut.y1 + y)).copied();
                    sum += u64::from(sample.unwrap_or(128));
                    count += 1;
                }
            }
            *mean = sum as f32 / count.max(1) as f32;
        }
        // Between the middles of cells.
        let between = |place: usize, length: usize, cells: usize| {
            let at = ((place as f32 + 0.5) * cells as f32 / length as f32 - 0.5)
                .clamp(0.0, cells as f32 - 1.0);
            let first = at as usize;
            (first, (first + 1).min(cells - 1), at - first as f32)
        };
        for y in 0..height {
            let (row, next_row, down_share) = between(y, height, down);
            for x in 0..width {
                let (px, py) = (cut.x1 + x, cut.y1 + y);
                let keeps = |s: &Cut| (s.x1..s.x2).contains(&px) && (s.y1..s.y2).contains(&py);
                if spared.iter().any(keeps) {
                    continue;
                }
                let (column, next, share) = between(x, width, across);
                let mix = |row: usize| {
                    let (a, b) = (means[row * across + column], means[row * across + next]);
                    a + (b - a) * share
                };
                let (above, below) = (mix(row), mix(next_row));
                let value = above + (below - above) * down_share;
                let place = py * self.stride + px * self.channels + channel;
                if let Some(sample) = self.data.get_mut(place) {
                    *sample = value.round().clamp(0.0, 255.0) as u8;
                }
            }
        }
    }
}

/// Blurs parts of a picture.
pub fn blur_rgb(picture: &mut RgbImage, patches: &[Patch]) {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut samples =
        Samples { data: picture.as_mut(), stride: width * 3, channels: 3, width, height };
    for patch in patches {
        samples.blur(patch, 1.0);
    }
}

impl Frame {
    /// A copy with parts blurred; of any other part the samples are the same.
    ///
    /// # Errors
    /// [`MediaError::Picture`] when memory is short.
    pub fn blurred(&self, patches: &[Patch]) -> Result<Self, MediaError> {
        if patches.is_empty() {
            return Ok(self.clone());
        }
        let size = (self.width(), self.height());
        let mut picture = new_i420(size.0, size.1)
            .ok_or_else(|| MediaError::picture("frame".as_ref(), "blurred", "no memory"))?;
        for index in 0..3 {
            let from = self.plane(index);
            let (width, height) = plane_size(index, size);
            let (data, stride) = raw::plane_mut(&mut picture, index, width, height);
            let rows = from.data.chunks(from.stride.max(1)).take(height);
            for (to, from) in data.chunks_mut(stride.max(1)).zip(rows) {
                let row = width.min(from.len()).min(to.len());
                to[..row].copy_from_slice(&from[..row]);
            }
            let mut samples = Samples { data, stride, channels: 1, width, height };
            for patch in patches {
                samples.blur(patch, if index == 0 { 1.0 } else { 0.5 });
            }
        }
        picture.set_pts(self.picture.pts());
        Ok(Self { picture: Arc::new(picture), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy() -> RgbImage {
        RgbImage::from_fn(60, 50, |x, y| {
            let v = if (x / 2 + y / 2) % 2 == 0 { 250 } else { 5 };
            image::Rgb([v, 255 - v, (x * 4) as u8])
        })
    }

    fn patch(area: [f32; 4], spared: &[[f32; 4]]) -> Patch {
        let area_of = |[x1, y1, x2, y2]: [f32; 4]| Area { x1, y1, x2, y2 };
        Patch { area: area_of(area), spared: spared.iter().map(|a| area_of(*a)).collect() }
    }

    #[test]
    fn a_patch_loses_its_detail_and_nothing_else_changes() {
        let before = busy();
        let mut after = before.clone();
        blur_rgb(&mut after, &[patch([10.0, 10.0, 34.0, 40.0], &[[20.0, 0.0, 25.0, 50.0]])]);
        let detail = |p: &RgbImage, x: u32| {
            (12..38).map(|y| p.get_pixel(x, y).0[0].abs_diff(p.get_pixel(x, y + 1).0[0])).max()
        };
        assert!(detail(&before, 14) > Some(200) && detail(&after, 14) < Some(12));
        for (x, y, pixel) in after.enumerate_pixels() {
            let inside = (10..34).contains(&x) && (10..40).contains(&y);
            let spared = (20..25).contains(&x);
            if !inside || spared {
                assert_eq!(pixel, before.get_pixel(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn patches_beyond_the_picture_or_of_no_size_do_no_harm() {
        let before = busy();
        let mut after = before.clone();
        for area in [
            [-50.0, -50.0, -1.0, -1.0],
            [70.0, 3.0, 90.0, 9.0],
            [5.0, 5.0, 5.0, 5.0],
            [9.0, 9.0, 3.0, 3.0],
            [f32::NAN, 0.0, 10.0, 10.0],
        ] {
            blur_rgb(&mut after, &[patch(area, &[])]);
        }
        blur_rgb(&mut after, &[patch([55.0, -9.0, 99.0, 4.0], &[])]);
        assert_eq!(after.get_pixel(0, 20), before.get_pixel(0, 20));
        assert_ne!(after, before);
    }

    #[test]
    fn frames_are_blurred_like_pictures() {
        let frame = Frame::from_rgb(0, &busy()).unwrap();
        let blurred = frame.blurred(&[patch([10.0, 10.0, 34.0, 40.0], &[])]).unwrap();
        for index in 0..3 {
            let (a, b) = (frame.plane(index), blurred.plane(index));
            let half = if index == 0 { 1 } else { 2 };
            for y in 0..a.height {
                for x in 0..a.width {
                    let (one, other) = (a.data[y * a.stride + x], b.data[y * b.stride + x]);
                    let inside =
                        (10 / half..34 / half).contains(&x) && (10 / half..40 / half).contains(&y);
                    assert!(inside || one == other, "plane {index} at {x} {y}");
                }
            }
        }
        assert!(frame.blurred(&[]).is_ok());
    }
}
