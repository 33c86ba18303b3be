//! What one picture of a head shows.
//!
//! Colour decides: the samples that are strong in chroma and bright are the lamp or its halo, and
//! they must agree. A white core says nothing; around it the halo does. Then everything that is no
//! lamp is doubted: what is as colourful around the head as in it (leaves, walls, awnings), what
//! does not stand out in brightness (a lens in the sun), what lies where that lamp cannot be.

use super::cell::Cell;
use super::colour::Colour;
use super::places::Places;

/// Chroma of the lit samples on average, below which a colour is a tint.
const LEAST_CHROMA: f32 = 26.0;
/// Chroma of a single sample below which it is grey.
const GREY: f32 = 16.0;
/// Samples at least so strong, as a share of the strongest, belong to what is lit.
const LIT_SHARE: f32 = 0.45;
/// Lumas between which a sample is more and more overexposed, and what its colour is worth then.
const OVEREXPOSED: (f32, f32) = (180.0, 215.0);
const OVEREXPOSED_WORTH: f32 = 0.2;
/// Lit samples stand out from the dark quarter around them by this much.
const LEAST_CONTRAST: f32 = 20.0;
/// How many times as colourful as its surroundings a lamp is.
const STANDS_OUT: f32 = 1.8;
/// A lamp lies in its box: of what has its colour and strength, at most this much, as a share of
/// what is inside, is around it.
const MOST_OUTSIDE: f32 = 0.8;
/// A lamp is round, a kerb or a pole is not: length over width of what is lit, at most, where it is
/// of so many samples that this can be told.
const MOST_LONG: f32 = 3.0;
const LONG_SAMPLES: usize = 8;
/// A halo larger than its head has a core that is this bright, and brighter than the dark by so
/// much.
const CORE_VALUE: f32 = 225.0;
const CORE_CONTRAST: f32 = 60.0;
/// A lamp is not much darker than the brightest tenth around it; a lens in the sun is.
const BRIGHT_SHARE: f32 = 0.65;
const BRIGHT_LEAST: f32 = 55.0;
/// Tones that are lit: the three colours, orange, any other.
const TONES: usize = 5;
const ORANGE: usize = 3;
const OTHER: usize = 4;

/// Why no lamp is seen lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// The head does not lie in the picture.
    Outside,
    /// Nothing there has a colour, or hardly any.
    Pale,
    /// Colours that are no one lamp's.
    Mixed,
    /// The colour goes on around the head, or does not stand out: no lamp.
    Spread,
    /// It is darker than what is around it: a lens, not a lamp.
    Dull,
    /// It lies where that lamp cannot be.
    Misplaced,
}

/// What one picture of a head shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glimpse {
    /// The colour lit, or why none is told.
    pub lit: Result<Colour, Doubt>,
    /// For red, amber and green: how much of it there is, 0 to 255, averaged over the head.
    pub strength: [f32; 3],
    /// The brightest of R, G and B among the brightest samples, 0 to 255.
    pub brightest: f32,
    /// The largest chroma there is; under about 12 the picture is grey.
    pub chroma: f32,
}

impl Glimpse {
    fn nothing(doubt: Doubt) -> Self {
        Self { lit: Err(doubt), strength: [0.0; 3], brightest: 0.0, chroma: 0.0 }
    }
}

/// Sums over the lit samples of one colour.
#[derive(Debug, Clone, Copy, Default)]
struct Blob {
    weight: f32,
    chroma: f32,
    value: f32,
    at: (f32, f32),
    /// Summed squares of `at`.
    square: f32,
    count: usize,
    /// In pixels: summed positions, and their squares and product.
    pixel: (f32, f32),
    moment: (f32, f32, f32),
}

impl Blob {
    fn add(&mut self, cell: &Cell, weight: f32) {
        self.weight += weight;
        self.chroma += weight * cell.chroma;
        self.value += weight * cell.value;
        self.at.0 += weight * cell.at.0;
        self.at.1 += weight * cell.at.1;
        self.square += weight * (cell.at.0 * cell.at.0 + cell.at.1 * cell.at.1);
        let (x, y) = cell.pixel;
        self.count += 1;
        self.pixel = (self.pixel.0 + weight * x, self.pixel.1 + weight * y);
        self.moment.0 += weight * x * x;
        self.moment.1 += weight * y * y;
        self.moment.2 += weight * x * y;
    }

