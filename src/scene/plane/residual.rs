//! How well points agree with the plane through them, and which of them does not.

use super::error::PlaneError;
use super::fit::Fit;
use super::pair::PointPair;

/// Points that miss their plane by more than this share of their extent in the picture, on average,
/// were measured or drawn wrong.
const MISFIT: f64 = 0.025;

/// How far one point misses the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Residual {
    /// From its pixel to where the plane puts its metres, in pixels.
    pub pixels: f64,
    /// From its metres to where the plane puts its pixel; `None` at the horizon.
    pub metres: Option<f64>,
    /// One standard deviation of a place there, in metres; `None` at the horizon.
    pub sigma_metres: Option<f64>,
}

/// Refuses points that no plane goes through; `residuals`: of them all.
pub(super) fn refuse_misfit(
    pairs: &[PointPair],
    fit: &Fit,
    residuals: impl FnOnce() -> Vec<Residual>,
) -> Result<(), PlaneError> {
    let bound = |f: fn(f64, f64) -> f64, start: f64, i: usize| {
        pairs.iter().map(|p| p.at()[i]).fold(start, f)
    };
    let span = |i: usize| bound(f64::max, f64::MIN, i) - bound(f64::min, f64::MAX, i);
    if fit.rms_pixels <= MISFIT * span(0).hypot(span(1)) {
        return Ok(());
    }
    let residuals = residuals();
    let largest = (0..residuals.len())
        .max_by(|a, b| residuals[*a].pixels.total_cmp(&residuals[*b].pixels))
        .unwrap_or(0);
    let worst = worst(pairs).unwrap_or(largest);
    let pixels = without(pairs, worst)
        .and_then(|fit| {
            let ([x, y], at) = (pairs[worst].at(), fit.project(pairs[worst].metres)?);
            Some((at[0] - x).hypot(at[1] - y))
        })
        .unwrap_or(residuals[worst].pixels);
    Err(PlaneError::Misfit { worst: worst + 1, pixels })
}

/// The point without which the others agree best.
pub(super) fn worst(pairs: &[PointPair]) -> Option<usize> {
    if pairs.len() < 6 {
        return None;
    }
    let rest = |i: usize| without(pairs, i).map_or(f64::INFINITY, |fit| fit.rms_pixels);
    (0..pairs.len()).min_by(|a, b| rest(*a).total_cmp(&rest(*b)))
}

fn without(pairs: &[PointPair], i: usize) -> Option<Fit> {
    let mut others = pairs.to_vec();
    others.remove(i);
    Fit::to(&others)
}
