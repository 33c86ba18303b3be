//! When a track has been seen enough to be believed.
//!
//! Each sighting speaks for the object by the logarithm of its odds, and a track is confirmed once
//! these add up (a sequential probability ratio test: Wald, "Sequential Tests of Statistical
//! Hypotheses", 1945): one sighting that the detector is 95 % sure of, two of 73 %, four of 50 %.
//! Counting sightings alone would either let ghosts through or keep people waiting.

/// Evidence that confirms a track.
pub(super) const ENOUGH: f32 = 4.0;
/// Score that speaks neither for nor against an object: detectors are too modest, and an unmatched
/// place has held a second box for good reason more often than not.
const NEUTRAL: f32 = 0.27;
/// Scores beyond this say no more.
const SUREST: f32 = 0.98;

/// Evidence of one sighting, never negative.
pub(super) fn evidence(score: f32) -> f32 {
    let odds = |p: f32| p / (1.0 - p);
    (odds(score.clamp(NEUTRAL, SUREST)) / odds(NEUTRAL)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surer_the_detector_the_fewer_sightings_it_takes() {
        let takes = |score| (ENOUGH / evidence(score)).ceil() as u32;
        assert_eq!([0.96, 0.75, 0.6, 0.51, 0.45].map(takes), [1, 2, 3, 4, 6]);
        assert!(evidence(0.1).abs() < 1e-6 && evidence(1.0).is_finite());
    }
}
