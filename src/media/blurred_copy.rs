//! A copy of a clip file in which parts of each picture are blurred: H.264 in an MP4 with its index in
//! front. What is not blurred differs from the clip only by the codec's noise.

use super::{
    blur::Patch,
    copying::{CopyLimits, copy_changed},
    error::MediaError,
    frame::Frame,
};
use std::path::Path;

/// libx264's constant quality: hardly to be told from the clip.
const QUALITY: &str = "17";

/// Copies the clip `from` into `to`, blurring of each picture what `patches` says of it. `to` appears
/// when it is whole and on the disk; otherwise nothing of it stays.
///
/// # Errors
/// A [`MediaError`]: what is wrong with the clip, [`MediaError::NoEncoder`], or
/// [`MediaError::Write`], which says too where a limit was reached.
pub fn write_blurred_copy(
    from: &Path,
    to: &Path,
    limits: &CopyLimits,
    mut patches: impl FnMut(&Frame) -> Vec<Patch>,
) -> Result<(), MediaError> {
    copy_changed(from, to, limits, QUALITY, |frame| frame.blurred(&patches(&frame)))
}
