//! The light over the whole picture, against the ground.

use super::ground::Ground;

/// Every so many pixels along and down tell of the light.
const STEP: usize = 4;
/// Steps of the histogram of ratios, per doubling none: 128 is 1.
const ONE: usize = 128;
/// Dark and blown-out pixels tell nothing of the light's ratio.
const TELLING: std::ops::RangeInclusive<u8> = 24..=232;

/// Median ratio of the picture's luma to its ground's, 1 where too little can be told: what moves or
/// stands in the picture, up to half of it, does not spoil it.
pub(super) fn gain(ground: &[Ground], width: usize, luma: &[u8]) -> f32 {
    let mut counts = [0_u32; 4 * ONE];
    let mut all = 0;
    for (row, now) in ground.chunks_exact(width).zip(luma.chunks_exact(width)).step_by(STEP) {
        for (ground, &now) in row.iter().zip(now).step_by(STEP) {
            let was = ground.colour.luma();
            if TELLING.contains(&was) && TELLING.contains(&now) {
                let ratio = (usize::from(now) * 256 * ONE) / usize::from(ground.colour.y.max(1));
                counts[ratio.min(4 * ONE - 1)] += 1;
                all += 1;
            }
        }
    }
    if all < 64 {
        return 1.0;
    }
    let mut below = 0;
    for (ratio, n) in counts.iter().enumerate() {
        if below + n > all / 2 {
            // Within the step, the median lies as far as its rank does.
            let part = (all / 2 - below) as f32 / *n as f32;
            return (ratio as f32 + part) / ONE as f32;
        }
        below += n;
    }
    1.0
}
