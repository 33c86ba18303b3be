//! How many inference workers there are.

use crate::vision::Model;
use std::num::NonZeroUsize;

/// Inference workers: as asked, or one a processor; where another device does the work, two keep it
/// busy.
pub(super) fn workers(asked: Option<NonZeroUsize>, model: &Model) -> usize {
    let fitting = || if model.placement().on_main_processor() { processors() } else { 2 };
    asked.map_or_else(fitting, NonZeroUsize::get)
}

/// Processors that may be used.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
