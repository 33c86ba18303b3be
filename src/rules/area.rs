//! A zone as rules measure it: how deep inside it a box stands.

use crate::scene::{Scene, Zone};
use crate::vision::BBox;
use geo::{Distance, Euclidean, Line, Point};

/// Zone edges this close to the picture's border are the border, in pixels.
const BORDER: f32 = 3.0;

/// A zone with the edges that part it from the rest of the picture.
#[derive(Debug, Clone)]
pub(super) struct Area {
    zone: Zone,
    /// Edges that do not lie on the picture's border: where the picture ends, the zone goes on.
    edges: Vec<Line<f32>>,
    frame: (f32, f32),
}

impl Area {
    pub(super) fn new(scene: &Scene, zone: &Zone) -> Self {
        let frame = (scene.frame_size.0 as f32, scene.frame_size.1 as f32);
        let edges = zone.polygon.exterior().lines().filter(|l| !on_border(l, frame)).collect();
        Self { zone: zone.clone(), edges, frame }
    }

    /// The picture's width and height.
    pub(super) fn frame(&self) -> (f32, f32) {
        self.frame
    }

    /// How deep the box's contact point stands in the zone, in heights of the box; negative
    /// outside. The point is first brought into the picture, clear of its border, so that someone
    /// cut off by the picture's edge stands in a zone that reaches that edge.
    pub(super) fn depth(&self, bbox: &BBox) -> f32 {
        let (x, y) = bbox.contact();
        let inset = BORDER + 1.0;
        let clear = |v: f32, size: f32| v.clamp(inset, (size - 1.0 - inset).max(inset));
        let point = Point::new(clear(x, self.frame.0), clear(y, self.frame.1));
        let away = self
            .edges
            .iter()
            .map(|edge| Euclidean.distance(&point, edge))
            .fold(f32::INFINITY, f32::min);
        let inside = self.zone.contains((point.x(), point.y()));
        (if inside { away } else { -away }) / bbox.height().max(1.0)
    }
}

fn on_border(edge: &Line<f32>, (width, height): (f32, f32)) -> bool {
    let both = |f: fn(geo::Coord<f32>) -> f32, at: f32| {
        (f(edge.start) - at).abs() <= BORDER && (f(edge.end) - at).abs() <= BORDER
    };
    both(|c| c.x, 0.0)
        || both(|c| c.y, 0.0)
        || both(|c| c.x, width - 1.0)
        || both(|c| c.y, height - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    fn lower_half() -> Area {
        let zone = Zone {
            name: "grass".into(),
            polygon: polygon![(x: 0.0, y: 50.0), (x: 99.0, y: 50.0), (x: 99.0, y: 99.0), (x: 0.0, y: 99.0)],
            heading: None,
        };
        let scene = Scene { frame_size: (100, 100), zones: vec![zone.clone()], ..Scene::default() };
        Area::new(&scene, &zone)
    }

    fn standing(x: f32, y: f32) -> BBox {
        BBox { x1: x - 5.0, y1: y - 20.0, x2: x + 5.0, y2: y }
    }

    #[test]
    fn the_border_of_the_picture_is_no_edge() {
        let area = lower_half();
        assert!((area.depth(&standing(50.0, 60.0)) - 0.5).abs() < 1e-5);
        assert!(area.depth(&standing(50.0, 40.0)) < -0.49);
        for foot in [96.0, 99.0, 100.0, 104.0] {
            assert!(area.depth(&standing(50.0, foot)) > 2.0, "foot at {foot}");
            assert!(area.depth(&standing(0.0, foot)) > 2.0, "foot at {foot}, left border");
        }
    }

    #[test]
    fn a_zone_of_the_whole_picture_has_no_edges() {
        let zone = Zone {
            name: "all".into(),
            polygon: polygon![(x: 0.0, y: 0.0), (x: 100.0, y: 0.0), (x: 100.0, y: 100.0), (x: 0.0, y: 100.0)],
            heading: None,
        };
        let scene = Scene { frame_size: (100, 100), zones: vec![zone.clone()], ..Scene::default() };
        assert!(Area::new(&scene, &zone).depth(&standing(100.0, 100.0)) > f32::MAX);
    }
}
