//! The way a subject took, in bounded memory.

use super::sighting::Sighting;
use serde::{Deserialize, Serialize};

/// Seconds between kept sightings at first.
const INTERVAL: f64 = 0.5;
/// Sightings kept at most.
const MOST: usize = 240;

/// Sightings at most one per [`INTERVAL`], the first and the newest always among them. When the
/// trail is full every second sighting goes and the interval doubles, so a subject that stays for
/// hours keeps its whole way, coarser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Trail {
    kept: Vec<Sighting>,
    newest: Sighting,
    interval: f64,
}

impl Trail {
    pub(super) fn new(first: Sighting) -> Self {
        Self { kept: vec![first], newest: first, interval: INTERVAL }
    }

    pub(super) fn push(&mut self, sighting: Sighting) {
        self.newest = sighting;
        if self.kept.last().is_some_and(|k| sighting.time.since(k.time) < self.interval) {
            return;
        }
        if self.kept.len() + 1 >= MOST {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.interval *= 2.0;
        }
        self.kept.push(sighting);
    }

    pub(super) fn sightings(&self) -> Vec<Sighting> {
        let mut all = self.kept.clone();
        if all.last() != Some(&self.newest) {
            all.push(self.newest);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::MediaTime;
    use crate::vision::BBox;

    #[test]
    fn a_long_stay_keeps_its_ends_and_at_most_240() {
        let at = |k: i64| Sighting { time: MediaTime(k * 100_000), bbox: BBox::default() };
        let mut trail = Trail::new(at(3));
        for k in 4..40_000 {
            trail.push(at(k));
            let seen = trail.sightings();
            if k % 997 == 0 {
                assert!(seen.len() <= 240 && seen[0] == at(3) && seen.last() == Some(&at(k)));
                let kept = &seen[..seen.len() - 1];
                assert!(kept.windows(2).all(|w| w[1].time.since(w[0].time) > 0.49));
            }
        }
        assert!(trail.sightings().len() > 100);
    }
}
