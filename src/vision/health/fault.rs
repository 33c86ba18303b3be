//! What is wrong with a picture.

use crate::vision::Shift;

/// What is wrong with a camera's picture at a moment, with its figures. Shares are 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// The same picture again and again, while packets come.
    Frozen {
        /// For so many seconds.
        seconds: f64,
    },
    /// Black, or near it.
    Black,
    /// So bright that hardly anything can be told.
    OverExposed {
        /// Of the picture.
        share: f64,
    },
    /// Something stands in front of most of the view.
    Covered {
        /// Of the view; `None` where nothing was known of it and nothing at all is to be seen.
        share: Option<f64>,
    },
    /// Edges that were sharp are not, all over the picture.
    Defocused {
        /// What is left of the sharpness that there was.
        sharpness: f64,
    },
    /// The view lies elsewhere.
    Moved {
        /// From pixels of the picture now to those of the view that zones are drawn on; `None` where
        /// it cannot be told.
        shift: Option<Shift>,
    },
    /// The whole picture goes bright and dark again and again.
    Flicker {
        /// Turns a second.
        per_second: f64,
    },
}
