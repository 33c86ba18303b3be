//! A clip that was watched: who is where at each instant.

use super::look::Look;
use crate::media::MediaTime;
use crate::track::TrackId;
use crate::vision::{BBox, Class};

/// A clip that was watched.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    /// Size of its pictures.
    pub(super) size: (u32, u32),
    pub(super) instants: Vec<Instant>,
    /// Of every instant, how those look whom the detector saw, in the order of its list.
    pub(super) looks: Vec<Vec<Look>>,
}

/// One frame.
#[derive(Debug, Clone, Default)]
pub(super) struct Instant {
    pub(super) time: MediaTime,
    pub(super) seen: Vec<Seen>,
}

/// Somebody or something at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub(super) bbox: BBox,
    pub(super) class: Class,
    pub(super) how: How,
    /// The tracks it belongs to: of the tracker that goes with time, and of the one against it.
    pub(super) tracks: [Option<TrackId>; 2],
}

/// How it is known that somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The detector saw it in this picture.
    Detected,
    /// It was seen before and after, on one track.
    Between,
    /// A tracker expects it there.
    Guessed,
}

/// A box on the straight way between two.
pub(super) fn between(a: &BBox, b: &BBox, share: f32) -> BBox {
    let mix = |a: f32, b: f32| a + (b - a) * share;
    BBox { x1: mix(a.x1, b.x1), y1: mix(a.y1, b.y1), x2: mix(a.x2, b.x2), y2: mix(a.y2, b.y2) }
}
