//! Named areas of a camera's picture.

use geo::{Area, Contains, LineString, Point, Polygon};

/// An area drawn on the picture, in pixels of the scene's `frame_size`.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Unique within the scene.
    pub name: String,
    /// Simple polygon, inside the picture, of positive area.
    pub polygon: Polygon<f32>,
}

/// What one camera looks at: the picture its points are drawn on, and its zones.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Width and height, in pixels, of the picture that points are given in.
    pub frame_size: (u32, u32),
    /// Areas by name.
    pub zones: Vec<Zone>,
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
}
