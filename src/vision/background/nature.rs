//! What a blob is: something that appeared, ground that was uncovered, or a play of the light.
//!
//! Something that was taken away (a "ghost") is told by its rim: what stands there now goes over
//! into what lies around, and the learnt ground does not; see R. Cucchiara et al., "Detecting moving
//! objects, ghosts, and shadows in video streams", IEEE TPAMI 25(10), 2003. Light and shadow let the
//! ground's own texture show through, which correlation finds whatever the light's strength.

use super::blob::Blob;
use super::look::Colour;
use super::pixels::Pixels;

/// Levels of deviation from which the ground has a texture that can show through…
const TEXTURED: f32 = 4.0;
/// …and the correlation from which it does.
const SHOWS: f32 = 0.75;
/// Where chroma is as it was, the ratio of the light is that of a shadow or lamp, and this many
/// pixels tell, less correlation will do.
const SHOWS_PALE: f32 = 0.5;
const PALE_PIXELS: f64 = 120.0;
const PALE: std::ops::RangeInclusive<f32> = 0.38..=1.8;
/// On even ground, a shadow leaves this share of the light…
const SHADOW: std::ops::RangeInclusive<f32> = 0.42..=0.96;
/// …with chroma and evenness as they were, within these levels.
const SAME_CHROMA: f32 = 4.0;
const SHADOW_EVEN: f32 = 5.0;
/// A rim that differs from the ground by no more than these levels, and by less than this share of
/// the inside, is soft: light. Of a wide one, whose rim is told by many pixels, the share is enough.
const SOFT_LEVELS: f32 = 26.0;
const SOFT_SHARE: f32 = 0.5;
const WIDE_PIXELS: usize = 300;
const WIDE_SHARE: f32 = 0.58;
/// Rims differ by this ratio where it can be told on which side the edge is.
const RIM_RATIO: f32 = 1.2;
/// Pixels outside the rim that what lies around is taken from.
const AROUND: [isize; 2] = [3, 4];
/// A blob of fewer pixels is a speck: its rim is all there is of it, and noise makes such rims.
const SPECK_PIXELS: usize = 16;
/// Of a blob, no more pixels are looked at than about this.
const MOST_SAMPLES: usize = 4_000;

/// What a standing change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nature {
    /// Something stands where nothing stood.
    Appeared,
    /// Something that stood there was taken away.
    Uncovered,
    /// Light or shadow on the same ground.
    Light,
    /// Cannot be told.
    #[default]
    Unclear,
}

/// Judges a blob by what stands there and its ground.
pub(super) fn nature(pixels: &Pixels, labels: &[i32], blob: &Blob, time: u32) -> Nature {
    if blob.area < SPECK_PIXELS {
        return Nature::Unclear;
    }
    let Some(inside) = Inside::of(pixels, labels, blob, time) else { return Nature::Unclear };
    if inside.is_light() {
        return Nature::Light;
    }
    let rim = Rim::of(pixels, labels, blob, time);
    if rim.pixels < 6 {
        return Nature::Unclear;
    }
    let (now, before) = (rim.now / rim.pixels as f32, rim.before / rim.pixels as f32);
    let change = rim.change / rim.pixels as f32;
    let soft = if blob.area >= WIDE_PIXELS {
        change <= WIDE_SHARE * inside.change
    } else {
        change <= SOFT_LEVELS && change <= SOFT_SHARE * inside.change
    };
    if soft && inside.chroma <= SAME_CHROMA {
        return Nature::Light;
    }
    if now > RIM_RATIO * before + 1.0 {
        Nature::Appeared
    } else if before > RIM_RATIO * now + 1.0 {
        Nature::Uncovered
    } else {
        Nature::Unclear
    }
}

fn levels(a: Colour, b: Colour) -> f32 {
    let off = |a: u16, b: u16| f32::from(a.abs_diff(b)) / 256.0;
    off(a.y, b.y) + off(a.u, b.u) + off(a.v, b.v)
}

/// What stands, beside its ground, over a blob's pixels.
struct Inside {
    mean: (f32, f32),
    deviation: (f32, f32),
    correlation: f32,
    pixels: f64,
    chroma: f32,
    /// Difference that four fifths of the pixels keep below.
    change: f32,
}

