//! Requests for evidence by other agencies, and the packs made of them, as the store keeps them: what
//! may be asked and who may allow it is the handover room's to say.

use crate::media::WallTime;
use crate::rules::{Domain, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Nobody has decided.
    Asked,
    /// A second person has allowed it; its pack is being made, or could not be made yet.
    Approved,
    /// A second person has refused it.
    Refused,
    /// Its pack is there to be taken.
    Packed,
    /// Its pack's time is over, and it is removed.
    Expired,
}

impl RequestState {
    /// All of them, in order.
    pub const ALL: [Self; 5] =
        [Self::Asked, Self::Approved, Self::Refused, Self::Packed, Self::Expired];
}

/// An event that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedEvent {
    /// Its id.
    pub event: String,
    /// The ward it happened in.
    pub ward: Option<String>,
    /// Its domain.
    pub domain: Domain,
}

/// The range that a request named, and what of it was not taken along when it was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestedRange {
    /// Events that started then or later.
    pub from_utc: WallTime,
    /// Events that started before then.
    pub to_utc: WallTime,
    /// Only this camera's, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// Only this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Only this ward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ward: Option<String>,
    /// Only this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Domain>,
    /// Events of it that were under review still.
    pub undecided: u64,
    /// Confirmed events of it whose evidence was not on the disk any more.
    pub without_evidence: u64,
}

/// A request for the evidence of confirmed events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverRequest {
    /// `hr-` and 16 hexadecimal digits.
    pub id: String,
    /// Where it stands.
    pub state: RequestState,
    /// Which agency asks.
    pub agency: String,
    /// Who there: name and office.
    pub receiver: String,
    /// What for.
    pub purpose: String,
    /// By which law or document.
    pub legal_basis: String,
    /// Days for which the pack may be taken, from when it is made.
    pub valid_days: u32,
    /// The user who entered it.
    pub asked_by: String,
    /// When.
    pub asked: WallTime,
    /// Who allowed or refused it.
    pub decided_by: Option<String>,
    /// When.
    pub decided: Option<WallTime>,
    /// What was written with that.
    pub decision_note: Option<String>,
    /// Why its pack could not be made, when it was tried last.
    pub trouble: Option<String>,
    /// The range that it named, beside events or instead of them.
    pub range: Option<RequestedRange>,
    /// The events, by id.
    pub events: Vec<RequestedEvent>,
    /// The pack, once it was made; it stays known when it is removed.
    pub pack: Option<PackRecord>,
}

impl HandoverRequest {
    /// Whether a second person may still bring it there. One that was allowed is refused once its pack
    /// could not be made: it would hold its evidence for ever.
    pub fn may_become(&self, to: RequestState) -> bool {
        match self.state {
            RequestState::Asked => matches!(to, RequestState::Approved | RequestState::Refused),
            RequestState::Approved => to == RequestState::Refused && self.trouble.is_some(),
            _ => false,
        }
    }
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackRecord {
    /// `pk-` and 16 hexadecimal digits.
    pub id: String,
    /// The request it answers.
    pub request: String,
    /// When it was made.
    pub made: WallTime,
    /// From when it is given out no more.
    pub expires: WallTime,
    /// Size of its archive.
    pub bytes: u64,
    /// SHA-256 of its archive, hexadecimal.
    pub sha256: String,
    /// SHA-256 of its manifest, hexadecimal.
    pub manifest_sha256: String,
    /// The key its manifest is signed with.
    pub key_id: String,
}

/// What a second person says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestDecision {
    /// [`RequestState::Approved`] or [`RequestState::Refused`].
    pub to: RequestState,
    /// The user.
    pub by: String,
    /// When.
    pub at: WallTime,
    /// What is written with it.
    pub note: Option<String>,
}
