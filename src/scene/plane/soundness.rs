//! What can be told of calibration points before a plane is fitted to them.

use super::error::PlaneError;
use super::pair::PointPair;

/// More points than anyone measures; the checks take the cube of them.
pub(super) const MOST_POINTS: usize = 64;
/// Farther from the origin is no street, metres; map coordinates must be taken from near by.
const FARTHEST: f64 = 100_000.0;
/// Points as near as this share of the extent of all are the same.
const SAME: f64 = 1e-3;
/// Points within this share of the extent from a line lie on it.
const ON_LINE: f64 = 0.02;
/// A triangle whose doubled area is below this share of the extent's square has no order.
const FLAT: f64 = 0.01;

/// Refuses points that give no plane, or another than was meant.
pub(super) fn check(pairs: &[PointPair]) -> Result<(), PlaneError> {
    if pairs.len() < 4 {
        return Err(PlaneError::TooFew(pairs.len()));
    }
    if pairs.len() > MOST_POINTS {
        return Err(PlaneError::TooMany { given: pairs.len(), most: MOST_POINTS });
    }
    let sound = |p: &PointPair| {
        let near = |v: &f64| v.abs() <= FARTHEST;
        p.pixel.iter().all(|v| near(&f64::from(*v))) && p.metres.iter().all(near)
    };
    if let Some(at) = pairs.iter().position(|p| !sound(p)) {
        return Err(PlaneError::NoPlace(at + 1));
    }
    let pixels: Vec<[f64; 2]> = pairs.iter().map(PointPair::at).collect();
    let metres: Vec<[f64; 2]> = pairs.iter().map(|p| p.metres).collect();
    for side in [&pixels, &metres] {
        repeated(side)?;
    }
    if on_line(&pixels) || on_line(&metres) {
        return Err(PlaneError::OnLine);
    }
    order(&pixels, &metres)
}

/// Whether, seen from above, the metres' second axis lies to the right of their first, as no map has
/// it. Distances are none the worse for it. Of points that pass [`check`].
pub(super) fn mirrored(pairs: &[PointPair]) -> bool {
    let pixels: Vec<[f64; 2]> = pairs.iter().map(PointPair::at).collect();
    let metres: Vec<[f64; 2]> = pairs.iter().map(|p| p.metres).collect();
    let (mut same, mut other) = (0_u32, 0_u32);
    triangles(&pixels, &metres, |_, agrees| if agrees { same += 1 } else { other += 1 });
    // The picture's y goes down, so a ground seen from above turns the other way.
    same > other
}

fn extent(points: &[[f64; 2]]) -> f64 {
    let span = |i: usize| {
        let (low, high) = points
            .iter()
            .fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(p[i]), high.max(p[i])));
        high - low
    };
    span(0).hypot(span(1))
}

fn repeated(points: &[[f64; 2]]) -> Result<(), PlaneError> {
    let near = extent(points) * SAME;
    for (i, a) in points.iter().enumerate() {
        for (j, b) in points[..i].iter().enumerate() {
            if (a[0] - b[0]).hypot(a[1] - b[1]) <= near {
                return Err(PlaneError::Repeated { first: j + 1, second: i + 1 });
            }
        }
    }
    Ok(())
}

/// Twice the area of a triangle, its sign by the way round.
fn turn(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Whether all points, or all but one, lie near one line.
fn on_line(points: &[[f64; 2]]) -> bool {
    let near = extent(points) * ON_LINE;
    let off = |a: [f64; 2], b: [f64; 2]| {
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        points.iter().filter(|p| turn(a, b, **p).abs() > near * length).count()
    };
    points.iter().enumerate().any(|(i, a)| points[..i].iter().any(|b| off(*a, *b) < 2))
}

/// Every triangle of points that is wide enough to have an order, and whether it goes round the
/// same way in both.
fn triangles(pixels: &[[f64; 2]], metres: &[[f64; 2]], mut each: impl FnMut([usize; 3], bool)) {
    let wide = |points: &[[f64; 2]]| extent(points).powi(2) * FLAT;
    let (wide_pixels, wide_metres) = (wide(pixels), wide(metres));
    for i in 0..pixels.len() {
        for j in 0..i {
            for k in 0..j {
                let p = turn(pixels[i], pixels[j], pixels[k]);
                let m = turn(metres[i], metres[j], metres[k]);
                if p.abs() > wide_pixels && m.abs() > wide_metres {
                    each([i, j, k], (p > 0.0) == (m > 0.0));
                }
            }
        }
    }
}

/// A picture of a plane turns every triangle in front of the camera the same way (Hartley and
/// Zisserman, "Multiple View Geometry in Computer Vision", 2nd edition, chapter 21).
fn order(pixels: &[[f64; 2]], metres: &[[f64; 2]]) -> Result<(), PlaneError> {
    let (mut same, mut other) = (0_u32, 0_u32);
    triangles(pixels, metres, |_, agrees| if agrees { same += 1 } else { other += 1 });
    if same == 0 || other == 0 {
        return Ok(());
    }
    let odd_one = other > same;
    let mut blamed = vec![0_u32; pixels.len()];
    triangles(pixels, metres, |corners, agrees| {
        if agrees == odd_one {
            return;
        }
        for corner in corners {
            blamed[corner] += 1;
        }
    });
    let most = blamed.iter().max().copied().unwrap_or(0);
    // Of equals the later: whoever swaps two points does so after the first were right.
    let at = blamed.iter().rposition(|b| *b == most).unwrap_or(0);
    Err(PlaneError::OtherOrder(at + 1))
}
