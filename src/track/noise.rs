//! How far a detector's boxes lie beside the truth, learnt from the tracks of one camera.
//!
//! One detector draws boxes that are right to a hundredth of their size, another's jump by a tenth;
//! no constant suits both. With the right measurement noise a Kalman filter's innovations (what a
//! sighting differs from what was expected) are white: each tells nothing of the next. Trusting boxes
//! too much makes them alternate, trusting them too little makes them repeat (Mehra, "On the
//! Identification of Variances and Adaptive Kalman Filtering", IEEE TAC 1970). So each product of two
//! successive innovations moves the deviation a little, up where it is negative, down where positive.
//!
//! All tracks of a camera share what is learnt: it belongs to the detector, and a camera has seen
//! hundreds of boxes before any one track is old.

/// Deviations of centre x, centre y, width and height before anything is learnt, in sizes.
const START: [f64; 4] = [0.03, 0.03, 0.05, 0.05];
/// Never less: below it boxes are as good as exact.
const LEAST: f64 = 0.004;
/// Never more: things that only ever go straight would otherwise be smoothed until a turn is missed.
const MOST: f64 = 0.08;
/// A product moves the logarithm of the deviation by its share of this…
const STEP: f64 = 2.0;
/// …divided by the products so far, counted from here…
const PRIOR: f64 = 50.0;
/// …to here, so that old ones fade: a camera's picture differs between day and night.
const MEMORY: f64 = 1000.0;
/// Innovations further off than so many deviations are no noise; they count as that far off.
const FAR: f64 = 2.0;

/// Deviation of the detector's boxes from the truth, as shares of their size (square root of the
/// area), for a detection of score 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct DetectorNoise {
    log: [f64; 4],
    deviations: [f64; 4],
    count: f64,
}

impl Default for DetectorNoise {
    fn default() -> Self {
        Self { log: START.map(f64::ln), deviations: START, count: 0.0 }
    }
}

impl DetectorNoise {
    /// Of centre x, centre y, width and height.
    pub(super) fn deviations(&self) -> [f64; 4] {
        self.deviations
    }

    /// Takes in two successive innovations of one track, each divided by its expected deviation.
    pub(super) fn learn(&mut self, before: &[f64; 4], now: &[f64; 4]) {
        self.count = (self.count + 1.0).min(MEMORY);
        let step = STEP / (PRIOR + self.count);
        for (i, log) in self.log.iter_mut().enumerate() {
            let product = before[i].clamp(-FAR, FAR) * now[i].clamp(-FAR, FAR);
            *log = (*log - step * product).clamp(LEAST.ln(), MOST.ln());
            self.deviations[i] = log.exp();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::kalman::BoxFilter;
    use super::*;
    use crate::vision::{BBox, Family};
    use proptest::prelude::*;

    /// What is learnt from a dancer whose boxes lie beside the truth by `jitter` sizes.
    fn learnt(jitter: f64) -> [f64; 4] {
        let mut noise = DetectorNoise::default();
        // A fixed sequence of even spread: fractions of multiples of an irrational number.
        let mut k = 0.0;
        let mut off = || {
            k += 1.0;
            // Uniform over ±√3 deviations.
            let u = f64::fract(k * 0.754_877_666_2 + f64::fract(k * k * 0.569_840_291));
            (u - 0.5) * 12f64.sqrt() * jitter * 60.0
        };
        let mut seen = |t: f64| {
            let sway = |speed: f64| 20.0 * (speed * t).sin() + 8.0 * (2.7 * speed * t).sin();
            let (x, y) = (100.0 + 2.0 * sway(1.7) + off(), 300.0 + 2.0 * sway(1.3) + off());
            let (w, h) = (40.0 + 0.6 * sway(1.9) + off(), 90.0 + sway(1.1) + off());
            BBox {
                x1: (x - w / 2.0) as f32,
                y1: (y - h / 2.0) as f32,
                x2: (x + w / 2.0) as f32,
                y2: (y + h / 2.0) as f32,
            }
        };
        let mut filter = BoxFilter::new(&seen(0.0), Family::Person);
        let mut before: Option<[f64; 4]> = None;
        for i in 1..2000 {
            filter = filter.predicted(0.05);
            let now = filter.update(&seen(f64::from(i) * 0.05), 1.0, &noise);
            if let Some(before) = before {
                noise.learn(&before, &now);
            }
            before = Some(now);
        }
        noise.deviations()
    }

    #[test]
    fn loose_boxes_are_told_from_exact_ones() {
        let loose = learnt(0.08);
        assert!(loose.iter().all(|d| (0.025..=MOST).contains(d)), "{loose:?}");
        let exact = learnt(0.002);
        assert!(exact.iter().all(|&d| d < 0.025), "{exact:?}");
    }

    proptest! {
        #[test]
        fn whatever_is_learnt_stays_within_bounds(
            pairs in prop::collection::vec((-1e9f64..1e9, -1e9f64..1e9), 1..300),
        ) {
            let mut noise = DetectorNoise::default();
            for (a, b) in pairs {
                noise.learn(&[a, b, -a, a * 1e-9], &[b, a, b, b * 1e-9]);
                for d in noise.deviations() {
                    prop_assert!((LEAST * 0.999..=MOST * 1.001).contains(&d));
                }
            }
        }
    }
}
