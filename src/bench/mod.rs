//! Measuring the product with its own parts: what it could do at best, and what it does.
//!
//! What enters: a camera, a clip, a model. What leaves: figures, serialisable, with stable names.

mod pipeline;

pub use pipeline::{PipelineBench, PipelineFigures, StageFigures};
