//! What is wrong with a picture.

use crate::vision::Shift;

/// What is wrong with a camera's picture at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// One sentence with the figures, in English.
    pub detail: String,
}

/// The faults that pixels show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FaultKind {
    /// The same picture again and again, while packets come.
    Frozen,
    /// Black, or near it.
    Black,
    /// So bright that hardly anything can be told.
    OverExposed,
    /// Something stands in front of most of the view.
    Covered,
    /// Edges that were sharp are not, all over the picture.
    Defocused,
    /// The view lies elsewhere: the shift from pixels of the picture now to those of the view that
    /// zones are drawn on; `None` where it cannot be told.
    Moved(Option<Shift>),
    /// The whole picture goes bright and dark again and again.
    Flicker,
}
