//! What of an observation the record keeps.

use super::observation::Observation;
use crate::media::WallTime;
use crate::vision::BBox;
use jiff::{Timestamp, Unit};

impl Observation {
    /// The observation as its record gives it back: boxes to a tenth of a pixel, scores to a
    /// hundredth, wall time to the millisecond; media time as it is.
    ///
    /// Judge and write what this returns, never what tracking gave: then judging live and judging
    /// the record are the same by construction. Rounding twice changes nothing.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        self.wall = WallTime(whole_milliseconds(self.wall.0));
        self.view = self.view.rounded();
        for thing in &mut self.things {
            thing.bbox = BBox::from(<[f32; 4]>::from(thing.bbox));
            thing.area = thing.area.round();
        }
        for sight in &mut self.tracks {
            sight.bbox = BBox::from(<[f32; 4]>::from(sight.bbox));
            sight.score = sight.score.map(|s| (s * 100.0).round() / 100.0);
        }
        self
    }
}

/// Rounded; the instant itself where it lies at the end of representable time.
fn whole_milliseconds(at: Timestamp) -> Timestamp {
    at.round(Unit::Millisecond).unwrap_or(at)
}
