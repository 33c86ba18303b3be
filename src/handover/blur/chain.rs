//! Which of those seen is the one that the record names, through a whole clip.
//!
//! At one instant two people who walk together cannot be told apart by where the record says that one
//! of them was. So the way is sought as a whole: of all sequences of boxes that the detector saw, the
//! one that fits the told places best, leaps least and follows the same tracks (dynamic programming
//! over the instants; an instant may be passed over, when nobody seen fits).

use super::watched::{How, Instant, Seen};
use crate::vision::{BBox, Family};

/// Overlap with the told place from which a box speaks for being theirs.
const FITS: f32 = 0.5;
/// Below this overlap with the told place it cannot be theirs.
const APART: f32 = 0.2;
/// Lost for longer than a step goes.
const LOST: f32 = -0.5;
/// Staying with a track, and changing it.
const SAME_TRACK: f32 = 0.1;
const OTHER_TRACK: f32 = -0.6;
/// Overlap of two boxes in succession below which it is a leap.
const LEAP: f32 = 0.55;
/// An instant passed over.
const PASSED: f32 = -0.02;
/// Instants passed over in succession at most, and how long that may take, seconds.
const MOST_PASSED: usize = 24;
const LONGEST: f64 = 1.5;
/// Overlap with another's box from which nothing leads on where no place is told.
const CLOSE: f32 = 0.25;
/// Candidates of one instant at most: those nearest to the told place.
const MOST_SEEN: usize = 12;

/// A box that may be theirs.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// Its place in the instant's list.
    seen: usize,
    /// The best sum up to here, and the box before: instant and candidate.
    sum: f32,
    before: Option<(usize, usize)>,
}

/// Of every instant, the place in its list of whoever went the way; `None` where he was not seen.
pub(super) fn follow(
    family: Family,
    places: &[Option<BBox>],
    instants: &[Instant],
) -> Vec<Option<usize>> {
    let all = sequences(family, places, instants);
    // From the end of the best one back.
    let mut best: Option<(usize, usize, f32)> = None;
    for (n, list) in all.iter().enumerate() {
        for (k, candidate) in list.iter().enumerate() {
            if best.is_none_or(|(.., sum)| candidate.sum > sum) {
                best = Some((n, k, candidate.sum));
            }
        }
    }
    let mut chain = vec![None; instants.len()];
    let mut next = best.filter(|(.., sum)| *sum > 0.0).map(|(n, k, _)| (n, k));
    while let Some((n, k)) = next {
        let Some(candidate) = all.get(n).and_then(|list| list.get(k)) else { break };
        chain[n] = Some(candidate.seen);
        next = candidate.before;
    }
    // Where nothing is told, on along the tracks.
    let told: Vec<usize> = (0..chain.len()).filter(|n| chain[*n].is_some()).collect();
    for from in told {
        extend(&mut chain, places, instants, from, 1);
        extend(&mut chain, places, instants, from, -1);
    }
    chain
}

/// Of each candidate at each instant, the best sequence that ends with it.
fn sequences(family: Family, places: &[Option<BBox>], instants: &[Instant]) -> Vec<Vec<Candidate>> {
    let mut all: Vec<Vec<Candidate>> = Vec::with_capacity(instants.len());
    // The best that ended too long ago to be led on step by step, and up to where that was looked for.
    let (mut far, mut first): (Option<(f32, usize, usize)>, usize) = (None, 0);
    for (n, instant) in instants.iter().enumerate() {
        let over = |m: usize| {
            n - m > MOST_PASSED + 1 || (instant.time.0 - instants[m].time.0) as f64 > LONGEST * 1e6
        };
        while first < n && over(first) {
            for (k, candidate) in all[first].iter().enumerate() {
                if far.is_none_or(|(sum, ..)| candidate.sum > sum) {
                    far = Some((candidate.sum, first, k));
                }
            }
            first += 1;
        }
        let mut here = candidates(family, places.get(n).copied().flatten().as_ref(), instant);
        for candidate in &mut here {
            let Some(seen) = instant.seen.get(candidate.seen) else { continue };
            let own = candidate.sum;
            if let Some((sum, m, k)) = far.filter(|(sum, ..)| sum + LOST > 0.0) {
                (candidate.sum, candidate.before) = (sum + own + LOST, Some((m, k)));
            }
            for (m, list) in all.iter().enumerate().skip(first) {
                for (k, earlier) in list.iter().enumerate() {
                    let Some(other) = instants[m].seen.get(earlier.seen) else { continue };
                    let passed = PASSED * (n - m - 1) as f32;
                    let sum = earlier.sum + own + step(other, seen) + passed;
                    if sum > candidate.sum {
                        (candidate.sum, candidate.before) = (sum, Some((m, k)));
                    }
                }
            }
        }
        all.push(here);
    }
    all
}

