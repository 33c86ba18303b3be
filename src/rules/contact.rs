//! Whether the place where a box meets the ground is seen, so that it may be measured.

use super::cases::At;
use crate::scene::Observation;
use crate::track::TrackSight;
use crate::vision::BBox;

/// A box this close to the picture's border is cut by it, pixels.
const BORDER: f32 = 3.0;
/// The share of a box's lower edge that another may hide.
const HIDDEN: f32 = 0.3;
/// How much of a box, from below, must be free, in heights of it.
const LOWER: f32 = 0.15;

/// Whether the lower edge is whole: not cut by the picture's border, not behind another.
pub(super) fn is_seen(at: At<'_>) -> bool {
    let (b, (width, height)) = (&at.sight.bbox, at.frame);
    let cut = b.x1 <= BORDER || b.x2 >= width - BORDER || b.y2 >= height - BORDER;
    !cut && !is_hidden(at.sight, at.o)
}

/// Whether something that stands nearer hides the lower edge. Who rides a two-wheeler, or it under
/// him, hides nothing of the other.
fn is_hidden(sight: &TrackSight, o: &Observation) -> bool {
    let b = &sight.bbox;
    let lower = BBox { y1: b.y2 - LOWER * b.height(), ..*b };
    let rides = |a: &TrackSight, b: &TrackSight| a.riding == crate::track::Riding::On(Some(b.id));
    o.tracks
        .iter()
        .filter(|other| other.id != sight.id && other.bbox.y2 > b.y2)
        .filter(|other| !rides(other, sight) && !rides(sight, other))
        .any(|other| other.bbox.intersection(&lower) > HIDDEN * lower.area())
}
