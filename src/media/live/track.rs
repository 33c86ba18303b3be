//! What outlives a connection of one stream: its line, its facts and the count of its frames.

use super::{
    line::{Line, Window},
    repeats::Repeats,
};
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
    /// What a list of segments gave lately.
    pub(super) repeats: Repeats,
    /// The least lateness of arrivals by the camera's wall clock, in microseconds.
    lag: Option<i64>,
    lags: Window,
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

    /// The camera says that a packet was taken at `taken`; both in microseconds of the session. The
    /// packet that was least on its way tells most.
    pub(super) fn report(&mut self, arrival: i64, taken: i64) {
        self.lag = Some(self.lags.note(arrival, arrival.saturating_sub(taken)).0);
    }

    /// How late packets arrive by the camera's wall clock, at least, in microseconds; `None` where
    /// the camera does not tell.
    pub(super) fn lag(&self) -> Option<i64> {
        self.lag
    }
}
