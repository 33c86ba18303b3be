//! How much room a zone has.

use super::zone::Zone;
use geo::{Distance, Euclidean, Line, Point};

/// Zone edges this close to the picture's border are the border: the zone goes on beyond, in pixels.
const BORDER: f32 = 3.0;
/// Points looked at along each side of the zone's bounding box.
const POINTS: u16 = 48;

impl Zone {
    /// How far the deepest place in the zone lies from its edges, in scene pixels, to about a fiftieth
    /// of its size. Edges on the border of the picture (`frame`: width and height) do not count; a
    /// zone without others is as deep as the picture is wide.
    pub fn reach(&self, (width, height): (u32, u32)) -> f32 {
        let (width, height) = (width as f32, height as f32);
        let on_border = |l: &Line<f32>| {
            let both =
                |a: f32, b: f32, at: f32| (a - at).abs() <= BORDER && (b - at).abs() <= BORDER;
            both(l.start.x, l.end.x, 0.0)
                || both(l.start.y, l.end.y, 0.0)
                || both(l.start.x, l.end.x, width - 1.0)
                || both(l.start.y, l.end.y, height - 1.0)
        };
        let edges: Vec<Line<f32>> =
            self.polygon.exterior().lines().filter(|l| !on_border(l)).collect();
        let corners = self.corners();
        let bound = |f: fn(f32, f32) -> f32, start: f32| {
            corners.iter().fold((start, start), |(x, y), c| (f(x, c.0), f(y, c.1)))
        };
        let ((x1, y1), (x2, y2)) = (bound(f32::min, f32::MAX), bound(f32::max, f32::MIN));
        let mut deepest = 0.0_f32;
        for i in 0..POINTS {
            for j in 0..POINTS {
                let share = |k: u16| (f32::from(k) + 0.5) / f32::from(POINTS);
                let (x, y) = (x1 + share(i) * (x2 - x1), y1 + share(j) * (y2 - y1));
                if self.contains((x, y)) {
                    let point = Point::new(x, y);
                    let away = edges.iter().map(|e| Euclidean.distance(&point, e));
                    deepest = deepest.max(away.fold(width.max(height), f32::min));
                }
            }
        }
        deepest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_as_deep_as_its_widest_place() {
        let zone = |corners: &[[f32; 2]]| Zone::new("z", corners, (640, 360)).unwrap();
        let strip = zone(&[[100.0, 100.0], [500.0, 100.0], [500.0, 120.0], [100.0, 120.0]]);
        assert!((strip.reach((640, 360)) - 10.0).abs() < 0.5);
        let edge = zone(&[[0.0, 300.0], [640.0, 300.0], [640.0, 360.0], [0.0, 360.0]]);
        assert!(edge.reach((640, 360)) > 55.0, "it goes on below the picture");
    }
}
