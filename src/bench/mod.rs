//! Measuring the product with its own parts: what it could do at best, and what it does.
//!
//! What enters: a camera, a clip, a model. What leaves: figures, serialisable, with stable names.

mod pipeline;
mod work;

pub use pipeline::{AttentionRuns, PipelineBench, PipelineFigures, StageFigures};
pub use work::Work;
