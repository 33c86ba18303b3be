//! The ground as a plane: where a point of the picture lies, in metres, and how surely.

mod error;
mod fit;
mod linear;
mod pair;
mod residual;
mod soundness;

pub use error::PlaneError;
pub use pair::PointPair;
pub use residual::Residual;

use fit::{Fit, divided, sensitivity};
use linear::{Matrix, N, adjugate, apply};

/// A detector's lower edge misses the place where something stands by about this much, in pixels.
const CONTACT_PIXELS: f64 = 1.5;

/// A place on the ground, in metres along the axes of the calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    /// Along the first axis.
    pub x: f64,
    /// Along the second.
    pub y: f64,
    /// One standard deviation in the direction least well known (mostly away from the camera), from
    /// the contact point and from the calibration.
    pub sigma_metres: f64,
}

impl Ground {
    /// Distance in metres.
    pub fn distance(&self, other: &Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// A length on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length {
    /// In metres.
    pub metres: f64,
    /// One standard deviation.
    pub sigma_metres: f64,
}

/// A homography between the picture, in pixels of the scene's `frame_size`, and the ground.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    pairs: Vec<PointPair>,
    fit: Fit,
    /// Picture to ground, both normalised; its denominator is positive below the horizon.
    back: Matrix,
}

/// A place with how it moves with the picture's point and with what was fitted, normalised.
struct Local {
    at: [f64; 2],
    /// Ground by picture.
    step: [[f64; 2]; 2],
    /// Ground by the eight numbers.
    by_fit: [[f64; N]; 2],
}

impl Plane {
    /// The plane through four points or more.
    ///
    /// # Errors
    /// [`PlaneError`]: too few, twice the same, on one line, in another order than in the picture, or
    /// missing one plane by more than a fortieth of their extent.
    pub fn from_points(pairs: &[PointPair]) -> Result<Self, PlaneError> {
        soundness::check(pairs)?;
        let plane = Self::fitted(pairs).ok_or(PlaneError::OnLine)?;
        residual::refuse_misfit(pairs, &plane.fit, || plane.residuals())?;
        Ok(plane)
    }

    /// The plane of a known rectangle: its corners in order around it, `width` metres from the first
    /// to the second, `length` metres from the second to the third.
    ///
    /// # Errors
    /// As [`Self::from_points`].
    pub fn from_rectangle(
        corners: [[f32; 2]; 4],
        width: f64,
        length: f64,
    ) -> Result<Self, PlaneError> {
        let metres = [[0.0, 0.0], [width, 0.0], [width, length], [0.0, length]];
        let pairs: Vec<PointPair> = corners
            .into_iter()
            .zip(metres)
            .map(|(pixel, metres)| PointPair { pixel, metres })
            .collect();
        Self::from_points(&pairs)
    }

    fn fitted(pairs: &[PointPair]) -> Option<Self> {
        let fit = Fit::to(pairs)?;
        let mut back = adjugate(&fit.matrix);
        // The adjugate's sign is any; the points lie in front.
        let front = apply(&back, fit.pixels.to(pairs.first()?.at()))[2];
        let size = back.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let factor = front.signum() / size;
        back = back.map(|v| v * factor);
        let sound = factor.is_finite()
            && pairs.iter().all(|p| apply(&back, fit.pixels.to(p.at()))[2] > 0.0);
        sound.then(|| Self { pairs: pairs.to_vec(), fit, back })
    }

    /// The points it was fitted to.
    pub fn pairs(&self) -> &[PointPair] {
        &self.pairs
    }

    /// Root of the mean squared error of its points, in pixels; 0 for four of them.
    pub fn rms_pixels(&self) -> f64 {
        self.fit.rms_pixels
    }

    /// Whether the second axis lies to the right of the first, seen from above, as no map has it.
    /// Distances and speeds are none the worse for it.
    pub fn is_mirrored(&self) -> bool {
        soundness::mirrored(&self.pairs)
    }

