//! Copying a clip file picture by picture into an H.264 one, each picture changed on the way.

use super::{
    error::MediaError,
    frame::Frame,
    ring::RingLimits,
    source::{OpenOptions, Source},
    viewing::Copy,
};
use std::path::Path;
use std::time::{Duration, Instant};

/// Microseconds that a clip's only picture is shown.
const ALONE: i64 = 40_000;

/// What making one copy may cost.
#[derive(Debug, Clone, Copy)]
pub struct CopyLimits {
    /// How long it may be worked at.
    pub within: Duration,
    /// Bytes of the copy.
    pub bytes: u64,
}

/// Copies the clip `from` into `to` in libx264's constant `quality`, of each picture what `change` makes
/// of it, on the calling thread and one of the decoder's. `to` appears when it is whole and on the disk;
/// otherwise nothing of it stays.
///
/// # Errors
/// What is wrong with the clip, [`MediaError::NoEncoder`], what `change` says, or [`MediaError::Write`],
/// which says too where a limit was reached.
pub(super) fn copy_changed(
    from: &Path,
    to: &Path,
    limits: &CopyLimits,
    quality: &str,
    mut change: impl FnMut(Frame) -> Result<Frame, MediaError>,
) -> Result<(), MediaError> {
    // Nothing is held: every packet is let go as soon as it was decoded.
    let ring = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: 0 };
    let mut source = Source::open(from, OpenOptions { ring, ..OpenOptions::default() })?;
    let begun = Instant::now();
    let mut making: Option<(Copy, Frame)> = None;
    let mut duration = ALONE;
    while let Some(frame) = source.next_frame()? {
        let frame = change(frame)?;
        let Some((copy, before)) = &mut making else {
            let copy = Copy::start(to, &frame.picture, frame.matrix, frame.time, quality)?;
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
