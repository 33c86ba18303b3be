//! What a judge knows, to be put away and taken up again: after a restart, or wherever the stream
//! of observations is cut.
//!
//! Every ruling keeps what it learns in one plain struct that serialises; what it is configured by
//! stays out of it. In a format that is not for reading (CBOR), boxes and shifts are exact; JSON
//! rounds them, and resuming from that could differ in a last digit.

use super::cases::CasesState;
use super::crossing::CrossingState;
use super::crowd::CrowdState;
use super::direction::Way;
use super::kind::Mechanism;
use super::left::LeftState;
use super::occupancy::OccupancyState;
use super::riding::Load;
use super::roll::Roll;
use super::spec::RuleSpec;
use super::speed::Drive;
use super::zone_ruling::ZoneState;
use crate::media::MediaTime;
use crate::scene::Scene;
use crate::track::TrackId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of [`JudgeState`] that this program writes and takes up.
pub const JUDGE_STATE_VERSION: u32 = 2;

/// What a judge knows. Bounded: as large as the subjects it follows, never as long as the stream.
///
/// Whoever resumes from it goes on with the same clock and the same numbering of tracks: later
/// than [`Self::now`], and new tracks numbered above [`Self::last_track`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JudgeState {
    /// [`JUDGE_STATE_VERSION`].
    pub version: u32,
    /// Time of the last observation judged.
    pub now: Option<MediaTime>,
    /// The highest track seen.
    pub last_track: Option<TrackId>,
    pub(super) late: u64,
    pub(super) roll: Roll,
    pub(super) rules: Vec<RuleState>,
}

/// What one rule knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct RuleState {
    pub(super) name: String,
    /// Of the rule and what it looks at.
    pub(super) fingerprint: String,
    pub(super) ruling: RulingState,
}

/// What a ruling knows, by mechanism.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum RulingState {
    Zone(ZoneState),
    Crossing(CrossingState),
    Left(LeftState),
    Occupancy(OccupancyState),
    Direction(CasesState<Way>),
    Speed(CasesState<Drive>),
    Riding(CasesState<Load>),
    Crowd(CrowdState),
}

/// Names a rule with all that it is judged by: another limit, another zone, another name.
pub(super) fn fingerprint(rule: &RuleSpec, scene: &Scene) -> String {
    let on_lines = rule.kind.info().mechanism == Mechanism::Crossing;
    let lines = on_lines.then_some((&scene.lines, &scene.signals));
    let (size, plane, zone) = (scene.frame_size, &scene.plane, scene.zone(&rule.zone));
    let told = format!("{rule:?}|{size:?}|{plane:?}|{zone:?}|{lines:?}");
    let digest = Sha256::digest(told.as_bytes());
    hex::encode(&digest[..8])
}
