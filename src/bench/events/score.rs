//! Counts and what they come to.

use serde::Serialize;

/// Middle and worst of some figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// How many.
    pub count: usize,
    /// Of their sizes, the middle one.
    pub median: f64,
    /// The one of greatest size, with its sign.
    pub worst: f64,
}

impl Spread {
    /// Of some figures; `None` where there are none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sizes: Vec<f64> = values.iter().map(|v| v.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let worst = values.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()))?;
        Some(Self {
            count: sizes.len(),
            median: round(sizes[sizes.len() / 2]),
            worst: round(worst),
        })
    }
}

/// What a set of clips, or one kind of violation in them, came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Score {
    /// Labels that had to be found, or were.
    pub labels: usize,
    /// Labels found.
    pub found: usize,
    /// Labels not found.
    pub missed: usize,
    /// Events that nothing speaks for.
    pub false_alarms: usize,
    /// Further events of violations found.
    pub duplicates: usize,
    /// Labels found whose event is of somebody else.
    pub wrong_subject: usize,
    /// Events excused by spans to ignore.
    pub excused: usize,
    /// Found ÷ (found + false alarms + duplicates); 1 where there is none of them.
    pub precision: f64,
    /// Found ÷ labels; 1 where there are none.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Footage in which this was judged or labelled, hours.
    pub camera_hours: f64,
    /// False alarms an hour of it; `null` without footage.
    pub false_alarms_per_camera_hour: Option<f64>,
    /// From the violation to its alert, seconds of footage.
    pub delay_seconds: Option<Spread>,
    /// By how much events begin after their labels, seconds.
    pub start_error_seconds: Option<Spread>,
    /// By how much the moment is after the violation's, seconds.
    pub moment_error_seconds: Option<Spread>,
    #[serde(skip)]
    pub(super) seconds: f64,
    #[serde(skip)]
    pub(super) delays: Vec<f64>,
    #[serde(skip)]
    pub(super) starts: Vec<f64>,
    #[serde(skip)]
    pub(super) moments: Vec<f64>,
}

impl Score {
    /// Adds the counts of another; [`Score::reckon`] once all are added.
    pub(super) fn add(&mut self, other: &Self) {
        self.labels += other.labels;
        self.found += other.found;
        self.missed += other.missed;
        self.false_alarms += other.false_alarms;
        self.duplicates += other.duplicates;
        self.wrong_subject += other.wrong_subject;
        self.excused += other.excused;
        self.seconds += other.seconds;
        self.delays.extend(&other.delays);
        self.starts.extend(&other.starts);
        self.moments.extend(&other.moments);
    }

    /// What the counts come to.
    #[must_use]
    pub(super) fn reckon(mut self) -> Self {
        let share = |part: usize, of: usize| if of == 0 { 1.0 } else { part as f64 / of as f64 };
        let precision = share(self.found, self.found + self.false_alarms + self.duplicates);
        let recall = share(self.found, self.labels);
        let sum = precision + recall;
        self.f1 = round(if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 });
        (self.precision, self.recall) = (round(precision), round(recall));
        let hours = self.seconds / 3600.0;
        self.camera_hours = (hours * 1e6).round() / 1e6;
        self.false_alarms_per_camera_hour =
            (hours > 0.0).then(|| round(self.false_alarms as f64 / hours));
        self.delay_seconds = Spread::of(&self.delays);
        self.start_error_seconds = Spread::of(&self.starts);
        self.moment_error_seconds = Spread::of(&self.moments);
        self
    }
}

/// To four decimals.
pub(super) fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_nothing_nothing_is_wrong_and_duplicates_cost_precision() {
        let empty = Score::default().reckon();
        assert_eq!((empty.precision, empty.recall, empty.f1), (1.0, 1.0, 1.0));
        assert_eq!(empty.false_alarms_per_camera_hour, None);
        let score = Score {
            labels: 4,
            found: 3,
            false_alarms: 1,
            duplicates: 2,
            seconds: 1800.0,
            ..Score::default()
        }
        .reckon();
        assert_eq!((score.precision, score.recall, score.f1), (0.5, 0.75, 0.6));
        assert_eq!(score.false_alarms_per_camera_hour, Some(2.0));
        let spread = Spread::of(&[0.1, -0.5, 0.2]).unwrap();
        assert_eq!((spread.count, spread.median, spread.worst), (3, 0.2, -0.5));
    }
}