impl Inside {
    fn of(pixels: &Pixels, labels: &[i32], blob: &Blob, time: u32) -> Option<Self> {
        let (x1, y1, x2, y2) = blob.bounds;
        let width = pixels.size.0;
        let step = (blob.area / MOST_SAMPLES + 1).min(8);
        let (mut n, mut a, mut b, mut aa, mut bb, mut ab) = (0.0_f64, 0.0, 0.0, 0.0, 0.0, 0.0);
        let mut chroma = (0.0, 0.0);
        let mut changes = Vec::with_capacity(blob.area / step + 1);
        for y in y1..y2 {
            for x in (x1 + y % step..x2).step_by(step) {
                let i = y * width + x;
                if labels[i] != blob.label || pixels.standing[i] == 0 {
                    continue;
                }
                let (now, before) = (pixels.still(i, time), pixels.ground[i].colour);
                let (p, q) = (f64::from(now.y) / 256.0, f64::from(before.y) / 256.0);
                n += 1.0;
                a += p;
                b += q;
                aa += p * p;
                bb += q * q;
                ab += p * q;
                let signed = |a: u16, b: u16| (f64::from(a) - f64::from(b)) / 256.0;
                chroma.0 += signed(now.u, before.u);
                chroma.1 += signed(now.v, before.v);
                changes.push(levels(now, before));
            }
        }
        if n < 8.0 {
            return None;
        }
        let var = |s: f64, ss: f64| (ss / n - (s / n).powi(2)).max(0.0);
        let (va, vb) = (var(a, aa), var(b, bb));
        let both = ab / n - a / n * (b / n);
        let at = changes.len() * 4 / 5;
        let (_, change, _) = changes.select_nth_unstable_by(at, f32::total_cmp);
        Some(Self {
            pixels: n,
            mean: ((a / n) as f32, (b / n) as f32),
            deviation: (va.sqrt() as f32, vb.sqrt() as f32),
            correlation: (both / (va * vb).sqrt().max(1e-6)) as f32,
            chroma: (chroma.0 / n).abs().max((chroma.1 / n).abs()) as f32,
            change: *change,
        })
    }

    fn is_light(&self) -> bool {
        let ratio = self.mean.0 / self.mean.1.max(1.0);
        let pale = self.chroma <= SAME_CHROMA && PALE.contains(&ratio);
        if self.deviation.1 >= TEXTURED {
            let shows = if pale && self.pixels >= PALE_PIXELS { SHOWS_PALE } else { SHOWS };
            if self.correlation >= shows && self.deviation.0 >= 0.3 * self.deviation.1 {
                return true;
            }
        }
        SHADOW.contains(&ratio)
            && self.chroma <= SAME_CHROMA
            && self.deviation.1 <= SHADOW_EVEN
            && self.deviation.0 <= SHADOW_EVEN
    }
}

/// A blob's rim: how much what stands, and the ground, differ there from what lies around.
#[derive(Default)]
struct Rim {
    pixels: usize,
    now: f32,
    before: f32,
    /// Difference between what stands and the ground.
    change: f32,
}

impl Rim {
    fn of(pixels: &Pixels, labels: &[i32], blob: &Blob, time: u32) -> Self {
        let mut rim = Self::default();
        let (width, height) = pixels.size;
        let (x1, y1, x2, y2) = blob.bounds;
        let member = |x: isize, y: isize| {
            let there = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
            there.then(|| y as usize * width + x as usize)
        };
        let stands = |i: usize| labels[i] == blob.label && pixels.standing[i] != 0;
        for (x, y) in (y1..y2).flat_map(|y| (x1..x2).map(move |x| (x as isize, y as isize))) {
            if !member(x, y).is_some_and(stands) {
                continue;
            }
            for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                // Outwards, nothing of it may come again where what lies around is taken from.
                let at = |k: isize| member(x + k * dx, y + k * dy);
                let open = (1..=AROUND[1]).all(|k| at(k).is_some_and(|i| pixels.standing[i] == 0));
                let (true, Some(edge)) = (open, at(0)) else { continue };
                let inner = at(-1).filter(|i| stands(*i)).unwrap_or(edge);
                let (now, before) = (pixels.still(inner, time), pixels.ground[inner].colour);
                let around = AROUND.iter().filter_map(|k| at(*k));
                let around: Vec<Colour> = around.map(|i| pixels.ground[i].colour).collect();
                let mean = |of: Colour| {
                    around.iter().map(|c| levels(of, *c)).sum::<f32>() / around.len().max(1) as f32
                };
                rim.pixels += 1;
                rim.now += mean(now);
                rim.before += mean(before);
                rim.change += levels(pixels.still(edge, time), pixels.ground[edge].colour);
            }
        }
        rim
    }
}
