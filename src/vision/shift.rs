//! How one picture of a view lies against another: moved, turned and scaled by a little.

use super::detection::BBox;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// A similarity of the plane, from pixels of the picture taken to pixels of the steady view:
/// `x' = a·x − b·y + dx`, `y' = b·x + a·y + dy`. Serialised as `[a, b, dx, dy]`, `a` and `b` to six
/// places, `dx` and `dy` to two where it is for people to read (JSON), exact where it is not.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(from = "[f64; 4]")]
#[schemars(with = "[f64; 4]")]
pub struct Shift {
    /// Scale times the cosine of the turn.
    pub a: f64,
    /// Scale times the sine of the turn.
    pub b: f64,
    /// To the right, in pixels.
    pub dx: f64,
    /// Down, in pixels.
    pub dy: f64,
}

impl Default for Shift {
    fn default() -> Self {
        Self::NONE
    }
}

impl From<[f64; 4]> for Shift {
    fn from([a, b, dx, dy]: [f64; 4]) -> Self {
        Self { a, b, dx, dy }
    }
}

impl From<Shift> for [f64; 4] {
    fn from(s: Shift) -> Self {
        let Shift { a, b, dx, dy } = s.rounded();
        [a, b, dx, dy]
    }
}

impl Serialize for Shift {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let numbers: [f64; 4] = if to.is_human_readable() {
            (*self).into()
        } else {
            [self.a, self.b, self.dx, self.dy]
        };
        numbers.serialize(to)
    }
}

impl Shift {
    /// The picture lies as it should.
    pub const NONE: Self = Self { a: 1.0, b: 0.0, dx: 0.0, dy: 0.0 };

    /// Where the point lies in the steady view.
    pub fn apply(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let (x, y) = (f64::from(x), f64::from(y));
        ((self.a * x - self.b * y + self.dx) as f32, (self.b * x + self.a * y + self.dy) as f32)
    }

    /// The box around the same thing in the steady view. Upright boxes stay upright: the turns
    /// met here are far below a degree.
    #[must_use]
    pub fn apply_box(&self, bbox: &BBox) -> BBox {
        let (x, y) = self.apply(bbox.centre());
        let half = self.scale() as f32 / 2.0;
        let (w, h) = (bbox.width() * half, bbox.height() * half);
        BBox { x1: x - w, y1: y - h, x2: x + w, y2: y + h }
    }

    /// How much larger things are in the steady view.
    pub fn scale(&self) -> f64 {
        self.a.hypot(self.b)
    }

    /// The turn, in degrees, clockwise as y points down.
    pub fn degrees(&self) -> f64 {
        self.b.atan2(self.a).to_degrees()
    }

    /// From the steady view to the picture taken. Of a shift without scale, which no camera gives,
    /// none.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let n = self.a * self.a + self.b * self.b;
        if n < 1e-12 {
            return Self::NONE;
        }
        let (a, b) = (self.a / n, -self.b / n);
        Self { a, b, dx: -(a * self.dx - b * self.dy), dy: -(b * self.dx + a * self.dy) }
    }

    /// First this, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        Self {
            a: next.a * self.a - next.b * self.b,
            b: next.b * self.a + next.a * self.b,
            dx: next.a * self.dx - next.b * self.dy + next.dx,
            dy: next.b * self.dx + next.a * self.dy + next.dy,
        }
    }

    /// The same shift of pictures whose pixels are counted `sx` and `sy` times as many across and
    /// down; the two differ by a few hundredths at most.
    #[must_use]
    pub fn scaled(&self, sx: f64, sy: f64) -> Self {
        Self { dx: self.dx * sx, dy: self.dy * sy, ..*self }
    }

    /// The farthest that a corner of a picture of this size moves, in its pixels.
    pub fn reach(&self, width: f32, height: f32) -> f64 {
        self.corners(width, height).into_iter().fold(0.0, f64::max)
    }

    /// How far the corners of a picture of this size move on average, in its pixels.
    pub fn off(&self, width: f32, height: f32) -> f64 {
        self.corners(width, height).into_iter().sum::<f64>() / 4.0
    }

    fn corners(&self, width: f32, height: f32) -> [f64; 4] {
        [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)].map(|(x, y)| {
            let (to_x, to_y) = self.apply((x, y));
            f64::from((to_x - x).hypot(to_y - y))
        })
    }

    /// As a record gives it back. Rounding twice changes nothing.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let to = |v: f64, unit: f64| (v * unit).round() / unit;
        Self { a: to(self.a, 1e6), b: to(self.b, 1e6), dx: to(self.dx, 1e2), dy: to(self.dy, 1e2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shift() -> impl Strategy<Value = Shift> {
        (0.9f64..1.1, -3f64..3.0, -80f64..80.0, -80f64..80.0).prop_map(|(scale, turn, dx, dy)| {
            let (sin, cos) = turn.to_radians().sin_cos();
            Shift { a: scale * cos, b: scale * sin, dx, dy }
        })
    }

    proptest! {
        #[test]
        fn there_and_back_is_nowhere(s in shift(), x in 0f32..2000.0, y in 0f32..2000.0) {
            let (bx, by) = s.inverse().apply(s.apply((x, y)));
            prop_assert!((bx - x).abs() < 0.01 && (by - y).abs() < 0.01);
            let still = s.then(&s.inverse());
            prop_assert!(still.reach(2000.0, 2000.0) < 0.01);
            prop_assert!(s.rounded().then(&s.inverse()).reach(1920.0, 1080.0) < 0.02);
            prop_assert_eq!(s.rounded().rounded(), s.rounded());
        }

        #[test]
        fn one_after_the_other_is_both(s in shift(), t in shift(), x in 0f32..2000.0) {
            let (one, two) = (s.then(&t).apply((x, 300.0)), t.apply(s.apply((x, 300.0))));
            prop_assert!((one.0 - two.0).abs() < 0.01 && (one.1 - two.1).abs() < 0.01);
        }
    }

    #[test]
    fn a_box_keeps_its_middle_and_grows_with_the_scale() {
        let s = Shift { a: 1.1, b: 0.0, dx: 5.0, dy: -2.0 };
        let b = s.apply_box(&BBox { x1: 100.0, y1: 100.0, x2: 120.0, y2: 140.0 });
        assert_eq!((b.width().round(), b.height().round()), (22.0, 44.0));
        assert!((b.centre().0 - 126.0).abs() < 1e-3 && (b.centre().1 - 130.0).abs() < 1e-3);
    }

    #[test]
    fn it_is_written_as_four_numbers() {
        let s = Shift { a: 0.999_999_6, b: 0.000_1, dx: 4.267_89, dy: -2.0 };
        assert_eq!(serde_json::to_string(&s).unwrap(), "[1.0,0.0001,4.27,-2.0]");
    }
}
