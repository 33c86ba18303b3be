//! How much a run looked at, and how much of a clip shows nothing new.

use crate::media::{OpenOptions, Source};
use crate::pipeline::{PipelineError, Progress};
use crate::vision::{MotionMap, Region};
use serde::Serialize;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a run looked at, and how fast it was.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Work {
    /// Frames worked through: looked at, at rest, or passed over.
    pub frames: u64,
    /// Frames in which something was inferred.
    pub looked: u64,
    /// Frames in which nothing had moved.
    pub rested: u64,
    /// Frames passed over because the budget was spent.
    pub deferred: u64,
    /// Frames passed over because too little had happened since the last look.
    pub passed: u64,
    /// Regions looked at, whole frames too.
    pub regions: u64,
    /// Runs of the model; the regions of a frame share one where they have one size.
    pub inference_calls: u64,
    /// The same for one frame.
    pub inference_calls_per_frame: f64,
    /// Share of frames in which nothing was inferred.
    pub share_without_inference: f64,
    /// Pixels of the model's input, on average over all frames.
    pub model_input_pixels_per_frame: f64,
    /// The most looks that anything waited for its turn.
    pub longest_wait_looks: u64,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Frames a second of wall time.
    pub frames_per_second: f64,
    /// As the figures' own, for the pixels that this run looked at.
    pub bound_frames_per_second: f64,
    /// `frames_per_second ÷ bound_frames_per_second`.
    pub share_of_bound: f64,
}

impl Work {
    /// What a finished job did; speeds are still to be filled in.
    pub(super) fn of(progress: &Progress) -> Self {
        let count = |counter: &AtomicU64| counter.load(Relaxed);
        let (looked, rested) = (count(&progress.looked), count(&progress.still));
        let (deferred, passed) = (count(&progress.deferred), count(&progress.passed));
        let frames = looked + rested + deferred + passed;
        let calls = count(&progress.runs);
        let per = |n: u64| n as f64 / frames.max(1) as f64;
        Self {
            frames,
            looked,
            rested,
            deferred,
            passed,
            regions: count(&progress.regions),
            inference_calls: calls,
            inference_calls_per_frame: round(per(calls)),
            share_without_inference: round(per(rested + deferred + passed)),
            model_input_pixels_per_frame: round(per(count(&progress.pixels))),
            longest_wait_looks: count(&progress.longest_wait),
            ..Self::default()
        }
    }
}

/// Share of a clip's frames, 0 to 1, in which nothing differs from the frame before.
///
/// # Errors
/// The clip cannot be read, or OpenCV refuses its pictures.
pub(super) fn idle_share(clip: &Path) -> Result<f64, PipelineError> {
    let mut source = Source::open(clip, OpenOptions::default())?;
    let mut map = MotionMap::default();
    let (mut frames, mut idle) = (0_u32, 0_u32);
    while let Some(frame) = source.next_frame()? {
        map.measure(&frame)?;
        frames += 1;
        idle += u32::from(!map.changed().any());
        map.looked(Region::whole(frame.width(), frame.height()));
    }
    Ok(round(f64::from(idle) / f64::from(frames.max(1))))
}

/// To four decimals.
pub(super) fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
