//! How long single looks take: percentiles and a histogram.

use serde::{Deserialize, Serialize};

/// Columns of a histogram.
const COLUMNS: usize = 30;

/// Milliseconds of wall time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Milliseconds {
    pub mean: f64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

/// How long inferences and whole looks took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Running the model and reading its outputs.
    pub infer: Milliseconds,
    /// The same with preprocessing: from picture to detections.
    pub look: Milliseconds,
    /// Looks by length: from 0 on in steps of `step_ms`; the last column also holds what is longer.
    pub histogram: Vec<u64>,
    /// Width of a column of the histogram, milliseconds.
    pub step_ms: f64,
}

impl Latency {
    /// From milliseconds of each inference and look; `None` where there was none.
    pub(super) fn of(infer: &[f32], look: &[f32]) -> Option<Self> {
        let (infer, look_ms) = (milliseconds(infer)?, milliseconds(look)?);
        // Up to half again the 99th percentile: one look in a hundred must not flatten the others.
        let step_ms = nice(look_ms.p99 * 1.5 / COLUMNS as f64);
        let mut histogram = vec![0; COLUMNS];
        for &ms in look {
            histogram[((f64::from(ms) / step_ms) as usize).min(COLUMNS - 1)] += 1;
        }
        Some(Self { infer, look: look_ms, histogram, step_ms })
    }
}

fn milliseconds(values: &[f32]) -> Option<Milliseconds> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    // The value that this share of all do not exceed.
    let at = |share: f64| {
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).map(|&v| round(f64::from(v)))
    };
    Some(Milliseconds {
        mean: round(sorted.iter().map(|&v| f64::from(v)).sum::<f64>() / sorted.len() as f64),
        p50: at(0.5)?,
        p95: at(0.95)?,
        p99: at(0.99)?,
        max: at(1.0)?,
    })
}

/// The next 1, 2 or 5 times a power of ten.
fn nice(step: f64) -> f64 {
    let power = 10_f64.powf(step.max(1e-6).log10().floor());
    let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|t| t * power >= step).unwrap_or(10.0);
    times * power
}

fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<f32> = (1..=200).map(|v| v as f32).collect();
        let latency = Latency::of(&values, &values).unwrap();
        let ms = latency.look;
        assert_eq!((ms.p50, ms.p95, ms.p99, ms.max, ms.mean), (100.0, 190.0, 198.0, 200.0, 100.5));
        assert_eq!(latency.histogram.iter().sum::<u64>(), 200);
        assert!((latency.step_ms - 10.0).abs() < 1e-9);
        assert!(Latency::of(&[], &[]).is_none());
    }
}
