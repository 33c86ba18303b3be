//! What was known of a track before the session in which it is seen.

use crate::media::{MediaTime, WallTime};
use crate::track::TrackId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A track that stands where the same thing stood before the service was started anew, as far as
/// place and look tell. Said once, of the first observation after that was found.
///
/// Media times before the session's beginning are negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CarriedOver {
    /// The track it is seen as now.
    pub track: TrackId,
    /// The rule that had been watching it: what it is allowed is reckoned by each rule alone.
    pub rule: String,
    /// Since when that rule had seen it stand.
    pub since: MediaTime,
    /// `since` as wall time.
    pub since_wall: WallTime,
    /// When it was last seen then.
    pub seen: MediaTime,
    /// `seen` as wall time.
    pub seen_wall: WallTime,
    /// When it was found again.
    pub found: MediaTime,
    /// `found` as wall time.
    pub found_wall: WallTime,
    /// The event told of it before, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<String>,
}
