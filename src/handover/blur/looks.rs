//! Whether it is still the same person after a meeting: by how the upper body is clothed.
//!
//! A tracker may leave with the companion whom it met the subject with, and the record with it. While
//! somebody is alone, the boxes of one way are one person. From one such stretch to the next, across a
//! meeting, the clothes are compared: histograms of light and colour, by the Bhattacharyya coefficient
//! (Comaniciu, Ramesh and Meer, Kernel-Based Object Tracking, IEEE TPAMI 25(5), 2003).

use super::look::Look;
use super::own::{Own, is_as_one};
use super::watched::{How, Seen, Watched};
use crate::vision::Family;

/// A box of which others cover so much shows them too.
const COVERED: f32 = 0.15;
/// Somebody is alone for so long at least, seconds, and in so many pictures.
const ALONE: f64 = 0.4;
const ENOUGH: usize = 3;
/// A stretch alone may be broken for so long, seconds.
const BROKEN: f64 = 0.25;
/// So much of a stretch tells how its end looks, seconds.
const TOLD_BY: f64 = 1.5;
/// Looks so far apart are of two.
const ANOTHER: f32 = 0.35;

/// How somebody is seen at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// Alone: the box is surely one person's.
    Alone(Look),
    /// With somebody else before, behind or close beside, who is seen as well.
    Met,
    /// With somebody else, both seen as one.
    AsOne,
    /// Not at all.
    Unseen,
}

/// Takes out of `own`, those involved at every instant, whoever may be somebody else by then, and says at
/// which instants there was one. `others`: those who are not involved.
pub(super) fn keep_the_same(
    watched: &Watched,
    moment: f64,
    own: &mut [Vec<Own>],
    others: &[Vec<Seen>],
) -> Vec<bool> {
    let times: Vec<f64> = watched.instants.iter().map(|i| i.time.seconds()).collect();
    let mut any = vec![false; times.len()];
    let last = own.iter().flatten().map(|o| o.way).max();
    for way in 0..last.map_or(0, |way| way + 1) {
        let state = |n: usize| {
            let own = own.get(n)?.iter().find(|o| o.way == way)?;
            (own.class.family() == Family::Person).then_some(())?;
            let looks = watched.looks.get(n)?;
            Some(state(own, others.get(n)?, looks))
        };
        let states: Vec<State> =
            (0..times.len()).map(|n| state(n).unwrap_or(State::Unseen)).collect();
        for (n, _) in doubtful(&times, &states, moment).iter().enumerate().filter(|(_, d)| **d) {
            let before = own[n].len();
            own[n].retain(|o| o.way != way);
            any[n] |= own[n].len() < before;
        }
    }
    any
}

fn state(own: &Own, others: &[Seen], looks: &[Look]) -> State {
    let covers = |other: &Seen| {
        other.class.family() == Family::Person
            && other.how != How::Guessed
            && other.bbox.intersection(&own.bbox) > COVERED * own.bbox.area()
    };
    if others.iter().any(|other| is_as_one(other, own)) {
        return State::AsOne;
    }
    if others.iter().any(covers) {
        return State::Met;
    }
    own.seen.and_then(|i| looks.get(i)).map_or(State::Unseen, |look| State::Alone(*look))
}

/// At which instants nobody can tell whether it is still whoever was there at `moment`, seconds: from a
/// meeting on that somebody else came out of; and from where two are seen as one, if nobody comes out of
/// that alone.
fn doubtful(times: &[f64], states: &[State], moment: f64) -> Vec<bool> {
    let mut doubt = vec![false; times.len()];
    let same = same(times, states, moment);
    let (Some(first), Some(last)) = (same.first(), same.last()) else { return doubt };
    let all = stretches(times, states);
    let as_one = |n: &usize| states[*n] == State::AsOne;
    let met = |n: &usize| matches!(states[*n], State::Met | State::AsOne);
    // Beyond the last stretch that is theirs: as one, or somebody else's.
    let after = || last.1 + 1..times.len();
    let others =
        all.iter().find(|s| s.0 > last.1).map(|s| after().find(met).unwrap_or(s.0).min(s.0));
    if let Some(from) = others.into_iter().chain(after().find(as_one)).min() {
        doubt[from..].fill(true);
    }
    let before = || (0..first.0).rev();
    let others = all
        .iter()
        .rev()
        .find(|s| s.1 < first.0)
        .map(|s| before().find(met).unwrap_or(s.1).max(s.1));
    if let Some(to) = others.into_iter().chain(before().find(as_one)).max() {
        doubt[..=to].fill(true);
    }
    for pair in same.windows(2) {
        let (from, to) = (pair[0].1 + 1, pair[1].0);
        if all.iter().any(|s| s.0 >= from && s.1 < to) {
            doubt[from..to].fill(true);
        }
    }
    doubt
}

