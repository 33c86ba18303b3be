//! The memory that a site's rings, queues and sessions need, computed before it begins: what cannot
//! fit is refused, not discovered at night.

use super::status::MemoryStatus;
use crate::config::Camera;
use crate::media::RingStats;
use crate::pipeline::needs::ring_limits;

/// Bytes a second of a stream whose rate nobody knows yet: 4 Mbit/s, what 1080p street cameras are
/// commonly set to.
const STREAM_BYTES: f64 = 4e6 / 8.0;
/// Room for stretches that are busier than the average.
const BUSIER: f64 = 1.5;
/// Decoded pictures that a camera may hold at once: in its queue, the decoder's references, one each
/// in attending and inference.
const PICTURES: f64 = 4.0 + 6.0 + 2.0;
/// Bytes of a pixel, YUV 4:2:0.
const PIXEL_BYTES: f64 = 1.5;
/// A picture's width and height where nobody knows it yet: of a main stream, of an analysis stream.
const PICTURE: (u32, u32) = (1920, 1080);
const SMALL_PICTURE: (u32, u32) = (704, 576);
/// Less than this over its plan is not worth telling, as a share of it.
const WORTH_TELLING: f64 = 0.1;
/// Tracks, background, attention, rules, record compressor of one camera, bytes.
const STATE_BYTES: f64 = 24e6;
/// An inference session's working memory for each megapixel of input, bytes; measured with NanoDet
/// about 90 MB at 0.3 megapixels.
const SESSION_BYTES: f64 = 120e6;
/// The program, its libraries and the model itself, bytes.
const BASE_BYTES: f64 = 250e6;

/// Shares that are no camera's: the program, and its inference sessions.
const COMMON: usize = 2;

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
            let bytes = camera_bytes(camera, &StreamFacts::default());
            shares.push(share(format!("camera {}", camera.id), bytes));
        }
        let available = megabytes.map_or_else(|| free_bytes() / 4 * 3, |m| m << 20);
        Self { shares, available }
    }

    /// What the plan comes to with what is known of each camera's stream by now. What was shared out
    /// to cameras that are attached no more counts no more.
    pub(super) fn known(&self, cameras: &[(&Camera, StreamFacts)]) -> MemoryStatus {
        let common: u64 = self.shares.iter().take(COMMON).map(|s| s.bytes).sum();
        let (mut needed, mut exceeded) = (common as f64, Vec::new());
        for (camera, facts) in cameras {
            let plan = camera_bytes(camera, &StreamFacts::default());
            let bytes = camera_bytes(camera, facts);
            needed += bytes;
            if bytes > plan * (1.0 + WORTH_TELLING) {
                exceeded.push(format!(
                    "camera {} needs about {:.0} MiB, {:.0} were planned: {}",
                    camera.id,
                    mib(bytes),
                    mib(plan),
                    facts.told()
                ));
            }
            if facts.cut {
                exceeded.push(format!(
                    "camera {}: its packets do not fit into its ring ({}): clips may begin late; lower the camera's bit rate, or pre_seconds and post_seconds",
                    camera.id, facts.told()
                ));
            }
        }
        let available = mib(self.available as f64);
        if mib(needed) > available {
            exceeded.push(format!(
                "all together need about {:.0} MiB and {available:.0} may be used: attach fewer cameras, use an analysis_url, or lower their bit rates",
                mib(needed)
            ));
        }
        MemoryStatus {
            planned_mib: self.needed() >> 20,
            needed_mib: mib(needed) as u64,
            available_mib: available as u64,
            exceeded,
        }
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
                self.shares.len().saturating_sub(COMMON)
            )
        })
    }
}

/// What is known of a camera's stream.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct StreamFacts {
    /// Of the main stream.
    pub bytes_per_second: Option<f64>,
    /// Width and height of the pictures that are decoded.
    pub size: Option<(u32, u32)>,
    /// Packets had to be let go before they were judged.
    pub cut: bool,
}

impl StreamFacts {
    /// Of what a ring holds.
    pub(super) fn of(ring: Option<RingStats>, size: Option<(u32, u32)>) -> Self {
        let rate = |ring: RingStats| {
            let seconds = ring.newest?.since(ring.oldest?);
            // Over less, one keyframe would count for too much.
            (seconds >= 5.0).then(|| ring.bytes as f64 / seconds)
        };
        let cut = ring.is_some_and(|ring| ring.evicted_early > 0);
        Self { bytes_per_second: ring.and_then(rate), size, cut }
    }

    fn told(&self) -> String {
        let rate = self.bytes_per_second.map(|r| format!("{:.1} Mbit/s", r * 8e-6));
        let size = self.size.map(|(w, h)| format!("{w}×{h}"));
        [size, rate].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// What one camera needs, in bytes.
fn camera_bytes(camera: &Camera, facts: &StreamFacts) -> f64 {
    let limits = ring_limits(camera);
    let rate = facts.bytes_per_second.unwrap_or(STREAM_BYTES);
    // Ring and holds share packets; neither keeps more than its limit.
    let ring = (limits.seconds + limits.hold_seconds) * rate * BUSIER;
    let sub = camera.source.as_ref().is_some_and(|s| s.analysis_url.is_some());
    let (w, h) = facts.size.unwrap_or(if sub { SMALL_PICTURE } else { PICTURE });
    let pictures = PICTURES * f64::from(w) * f64::from(h) * PIXEL_BYTES;
    ring.min(2.0 * limits.bytes as f64) + pictures + STATE_BYTES
}

fn mib(bytes: f64) -> f64 {
    bytes / f64::from(1 << 20)
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

    #[test]
    fn what_is_known_takes_the_place_of_what_was_guessed() {
        let text = "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [1920, 1080]\n[source]\nurl = \"rtsp://h/x\"\n";
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, text).unwrap();
        let camera = crate::config::load_camera(&file).unwrap();
        let budget = Budget::of(&[&camera], 1, Some(1024));
        let guess = budget.known(&[(&camera, StreamFacts::default())]);
        assert_eq!((guess.needed_mib, guess.available_mib), (guess.planned_mib, 1024));
        assert_eq!(guess.exceeded, Vec::<String>::new());
        let small = StreamFacts { bytes_per_second: Some(5e4), size: Some((640, 480)), cut: false };
        assert!(budget.known(&[(&camera, small)]).needed_mib < guess.needed_mib);
        let large =
            StreamFacts { bytes_per_second: Some(3e6), size: Some((3840, 2160)), cut: true };
        let told = budget.known(&[(&camera, large)]);
        assert!(told.needed_mib > guess.needed_mib);
        assert!(told.exceeded[0].contains("3840×2160, 24.0 Mbit/s"), "{:?}", told.exceeded);
        assert!(told.exceeded[1].contains("pre_seconds"), "{:?}", told.exceeded);
        let none = budget.known(&[]);
        assert!(none.needed_mib < none.planned_mib);
    }
}
