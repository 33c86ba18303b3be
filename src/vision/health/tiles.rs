//! A picture told by tiles: how bright, how textured, how sharp, how much it changed.
//!
//! About seventy rows of the full picture are read, so that what lies in single pixels (sharpness,
//! noise) is not averaged away, and the cost does not grow with the picture's height.

use crate::media::Frame;

/// Tiles across and down.
pub(super) const ACROSS: usize = 16;
pub(super) const DOWN: usize = 9;
pub(super) const TILES: usize = ACROSS * DOWN;

/// Rows that are read, about.
const ROWS: usize = 72;
/// A fine step is one pixel per this many of the picture's width, at least one; a coarse one is four.
const FINE_WIDTH: usize = 960;
const COARSE: usize = 4;
/// An edge is strong from this many grey levels on.
const STRONG: u8 = 28;
/// Luma from which a pixel is as good as white, and up to which it is as good as black, where black is
/// 16 and white 235 or beyond.
const WHITE: u8 = 216;
const BLACK: u8 = 40;

/// What one picture's tiles show. All in grey levels.
#[derive(Clone)]
pub(super) struct Tiles {
    /// Mean luma.
    pub(super) mean: [f32; TILES],
    /// Texture: root mean square of differences over a coarse step.
    pub(super) coarse: [f32; TILES],
    /// Fine detail: root mean square of second differences over a fine step.
    pub(super) fine: [f32; TILES],
    /// Mean change since the picture before.
    pub(super) change: [f32; TILES],
    /// How steep the strongest edges are: the rise over a fine step as a share of the whole rise, 0 to 1;
    /// 0 where there is no strong edge. An edge's contrast has no part in it, and so neither has light.
    pub(super) steep: [f32; TILES],
}

/// Reads pictures; keeps the rows of the last one.
#[derive(Default)]
pub(super) struct Reader {
    rows: Vec<u8>,
    size: (usize, usize),
    tiles: Tiles,
    /// Share of white and of black pixels, 0 to 1.
    white: f32,
    black: f32,
    compared: bool,
}

impl Default for Tiles {
    fn default() -> Self {
        let none = [0.0; TILES];
        Self { mean: none, coarse: none, fine: none, change: none, steep: none }
    }
}

/// Mean luma of each tile from a row or two of it: enough for what the light of the whole picture does.
pub(super) fn light(frame: &Frame) -> Option<[f32; TILES]> {
    let plane = frame.plane(0);
    let (width, height) = (plane.width, plane.height);
    if width < ACROSS * 4 || height < DOWN * 4 {
        return None;
    }
    let mut light = [0.0; TILES];
    for (row, tiles) in light.chunks_exact_mut(ACROSS).enumerate() {
        let at = (2 * row + 1) * height / (2 * DOWN) * plane.stride;
        let line = plane.data.get(at..at + width)?;
        for (column, tile) in tiles.iter_mut().enumerate() {
            let part = &line[column * width / ACROSS..(column + 1) * width / ACROSS];
            let sum: u32 = part.iter().map(|&p| u32::from(p)).sum();
            *tile = sum as f32 / part.len() as f32;
        }
    }
    Some(light)
}

/// Sums over one tile.
#[derive(Clone, Copy, Default)]
struct Sums {
    pixels: u32,
    luma: u64,
    fine: u64,
    coarse: u64,
    change: u64,
    /// Of the strongest edge in each row that has a strong one: rise over a fine and a coarse step.
    rise: u32,
    whole_rise: u32,
}

