//! Where to look: what moved, what is about to be lost, what is small; within a budget, and so that
//! nothing waits for ever.
//!
//! What enters: frames, and what was seen in earlier ones. What leaves: regions with the size of
//! input each is seen through, and what a frame shows once their detections are put together with
//! what is known of the rest. Pure but for its own memory: no threads, no clocks, no models.

mod cells;
mod gaze;
mod glance;
mod memory;
mod planner;
mod spec;

pub use cells::Cells;
pub use gaze::{Gaze, Known, Plan};
pub use glance::{Glance, Optics, Wanted, cost, runs};
pub use memory::{Item, Memory};
pub use planner::{Decision, MOST_WAITS, Planner};
pub use spec::{AttentionSpec, Mode};
