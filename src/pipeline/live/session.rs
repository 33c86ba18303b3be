//! A camera's session: from the start of the service to its stop, across all connections.

use crate::config::Camera;
use crate::media::{ClockQuality, LiveClock, PacketRing, SourceInfo, WallTime};
use crate::pipeline::needs::ring_limits;
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;

/// One clock, one ring, one fingerprint.
pub(super) struct Session {
    pub clock: Arc<LiveClock>,
    pub ring: Arc<PacketRing>,
    pub info: SourceInfo,
}

impl Session {
    /// Begins one at `start`, for a stream shown as `shown` (its address without the password).
    pub(super) fn begin(camera: &Camera, shown: &str, start: WallTime) -> Self {
        let clock = Arc::new(LiveClock::new(start));
        let path = PathBuf::from(shown);
        let ring = Arc::new(PacketRing::live(ring_limits(camera), path.clone(), start));
        let name = format!("live\0{}\0{}", camera.id, start.0.as_microsecond());
        let fingerprint = hex::encode(&Sha256::digest(name.as_bytes())[..16]);
        let (width, height) = camera.scene.frame_size;
        let info = SourceInfo {
            path,
            codec: "unknown".to_owned(),
            width,
            height,
            rotation_degrees: 0,
            duration_seconds: None,
            frames_estimate: None,
            start_wall: start,
            clock_quality: clock.quality(),
            clock_note: clock_note(clock.quality()).to_owned(),
            fingerprint,
            browser_codec: false,
        };
        Self { clock, ring, info }
    }
}

/// Where a live event's wall time comes from, in a sentence.
pub(super) fn clock_note(quality: ClockQuality) -> &'static str {
    match quality {
        ClockQuality::Camera => {
            "live: timed by the camera's own clock, which agrees with this machine's"
        }
        _ => "live: timed by when packets arrived at this machine",
    }
}
