//! Why points give no plane.

/// Why points give no plane. Points are counted from 1, in the order given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlaneError {
    /// Fewer than four.
    #[error("{0} points are given and 4 are needed; measure more of them on the ground")]
    TooFew(usize),
    /// More than anyone measures.
    #[error("{given} points are given, more than {most}; leave some out")]
    TooMany {
        /// How many.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// Not a number, or too large to be one of a street.
    #[error("point {0} is not a place in the picture and on a street; check its numbers")]
    NoPlace(usize),
    /// Twice the same place, in the picture or on the ground.
    #[error("points {first} and {second} are the same place; give another one for one of them")]
    Repeated {
        /// The earlier.
        first: usize,
        /// The later.
        second: usize,
    },
    /// All, or all but one, lie near one line.
    #[error(
        "the points lie on one line, or all but one do; measure points that lie around an area, \
         not more than two of four in one line"
    )]
    OnLine,
    /// The ground's points go round in another order than the picture's.
    #[error(
        "the points go round the ground in another order than in the picture; check which pixel \
         belongs to which metres, point {0} first"
    )]
    OtherOrder(usize),
    /// No plane passes through them.
    #[error(
        "the points do not lie on one plane as measured: point {worst} misses it by {pixels:.0} \
         pixels; check its pixel and its metres, or leave it out"
    )]
    Misfit {
        /// The point without which the others fit best.
        worst: usize,
        /// How far the fit without it puts it from its pixel.
        pixels: f64,
    },
}
