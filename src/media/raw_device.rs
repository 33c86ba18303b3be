//! FFmpeg's device library. It is loaded when a device is wanted, not linked: it brings sixty other
//! packages with it (for screens, sound and windows), and most sites have no use for it.
#![allow(unsafe_code)]

use super::raw;
use ffmpeg_next::{Error, ffi, format::context};
use std::{ffi::CStr, sync::OnceLock};

/// Loads the library that belongs to FFmpeg's other ones, once for the whole process.
///
/// # Errors
/// The library's name, where it cannot be loaded.
pub(super) fn load() -> Result<(), String> {
    static LIBRARY: OnceLock<Option<libloading::Library>> = OnceLock::new();
    raw::init();
    // FFmpeg's libraries for formats and for devices have always had the same major version.
    let name = format!("libavdevice.so.{}", ffmpeg_next::format::version() >> 16);
    let loaded = LIBRARY.get_or_init(|| {
        // SAFETY: loading runs the library's initialisers, which only fill tables; the function takes
        // and returns nothing, and the library stays loaded for as long as the process lives.
        unsafe {
            let library = libloading::Library::new(&name).ok()?;
            library.get::<unsafe extern "C" fn()>(c"avdevice_register_all").ok()?();
            Some(library)
        }
    });
    loaded.is_some().then_some(()).ok_or(name)
}

/// Opens a device of Video for Linux for pictures of a codec, without waiting for the first one.
///
/// # Errors
/// FFmpeg's own; [`Error::DemuxerNotFound`] before [`load`].
pub(super) fn open(path: &CStr, codec: &str) -> Result<context::Input, Error> {
    let mut options = ffmpeg_next::Dictionary::new();
    options.set("input_format", codec);
    // SAFETY: the format is null or static; FFmpeg frees the context where opening fails, and the
    // wrapper owns it where it does not; the options are given away and what is left of them is taken
    // back and freed.
    unsafe {
        let format = ffi::av_find_input_format(c"v4l2".as_ptr());
        if format.is_null() {
            return Err(Error::DemuxerNotFound);
        }
        let mut context = ffi::avformat_alloc_context();
        if context.is_null() {
            return Err(Error::Other { errno: ffmpeg_next::error::ENOMEM });
        }
        // Waiting in the driver could not be ended.
        (*context).flags |= ffi::AVFMT_FLAG_NONBLOCK;
        let mut options = options.disown();
        let code =
            ffi::avformat_open_input(&raw mut context, path.as_ptr(), format, &raw mut options);
        drop(ffmpeg_next::Dictionary::own(options));
        if code < 0 {
            return Err(Error::from(code));
        }
        Ok(context::Input::wrap(context))
    }
}
