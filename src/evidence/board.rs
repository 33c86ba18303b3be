//! What a scene is drawn on.

use super::error::EvidenceError;
use super::label;
use super::overlay::outline;
use super::stroke::At;
use crate::scene::{Line, Zone};
use geo::Centroid;
use image::RgbImage;

const ZONE: [u8; 3] = [255, 214, 10];
const LINE: [u8; 3] = [255, 70, 200];
const HEADING: [u8; 3] = [64, 210, 255];

/// A picture that is drawn on in pixels of the scene.
pub(super) struct Board<'a> {
    pub(super) picture: &'a mut RgbImage,
    pub(super) sx: f32,
    pub(super) sy: f32,
    pub(super) thin: f32,
    pub(super) letters: f32,
}

impl Board<'_> {
    fn at(&self, (x, y): At) -> At {
        (x * self.sx, y * self.sy)
    }

    /// A line through these points.
    pub(super) fn path(&mut self, points: &[At], closed: bool, ink: [u8; 3]) {
        let points: Vec<At> = points.iter().map(|p| self.at(*p)).collect();
        outline(self.picture, &points, closed, self.thin, ink);
    }

    /// A faint line that hides little.
    pub(super) fn faint(&mut self, points: &[At], ink: [u8; 3], cover: f32) {
        let points: Vec<At> = points.iter().map(|p| self.at(*p)).collect();
        let pen = super::stroke::Pen { width: self.thin * 0.6, ink, cover };
        pen.lines(self.picture, &points, false);
    }

    /// Words whose left top corner stands a little right of and below a point; `size` is a share of
    /// the usual letters'.
    pub(super) fn write(
        &mut self,
        text: &str,
        point: At,
        size: f32,
        ink: [u8; 3],
    ) -> Result<(), EvidenceError> {
        let (x, y) = self.at(point);
        let away = self.thin * 2.0;
        label::write(self.picture, text, (x + away, y + away), self.letters * size, ink)
    }

    pub(super) fn cross(&mut self, (x, y): At, ink: [u8; 3]) {
        let (rx, ry) = (4.0 * self.thin / self.sx, 4.0 * self.thin / self.sy);
        self.path(&[(x - rx, y), (x + rx, y)], false, ink);
        self.path(&[(x, y - ry), (x, y + ry)], false, ink);
    }

    /// An arrow between two points of the scene.
    fn arrow(&mut self, from: At, to: At, ink: [u8; 3]) {
        self.path(&[from, to], false, ink);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1.0);
        let head = (length * 0.3).min(6.0 * self.thin / self.sx.max(1e-3));
        let (ux, uy) = (dx / length * head, dy / length * head);
        let side = |s: f32| (to.0 - ux + s * uy * 0.6, to.1 - uy - s * ux * 0.6);
        self.path(&[side(1.0), to, side(-1.0)], false, ink);
    }

    /// How long arrows are, in pixels of the scene.
    fn reach(&self) -> f32 {
        22.0 * self.thin / self.sx.max(1e-3)
    }

    pub(super) fn zone(&mut self, zone: &Zone) -> Result<(), EvidenceError> {
        self.path(&zone.corners(), true, ZONE);
        let Some(middle) = zone.polygon.centroid() else { return Ok(()) };
        let (x, y) = (middle.x(), middle.y());
        if let Some((hx, hy)) = zone.heading {
            let half = self.reach() * 0.7;
            self.arrow((x - hx * half, y - hy * half), (x + hx * half, y + hy * half), HEADING);
        }
        // Below the arrow, not on it.
        let below = zone.heading.map_or(0.0, |(_, hy)| self.reach() * (0.7 * hy.abs() + 0.15));
        self.write(&zone.name, (x, y + below), 1.0, ZONE)
    }

    pub(super) fn line(&mut self, line: &Line) -> Result<(), EvidenceError> {
        self.path(&line.points, false, LINE);
        // From the middle of its longest stretch to the side that `toward` lies on.
        let longest = line.points.windows(2).max_by(|a, b| {
            let length = |p: &[At]| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1);
            length(a).total_cmp(&length(b))
        });
        if let Some(&[(ax, ay), (bx, by)]) = longest.and_then(|l| <&[At; 2]>::try_from(l).ok()) {
            let middle = (f32::midpoint(ax, bx), f32::midpoint(ay, by));
            let (nx, ny) = (by - ay, ax - bx);
            let length = nx.hypot(ny).max(1e-3);
            let beyond = (line.toward.0 - middle.0) * nx + (line.toward.1 - middle.1) * ny;
            let reach = self.reach() * beyond.signum() / length;
            self.arrow(middle, (middle.0 + nx * reach, middle.1 + ny * reach), LINE);
        }
        line.points.first().map_or(Ok(()), |first| self.write(&line.name, *first, 1.0, LINE))
    }
}
