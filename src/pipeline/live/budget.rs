//! The memory that a site's rings, queues and sessions need, computed before it begins: what cannot
//! fit is refused, not discovered at night.

use crate::config::Camera;
use crate::pipeline::needs::ring_limits;

/// Bytes a second of a stream whose rate nobody knows yet: 4 Mbit/s, what 1080p street cameras are
/// commonly set to.
const STREAM_BYTES: f64 = 4e6 / 8.0;
/// Decoded pictures that a camera may hold at once: in its queue, the decoder's references, one each
/// in attending and inference.
const PICTURES: f64 = 4.0 + 6.0 + 2.0;
/// Bytes of a pixel, YUV 4:2:0.
const PIXEL_BYTES: f64 = 1.5;
/// A picture's width and height where nobody knows it yet.
const PICTURE: (f64, f64) = (1920.0, 1080.0);
/// Tracks, background, attention, rules, record compressor of one camera, bytes.
const STATE_BYTES: f64 = 24e6;
/// An inference session's working memory for each megapixel of input, bytes; measured with NanoDet
/// about 90 MB at 0.3 megapixels.
const SESSION_BYTES: f64 = 120e6;
/// The program, its libraries and the model itself, bytes.
const BASE_BYTES: f64 = 250e6;

/// What is planned for.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// By use, in bytes.
    pub shares: Vec<BudgetShare>,
    /// What there is, in bytes.
    pub available: u64,
}

/// One use of memory.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetShare {
    /// What for.
    pub what: String,
    /// Bytes.
    pub bytes: u64,
}

impl Budget {
    /// For these cameras and workers. `megabytes`: as configured, else three quarters of what is free.
    pub fn of(cameras: &[&Camera], workers: usize, megabytes: Option<u64>) -> Self {
        let share = |what: String, bytes: f64| BudgetShare { what, bytes: bytes as u64 };
        let mut shares = vec![
            share("program and model".to_owned(), BASE_BYTES),
            share(format!("{workers} inference sessions"), SESSION_BYTES * workers as f64),
        ];
        for camera in cameras {
            let limits = ring_limits(camera);
            let ring = (limits.seconds + limits.hold_seconds) * STREAM_BYTES * 1.5;
            let sub = camera.source.as_ref().is_some_and(|s| s.analysis_url.is_some());
            let (w, h) = if sub { (704.0, 576.0) } else { PICTURE };
            let bytes = ring + PICTURES * w * h * PIXEL_BYTES + STATE_BYTES;
            shares.push(share(format!("camera {}", camera.id), bytes));
        }
        let available = megabytes.map_or_else(|| free_bytes() / 4 * 3, |m| m << 20);
        Self { shares, available }
    }

    /// All of it, in bytes.
    pub fn needed(&self) -> u64 {
        self.shares.iter().map(|s| s.bytes).sum()
    }

    /// Why it cannot be, and what to do; `None` where it fits.
    pub fn refusal(&self) -> Option<String> {
        let (needed, available) = (self.needed() >> 20, self.available >> 20);
        (needed > available).then(|| {
            format!(
                "{} cameras and what they share need about {needed} MiB of memory and {available} MiB may be used: attach fewer, shorten pre_seconds and post_seconds, use an analysis_url, or raise memory_megabytes in [live]",
                self.shares.len().saturating_sub(2)
            )
        })
    }
}

/// Memory that new programs can have without swapping, as the system estimates it.
fn free_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
    kib.map_or(u64::MAX / 2, |k| k << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_fit_is_refused_with_what_to_do() {
        let fits = Budget::of(&[], 2, Some(1024));
        assert_eq!(fits.refusal(), None);
        let refused = Budget::of(&[], 20, Some(256)).refusal().unwrap();
        assert!(refused.contains("memory_megabytes") && refused.contains("256 MiB"), "{refused}");
    }
}
