//! Resampling tables for one axis: which source samples make one output sample.

use crate::media::Plane;

/// How `out` samples are made from a stretch of source samples: linear interpolation where the
/// picture is enlarged or reduced up to twofold, the mean over the covered area beyond that (so that
/// small, far road users do not vanish between samples).
#[derive(Debug)]
pub(super) struct Axis {
    /// Per output sample: first source sample and where its weights start.
    taps: Vec<(u32, u32)>,
    weights: Vec<f32>,
    /// Weights per output sample.
    width: usize,
}

impl Axis {
    /// Maps source samples `[start, start + length)` onto `out` samples; clamped at the border of
    /// the plane when used.
    pub(super) fn new(start: f64, length: f64, out: usize) -> Self {
        let step = length / out as f64;
        let width = if step <= 2.0 { 2 } else { step.ceil() as usize + 1 };
        let mut axis =
            Self { taps: Vec::with_capacity(out), weights: Vec::with_capacity(out * width), width };
        for i in 0..out {
            let mut sum = 0.0;
            let from = axis.weights.len();
            let first = if step <= 2.0 {
                let centre = (start + (i as f64 + 0.5) * step - 0.5).max(0.0);
                let share = centre.fract() as f32;
                axis.weights.extend([1.0 - share, share]);
                sum = 1.0;
                centre.floor() as u32
            } else {
                let (a, b) = (start + i as f64 * step, start + (i as f64 + 1.0) * step);
                let first = a.floor();
                for k in 0..width {
                    let left = first + k as f64;
                    let share = ((left + 1.0).min(b) - left.max(a)).max(0.0) as f32;
                    axis.weights.push(share);
                    sum += share;
                }
                first as u32
            };
            axis.weights[from..].iter_mut().for_each(|w| *w /= sum);
            axis.taps.push((first, from as u32));
        }
        axis
    }

    /// Blends the plane's rows for output row `row` into `into`, at full source width.
    pub(super) fn blend_rows(&self, row: usize, plane: Plane<'_>, into: &mut Vec<f32>) {
        let (first, at) = self.taps[row];
        into.resize(plane.width, 0.0);
        let weights = &self.weights[at as usize..at as usize + self.width];
        let mut fresh = true;
        for (k, &weight) in weights.iter().enumerate().filter(|(_, w)| **w != 0.0) {
            let y = (first as usize + k).min(plane.height - 1);
            let line = &plane.data[y * plane.stride..][..plane.width];
            let pairs = into.iter_mut().zip(line);
            // The first row assigns: zeroing the buffer would cost another pass over it.
            if fresh {
                pairs.for_each(|(sum, &v)| *sum = f32::from(v) * weight);
            } else {
                pairs.for_each(|(sum, &v)| *sum += f32::from(v) * weight);
            }
            fresh = false;
        }
    }

    /// Output samples along a blended row.
    pub(super) fn gather(&self, row: &[f32], into: &mut [f32]) {
        let last = row.len() - 1;
        if self.width == 2 {
            for (out, &(first, at)) in into.iter_mut().zip(&self.taps) {
                let (a, b) = ((first as usize).min(last), (first as usize + 1).min(last));
                let at = at as usize;
                *out = row[a] * self.weights[at] + row[b] * self.weights[at + 1];
            }
            return;
        }
        for (out, &(first, at)) in into.iter_mut().zip(&self.taps) {
            let weights = &self.weights[at as usize..at as usize + self.width];
            let first = (first as usize).min(last);
            let end = (first + self.width).min(row.len());
            let inside = row[first..end].iter().zip(weights).map(|(v, w)| v * w).sum::<f32>();
            let beyond = weights[end - first..].iter().sum::<f32>() * row[last];
            *out = inside + beyond;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_flat_row_stays_flat(len in 1usize..3000, out in 1usize..700, v in 0u8..=255) {
            let axis = Axis::new(0.0, len as f64, out);
            let row = vec![f32::from(v); len];
            let mut into = vec![0.0; out];
            axis.gather(&row, &mut into);
            for got in into {
                prop_assert!((got - f32::from(v)).abs() < 0.01, "{got} from {v}");
            }
        }

        #[test]
        fn a_ramp_stays_a_ramp(len in 8usize..2000, out in 2usize..600) {
            let axis = Axis::new(0.0, len as f64, out);
            let row: Vec<f32> = (0..len).map(|i| i as f32).collect();
            let mut into = vec![0.0; out];
            axis.gather(&row, &mut into);
            let step = len as f32 / out as f32;
            for (i, got) in into.iter().enumerate() {
                let want = ((i as f32 + 0.5) * step - 0.5).clamp(0.0, (len - 1) as f32);
                prop_assert!((got - want).abs() < 0.6, "{i}: {got} for {want}");
            }
        }
    }
}
