//! A track as one frame shows it.

use super::id::TrackId;
use crate::vision::{BBox, Class};
use serde::{Deserialize, Serialize};

/// A confirmed track as one frame shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackSight {
    /// Which track.
    pub id: TrackId,
    /// What it has been most of its life.
    pub class: Class,
    /// Where, in pixels of the scene's `frame_size`.
    pub bbox: BBox,
    /// Score of the detection matched in this frame; `None` when the track was not seen here and
    /// `bbox` is only predicted.
    pub score: Option<f32>,
    /// Of a person: whether it rides. Not written where it does not, or is no person.
    #[serde(default, skip_serializing_if = "Riding::is_no")]
    pub riding: Riding,
}

impl TrackSight {
    /// Whether a detection confirmed the track in this very frame.
    pub fn seen(&self) -> bool {
        self.score.is_some()
    }
}

/// Whether a person rides a bicycle or motorcycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Riding {
    /// It does not, as far as can be seen: no two-wheeler is with it.
    #[default]
    No,
    /// Cannot be told yet: it is where a rider would be.
    Unknown,
    /// It rides; the two-wheeler's track, where that is seen well enough to have one.
    On(Option<TrackId>),
}

impl Riding {
    /// Whether nothing speaks for riding.
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }
}
