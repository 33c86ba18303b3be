//! Decoding on hardware, by FFmpeg's device contexts. All of it may be missing; then the processor
//! decodes.
#![allow(unsafe_code)]

use super::live::Hardware;
use ffmpeg_next::{Error, codec, ffi, frame};
use std::{fmt, path::Path};

/// One kind of hardware that decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Vaapi,
    Qsv,
    Cuda,
}

impl Unit {
    /// What to try for a wish, in this order.
    pub(super) fn of(hardware: Hardware) -> &'static [Self] {
        match hardware {
            Hardware::None => &[],
            Hardware::Auto => &[Self::Vaapi, Self::Qsv, Self::Cuda],
            Hardware::Vaapi => &[Self::Vaapi],
            Hardware::Qsv => &[Self::Qsv],
            Hardware::Cuda => &[Self::Cuda],
        }
    }

    /// Quick Sync has decoders of its own, called by codec and this; the others accelerate
    /// FFmpeg's.
    pub(super) fn decoder_suffix(self) -> Option<&'static str> {
        (self == Self::Qsv).then_some("qsv")
    }

    /// Why it cannot be used: what is plainly not there, else FFmpeg's words, which seldom say it.
    pub(super) fn why(self, error: Error) -> String {
        let (device, missing) = match self {
            Self::Vaapi | Self::Qsv => ("/dev/dri", "there is no graphics device, /dev/dri"),
            Self::Cuda => ("/dev/nvidiactl", "there is no NVIDIA device, /dev/nvidiactl"),
        };
        if Path::new(device).exists() { error.to_string() } else { missing.to_owned() }
    }

    /// Opens the device and lets a decoder that is not open yet use it.
    pub(super) fn attach(self, context: &mut codec::Context) -> Result<(), Error> {
        let kind = match self {
            Self::Vaapi => ffi::AVHWDeviceType::AV_HWDEVICE_TYPE_VAAPI,
            Self::Qsv => ffi::AVHWDeviceType::AV_HWDEVICE_TYPE_QSV,
            Self::Cuda => ffi::AVHWDeviceType::AV_HWDEVICE_TYPE_CUDA,
        };
        let mut device = std::ptr::null_mut();
        // SAFETY: `device` receives a new reference, which the decoder owns from here on and frees
        // with itself; the context is valid, exclusively borrowed and not open yet.
        unsafe {
            let (name, options) = (std::ptr::null(), std::ptr::null_mut());
            let code = ffi::av_hwdevice_ctx_create(&raw mut device, kind, name, options, 0);
            if code < 0 {
                return Err(Error::from(code));
            }
            ffi::av_buffer_unref(&raw mut (*context.as_mut_ptr()).hw_device_ctx);
            (*context.as_mut_ptr()).hw_device_ctx = device;
        }
        Ok(())
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vaapi => "VA-API",
            Self::Qsv => "Quick Sync",
            Self::Cuda => "NVDEC",
        })
    }
}

/// The picture in the system's memory: itself where it is there already. `None` when it cannot be
/// fetched.
pub(super) fn fetch(picture: frame::Video) -> Option<frame::Video> {
    // SAFETY: both frames are valid; `fetched` is empty, as av_hwframe_transfer_data allows, which
    // then allocates it.
    unsafe {
        if (*picture.as_ptr()).hw_frames_ctx.is_null() {
            return Some(picture);
        }
        let mut fetched = frame::Video::empty();
        let copied = ffi::av_hwframe_transfer_data(fetched.as_mut_ptr(), picture.as_ptr(), 0) >= 0
            && ffi::av_frame_copy_props(fetched.as_mut_ptr(), picture.as_ptr()) >= 0;
        copied.then_some(fetched)
    }
}
