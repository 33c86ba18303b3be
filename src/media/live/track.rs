//! What outlives a connection of one stream: its line, its facts and the count of its frames.

use super::line::Line;
use crate::media::{clock::FrameClock, stream::StreamFacts};
use std::sync::Arc;

/// One stream of a camera, across connections.
#[derive(Default)]
pub(super) struct LiveTrack {
    pub(super) line: Line,
    /// The facts of the latest packets; the same as long as nothing changes, so that clips join.
    pub(super) facts: Option<Arc<StreamFacts>>,
    pub(super) frames: FrameClock,
    /// Frames given so far.
    pub(super) count: u64,
    /// The camera's wall clock less the host's in microseconds.
    offset: Option<i64>,
}

impl LiveTrack {
    /// The same facts as before where nothing has changed, else these.
    pub(super) fn settle(&mut self, facts: StreamFacts) -> Arc<StreamFacts> {
        let facts = match self.facts.take() {
            Some(known) if known.same(&facts) => known,
            _ => Arc::new(facts),
        };
        self.facts = Some(Arc::clone(&facts));
        facts
    }

    /// A sender report: the camera's wall clock less the host's at a packet, in microseconds.
    pub(super) fn report(&mut self, offset: i64) {
        // The packet that was least on its way tells most.
        let most = self.offset.map_or(offset, |known| known.max(offset));
        let jumped = self.offset.is_some_and(|known| known.abs_diff(offset) > 1_000_000);
        self.offset = Some(if jumped { offset } else { most });
    }

    /// The camera's wall clock less the host's, in seconds.
    pub(super) fn offset_seconds(&self) -> Option<f64> {
        self.offset.map(|offset| offset as f64 / 1e6)
    }
}
