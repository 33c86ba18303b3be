//! What an inference worker is asked, and what it answers.

use super::feed::Permit;
use super::surroundings::Surroundings;
use crate::media::{Frame, MediaTime, WallTime};
use crate::vision::attention::{Cells, Glance};
use crate::vision::{Detection, Look, View, VisionError};
use crossbeam::channel::Sender;

/// Regions of a frame to look at.
pub(super) struct Task {
    /// Counts the frames of one job that were not thinned out.
    pub sequence: u64,
    pub time: MediaTime,
    pub wall: WallTime,
    /// The frame's size.
    pub size: (u32, u32),
    /// `None` once it is in the tensor.
    pub frame: Option<Frame>,
    pub glances: Vec<Glance>,
    /// Where the frame differs from what was last looked at there.
    pub changed: Cells,
    pub look: Look,
    /// How the frame lies against the steady view.
    pub view: View,
    /// What is known of it already.
    pub surroundings: Surroundings,
    /// The job's own hands.
    pub reply: Sender<Seen>,
    /// Live: room in the queue to the workers, let go with the task.
    pub permit: Option<Permit>,
}

/// What came of a frame.
pub(super) struct Seen {
    pub sequence: u64,
    pub time: MediaTime,
    pub wall: WallTime,
    /// How the frame lies against the steady view, in its own pixels.
    pub view: View,
    /// What is known of it besides.
    pub surroundings: Surroundings,
    pub sight: Result<Sight, VisionError>,
}

/// What a frame showed.
pub(super) enum Sight {
    /// What was looked at.
    Looked(Looked),
    /// Nothing moved, or nobody could look: what was last seen is remembered.
    Still,
}

/// What each region of a frame showed, in pixels of the frame.
pub(super) struct Looked {
    pub looks: Vec<(Glance, Vec<Detection>)>,
    pub changed: Cells,
    /// The frame's size.
    pub size: (u32, u32),
}
