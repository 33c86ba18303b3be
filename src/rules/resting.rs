//! What stands in a rule's zone, as far as another judge must know to find it again.

use super::incident::IncidentKey;
use crate::media::{MediaTime, WallTime};
use crate::scene::CarriedOver;
use crate::track::TrackId;
use crate::vision::{BBox, Family};

/// A subject that stands in a rule's zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Resting {
    /// The rule's name.
    pub rule: String,
    /// The incident that it is, or may become.
    pub key: IncidentKey,
    /// The track it is followed as.
    pub track: TrackId,
    /// What it is.
    pub family: Family,
    /// Where it stands, in pixels of the scene's `frame_size`.
    pub place: BBox,
    /// When it began, as its incident says.
    pub began: MediaTime,
    /// Since when it has stood there.
    pub since: MediaTime,
    /// When it was last seen.
    pub seen: MediaTime,
    /// `seen` as wall time.
    pub seen_wall: WallTime,
    /// Whether nobody of its family hid it then.
    pub clear: bool,
    /// What was known of it from before the session.
    pub carried: Option<CarriedOver>,
}
