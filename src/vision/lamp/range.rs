//! How bright a lamp is when lit and when dark, learnt from the lamp itself.

use crate::media::MediaTime;

/// Both ends come back towards what is seen now with this time constant, seconds: dusk and dawn
/// take longer, a lamp's cycle far less.
const FORGET_SECONDS: f64 = 1200.0;
/// Ends closer than this tell nothing: it was always lit, or always dark.
const LEAST_SPAN: f32 = 50.0;

/// The least and the most that was seen of late of one quantity of one lamp.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range {
    ends: Option<(f32, f32)>,
    at: MediaTime,
}

impl Range {
    /// Takes in what was seen at `time`.
    pub fn learn(&mut self, time: MediaTime, value: f32) {
        if !value.is_finite() {
            return;
        }
        let Some((low, high)) = self.ends else {
            (self.ends, self.at) = (Some((value, value)), time);
            return;
        };
        let forget = (time.since(self.at).clamp(0.0, FORGET_SECONDS) / FORGET_SECONDS) as f32;
        let low = if value < low { value } else { low + (value - low) * forget };
        let high = if value > high { value } else { high + (value - high) * forget };
        (self.ends, self.at) = (Some((low, high)), time);
    }

    /// How far up in the range a value lies, 0 to 1; `None` while the lamp was not seen both lit
    /// and dark.
    pub fn place(&self, value: f32) -> Option<f32> {
        let (low, high) = self.ends?;
        (high - low >= LEAST_SPAN).then(|| ((value - low) / (high - low)).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lamp_seen_lit_and_dark_has_a_range_that_follows_the_day() {
        let mut range = Range::default();
        for k in 0..100 {
            range.learn(MediaTime::from_seconds(f64::from(k)), 40.0);
            assert_eq!(range.place(40.0), None, "never seen lit");
        }
        range.learn(MediaTime::from_seconds(101.0), 220.0);
        assert!(range.place(210.0).unwrap() > 0.9 && range.place(50.0).unwrap() < 0.1);
        // Hours in which nothing is brighter than 60.
        for k in 0..20_000 {
            range.learn(MediaTime::from_seconds(102.0 + f64::from(k)), 60.0);
        }
        assert_eq!(range.place(60.0), None);
    }
}
