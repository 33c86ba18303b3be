//! A copy of a clip file for browsers that cannot play it: 8-bit 4:2:0 H.264 in an MP4 with its
//! index in front. It is for looking at and never takes the clip's place.

use super::{
    copying::{CopyLimits, copy_changed},
    error::MediaError,
    viewing::VIEWING,
};
use std::path::Path;

/// Copies the clip `from` into `to`, on the calling thread and one of the decoder's. `to` appears
/// when it is whole and on the disk; otherwise nothing of it stays.
///
/// # Errors
/// A [`MediaError`]: what is wrong with the clip, [`MediaError::NoEncoder`], or
/// [`MediaError::Write`], which says too where a limit was reached.
pub fn write_view_copy(from: &Path, to: &Path, limits: &CopyLimits) -> Result<(), MediaError> {
    copy_changed(from, to, limits, VIEWING, Ok)
}
