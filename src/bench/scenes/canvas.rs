//! A picture that is drawn on.

use image::{Rgb, RgbImage};

/// A colour, each part 0 to 255.
pub(super) type Colour = [f32; 3];

/// A colour made lighter or darker.
pub(super) fn shade(colour: Colour, by: f32) -> Colour {
    colour.map(|c| c * by)
}

/// A picture that is drawn on.
#[derive(Debug, Clone)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<Colour>,
}

impl Canvas {
    pub(super) fn new((width, height): (u32, u32)) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, pixels: vec![[0.0; 3]; width * height] }
    }

    /// Changes every pixel whose middle lies in a polygon; `paint` gets its place and colour.
    pub(super) fn fill(
        &mut self,
        polygon: &[(f32, f32)],
        mut paint: impl FnMut(f32, f32, Colour) -> Colour,
    ) {
        let low = polygon.iter().map(|p| p.1).fold(f32::MAX, f32::min).floor().max(0.0) as usize;
        let high = polygon.iter().map(|p| p.1).fold(f32::MIN, f32::max).ceil();
        let high = (high.max(0.0) as usize).min(self.height);
        let mut crossings: Vec<f32> = Vec::with_capacity(8);
        for row in low..high {
            let y = row as f32 + 0.5;
            crossings.clear();
            for (i, &(x2, y2)) in polygon.iter().enumerate() {
                let (x1, y1) = polygon[(i + polygon.len() - 1) % polygon.len()];
                if (y1 <= y) != (y2 <= y) {
                    crossings.push(x1 + (y - y1) / (y2 - y1) * (x2 - x1));
                }
            }
            crossings.sort_by(f32::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let from = (pair[0] - 0.5).ceil().max(0.0) as usize;
                let to = ((pair[1] - 0.5).ceil().max(0.0) as usize).min(self.width);
                for column in from..to.max(from) {
                    let pixel = &mut self.pixels[row * self.width + column];
                    *pixel = paint(column as f32 + 0.5, y, *pixel);
                }
            }
        }
    }

    /// Fills a polygon with one colour.
    pub(super) fn flat(&mut self, polygon: &[(f32, f32)], colour: Colour) {
        self.fill(polygon, |_, _, _| colour);
    }

    /// An ellipse around a place.
    pub(super) fn ellipse(
        &mut self,
        (x, y): (f32, f32),
        (rx, ry): (f32, f32),
        mut paint: impl FnMut(f32, Colour) -> Colour,
    ) {
        let ring = [(x - rx, y - ry), (x + rx, y - ry), (x + rx, y + ry), (x - rx, y + ry)];
        self.fill(&ring, |px, py, old| {
            let (dx, dy) = ((px - x) / rx, (py - y) / ry);
            let far = (dx * dx + dy * dy).sqrt();
            if far <= 1.0 { paint(far, old) } else { old }
        });
    }

    /// Light that falls off from a place.
    pub(super) fn glow(&mut self, at: (f32, f32), radius: f32, colour: Colour) {
        self.ellipse(at, (radius, radius), |far, old| {
            let part = (1.0 - far) * (1.0 - far);
            std::array::from_fn(|i| old[i] + colour[i] * part)
        });
    }

    /// As bytes.
    pub(super) fn to_rgb(&self) -> RgbImage {
        let mut picture = RgbImage::new(self.width as u32, self.height as u32);
        for (to, from) in picture.pixels_mut().zip(&self.pixels) {
            *to = Rgb(from.map(|c| c.clamp(0.0, 255.0) as u8));
        }
        picture
    }
}