impl Reader {
    /// Takes a picture in. `false` where it is too small to be told anything of.
    pub(super) fn read(&mut self, frame: &Frame) -> bool {
        let plane = frame.plane(0);
        let (width, height) = (plane.width, plane.height);
        let fine = (width / FINE_WIDTH).max(1);
        if width < ACROSS * 4 * COARSE * fine || height < DOWN * 4 {
            return false;
        }
        let step = (height / ROWS).max(1);
        let rows = height / step;
        self.compared = self.size == (width, rows);
        if !self.compared {
            self.rows.clear();
            self.rows.resize(width * rows, 0);
            self.size = (width, rows);
        }
        let mut sums = [Sums::default(); TILES];
        let (mut white, mut black) = (0_u32, 0_u32);
        for row in 0..rows {
            let at = (row * step + step / 2) * plane.stride;
            let Some(line) = plane.data.get(at..at + width) else { continue };
            let before = &mut self.rows[row * width..(row + 1) * width];
            white += line.iter().map(|&p| u32::from(p >= WHITE)).sum::<u32>();
            black += line.iter().map(|&p| u32::from(p <= BLACK)).sum::<u32>();
            let first = row * DOWN / rows * ACROSS;
            for (column, sum) in sums[first..first + ACROSS].iter_mut().enumerate() {
                let (from, to) = (column * width / ACROSS, (column + 1) * width / ACROSS);
                add(sum, line, before, from, to, fine);
            }
            before.copy_from_slice(line);
        }
        let all = (width * rows) as f32;
        (self.white, self.black) = (white as f32 / all, black as f32 / all);
        for (tile, s) in sums.iter().enumerate() {
            let n = s.pixels.max(1) as f32;
            self.tiles.mean[tile] = s.luma as f32 / n;
            self.tiles.fine[tile] = (s.fine as f32 / n).sqrt();
            self.tiles.coarse[tile] = (s.coarse as f32 / n).sqrt();
            self.tiles.change[tile] = s.change as f32 / n;
            self.tiles.steep[tile] = s.rise as f32 / s.whole_rise.max(1) as f32;
        }
        true
    }

    /// The tiles of the last picture.
    pub(super) fn tiles(&self) -> &Tiles {
        &self.tiles
    }

    /// Whether the last picture could be compared with the one before it.
    pub(super) fn compared(&self) -> bool {
        self.compared
    }

    /// Share of the picture, 0 to 1, that is as good as white.
    pub(super) fn white(&self) -> f32 {
        self.white
    }

    /// Share of the picture, 0 to 1, that is as good as black.
    pub(super) fn black(&self) -> f32 {
        self.black
    }
}

/// Adds the pixels `from..to` of a row to its tile.
fn add(sum: &mut Sums, line: &[u8], before: &[u8], from: usize, to: usize, fine: usize) {
    let coarse = COARSE * fine;
    let width = line.len();
    let (mut luma, mut change) = (0_u32, 0_u32);
    for (&now, &was) in line[from..to].iter().zip(&before[from..to]) {
        luma += u32::from(now);
        change += u32::from(now.abs_diff(was));
    }
    // Differences reach into the neighbouring tiles, but not beyond the picture.
    let (a, b) = (from.max(coarse), to.min(width - coarse));
    let (mut second, mut first) = (0_u32, 0_u32);
    let far = line[a - coarse..b - coarse].iter().zip(&line[a + coarse..b + coarse]);
    let near = line[a - fine..b - fine].iter().zip(&line[a + fine..b + fine]);
    for ((&here, (&l, &r)), (&fl, &fr)) in line[a..b].iter().zip(near).zip(far) {
        let bend = i32::from(l) + i32::from(r) - 2 * i32::from(here);
        second += bend.unsigned_abs().pow(2);
        let slope = i32::from(fr) - i32::from(fl);
        first += slope.unsigned_abs().pow(2);
    }
    let rise = |step: usize| {
        let sides = line[a - step..b - step].iter().zip(&line[a + step..b + step]);
        sides.fold(0, |most: u8, (l, r)| most.max(l.abs_diff(*r)))
    };
    let whole = rise(coarse);
    if whole >= STRONG {
        sum.rise += u32::from(rise(fine).min(whole));
        sum.whole_rise += u32::from(whole);
    }
    sum.pixels += (to - from) as u32;
    sum.luma += u64::from(luma);
    sum.change += u64::from(change);
    // Brought to the number of pixels, as the border ones have no difference.
    let scale = (to - from) as u64;
    let there = (b - a).max(1) as u64;
    sum.fine += u64::from(second) * scale / there;
    sum.coarse += u64::from(first) * scale / there;
}
