//! Every queue's capacity and what happens when it is full. ARCHITECTURE.md's diagram shows the
//! same numbers; a test compares them.

/// What a full queue does to its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The sender waits: recorded footage is never lost to haste.
    Wait,
    /// Live: the oldest gives way, and is counted, where the newest is worth more.
    DropOldest,
    /// The sender waits however long it takes: nothing that enters is ever dropped.
    NeverDropped,
}

/// A queue between two stages.
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// What it carries, as the diagram names it.
    pub carries: &'static str,
    /// How many it holds.
    pub capacity: usize,
    /// Whether the capacity is meant per inference worker.
    pub per_worker: bool,
    /// What happens when it is full.
    pub policy: Policy,
    /// The same in a live service, where that differs.
    pub live: Option<Policy>,
}

/// Decoded pictures on their way to the attend stage.
pub const FRAMES: Queue = Queue {
    carries: "frames",
    capacity: 4,
    per_worker: false,
    policy: Policy::Wait,
    live: Some(Policy::DropOldest),
};

/// Regions to look at, shared by all cameras.
pub const REGIONS: Queue =
    Queue { carries: "regions", capacity: 2, per_worker: true, policy: Policy::Wait, live: None };

/// What was seen, back in its camera's hands.
pub const DETECTIONS: Queue = Queue {
    carries: "detections",
    capacity: 8,
    per_worker: false,
    policy: Policy::Wait,
    live: None,
};

/// What is known of each frame.
pub const OBSERVATIONS: Queue = Queue {
    carries: "observations",
    capacity: 32,
    per_worker: false,
    policy: Policy::Wait,
    live: None,
};

/// Work on evidence handed to each of its two helpers in a service: no more than it has in hand.
pub const IN_HAND: usize = 1;

/// Openings and closings of incidents.
pub const INCIDENTS: Queue = Queue {
    carries: "incidents",
    capacity: 64,
    per_worker: false,
    policy: Policy::NeverDropped,
    live: None,
};

/// What tracking makes of each frame, on its way back to the attend stage, which reads that of frame
/// n − 8 before it decides on frame n: a fixed lag, whatever the workers' speed, so that the same
/// footage is looked at in the same way every time. No more than eight frames of a camera are
/// between attending and tracking at once, so this queue never makes its sender wait, and the circle
/// cannot jam; eight keep as many workers busy with one camera.
pub const INTERESTS: Queue = Queue {
    carries: "interests",
    capacity: 8,
    per_worker: false,
    policy: Policy::Wait,
    live: None,
};

/// All queues, in the order of the data.
pub const ALL: [Queue; 6] = [FRAMES, REGIONS, DETECTIONS, INTERESTS, OBSERVATIONS, INCIDENTS];
