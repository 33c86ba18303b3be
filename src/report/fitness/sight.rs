//! How large somebody is at a place of the picture: seen there, seen elsewhere, or by the calibration.

use super::sample::Sample;
use crate::config::Camera;
use crate::vision::Family;

/// Where a height comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Boxes that stood there, so many.
    Seen(usize),
    /// Boxes elsewhere in the picture.
    Elsewhere,
    /// The calibration and how tall such things are.
    Calibration,
}

/// A height in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sight {
    /// In scene pixels.
    pub(super) height: f32,
    pub(super) source: Source,
}

/// How tall one of a family is, in scene pixels, at a place. `None`: cannot be told.
pub(super) fn sight(
    camera: &Camera,
    sample: &Sample,
    family: Family,
    middle: (f32, f32),
    here: impl Fn((f32, f32)) -> bool,
) -> Option<Sight> {
    if let Some((height, boxes)) = sample.height_in(family, here) {
        return Some(Sight { height, source: Source::Seen(boxes) });
    }
    if let Some(height) = sample.height_at(family, middle.1) {
        return Some(Sight { height, source: Source::Elsewhere });
    }
    let (across, _) = camera.scene.plane.as_ref()?.metres_per_pixel(middle)?;
    let height = (usual_metres(family) / across) as f32;
    Some(Sight { height, source: Source::Calibration })
}

/// Usual heights, metres.
const fn usual_metres(family: Family) -> f64 {
    match family {
        Family::Person => 1.6,
        Family::TwoWheeler => 1.1,
        Family::Vehicle => 1.5,
        Family::Animal | Family::Bag | Family::Thing => 0.5,
        Family::Head => 0.25,
    }
}
