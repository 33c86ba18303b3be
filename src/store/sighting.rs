//! Events that are sightings of one incident: found in consecutive recordings, after a restart, or
//! after the subject was hidden for longer than its rule follows it.

use super::record::EventRecord;
use crate::media::ClockQuality;
use crate::rules::{Kind, Mechanism};

/// From the end of one sighting to the start of the next at most, seconds. In that time another
/// subject that looks alike may rarely take the place; in a longer one it may well.
pub const MOST_GAP_SECONDS: f64 = 300.0;
/// Boxes of one standing subject share at least this (intersection over union).
pub const SAME_PLACE: f32 = 0.5;

/// Whether a kind's subjects stand: what stands where it stood, and looks alike, is the same. Two
/// that drive or walk the same way are two.
fn stands(kind: Kind) -> bool {
    let info = kind.info();
    info.stationary || matches!(info.mechanism, Mechanism::LeftObject | Mechanism::Occupancy)
}

impl EventRecord {
    /// Whether this event goes on with what `before`, begun earlier, has seen: same camera, rule
    /// and place, alike, and not long after. Times that are only guessed prove nothing.
    pub fn continues(&self, before: &Self) -> bool {
        if self.is_known_to_continue(before) {
            return true;
        }
        let (Some(then), Some(now)) = (&before.place, &self.place) else { return false };
        let (Some(was), Some(is)) = (&then.appearance, &now.appearance) else { return false };
        let trusted = [self, before].iter().all(|e| e.clock_quality != ClockQuality::Guessed);
        let gap = self.start_utc.0.duration_since(before.end_utc.0).as_secs_f64();
        trusted
            && stands(self.kind)
            && (&self.camera, &self.rule, self.kind) == (&before.camera, &before.rule, before.kind)
            && (before.start_utc, &before.id) < (self.start_utc, &self.id)
            && gap <= MOST_GAP_SECONDS
            && self.subject_class.family() == before.subject_class.family()
            && then.last.iou(&now.start) >= SAME_PLACE
            && was.is_alike(is)
    }

    /// Whether its own session found that it goes on with `before`.
    pub(super) fn is_known_to_continue(&self, before: &Self) -> bool {
        let named = self.place.as_ref().and_then(|p| p.continues.as_deref());
        named == Some(&*before.id) && (&self.camera, &self.rule) == (&before.camera, &before.rule)
    }
}
