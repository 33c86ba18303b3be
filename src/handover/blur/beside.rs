//! Who walks beside somebody involved, while the detector sees both as one.
//!
//! Two who walk close together and pass before each other are often found as one box. Whoever was seen
//! beside the one involved, and is seen there again a little later, was there in between: not at a place
//! of the picture, but beside him, wherever he went.

use super::own::Own;
use super::watched::{How, Instant, Seen};
use crate::vision::{BBox, Class, Family};

/// Unseen for no longer than this somebody walks along, seconds…
const ALONG: f64 = 3.0;
/// …and before he was seen first, and after he was seen last.
const ONE_SIDED: f64 = 0.5;
/// How far the middles may be apart across, in widths of the wider box.
const ACROSS: f32 = 1.3;
/// How far the upper ends may be apart, in heights of the one involved.
const APART: f32 = 0.35;
/// From one sighting to the next somebody moves no further beside, in the same heights: so far that he
/// can be followed in between, and so far at all.
const MOVES: f32 = 0.3;
const MOVES_AT_MOST: f32 = 0.6;
/// Two boxes of one.
const ONE: f32 = 0.35;
/// A box of which so much lies in his may be a part of him.
const A_PART: f32 = 0.7;
/// A box seen there is whoever walks along.
const SEEN_THERE: f32 = 0.5;

/// A box as it lies to somebody's: shift of the middle and the upper end, width and height, all in
/// heights of his.
#[derive(Debug, Clone, Copy)]
struct Beside {
    across: f32,
    above: f32,
    width: f32,
    height: f32,
}

impl Beside {
    /// How it lies, where it is close.
    fn of(seen: &Seen, own: &BBox) -> Option<Self> {
        let unit = own.height().max(1.0);
        let across = seen.bbox.centre().0 - own.centre().0;
        let above = seen.bbox.y1 - own.y1;
        let close = seen.class.family() == Family::Person
            && across.abs() < ACROSS * own.width().max(seen.bbox.width())
            && above.abs() < APART * unit
            && (0.5..1.6).contains(&(seen.bbox.height() / unit));
        close.then(|| Self {
            across: across / unit,
            above: above / unit,
            width: seen.bbox.width() / unit,
            height: seen.bbox.height() / unit,
        })
    }

    fn apart(&self, other: &Self) -> f32 {
        (self.across - other.across).hypot(self.above - other.above)
    }

    fn towards(&self, other: &Self, share: f32) -> Self {
        let mix = |a: f32, b: f32| a + (b - a) * share;
        Self {
            across: mix(self.across, other.across),
            above: mix(self.above, other.above),
            width: mix(self.width, other.width),
            height: mix(self.height, other.height),
        }
    }

    fn at(&self, own: &BBox) -> Seen {
        let unit = own.height();
        let (x, y1) = (own.centre().0 + self.across * unit, own.y1 + self.above * unit);
        let half = self.width * unit / 2.0;
        let bbox = BBox { x1: x - half, y1, x2: x + half, y2: y1 + self.height * unit };
        Seen { bbox, class: Class::Person, how: How::Between, tracks: [None; 2] }
    }
}

/// Somebody beside: when he was seen last, and how he was.
struct Walker {
    last: usize,
    beside: Beside,
}

/// Adds to the others of every instant whoever walks unseen beside somebody involved.
pub(super) fn add_unseen(instants: &[Instant], own: &[Vec<Own>], others: &mut [Vec<Seen>]) {
    let last = own.iter().flatten().map(|o| o.way).max();
    for way in 0..=last.unwrap_or(0) {
        let place = |n: usize| {
            let own = own.get(n)?.iter().find(|o| o.way == way)?;
            (own.class.family() == Family::Person).then_some(*own)
        };
        let added = unseen(instants, &place, others);
        for (n, seen) in added {
            let known = |s: &Seen| {
                s.class.family() == Family::Person && s.bbox.iou(&seen.bbox) >= SEEN_THERE
            };
            if !others[n].iter().any(known) {
                others[n].push(seen);
            }
        }
    }
}

/// Those seen at an instant who are on a track, each once, those first whom both trackers follow.
fn sightings(others: &[Seen]) -> Vec<Seen> {
    let tracks = |s: &Seen| s.tracks.iter().flatten().count();
    let mut all: Vec<&Seen> =
        others.iter().filter(|s| s.how == How::Detected && tracks(s) > 0).collect();
    all.sort_by_key(|s| std::cmp::Reverse(tracks(s)));
    let mut once: Vec<Seen> = Vec::new();
    for seen in all {
        if !once.iter().any(|o| o.bbox.iou(&seen.bbox) >= ONE) {
            once.push(*seen);
        }
    }
    once
}

/// Whether it is surely not the one involved who was seen there, or a part of him.
fn is_another(seen: &Seen, own: &Own) -> bool {
    let alone = own.alone();
    match own.seen {
        Some(_) => seen.bbox.intersection(&alone) < A_PART * seen.bbox.area(),
        None => seen.bbox.iou(&alone) < ONE,
    }
}

