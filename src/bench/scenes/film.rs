//! Draws a scenario, picture by picture, with what a detector would have seen.

use super::body;
use super::canvas::Canvas;
use super::encode::{Encoder, left_out};
use super::error::SceneError;
use super::ground::{lamps, street};
use super::random::Random;
use super::scenario::{Lamp, Scenario};
use super::seen::seen;
use super::view::SIZE;
use super::weather::{Noise, darken, finish};
use crate::pipeline::BoxLine;
use image::RgbImage;
use std::path::Path;

/// What drawing needs that all scenarios share.
pub(super) struct Studio {
    day: Canvas,
    night: Canvas,
    noise: Noise,
}

impl Studio {
    pub(super) fn new() -> Self {
        let day = street();
        let mut night = day.clone();
        darken(&mut night);
        Self { day, night, noise: Noise::new((SIZE.0 * SIZE.1) as usize) }
    }

    /// Writes a scenario's clip; gives what a detector would have seen, a line a picture.
    pub(super) fn film(&self, s: &Scenario, path: &Path) -> Result<Vec<BoxLine>, SceneError> {
        let mut encoder = Encoder::new(path, SIZE, s.fps, s.varying)?;
        let mut light = Random::named(&format!("{} light", s.name));
        let mut eyes = Random::named(&format!("{} eyes", s.name));
        let mut lines = Vec::new();
        let mut last: Option<RgbImage> = None;
        for number in 0..(s.seconds * s.fps as f32).round() as u32 {
            let t = number as f32 / s.fps as f32;
            if let Some(last) = last.as_ref().filter(|_| s.varying && left_out(number)) {
                // It will be dropped; only its place in the row counts.
                encoder.write(last)?;
                continue;
            }
            let mut canvas = self.draw(s, t, &mut light);
            let jolt = finish(&mut canvas, s.weather, t, &mut light, &self.noise);
            let picture = canvas.to_rgb();
            encoder.write(&picture)?;
            last = Some(picture);
            let size = (SIZE.0 as f32, SIZE.1 as f32);
            let boxes = seen(&s.actors, t, size, s.weather, jolt, &mut eyes);
            lines.push(BoxLine { t: f64::from(number) / f64::from(s.fps), boxes });
        }
        encoder.finish()?;
        Ok(lines)
    }

    fn draw(&self, s: &Scenario, t: f32, random: &mut Random) -> Canvas {
        let mut canvas = if s.weather.night { self.night.clone() } else { self.day.clone() };
        let mut there: Vec<_> = s.actors.iter().filter_map(|a| Some((a, a.pose(t)?))).collect();
        // The furthest first.
        there.sort_by(|a, b| b.1.y.total_cmp(&a.1.y));
        if s.weather.night {
            // Bodies are dark too; only lamps are not: drawn by day on the night's ground, then dimmed.
            let mut lit = canvas.clone();
            for (actor, pose) in &there {
                body::draw(&mut lit, actor, *pose);
            }
            for (pixel, (new, old)) in
                canvas.pixels.iter_mut().zip(lit.pixels.iter().zip(&self.night.pixels))
            {
                let changed = new.iter().zip(old).any(|(a, b)| (a - b).abs() > 0.01);
                if changed {
                    *pixel = new.map(|c| c * 0.34 + 6.0);
                }
            }
            for (actor, pose) in &there {
                body::lights(&mut canvas, actor.body, *pose);
            }
        } else {
            for (actor, pose) in &there {
                body::draw(&mut canvas, actor, *pose);
            }
        }
        if let Some(lamp) = s.lamp(t) {
            let flicker = if s.flicker { 0.45 + 0.55 * random.unit() } else { 1.0 };
            light_up(&mut canvas, lamp, flicker, s.weather.night);
        }
        canvas
    }
}

fn light_up(canvas: &mut Canvas, lamp: Lamp, bright: f32, night: bool) {
    const COLOURS: [[f32; 3]; 3] =
        [[255.0, 48.0, 36.0], [255.0, 176.0, 30.0], [40.0, 240.0, 150.0]];
    let (places, radius) = lamps();
    for (i, place) in places.into_iter().enumerate() {
        let on = matches!((i, lamp), (0, Lamp::Red) | (1, Lamp::Amber) | (2, Lamp::Green));
        let dim = if night { 14.0 } else { 38.0 };
        canvas.ellipse(place, (radius, radius), |far, _| {
            if !on {
                return [dim; 3];
            }
            // The middle of a lamp is overexposed.
            let white = (1.0 - far * 1.6).max(0.0) * if night { 0.9 } else { 0.4 };
            COLOURS[i].map(|c| (c + (255.0 - c) * white) * bright)
        });
        if on && night {
            canvas.glow(place, radius * 3.6, COLOURS[i].map(|c| c * 0.55 * bright));
        }
    }
}
