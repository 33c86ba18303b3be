//! Fits a homography to points: a linear beginning, then the least squared error in the picture.
//!
//! Normalised direct linear transformation and Gauss–Newton refinement with the covariance of what was
//! fitted, after Hartley and Zisserman, "Multiple View Geometry in Computer Vision", 2nd edition,
//! sections 4.4, 4.5 and 5.2.

use super::linear::{Matrix, N, Square, apply, inverse, times};
use super::pair::PointPair;

/// A point clicked in a picture is off by about this much, in pixels, however well the fit agrees.
const CLICK_PIXELS: f64 = 1.0;
/// Steps of refinement at most; three are usual.
const STEPS: usize = 12;

/// Moves and scales points so that numbers are near 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    centre: [f64; 2],
    /// Normalised units per unit.
    pub(super) scale: f64,
}

impl Frame {
    fn around(points: impl Iterator<Item = [f64; 2]> + Clone) -> Self {
        let n = points.clone().count().max(1) as f64;
        let sum = points.clone().fold([0.0, 0.0], |s, p| [s[0] + p[0], s[1] + p[1]]);
        let centre = [sum[0] / n, sum[1] / n];
        let mean = points.map(|p| (p[0] - centre[0]).hypot(p[1] - centre[1])).sum::<f64>() / n;
        let scale = if mean > 0.0 { std::f64::consts::SQRT_2 / mean } else { 1.0 };
        Self { centre, scale }
    }

    pub(super) fn to(&self, p: [f64; 2]) -> [f64; 2] {
        [(p[0] - self.centre[0]) * self.scale, (p[1] - self.centre[1]) * self.scale]
    }

    pub(super) fn from(&self, p: [f64; 2]) -> [f64; 2] {
        [p[0] / self.scale + self.centre[0], p[1] / self.scale + self.centre[1]]
    }
}

/// A homography from the ground to the picture, both normalised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) pixels: Frame,
    pub(super) metres: Frame,
    /// Ground to picture; its last number is 1, so its denominator is positive at the points.
    pub(super) matrix: Matrix,
    /// Covariance of the first eight numbers.
    pub(super) covariance: Square,
    /// Root of the mean squared error of the points, in pixels.
    pub(super) rms_pixels: f64,
}

impl Fit {
    /// `None`: the points do not determine it, or put some of themselves behind the camera.
    pub(super) fn to(pairs: &[PointPair]) -> Option<Self> {
        let pixels = Frame::around(pairs.iter().map(PointPair::at));
        let metres = Frame::around(pairs.iter().map(|p| p.metres));
        let points: Vec<([f64; 2], [f64; 2])> =
            pairs.iter().map(|p| (metres.to(p.metres), pixels.to(p.at()))).collect();
        let mut h = linear(&points)?;
        let mut error = squared(&h, &points)?;
        let mut normal = [[0.0; N]; N];
        for _ in 0..STEPS {
            let (a, b) = equations(&h, &points)?;
            normal = a;
            let step = times(&inverse(&a)?, &b);
            let better: [f64; N] = std::array::from_fn(|i| h[i] + step[i]);
            match squared(&better, &points) {
                Some(less) if less < error => {
                    let gained = error - less;
                    (h, error) = (better, less);
                    if gained < 1e-12 {
                        break;
                    }
                }
                _ => break,
            }
        }
        let spare = (2 * points.len()).saturating_sub(N);
        let found = if spare > 0 { error / spare as f64 } else { 0.0 };
        let variance = found.max((CLICK_PIXELS * pixels.scale).powi(2));
        let mut covariance = inverse(&normal)?;
        covariance = covariance.map(|row| row.map(|c| c * variance));
        let rms_pixels = (error / points.len() as f64).sqrt() / pixels.scale;
        Some(Self { pixels, metres, matrix: whole(&h), covariance, rms_pixels })
    }

    /// The picture's point of a place on the ground, in pixels; `None` behind the camera.
    pub(super) fn project(&self, metres: [f64; 2]) -> Option<[f64; 2]> {
        let at = divided(apply(&self.matrix, self.metres.to(metres)))?;
        Some(self.pixels.from(at))
    }
}

fn whole(h: &[f64; N]) -> Matrix {
    [h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1.0]
}

/// `None` at or behind the line that is infinitely far away.
pub(super) fn divided([x, y, w]: [f64; 3]) -> Option<[f64; 2]> {
    let at = [x / w, y / w];
    (w > 1e-6 && at.iter().all(|v| v.is_finite())).then_some(at)
}

/// Adds one equation `row · h = value` to the normal equations.
fn add(a: &mut Square, b: &mut [f64; N], row: &[f64; N], value: f64) {
    for i in 0..N {
        for k in 0..N {
            a[i][k] += row[i] * row[k];
        }
        b[i] += row[i] * value;
    }
}

fn linear(points: &[([f64; 2], [f64; 2])]) -> Option<[f64; N]> {
    let (mut a, mut b) = ([[0.0; N]; N], [0.0; N]);
    for &([x, y], [u, v]) in points {
        add(&mut a, &mut b, &[x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u);
        add(&mut a, &mut b, &[0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v);
    }
    Some(times(&inverse(&a)?, &b))
}

/// How the projection of `ground` moves with the eight numbers: two rows.
pub(super) fn sensitivity(matrix: &Matrix, ground: [f64; 2]) -> Option<[[f64; N]; 2]> {
    let [x, y] = ground;
    let projected = apply(matrix, ground);
    let [u, v] = divided(projected)?;
    let w = projected[2];
    let (x, y, one) = (x / w, y / w, 1.0 / w);
    Some([[x, y, one, 0.0, 0.0, 0.0, -u * x, -u * y], [0.0, 0.0, 0.0, x, y, one, -v * x, -v * y]])
}

fn equations(h: &[f64; N], points: &[([f64; 2], [f64; 2])]) -> Option<(Square, [f64; N])> {
    let matrix = whole(h);
    let (mut a, mut b) = ([[0.0; N]; N], [0.0; N]);
    for (ground, [u, v]) in points {
        let at = divided(apply(&matrix, *ground))?;
        let [du, dv] = sensitivity(&matrix, *ground)?;
        add(&mut a, &mut b, &du, u - at[0]);
        add(&mut a, &mut b, &dv, v - at[1]);
    }
    Some((a, b))
}

fn squared(h: &[f64; N], points: &[([f64; 2], [f64; 2])]) -> Option<f64> {
    let matrix = whole(h);
    points
        .iter()
        .map(|(ground, [u, v])| {
            let at = divided(apply(&matrix, *ground))?;
            Some((at[0] - u).powi(2) + (at[1] - v).powi(2))
        })
        .sum()
}