fn unseen(
    instants: &[Instant],
    place: &impl Fn(usize) -> Option<Own>,
    others: &[Vec<Seen>],
) -> Vec<(usize, Seen)> {
    let apart = |a: usize, b: usize| (instants[b].time.0 - instants[a].time.0) as f64 / 1e6;
    let mut added = Vec::new();
    let mut walkers: Vec<Walker> = Vec::new();
    let mut one_sided = |from: usize, step: isize, beside: &Beside| {
        let mut n = from;
        while let Some(next) = n.checked_add_signed(step).filter(|n| *n < instants.len()) {
            n = next;
            if apart(n.min(from), n.max(from)) > ONE_SIDED {
                break;
            }
            added.extend(place(n).map(|own| (n, beside.at(&own.alone()))));
        }
    };
    let mut filled = Vec::new();
    for (n, others) in others.iter().enumerate() {
        let Some(own) = place(n) else { continue };
        let over = |w: &Walker| apart(w.last, n) > ALONG;
        for walker in walkers.iter().filter(|w| over(w)) {
            one_sided(walker.last, 1, &walker.beside);
        }
        walkers.retain(|w| !over(w));
        let mut here: Vec<Beside> = sightings(others)
            .iter()
            .filter(|s| is_another(s, &own))
            .filter_map(|s| Beside::of(s, &own.alone()))
            .collect();
        // The nearest two are one, then the next.
        let mut met = vec![false; walkers.len()];
        loop {
            let pairs =
                walkers.iter().enumerate().filter(|(w, _)| !met[*w]).flat_map(|(w, walker)| {
                    here.iter().enumerate().map(move |(h, b)| (w, h, walker.beside.apart(b)))
                });
            let nearest = pairs.min_by(|a, b| a.2.total_cmp(&b.2)).filter(|p| p.2 < MOVES_AT_MOST);
            let Some((w, h, moved)) = nearest else { break };
            let beside = here.swap_remove(h);
            let before = std::mem::replace(&mut walkers[w], Walker { last: n, beside });
            met[w] = true;
            if moved >= MOVES {
                continue;
            }
            for between in before.last + 1..n {
                let share = apart(before.last, between) / apart(before.last, n).max(1e-6);
                let now = before.beside.towards(&beside, share as f32);
                filled.extend(place(between).map(|own| (between, now.at(&own.alone()))));
            }
        }
        for beside in here {
            one_sided(n, -1, &beside);
            walkers.push(Walker { last: n, beside });
        }
    }
    for walker in &walkers {
        one_sided(walker.last, 1, &walker.beside);
    }
    added.extend(filled);
    added
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::MediaTime;
    use crate::track::TrackId;

    /// Two walk to the right; for a second both are one box, and the one involved is known alone.
    #[test]
    fn who_walks_along_is_there_while_both_are_seen_as_one() {
        let at = |x: f32| BBox { x1: x, y1: 20.0, x2: x + 30.0, y2: 110.0 };
        let instants: Vec<Instant> =
            (0..30).map(|n| Instant { time: MediaTime(n * 100_000), seen: Vec::new() }).collect();
        let x = |n: usize| 6.0 * n as f32;
        let own: Vec<Vec<Own>> = (0..30)
            .map(|n| {
                let bbox = at(x(n));
                vec![Own { bbox, class: Class::Person, seen: Some(0), told: None, way: 0 }]
            })
            .collect();
        let mut others: Vec<Vec<Seen>> = (0..30)
            .map(|n| {
                let bbox = at(x(n) - 14.0);
                let how = How::Detected;
                let seen =
                    Seen { bbox, class: Class::Person, how, tracks: [Some(TrackId(7)), None] };
                if (8..20).contains(&n) || n > 25 { Vec::new() } else { vec![seen] }
            })
            .collect();
        add_unseen(&instants, &own, &mut others);
        for (n, others) in others.iter().enumerate() {
            assert_eq!(others.len(), 1, "instant {n}: {others:?}");
            assert!(others[0].bbox.iou(&at(x(n) - 14.0)) > 0.95, "instant {n}");
        }
        // Who is far away is nobody's companion.
        let mut far = vec![Vec::new(); 30];
        far[3].push(Seen { bbox: at(400.0), ..others[0][0] });
        add_unseen(&instants, &own, &mut far);
        assert_eq!(far.iter().map(Vec::len).sum::<usize>(), 1);
    }

    /// Somebody walks alone; now and then the detector finds half of him as well, or his box is lost.
    #[test]
    fn nobody_is_his_own_companion() {
        let at = |x: f32| BBox { x1: x, y1: 20.0, x2: x + 14.0, y2: 50.0 };
        let instants: Vec<Instant> =
            (0..30).map(|n| Instant { time: MediaTime(n * 100_000), seen: Vec::new() }).collect();
        let own = |n: usize| {
            let seen = (n != 25).then_some(0);
            let bbox = at(3.0 * n as f32);
            vec![Own { bbox, class: Class::Person, seen, told: Some(bbox), way: 0 }]
        };
        let own: Vec<Vec<Own>> = (0..30).map(own).collect();
        let mut others = vec![Vec::new(); 30];
        let himself = |bbox| Seen {
            bbox,
            class: Class::Person,
            how: How::Detected,
            tracks: [Some(TrackId(3)), None],
        };
        others[5].push(himself(BBox { y1: 32.0, ..at(16.0) }));
        others[25].push(himself(at(77.0)));
        add_unseen(&instants, &own, &mut others);
        assert_eq!(others.iter().map(Vec::len).sum::<usize>(), 2, "{others:?}");
    }
}
