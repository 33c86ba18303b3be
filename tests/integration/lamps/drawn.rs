//! Traffic lights drawn into a street, by day and night, and encoded as cameras encode.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use streetward::vision::BBox;

pub const SIZE: (u32, u32) = (480, 270);
pub const FPS: u32 = 25;

/// What the picture is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    Day,
    /// Low sun: the unlit lenses shine dully.
    Sun,
    Night,
    /// Night with a halo larger than the head.
    Glow,
    /// White cores with a narrow halo.
    Overexposed,
    /// LEDs dark in every third picture, by day.
    Flicker,
    /// Rain and haze: a third of the contrast.
    Haze,
}

/// A head: left top, width and height of its housing, one of three shades of each colour.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub at: (f32, f32),
    pub size: (f32, f32),
    pub shade: usize,
    pub arrow: bool,
}

impl Head {
    pub fn bbox(&self) -> BBox {
        let ((x, y), (w, h)) = (self.at, self.size);
        BBox { x1: x, y1: y, x2: x + w, y2: y + h }
    }

    fn lamp(&self, i: usize) -> (f32, f32, f32) {
        let ((x, y), (w, h)) = (self.at, self.size);
        let step = (i as f32 + 0.5) / 3.0;
        if h >= w {
            (x + w / 2.0, y + h * step, (w / 2.0).min(h / 6.0) * 0.85)
        } else {
            (x + w * step, y + h / 2.0, (h / 2.0).min(w / 6.0) * 0.85)
        }
    }

    /// The box of lamp `i` (red, amber, green).
    pub fn lamp_box(&self, i: usize) -> BBox {
        let (x, y, r) = self.lamp(i);
        BBox { x1: x - r, y1: y - r, x2: x + r, y2: y + r }
    }
}

type Rgb = [f32; 3];

/// Red, amber and green in three shades each: as named, as LEDs look to most sensors, extreme.
const SHADES: [[Rgb; 3]; 3] = [
    [[255.0, 30.0, 25.0], [255.0, 0.0, 75.0], [255.0, 55.0, 35.0]],
    [[255.0, 165.0, 15.0], [255.0, 140.0, 0.0], [255.0, 190.0, 40.0]],
    [[10.0, 250.0, 70.0], [0.0, 245.0, 165.0], [50.0, 255.0, 235.0]],
];
const LENSES: [Rgb; 3] = [[80.0, 28.0, 26.0], [78.0, 60.0, 28.0], [28.0, 66.0, 50.0]];

fn noise(x: u32, y: u32, k: u32) -> f32 {
    let mut h = x.wrapping_mul(374_761_393) ^ y.wrapping_mul(668_265_263) ^ k.wrapping_mul(97);
    h = (h ^ (h >> 13)).wrapping_mul(1_274_126_177);
    ((h ^ (h >> 16)) & 0xffff) as f32 / 65_535.0 - 0.5
}

/// The street without lights: sky above, walls and trees below.
fn street(x: u32, y: u32, light: Light) -> Rgb {
    let grain = noise(x / 2, y / 2, 1) * 26.0 + noise(x / 9, y / 7, 2) * 40.0;
    let day = if y < 60 {
        [196.0, 208.0, 226.0]
    } else if (x / 60).is_multiple_of(3) {
        [70.0 + grain, 92.0 + grain * 1.3, 52.0 + grain * 0.8] // trees
    } else if (x / 60) % 3 == 1 {
        [140.0 + grain, 102.0 + grain, 88.0 + grain] // brick
    } else {
        [128.0 + grain, 126.0 + grain, 124.0 + grain]
    };
    match light {
        Light::Night | Light::Glow => day.map(|v| v * 0.09 + 5.0),
        Light::Overexposed => day.map(|v| v * 0.35 + 5.0),
        _ => day,
    }
}

/// One picture after another, RGB.
pub struct Painter {
    light: Light,
    heads: Vec<Head>,
    street: Vec<Rgb>,
}