/// The stretches in which whoever was there at the moment is alone: from the one that is nearest to it,
/// each that looks like the last that did.
fn same(times: &[f64], states: &[State], moment: f64) -> Vec<(usize, usize)> {
    let all = stretches(times, states);
    let away = |&(a, b): &(usize, usize)| (times[a] - moment).max(moment - times[b]).max(0.0);
    let Some(nearest) = (0..all.len()).min_by(|a, b| away(&all[*a]).total_cmp(&away(&all[*b])))
    else {
        return all;
    };
    let look = |from: usize, to: usize| {
        let looks = states[from..=to].iter().filter_map(|s| match s {
            State::Alone(look) => Some(*look),
            _ => None,
        });
        Look::middle(&looks.collect::<Vec<_>>())
    };
    let begins = |(from, to): (usize, usize)| {
        let told = times[from..=to].partition_point(|t| *t <= times[from] + TOLD_BY);
        look(from, from + told.saturating_sub(1))
    };
    let ends = |(from, to): (usize, usize)| {
        look(from + times[from..=to].partition_point(|t| *t < times[to] - TOLD_BY), to)
    };
    let alike =
        |a: Option<Look>, b: Option<Look>| a.zip(b).is_some_and(|(a, b)| a.apart(&b) <= ANOTHER);
    let mut same = vec![all[nearest]];
    for stretch in &all[nearest + 1..] {
        if same.last().is_some_and(|known| alike(ends(*known), begins(*stretch))) {
            same.push(*stretch);
        }
    }
    let mut known = all[nearest];
    for stretch in all[..nearest].iter().rev() {
        if alike(begins(known), ends(*stretch)) {
            same.insert(0, *stretch);
            known = *stretch;
        }
    }
    same
}

/// From where to where somebody is alone.
fn stretches(times: &[f64], states: &[State]) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for (n, _) in states.iter().enumerate().filter(|(_, s)| matches!(s, State::Alone(_))) {
        match all.last_mut() {
            Some((_, to, count)) if times[n] - times[*to] <= BROKEN => {
                (*to, *count) = (n, *count + 1);
            }
            _ => all.push((n, n, 1)),
        }
    }
    let long = |&(from, to, count): &(usize, usize, usize)| {
        count >= ENOUGH && times[to] - times[from] >= ALONE
    };
    all.into_iter().filter(long).map(|(from, to, _)| (from, to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Frame;
    use crate::vision::BBox;
    use crate::vision::Class;
    use image::{Rgb, RgbImage};

    /// Somebody in a coat of one colour, on grass.
    fn look(coat: [u8; 3]) -> Look {
        let picture = RgbImage::from_fn(120, 200, |x, y| {
            if (40..80).contains(&x) && (20..180).contains(&y) {
                Rgb(coat)
            } else {
                Rgb([70, 110, 50])
            }
        });
        let frame = Frame::from_rgb(0, &picture).unwrap();
        Look::of(&frame, &BBox { x1: 38.0, y1: 18.0, x2: 82.0, y2: 182.0 })
    }

    const TIMES: std::ops::Range<u32> = 0..90;

    fn doubt(state: impl Fn(u32) -> State, moment: f64) -> Vec<bool> {
        let times: Vec<f64> = TIMES.map(|n| f64::from(n) / 10.0).collect();
        doubtful(&times, &TIMES.map(state).collect::<Vec<_>>(), moment)
    }

    fn all(doubt: &[bool]) -> bool {
        doubt.iter().all(|d| *d)
    }

    fn none(doubt: &[bool]) -> bool {
        !doubt.contains(&true)
    }

    #[test]
    fn a_way_that_somebody_else_left_a_meeting_on_is_doubtful_up_to_there() {
        let (black, red) = (look([25, 25, 28]), look([170, 40, 40]));
        assert!(black.apart(&look([32, 30, 35])) < ANOTHER && black.apart(&red) > ANOTHER);
        let way = |first: Look| {
            move |n| match n {
                0..20 => State::Alone(first),
                20..30 => State::Met,
                _ => State::Alone(black),
            }
        };
        assert!(none(&doubt(way(black), 4.0)), "the same before and after");
        let by_the_end = doubt(way(red), 4.0);
        assert!(all(&by_the_end[..30]) && none(&by_the_end[30..]), "{by_the_end:?}");
        // Told by the other end, the one in red is who is meant.
        let by_the_beginning = doubt(way(red), 1.0);
        assert!(none(&by_the_beginning[..20]) && all(&by_the_beginning[20..]));
        assert!(none(&doubt(|_| State::Met, 1.0)), "nobody was alone: nothing more is known");
    }

    #[test]
    fn a_companion_in_between_does_not_change_who_comes_after() {
        let (black, red) = (look([25, 25, 28]), look([170, 40, 40]));
        let at = |n| match n {
            0..20 | 70.. => State::Alone(black),
            30..60 => State::Alone(red),
            _ => State::Met,
        };
        let doubt = doubt(at, 1.0);
        assert!(none(&doubt[..20]) && all(&doubt[20..70]) && none(&doubt[70..]), "{doubt:?}");
    }

    #[test]
    fn who_comes_with_somebody_is_known_from_when_they_part() {
        let black = look([25, 25, 28]);
        let at = |n| match n {
            0..5 => State::Unseen,
            5..15 | 28..30 => State::Met,
            15..28 => State::AsOne,
            _ => State::Alone(black),
        };
        let doubt = doubt(at, 1.0);
        assert!(all(&doubt[..28]) && none(&doubt[28..]), "{doubt:?}");
    }

    #[test]
    fn who_is_covered_by_somebody_is_not_alone() {
        let person = |x: f32, how| Seen {
            bbox: BBox { x1: x, y1: 10.0, x2: x + 40.0, y2: 110.0 },
            class: Class::Person,
            how,
            tracks: [None; 2],
        };
        let own = |seen| Own {
            bbox: person(0.0, How::Detected).bbox,
            class: Class::Person,
            seen,
            told: None,
            way: 0,
        };
        let coat = [look([25, 25, 28])];
        assert_eq!(state(&own(Some(0)), &[], &coat), State::Alone(coat[0]));
        assert_eq!(state(&own(Some(0)), &[person(20.0, How::Detected)], &coat), State::Met);
        assert_eq!(
            state(&own(Some(0)), &[person(20.0, How::Guessed)], &coat),
            State::Alone(coat[0])
        );
        assert_eq!(state(&own(None), &[], &coat), State::Unseen);
    }
}
