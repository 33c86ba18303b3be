//! A copy of a clip file in which parts of each picture are blurred: H.264 in an MP4 with its index in
//! front. What is not blurred differs from the clip only by the codec's noise.

use super::{
    blur::Patch,
    error::MediaError,
    frame::Frame,
    ring::RingLimits,
    source::{OpenOptions, Source},
    view_copy::ViewLimits,
    viewing::Copy,
};
use std::path::Path;
use std::time::Instant;

/// Microseconds that a clip's only picture is shown.
const ALONE: i64 = 40_000;
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
    limits: &ViewLimits,
    mut patches: impl FnMut(&Frame) -> Vec<Patch>,
) -> Result<(), MediaError> {
    // Nothing is held: every packet is let go as soon as it was decoded.
    let ring = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: 0 };
    let mut source = Source::open(from, OpenOptions { ring, ..OpenOptions::default() })?;
    let begun = Instant::now();
    let mut making: Option<(Copy, Frame)> = None;
    let mut duration = ALONE;
    while let Some(frame) = source.next_frame()? {
        let frame = frame.blurred(&patches(&frame))?;
        let Some((copy, before)) = &mut making else {
            let copy = Copy::start(to, &frame.picture, frame.matrix, frame.time, QUALITY)?;
            making = Some((copy, frame));
            continue;
        };
        duration = (frame.time.0 - before.time.0).max(1);
        copy.add(&before.picture, before.time, duration)?;
        *before = frame;
        if copy.bytes() > limits.bytes {
            return Err(MediaError::write(to, "it would become too large"));
        }
        if begun.elapsed() > limits.within {
            return Err(MediaError::write(to, "it takes too long to make"));
        }
    }
    let Some((mut copy, last)) = making else {
        return Err(MediaError::NoPackets { path: from.into() });
    };
    copy.add(&last.picture, last.time, duration)?;
    copy.close(to)
}