impl Painter {
    pub fn new(heads: &[Head], light: Light) -> Self {
        let rows = (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (x, y)));
        let street = rows.map(|(x, y)| street(x, y, light)).collect();
        Self { light, heads: heads.to_vec(), street }
    }

    /// Picture number `k`; `lit[i]` says which of red, amber and green are on.
    pub fn picture(&self, lit: [bool; 3], k: u32) -> Vec<u8> {
        let dark = self.light == Light::Flicker && k % 3 == 1;
        let lit = if dark { [false; 3] } else { lit };
        let mut picture = self.street.clone();
        for head in &self.heads {
            let b = head.bbox();
            let near = b.width().min(b.height()) * 1.2;
            let span = |from: f32, to: f32, most: u32| {
                (from - near).max(0.0) as u32..((to + near).ceil() as u32).min(most)
            };
            for y in span(b.y1, b.y2, SIZE.1) {
                for x in span(b.x1, b.x2, SIZE.0) {
                    let pixel = &mut picture[(y * SIZE.0 + x) as usize];
                    *pixel = head.over(*pixel, (x as f32 + 0.5, y as f32 + 0.5), lit, self.light);
                }
            }
        }
        let strength = if self.light == Light::Day { 7.0 } else { 12.0 };
        let mut rgb = Vec::with_capacity(picture.len() * 3);
        for (i, c) in picture.into_iter().enumerate() {
            let grain = noise(i as u32 % SIZE.0, i as u32 / SIZE.0, 100 + k) * strength;
            let c =
                if self.light == Light::Haze { c.map(|v| v.min(255.0) * 0.42 + 95.0) } else { c };
            rgb.extend(c.map(|v| (v + grain).clamp(0.0, 255.0) as u8));
        }
        rgb
    }
}

impl Head {
    /// The pixel at `p` with the head in front of what was there.
    fn over(&self, mut c: Rgb, p: (f32, f32), lit: [bool; 3], light: Light) -> Rgb {
        let b = self.bbox();
        let night = matches!(light, Light::Night | Light::Glow);
        if p.0 >= b.x1 && p.0 < b.x2 && p.1 >= b.y1 && p.1 < b.y2 {
            c = [26.0, 26.0, 28.0].map(|v| if night { v * 0.3 } else { v });
        }
        for i in 0..3 {
            let (lx, ly, r) = self.lamp(i);
            let (dx, dy) = (p.0 - lx, p.1 - ly);
            let d = dx.hypot(dy);
            let mut cover = (r - d + 0.5).clamp(0.0, 1.0);
            let lens = LENSES[i].map(|v| match light {
                Light::Night | Light::Glow => v * 0.1,
                Light::Sun => v * 1.3,
                _ => v * 0.5,
            });
            c = mix(c, lens, cover);
            if !lit[i] {
                continue;
            }
            if self.arrow {
                cover *= f32::from(u8::from(dy.abs() < r * 0.25 || dx < -r * 0.2));
            }
            let shade = SHADES[i][self.shade];
            // Core (times, plus) and halo (radius, strength).
            let (times, plus, radius, halo) = match light {
                Light::Overexposed => (2.2, 170.0, 1.7, 0.75),
                Light::Glow => (1.6, 110.0, 3.4, 0.7),
                Light::Night => (1.1, 25.0, 1.6, 0.3),
                _ => (0.88, 18.0, 1.0, 0.0),
            };
            c = mix(c, shade.map(|v| v * times + plus), cover);
            let halo = (-(d / (radius * r)).powi(2)).exp() * halo;
            c = [0, 1, 2].map(|n| c[n] + shade[n] * halo);
        }
        c
    }
}

fn mix(a: Rgb, b: Rgb, share: f32) -> Rgb {
    [0, 1, 2].map(|n| a[n] * (1.0 - share) + b[n] * share)
}

/// Encodes pictures as H.264 at this quality (CRF), 4:2:0.
pub fn encode(
    folder: &Path,
    name: &str,
    crf: u32,
    pictures: impl Iterator<Item = Vec<u8>>,
) -> PathBuf {
    let target = folder.join(name);
    let size = format!("{}x{}", SIZE.0, SIZE.1);
    let (fps, crf) = (FPS.to_string(), crf.to_string());
    let mut ffmpeg = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", &size])
        .args(["-r", &fps, "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", &crf])
        .args(["-pix_fmt", "yuv420p", "-g", "50"])
        .arg(&target)
        .stdin(Stdio::piped())
        .spawn()
        .expect("ffmpeg runs");
    let mut stdin = ffmpeg.stdin.take().unwrap();
    for picture in pictures {
        stdin.write_all(&picture).unwrap();
    }
    drop(stdin);
    assert!(ffmpeg.wait().unwrap().success(), "{name}");
    target
}
