//! What a camera normally shows, learnt from its own pictures, and how a picture differs from that.
//!
//! *Covered* is a part of the view whose texture is gone, and whose coarse light and dark is gone too;
//! haze and dusk weaken both alike and leave the pattern. *Out of focus* is a view whose fine detail is
//! gone while its coarse light and dark is as it was: haze, rain and night weaken what is coarse with
//! what is fine, and noise adds to what is fine.

use super::cover::{Cover, Sign};
use super::crisp::Crisp;
use super::tiles::{TILES, Tiles};
use crate::media::MediaTime;

/// Seconds and pictures until what was learnt is used.
const LEARN_SECONDS: f64 = 1.0;
const LEARN_PICTURES: u32 = 4;
/// What is learnt follows the light in about this time, in seconds.
const FOLLOW_SECONDS: f64 = 40.0;
/// Once known for so many seconds, it follows a difference no faster than one of so many grey levels and this share.
const KNOWN_SECONDS: f64 = 6.0;
const STEP_LEVELS: f32 = 2.0;
const STEP_SHARE: f32 = 0.15;
/// A tile has texture from this many grey levels on…
const TEXTURE: f32 = 5.0;
/// …and has lost it below this share of what it had.
const LOST: f32 = 0.35;
/// Grain from which its loss is a sign too, though a weak one: encoders and cameras smooth it away.
const GRAIN: f32 = 0.8;
/// How the light changed is told by at least so many tiles that kept their texture.
const SEEN_TILES: usize = 8;
/// A tile without texture has something before it where its light is off by so many grey levels.
const OTHER_LIGHT: f32 = 15.0;
/// Where this share or more of the pattern of light and dark is left in what lost its texture, it is
/// haze or darkness.
const PATTERN: f32 = 0.2;
const PATTERN_LIKE: f32 = 0.6;
/// What hides the view stands still: its light changes by less, in grey levels, for the median tile.
const STANDS: f32 = 3.0;
/// Grey levels of texture under which nothing is seen anywhere, where nothing was learnt.
const NOTHING: f32 = 5.0;
/// Focus is judged by at least so many tiles of this much texture, and those that have most.
const SHARP_TILES: usize = 12;
const SHARP_TEXTURE: f32 = 9.0;
/// Where the coarse pattern is less like what it was, it is no question of focus.
const SAME_VIEW: f32 = 0.65;
/// Most tiles must say so.
const MOST: f32 = 0.7;
/// Strong blur takes the texture too, to below this share of what the light leaves, while the light
/// and dark of the whole stay above that share.
const SMEARED: f32 = 0.42;
const SMEARED_LIGHT: f32 = 0.65;

/// What a camera normally shows.
#[derive(Default)]
pub(super) struct Learnt {
    mean: Vec<f32>,
    coarse: Vec<f32>,
    fine: Vec<f32>,
    crisp: Crisp,
    first: Option<MediaTime>,
    last: Option<MediaTime>,
    pictures: u32,
    /// Mean light of the tiles in the picture before.
    before: Vec<f32>,
}

/// How a picture differs from what was learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Difference {
    /// Share of the view, 0 to 1, that something stands in front of.
    pub(super) hidden: f32,
    /// Share of the sharpness that is left, 0 to 1 and above, where it can be told.
    pub(super) sharpness: Option<f32>,
    /// How like the coarse pattern of light and dark is, −1 to 1.
    pub(super) alike: f32,
    /// Share of the texture that is left over the whole picture.
    pub(super) texture: f32,
}

impl Learnt {
    /// Whether enough was learnt.
    pub(super) fn ready(&self) -> bool {
        self.pictures >= LEARN_PICTURES
            && self.last.zip(self.first).is_some_and(|(l, f)| l.since(f) >= LEARN_SECONDS)
    }

