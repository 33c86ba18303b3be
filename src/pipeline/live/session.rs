//! A camera's session: from the start of the service to its stop, across all connections.

use crate::config::Camera;
use crate::media::{ClockQuality, LiveClock, PacketRing, RingLimits, SourceInfo, WallTime};
use crate::rules::{Mechanism, RuleSpec};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;

/// Packets kept before an incident's clip, besides its pre-roll, in seconds.
const SLACK_SECONDS: f64 = 10.0;
/// More of it where things left behind are judged: see the recorded lane.
const LEFT_SLACK_SECONDS: f64 = 20.0;

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

/// How much a camera's ring keeps.
pub(super) fn ring_limits(camera: &Camera) -> RingLimits {
    let evidence = &camera.evidence;
    let left = |r: &RuleSpec| r.kind.info().mechanism == Mechanism::LeftObject;
    let more = if camera.rules.iter().any(left) { LEFT_SLACK_SECONDS } else { 0.0 };
    let seconds = evidence.pre_seconds + SLACK_SECONDS + more;
    let hold_seconds = evidence.pre_seconds + evidence.post_seconds;
    RingLimits { seconds, hold_seconds, ..RingLimits::default() }
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
