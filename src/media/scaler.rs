//! swscale with colour range and matrix set on both sides; the wrapper's context offers neither,
//! nor can it be sent to another thread.
#![allow(unsafe_code)]

use super::raw;
use ffmpeg_next::{ffi, frame};

/// One side of a conversion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Side {
    /// `AVPixelFormat` as a number.
    pub(super) format: i32,
    /// Coefficients, as `SWS_CS_*`.
    pub(super) matrix: i32,
    /// Full range rather than limited.
    pub(super) full_range: bool,
}

/// Converts pictures of one format and size to another format of the same size.
pub(super) struct Scaler {
    context: *mut ffi::SwsContext,
    from: Side,
    to: Side,
    size: (u32, u32),
}

// SAFETY: an SwsContext has no thread affinity; it is owned here and used through `&mut self`.
unsafe impl Send for Scaler {}

impl Scaler {
    /// A converter, or `None` where swscale does not know the formats.
    pub(super) fn new(from: Side, to: Side, size: (u32, u32)) -> Option<Self> {
        let (width, height) = (i32::try_from(size.0).ok()?, i32::try_from(size.1).ok()?);
        let flags = ffi::SWS_BILINEAR | ffi::SWS_ACCURATE_RND | ffi::SWS_FULL_CHR_H_INT;
        // SAFETY: formats are checked with sws_isSupported* before use; the numbers come from
        // AVFrame.format or the enum itself, so they are values of AVPixelFormat.
        unsafe {
            let source = std::mem::transmute::<i32, ffi::AVPixelFormat>(from.format);
            let target = std::mem::transmute::<i32, ffi::AVPixelFormat>(to.format);
            if ffi::sws_isSupportedInput(source) == 0 || ffi::sws_isSupportedOutput(target) == 0 {
                return None;
            }
            let context = ffi::sws_getContext(
                width,
                height,
                source,
                width,
                height,
                target,
                flags,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null(),
            );
            if context.is_null() {
                return None;
            }
            // A negative answer means that the pair needs no coefficients (RGB to RGB).
            let _ = ffi::sws_setColorspaceDetails(
                context,
                ffi::sws_getCoefficients(from.matrix),
                i32::from(from.full_range),
                ffi::sws_getCoefficients(to.matrix),
                i32::from(to.full_range),
                0,
                1 << 16,
                1 << 16,
            );
            Some(Self { context, from, to, size })
        }
    }

    /// Whether this converter is made for such pictures.
    pub(super) fn suits(&self, from: Side, to: Side, size: (u32, u32)) -> bool {
        self.from == from && self.to == to && self.size == size
    }

    /// Converts into a new picture; `None` when the picture does not match or memory is short.
    pub(super) fn run(&mut self, picture: &frame::Video) -> Option<frame::Video> {
        let facts = raw::facts(picture);
        if facts.format != self.from.format || facts.size != self.size {
            return None;
        }
        // SAFETY: `to.format` was accepted by swscale as an output format.
        let format = unsafe { std::mem::transmute::<i32, ffi::AVPixelFormat>(self.to.format) };
        let mut target = raw::new_picture(format, self.size.0, self.size.1)?;
        // SAFETY: both frames have the size and format the context was made for.
        let rows = unsafe {
            let (from, to) = (&*picture.as_ptr(), &*target.as_mut_ptr());
            ffi::sws_scale(
                self.context,
                from.data.as_ptr().cast(),
                from.linesize.as_ptr(),
                0,
                from.height,
                to.data.as_ptr(),
                to.linesize.as_ptr(),
            )
        };
        (rows == self.size.1 as i32).then_some(target)
    }
}

impl Drop for Scaler {
    fn drop(&mut self) {
        // SAFETY: made by sws_getContext and freed once.
        unsafe { ffi::sws_freeContext(self.context) };
    }
}