    /// Whether it is much longer than wide: the square roots of its covariance's eigenvalues, with
    /// a sample's own two pixels added.
    fn is_long(&self) -> bool {
        if self.count < LONG_SAMPLES {
            return false;
        }
        let (x, y) = (self.mean(self.pixel.0), self.mean(self.pixel.1));
        let own = 1.0 / 3.0;
        let xx = self.mean(self.moment.0) - x * x + own;
        let yy = self.mean(self.moment.1) - y * y + own;
        let xy = self.mean(self.moment.2) - x * y;
        let (middle, off) = (f32::midpoint(xx, yy), ((xx - yy) / 2.0).hypot(xy));
        (middle + off).sqrt() > MOST_LONG * (middle - off).max(own).sqrt()
    }

    fn mean(&self, sum: f32) -> f32 {
        if self.weight > 0.0 { sum / self.weight } else { 0.0 }
    }

    fn centre(&self) -> (f32, f32) {
        (self.mean(self.at.0), self.mean(self.at.1))
    }

    /// Root mean square distance from the centre.
    fn spread(&self) -> f32 {
        let (x, y) = self.centre();
        (self.mean(self.square) - x * x - y * y).max(0.0).sqrt()
    }
}

/// How strong a sample speaks for its colour.
fn weight(cell: &Cell) -> f32 {
    let over = ((cell.luma - OVEREXPOSED.0) / (OVEREXPOSED.1 - OVEREXPOSED.0)).clamp(0.0, 1.0);
    let worth = 1.0 - (1.0 - OVEREXPOSED_WORTH) * over;
    cell.chroma * cell.value / 255.0 * worth
}

/// What the samples of a head show.
pub(super) fn glance(cells: &[Cell], places: &Places) -> Glimpse {
    let inside = || cells.iter().filter(|c| c.inside);
    let count = inside().count();
    if count == 0 {
        return Glimpse::nothing(Doubt::Outside);
    }
    let rank = rank(count);
    let chroma = ranked(inside().map(|c| c.chroma), rank);
    let brightest = brightest(cells);
    let least = ranked(inside().map(weight), rank) * LIT_SHARE;

    let mut blobs = [Blob::default(); TONES];
    let mut strength = [0.0; 3];
    for cell in inside() {
        let weight = weight(cell);
        if let Some(colour) = cell.colour {
            strength[colour.index()] += weight / count as f32;
        }
        if cell.chroma >= GREY && weight >= least {
            let other = if cell.orange { ORANGE } else { OTHER };
            blobs[cell.colour.map_or(other, Colour::index)].add(cell, weight);
        }
    }
    let lit = judge(cells, &blobs, places);
    Glimpse { lit, strength, brightest, chroma }
}

fn judge(cells: &[Cell], blobs: &[Blob; TONES], places: &Places) -> Result<Colour, Doubt> {
    let total: f32 = blobs.iter().map(|b| b.weight).sum();
    if total <= 0.0 {
        return Err(Doubt::Pale);
    }
    let colour = dominant(blobs, total, places).ok_or(Doubt::Mixed)?;
    let blob = &blobs[colour.index()];
    let chroma = blob.mean(blob.chroma);
    if chroma < LEAST_CHROMA {
        return Err(Doubt::Pale);
    }
    stands_out(cells, colour, blob, chroma)?;
    if places.may_be(colour, blob.centre()) { Ok(colour) } else { Err(Doubt::Misplaced) }
}

/// The colour that what is lit agrees on.
fn dominant(blobs: &[Blob; TONES], total: f32, places: &Places) -> Option<Colour> {
    let [red, amber, green, orange, _] = blobs.map(|b| b.weight / total);
    if green >= 0.75 {
        return Some(Colour::Green);
    }
    if green > 0.12 {
        return None;
    }
    if red >= 0.6 || red >= 0.35 && red + orange >= 0.75 && amber <= 0.2 {
        return Some(Colour::Red);
    }
    if amber + orange >= 0.75 && amber >= 0.5 && red <= 0.2 {
        return Some(Colour::Amber);
    }
    if red >= 0.25 && red + orange + amber >= 0.8 {
        let (first, second) = (&blobs[0], &blobs[1]);
        let (at_red, at_amber) = (first.centre(), second.centre());
        let apart = (at_red.0 - at_amber.0).hypot(at_red.1 - at_amber.1);
        // An overexposed red turns yellow in its core; its halo stays red and is darker.
        let halo = apart < 0.12
            && first.mean(first.value) <= second.mean(second.value)
            && first.spread() > second.spread();
        // Red with amber: each where it should be.
        let both = places.are_apart(at_red, at_amber);
        return (halo || both).then_some(Colour::Red);
    }
    None
}

