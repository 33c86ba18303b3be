//! Measuring the product with its own parts: what it could do at best, and what it does.
//!
//! What enters: a camera, a clip, a model, labels, sequences with ground truth. What leaves: figures,
//! serialisable, with stable names.

pub mod detect;
pub mod events;
mod failed;
mod machine;
pub mod mot;
pub mod page;
mod pipeline;
pub mod plot;
mod report;
pub mod scenes;
pub mod track;
mod work;

pub use failed::Failed;
pub use machine::Machine;
pub use pipeline::{AttentionRuns, PipelineBench, PipelineFigures, StageFigures};
pub use report::Report;
pub use work::Work;