    /// Learns from a picture that is as it should be.
    pub(super) fn learn(&mut self, time: MediaTime, tiles: &Tiles) {
        self.pictures = self.pictures.saturating_add(1);
        let first = *self.first.get_or_insert(time);
        let dt = self.last.replace(time).map_or(0.0, |last| time.since(last).clamp(0.0, 2.0));
        if self.pictures == 1 {
            self.mean = tiles.mean.to_vec();
            self.coarse = tiles.coarse.to_vec();
            self.fine = tiles.fine.to_vec();
            self.crisp.learn(tiles, 1.0);
            return;
        }
        // A plain mean at first, then one that forgets.
        let age = time.since(first).clamp(1e-3, FOLLOW_SECONDS);
        let share = (dt / age).clamp(0.0, 0.5) as f32;
        self.crisp.learn(tiles, share);
        for (to, from) in [
            (&mut self.mean, &tiles.mean),
            (&mut self.coarse, &tiles.coarse),
            (&mut self.fine, &tiles.fine),
        ] {
            // Bounded steps: what passes leaves hardly a trace, as in a median.
            to.iter_mut().zip(from).for_each(|(to, from)| {
                let known = age >= KNOWN_SECONDS;
                let most = if known { STEP_LEVELS + STEP_SHARE * *to } else { f32::MAX };
                *to += (from - *to).clamp(-most, most) * share;
            });
        }
    }

    /// How the picture differs from what was learnt; `None` before enough was.
    pub(super) fn compare(&mut self, tiles: &Tiles) -> Option<Difference> {
        let still = self.stands(tiles);
        if !self.ready() {
            return None;
        }
        let all = self.fit(tiles, |_| true);
        Some(Difference {
            hidden: if still { self.hidden(tiles) } else { 0.0 },
            sharpness: least(self.sharpness(tiles, all), self.crisp.left(tiles)),
            alike: all.alike,
            texture: tiles.coarse.iter().sum::<f32>() / self.coarse.iter().sum::<f32>().max(1.0),
        })
    }

    /// Whether hardly anything is to be seen anywhere, nothing having been learnt.
    pub(super) fn nothing(tiles: &Tiles) -> bool {
        tiles.coarse.iter().all(|&c| c < NOTHING)
    }

    /// Whether the median tile is as bright as a moment before.
    fn stands(&mut self, tiles: &Tiles) -> bool {
        let mut changes: Vec<f32> =
            self.before.iter().zip(&tiles.mean).map(|(a, b)| (a - b).abs()).collect();
        self.before.clear();
        self.before.extend_from_slice(&tiles.mean);
        median(&mut changes).is_some_and(|change| change < STANDS)
    }

    /// Share of the view that something stands in front of.
    fn hidden(&self, tiles: &Tiles) -> f32 {
        let textured = |t: usize| self.coarse[t] >= TEXTURE;
        let lost = |t: usize| self.coarse[t] >= GRAIN && tiles.coarse[t] < LOST * self.coarse[t];
        let kept = |t: usize| textured(t) && !lost(t);
        // How the light changed, from where the view is still to be seen.
        let seen = (0..TILES).filter(|&t| kept(t)).count();
        let gone = (0..TILES).filter(|&t| textured(t) && lost(t)).count();
        // Where nothing says how the light changed, plain parts tell only if all else is gone too.
        let (light, telling) = if seen >= SEEN_TILES {
            (self.fit(tiles, kept), true)
        } else {
            (Fit::NONE, gone >= 2 * seen && gone > 2)
        };
        let off =
            |t: usize| telling && (tiles.mean[t] - light.of(self.mean[t])).abs() > OTHER_LIGHT;
        let flat = |t: usize| tiles.coarse[t] < TEXTURE;
        let signs: Vec<Sign> = (0..TILES)
            .map(|t| match () {
                () if textured(t) && lost(t) => Sign::Gone,
                () if !textured(t) && flat(t) && off(t) => Sign::Gone,
                () if !textured(t) && lost(t) => Sign::Faded,
                () if !textured(t) && flat(t) && self.coarse[t] < GRAIN => Sign::Plain,
                () => Sign::There,
            })
            .collect();
        let cover = Cover::largest(&signs);
        let left = self.fit(tiles, |t| cover.holds(t));
        if left.tiles >= 4 && left.alike >= PATTERN_LIKE && left.slope >= PATTERN {
            return 0.0;
        }
        cover.share()
    }