/// Whether what is lit is a lamp, or part of something larger, or a lens in the sun.
fn stands_out(cells: &[Cell], colour: Colour, blob: &Blob, chroma: f32) -> Result<(), Doubt> {
    let least = chroma * LIT_SHARE;
    let is_lit = |c: &&Cell| c.inside && c.colour == Some(colour) && c.chroma >= least;
    let dark = percentile(cells.iter().filter(|c| !is_lit(c)).map(|c| c.value), 0.25);
    let (mut around, mut strong, mut count) = (0.0, 0.0, 0.0);
    for cell in cells.iter().filter(|c| !c.inside) {
        count += 1.0;
        if cell.colour == Some(colour) {
            around += cell.chroma;
            strong += if cell.chroma >= least { cell.chroma } else { 0.0 };
        }
    }
    let around = if count > 0.0 { around / count } else { 0.0 };
    let strong_inside: f32 = cells.iter().filter(is_lit).map(|c| c.chroma).sum();
    let value = blob.mean(blob.value);
    let compact = chroma >= STANDS_OUT * around
        && value - dark >= LEAST_CONTRAST
        && strong <= MOST_OUTSIDE * strong_inside
        && !blob.is_long();
    if !compact {
        let mut core = Blob::default();
        for cell in cells.iter().filter(|c| c.inside && c.value >= CORE_VALUE) {
            core.add(cell, 1.0);
        }
        let (cx, cy) = core.centre();
        let (bx, by) = blob.centre();
        let held = core.weight > 0.0
            && !core.is_long()
            && (cx - bx).hypot(cy - by) < 0.25
            && core.spread() <= blob.spread() + 0.02;
        if !held || core.mean(core.value) - dark < CORE_CONTRAST {
            return Err(Doubt::Spread);
        }
    }
    let bright = percentile(cells.iter().filter(|c| !c.inside).map(|c| c.value), 0.9);
    if value < BRIGHT_LEAST || value < BRIGHT_SHARE * bright {
        return Err(Doubt::Dull);
    }
    Ok(())
}

/// How bright the brightest samples of the head are: the brightest of R, G and B, 0 to 255.
pub(super) fn brightest(cells: &[Cell]) -> f32 {
    let count = cells.iter().filter(|c| c.inside).count();
    ranked(cells.iter().filter(|c| c.inside).map(|c| c.value), rank(count))
}

/// A single sample is noise; among few, the second is more.
fn rank(count: usize) -> usize {
    if count < 16 { 1 } else { 2 }
}

/// The value that `rank` others are not below, 0 to 2; the least of fewer.
fn ranked(values: impl Iterator<Item = f32>, rank: usize) -> f32 {
    let mut most = [f32::NEG_INFINITY; 3];
    for value in values {
        if value > most[2] {
            most[2] = value;
            most.sort_by(|a, b| b.total_cmp(a));
        }
    }
    let known = most.iter().take(rank + 1).rev().find(|v| v.is_finite());
    known.copied().unwrap_or(0.0)
}

/// The value (0 to 255) that this share of others lies below, to four.
fn percentile(values: impl Iterator<Item = f32>, share: f32) -> f32 {
    let mut bins = [0_u32; 64];
    let mut count = 0;
    for value in values {
        bins[(value / 4.0).clamp(0.0, 63.0) as usize] += 1;
        count += 1;
    }
    let wanted = share * count as f32;
    let mut below = 0.0;
    for (i, bin) in bins.iter().enumerate() {
        below += *bin as f32;
        if below > 0.0 && below >= wanted {
            return i as f32 * 4.0;
        }
    }
    0.0
}