/// Leads the chain on from an instant, one way, along a track, as long as no place is told.
fn extend(
    chain: &mut [Option<usize>],
    places: &[Option<BBox>],
    instants: &[Instant],
    from: usize,
    by: isize,
) {
    let mut at = from;
    let mut next = from;
    while let Some(n) = next.checked_add_signed(by).filter(|n| *n < instants.len()) {
        next = n;
        let far = (instants[n].time.0 - instants[at].time.0).abs() as f64 > LONGEST * 1e6;
        if far || chain[n].is_some() || places.get(n).is_some_and(Option::is_some) {
            break;
        }
        let Some(last) = chain[at].and_then(|i| instants[at].seen.get(i)).copied() else { break };
        let same = (instants[n].seen.iter().enumerate())
            .filter(|(_, s)| s.how == How::Detected && is_one(&last, s))
            .max_by(|a, b| a.1.bbox.iou(&last.bbox).total_cmp(&b.1.bbox.iou(&last.bbox)));
        let Some((i, own)) = same else { continue };
        // Where others come so close, nobody can tell whom the track follows.
        let close = |(other, s): (usize, &Seen)| {
            other != i
                && s.how != How::Guessed
                && !is_one(own, s)
                && s.class.family() == own.class.family()
                && s.bbox.iou(&own.bbox) >= CLOSE
        };
        if instants[n].seen.iter().enumerate().any(close) {
            break;
        }
        chain[n] = Some(i);
        at = n;
    }
}

/// Those who may be theirs where a place is told, each with what it adds by itself.
fn candidates(family: Family, place: Option<&BBox>, instant: &Instant) -> Vec<Candidate> {
    let Some(place) = place else { return Vec::new() };
    let mut all: Vec<Candidate> = (instant.seen.iter().enumerate())
        .filter(|(_, s)| s.how == How::Detected && s.class.family() == family)
        .map(|(n, s)| (n, place.iou(&s.bbox)))
        .filter(|(_, iou)| *iou >= APART)
        .map(|(seen, iou)| Candidate { seen, sum: iou - FITS, before: None })
        .collect();
    all.sort_by(|a, b| b.sum.total_cmp(&a.sum));
    all.truncate(MOST_SEEN);
    all
}

/// What going from one box to the next adds.
fn step(from: &Seen, to: &Seen) -> f32 {
    let tracks: f32 = (from.tracks.iter().zip(&to.tracks))
        .filter_map(|(a, b)| Some((*a)? == (*b)?))
        .map(|same| if same { SAME_TRACK } else { OTHER_TRACK })
        .sum();
    tracks + (from.bbox.iou(&to.bbox) - LEAP).min(0.0)
}

/// Whether two boxes share a track and no tracker tells them apart.
fn is_one(a: &Seen, b: &Seen) -> bool {
    let mut same = a.tracks.iter().zip(&b.tracks).filter_map(|(a, b)| Some((*a)? == (*b)?));
    let first = same.next();
    first == Some(true) && same.all(|same| same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::MediaTime;
    use crate::track::TrackId;
    use crate::vision::Class;

    fn at(x: f32) -> BBox {
        BBox { x1: x, y1: 10.0, x2: x + 24.0, y2: 80.0 }
    }

    fn seen(x: f32, track: u32) -> Seen {
        let tracks = [Some(TrackId(track)), None];
        Seen { bbox: at(x), class: Class::Person, how: How::Detected, tracks }
    }

    /// Two walk side by side, eight pixels apart; the one named is missed in the middle.
    #[test]
    fn a_companion_is_not_taken_for_who_is_missed() {
        let instants: Vec<Instant> = (0..30_u8)
            .map(|n| {
                let x = 4.0 * f32::from(n);
                let mut both = vec![seen(x + 8.0, 2)];
                if !(12..18).contains(&n) {
                    both.push(seen(x, 1));
                }
                Instant { time: MediaTime(i64::from(n) * 100_000), seen: both }
            })
            .collect();
        let places: Vec<_> = (0..30_u8)
            .map(|n| (5..25).contains(&n).then(|| at(4.0 * f32::from(n) + 1.0)))
            .collect();
        let chain = follow(Family::Person, &places, &instants);
        for (n, found) in chain.iter().enumerate() {
            // Where no place is told, the two are too close for anybody to tell.
            let known = (5..12).contains(&n) || (18..25).contains(&n);
            assert_eq!(*found, known.then_some(1), "instant {n}");
        }
    }

    #[test]
    fn beyond_the_told_way_nobody_is_followed_through_others() {
        let instants: Vec<Instant> = (0..40_u8)
            .map(|n| {
                let x = 3.0 * f32::from(n);
                let mut all = vec![seen(x, 1)];
                // Somebody comes by once the way is no longer told.
                if (30..34).contains(&n) {
                    all.push(seen(x + 10.0, 2));
                }
                Instant { time: MediaTime(i64::from(n) * 100_000), seen: all }
            })
            .collect();
        let places: Vec<_> = (0..40_u8).map(|n| (n < 20).then(|| at(3.0 * f32::from(n)))).collect();
        let chain = follow(Family::Person, &places, &instants);
        assert!(chain[..30].iter().all(|c| *c == Some(0)), "{chain:?}");
        assert!(chain[30..].iter().all(Option::is_none), "{chain:?}");
    }

    #[test]
    fn nobody_is_followed_where_nobody_fits() {
        let instants = vec![Instant { time: MediaTime(0), seen: vec![seen(300.0, 1)] }];
        assert_eq!(follow(Family::Person, &[Some(at(0.0))], &instants), [None]);
        assert_eq!(follow(Family::Person, &[], &[]), Vec::<Option<usize>>::new());
    }
}
