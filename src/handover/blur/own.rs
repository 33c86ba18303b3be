//! A place of somebody involved.

use super::watched::{How, Seen};
use crate::vision::{BBox, Class, Family};

/// A share of a box that lies in theirs, from which it may be a part of them.
const WITHIN: f32 = 0.85;
/// So much wider or taller than the record's a box holds somebody else too.
const WIDE: f32 = 1.25;
pub(super) const TALL: f32 = 1.15;
/// The heads of two who are seen as one are no further apart: across, in widths of one, and up, in heights
/// of the one involved.
const AS_ONE: f32 = 0.45;
const AS_ONE_HIGH: f32 = 0.3;

/// A place of somebody involved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Own {
    pub(super) bbox: BBox,
    pub(super) class: Class,
    /// Where in the instant's list; `None`: they were not seen.
    pub(super) seen: Option<usize>,
    /// Where the record has them.
    pub(super) told: Option<BBox>,
    /// Which of those involved it is.
    pub(super) way: usize,
}

impl Own {
    /// Themselves as somebody among others.
    pub(super) fn expected(&self) -> Seen {
        Seen { bbox: self.bbox, class: self.class, how: How::Guessed, tracks: [None; 2] }
    }

    /// Whether somebody else was taken into their box.
    pub(super) fn holds_another(&self) -> bool {
        self.alone() != self.bbox
    }

    /// Their box without whoever stands beside or behind and was taken into it.
    pub(super) fn alone(&self) -> BBox {
        let larger = |told: &BBox| {
            self.bbox.width() > WIDE * told.width() || self.bbox.height() > TALL * told.height()
        };
        self.told.filter(larger).unwrap_or(self.bbox)
    }
}

/// Whether a box lies in theirs, of one family.
pub(super) fn is_within(seen: &Seen, own: &Own) -> bool {
    let inside = seen.bbox.intersection(&own.alone()) / seen.bbox.area().max(1.0);
    seen.class.family() == own.class.family() && inside >= WITHIN
}

/// Whether somebody and one involved are seen as one, so near each other that nobody can tell whose head
/// is where.
pub(super) fn is_as_one(seen: &Seen, own: &Own) -> bool {
    let person = |class: Class| class.family() == Family::Person;
    let alone = own.alone();
    let across = (seen.bbox.centre().0 - alone.centre().0).abs();
    seen.how == How::Between
        && own.holds_another()
        && person(seen.class)
        && person(own.class)
        && across < AS_ONE * f32::midpoint(seen.bbox.width(), alone.width())
        && (seen.bbox.y1 - alone.y1).abs() < AS_ONE_HIGH * alone.height()
}
