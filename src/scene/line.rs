//! Named lines across a camera's picture: stop lines, lane lines, exits.

use serde::{Deserialize, Serialize};

/// A line drawn on the picture, in pixels of the scene's `frame_size`. Crossing it *forward* means
/// going to the side on which [`Self::toward`] lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Unique among the scene's lines and zones.
    pub name: String,
    /// Two points or more, in order along the line.
    pub points: Vec<(f32, f32)>,
    /// A point beyond the line, seen from where traffic comes.
    pub toward: (f32, f32),
}

/// Why points cannot be a line.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LineError {
    /// Fewer than two different points.
    #[error("it has {0} different points and needs at least 2")]
    TooFewPoints(usize),
    /// A point outside the picture.
    #[error("point [{x}, {y}] lies outside the picture of {width}×{height}")]
    Outside {
        /// The point.
        x: f32,
        /// The point.
        y: f32,
        /// The scene's frame width.
        width: u32,
        /// The scene's frame height.
        height: u32,
    },
    /// `toward` lies on the line, so it says nothing of sides.
    #[error("\"toward\" lies on the line; give a point clearly beyond it")]
    TowardOnLine,
}

/// `toward` must lie at least this far from the line, in pixels.
const LEAST_AWAY: f32 = 2.0;

impl Line {
    /// A line from its points in pixels of `frame_size` (width, height), and a point beyond it.
    /// Points on the picture's border count as inside.
    ///
    /// # Errors
    /// [`LineError`] when a point lies outside the picture (or is not a number), when there are
    /// fewer than two different points, or `toward` lies on the line.
    pub fn new(
        name: &str,
        points: &[[f32; 2]],
        toward: [f32; 2],
        frame_size: (u32, u32),
    ) -> Result<Self, LineError> {
        let (width, height) = frame_size;
        let inside = |v: f32, size: u32| (0.0..=size as f32).contains(&v);
        let outside =
            points.iter().chain([&toward]).find(|[x, y]| !inside(*x, width) || !inside(*y, height));
        if let Some(&[x, y]) = outside {
            return Err(LineError::Outside { x, y, width, height });
        }
        let mut way: Vec<(f32, f32)> = points.iter().map(|&[x, y]| (x, y)).collect();
        way.dedup();
        if way.len() < 2 {
            return Err(LineError::TooFewPoints(way.len()));
        }
        let line = Self { name: name.to_owned(), points: way, toward: (toward[0], toward[1]) };
        if line.distance(line.toward) < LEAST_AWAY {
            return Err(LineError::TowardOnLine);
        }
        Ok(line)
    }

    /// Distance of a point from the line, in pixels.
    pub fn distance(&self, point: (f32, f32)) -> f32 {
        self.points
            .windows(2)
            .map(|ends| to_segment(point, ends[0], ends[1]))
            .fold(f32::INFINITY, f32::min)
    }
}

fn to_segment((px, py): (f32, f32), (ax, ay): (f32, f32), (bx, by): (f32, f32)) -> f32 {
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((px - ax) * dx + (py - ay) * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (px - ax - along * dx).hypot(py - ay - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_lines_are_refused() {
        let line = |points: &[[f32; 2]], toward| Line::new("stop", points, toward, (640, 360));
        assert!(line(&[[0.0, 300.0], [640.0, 310.0]], [320.0, 100.0]).is_ok());
        assert_eq!(line(&[[5.0, 5.0], [5.0, 5.0]], [9.0, 9.0]), Err(LineError::TooFewPoints(1)));
        assert_eq!(line(&[[0.0, 10.0], [100.0, 10.0]], [50.0, 11.0]), Err(LineError::TowardOnLine));
        assert!(matches!(
            line(&[[0.0, 10.0], [700.0, 10.0]], [50.0, 50.0]),
            Err(LineError::Outside { width: 640, .. })
        ));
        assert!(matches!(
            line(&[[0.0, 10.0], [60.0, 10.0]], [f32::NAN, 50.0]),
            Err(LineError::Outside { .. })
        ));
    }
}
