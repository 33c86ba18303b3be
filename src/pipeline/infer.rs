//! The worker pool: each worker owns a session and serves every camera.

use super::stats::{Stage, Stats};
use crate::media::{Frame, MediaTime, WallTime};
use crate::vision::{Detection, Detector, Look, Region, View, VisionError};
use crossbeam::channel::{Receiver, Sender};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A region to look at.
pub(super) struct Task {
    /// Counts the frames of one job that were not thinned out.
    pub sequence: u64,
    pub frame: Frame,
    pub region: Region,
    pub look: Look,
    /// How the frame lies against the steady view.
    pub view: View,
    /// The job's own hands.
    pub reply: Sender<Seen>,
}

/// What came of a frame.
pub(super) struct Seen {
    pub sequence: u64,
    pub time: MediaTime,
    pub wall: WallTime,
    /// How the frame lies against the steady view, in its own pixels.
    pub view: View,
    pub sight: Result<Sight, VisionError>,
}

/// What a frame showed.
pub(super) enum Sight {
    /// Detections in pixels of the frame, with the frame's size.
    Seen(Vec<Detection>, (u32, u32)),
    /// Nothing moved: what was last seen is still so.
    Still,
}

/// Works until the tasks end.
pub(super) fn work(mut detector: Detector, tasks: &Receiver<Task>, stats: &Stats) {
    for Task { sequence, frame, region, look, view, reply } in tasks {
        let (time, wall) = (frame.time, frame.wall);
        let size = (frame.width(), frame.height());
        // A worker that died would leave its job waiting for ever, and the others without it.
        let found = catch_unwind(AssertUnwindSafe(|| {
            stats.measure(Stage::Preprocess, || detector.prepare(&frame, region, look));
            // The picture is in the tensor; give it back to the decoder before the long part.
            drop(frame);
            stats.measure(Stage::Infer, || detector.infer(look))
        }))
        .unwrap_or(Err(VisionError::Panicked));
        let sight = found.map(|detections| Sight::Seen(detections, size));
        // A job that has gone away no longer wants its answer.
        let _ = reply.send(Seen { sequence, time, wall, view, sight });
    }
}