    /// Where on the ground a point of the picture lies, if something stands there. `None`: at the
    /// horizon or above it.
    pub fn to_ground(&self, pixel: (f32, f32)) -> Option<Ground> {
        let local = self.local(pixel)?;
        let [x, y] = self.fit.metres.from(local.at);
        let spread = covariance(&[(1.0, &local)], self.contact_variance(), &self.fit.covariance);
        let sigma_metres = largest(spread).sqrt() / self.fit.metres.scale;
        [x, y, sigma_metres].iter().all(|v| v.is_finite()).then_some(Ground { x, y, sigma_metres })
    }

    /// The picture's point of a place on the ground, in pixels, wherever in or outside the picture.
    /// `None`: behind the camera.
    pub fn to_picture(&self, (x, y): (f64, f64)) -> Option<(f32, f32)> {
        let at = self.fit.project([x, y])?;
        // A place that the picture cannot show is beyond the horizon on the way back.
        self.local((at[0] as f32, at[1] as f32))?;
        Some((at[0] as f32, at[1] as f32))
    }

    /// The distance on the ground between two points of the picture. What the calibration has wrong
    /// it has wrong at both ends, so the uncertainty is less than that of two places.
    pub fn distance(&self, from: (f32, f32), to: (f32, f32)) -> Option<Length> {
        let (a, b) = (self.local(from)?, self.local(to)?);
        let (dx, dy) = (b.at[0] - a.at[0], b.at[1] - a.at[1]);
        let length = dx.hypot(dy);
        let spread =
            covariance(&[(-1.0, &a), (1.0, &b)], self.contact_variance(), &self.fit.covariance);
        let variance = if length > 0.0 {
            let (ux, uy) = (dx / length, dy / length);
            ux * ux * spread[0] + 2.0 * ux * uy * spread[1] + uy * uy * spread[2]
        } else {
            largest(spread)
        };
        let scale = self.fit.metres.scale;
        let (metres, sigma_metres) = (length / scale, variance.max(0.0).sqrt() / scale);
        (metres.is_finite() && sigma_metres.is_finite()).then_some(Length { metres, sigma_metres })
    }

    /// What of the uncertainty of the distance between two points comes from the calibration alone,
    /// as a share of that distance. `None` at the horizon, or where the points are one.
    pub fn scale_sigma(&self, from: (f32, f32), to: (f32, f32)) -> Option<f64> {
        let (a, b) = (self.local(from)?, self.local(to)?);
        let (dx, dy) = (b.at[0] - a.at[0], b.at[1] - a.at[1]);
        let length = dx.hypot(dy);
        let spread = covariance(&[(-1.0, &a), (1.0, &b)], 0.0, &self.fit.covariance);
        let (ux, uy) = (dx / length, dy / length);
        let variance = ux * ux * spread[0] + 2.0 * ux * uy * spread[1] + uy * uy * spread[2];
        let share = variance.max(0.0).sqrt() / length;
        share.is_finite().then_some(share)
    }

    /// Metres that one pixel covers at a point: across the view and along it (the least and the most
    /// of all directions). `None` at the horizon or above it.
    pub fn metres_per_pixel(&self, pixel: (f32, f32)) -> Option<(f64, f64)> {
        let [[a, b], [c, d]] = self.local(pixel)?.step;
        let spread = [a * a + b * b, a * c + b * d, c * c + d * d];
        let unit = self.fit.pixels.scale / self.fit.metres.scale;
        let most = largest(spread).sqrt();
        let least = (a * d - b * c).abs() / most;
        (most.is_finite() && least.is_finite()).then_some((least * unit, most * unit))
    }

    /// A direction of the picture at a point, on the ground: a unit vector along the axes.
    pub fn heading(&self, at: (f32, f32), towards: (f32, f32)) -> Option<(f64, f64)> {
        let [[a, b], [c, d]] = self.local(at)?.step;
        let (u, v) = (f64::from(towards.0), f64::from(towards.1));
        let (x, y) = (a * u + b * v, c * u + d * v);
        let length = x.hypot(y);
        (length > 0.0 && length.is_finite()).then(|| (x / length, y / length))
    }

