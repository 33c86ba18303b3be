//! A composite scenario: what is laid where on which stretch of real footage.

use super::canvas::{Colour, shade};
use super::cutout::Cutout;
use super::encode::Encoder;
use super::error::SceneError;
use super::footage::{FPS, Footage, SIZE};
use super::labels::Told;
use super::random::{Random, at};
use super::weather::{Noise, Weather, darken, finish};
use crate::vision::BBox;
use std::fmt::Write;
use std::path::Path;

/// What is laid on the footage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piece {
    /// The parked van.
    Van,
    /// Whoever is in this box (pixels) at this time of the clip (seconds).
    Somebody(f32, [usize; 4]),
    /// A drawn bag of so many pixels.
    Bag(u32, u32),
    /// A drawn stall.
    Stall(u32, u32),
}

/// Something on its way over the footage: times of the scenario, places of its lower edge's middle.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Laid {
    pub(super) piece: Piece,
    pub(super) way: Vec<(f32, f32, f32)>,
    pub(super) scale: f32,
}

/// A composite scenario.
#[derive(Debug, Clone)]
pub(super) struct Composite {
    pub(super) name: &'static str,
    pub(super) condition: &'static str,
    /// From when in the clip, and how long, seconds.
    pub(super) from: f32,
    pub(super) seconds: f32,
    /// Whether nobody else is to be seen: only the background.
    pub(super) empty: bool,
    pub(super) weather: Weather,
    pub(super) laid: Vec<Laid>,
    pub(super) labels: Vec<Told>,
    pub(super) negative_for: Vec<&'static str>,
    /// Zones with their corners, pixels.
    pub(super) zones: Vec<(&'static str, Vec<(u32, u32)>)>,
    /// For zones that have one, where traffic comes from and goes to.
    pub(super) headings: Vec<(&'static str, [(u32, u32); 2])>,
    pub(super) rules: String,
    pub(super) note: &'static str,
}

/// The parked van: its box, and its outline.
const VAN: [usize; 4] = [648, 42, 728, 102];
const VAN_OUTLINE: [(f32, f32); 14] = [
    (652.0, 72.0),
    (657.0, 47.5),
    (660.0, 46.0),
    (710.0, 46.0),
    (713.5, 52.0),
    (714.5, 63.0),
    (723.5, 64.5),
    (722.5, 89.0),
    (719.0, 92.5),
    (705.0, 92.0),
    (701.5, 99.5),
    (697.0, 100.0),
    (656.5, 97.5),
    (652.0, 84.0),
];

impl Composite {
    /// Writes the clip; the pictures of `footage` with what is laid on them.
    pub(super) fn film(&self, footage: &Footage, path: &Path) -> Result<(), SceneError> {
        let mut encoder = Encoder::new(path, SIZE, FPS, false)?;
        let mut random = Random::named(self.name);
        let noise = Noise::new((SIZE.0 * SIZE.1) as usize);
        let cuts: Vec<Cutout> = self.laid.iter().map(|l| cut(l.piece, footage)).collect();
        for number in 0..(self.seconds * FPS as f32).round() as u32 {
            let t = number as f32 / FPS as f32;
            let mut canvas =
                if self.empty { footage.background.clone() } else { footage.at(self.from + t) };
            for (laid, cut) in self.laid.iter().zip(&cuts) {
                if let Some(place) = place(&laid.way, t) {
                    cut.lay(&mut canvas, place, laid.scale, 1.0);
                }
            }
            if self.weather.night {
                darken(&mut canvas);
            }
            finish(&mut canvas, self.weather, t, &mut random, &noise);
            encoder.write(&canvas.to_rgb())?;
        }
        encoder.finish()
    }

    /// The camera file.
    pub(super) fn camera(&self) -> String {
        let mut out = format!(
            "version = 1\nid = \"{0}\"\nname = \"{0}\"\nframe_size = [{1}, {2}]\n\n[evidence]\npre_seconds = 2\npost_seconds = 2\n",
            self.name, SIZE.0, SIZE.1
        );
        for (name, corners) in &self.zones {
            let corners: Vec<String> = corners.iter().map(|(x, y)| format!("[{x}, {y}]")).collect();
            let corners = corners.join(", ");
            let _ = write!(out, "\n[[zones]]\nname = \"{name}\"\npolygon = [{corners}]\n");
            for (_, [(x1, y1), (x2, y2)]) in self.headings.iter().filter(|(of, _)| of == name) {
                let _ = writeln!(out, "heading = [[{x1}, {y1}], [{x2}, {y2}]]");
            }
        }
        out + &self.rules
    }
}

/// Where something is; `None` while absent.
fn place(way: &[(f32, f32, f32)], t: f32) -> Option<(f32, f32)> {
    let (first, last) = (way.first()?, way.last()?);
    if t < first.0 || t > last.0 {
        return None;
    }
    let mut place = (first.1, first.2);
    for pair in way.windows(2) {
        let ((t0, x0, y0), (t1, x1, y1)) = (pair[0], pair[1]);
        if t >= t0 {
            let part = ((t - t0) / (t1 - t0).max(1e-6)).min(1.0);
            place = (x0 + (x1 - x0) * part, y0 + (y1 - y0) * part);
        }
    }
    Some(place)
}

/// A piece's picture.
fn cut(piece: Piece, footage: &Footage) -> Cutout {
    match piece {
        Piece::Van => Cutout::outlined(&footage.background, VAN, &VAN_OUTLINE),
        Piece::Somebody(t, b) => Cutout::moving(&footage.at(t), &footage.background, b),
        Piece::Bag(w, h) => Cutout::drawn((w, h), bag),
        Piece::Stall(w, h) => Cutout::drawn((w, h), stall),
    }
}

/// A dark rucksack with a light strap.
fn bag(x: f32, y: f32) -> Option<Colour> {
    let (dx, dy) = ((x - 0.5) / 0.5, (y - 0.58) / 0.42);
    let body = dx.abs().powi(4) + dy.abs().powi(4) <= 1.0;
    let handle = y < 0.24 && (x - 0.5).abs() < 0.2 && !(y > 0.1 && (x - 0.5).abs() < 0.1);
    let grain = 0.85 + 0.3 * at((x * 40.0) as i32, (y * 40.0) as i32, 41);
    let side = 1.15 - 0.5 * x;
    let strap = (x - 0.72).abs() < 0.05 || (y - 0.62).abs() < 0.035;
    let colour = if strap { [150.0, 140.0, 120.0] } else { [120.0, 40.0, 36.0] };
    (body || handle).then(|| shade(colour, grain * side))
}

/// A table with goods under an awning.
fn stall(x: f32, y: f32) -> Option<Colour> {
    let grain = 0.9 + 0.2 * at((x * 60.0) as i32, (y * 60.0) as i32, 43);
    let stripes = if (x * 8.0).fract() < 0.5 { [190.0, 50.0, 44.0] } else { [226.0, 222.0, 210.0] };
    if y < 0.24 {
        return Some(shade(stripes, grain));
    }
    if y > 0.56 {
        return Some(shade([118.0, 86.0, 54.0], grain * if y > 0.62 { 0.8 } else { 1.1 }));
    }
    if y > 0.40 && at((x * 9.0) as i32, 1, 44) > 0.2 {
        let goods = [[200.0, 150.0, 40.0], [70.0, 130.0, 60.0], [170.0, 60.0, 50.0]];
        return Some(shade(goods[(x * 9.0) as usize % 3], grain));
    }
    let post = !(0.06..0.94).contains(&x);
    post.then(|| shade([90.0, 88.0, 86.0], grain))
}

/// Width and height of a piece, in the footage's pixels.
pub(super) fn size(piece: Piece) -> (f32, f32) {
    match piece {
        Piece::Van => ((VAN[2] - VAN[0]) as f32, (VAN[3] - VAN[1]) as f32),
        Piece::Somebody(_, b) => ((b[2] - b[0]) as f32, (b[3] - b[1]) as f32),
        Piece::Bag(w, h) | Piece::Stall(w, h) => (w as f32, h as f32),
    }
}

impl Laid {
    /// Its box with the middle of its lower edge at a place.
    pub(super) fn bbox(&self, (x, y): (f32, f32)) -> BBox {
        let (w, h) = size(self.piece);
        let (w, h) = (w * self.scale, h * self.scale);
        BBox { x1: x - w / 2.0, y1: y - h, x2: x + w / 2.0, y2: y }
    }
}
