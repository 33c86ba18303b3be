//! What of the outputs is asked for, and what is told.

use super::super::BBox;
use super::super::class::Class;
use super::super::classes::ClassTable;
use super::super::letterbox::Letterbox;
use super::super::nms::Scored;

/// What is asked of a picture's outputs.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Where the picture lies in the input.
    pub letterbox: &'a Letterbox,
    /// Nothing below this score, 0 to 1.
    pub min_score: f32,
    /// Only classes that stand for something here; `None` for all.
    pub only: Option<&'a ClassTable>,
}

/// What a model saw, its class by the model's own number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RawDetection {
    /// Where; whose pixels is said where one is used.
    pub bbox: BBox,
    /// The model's class number, from 0: its place in the [`ClassTable`].
    pub class_index: usize,
    /// The model's confidence, 0 to 1.
    pub score: f32,
}

impl Ask<'_> {
    /// Whether class number `i` is wanted.
    pub(super) fn wants(&self, i: usize) -> bool {
        self.only.is_none_or(|classes| classes.get(i).is_some())
    }

    /// Width and height of the input.
    pub(super) const fn size(&self) -> (usize, usize) {
        (self.letterbox.width, self.letterbox.height)
    }

    /// What boxes of one class are to suppression: the project's class where only those are wanted,
    /// else the model's.
    pub(super) fn rivals(&self, a: &RawDetection, b: &RawDetection) -> bool {
        a.class_index == b.class_index || self.share_class(a, b).is_some()
    }

    pub(super) fn share_class(&self, a: &RawDetection, b: &RawDetection) -> Option<Class> {
        let classes = self.only?;
        classes.get(a.class_index).filter(|&class| Some(class) == classes.get(b.class_index))
    }
}

impl Scored for RawDetection {
    fn bbox(&self) -> &BBox {
        &self.bbox
    }

    fn score(&self) -> f32 {
        self.score
    }
}
