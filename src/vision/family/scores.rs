//! Scores and boxes as heads write them: the few of many that matter, probabilities of logits,
//! corners of centres. NaN is noticed in the same sweep that looks for high scores.

use super::super::BBox;
use super::super::entry::{Activation, BoxFormat, OutputEntry};

/// Buffers of one worker, kept from run to run.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Of each anchor, whether a score of it is worth a look.
    pub(super) loud: Vec<u32>,
}

/// Whether every value is below `least`; NaN is below nothing. Nearly all anchors see nothing, so
/// this is what reading a head costs: one comparison a score, without a branch.
pub(super) fn quiet(values: &[f32], least: f32) -> bool {
    values.iter().map(|&v| 1 - u32::from(v < least)).fold(0, |any, loud| any | loud) == 0
}

/// The same of each column of rows of equal length: `loud` becomes 0 where every value is below
/// `least`.
pub(super) fn loud(values: &[f32], columns: usize, least: f32, loud: &mut Vec<u32>) {
    loud.clear();
    loud.resize(columns, 0);
    for row in values.chunks_exact(columns.max(1)) {
        for (loud, &v) in loud.iter_mut().zip(row) {
            *loud |= 1 - u32::from(v < least);
        }
    }
}

/// Place and value of the highest, the first where several are equal; `None` where one is NaN or
/// infinitely high, or there is none.
pub(super) fn best(values: impl Iterator<Item = f32>) -> Option<(usize, f32)> {
    let mut top = None;
    for (i, value) in values.enumerate() {
        if value.is_nan() || value == f32::INFINITY {
            return None;
        }
        if top.is_none_or(|(_, highest)| value > highest) {
            top = Some((i, value));
        }
    }
    top
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

    /// A raw score below which no probability reaches `least`.
    pub(super) fn least(self, least: f32) -> f32 {
        match self {
            Self::Sigmoid if least <= 0.0 => f32::MIN,
            Self::Sigmoid if least >= 1.0 => f32::MAX,
            // Only a lower bound: rounding must not lose a score that just reaches it, and near 1
            // few digits are left.
            Self::Sigmoid => (least / (1.0 - least)).ln() - 1e-4 - 2e-7 / (1.0 - least),
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
#[allow(clippy::float_cmp)] // what was written is what is read
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_is_the_highest_and_the_first(values in prop::collection::vec(-9.0_f32..9.0, 1..90)) {
            let (at, top) = best(values.iter().copied()).unwrap();
            prop_assert!(values.iter().all(|v| *v <= top) && values[at] == top);
            prop_assert!(values[..at].iter().all(|v| *v < top));
            prop_assert!(quiet(&values, top + 0.1) && !quiet(&values, top));
        }

        #[test]
        fn one_bad_number_anywhere_is_noticed(
            n in 1_usize..70, at in 0_usize..70,
            bad in prop::sample::select(vec![f32::NAN, f32::INFINITY])) {
            let mut values = vec![0.1; n];
            values[at % n] = bad;
            prop_assert!(!quiet(&values, 0.5) && best(values.iter().copied()).is_none());
            let mut anchors = Vec::new();
            loud(&values, n, 0.5, &mut anchors);
            prop_assert!(anchors.iter().enumerate().all(|(i, &l)| (l != 0) == (i == at % n)));
        }

        #[test]
        fn a_column_is_loud_where_one_of_its_values_is_high(rows in 1_usize..6, columns in 1_usize..40) {
            let values: Vec<f32> = (0..rows * columns).map(|i| ((i * 37) % 101) as f32).collect();
            let mut anchors = Vec::new();
            loud(&values, columns, 60.0, &mut anchors);
            for (c, &l) in anchors.iter().enumerate() {
                let high = (0..rows).any(|r| values[r * columns + c] >= 60.0);
                prop_assert_eq!(l != 0, high);
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
