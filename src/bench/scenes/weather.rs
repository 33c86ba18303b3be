//! What light, weather, wind and the camera do to a picture.

use super::canvas::Canvas;
use super::random::{Random, at};
use crate::vision::BBox;

/// What light, weather, wind and the camera do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weather {
    pub(super) night: bool,
    pub(super) rain: bool,
    /// Standard deviation of the camera's shake, pixels.
    pub(super) shake: f32,
    /// Whether the lens is a little out of focus.
    pub(super) blur: bool,
    /// Standard deviation of the sensor's noise, of 255.
    pub(super) noise: f32,
}

impl Default for Weather {
    fn default() -> Self {
        Self { night: false, rain: false, shake: 0.0, blur: false, noise: 2.5 }
    }
}

/// How one picture lies against the still one: turned and moved about its middle.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Jolt {
    pub(super) dx: f32,
    pub(super) dy: f32,
    pub(super) turn: f32,
}

impl Jolt {
    /// Swaying in the wind: a few slow waves and a tremor.
    pub(super) fn at(t: f32, amount: f32, random: &mut Random) -> Self {
        if amount <= 0.0 {
            return Self::default();
        }
        let wave = |speed: f32, phase: f32| (t * speed + phase).sin();
        Self {
            dx: amount * (wave(5.3, 0.3) + 0.5 * wave(11.9, 1.0) + 0.25 * random.normal()),
            dy: amount * (0.7 * wave(6.7, 2.0) + 0.4 * wave(13.1, 0.2) + 0.25 * random.normal()),
            turn: amount * 0.0006 * wave(4.1, 0.9),
        }
    }

    /// Where a point of the still picture is now.
    fn moved(self, (x, y): (f32, f32), (w, h): (f32, f32)) -> (f32, f32) {
        let (cx, cy) = (x - w / 2.0, y - h / 2.0);
        (w / 2.0 + cx - cy * self.turn + self.dx, h / 2.0 + cy + cx * self.turn + self.dy)
    }

    /// Where a box of the still picture is now.
    pub(super) fn moved_box(self, b: BBox, size: (f32, f32)) -> BBox {
        let ((x1, y1), (x2, y2)) = (self.moved((b.x1, b.y1), size), self.moved((b.x2, b.y2), size));
        BBox { x1, y1, x2, y2 }
    }
}

/// The scene's light before lamps are drawn on it.
pub(super) fn darken(canvas: &mut Canvas) {
    for pixel in &mut canvas.pixels {
        let grey = (pixel[0] + pixel[1] + pixel[2]) / 3.0;
        *pixel = [
            (0.6 * grey + 0.4 * pixel[0]) * 0.24 + 6.0,
            (0.6 * grey + 0.4 * pixel[1]) * 0.25 + 7.0,
            (0.6 * grey + 0.4 * pixel[2]) * 0.29 + 10.0,
        ];
    }
}

/// The finished picture: rain, shake, blur, noise. Gives how it lies.
pub(super) fn finish(
    canvas: &mut Canvas,
    weather: Weather,
    t: f32,
    random: &mut Random,
    noise: &Noise,
) -> Jolt {
    if weather.rain {
        rain(canvas, random);
    }
    let jolt = Jolt::at(t, weather.shake, random);
    if jolt != Jolt::default() {
        shift(canvas, jolt);
    }
    if weather.blur {
        soften(canvas);
    }
    let sigma = weather.noise * if weather.night { 2.2 } else { 1.0 };
    noise.add(canvas, sigma, random);
    jolt
}

fn rain(canvas: &mut Canvas, random: &mut Random) {
    for pixel in &mut canvas.pixels {
        *pixel = pixel.map(|c| c * 0.82 + 24.0);
    }
    let (w, h) = (canvas.width, canvas.height);
    for _ in 0..260 {
        let (x, y) = (random.unit() * w as f32, random.unit() * h as f32);
        let length = 8.0 + 14.0 * random.unit();
        for i in 0..length as usize {
            let (px, py) = ((x + i as f32 * 0.18) as usize, (y + i as f32) as usize);
            if px < w && py < h {
                let pixel = &mut canvas.pixels[py * w + px];
                *pixel = pixel.map(|c| c * 0.75 + 50.0);
            }
        }
    }
}

fn shift(canvas: &mut Canvas, jolt: Jolt) {
    let still = canvas.clone();
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let back = Jolt { dx: -jolt.dx, dy: -jolt.dy, turn: -jolt.turn };
    for y in 0..canvas.height {
        for x in 0..canvas.width {
            let (sx, sy) = back.moved((x as f32, y as f32), (w, h));
            canvas.pixels[y * canvas.width + x] = sample(&still, sx, sy);
        }
    }
}

/// The colour between pixels; the border goes on outside.
pub(super) fn sample(canvas: &Canvas, x: f32, y: f32) -> [f32; 3] {
    let (x, y) =
        (x.clamp(0.0, canvas.width as f32 - 1.001), y.clamp(0.0, canvas.height as f32 - 1.001));
    let (ix, iy, fx, fy) = (x as usize, y as usize, x.fract(), y.fract());
    let at = |dx: usize, dy: usize| canvas.pixels[(iy + dy) * canvas.width + ix + dx];
    let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
    std::array::from_fn(|i| {
        (a[i] * (1.0 - fx) + b[i] * fx) * (1.0 - fy) + (c[i] * (1.0 - fx) + d[i] * fx) * fy
    })
}

fn soften(canvas: &mut Canvas) {
    let still = canvas.clone();
    let w = canvas.width;
    for y in 1..canvas.height - 1 {
        for x in 1..w - 1 {
            let sum = |i: usize| {
                let row = |r: usize| {
                    still.pixels[r * w + x - 1][i]
                        + 2.0 * still.pixels[r * w + x][i]
                        + still.pixels[r * w + x + 1][i]
                };
                (row(y - 1) + 2.0 * row(y) + row(y + 1)) / 16.0
            };
            canvas.pixels[y * w + x] = [sum(0), sum(1), sum(2)];
        }
    }
}

/// Noise made once and laid anew over each picture.
#[derive(Debug)]
pub(super) struct Noise(Vec<f32>);

impl Noise {
    /// As much as is needed for a picture of some pixels.
    pub(super) fn new(pixels: usize) -> Self {
        let length = pixels + 65_536;
        // The sum of four is near enough to normal; its deviation is √(4/12).
        let value = |i: i32| (0..4).map(|k| at(i, k, 31)).sum::<f32>() - 2.0;
        Self((0..length as i32).map(|i| value(i) * 1.732).collect())
    }

    fn add(&self, canvas: &mut Canvas, sigma: f32, random: &mut Random) {
        let from = random.below(65_536);
        for (pixel, n) in canvas.pixels.iter_mut().zip(&self.0[from..]) {
            *pixel = pixel.map(|c| c + sigma * n);
        }
    }
}