    /// Share of the sharpness that is left.
    fn sharpness(&self, tiles: &Tiles, all: Fit) -> Option<f32> {
        if all.alike < SAME_VIEW {
            return None;
        }
        let mut by_texture: Vec<usize> =
            (0..TILES).filter(|&t| self.coarse[t] >= SHARP_TEXTURE).collect();
        by_texture.sort_unstable_by(|&a, &b| self.coarse[b].total_cmp(&self.coarse[a]));
        let few = by_texture.len();
        if few < SHARP_TILES {
            return None;
        }
        by_texture.truncate(few.clamp(SHARP_TILES, TILES / 3));
        // Noise, as the plainest tiles have it, is no detail.
        let (noise_was, noise_is) = (noise(&self.fine), noise(&tiles.fine));
        let less = |v: f32, noise: f32| (v * v - noise * noise).max(0.01).sqrt();
        let mut left: Vec<f32> = by_texture
            .iter()
            .map(|&t| {
                let fine = less(tiles.fine[t], noise_is) / less(self.fine[t], noise_was);
                let coarse = tiles.coarse[t] / self.coarse[t];
                let smeared = coarse / all.slope.max(SMEARED_LIGHT);
                if all.slope > SMEARED_LIGHT && smeared < SMEARED {
                    smeared
                } else {
                    fine / coarse.max(0.05)
                }
            })
            .collect();
        let place = ((left.len() as f32 * MOST) as usize).min(left.len() - 1);
        let (_, value, _) = left.select_nth_unstable_by(place, f32::total_cmp);
        Some(*value)
    }

    /// The straight line from the light that tiles had to the light they have.
    fn fit(&self, tiles: &Tiles, which: impl Fn(usize) -> bool) -> Fit {
        let (mut n, mut sx, mut sy) = (0_usize, 0.0_f32, 0.0_f32);
        let (mut xx, mut yy, mut xy) = (0.0_f32, 0.0_f32, 0.0_f32);
        for t in (0..TILES).filter(|&t| which(t)) {
            let (x, y) = (self.mean[t] - 128.0, tiles.mean[t] - 128.0);
            n += 1;
            (sx, sy) = (sx + x, sy + y);
            (xx, yy, xy) = (xx + x * x, yy + y * y, xy + x * y);
        }
        if n < 2 {
            return Fit { tiles: n, ..Fit::NONE };
        }
        let m = n as f32;
        let (vx, vy, c) = (xx - sx * sx / m, yy - sy * sy / m, xy - sx * sy / m);
        // A pattern of less than two levels is none.
        let flat = 4.0 * m;
        if vx < flat {
            return Fit { tiles: n, ..Fit::NONE };
        }
        let slope = c / vx;
        let alike = if vy < flat / 4.0 { 0.0 } else { c / (vx * vy).sqrt() };
        let offset = (sy - slope * sx) / m;
        Fit { tiles: n, slope, offset, alike }
    }
}

/// How the light of some tiles changed: `is = slope·was + offset`, both from mid-grey.
#[derive(Debug, Clone, Copy)]
struct Fit {
    tiles: usize,
    slope: f32,
    offset: f32,
    /// Correlation.
    alike: f32,
}

impl Fit {
    const NONE: Self = Self { tiles: 0, slope: 1.0, offset: 0.0, alike: 0.0 };

    fn of(&self, was: f32) -> f32 {
        (was - 128.0) * self.slope + self.offset + 128.0
    }
}

/// Fine detail of the plainest tiles.
fn noise(fine: &[f32]) -> f32 {
    let mut sorted = fine.to_vec();
    let place = sorted.len() / 20;
    let (_, value, _) = sorted.select_nth_unstable_by(place, f32::total_cmp);
    *value
}

/// The lesser of what is known.
fn least(a: Option<f32>, b: Option<f32>) -> Option<f32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn median(values: &mut [f32]) -> Option<f32> {
    if values.is_empty() {
        return None;
    }
    let middle = values.len() / 2;
    let (_, median, _) = values.select_nth_unstable_by(middle, f32::total_cmp);
    Some(*median)
}
