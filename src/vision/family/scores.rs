//! Scores and boxes as heads write them: the highest of many, probabilities of logits, corners of
//! centres. NaN and infinity are noticed in the same sweep that looks for the highest.

use super::super::BBox;
use super::super::entry::{Activation, BoxFormat, OutputEntry};

/// Numbers looked at together; the compiler makes vector instructions of it.
const LANES: usize = 16;

/// Buffers of one worker, kept from run to run.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The highest score of each anchor.
    pub(super) best: Vec<f32>,
}

/// The highest of `values`, `f32::MIN` of none; `None` where one is NaN or infinite.
pub(super) fn peak(values: &[f32]) -> Option<f32> {
    let (mut top, mut zero) = ([f32::MIN; LANES], [0.0_f32; LANES]);
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            top[i] = if chunk[i] > top[i] { chunk[i] } else { top[i] };
            // Nothing but NaN and infinity times 0 is not 0.
            zero[i] += chunk[i] * 0.0;
        }
    }
    for (i, &value) in rest.iter().enumerate() {
        top[i] = if value > top[i] { value } else { top[i] };
        zero[i] += value * 0.0;
    }
    let finite = zero.iter().sum::<f32>() == 0.0;
    finite.then(|| top.into_iter().fold(f32::MIN, f32::max))
}

/// The highest of each column of `rows` of equal length, into `best`; `None` where a number is NaN
/// or infinite.
pub(super) fn peaks(values: &[f32], columns: usize, best: &mut Vec<f32>) -> Option<()> {
    best.clear();
    best.resize(columns, f32::MIN);
    let mut zero = [0.0_f32; LANES];
    for row in values.chunks_exact(columns.max(1)) {
        let (chunks, rest) = row.as_chunks::<LANES>();
        let (tops, last) = best.as_chunks_mut::<LANES>();
        for (top, chunk) in tops.iter_mut().zip(chunks) {
            for i in 0..LANES {
                top[i] = if chunk[i] > top[i] { chunk[i] } else { top[i] };
                zero[i] += chunk[i] * 0.0;
            }
        }
        for (i, (top, &value)) in last.iter_mut().zip(rest).enumerate() {
            *top = if value > *top { value } else { *top };
            zero[i] += value * 0.0;
        }
    }
    (zero.iter().sum::<f32>() == 0.0).then_some(())
}

/// Whether all are numbers.
pub(super) fn finite(values: &[f32]) -> bool {
    values.iter().all(|v| v.is_finite())
}

impl Activation {
    /// The probability of a raw score; softmax is not a question of one score alone.
    pub(super) fn of(self, raw: f32) -> f32 {
        match self {
            Self::Sigmoid => 1.0 / (1.0 + (-raw).exp()),
            Self::None | Self::Softmax => raw,
        }
    }

    /// The raw score below which no probability reaches `least`.
    pub(super) fn least(self, least: f32) -> f32 {
        match self {
            Self::Sigmoid if least <= 0.0 => f32::MIN,
            Self::Sigmoid if least >= 1.0 => f32::MAX,
            // Rounding must not lose a score that just reaches it.
            Self::Sigmoid => (least / (1.0 - least)).ln() - 1e-4,
            Self::None | Self::Softmax => least,
        }
    }
}

/// How a head writes its boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BoxReader {
    pub(super) format: BoxFormat,
    pub(super) normalised: bool,
}

impl BoxReader {
    /// The family's way, unless the entry says another.
    pub(super) fn new(entry: &OutputEntry, format: BoxFormat, normalised: bool) -> Self {
        Self {
            format: entry.box_format.unwrap_or(format),
            normalised: entry.normalised.unwrap_or(normalised),
        }
    }

    /// A box in pixels of an input of that size; `None` where a number is NaN or infinite.
    pub(super) fn read(self, b: [f32; 4], (width, height): (usize, usize)) -> Option<BBox> {
        if !finite(&b) {
            return None;
        }
        let [a, b, c, d] = b;
        let [x1, y1, x2, y2] = match self.format {
            BoxFormat::Xyxy => [a, b, c, d],
            BoxFormat::Yxyx => [b, a, d, c],
            BoxFormat::Cxcywh => [a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0],
            BoxFormat::Xywh => [a, b, a + c, b + d],
        };
        let found = BBox { x1, y1, x2, y2 };
        Some(if self.normalised { found.scaled(width as f32, height as f32) } else { found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_peak_is_the_highest(values in prop::collection::vec(-9.0_f32..9.0, 0..100)) {
            let highest = values.iter().copied().fold(f32::MIN, f32::max);
            prop_assert_eq!(peak(&values), Some(highest));
        }

        #[test]
        fn one_bad_number_anywhere_is_noticed(
            n in 1_usize..70, at in 0_usize..70,
            bad in prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY])) {
            let mut values = vec![0.5; n];
            values[at % n] = bad;
            prop_assert_eq!(peak(&values), None);
            prop_assert!(peaks(&values, n, &mut Vec::new()).is_none());
        }

        #[test]
        fn columns_have_their_own_peaks(rows in 1_usize..6, columns in 1_usize..40) {
            let values: Vec<f32> = (0..rows * columns).map(|i| ((i * 37) % 101) as f32).collect();
            let mut best = Vec::new();
            peaks(&values, columns, &mut best).unwrap();
            for (c, top) in best.iter().enumerate() {
                let column = (0..rows).map(|r| values[r * columns + c]).fold(f32::MIN, f32::max);
                prop_assert_eq!(*top, column);
            }
        }

        #[test]
        fn no_score_is_lost_to_the_threshold_on_logits(raw in -12.0_f32..12.0) {
            let score = Activation::Sigmoid.of(raw);
            prop_assert!(raw >= Activation::Sigmoid.least(score));
        }
    }

    #[test]
    fn boxes_are_read_as_they_are_written() {
        let read = |format, normalised, b| {
            let b = BoxReader { format, normalised }.read(b, (640, 320)).unwrap();
            [b.x1, b.y1, b.x2, b.y2]
        };
        let wanted = [64.0, 32.0, 128.0, 160.0];
        assert_eq!(read(BoxFormat::Xyxy, false, wanted), wanted);
        assert_eq!(read(BoxFormat::Yxyx, true, [0.1, 0.1, 0.5, 0.2]), wanted);
        assert_eq!(read(BoxFormat::Cxcywh, false, [96.0, 96.0, 64.0, 128.0]), wanted);
        assert_eq!(read(BoxFormat::Xywh, true, [0.1, 0.1, 0.1, 0.4]), wanted);
        let nan = BoxReader { format: BoxFormat::Xyxy, normalised: false };
        assert_eq!(nan.read([0.0, f32::NAN, 1.0, 1.0], (640, 320)), None);
    }
}
