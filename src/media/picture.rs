//! A picture file's colours as a frame, for looking at pictures that are no footage.

use super::{
    convert::Converter,
    error::MediaError,
    frame::Frame,
    orientation::Orientation,
    raw,
    time::{MediaTime, WallTime},
};
use ffmpeg_next::ffi;
use image::RgbImage;
use std::sync::Arc;

impl Frame {
    /// A frame of a picture's colours (sRGB), as full-range 4:2:0. It has no time of its own: media
    /// time 0, wall time 0.
    ///
    /// # Errors
    /// [`MediaError::Picture`] when memory is short.
    pub fn from_rgb(index: u64, rgb: &RgbImage) -> Result<Self, MediaError> {
        let failed = |reason| MediaError::picture("picture".as_ref(), "converted", reason);
        let (width, height) = rgb.dimensions();
        let mut picture = raw::new_picture(ffi::AVPixelFormat::AV_PIX_FMT_RGB24, width, height)
            .ok_or_else(|| failed("no memory for its colours"))?;
        let row = width as usize * 3;
        let (target, stride) = raw::plane_mut(&mut picture, 0, row, height as usize);
        for (to, from) in target.chunks_mut(stride.max(1)).zip(rgb.chunks(row.max(1))) {
            to[..row].copy_from_slice(from);
        }
        let (picture, matrix) = Converter::default()
            .upright(picture, Orientation::UPRIGHT)
            .ok_or_else(|| failed("no memory for its planes"))?;
        let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
        Ok(Self { index, time: MediaTime::ZERO, wall, picture: Arc::new(picture), matrix })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_back_as_they_were() {
        let mut rgb = RgbImage::from_pixel(48, 24, image::Rgb([200, 60, 30]));
        for (_, _, pixel) in rgb.enumerate_pixels_mut().filter(|(x, _, _)| *x >= 24) {
            *pixel = image::Rgb([20, 90, 240]);
        }
        let frame = Frame::from_rgb(3, &rgb).unwrap();
        assert_eq!((frame.index, frame.width(), frame.height()), (3, 48, 24));
        let back = frame.to_rgb().unwrap();
        for (x, y) in [(3, 3), (12, 17), (36, 10), (44, 20)] {
            let pairs = back.get_pixel(x, y).0.into_iter().zip(rgb.get_pixel(x, y).0);
            assert!(
                pairs.clone().all(|(a, b)| a.abs_diff(b) <= 3),
                "{:?}",
                pairs.collect::<Vec<_>>()
            );
        }
    }
}
