//! Named areas of a camera's picture.

use super::line::Line;
use super::plane::Plane;
use super::signal::Signal;
use geo::{Area, Contains, Coord, LineString, Point, Polygon, Validation};
use geo::{Kernel as _, algorithm::kernels::Orientation, algorithm::kernels::RobustKernel};

/// An area drawn on the picture, in pixels of the scene's `frame_size`.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Unique within the scene.
    pub name: String,
    /// Simple polygon, inside the picture, of positive area.
    pub polygon: Polygon<f32>,
    /// The direction in which traffic may go, a unit vector in scene pixels (x right, y down).
    pub heading: Option<(f32, f32)>,
}

/// What one camera looks at: the picture its points are drawn on, and what is drawn there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// Width and height, in pixels, of the picture that points are given in.
    pub frame_size: (u32, u32),
    /// Areas by name.
    pub zones: Vec<Zone>,
    /// Lines by name.
    pub lines: Vec<Line>,
    /// Traffic lights by name.
    pub signals: Vec<Signal>,
    /// The ground, where it is calibrated.
    pub plane: Option<Plane>,
}

/// Why a polygon cannot be a zone.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ZoneError {
    /// Fewer than three different corners.
    #[error("it has {0} different corners and needs at least 3")]
    TooFewCorners(usize),
    /// Zero area.
    #[error("its area is zero; draw at least three corners that do not lie on one line")]
    NoArea,
    /// A corner outside the picture.
    #[error("corner [{x}, {y}] lies outside the picture of {width}×{height}")]
    Outside {
        /// The corner.
        x: f32,
        /// The corner.
        y: f32,
        /// The scene's frame width.
        width: u32,
        /// The scene's frame height.
        height: u32,
    },
    /// Two edges cross.
    #[error("its edges cross each other; give the corners in order around the area")]
    SelfCrossing,
}

impl Zone {
    /// A zone from its corners in order around the area, in pixels of `frame_size` (width,
    /// height); repeating the first corner at the end is allowed. Corners on the picture's border
    /// count as inside.
    ///
    /// # Errors
    /// [`ZoneError`] when a corner lies outside the picture (or is not a number), or the corners
    /// make no simple polygon of positive area. The work grows with the square of the number of
    /// corners: bound it where corners come from outside.
    pub fn new(
        name: &str,
        corners: &[[f32; 2]],
        frame_size: (u32, u32),
    ) -> Result<Self, ZoneError> {
        let (width, height) = frame_size;
        let inside = |v: f32, size: u32| (0.0..=size as f32).contains(&v);
        if let Some(&[x, y]) =
            corners.iter().find(|[x, y]| !inside(*x, width) || !inside(*y, height))
        {
            return Err(ZoneError::Outside { x, y, width, height });
        }

        let mut ring: Vec<Coord<f32>> = corners.iter().map(|&[x, y]| Coord { x, y }).collect();
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        let twice =
            ring.iter().enumerate().filter(|(i, corner)| ring[..*i].contains(corner)).count();
        let different = ring.len() - twice;
        if different < 3 {
            return Err(ZoneError::TooFewCorners(different));
        }
        let bends = |third: &Coord<f32>| {
            RobustKernel::orient2d(ring[0], ring[1], *third) != Orientation::Collinear
        };
        if !ring.iter().any(bends) {
            return Err(ZoneError::NoArea);
        }
        // A corner visited twice pinches the area; the check below lets edges meet at their ends,
        // so it does not see that.
        if twice > 0 {
            return Err(ZoneError::SelfCrossing);
        }
        let polygon = Polygon::new(LineString::new(ring), Vec::new());
        if polygon.check_validation().is_err() {
            return Err(ZoneError::SelfCrossing);
        }
        if polygon.unsigned_area() <= 0.0 {
            return Err(ZoneError::NoArea);
        }
        Ok(Self { name: name.to_owned(), polygon, heading: None })
    }

    /// Whether a point, in scene pixels, lies inside.
    pub fn contains(&self, (x, y): (f32, f32)) -> bool {
        self.polygon.contains(&Point::new(x, y))
    }

