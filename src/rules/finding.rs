//! What one sighting says of a subject's conduct.

/// What one sighting says of a subject's conduct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// It is at it (in the zone; at rest in the zone).
    AtIt {
        /// The conduct is sure enough for a candidate.
        announced: bool,
        /// All that makes it a violation is there.
        violation: bool,
    },
    /// It was seen, and not at it.
    Away,
}
