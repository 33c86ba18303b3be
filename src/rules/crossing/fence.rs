//! A line as something to be crossed: sides and crossings of its segments.

use crate::scene::Line;

/// A point or vector in scene pixels.
pub(super) type Point = (f32, f32);

/// A line with its sides.
#[derive(Debug, Clone)]
pub(super) struct Fence {
    points: Vec<Point>,
    /// 1 where the forward side is to the left of the segments as drawn (y down), else −1.
    turn: f32,
}

/// Where a point lies against a fence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Side {
    /// Distance across the nearest segment, as if that went on, in pixels; positive on the
    /// forward side.
    pub(super) distance: f32,
    /// The forward direction there, a unit vector across the nearest segment.
    pub(super) forward: Point,
}

/// A way from one point to another that crosses a fence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    /// How far along the way, 0 to 1.
    pub(super) at: f32,
    /// Whether it goes forward.
    pub(super) forward: bool,
}

impl Fence {
    /// Of a line with at least two different points.
    pub(super) fn new(line: &Line) -> Self {
        let mut fence = Self { points: line.points.clone(), turn: 1.0 };
        if fence.side(line.toward).distance < 0.0 {
            fence.turn = -1.0;
        }
        fence
    }

    /// On which side of the nearest segment, and how far from it, a point lies.
    pub(super) fn side(&self, point: Point) -> Side {
        let mut best: Option<(f32, f32, Point)> = None;
        for ends in self.points.windows(2) {
            let (a, b) = (ends[0], ends[1]);
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let length = dx.hypot(dy);
            if length <= 0.0 {
                continue;
            }
            let (px, py) = (point.0 - a.0, point.1 - a.1);
            let along = ((px * dx + py * dy) / (length * length)).clamp(0.0, 1.0);
            let away = (px - along * dx).hypot(py - along * dy);
            let normal = (-dy / length * self.turn, dx / length * self.turn);
            let across = px * normal.0 + py * normal.1;
            // At a bend two segments are as near; the one it lies farther across knows the side.
            let nearer = best.is_none_or(|(least, other, _)| {
                away < least - 1e-3 || away < least + 1e-3 && across.abs() > other.abs()
            });
            if nearer {
                best = Some((away, across, normal));
            }
        }
        let nowhere = Side { distance: 0.0, forward: (0.0, 0.0) };
        best.map_or(nowhere, |(_, distance, forward)| Side { distance, forward })
    }

    /// The forward direction as a whole, from the first point to the last.
    pub(super) fn forward(&self) -> Point {
        let (Some(a), Some(b)) = (self.points.first(), self.points.last()) else {
            return (0.0, 0.0);
        };
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy);
        if length <= 0.0 {
            return self.side(*a).forward;
        }
        (-dy / length * self.turn, dx / length * self.turn)
    }

    /// The last crossing on a straight way, where the way ends on another side than it began: an
    /// even number of crossings is none.
    pub(super) fn cut(&self, from: Point, to: Point) -> Option<Cut> {
        let (wx, wy) = (to.0 - from.0, to.1 - from.1);
        let mut count = 0;
        let mut last: Option<Cut> = None;
        for (i, ends) in self.points.windows(2).enumerate() {
            let (a, b) = (ends[0], ends[1]);
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let cross = wx * dy - wy * dx;
            if cross == 0.0 || !cross.is_finite() {
                continue;
            }
            let (ox, oy) = (a.0 - from.0, a.1 - from.1);
            let at = (ox * dy - oy * dx) / cross;
            let along = (ox * wy - oy * wx) / cross;
            // Half open both ways: a bend or a sighting on the line counts once.
            let is_last = i + 2 == self.points.len();
            let on_segment = along >= 0.0 && (along < 1.0 || is_last && along <= 1.0);
            if at > 0.0 && at <= 1.0 && on_segment {
                count += 1;
                let forward = (-wx * dy + wy * dx) * self.turn > 0.0;
                if last.is_none_or(|l| at > l.at) {
                    last = Some(Cut { at, forward });
                }
            }
        }
        if count % 2 == 1 { last } else { None }
    }

    /// The farthest that any of its points lies forward of `other`.
    pub(super) fn reach_beyond(&self, other: &Self) -> f32 {
        self.points.iter().map(|p| other.side(*p).distance).fold(0.0, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fence(points: &[Point], toward: Point) -> Fence {
        Fence::new(&Line { name: "stop".into(), points: points.to_vec(), toward })
    }

    #[test]
    fn sides_and_crossings_follow_toward() {
        for points in [[(10.0, 50.0), (90.0, 50.0)], [(90.0, 50.0), (10.0, 50.0)]] {
            let up = fence(&points, (50.0, 10.0));
            assert_eq!(up.side((50.0, 30.0)), Side { distance: 20.0, forward: (0.0, -1.0) });
            assert!((up.side((50.0, 60.0)).distance + 10.0).abs() < 1e-3);
            let cut = up.cut((50.0, 60.0), (50.0, 40.0)).unwrap();
            assert!(cut.forward && (cut.at - 0.5).abs() < 1e-6);
            assert!(!up.cut((50.0, 40.0), (60.0, 60.0)).unwrap().forward);
            assert_eq!(up.cut((5.0, 60.0), (5.0, 40.0)), None, "beside the end");
            assert_eq!(up.forward(), (0.0, -1.0));
        }
    }

    #[test]
    fn a_bend_is_crossed_once() {
        let bent = fence(&[(0.0, 50.0), (50.0, 60.0), (100.0, 50.0)], (50.0, 10.0));
        assert!(bent.cut((50.0, 90.0), (50.0, 20.0)).unwrap().forward);
        assert_eq!(bent.cut((20.0, 52.0), (80.0, 52.0)), None, "in and out again");
        assert!(bent.side((50.0, 61.0)).distance < 0.0 && bent.side((50.0, 59.0)).distance > 0.0);
    }

    proptest! {
        #[test]
        fn a_way_there_and_back_crosses_both_ways(
            x in 20.0_f32..80.0, y in 0.0_f32..49.0, x2 in 20.0_f32..80.0, y2 in 51.0_f32..99.0,
        ) {
            let line = fence(&[(0.0, 50.0), (100.0, 50.0)], (50.0, 0.0));
            let (there, back) = (line.cut((x, y), (x2, y2)), line.cut((x2, y2), (x, y)));
            prop_assert!(!there.unwrap().forward && back.unwrap().forward);
            prop_assert!((there.unwrap().at + back.unwrap().at - 1.0).abs() < 1e-3);
        }

        #[test]
        fn any_points_are_judged(v in prop::array::uniform8(prop::num::f32::ANY)) {
            let line = fence(&[(v[0], v[1]), (v[2], v[3])], (1.0, 2.0));
            let _ = (line.side((v[4], v[5])), line.cut((v[4], v[5]), (v[6], v[7])));
        }
    }
}