    /// Area in square scene pixels.
    pub fn area(&self) -> f32 {
        self.polygon.unsigned_area()
    }

    /// The corners, in order, without the closing repetition.
    pub fn corners(&self) -> Vec<(f32, f32)> {
        let LineString(ring) = self.polygon.exterior();
        ring.iter().take(ring.len().saturating_sub(1)).map(|c| (c.x, c.y)).collect()
    }
}

impl Scene {
    /// The zone of that name.
    pub fn zone(&self, name: &str) -> Option<&Zone> {
        self.zones.iter().find(|z| z.name == name)
    }

    /// The line of that name.
    pub fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|l| l.name == name)
    }

    /// The traffic light of that name.
    pub fn signal(&self, name: &str) -> Option<&Signal> {
        self.signals.iter().find(|s| s.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: (u32, u32) = (1280, 720);

    fn zone(corners: &[[f32; 2]]) -> Result<Zone, ZoneError> {
        Zone::new("z", corners, FRAME)
    }

    #[test]
    fn a_closed_ring_is_the_same_zone() {
        let open = zone(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]).unwrap();
        let closed = zone(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 0.0]]).unwrap();
        assert_eq!(open, closed);
        assert_eq!(open.corners().len(), 3);
        assert!((open.area() - 50.0).abs() < 1e-3);
    }

    #[test]
    fn impossible_polygons_are_refused() {
        let refused = |corners: &[[f32; 2]]| zone(corners).unwrap_err();
        assert_eq!(refused(&[]), ZoneError::TooFewCorners(0));
        assert_eq!(refused(&[[1.0, 1.0], [1.0, 1.0], [2.0, 2.0]]), ZoneError::TooFewCorners(2));
        assert_eq!(refused(&[[0.0, 0.0], [5.0, 5.0], [2.0, 2.0], [9.0, 9.0]]), ZoneError::NoArea);
        let bow_tie = [[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
        assert_eq!(refused(&bow_tie), ZoneError::SelfCrossing);
        let spike = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [20.0, 20.0], [9.0, 9.0], [0.0, 9.0]];
        assert_eq!(refused(&spike), ZoneError::SelfCrossing);
        let doubled_back = [[0.0, 0.0], [10.0, 0.0], [5.0, 0.0], [5.0, 5.0]];
        assert_eq!(refused(&doubled_back), ZoneError::SelfCrossing);
        assert!(matches!(
            refused(&[[0.0, 0.0], [1281.0, 0.0], [9.0, 9.0]]),
            ZoneError::Outside { width: 1280, .. }
        ));
        assert!(matches!(
            refused(&[[0.0, f32::NAN], [1.0, 0.0], [9.0, 9.0]]),
            ZoneError::Outside { .. }
        ));
    }

    proptest! {
        #[test]
        fn any_corners_are_judged_without_panic(
            corners in prop::collection::vec(prop::array::uniform2(prop::num::f32::ANY), 0..12),
        ) {
            let _ = zone(&corners);
        }

        #[test]
        fn coarse_corners_make_a_sound_zone_or_none(
            corners in prop::collection::vec(prop::array::uniform2(0_u8..6), 0..9),
        ) {
            let corners: Vec<_> = corners.iter().map(|c| c.map(f32::from)).collect();
            if let Ok(zone) = zone(&corners) {
                prop_assert!(zone.area() > 0.0);
                prop_assert!(zone.polygon.is_valid());
                prop_assert!(zone.corners().len() >= 3);
            }
        }

        #[test]
        fn a_star_about_a_point_is_a_zone(
            radii in prop::collection::vec(5.0_f32..300.0, 3..16),
            turn in 0.0_f32..1.0,
        ) {
            let step = std::f32::consts::TAU / radii.len() as f32;
            let corners: Vec<_> = radii
                .iter()
                .enumerate()
                .map(|(i, r)| {
                    let angle = (i as f32 + turn) * step;
                    [640.0 + r * angle.cos(), 360.0 + r * angle.sin()]
                })
                .collect();
            let zone = zone(&corners);
            prop_assert!(zone.is_ok(), "{zone:?}");
            prop_assert!(zone.unwrap().contains((640.0, 360.0)));
        }
    }
}