    /// Area on the ground of a polygon of the picture, in square metres; `None` where it reaches the
    /// horizon.
    pub fn square_metres(&self, corners: &[(f32, f32)]) -> Option<f64> {
        let places: Vec<Ground> =
            corners.iter().map(|c| self.to_ground(*c)).collect::<Option<_>>()?;
        let (first, rest) = places.split_first()?;
        let twice: f64 = rest
            .windows(2)
            .map(|p| {
                (p[0].x - first.x) * (p[1].y - first.y) - (p[0].y - first.y) * (p[1].x - first.x)
            })
            .sum();
        Some(twice.abs() / 2.0)
    }

    /// How far each of its points misses the plane.
    pub fn residuals(&self) -> Vec<Residual> {
        let one = |pair: &PointPair| {
            let [x, y] = pair.at();
            let pixels = self.fit.project(pair.metres).map(|at| (at[0] - x).hypot(at[1] - y));
            let ground = self.to_ground((pair.pixel[0], pair.pixel[1]));
            Residual {
                pixels: pixels.unwrap_or(f64::INFINITY),
                metres: ground.map(|g| (g.x - pair.metres[0]).hypot(g.y - pair.metres[1])),
                sigma_metres: ground.map(|g| g.sigma_metres),
            }
        };
        self.pairs.iter().map(one).collect()
    }

    /// The point without which the others agree best, counted from 0; `None` for four points, which
    /// always agree, and for five, of which any one may be the wrong one.
    pub fn worst(&self) -> Option<usize> {
        residual::worst(&self.pairs)
    }

    fn contact_variance(&self) -> f64 {
        (CONTACT_PIXELS * self.fit.pixels.scale).powi(2)
    }

    fn local(&self, (x, y): (f32, f32)) -> Option<Local> {
        let at = divided(apply(&self.back, self.fit.pixels.to([f64::from(x), f64::from(y)])))?;
        let projected = apply(&self.fit.matrix, at);
        let [u, v] = divided(projected)?;
        let (m, w) = (&self.fit.matrix, projected[2]);
        // Picture by ground, then its inverse.
        let (a, b) = ((m[0] - u * m[6]) / w, (m[1] - u * m[7]) / w);
        let (c, d) = ((m[3] - v * m[6]) / w, (m[4] - v * m[7]) / w);
        let determinant = a * d - b * c;
        let step = [[d / determinant, -b / determinant], [-c / determinant, a / determinant]];
        let by = sensitivity(&self.fit.matrix, at)?;
        let by_fit = std::array::from_fn(|i| {
            std::array::from_fn(|k| -(step[i][0] * by[0][k] + step[i][1] * by[1][k]))
        });
        step.iter().flatten().all(|v| v.is_finite()).then_some(Local { at, step, by_fit })
    }
}

/// Covariance (xx, xy, yy) of a sum of places, each with its sign: the picture's points err each for
/// itself, the fit for all of them.
fn covariance(places: &[(f64, &Local)], variance: f64, fit: &linear::Square) -> [f64; 3] {
    let mut spread = [0.0; 3];
    let mut by_fit = [[0.0; N]; 2];
    for (sign, place) in places {
        let [[a, b], [c, d]] = place.step;
        spread[0] += variance * (a * a + b * b);
        spread[1] += variance * (a * c + b * d);
        spread[2] += variance * (c * c + d * d);
        for (sum, one) in by_fit.iter_mut().flatten().zip(place.by_fit.iter().flatten()) {
            *sum += sign * one;
        }
    }
    let product = |i: usize, j: usize| -> f64 {
        let column = linear::times(fit, &by_fit[j]);
        (0..N).map(|k| by_fit[i][k] * column[k]).sum()
    };
    spread[0] += product(0, 0);
    spread[1] += product(0, 1);
    spread[2] += product(1, 1);
    spread
}

/// The larger eigenvalue of a symmetric two by two matrix.
fn largest([xx, xy, yy]: [f64; 3]) -> f64 {
    let middle = f64::midpoint(xx, yy);
    (middle + ((xx - yy) / 2.0).hypot(xy)).max(0.0)
}
