//! A decoded picture: reference-counted YUV planes with their times.

use super::{
    convert::{self, plane_size},
    error::MediaError,
    raw,
    time::{MediaTime, WallTime},
    yuv_matrix::YuvMatrix,
};
use std::sync::Arc;

/// One plane: rows of `stride` bytes, of which the first `width` are picture.
#[derive(Debug, Clone, Copy)]
pub struct Plane<'a> {
    /// Bytes, `stride * height` at least up to the last row's picture.
    pub data: &'a [u8],
    /// Bytes from one row to the next.
    pub stride: usize,
    /// Samples a row (for NV12 chroma: pairs).
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// A decoded picture. Cloning it copies no pixels.
#[derive(Clone)]
pub struct Frame {
    /// Counts the frames of this source in presentation order, from 0. For identity, never for time.
    pub index: u64,
    /// Where it stands in the source.
    pub time: MediaTime,
    /// When it happened.
    pub wall: WallTime,
    pub(super) picture: Arc<ffmpeg_next::frame::Video>,
    pub(super) matrix: YuvMatrix,
}

impl Frame {
    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.picture.width()
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.picture.height()
    }

    /// How to turn its planes into red, green and blue.
    pub fn matrix(&self) -> YuvMatrix {
        self.matrix
    }

    /// Plane `i`: 0 is Y, 1 is U and 2 is V, 8 bit, chroma halved both ways (I420; every other
    /// pixel format is converted while decoding). Any further plane is empty.
    pub fn plane(&self, i: usize) -> Plane<'_> {
        if i > 2 {
            return Plane { data: &[], stride: 0, width: 0, height: 0 };
        }
        let (width, height) = plane_size(i, (self.width(), self.height()));
        let (data, stride) = raw::plane(&self.picture, i, width, height);
        Plane { data, stride, width, height }
    }

    /// A full-resolution RGB copy, for stills.
    ///
    /// # Errors
    /// [`MediaError::Picture`] when memory is short.
    pub fn to_rgb(&self) -> Result<image::RgbImage, MediaError> {
        let failed = |reason| MediaError::picture("frame".as_ref(), "converted", reason);
        let (width, height) = (self.width(), self.height());
        let rgb = convert::rgb(&self.picture, self.matrix)
            .ok_or_else(|| failed("no memory for the RGB copy"))?;
        let row = width as usize * 3;
        let (data, stride) = raw::plane(&rgb, 0, row, height as usize);
        let mut bytes = Vec::with_capacity(row * height as usize);
        for line in data.chunks(stride.max(1)) {
            bytes.extend_from_slice(&line[..row.min(line.len())]);
        }
        image::RgbImage::from_raw(width, height, bytes)
            .ok_or_else(|| failed("the RGB copy is incomplete"))
    }

    /// A frame from raw I420 planes without padding (`width × height` bytes of Y, then a quarter
    /// each of U and V, halves rounded up). For tests and benches.
    ///
    /// # Errors
    /// [`MediaError::Picture`] when a plane is too short or memory is.
    pub fn from_planes(
        index: u64,
        time: MediaTime,
        wall: WallTime,
        size: (u32, u32),
        planes: [&[u8]; 3],
        matrix: YuvMatrix,
    ) -> Result<Self, MediaError> {
        let failed = |reason| MediaError::picture("frame".as_ref(), "made", reason);
        let mut picture =
            convert::new_i420(size.0, size.1).ok_or_else(|| failed("no memory for the planes"))?;
        for (i, source) in planes.into_iter().enumerate() {
            let (width, height) = plane_size(i, size);
            if source.len() < width * height {
                return Err(failed("a plane is shorter than its size"));
            }
            let (target, stride) = raw::plane_mut(&mut picture, i, width, height);
            for (to, from) in target.chunks_mut(stride.max(1)).zip(source.chunks(width.max(1))) {
                to[..width].copy_from_slice(from);
            }
        }
        let picture = Arc::new(picture);
        Ok(Self { index, time, wall, picture, matrix })
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("index", &self.index)
            .field("time", &self.time)
            .field("wall", &self.wall)
            .field("size", &(self.width(), self.height()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(size: (u32, u32), matrix: YuvMatrix, yuv: [u8; 3]) -> Frame {
        let (w, h) = plane_size(1, size);
        let luma = vec![yuv[0]; (size.0 * size.1) as usize];
        let (u, v) = (vec![yuv[1]; w * h], vec![yuv[2]; w * h]);
        let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
        Frame::from_planes(0, MediaTime::ZERO, wall, size, [&luma, &u, &v], matrix).unwrap()
    }

    #[test]
    fn odd_sizes_round_chroma_up() {
        let frame = grey((321, 239), YuvMatrix { bt709: false, full_range: false }, [50, 60, 70]);
        let plane = frame.plane(1);
        assert_eq!((plane.width, plane.height), (161, 120));
        assert!(plane.data.len() >= plane.stride * 119 + 161);
        assert_eq!((frame.plane(0).data[0], plane.data[0], frame.plane(2).data[0]), (50, 60, 70));
        assert!(frame.plane(3).data.is_empty());
    }

    #[test]
    fn colours_follow_range_and_matrix() {
        // Computed from ITU-R BT.601/709: R = Y' + 2(1−Kr)·Cr, B = Y' + 2(1−Kb)·Cb.
        let cases = [
            ((false, true), [100, 128, 200], [201_i32, 49, 100]),
            ((true, true), [100, 128, 200], [213, 66, 100]),
            ((false, false), [126, 128, 128], [128, 128, 128]),
            ((true, false), [16, 128, 128], [0, 0, 0]),
            ((false, false), [235, 128, 128], [255, 255, 255]),
        ];
        for ((bt709, full_range), yuv, wanted) in cases {
            let image = grey((17, 9), YuvMatrix { bt709, full_range }, yuv).to_rgb().unwrap();
            assert_eq!(image.dimensions(), (17, 9));
            for pixel in image.pixels() {
                for (got, want) in pixel.0.iter().zip(wanted) {
                    assert!((i32::from(*got) - want).abs() <= 2, "{pixel:?} {wanted:?}");
                }
            }
        }
    }
}
