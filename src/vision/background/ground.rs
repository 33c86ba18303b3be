//! What a pixel has looked like for long.

use super::look::Colour;

/// Grey levels by which a pixel may differ from its ground and still be it, at least and at most;
/// within that, so many times its usual difference.
const LEAST_LEVELS: i32 = 13;
const MOST_LEVELS: i32 = 40;
const NOISE_TIMES: i32 = 5;
/// Usual difference of a picture from a ground that was not learnt from it, in eighths of a level.
const TOLD_NOISE: u8 = 26;
/// Chroma may differ by this share of what luma may.
const CHROMA_SHARE: (i32, i32) = (3, 5);
/// A ground seen for less than this is only a first guess: what lasts longer takes its place.
pub(super) const SURE_MS: u16 = 1_000;
/// Unit of the difference that [`Ground::apart`] gives: one is the bound of being the same.
pub(super) const SAME: i32 = 64;

/// What one pixel has looked like for long.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ground {
    pub(super) colour: Colour,
    /// Usual difference of the picture from it, in eighths of a grey level.
    noise: u8,
    /// Whether the pixel has looks besides.
    pub(super) busy: bool,
    /// Milliseconds it has been seen, up to [`SURE_MS`].
    pub(super) seen: u16,
    /// Milliseconds it has been seen since another look was there.
    pub(super) clear: u16,
}

impl Ground {
    pub(super) fn new(colour: Colour, seen: u16) -> Self {
        Self { colour, noise: 8, busy: false, seen: seen.min(SURE_MS), clear: 0 }
    }

    /// A ground that is known without having been seen: where the levels around it differ, so much
    /// more may the picture.
    pub(super) fn told(colour: Colour, slope: u8, busy: bool) -> Self {
        let noise = TOLD_NOISE.saturating_add(slope).min(64);
        Self { noise, busy, ..Self::new(colour, SURE_MS) }
    }

    /// Grey levels by which luma may differ.
    fn levels(&self) -> i32 {
        (i32::from(self.noise) * NOISE_TIMES / 8).clamp(LEAST_LEVELS, MOST_LEVELS)
    }

    /// How far a colour lies off, the bound of being the same counted as [`SAME`].
    pub(super) fn apart(&self, colour: Colour) -> i32 {
        colour.apart(self.colour, self.levels())
    }

    /// Whether a colour lies nearer than [`SAME`]: nearly every pixel is asked, and this needs no
    /// division.
    pub(super) fn shows(&self, colour: Colour) -> bool {
        colour.off(self.colour) < self.levels() * 256
    }

    /// The pixel shows its ground: takes up a share (of 65536) of the difference.
    pub(super) fn blend(&mut self, now: Colour, share: i32, dt: u16) {
        let off = (i32::from(now.y) - i32::from(self.colour.y)).abs() / 32;
        self.usual(off.min(255));
        self.colour.blend(now, share);
        self.seen = (self.seen + dt).min(SURE_MS);
    }

    /// The pixel shows what passes: a place where much passes or sways is less telling.
    pub(super) fn disturbed(&mut self) {
        self.usual(MOST_LEVELS * 8 / NOISE_TIMES);
    }

    /// Moves the usual difference a sixty-fourth of the way, by a whole eighth at least now and then.
    fn usual(&mut self, off: i32) {
        let noise = i32::from(self.noise);
        // Rises and falls by single steps: a robust estimate of the middle of the differences.
        let step = i32::from(off > noise) - i32::from(off * 2 < noise);
        self.noise = (noise + step).clamp(2, 64) as u8;
    }

    /// Whether it has been seen for long enough to be believed.
    pub(super) fn is_sure(&self) -> bool {
        self.seen >= SURE_MS
    }
}

impl Colour {
    /// How far apart two colours are where luma may differ by `levels`, in units of [`SAME`].
    pub(super) fn apart(self, other: Self, levels: i32) -> i32 {
        self.off(other) * SAME / (levels * 256)
    }

    /// Difference of luma, or that of chroma counted as luma's where it is more; 256 steps a level.
    fn off(self, other: Self) -> i32 {
        let y = (i32::from(self.y) - i32::from(other.y)).abs();
        let u = (i32::from(self.u) - i32::from(other.u)).abs();
        let v = (i32::from(self.v) - i32::from(other.v)).abs();
        let chroma = u.max(v) * CHROMA_SHARE.1 / CHROMA_SHARE.0;
        y.max(chroma)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_shows_lies_nearer_than_the_bound(
            a in any::<[u8; 3]>(), off in -60i32..60, chroma in -30i32..30, noise in 2u8..=64,
        ) {
            let near = |v: u8, by: i32| (i32::from(v) + by).clamp(0, 255) as u8;
            let mut ground = Ground::new(Colour::new(a[0], a[1], a[2]), SURE_MS);
            ground.noise = noise;
            let now = Colour::new(near(a[0], off), near(a[1], chroma), a[2]);
            prop_assert_eq!(ground.shows(now), ground.apart(now) < SAME);
        }
    }
}
