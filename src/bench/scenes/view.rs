//! The drawn scenes' camera: a pinhole seven metres above the road, looking along it.
//!
//! World: metres, x to the right, y away from the camera along the road, z up; the road's middle is
//! x = 0. Pictures: 640×360 pixels.

use crate::vision::BBox;

/// Width and height of a drawn picture, in pixels.
pub(super) const SIZE: (u32, u32) = (640, 360);

const FOCAL: f32 = 480.0;
const CAMERA: [f32; 3] = [2.0, 0.0, 7.0];
/// Sine and cosine of the camera's pitch, 20° down.
const SIN: f32 = 0.342_020_14;
const COS: f32 = 0.939_692_6;
/// Nothing nearer than this is drawn, in metres before the camera.
const NEAR: f32 = 1.0;

/// Where a point of the world is in the picture, in pixels; points behind are put far below.
pub(super) fn project([x, y, z]: [f32; 3]) -> (f32, f32) {
    let (dx, dy, dz) = (x - CAMERA[0], y - CAMERA[1], z - CAMERA[2]);
    let depth = (dy * COS - dz * SIN).max(NEAR);
    let up = dy * SIN + dz * COS;
    (SIZE.0 as f32 / 2.0 + FOCAL * dx / depth, SIZE.1 as f32 / 2.0 - FOCAL * up / depth)
}

/// Pixels that a metre takes at a place on the ground.
pub(super) fn scale(x: f32, y: f32) -> f32 {
    let _ = x;
    FOCAL / ((y - CAMERA[1]) * COS + CAMERA[2] * SIN).max(NEAR)
}

/// The place on the ground that a pixel shows; `None` above the horizon.
pub(super) fn ground(u: f32, v: f32) -> Option<(f32, f32)> {
    let right = (u - SIZE.0 as f32 / 2.0) / FOCAL;
    let up = (SIZE.1 as f32 / 2.0 - v) / FOCAL;
    // The ray: forward + up · v + right · u, in world axes.
    let (ry, rz) = (COS + up * SIN, -SIN + up * COS);
    if rz > -1e-3 {
        return None;
    }
    let far = CAMERA[2] / -rz;
    Some((CAMERA[0] + far * right, CAMERA[1] + far * ry))
}

/// How far inside one of the picture's borders a point lies, and where that border is.
type Side = (fn((f32, f32), f32) -> f32, f32);

/// A polygon on the ground as it lies in the picture, cut at its borders.
pub(super) fn outline(world: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let mut points: Vec<(f32, f32)> = world.iter().map(|&(x, y)| project([x, y, 0.0])).collect();
    let (w, h) = (SIZE.0 as f32, SIZE.1 as f32);
    let sides: [Side; 4] =
        [(|p, _| p.0, 0.0), (|p, end| end - p.0, w), (|p, _| p.1, 0.0), (|p, end| end - p.1, h)];
    // Sutherland and Hodgman, 1974.
    for (inside, end) in sides {
        let mut kept = Vec::with_capacity(points.len() + 2);
        for (i, &b) in points.iter().enumerate() {
            let a = points[(i + points.len() - 1) % points.len()];
            let (da, db) = (inside(a, end), inside(b, end));
            if (da < 0.0) != (db < 0.0) {
                let part = da / (da - db);
                kept.push((a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part));
            }
            if db >= 0.0 {
                kept.push(b);
            }
        }
        points = kept;
    }
    points.dedup_by(|a, b| (a.0 - b.0).abs() < 0.05 && (a.1 - b.1).abs() < 0.05);
    points.into_iter().map(|(x, y)| (x.clamp(0.0, w), y.clamp(0.0, h))).collect()
}

/// The box around some points of the world.
pub(super) fn around(points: &[[f32; 3]]) -> BBox {
    let mut bbox = BBox { x1: f32::MAX, y1: f32::MAX, x2: f32::MIN, y2: f32::MIN };
    for &point in points {
        let (x, y) = project(point);
        bbox.x1 = bbox.x1.min(x);
        bbox.y1 = bbox.y1.min(y);
        bbox.x2 = bbox.x2.max(x);
        bbox.y2 = bbox.y2.max(y);
    }
    bbox
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_shows_the_place_that_is_drawn_there() {
        for (x, y) in [(0.0, 10.0), (5.0, 20.0), (-6.0, 35.0)] {
            let (u, v) = project([x, y, 0.0]);
            let back = ground(u, v).unwrap();
            assert!((back.0 - x).abs() < 0.01 && (back.1 - y).abs() < 0.02, "{back:?}");
        }
        assert_eq!(ground(320.0, 0.0), None);
    }

    #[test]
    fn a_zone_reaching_out_of_the_picture_is_cut_at_its_border() {
        let zone = outline(&[(7.0, 6.0), (14.0, 6.0), (14.0, 30.0), (7.0, 30.0)]);
        assert!(zone.len() >= 4);
        assert!(zone.iter().all(|p| (0.0..=640.0).contains(&p.0) && (0.0..=360.0).contains(&p.1)));
    }
}
