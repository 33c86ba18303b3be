//! Lays a photograph of the clear view on what the camera shows now.
//!
//! The photograph was taken at another hour: its light is matched by a line through the two
//! pictures' luma that is fitted again and again to the pixels that agree with it, so that what stands
//! in one of them alone does not count. It is laid where its corners say; then its light is told once
//! more. What cannot be matched is not used: then nothing is known of the ground.

use super::look::Colour;
use super::photograph::Photograph;
use super::pixels::colour;
use super::small::Small;
use crate::vision::lend::lend;
use crate::vision::register::{Reference, Registered, Registrar};
use crate::vision::shift::Shift;
use opencv::core::{self, Mat, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// Between the two pictures, light of so many times the strength can be matched.
const GAINS: std::ops::RangeInclusive<f64> = 0.35..=2.8;
/// Rounds of fitting the light, and the least levels within which pixels take part.
const ROUNDS: usize = 5;
const NEAR_LEVELS: f64 = 10.0;
/// Pixels agree within so many levels; so large a share of them must, of a picture with corners that
/// agree, and of one without corners.
const AGREE_LEVELS: f64 = 20.0;
const AGREE_SHARE: f64 = 0.5;
const PLAIN_SHARE: f64 = 0.85;
/// The photograph may lie off by this share of the picture's width.
const FARTHEST: f64 = 0.06;
const TELLING: std::ops::RangeInclusive<u8> = 6..=249;
/// Every so manieth pixel along and down tells of the light.
const STEP: usize = 3;

/// A photograph as the camera would show it now, in small pixels of the steady view.
pub(super) struct Clear {
    planes: [Mat; 3],
    width: usize,
    height: usize,
}

impl Clear {
    /// The photograph laid on a small picture; `None`: it does not fit.
    pub(super) fn fit(photograph: &Photograph, small: &Small) -> opencv::Result<Option<Self>> {
        let (width, height) = small.size;
        let now = small.planes()?;
        let mut planes = [Mat::default(), Mat::default(), Mat::default()];
        for (i, plane) in planes.iter_mut().enumerate() {
            let half = usize::from(i > 0) + 1;
            let (columns, rows) = (photograph.size.0 / half, photograph.size.1 / half);
            let data = lend(rows, columns, &photograph.planes[i])?;
            let size = Size::new((width / half) as i32, (height / half) as i32);
            imgproc::resize(&data, plane, size, 0.0, 0.0, imgproc::INTER_AREA)?;
        }
        // Where the two lie alike, pixels tell of the light best; where not, only the whole does.
        let pairs = pairs(planes[0].data_typed()?, now[0], width);
        for light in [Light::fine(&pairs), Light::rough(&pairs)].into_iter().flatten() {
            let mut planes =
                [planes[0].try_clone()?, planes[1].try_clone()?, planes[2].try_clone()?];
            if lay(&mut planes, now, small.size, light)? {
                return Ok(Some(Self { planes, width, height }));
            }
        }
        Ok(None)
    }

    /// What it shows at a small pixel, and by how many levels its neighbours differ at most: where
    /// they do, an error of place of part of a pixel shows.
    pub(super) fn at(&self, x: usize, y: usize) -> opencv::Result<(Colour, u8)> {
        let planes = [
            self.planes[0].data_typed::<u8>()?,
            self.planes[1].data_typed::<u8>()?,
            self.planes[2].data_typed::<u8>()?,
        ];
        let luma = |x: usize, y: usize| planes[0][y * self.width + x];
        let here = luma(x, y);
        let (left, right) = (x.saturating_sub(1), (x + 1).min(self.width - 1));
        let (above, below) = (y.saturating_sub(1), (y + 1).min(self.height - 1));
        let around = [luma(left, y), luma(right, y), luma(x, above), luma(x, below)];
        let slope = around.iter().map(|l| l.abs_diff(here)).max().unwrap_or(0);
        Ok((colour(planes, self.width, x, y), slope))
    }
}

/// Lays the planes of a photograph on a picture whose light they are given; `false`: they do not fit.
fn lay(
    planes: &mut [Mat; 3],
    now: [&[u8]; 3],
    (width, height): (usize, usize),
    light: Light,
) -> opencv::Result<bool> {
    light.over(&mut planes[0])?;
    let picture = lend(height, width, now[0])?;
    let picture = picture.try_clone()?;
    let mut least = AGREE_SHARE;
    let shift = match Reference::new(&picture)? {
        None => {
            least = PLAIN_SHARE;
            Shift::NONE
        }
        Some(reference) => match Registrar::default().compare(&reference, &planes[0])? {
            Registered::Same => Shift::NONE,
            Registered::Moved(shift, _) => shift,
            Registered::Unknown => return Ok(false),
        },
    };
    if shift.reach(width as f32, height as f32) > FARTHEST * width as f64 {
        return Ok(false);
    }
    if shift != Shift::NONE {
        for (i, plane) in planes.iter_mut().enumerate() {
            let part = if i == 0 { 1.0 } else { 0.5 };
            let s = shift.scaled(part, part);
            let matrix = Mat::from_slice_2d(&[[s.a, -s.b, s.dx], [s.b, s.a, s.dy]])?;
            let size = plane.size()?;
            let mut laid = Mat::default();
            imgproc::warp_affine(
                plane,
                &mut laid,
                &matrix,
                size,
                imgproc::INTER_LINEAR,
                core::BORDER_REPLICATE,
                core::Scalar::default(),
            )?;
            *plane = laid;
        }
    }
    // Laid where it belongs, its light is told better.
    let Some(finer) = Light::fine(&pairs(planes[0].data_typed()?, now[0], width)) else {
        return Ok(false);
    };
    finer.over(&mut planes[0])?;
    if finer.agree < least {
        return Ok(false);
    }
    for i in 1..3 {
        tint(&mut planes[i], now[i], light.gain * finer.gain)?;
    }
    Ok(true)
}

/// Levels then and now of every so manieth pixel; blown-out and black ones tell nothing.
fn pairs(then: &[u8], now: &[u8], width: usize) -> Vec<(f64, f64)> {
    let rows = then.chunks_exact(width).zip(now.chunks_exact(width)).step_by(STEP);
    rows.flat_map(|(a, b)| a.iter().zip(b).step_by(STEP))
        .filter(|(a, b)| TELLING.contains(a) && TELLING.contains(b))
        .map(|(a, b)| (f64::from(*a), f64::from(*b)))
        .collect()
}

/// The light of a picture against another's: `now = gain × then + plus`.
#[derive(Debug, Clone, Copy)]
struct Light {
    gain: f64,
    plus: f64,
    /// Share of the pixels that agree.
    agree: f64,
}

impl Light {
    /// By how light and how varied both are, wherever things lie; `None`: too different, or nothing
    /// to tell it by.
    fn rough(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.len() < 64 {
            return None;
        }
        let spread = |of: &dyn Fn(&(f64, f64)) -> f64| {
            let mut values: Vec<f64> = pairs.iter().map(of).collect();
            values.sort_unstable_by(f64::total_cmp);
            let at = |share: f64| values[(share * (values.len() - 1) as f64) as usize];
            (at(0.5), at(0.8) - at(0.2))
        };
        let ((middle_then, wide_then), (middle_now, wide_now)) =
            (spread(&|p| p.0), spread(&|p| p.1));
        let gain = (wide_now + 4.0) / (wide_then + 4.0);
        let plus = middle_now - gain * middle_then;
        GAINS.contains(&gain).then_some(Self { gain, plus, agree: 0.0 })
    }

    /// By how light both are: a wide shadow in one of them makes it more varied, but not much darker.
    fn plain(pairs: &[(f64, f64)]) -> Option<Self> {
        let (mut then, mut now): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let middle = pairs.len() / 2;
        let of = |values: &mut [f64]| *values.select_nth_unstable_by(middle, f64::total_cmp).1;
        let gain = (pairs.len() >= 64).then(|| of(&mut now) / of(&mut then))?;
        GAINS.contains(&gain).then_some(Self { gain, plus: 0.0, agree: 0.0 })
    }

    /// By pixels that show the same place, as most do: of what the two guesses lead to, that with
    /// which more agree.
    fn fine(pairs: &[(f64, f64)]) -> Option<Self> {
        let guesses = [Self::rough(pairs), Self::plain(pairs)];
        let fitted = guesses.into_iter().flatten().filter_map(|guess| guess.fitted(pairs));
        fitted.max_by(|a, b| a.agree.total_cmp(&b.agree))
    }

    /// Fitted again and again to the pixels that are near it.
    fn fitted(self, pairs: &[(f64, f64)]) -> Option<Self> {
        let mut light = self;
        for _ in 0..ROUNDS {
            let mut off: Vec<f64> = pairs.iter().map(|p| light.off(*p)).collect();
            off.sort_unstable_by(f64::total_cmp);
            let near = (1.5 * off[off.len() / 2]).max(NEAR_LEVELS);
            light = light.refit(pairs.iter().filter(|p| light.off(**p) <= near))?;
        }
        let agree = pairs.iter().filter(|p| light.off(**p) <= AGREE_LEVELS).count();
        light.agree = agree as f64 / pairs.len() as f64;
        GAINS.contains(&light.gain).then_some(light)
    }

    fn off(&self, (then, now): (f64, f64)) -> f64 {
        (self.gain * then + self.plus - now).abs()
    }

    /// The least squares' line through these pixels.
    fn refit<'a>(self, pairs: impl Iterator<Item = &'a (f64, f64)>) -> Option<Self> {
        let (mut n, mut a, mut b, mut aa, mut ab) = (0.0_f64, 0.0, 0.0, 0.0, 0.0);
        for (then, now) in pairs {
            n += 1.0;
            a += then;
            b += now;
            aa += then * then;
            ab += then * now;
        }
        if n < 32.0 {
            return None;
        }
        let varies = aa / n - (a / n).powi(2);
        // On an even picture only the middle can be told.
        let gain = if varies < 4.0 { self.gain } else { (ab / n - a / n * (b / n)) / varies };
        Some(Self { gain, plus: b / n - gain * a / n, ..self })
    }

    fn over(&self, luma: &mut Mat) -> opencv::Result<()> {
        for value in luma.data_typed_mut::<u8>()? {
            *value = (self.gain * f64::from(*value) + self.plus).round().clamp(0.0, 255.0) as u8;
        }
        Ok(())
    }
}

/// Brings a plane of chroma to the colour of the light now: the middle of the differences.
fn tint(chroma: &mut Mat, now: &[u8], gain: f64) -> opencv::Result<()> {
    let values = chroma.data_typed_mut::<u8>()?;
    let scaled = |v: u8| 128.0 + gain * (f64::from(v) - 128.0);
    let mut off: Vec<f64> =
        values.iter().zip(now).step_by(STEP).map(|(a, b)| f64::from(*b) - scaled(*a)).collect();
    let middle = off.len() / 2;
    let (_, plus, _) = off.select_nth_unstable_by(middle, f64::total_cmp);
    let plus = *plus;
    for value in values {
        *value = (scaled(*value) + plus).round().clamp(0.0, 255.0) as u8;
    }
    Ok(())
}
