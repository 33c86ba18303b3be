//! Cameras at this machine itself (Video for Linux).

use super::problem::StreamProblem;
use crate::media::raw_device;
use ffmpeg_next::{
    Error,
    error::{EACCES, EBUSY, EINVAL, EIO, ENODEV, ENOENT, ENOTTY, ENXIO, EPERM},
    format::context,
};
use std::{ffi::CString, fs, io::ErrorKind, os::unix::fs::FileTypeExt};

/// Where devices lie.
const FOLDER: &str = "/dev/";
/// What a device is asked for, in this order: compressed pictures, since uncompressed ones would fill
/// the ring within a second.
const CODECS: [&str; 2] = ["h264", "mjpeg"];

/// Whether an address is a device's path.
pub(super) fn is_device(url: &str) -> bool {
    url.starts_with(FOLDER)
}

/// Opens a device; reading from it never waits.
pub(super) fn open(path: &str) -> Result<context::Input, StreamProblem> {
    match fs::metadata(path) {
        Ok(meta) if !meta.file_type().is_char_device() => return Err(StreamProblem::NotVideo),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(StreamProblem::DeviceForbidden);
        }
        Err(_) => return Err(StreamProblem::NoDevice),
        Ok(_) => {}
    }
    let name = CString::new(path).map_err(|_| StreamProblem::NoDevice)?;
    raw_device::load().map_err(StreamProblem::NoLibrary)?;
    for codec in CODECS {
        match raw_device::open(&name, codec) {
            Ok(input) => return Ok(input),
            // It does not give that codec.
            Err(Error::Other { errno: EINVAL }) => {}
            Err(error) => return Err(explain(error)),
        }
    }
    Err(StreamProblem::Uncompressed)
}

/// What an error of a device means.
pub(super) fn explain(error: Error) -> StreamProblem {
    match error {
        Error::Other { errno: EACCES | EPERM } => StreamProblem::DeviceForbidden,
        Error::Other { errno: EBUSY } => StreamProblem::Busy,
        Error::Other { errno: ENODEV | ENOENT | ENXIO | EIO } => StreamProblem::NoDevice,
        Error::Other { errno: ENOTTY } => StreamProblem::NotVideo,
        error => StreamProblem::DeviceFailed(error.to_string()),
    }
}
