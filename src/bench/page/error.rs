//! What can go wrong with a page.

use crate::bench::plot::PlotError;

/// What can go wrong with a page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A plot.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// The page around it.
    #[error("the page could not be made ({0}); please report this, and use --format table")]
    Template(#[from] askama::Error),
}
